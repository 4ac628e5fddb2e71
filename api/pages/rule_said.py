"""What a change says, in words: one line, and field by field before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from api.rule_rows import number_in_words, service_in_words, setting_in_words, value_as_json
from api.words import word
from coverage.criteria import FACTS, QueueRule
from coverage.findings import Language
from coverage.rule_changes import (
    DatedRow,
    RuleChange,
    RuleKind,
    Standing,
    known_settings,
    read_change,
    rule_in_words,
)
from coverage.rule_changes.sentences import FIELDS

_SHOWN: Mapping[RuleKind, tuple[str, ...]] = {
    RuleKind.CRITERIA_SET: ("name", "document", "official", "reach_m", "broadband", "service"),
    RuleKind.QUEUE_RULE: ("position", *FACTS, "queue", "citation"),
    RuleKind.SETTING: ("value", "citation"),
    RuleKind.LEGAL_BASIS: ("document", "title", "issued_on", "source", "note"),
}


def in_one_line(change: RuleChange, language: Language) -> str:
    """Return what a change is about, in one line."""
    content = change.content
    read, _ = read_change(change.kind, content)
    if change.kind is RuleKind.SETTING:
        known = known_settings().get(str(content.get("name")))
        title = known.name[language] if known else str(content.get("name"))
        return (
            f"{title}: {setting_in_words(str(content.get('name')), content.get('value'), language)}"
        )
    if read is not None and isinstance(read.value, QueueRule):
        return rule_in_words(read.value, language)
    if content.get("removed"):
        return f"{word('removed', language, 'rule')} ({content.get('replaces')})"
    return str(content.get("name") or content.get("document") or "")


def field_by_field(
    change: RuleChange, standing: Standing, language: Language
) -> list[tuple[str, str, str]]:
    """Return each field's name with what stood before and what the change says, in words."""
    before = _before(change, standing)
    old = {} if before is None else value_as_json(before.value, language)
    content = change.content
    name = str(content.get("name", ""))
    rows = []
    if not content.get("removed"):
        for field in _SHOWN[change.kind]:
            was = _told(change.kind, name, field, old.get(field), language) if old else ""
            rows.append(
                (field_name(field, language), was,
                 _told(change.kind, name, field, content.get(field), language))
            )  # fmt: skip
    started = "" if before is None else f"{before.valid_from:%d/%m/%Y}"
    first = content.get("valid_from")
    rows.append((field_name("valid_from", language), started, _day(first)))
    rows += [
        (field_name(field, language), "", str(content[field]))
        for field in ("back_dated",)
        if content.get(field)
    ]
    if content.get("removed"):
        cited = content.get("citation") or content.get("document")
        rows.append((field_name("citation", language), "", str(cited)))
    return rows


def field_name(field: str, language: Language) -> str:
    """Return a field's name as a label: it begins with a capital letter."""
    vietnamese, english = FIELDS.get(field, (field, field))
    told = vietnamese if language is Language.VI else english
    return told[:1].upper() + told[1:]


def _before(change: RuleChange, standing: Standing) -> DatedRow[Any] | None:
    """The row that the change replaces or follows."""
    rows: Sequence[DatedRow[Any]] = standing.rows(change.kind)
    if change.kind is not RuleKind.SETTING:
        return next((row for row in rows if row.id == change.content.get("replaces")), None)
    own = next((row.id for row in rows if row.change_id == change.id), None)
    read, _ = read_change(change.kind, change.content)
    if read is None:
        return None
    earlier = [
        row
        for row in rows
        if row.value.name == change.content.get("name")
        and row.valid_from <= read.valid_from
        and (own is None or row.id < own)
    ]
    return max(earlier, key=lambda row: (row.valid_from, row.id), default=None)


def _told(kind: RuleKind, name: str, field: str, value: Any, language: Language) -> str:
    if field == "value" and kind is RuleKind.SETTING:
        return setting_in_words(name, value, language)
    if field in FACTS:
        told = {None: "either", True: "yes", False: "no"}[value]
        return word(told, language, "answer")
    if field == "service":
        return service_in_words(value or {}, language)
    if field == "queue":
        return word(str(value), language, "Queue")
    if isinstance(value, bool):
        return word("yes" if value else "no", language, "answer")
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if isinstance(value, float | int):
        return number_in_words(value, language)
    return _day(value) if field == "issued_on" else str(value or "")


def _day(value: Any) -> str:
    try:
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    except (TypeError, ValueError):
        return str(value or "")
