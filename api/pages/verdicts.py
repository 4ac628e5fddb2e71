"""The verdicts on a zone as a matrix: operators down, technologies across, reasons to unfold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.numbers import format_decimal

from api.words import word
from coverage.actions.verdicts import ZoneVerdicts
from coverage.criteria import CriteriaSet
from coverage.evidence import Verdict
from coverage.findings import Language, rulebook
from coverage.storage.review_cases import SeenVerdict
from coverage.towers import Technology

_MARKS = {
    Verdict.SERVED: "good", Verdict.WEAK: "care", Verdict.NONE: "bad", Verdict.UNKNOWN: "still",
}  # fmt: skip
_DIRECTIONS = ("n", "ne", "e", "se", "s", "sw", "w", "nw")


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
class Matrix:
    """Every verdict that the reader sees; ``criteria`` are the sets they were given under."""

    technologies: Sequence[Technology]
    lines: Sequence[Line]
    criteria: Sequence[CriteriaSet]
    assessed_at: datetime | None


def matrix_of(told: ZoneVerdicts, language: Language) -> Matrix:
    """Arrange the verdicts; technologies that nobody was judged on have no column."""
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
    )


def direction_of(bearing_deg: float | None, language: Language) -> str:
    """Return where a bearing points, in one of eight words."""
    if bearing_deg is None:
        return ""
    return word(_DIRECTIONS[round(bearing_deg / 45) % len(_DIRECTIONS)], language, "Direction")


def reason_texts(seen: SeenVerdict, criteria: CriteriaSet | None, language: Language) -> list[str]:
    """Return why a verdict was given, a sentence for each reason."""
    facts = _facts(seen, criteria, language)
    return [_sentence(reason.value, facts, language) for reason in seen.judgement.reasons]


def _cell(seen: SeenVerdict, criteria: CriteriaSet | None, language: Language) -> Cell:
    told = seen.judgement
    return Cell(
        told.technology, told.verdict, _MARKS[told.verdict],
        reason_texts(seen, criteria, language), told.distance_m,
        direction_of(told.bearing_deg, language),
    )  # fmt: skip


def _facts(
    seen: SeenVerdict, criteria: CriteriaSet | None, language: Language
) -> Mapping[str, str]:
    """What the sentences of the rulebook's family ``evidence`` may name."""
    told = seen.judgement
    return {
        "operator": seen.operator,
        "technology": told.technology.value,
        "distance_m": _metres(told.distance_m, language),
        "direction": direction_of(told.bearing_deg, language),
        "reach_m": _metres(criteria.reach_m if criteria else None, language),
        "criteria": criteria.name if criteria else str(seen.criteria_set_id),
    }


def _metres(value: float | None, language: Language) -> str:
    if value is None:
        return "?"
    return format_decimal(round(value), locale="vi_VN" if language is Language.VI else "en_GB")


def _sentence(code: str, facts: Mapping[str, str], language: Language) -> str:
    """The rule's message; its summary where the message names a fact that is not kept."""
    rule = rulebook().get(code)
    if rule is None:
        return code
    try:
        return rule.message[language].format_map(facts)
    except KeyError:
        return rule.summary[language]
