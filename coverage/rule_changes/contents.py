"""Reading the content of a change: JSON of four kinds, each with its own fields.

What cannot be read is told, field by field; the rest is read all the same, so that everything
that is wrong is told at once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from coverage.criteria import FACTS, SERVICE_FIELDS, CriteriaSet, QueueRule, ServiceLevel
from coverage.findings import Finding, finding
from coverage.rule_changes.known_settings import as_read, is_number
from coverage.rule_changes.rows import (
    NEW_ID,
    Change,
    LegalBasis,
    RuleKind,
    SettingValue,
)
from coverage.rule_changes.sentences import field_words
from coverage.towers import Technology
from coverage.zones import Queue

LONGEST_TEXT = 2000
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
LARGEST_REACH_M = 100_000
LARGEST_POSITION = 9999
LARGEST_MBPS = 10_000.0
SERVICE_BOUNDS: Mapping[str, tuple[float, float]] = {
    "level_dbm": (-140, -30),  # what a phone's receiver tells from nothing, and beside a mast
    "down_mbps": (0.01, LARGEST_MBPS),
    "up_mbps": (0.01, LARGEST_MBPS),
    "availability_percent": (1, 100),
}
"""What may be asked of a technology's service: the least and the most that makes sense."""
_EVERY = {"valid_from", "replaces", "back_dated", "removed"}
FIELDS: Mapping[RuleKind, frozenset[str]] = {
    RuleKind.CRITERIA_SET: frozenset(
        {"name", "document", "official", "reach_m", "broadband", "service", *_EVERY}
    ),
    RuleKind.QUEUE_RULE: frozenset({"position", "queue", "citation", *FACTS, *_EVERY}),
    RuleKind.SETTING: frozenset({"name", "value", "citation", *_EVERY}) - {"replaces", "removed"},
    RuleKind.LEGAL_BASIS: frozenset(
        {"document", "title", "issued_on", "source", "note", "citation", *_EVERY}
    ),
}
"""The fields that a content of each kind may have."""


def read_change(kind: RuleKind, content: Mapping[str, Any]) -> tuple[Change | None, list[Finding]]:
    """Return the change that a content describes, or None, with what could not be read of it."""
    reader = _Reader(content)
    for name in sorted(set(content) - FIELDS[kind], key=str):
        reader.findings.append(
            finding("rule.unknown_field", column=as_read(name), read=as_read(name))
        )
    valid_from = reader.day("valid_from", required=True)
    replaces = reader.number_of_row("replaces")
    back_dated = reader.text("back_dated", required=False)
    removed = reader.truth("removed") if "removed" in content else False
    value, citation = None, ""
    if removed:
        citation = reader.text("document" if kind is RuleKind.CRITERIA_SET else "citation")
        if replaces is None:
            reader.findings.append(finding("rule.nothing_to_end", column="replaces"))
    else:
        value, citation = _READ[kind](reader, valid_from)
    if reader.findings or valid_from is None:
        return None, reader.findings
    return Change(kind, value, valid_from, citation, replaces, back_dated), []


@dataclass(slots=True)
class _Reader:
    """A content that is read field by field; ``findings`` gather what is wrong."""

    content: Mapping[str, Any]
    findings: list[Finding] = field(default_factory=list)

    def text(self, name: str, *, required: bool = True) -> str:
        value = self.content.get(name)
        if value is None or value == "" or (isinstance(value, str) and not value.strip()):
            if required:
                rule = "rule.citation_missing" if name == "citation" else "rule.text_missing"
                self.say(rule, name, value)
            return ""
        if not isinstance(value, str) or not _can_be_kept(value):
            self.say("rule.not_a_text", name, value)
            return ""
        if len(value) > LONGEST_TEXT:
            self.say("rule.text_too_long", name, value, longest=LONGEST_TEXT)
            return ""
        return value.strip()

    def day(self, name: str, *, required: bool) -> date | None:
        value = self.content.get(name)
        if value is None or value == "":
            if required:
                self.say("rule.day_missing", name, value)
            return None
        try:
            day = date.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            day = None
        if day is None or not EARLIEST <= day <= LATEST:
            if day is not None and not required:
                return day  # a law may be older than the programme
            self.say("rule.day_unreadable", name, value)
            return None
        return day

    def truth(self, name: str) -> bool:
        value = self.content.get(name)
        if not isinstance(value, bool):
            self.say("rule.not_yes_or_no", name, value)
            return False
        return value

    def condition(self, name: str) -> bool | None:
        return None if self.content.get(name) is None else self.truth(name)

    def number(self, name: str, low: float, high: float, *, whole: bool = False) -> float:
        value = self.content.get(name)
        fits = is_number(value) and low <= float(value) <= high  # type: ignore[arg-type]
        if not fits or (whole and not float(value).is_integer()):  # type: ignore[arg-type]
            rule = "rule.whole_between" if whole else "rule.number_between"
            self.say(rule, name, value, minimum=f"{low:g}", maximum=f"{high:g}")
            return math.nan
        return float(value)  # type: ignore[arg-type]

    def number_of_row(self, name: str) -> int | None:
        value = self.content.get(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < NEW_ID:
            self.say("rule.row_unknown", name, value)
            return None
        return value

    def say(self, rule: str, name: str, value: object, **facts: Any) -> None:
        read = "" if value is None else as_read(value)
        words: dict[str, Any] = field_words(name)
        self.findings.append(finding(rule, column=name, value=read, read=read, **words, **facts))


def _can_be_kept(text: str) -> bool:
    """Tell whether the database takes the text: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


Read = tuple[CriteriaSet | QueueRule | SettingValue | LegalBasis | None, str]


def _criteria_set(reader: _Reader, valid_from: date | None) -> Read:
    document = reader.text("document")
    name, official = reader.text("name"), reader.truth("official")
    reach_m = reader.number("reach_m", 1, LARGEST_REACH_M)
    told = reader.content.get("broadband")
    known = [technology.value for technology in Technology]
    if not isinstance(told, list) or not told or any(each not in known for each in told):
        reader.findings.append(
            finding("rule.broadband_unknown", column="broadband", value=as_read(told),
                    read=as_read(told), known=", ".join(known))
        )  # fmt: skip
        return None, document
    broadband = tuple(technology for technology in known if technology in told)
    day = valid_from or EARLIEST
    service = _service(reader)
    return CriteriaSet(NEW_ID, name, document, official, day, reach_m, broadband, service), document


def _service(reader: _Reader) -> tuple[ServiceLevel, ...]:
    """What is asked of the service, by technology; a technology of which nothing is asked is out."""
    told = reader.content.get("service")
    if told is None:
        return ()
    if not isinstance(told, Mapping):
        reader.say("rule.service_unreadable", "service", told)
        return ()
    levels = []
    for technology in sorted(told, key=str):
        if technology not in {known.value for known in Technology}:
            reader.say("rule.service_technology", "service", technology,
                       known=", ".join(Technology))  # fmt: skip
            continue
        asked = told[technology]
        if not isinstance(asked, Mapping):
            reader.say("rule.service_unreadable", "service", asked)
            continue
        level = _service_level(reader, technology, asked)
        if level.asked():
            levels.append(level)
    return tuple(levels)


def _service_level(reader: _Reader, technology: str, asked: Mapping[str, Any]) -> ServiceLevel:
    given: dict[str, Any] = {}
    for name in sorted(set(asked) - set(SERVICE_FIELDS), key=str):
        reader.say("rule.unknown_field", f"service.{technology}.{name}", name)
    for name, (low, high) in SERVICE_BOUNDS.items():
        value = asked.get(name)
        if value is None or value == "":
            continue
        if not is_number(value) or not low <= float(value) <= high:
            reader.say("rule.service_between", f"service.{technology}.{name}", value,
                       technology=technology, minimum=f"{low:g}", maximum=f"{high:g}")  # fmt: skip
            continue
        given[name] = float(value)
    if given.get("up_mbps", 0) > given.get("down_mbps", LARGEST_MBPS):
        reader.say("rule.service_up_above_down", f"service.{technology}.up_mbps",
                   given["up_mbps"], technology=technology)  # fmt: skip
    measured = asked.get("measured")
    if measured is not None and (
        not isinstance(measured, str) or not _can_be_kept(measured) or len(measured) > LONGEST_TEXT
    ):
        reader.say("rule.not_a_text", f"service.{technology}.measured", measured)
        measured = None
    return ServiceLevel(technology, **given, measured=(measured or "").strip())


def _queue_rule(reader: _Reader, valid_from: date | None) -> Read:  # noqa: ARG001 - one shape for all
    position = reader.number("position", 1, LARGEST_POSITION, whole=True)
    conditions = {name: reader.condition(name) for name in FACTS}
    citation = reader.text("citation")
    told = reader.content.get("queue")
    payers = [queue.value for queue in Queue if queue is not Queue.UNDECIDED]
    if told not in payers:
        reader.findings.append(
            finding("rule.queue_unknown", column="queue", value=as_read(told), read=as_read(told),
                    known=", ".join(payers))
        )  # fmt: skip
        return None, citation
    whole = 0 if math.isnan(position) else int(position)
    return QueueRule(
        NEW_ID, whole, conditions["grid_power"], conditions["specially_difficult"], Queue(told),
        citation, conditions["served"], conditions["promised"],
    ), citation  # fmt: skip


def _setting(reader: _Reader, valid_from: date | None) -> Read:  # noqa: ARG001 - one shape for all
    citation = reader.text("citation")
    if "value" not in reader.content:
        reader.say("rule.text_missing", "value", None)
    return SettingValue(reader.text("name"), reader.content.get("value"), citation), citation


def _legal_basis(reader: _Reader, valid_from: date | None) -> Read:  # noqa: ARG001 - one shape for all
    document = reader.text("document")
    return LegalBasis(
        document, reader.text("title"), reader.day("issued_on", required=False),
        reader.text("source"), reader.text("note", required=False),
    ), document  # fmt: skip


_READ = {
    RuleKind.CRITERIA_SET: _criteria_set,
    RuleKind.QUEUE_RULE: _queue_rule,
    RuleKind.SETTING: _setting,
    RuleKind.LEGAL_BASIS: _legal_basis,
}
