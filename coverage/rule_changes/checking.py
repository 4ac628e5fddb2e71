"""What is wrong with a change, or worth a second look, against the rows that stand."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from coverage.criteria import FACTS, CriteriaSet, QueueFacts, QueueRule, queue_of
from coverage.findings import Finding, Language, finding
from coverage.rule_changes.known_settings import as_read, findings_of_value, known_settings
from coverage.rule_changes.rows import (
    Change,
    RuleKind,
    SettingValue,
    Standing,
    changed_by,
    criteria_on,
    days_of_change,
    rules_on,
    setting_on,
)
from coverage.rule_changes.sentences import conditions_in_words, rule_in_words
from coverage.zones import Queue

# 1603/BTTTT-CVT, 24/2023/QH15, 295/2025/NĐ-CP
DOCUMENT_NUMBER = re.compile(r"\d+/(\d{4}/)?[A-ZĐ][A-ZĐ0-9]*(-[A-ZĐ][A-ZĐ0-9.]*)*")
_NOT_BROADBAND = "2G"


def check_change(change: Change, standing: Standing, today: date) -> list[Finding]:
    """Return the findings on a change; an error among them means that it cannot be adopted."""
    replaced = _of_the_replaced(change, standing)
    found = [*_of_the_day(change, today), *replaced]
    match change.value:
        case CriteriaSet() as criteria:
            found += _of_criteria(criteria, change, standing, today)
        case SettingValue() as value:
            found += _of_setting(value, change, standing, today)
        case _:
            pass
    if change.kind is RuleKind.QUEUE_RULE and not replaced:
        found += _of_rules(change, standing, today)
    return found


def _of_the_day(change: Change, today: date) -> list[Finding]:
    if change.valid_from >= today:
        return []
    facts: dict[str, Any] = {"day": _day(change.valid_from), "today": _day(today)}
    column, value = "valid_from", change.valid_from.isoformat()
    if not change.back_dated:
        return [finding("rule.day_before_today", column=column, value=value, **facts)]
    return [finding("rule.back_dated", column=column, value=value, **facts)]


def _of_the_replaced(change: Change, standing: Standing) -> list[Finding]:
    if change.replaces is None:
        return []
    old = next((row for row in standing.rows(change.kind) if row.id == change.replaces), None)
    facts: dict[str, Any] = {
        "column": "replaces",
        "value": str(change.replaces),
        "number": change.replaces,
    }
    if old is None:
        return [finding("rule.replaced_unknown", **facts)]
    if old.valid_to is not None:
        return [finding("rule.replaced_ended", **facts, day=_day(old.valid_to))]
    if change.valid_from < old.valid_from:
        return [finding("rule.before_the_replaced", **facts, day=_day(old.valid_from))]
    return []


def _of_criteria(
    new: CriteriaSet, change: Change, standing: Standing, today: date
) -> list[Finding]:
    found = []
    if new.official and not DOCUMENT_NUMBER.search(new.document):
        found.append(
            finding("rule.official_without_number", column="document", value=new.document,
                    read=new.document)
        )  # fmt: skip
    if _NOT_BROADBAND in new.broadband:
        found.append(finding("rule.broadband_2g", column="broadband", value=_NOT_BROADBAND))
    day = max(today, change.valid_from)
    counts = criteria_on(changed_by(standing, change), day)
    if counts is None or counts.value is not new:
        name = "" if counts is None else counts.value.name
        found.append(finding("rule.criteria_not_counted", column="official", name=name))
    return found


def _of_setting(
    new: SettingValue, change: Change, standing: Standing, today: date
) -> list[Finding]:
    known = known_settings().get(new.name)
    if known is None:
        return [
            finding(
                "rule.setting_unknown",
                column="name",
                value=as_read(new.name),
                read=as_read(new.name),
            )
        ]
    found = findings_of_value(known, new.value)
    if found:
        return found
    before = setting_on(standing, new.name, change.valid_from)
    if before is not None and before.value == new:
        found.append(finding("rule.nothing_changes", column="value", value=str(new.value)))
    day = max(today, change.valid_from)
    after = changed_by(standing, change)
    counts = setting_on(after, new.name, day)
    if counts is not None and counts.value is not new:
        found.append(
            finding("rule.setting_not_counted", column="valid_from", day=_day(counts.valid_from))
        )
    return [*found, *_of_the_pair(after, change.valid_from)]


def _of_the_pair(after: Standing, day: date) -> list[Finding]:
    """The border band lies inside the tolerance; nothing else binds two settings."""
    band, tolerance = (
        setting_on(after, name, day) for name in ("border_band_m", "commune_tolerance_m")
    )
    if band is None or tolerance is None or band.value.value <= tolerance.value.value:
        return []
    return [
        finding("rule.band_beyond_tolerance", column="value", value=str(band.value.value),
                band=f"{band.value.value:g}", tolerance=f"{tolerance.value.value:g}")
    ]  # fmt: skip


def _of_rules(change: Change, standing: Standing, today: date) -> list[Finding]:
    """What the rules would say on every day from the change on that brings another set of them."""
    after = changed_by(standing, change)
    found: list[Finding] = []
    told: set[tuple[object, ...]] = set()
    for day in days_of_change(after.rules, max(today, change.valid_from)):
        rules = [row.value for row in rules_on(after, day)]
        before = [row.value for row in rules_on(standing, day)]
        known = {_key(each) for each in findings_of_rules(before)}
        for each in findings_of_rules(rules):
            if _key(each) not in told | known:
                told.add(_key(each))
                found.append(each)
    return found


def _key(each: Finding) -> tuple[str, tuple[tuple[str, str], ...]]:
    return each.rule, tuple(sorted(each.facts.items()))


def findings_of_rules(rules: Sequence[QueueRule]) -> list[Finding]:
    """Return what a set of rules leaves undecided, and which of them can never decide."""
    if not rules:
        return [finding("rule.no_rule_left", column="removed")]
    found = []
    deciding = set()
    for values in itertools.product((True, False), repeat=len(FACTS)):
        facts = dict(zip(FACTS, values, strict=True))
        payer = queue_of(rules, QueueFacts(**facts))
        deciding.add(payer.rule_id)
        if payer.queue is Queue.UNDECIDED:
            words = {language: conditions_in_words(facts, language) for language in Language}
            found.append(
                finding("rule.combination_undecided", column="queue",
                        what=words[Language.VI], what_en=words[Language.EN])
            )  # fmt: skip
    found += [
        finding("rule.unreachable", column="position", value=str(rule.position),
                position=rule.position, what=rule_in_words(rule, Language.VI),
                what_en=rule_in_words(rule, Language.EN))
        for rule in rules if rule.id not in deciding
    ]  # fmt: skip
    positions = [rule.position for rule in rules]
    twice = sorted({position for position in positions if positions.count(position) > 1})
    found += [
        finding("rule.same_position", column="position", value=str(position), position=position)
        for position in twice
    ]
    return found


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
