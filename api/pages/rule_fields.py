"""The fields of a change's form: what stands in them, and the content they make.

What cannot be read as a number or a day goes on as the text it was, so that the check tells it
with the words that were typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from starlette.datastructures import FormData

from coverage.criteria import FACTS, SERVICE_FIELDS, CriteriaSet, QueueRule
from coverage.findings import Language
from coverage.rule_changes import (
    BOX_SIDES,
    DatedRow,
    KnownSetting,
    LegalBasis,
    RuleKind,
    SettingType,
    known_settings,
)
from coverage.towers import Technology

Values = dict[str, Any]
"""A form's fields: texts by name, lists of texts where several boxes may be ticked."""

_THOUSANDS = re.compile(r"[1-9]\d{0,2}(\.\d{3})+")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ANSWERS = {"yes": True, "no": False}
LISTS = {"broadband", "value"}
SERVICE_KEYS = tuple(
    f"service.{technology.value}.{name}" for technology in Technology for name in SERVICE_FIELDS
)
EMPTY: Mapping[RuleKind, Values] = {
    RuleKind.CRITERIA_SET: {
        "name": "", "document": "", "official": "no", "reach_m": "", "broadband": ["4G", "5G"],
        **dict.fromkeys(SERVICE_KEYS, ""),
    },
    RuleKind.QUEUE_RULE: {"position": "", "queue": "", "citation": "", **dict.fromkeys(FACTS, "")},
    RuleKind.SETTING: {"citation": ""},
    RuleKind.LEGAL_BASIS: {"document": "", "title": "", "issued_on": "", "source": "", "note": ""},
}  # fmt: skip


def values_of_row(kind: RuleKind, row: DatedRow[Any] | None, language: Language) -> Values:
    """Return what a form begins with: the row that it changes, or nothing."""
    values: Values = {
        **EMPTY[kind],
        "valid_from": "",
        "back_dated": "",
        "replaces": "",
        "reason": "",
    }
    if row is None:
        return values
    value = row.value
    if kind is not RuleKind.SETTING:
        values["replaces"] = str(row.id)
    match value:
        case CriteriaSet():
            values |= {
                "name": value.name, "document": value.document,
                "official": _answer(value.official), "broadband": list(value.broadband),
                "reach_m": number_as_typed(value.reach_m, language),
                **_values_of_service(value, language),
            }  # fmt: skip
        case QueueRule():
            values |= {
                "position": str(value.position), "queue": value.queue.value,
                "citation": value.citation,
                **{name: _answer(getattr(value, name)) for name in FACTS},
            }  # fmt: skip
        case LegalBasis():
            issued = value.issued_on.isoformat() if value.issued_on else ""
            values |= {
                "document": value.document, "title": value.title, "issued_on": issued,
                "source": value.source, "note": value.note,
            }  # fmt: skip
        case _:
            values |= {"name": value.name, "citation": value.citation}
            values |= _values_of_setting(known_settings()[value.name], value.value, language)
    return values


def _values_of_service(value: CriteriaSet, language: Language) -> Values:
    return {
        f"service.{technology}.{name}": told
        if isinstance(told, str)
        else number_as_typed(told, language)
        for technology, asked in value.service_asked().items()
        for name, told in asked.items()
    }


def _values_of_setting(known: KnownSetting, value: Any, language: Language) -> Values:
    match known.type:
        case SettingType.SWITCH:
            return {"value": _answer(value)}
        case SettingType.CHOICE | SettingType.TEXT:
            return {"value": str(value)}
        case SettingType.CHOICES:
            return {"value": [str(each) for each in value]}
        case SettingType.WEIGHTS | SettingType.BOX:
            return {
                f"value.{name}": number_as_typed(value.get(name), language)
                for name in parts_of(known)
            }
        case _:
            return {"value": number_as_typed(value, language)}


def parts_of(known: KnownSetting) -> tuple[str, ...]:
    """Return the names of a setting's parts: the weights, or the sides of a box."""
    if known.type is SettingType.BOX:
        return BOX_SIDES
    return known.choices if known.type is SettingType.WEIGHTS else ()


def values_of_form(kind: RuleKind, fields: FormData) -> Values:
    """Return what was typed, as it was typed."""
    values: Values = values_of_row(kind, None, Language.VI)
    for name in fields:
        typed = [each for each in fields.getlist(name) if isinstance(each, str)]
        several = name == "broadband" or (name == "value" and _takes_several(values_name(fields)))
        values[name] = typed if several else (typed[0] if typed else "")
    for name in LISTS:
        if name not in fields and (name == "broadband" or _takes_several(values_name(fields))):
            values[name] = []
    return values


def values_name(fields: FormData) -> str:
    """Return the name of the setting that a form is about."""
    name = fields.get("name")
    return name if isinstance(name, str) else ""


def _takes_several(name: str) -> bool:
    known = known_settings().get(name)
    return known is not None and known.type is SettingType.CHOICES


def content_of(kind: RuleKind, values: Values) -> dict[str, Any]:
    """Return the content that a form's values make."""
    content: dict[str, Any] = {"valid_from": _day(values["valid_from"])}
    if values["back_dated"].strip():
        content["back_dated"] = values["back_dated"].strip()
    if values["replaces"]:
        content["replaces"] = _whole(values["replaces"])
    if values.get("removed"):
        cited = "document" if kind is RuleKind.CRITERIA_SET else "citation"
        return content | {"removed": True, cited: values.get("citation", "")}
    match kind:
        case RuleKind.CRITERIA_SET:
            return content | {
                "name": values["name"], "document": values["document"],
                "official": _ANSWERS.get(values["official"]), "broadband": values["broadband"],
                "reach_m": _number(values["reach_m"]),
                **_service(values),
            }  # fmt: skip
        case RuleKind.QUEUE_RULE:
            return content | {
                "position": _number(values["position"]), "queue": values["queue"],
                "citation": values["citation"],
                **{name: _ANSWERS.get(values[name]) for name in FACTS},
            }  # fmt: skip
        case RuleKind.SETTING:
            content |= {"name": values.get("name", ""), "citation": values["citation"]}
            known = known_settings().get(values.get("name", ""))
            return content | {"value": None if known is None else _value(known, values)}
        case RuleKind.LEGAL_BASIS:
            issued = {"issued_on": _day(values["issued_on"])} if values["issued_on"] else {}
            names = ("document", "title", "source", "note")
            return content | issued | {name: values[name] for name in names}


def _service(values: Values) -> dict[str, Any]:
    """What is asked of the service; nothing at all where every field is empty."""
    service: dict[str, dict[str, Any]] = {}
    for key in SERVICE_KEYS:
        typed = values.get(key, "").strip()
        if typed:
            _, technology, name = key.split(".")
            told = typed if name == "measured" else _number(typed.replace("−", "-"))
            service.setdefault(technology, {})[name] = told
    return {"service": service} if service else {}


def _value(known: KnownSetting, values: Values) -> Any:
    typed = values.get("value", "")
    match known.type:
        case SettingType.SWITCH:
            return _ANSWERS.get(typed, typed)
        case SettingType.TEXT:
            return typed.strip()
        case SettingType.CHOICE | SettingType.CHOICES:
            return typed
        case SettingType.WEIGHTS | SettingType.BOX:
            return {name: _number(values.get(f"value.{name}", "")) for name in parts_of(known)}
        case SettingType.WHOLE:
            return _whole(typed)
        case _:
            return _number(typed)


def number_as_typed(value: Any, language: Language) -> str:
    """Return a number as it is typed in this language: 0,25 or 0.25."""
    if value is None:
        return ""
    plain = f"{value:.10g}"
    return plain.replace(".", ",") if language is Language.VI else plain


def _number(typed: str) -> float | str:
    """A number as people here write it: 0,25 and 1.500; other texts stay texts."""
    plain = typed.strip().replace("\u00a0", "").replace(" ", "")
    if _THOUSANDS.fullmatch(plain):
        plain = plain.replace(".", "")
    try:
        return float(plain.replace(",", "."))
    except ValueError:
        return typed


def _whole(typed: str) -> float | str:
    number = _number(typed)
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _day(typed: str) -> str:
    found = _DAY.fullmatch(typed.strip())
    if found is None:
        return typed.strip()
    day, month, year = (int(part) for part in found.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return typed


def _answer(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"
