"""Dated rows as the API, the pages and the command line show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.numbers import format_decimal

from api.words import word
from coverage.actions.rule_changes import InForce
from coverage.criteria import SERVICE_FIELDS, CriteriaSet, QueueRule
from coverage.findings import Language
from coverage.rule_changes import (
    BOX_SIDES,
    DatedRow,
    KnownSetting,
    LegalBasis,
    RowState,
    RuleKind,
    SettingType,
    SettingValue,
    known_settings,
    rule_in_words,
    state_on,
)


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A dated row with how it stands on the day that is asked about."""

    kind: RuleKind
    row: DatedRow[Any]
    state: RowState


def rows_of(found: InForce, kind: RuleKind) -> list[ShownRow]:
    """Return every row of one kind; those in force first, each state in the order of its days."""
    rows = [
        ShownRow(kind, row, state_on(found.standing, kind, row, found.day))
        for row in found.standing.rows(kind)
    ]
    order = list(RowState)
    return sorted(rows, key=lambda shown: (order.index(shown.state), _place(shown.row)))


def _place(row: DatedRow[Any]) -> tuple[int, date, int]:
    position = row.value.position if isinstance(row.value, QueueRule) else 0
    return position, row.valid_from, row.id


def row_as_json(shown: ShownRow, language: Language) -> dict[str, Any]:
    """Return a row as JSON: its days, how it stands, and its value field by field."""
    row = shown.row
    return {
        "id": row.id, "state": shown.state.value, "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to and row.valid_to.isoformat(), "change_id": row.change_id,
        **value_as_json(row.value, language),
    }  # fmt: skip


def value_as_json(
    value: CriteriaSet | QueueRule | SettingValue | LegalBasis, language: Language
) -> dict[str, Any]:
    """Return what a row says, by the fields of a change's content."""
    match value:
        case CriteriaSet():
            return {
                "name": value.name, "document": value.document, "official": value.official,
                "reach_m": value.reach_m, "broadband": list(value.broadband),
                "service": value.service_asked(),
            }  # fmt: skip
        case QueueRule():
            return {
                "position": value.position, "grid_power": value.grid_power,
                "specially_difficult": value.specially_difficult, "served": value.served,
                "promised": value.promised, "queue": value.queue.value,
                "citation": value.citation, "in_words": rule_in_words(value, language),
            }  # fmt: skip
        case SettingValue():
            known = known_settings().get(value.name)
            return {
                "name": value.name, "value": value.value, "citation": value.citation,
                "title": known.name[language] if known else value.name,
                "unit": known.unit if known else "",
            }  # fmt: skip
        case LegalBasis():
            return {
                "document": value.document, "title": value.title,
                "issued_on": value.issued_on and value.issued_on.isoformat(),
                "source": value.source, "note": value.note,
            }  # fmt: skip


def service_in_words(service: Mapping[str, Mapping[str, Any]], language: Language) -> str:
    """Return what is asked of the service in one line: ``4G: mức thu tối thiểu (dBm) -110; …``."""
    return "; ".join(
        f"{technology}: " + ", ".join(
            f"{word(name, language, 'service')} "
            + (number_in_words(value, language) if isinstance(value, int | float) else str(value))
            for name in SERVICE_FIELDS
            if (value := asked.get(name)) not in {None, ""}
        )
        for technology, asked in sorted(service.items())
        if isinstance(asked, Mapping)
    )  # fmt: skip


def setting_in_words(name: str, value: Any, language: Language) -> str:
    """Return a setting's value as people read it, with its unit."""
    known = known_settings().get(name)
    if known is None:
        return str(value)
    match known.type:
        case SettingType.SWITCH:
            return word("yes" if value else "no", language, "answer")
        case SettingType.TEXT:
            return str(value)
        case SettingType.CHOICE:
            return word(str(value), language, f"choice.{name}")
        case SettingType.CHOICES:
            chosen = [word(str(each), language, f"choice.{name}") for each in value]
            return ", ".join(chosen) or word("none", language, "answer")
        case SettingType.WEIGHTS | SettingType.BOX:
            return "; ".join(_part(known, key, value, language) for key in _order(known, value))
        case _:
            return (
                f"{number_in_words(value, language)} {word(known.unit, language, 'unit')}".strip()
            )


def _order(known: KnownSetting, value: Mapping[str, Any]) -> list[str]:
    listed = BOX_SIDES if known.type is SettingType.BOX else known.choices
    return [key for key in listed if key in value] or list(value)


def _part(known: KnownSetting, key: str, value: Mapping[str, Any], language: Language) -> str:
    family = "weight" if known.type is SettingType.WEIGHTS else "side"
    return f"{word(key, language, family)} {number_in_words(value[key], language)}"


def number_in_words(value: float, language: Language) -> str:
    """Return a number as it is read in a language: 15.000 and 0,25, or 15,000 and 0.25."""
    return format_decimal(value, locale="vi_VN" if language is Language.VI else "en_GB")
