"""Holding what was measured against what the package asked for, one figure at a time.

What was not measured is never met, and what was not asked is neither met nor missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from coverage.criteria import ServiceLevel
from coverage.deliveries.reports import Measured
from coverage.towers import Technology


class Measure(StrEnum):
    """The figures of a service, in the order they are told."""

    TECHNOLOGY = "technology"
    LEVEL = "level_dbm"
    DOWN = "down_mbps"
    UP = "up_mbps"
    AVAILABILITY = "availability_percent"


class Outcome(StrEnum):
    """What the comparison of one figure says."""

    MET = "met"  # đạt
    NOT_MET = "not_met"  # không đạt
    NOT_ASKED = "not_asked"  # không yêu cầu
    NOT_MEASURED = "not_measured"  # chưa đo


@dataclass(frozen=True, slots=True)
class Check:
    """One figure: what was asked (at least), what was measured; None where there is none."""

    measure: Measure
    asked: float | None
    measured: float | None
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Every figure of a report. ``how`` is the requirement's word on how it is measured."""

    checks: tuple[Check, ...]
    how: str = ""

    @property
    def short(self) -> tuple[Check, ...]:
        """The figures that were asked and are missed or not measured."""
        return tuple(
            check
            for check in self.checks
            if check.outcome in {Outcome.NOT_MET, Outcome.NOT_MEASURED}
        )

    @property
    def asked(self) -> bool:
        """Tell whether the package asked for anything."""
        return any(check.outcome is not Outcome.NOT_ASKED for check in self.checks)


_FIGURES = (Measure.LEVEL, Measure.DOWN, Measure.UP, Measure.AVAILABILITY)


def requirement_for(
    requirements: Sequence[ServiceLevel], technology: Technology
) -> ServiceLevel | None:
    """Return what is asked of a technology, None where it is not among those asked for."""
    return next((each for each in requirements if each.technology == technology.value), None)


def accept(
    requirements: Sequence[ServiceLevel], technology: Technology, measured: Measured
) -> Acceptance:
    """Compare a report with the requirements of the package's criteria.

    A package that names technologies is not served by another one; of one that names none
    nothing is asked.
    """
    asked = requirement_for(requirements, technology)
    if not requirements:
        kind = Outcome.NOT_ASKED
    else:
        kind = Outcome.MET if asked is not None else Outcome.NOT_MET
    figures = [
        _check(measure, getattr(asked, measure.value, None), getattr(measured, measure.value))
        for measure in _FIGURES
    ]
    how = asked.measured if asked is not None else ""
    return Acceptance((Check(Measure.TECHNOLOGY, None, None, kind), *figures), how)


def _check(measure: Measure, asked: float | None, measured: float | None) -> Check:
    """Each figure is a least: a level in dBm too, as −105 is more than −110."""
    if asked is None:
        outcome = Outcome.NOT_ASKED
    elif measured is None:
        outcome = Outcome.NOT_MEASURED
    else:
        outcome = Outcome.MET if measured >= asked else Outcome.NOT_MET
    return Check(measure, asked, measured, outcome)
