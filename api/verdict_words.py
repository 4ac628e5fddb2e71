"""Why a verdict was given, in sentences; and where a site stands, as far as one may know."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from babel.numbers import format_decimal

from api.words import word
from coverage.actions.verdicts import ZoneVerdicts
from coverage.criteria import CriteriaSet
from coverage.evidence import Reason
from coverage.findings import Language, rulebook
from coverage.storage.review_cases import SeenVerdict

ROUGH_M = 100.0
_DIRECTIONS = ("n", "ne", "e", "se", "s", "sw", "w", "nw")


def blurred(told: ZoneVerdicts) -> ZoneVerdicts:
    """Return verdicts without where operators' sites stand: no direction, whole hundreds of metres."""

    def blur(seen: SeenVerdict) -> SeenVerdict:
        near = seen.judgement.distance_m
        rough = None if near is None else max(1, round(near / ROUGH_M)) * ROUGH_M
        judgement = replace(seen.judgement, site_id=None, bearing_deg=None, distance_m=rough)
        return replace(seen, judgement=judgement)

    return replace(told, verdicts=tuple(map(blur, told.verdicts)))


def direction_of(bearing_deg: float | None, language: Language) -> str:
    """Return where a bearing points, in one of eight words."""
    if bearing_deg is None:
        return ""
    return word(_DIRECTIONS[round(bearing_deg / 45) % len(_DIRECTIONS)], language, "Direction")


def reason_texts(
    seen: SeenVerdict, criteria: CriteriaSet | None, language: Language, *,
    leave_out: Collection[Reason] = (),
) -> list[str]:  # fmt: skip
    """Return why a verdict was given, a sentence for each reason but those to ``leave_out``."""
    facts = _facts(seen, criteria, language)
    return [
        rule_sentence(reason.value, facts, language)
        for reason in seen.judgement.reasons
        if reason not in leave_out
    ]


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


def rule_sentence(
    code: str, facts: Mapping[str, str], language: Language, *, part: str = "message"
) -> str:
    """Return the rule's message or fix; its summary where that names a fact that is not kept."""
    rule = rulebook().get(code)
    if rule is None:
        return code
    try:
        return (rule.fix if part == "fix" else rule.message)[language].format_map(facts)
    except KeyError:
        return rule.summary[language]
