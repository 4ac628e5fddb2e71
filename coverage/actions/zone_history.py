"""The history of a zone: from the first report over every change to how it stands now."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import Connection

from coverage.errors import NotFound
from coverage.people import Actor
from coverage.storage import review_cases as stored
from coverage.storage import zone_life
from coverage.storage import zones as stored_zones
from coverage.storage.review_cases import Sending
from coverage.storage.sessions import Database
from coverage.storage.zones import ListedZone
from coverage.zone_life import ZoneEvent
from coverage.zones import ZoneStatus

Facts = Mapping[str, object]


class HistoryKind(StrEnum):
    """What happened; a change of several things is told by the gravest of them."""

    REPORTED = "reported"  # a province's file reported it
    MOVED = "moved"  # its status changed
    PLACE = "place"  # its commune, province or vintage changed
    FACTS = "facts"  # what is known of the village changed
    QUEUE = "queue"  # who pays changed
    REVIEWER = "reviewer"  # it went into other hands


@dataclass(frozen=True, slots=True)
class PlaceThen:
    """Where a zone lay at a time, by the names of the vintage of then."""

    vintage: str
    commune_code: str
    commune: str | None
    province_code: str
    province: str | None
    village: str


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One thing that happened to a zone. ``at`` is UTC; ``place`` is where it lay afterwards.

    ``before`` and ``after`` hold what changed, as JSON has it; of a report, ``after`` holds what
    the row said. ``submission`` is the number of the report's file,
    ``sending`` the report itself.
    """

    at: dt.datetime
    organisation: str
    actor: str
    kind: HistoryKind
    before: Facts
    after: Facts
    status_from: ZoneStatus | None
    status_to: ZoneStatus | None
    reason: str
    version: int | None
    place: PlaceThen
    submission: int | None = None
    row: int | None = None
    sending: Sending | None = None


_PLACE = frozenset({"commune_code", "declared_commune_code", "province_code", "vintage"})
_QUEUE = frozenset({"queue", "queue_reason", "queue_by", "queue_rule_id"})
_LIFE = frozenset({"status", "status_reason", "status_by", "merged_into", "reviewer"})


def history(database: Database, actor: Actor, zone_id: uuid.UUID) -> tuple[HistoryEntry, ...]:
    """Return everything that happened to a zone that the actor may see, the oldest first.

    Raises:
        NotFound: there is no such zone, or none that the actor may see.
    """
    with database.transaction(actor) as connection:
        listed = stored_zones.one(connection, zone_id)
        if listed is None:
            raise NotFound("zone", zone_id)
        return history_of(connection, listed)


def history_of(
    connection: Connection, listed: ListedZone, sendings: Sequence[Sending] | None = None
) -> tuple[HistoryEntry, ...]:
    """Return a zone's history, in the transaction of an action that shows it.

    ``sendings`` are the rows that reported it, where they were read already.
    """
    zone_id = listed.zone.id
    events = zone_life.events(connection, {zone_id: 0})[zone_id]
    if sendings is None:
        sendings = stored.sendings(connection, zone_id)
    first = _first(listed, events)
    states = _states(first, events)
    names = stored.names_of(
        connection,
        {str(state["vintage"]) for state in states} | {sending.vintage for sending in sendings},
    )
    entries = [_reported(sending, names) for sending in sendings]
    if not sendings or sendings[0].submitted_at > listed.reported_at:
        entries.insert(0, _entered(listed, first, names))
    entries += [
        _changed(event, state, names) for event, state in zip(events, states[1:], strict=True)
    ]
    return tuple(sorted(entries, key=lambda entry: (entry.at, entry.version or 0)))


def _first(listed: ListedZone, events: Sequence[ZoneEvent]) -> dict[str, object]:
    """The zone's facts when it was made: every change taken back from how it stands."""
    zone = listed.zone
    facts: dict[str, object] = {
        name: getattr(zone, name)
        for name in (
            "province_code", "commune_code", "declared_commune_code", "vintage", "village",
            "latitude", "longitude", "households", "population", "signal", "grid_power",
            "specially_difficult", "status",
        )
    }  # fmt: skip
    for event in reversed(events):
        facts |= {name: value for name, value in event.before.items() if name in facts}
    return facts


def _states(first: dict[str, object], events: Sequence[ZoneEvent]) -> list[dict[str, object]]:
    """The facts as made, and after every change."""
    states = [first]
    for event in events:
        changed = {name: value for name, value in event.after.items() if name in first}
        states.append(states[-1] | changed)
    return states


def _entered(listed: ListedZone, first: Facts, names: stored.Names) -> HistoryEntry:
    """A zone whose first report is not kept: it was entered without a file."""
    return HistoryEntry(
        listed.reported_at, "", "", HistoryKind.REPORTED, {}, first, None, ZoneStatus.REPORTED, "",
        None, _place(first, names),
    )  # fmt: skip


def _reported(sending: Sending, names: stored.Names) -> HistoryEntry:
    row = sending.row
    state = row.reading() | {
        "vintage": sending.vintage, "province_code": sending.province_code,
        "commune_code": row.commune_code or row.declared_commune_code,
    }  # fmt: skip
    return HistoryEntry(
        sending.submitted_at, sending.organisation, sending.submitted_by, HistoryKind.REPORTED,
        {}, row.reading(), None, None, "", None, _place(state, names),
        sending.number, row.row, sending,
    )  # fmt: skip


def _changed(event: ZoneEvent, state: Facts, names: stored.Names) -> HistoryEntry:
    before, after = event.before, event.after
    moved = "status" in before
    told = HistoryEntry(
        event.at, event.organisation, event.actor, _kind(frozenset(before)), before, after,
        ZoneStatus(str(before["status"])) if moved else None,
        ZoneStatus(str(after["status"])) if moved else None,
        event.reason or str(after.get("status_reason", "")), event.version, _place(state, names),
    )  # fmt: skip
    if event.reason:
        return told
    if told.kind is HistoryKind.QUEUE:
        return replace(told, reason=str(after.get("queue_reason", "")))
    return told


def _kind(changed: frozenset[str]) -> HistoryKind:
    if "status" in changed:
        return HistoryKind.MOVED
    if changed & _PLACE:
        return HistoryKind.PLACE
    if changed - _QUEUE - _LIFE:
        return HistoryKind.FACTS
    return HistoryKind.QUEUE if changed & _QUEUE else HistoryKind.REVIEWER


def _place(state: Facts, names: stored.Names) -> PlaceThen:
    vintage, commune = str(state["vintage"]), str(state["commune_code"])
    province = str(state["province_code"])
    return PlaceThen(
        vintage, commune, names.get((vintage, "commune", commune)),
        province, names.get((vintage, "province", province)), str(state["village"]),
    )  # fmt: skip
