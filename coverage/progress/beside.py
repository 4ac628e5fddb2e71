"""Provinces side by side, so that they learn from each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class ProvinceFigures:
    """One province's figures; None where there is nothing to tell, or it may not be told.

    ``rows`` and ``rows_accepted`` are of the files that replaced no other. ``hidden`` names the
    figures that were kept back: of few zones, or of another province's payers.
    """

    province_code: str
    own: bool
    submissions: int = 0
    rows: int | None = None
    rows_accepted: int | None = None
    decisions: int | None = None
    decision_days: float | None = None
    waiting_zones: int | None = None
    waiting_households: int | None = None
    on_air_zones: int | None = None
    on_air_households: int | None = None
    payer_decided: int | None = None
    hidden: tuple[str, ...] = ()

    @property
    def accepted_share(self) -> float | None:
        """Which part of the first files' rows was accepted at once."""
        return _share(self.rows_accepted, self.rows)

    @property
    def payer_share(self) -> float | None:
        """For which part of the zones that wait it is decided who pays."""
        return _share(self.payer_decided, self.waiting_zones)


class BesideOrder(StrEnum):
    """By which figure provinces are sorted: as they stand best, those without it last."""

    ACCEPTED = "accepted"
    DECISION = "decision"
    WAITING = "waiting"
    ON_AIR = "on_air"
    PAYER = "payer"
    SUBMISSIONS = "submissions"


_BY: Mapping[BesideOrder, Callable[[ProvinceFigures], float | None]] = {
    BesideOrder.ACCEPTED: lambda one: _turned(one.accepted_share),
    BesideOrder.DECISION: lambda one: one.decision_days,
    BesideOrder.WAITING: lambda one: _turned(one.waiting_households),
    BesideOrder.ON_AIR: lambda one: _turned(one.on_air_households),
    BesideOrder.PAYER: lambda one: _turned(one.payer_share),
    BesideOrder.SUBMISSIONS: lambda one: -one.submissions,
}


def beside(figures: Iterable[ProvinceFigures], order: BesideOrder) -> tuple[ProvinceFigures, ...]:
    """Return the provinces sorted by a figure: most first, but the fewest days of a decision."""
    by = _BY[order]

    def place(one: ProvinceFigures) -> tuple[bool, float, str]:
        value = by(one)
        return value is None, value or 0.0, one.province_code

    return tuple(sorted(figures, key=place))


def _turned(value: float | None) -> float | None:
    return None if value is None else -value


def _share(part: int | None, whole: int | None) -> float | None:
    return None if part is None or not whole else part / whole
