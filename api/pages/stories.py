"""What happened to a zone, in words: each change with its facts before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request

from api import dependencies as asked
from api.catalogue import mark as _
from api.catalogue import translate
from api.pages.impacts import ToldChange, told_value
from api.words import word
from api.zones import sees_people
from coverage.actions.people import own_names
from coverage.actions.zone_history import HistoryEntry, HistoryKind, PlaceThen
from coverage.findings import Language, Severity
from coverage.storage.people import SessionHolder
from coverage.storage.review_cases import Sending
from coverage.storage.sessions import Database
from coverage.zones import ZoneStatus

# Facts that are told as such; the others say who and why, and are told beside.
_FACTS = (
    "village", "commune_code", "declared_commune_code", "province_code", "vintage", "households",
    "population", "signal", "grid_power", "specially_difficult", "merged_into", "reviewer",
)  # fmt: skip
_NOBODY = _("không ai")
_WHAT = {
    HistoryKind.PLACE: _("Địa bàn hành chính thay đổi"),
    HistoryKind.FACTS: _("Số liệu được sửa"),
    HistoryKind.REVIEWER: _("Đổi người thẩm định"),
}
_SENT = _("Tỉnh báo cáo: lần nộp số %(number)s, dòng %(row)s")
_FILE = _("Tệp “%(file)s”.")
_FILE_AND_DOCUMENT = _("Tệp “%(file)s”, kèm công văn %(document)s.")
_TENDERED = _("Vào gói thầu %(package)s")
_ENTERED = _("Được đưa vào hệ thống")
_PAYER = _("Ai chi trả: %(queue)s")
_PAYER_REASON = _("Căn cứ chi trả được ghi lại")


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a story is told; ``communes`` has the names of communes by code.

    ``people``: may know which person of the authority acted; their own colleagues they know.
    """

    language: Language
    people: bool
    communes: Mapping[str, str]
    organisation: str


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """One change in words: when, who, what, why, and which facts became which.

    ``person`` is empty where the reader may know the organisation only; ``place`` is where the
    village lay then, where that differs from today; ``submission`` is the number of a file,
    ``file`` its name and document; ``repaired`` what was put right in its row.
    """

    at: datetime
    organisation: str
    person: str
    what: str
    reason: str
    changes: Sequence[ToldChange]
    place: PlaceThen | None
    submission: int | None
    file: str = ""
    repaired: Sequence[str] = ()


def reader_of(
    request: Request, opened: Database, holder: SessionHolder, province_code: str = ""
) -> Reader:
    """Return for whom a page tells a story; a province's code brings its communes' names."""
    name, communes = own_names(opened, holder.actor, province_code)
    names = {unit.code: unit.full_name for unit in communes}
    return Reader(asked.language(request), sees_people(holder.actor), names, name)


def told_history(entries: Sequence[HistoryEntry], reader: Reader) -> list[ToldEvent]:
    """Return what happened to a zone, the newest first."""
    today = entries[-1].place if entries else None
    return [_told(entry, today, reader) for entry in reversed(entries)]


def told_facts(
    before: Mapping[str, object], after: Mapping[str, object], reader: Reader
) -> list[ToldChange]:
    """Return the facts that differ, in words: what they were and what they are."""
    names = ("status", "status_reason", "queue", "queue_reason", *_FACTS)
    return _changes(names, before, after, reader)


def _told(entry: HistoryEntry, today: PlaceThen | None, reader: Reader) -> ToldEvent:
    names: list[str] = [] if entry.kind is HistoryKind.REPORTED else list(_FACTS)
    if entry.kind is HistoryKind.MOVED:
        names = ["status", "queue", *(name for name in names if name != "reviewer")]
    elif entry.kind is HistoryKind.QUEUE:
        names = ["queue"]
    own = reader.people or entry.organisation == reader.organisation
    elsewhere = today is not None and (entry.place.commune_code, entry.place.village) != (
        today.commune_code, today.village,
    )  # fmt: skip
    return ToldEvent(
        entry.at, entry.organisation, entry.actor if own else "", _what(entry, reader.language),
        "" if _package(entry) else entry.reason,
        _changes(names, entry.before, entry.after, reader),
        entry.place if elsewhere else None, entry.submission,
        _file(entry.sending, reader.language) if entry.sending else "",
        _repaired(entry.sending, reader.language) if entry.sending else (),
    )  # fmt: skip


def _package(entry: HistoryEntry) -> str:
    """The package that a zone went into; its number is kept as the reason."""
    return entry.reason if entry.status_to is ZoneStatus.IN_PACKAGE else ""


def _file(sending: Sending, language: Language) -> str:
    """The file by its name, and the document that it came with."""
    facts = {"file": sending.file_name, "document": sending.document}
    return translate(_FILE_AND_DOCUMENT if sending.document else _FILE, language) % facts


def _repaired(sending: Sending, language: Language) -> list[str]:
    """What the program put right in the row, or took for granted, by its own words."""
    return [
        finding.message(language)
        for finding in sending.row.findings
        if finding.severity is Severity.INFO
    ]


def _what(entry: HistoryEntry, language: Language) -> str:
    match entry.kind:
        case HistoryKind.REPORTED if entry.submission is not None:
            facts = {"number": entry.submission, "row": entry.row}
            return translate(_SENT, language) % facts
        case HistoryKind.REPORTED:
            return translate(_ENTERED, language)
        case HistoryKind.MOVED if _package(entry):
            return translate(_TENDERED, language) % {"package": _package(entry)}
        case HistoryKind.MOVED if entry.status_to is not None:
            return word(entry.status_to, language)
        case HistoryKind.QUEUE if "queue" in entry.after:
            queue = word(str(entry.after["queue"]), language, "Queue")
            return translate(_PAYER, language) % {"queue": queue}
        case HistoryKind.QUEUE:
            return translate(_PAYER_REASON, language)
        case _:
            return translate(_WHAT[entry.kind], language)


def _changes(
    names: Iterable[str], before: Mapping[str, object], after: Mapping[str, object], reader: Reader
) -> list[ToldChange]:
    changes = [
        ToldChange(
            word(name, reader.language, "fact"),
            _value(name, before.get(name), reader), _value(name, after[name], reader),
        )
        for name in names
        if name in after and (reader.people or name != "reviewer")
    ]  # fmt: skip
    return [*changes, *_point(before, after, reader)]


def _point(
    before: Mapping[str, object], after: Mapping[str, object], reader: Reader
) -> list[ToldChange]:
    """A point that moved, as two pairs of degrees; a half that stayed is not kept, and left out."""
    halves = [half for half in ("latitude", "longitude") if half in after]
    if not halves or not before:
        return []
    return [
        ToldChange(
            word("point", reader.language, "fact"),
            _degrees(before[half] for half in halves), _degrees(after[half] for half in halves),
        )
    ]  # fmt: skip


def _degrees(values: Iterable[Any]) -> str:
    return ", ".join(f"{float(value):.5f}" for value in values)


def _value(name: str, value: Any, reader: Reader) -> str:
    if value is None and name == "reviewer":
        return translate(_NOBODY, reader.language)
    if name == "merged_into":
        return "–" if value is None else str(value)
    return told_value(name, value, reader.communes, reader.language)
