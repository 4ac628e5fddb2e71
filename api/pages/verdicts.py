"""The verdicts on a zone as a matrix: operators down, technologies across, reasons to unfold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.verdict_words import blurred, direction_of, reason_texts, rule_sentence
from coverage.actions.verdicts import ZoneVerdicts
from coverage.criteria import CriteriaSet
from coverage.evidence import Reason, Verdict
from coverage.findings import Language
from coverage.storage.review_cases import SeenVerdict
from coverage.towers import Technology

_MARKS = {
    Verdict.SERVED: "good", Verdict.WEAK: "care", Verdict.NONE: "bad", Verdict.UNKNOWN: "still",
}  # fmt: skip


_TOLD_BELOW = frozenset({Reason.CRITERIA_NOT_OFFICIAL})  # once, under the whole matrix


@dataclass(frozen=True, slots=True)
class Cell:
    """One operator's technology: the verdict, its mark, why, and where the nearest site stands."""

    technology: Technology
    verdict: Verdict
    mark: str
    reasons: Sequence[str]
    distance_m: float | None
    direction: str


@dataclass(frozen=True, slots=True)
class Line:
    """One operator's verdicts; None where there is none."""

    operator: str
    cells: Sequence[Cell | None]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What an operator publishes against the province's word, in the rulebook's sentences.

    ``served`` tells whether the verdict follows the operator, so that nobody pays for the zone.
    """

    message: str
    fix: str
    served: bool


@dataclass(frozen=True, slots=True)
class Matrix:
    """Every verdict that the reader sees; ``criteria`` are the sets they were given under."""

    technologies: Sequence[Technology]
    lines: Sequence[Line]
    criteria: Sequence[CriteriaSet]
    assessed_at: datetime | None
    contradictions: Sequence[Contradiction] = ()


def matrix_of(told: ZoneVerdicts, language: Language, *, exact: bool) -> Matrix:
    """Arrange the verdicts; technologies that nobody was judged on have no column.

    Without ``exact`` a site is told so that nobody finds it on the ground: see :func:`api.verdict_words.blurred`.
    """
    if not exact:
        told = blurred(told)
    technologies = [
        technology
        for technology in Technology
        if any(one.judgement.technology is technology for one in told.verdicts)
    ]
    by_operator: dict[str, dict[Technology, Cell]] = {}
    for seen in told.verdicts:
        cell = _cell(seen, told.criteria.get(seen.criteria_set_id), language)
        by_operator.setdefault(seen.operator, {})[cell.technology] = cell
    used = dict.fromkeys(one.criteria_set_id for one in told.verdicts)
    return Matrix(
        technologies,
        [
            Line(operator, [cells.get(technology) for technology in technologies])
            for operator, cells in by_operator.items()
        ],
        [told.criteria[key] for key in used if key in told.criteria],
        max((one.assessed_at for one in told.verdicts), default=None),
        contradictions_of(
            ((one.operator, one.judgement.technology, one.judgement.verdict)
             for one in told.verdicts if Reason.REPORTED_OTHERWISE in one.judgement.reasons),
            language,
        ),
    )  # fmt: skip


def contradictions_of(
    against: Iterable[tuple[str, Technology, Verdict]], language: Language
) -> list[Contradiction]:
    """Tell once of each operator, and apart what follows it, which technologies it publishes.

    ``against`` are the verdicts that have the province's word against them.
    """
    by_operator: dict[tuple[str, bool], list[Technology]] = {}
    for operator, technology, verdict in against:
        by_operator.setdefault((operator, verdict is Verdict.SERVED), []).append(technology)
    code = Reason.REPORTED_OTHERWISE.value
    return [
        Contradiction(
            rule_sentence(
                code, {"operator": operator, "technology": ", ".join(technologies)}, language
            ),
            rule_sentence(code, {}, language, part="fix"),
            served,
        )
        for (operator, served), technologies in by_operator.items()
    ]


def _cell(seen: SeenVerdict, criteria: CriteriaSet | None, language: Language) -> Cell:
    told = seen.judgement
    return Cell(
        told.technology, told.verdict, _MARKS[told.verdict],
        reason_texts(seen, criteria, language, leave_out=_TOLD_BELOW), told.distance_m,
        direction_of(told.bearing_deg, language),
    )  # fmt: skip
