"""Readiness of lots: saying it of zones, and the gate before a package."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import Connection

from coverage.errors import LotNotReady, NotFound, NothingToDo
from coverage.packages import PackageReadiness
from coverage.people import Act, Actor
from coverage.readiness import ReadinessKind, ReadinessState, held_back, together
from coverage.storage import audit
from coverage.storage import lots as stored_lots
from coverage.storage import readiness as stored
from coverage.storage.lots import StoredLot
from coverage.storage.readiness import Said, ZoneReadiness
from coverage.storage.sessions import Database

_NOTE_LENGTH = 500
_NAMED = 5  # villages that a package's note names


def say_readiness(  # noqa: PLR0917 - what is said, of what, by whom
    database: Database, actor: Actor, province_code: str, zone_ids: Collection[uuid.UUID],
    states: dict[ReadinessKind, ReadinessState], note: str = "",
) -> None:  # fmt: skip
    """Keep how ready these zones of one province are; a kind that is not named stays as it was.

    Raises:
        NotAllowed: the role may not plan.
        NothingToDo: no zone, or nothing said.
        NotFound: the province has no such zone that the fund pays for.
    """
    actor.must(Act.PROPOSE_LOTS)
    if not zone_ids:
        raise NothingToDo("no_zones_chosen")
    if not states:
        raise NothingToDo("no_readiness_said")
    told = " ".join(note.split())[:_NOTE_LENGTH]
    with database.transaction(actor) as connection:
        stored_lots.lock_province(connection, province_code)
        known = stored_lots.zones_of_lots(connection, province_code)
        for zone_id in sorted(zone_ids):
            if zone_id not in known:
                raise NotFound("zone", zone_id)
        for kind, state in states.items():
            stored.say(connection, zone_ids, kind, Said(state, told, actor.name))
        audit.append(
            connection, "lots.readiness", province_code,
            {
                "zones": sorted(str(zone_id) for zone_id in zone_ids),
                "states": {kind.value: state.value for kind, state in states.items()},
                "note": told,
            },
        )  # fmt: skip


def must_be_ready(
    connection: Connection, lots: Sequence[StoredLot], only: Collection[uuid.UUID] | None = None
) -> None:
    """Refuse a package of lots with zones, or ``only`` some zones, on which nobody can build yet.

    Raises:
        LotNotReady: the first such lot, its zones, and in what they are not ready.
    """
    gate, unknown_gates = stored.gate(connection)
    zones = stored.of_lots(connection, [lot.id for lot in lots])
    if only is not None:
        zones = [zone for zone in zones if zone.zone_id in only]
    for lot in lots:
        villages: list[str] = []
        kinds: set[ReadinessKind] = set()
        for zone in (each for each in zones if each.lot_id == lot.id):
            if barred := held_back(zone.states, gate, unknown_gates=unknown_gates):
                villages.append(zone.village)
                kinds |= set(barred)
        if villages:
            raise LotNotReady(lot.name, villages, [kind for kind in ReadinessKind if kind in kinds])


def in_a_package(zones: Sequence[ZoneReadiness]) -> tuple[PackageReadiness, ...]:
    """Return a lot's readiness as a package tells it: the worst of its zones, and which those are."""
    worst = together(zone.states for zone in zones)
    return tuple(
        PackageReadiness(kind, state, _note(zones, kind, state)) for kind, state in worst.items()
    )


def _note(zones: Sequence[ZoneReadiness], kind: ReadinessKind, state: ReadinessState) -> str:
    if state is ReadinessState.READY:
        return ""
    named = []
    for zone in zones:
        said = zone.said[kind]
        if said.state is state:
            named.append(f"{zone.village} ({said.note})" if said.note else zone.village)
    if len(named) == len(zones) and not any(zone.said[kind].note for zone in zones):
        return "mọi vùng của lô"
    more = len(named) - _NAMED
    listed = "; ".join(named[:_NAMED])
    return f"{listed} và {more} vùng khác" if more > 0 else listed
