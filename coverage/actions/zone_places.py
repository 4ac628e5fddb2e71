"""Zones in a new list of units: each keeps its id and history and gets the codes of its point."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from coverage.actions.zone_moves import Seen, lock_seen
from coverage.errors import Conflict, NotFound
from coverage.people import Act, Actor
from coverage.places.moving import Doubt, NewList, Replaced
from coverage.places.units import Level
from coverage.storage import audit
from coverage.storage import places as stored_places
from coverage.storage import zone_places as stored
from coverage.storage.sessions import Database, because
from coverage.storage.zone_places import NewPlace, PlacedZone


@dataclass(frozen=True, slots=True)
class DoubtfulZone:
    """A zone that a person must place; it keeps the codes and the list that it has.

    ``commune_code`` and ``province_code`` are what its point says, None where it says nothing.
    """

    id: uuid.UUID
    village: str
    vintage: str
    own_province_code: str
    own_commune_code: str
    commune_code: str | None
    province_code: str | None
    latitude: float
    longitude: float
    doubt: Doubt

    def as_json(self) -> dict[str, object]:
        """Return the zone with what its point says."""
        return {
            "id": str(self.id), "village": self.village, "vintage": self.vintage,
            "province_code": self.own_province_code, "commune_code": self.own_commune_code,
            "point_says": {"province_code": self.province_code, "commune_code": self.commune_code},
            "latitude": self.latitude, "longitude": self.longitude, "doubt": self.doubt.value,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class ZoneMoves:
    """What a list of units does to the zones, or would do.

    ``zones`` get its codes; ``communes`` and ``provinces`` of these get another code than they
    had, ``owners`` go over to another province's organisation. ``doubtful`` stay as they are.
    """

    vintage: str
    zones: int
    communes: int
    provinces: int
    owners: int
    doubtful: tuple[DoubtfulZone, ...]

    def counts(self) -> dict[str, int]:
        """Return the figures, for the audit log and the terminal."""
        return {
            "zones": self.zones, "communes": self.communes, "provinces": self.provinces,
            "owners": self.owners, "doubtful": len(self.doubtful),
        }  # fmt: skip


def preview_of_vintage(database: Database, actor: Actor, vintage: str) -> ZoneMoves:
    """Return what putting a loaded list in force would do to the zones; nothing is changed.

    Raises:
        NotAllowed: the role may not load lists.
        NotFound: no such list.
    """
    actor.must(Act.LOAD_PLACES)
    with database.transaction(actor) as connection:
        stored_places.find_vintage(connection, vintage)
        zones = stored.placed_zones(connection)
        placed = _placed(connection, vintage, zones)
        owners = stored.province_organisations(connection)
        return _moves(vintage, zones, placed, owners)


def settle_zones(database: Database, actor: Actor) -> ZoneMoves:
    """Try again to place the zones that the list in force has left in an older one.

    Raises:
        NotAllowed: the role may not load lists.
        NotFound: no list is in force.
    """
    actor.must(Act.LOAD_PLACES)
    with database.transaction(actor) as connection:
        stored_places.lock(connection)
        vintage = stored_places.active_vintage(connection)
        moves = move_zones(connection, vintage, but=vintage)
        if moves.zones:
            audit.append(connection, "places.zones_settled", vintage, moves.counts())
    return moves


def place_zone(
    database: Database, actor: Actor, seen: Seen, commune_code: str, reason: str
) -> None:
    """Say in which commune of the list in force a zone lies that the list could not place.

    Raises:
        NotAllowed: the role may not load lists.
        NotFound: there is no such zone, no list in force or no such commune in it.
        ZonesChanged: the zone changed since it was seen.
        Conflict: no reason was given, or the list in force has placed the zone already.
    """
    actor.must(Act.LOAD_PLACES)
    if not reason.strip():
        raise Conflict("zone", "needs_reason")
    with database.transaction(actor) as connection:
        stored_places.lock(connection)
        vintage = stored_places.active_vintage(connection)
        zone = lock_seen(connection, [seen])[seen.zone_id].zone
        if zone.vintage == vintage:
            raise Conflict("zone", "placed_already", zone=zone.id)
        communes = stored_places.units(connection, vintage, Level.COMMUNE)
        commune = next((unit for unit in communes if unit.code == commune_code), None)
        if commune is None:
            raise NotFound("commune", commune_code)
        owner = stored.province_organisations(connection)[commune.province_code]
        place = NewPlace(zone.id, owner, commune.province_code, commune.code, None)
        with because(connection, reason.strip()):
            stored.move(connection, vintage, [place])
        audit.append(
            connection, "zone.placed", str(zone.id),
            {"vintage": vintage, "from": [zone.vintage, zone.province_code, zone.commune_code],
             "to": [vintage, commune.province_code, commune.code], "reason": reason.strip()},
        )  # fmt: skip


def zones_to_place(database: Database, actor: Actor) -> tuple[DoubtfulZone, ...]:
    """Return the zones that a person must place, because the list in force cannot tell.

    Raises:
        NotFound: no list is in force.
    """
    with database.transaction(actor) as connection:
        vintage = stored_places.active_vintage(connection)
        zones = stored.placed_zones(connection, but=vintage)
        placed = _placed(connection, vintage, zones)
        return _moves(vintage, zones, placed, {}).doubtful


def move_zones(connection: Connection, vintage: str, *, but: str | None = None) -> ZoneMoves:
    """Give every zone its codes in a list, in the transaction that puts the list in force.

    Zones of the list ``but`` are left alone. The act has locked the lists, so that no zone is
    reported by the old one meanwhile.
    """
    zones = stored.placed_zones(connection, but=but)
    placed = _placed(connection, vintage, zones)
    owners = stored.province_organisations(connection)
    stored.move(
        connection, vintage,
        [
            NewPlace(
                zone.id, owners[to.province_code], to.province_code, to.commune_code,
                to.declared_commune_code,
            )
            for zone, to in zip(zones, placed, strict=True)
            if to.doubt is None
        ],
    )  # fmt: skip
    return _moves(vintage, zones, placed, owners)


def told(moves: ZoneMoves | None) -> dict[str, object]:
    """Return what the audit log keeps of the zones beside a list; nothing where none changed."""
    if moves is None or not (moves.zones or moves.doubtful):
        return {}
    doubtful = [str(zone.id) for zone in moves.doubtful]
    return {"zones": moves.counts(), "to_place": doubtful}


def _placed(connection: Connection, vintage: str, zones: Sequence[PlacedZone]) -> list[Replaced]:
    """Where the zones' points lie in a list."""
    if not zones:
        return []
    former = {known.name for known in stored_places.vintages(connection)} - {vintage}
    new = NewList(
        vintage,
        stored_places.units(connection, vintage, Level.COMMUNE),
        stored_places.changes(connection),
        stored.former_provinces(connection, former),
    )
    return new.place([zone.standing for zone in zones])


def _moves(
    vintage: str,
    zones: Sequence[PlacedZone],
    placed: Sequence[Replaced],
    owners: Mapping[str, uuid.UUID],
) -> ZoneMoves:
    counts: Counter[str] = Counter()
    doubtful = []
    for zone, to in zip(zones, placed, strict=True):
        was = zone.standing
        if to.doubt is not None:
            doubtful.append(
                DoubtfulZone(
                    zone.id, zone.village, was.vintage, was.province_code, was.commune_code,
                    to.commune_code or None, to.province_code or None,
                    was.latitude, was.longitude, to.doubt,
                )
            )  # fmt: skip
            continue
        counts["communes"] += to.commune_code != was.commune_code
        counts["provinces"] += to.province_code != was.province_code
        counts["owners"] += owners.get(to.province_code) != zone.organisation_id
        changed = (vintage, to.province_code, to.commune_code) != (
            was.vintage, was.province_code, was.commune_code
        )  # fmt: skip
        counts["zones"] += changed
    return ZoneMoves(
        vintage, counts["zones"], counts["communes"], counts["provinces"], counts["owners"],
        tuple(doubtful),
    )  # fmt: skip
