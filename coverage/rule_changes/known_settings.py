"""The settings the authority may change: what each means, its type, its unit and its bounds."""

from __future__ import annotations

import functools
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import Any

from coverage.findings import Finding, Language, finding

WEIGHTS_SUM_TOLERANCE = 1e-6
BOX_SIDES = ("west", "south", "east", "north")


class SettingKind(StrEnum):
    """Which room of the page a setting stands in."""

    CLOCK = "clock"
    TOLERANCE = "tolerance"
    WEIGHTS = "weights"
    SWITCH = "switch"  # who must look twice
    RATE = "rate"  # what a unit of a site costs
    TENDER = "tender"  # how an operator is found


class SettingType(StrEnum):
    """What values a setting may have."""

    NUMBER = "number"
    WHOLE = "whole"
    SWITCH = "switch"
    CHOICE = "choice"
    CHOICES = "choices"
    WEIGHTS = "weights"
    BOX = "box"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class KnownSetting:
    """One setting: its words in both languages, and what values it takes.

    ``unit`` is ``m``, ``km``, ``days``, ``months``, ``₫``, ``°``, ``dBm`` or empty; ``applies`` says what a change of it
    reaches; ``choices`` are the values to choose from, or the names of the weights; ``pattern`` is
    what a text must match, whole.
    """

    key: str
    kind: SettingKind
    type: SettingType
    unit: str
    minimum: float | None
    maximum: float | None
    choices: tuple[str, ...]
    name: Mapping[Language, str]
    meaning: Mapping[Language, str]
    applies: Mapping[Language, str]
    pattern: str = ""


@functools.cache
def known_settings() -> Mapping[str, KnownSetting]:
    """Return every known setting by its name, in the order of the file that lists them."""
    listed = resources.files("coverage.rule_changes") / "settings.toml"
    return {
        key: KnownSetting(
            key, SettingKind(entry["kind"]), SettingType(entry["type"]), entry["unit"],
            entry.get("minimum"), entry.get("maximum"), tuple(entry.get("choices", ())),
            _both(entry, "name"), _both(entry, "meaning"), _both(entry, "applies"),
            entry.get("pattern", ""),
        )
        for key, entry in tomllib.loads(listed.read_text(encoding="utf-8")).items()
    }  # fmt: skip


def _both(entry: Mapping[str, str], name: str) -> Mapping[Language, str]:
    return {Language.VI: entry[name], Language.EN: entry[f"{name}_en"]}


def findings_of_value(known: KnownSetting, value: object) -> list[Finding]:
    """Return what is wrong with a value; empty when the setting may take it."""
    match known.type:
        case SettingType.NUMBER | SettingType.WHOLE:
            return _of_number(known, value)
        case SettingType.SWITCH:
            return [] if isinstance(value, bool) else [_wrong(known, "rule.not_a_switch", value)]
        case SettingType.CHOICE:
            fits = isinstance(value, str) and value in known.choices
            return [] if fits else [_not_a_choice(known, value)]
        case SettingType.CHOICES:
            return _of_choices(known, value)
        case SettingType.WEIGHTS:
            return _of_weights(known, value)
        case SettingType.BOX:
            return _of_box(known, value)
        case SettingType.TEXT:
            fits = isinstance(value, str) and re.fullmatch(known.pattern, value) is not None
            return [] if fits else [_wrong(known, "rule.not_of_form", value, form=known.pattern)]


def is_number(value: object) -> bool:
    """Tell whether a value of JSON is a finite number; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number of more digits than a float holds
        return False


def _of_number(known: KnownSetting, value: object) -> list[Finding]:
    if not is_number(value):
        return [_wrong(known, "rule.not_a_number", value)]
    number = float(value)  # type: ignore[arg-type]
    if known.type is SettingType.WHOLE and not number.is_integer():
        return [_wrong(known, "rule.not_whole", value)]
    low, high = known.minimum, known.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        return [_wrong(known, "rule.out_of_bounds", value, minimum=_told(low), maximum=_told(high))]
    return []


def _of_choices(known: KnownSetting, value: object) -> list[Finding]:
    if not isinstance(value, list) or len({str(each) for each in value}) != len(value):
        return [_not_a_choice(known, value)]
    return [_not_a_choice(known, each) for each in value if each not in known.choices]


def _of_weights(known: KnownSetting, value: object) -> list[Finding]:
    if not isinstance(value, dict) or set(value) != set(known.choices):
        return [_wrong(known, "rule.weights_named", value, names=", ".join(known.choices))]
    wrong = [each for each in value.values() if not is_number(each) or not 0 <= each <= 1]
    if wrong:
        return [_wrong(known, "rule.weight_out_of_bounds", each) for each in wrong]
    total = math.fsum(value.values())
    if abs(total - 1) > WEIGHTS_SUM_TOLERANCE:
        told = _told(total)
        return [
            _wrong(known, "rule.weights_sum", total, total=told.replace(".", ","), total_en=told)
        ]
    return []


def _of_box(known: KnownSetting, value: object) -> list[Finding]:
    if (
        not isinstance(value, dict)
        or set(value) != set(BOX_SIDES)
        or not all(is_number(each) for each in value.values())
    ):
        return [_wrong(known, "rule.box_sides", value)]
    west, south, east, north = (value[side] for side in BOX_SIDES)
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004 - degrees
        return [_wrong(known, "rule.box_sides", value)]
    return []


def _not_a_choice(known: KnownSetting, value: object) -> Finding:
    return _wrong(known, "rule.not_a_choice", value, choices=", ".join(known.choices))


def _wrong(known: KnownSetting, rule: str, value: object, **facts: Any) -> Finding:
    return finding(
        rule, column="value", value=as_read(value), read=as_read(value),
        what=known.name[Language.VI], what_en=known.name[Language.EN], **facts,
    )  # fmt: skip


def as_read(value: object) -> str:
    """Return what was read, as it is told: one line, and nothing that cannot be written down."""
    text = str(value).encode(errors="replace").decode().replace("\x00", "\N{REPLACEMENT CHARACTER}")
    return text if len(text) <= 80 else f"{text[:79]}…"  # noqa: PLR2004 - one line of a page


def _told(number: float | None) -> str:
    return "∞" if number is None else f"{number:.6g}"
