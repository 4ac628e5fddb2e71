"""What a map draws, read for the person who will see it: outlines, zones, lots, perhaps sites."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

import shapely
from sqlalchemy import Connection

from coverage.errors import NotFound
from coverage.people import Actor
from coverage.places.units import Level, Unit
from coverage.storage import overview as stored
from coverage.storage import places
from coverage.storage.lots import StoredLot
from coverage.storage.overview import Box, SeenSite
from coverage.storage.places import Vintage
from coverage.storage.sessions import Database
from coverage.storage.zones import Bounds, ListedZone, ZoneFilter, ZoneOrder
from coverage.storage.zones import one as one_zone
from coverage.storage.zones import page as zone_page

_AROUND_DEGREES = 0.1  # sites a little outside the province still serve its villages
_NEIGHBOURHOOD_DEGREES = 0.15  # about 16 km: what a reviewer looks at around one village
_MOST_NEIGHBOURS = 2000


@dataclass(frozen=True, slots=True)
class Ground:
    """The outlines of one vintage: all provinces, and the communes of the one in focus.

    ``former`` has the full names of the units that became a commune, by its code.
    """

    vintage: Vintage
    provinces: tuple[Unit, ...]
    communes: tuple[Unit, ...] = ()
    former: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Overview:
    """What is on a map. ``province_code`` is None for the country, ``lot`` for all but a lot."""

    ground: Ground
    zones: tuple[ListedZone, ...]
    province_code: str | None = None
    lot: StoredLot | None = None
    lots: tuple[StoredLot, ...] = ()
    sites: tuple[SeenSite, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What lies around one zone, as far as the actor may see it."""

    about: ListedZone
    overview: Overview


def see_surroundings(database: Database, actor: Actor, zone_id: uuid.UUID) -> Surroundings:
    """Return one zone with the zones, standing lots and sites around it.

    Raises:
        NotFound: there is no such zone, or none that the actor may see.
    """
    with database.transaction(actor) as connection:
        about = one_zone(connection, zone_id)
        if about is None:
            raise NotFound("zone", zone_id)
        box = _around(about.zone.longitude, about.zone.latitude)
        wanted = ZoneFilter(bounds=Bounds(box.west, box.south, box.east, box.north))
        zones = zone_page(connection, wanted, ZoneOrder.ID, None, _MOST_NEIGHBOURS).zones
        ground = _ground(connection, about.zone.vintage, about.zone.province_code, zones)
        sites = stored.sites(connection, box)
    overview = Overview(ground, zones, about.zone.province_code, sites=tuple(sites))
    return Surroundings(about, overview)


def see_country(database: Database, actor: Actor, *, with_sites: bool = False) -> Overview:
    """Return the zones of the country that the actor sees.

    Raises:
        NotFound: no list of places is in force.
    """
    with database.transaction(actor, many=True) as connection:
        zones = stored.zones(connection, None)
        ground = _ground(connection, None, None, zones)
        sites = stored.sites(connection, None) if with_sites else []
    return Overview(ground, zones, sites=tuple(sites))


def see_province(
    database: Database, actor: Actor, province_code: str, *, with_sites: bool = False
) -> Overview:
    """Return a province's zones and standing lots that the actor sees.

    Raises:
        NotFound: there is no such province in the list in force.
    """
    with database.transaction(actor, many=True) as connection:
        return province_overview(connection, province_code, with_sites=with_sites)


def see_lot(
    database: Database, actor: Actor, lot_id: uuid.UUID, *, with_sites: bool = False
) -> Overview:
    """Return one lot with its zones.

    Raises:
        NotFound: there is no such lot, it was dissolved, or the actor may not see it.
    """
    with database.transaction(actor) as connection:
        province_code = stored.province_of_lot(connection, lot_id)
        if province_code is None:
            raise NotFound("lot", lot_id)
        whole = province_overview(connection, province_code, with_sites=with_sites)
    found = next((lot for lot in whole.lots if lot.id == lot_id), None)
    if found is None:
        raise NotFound("lot", lot_id)
    members = frozenset(found.zone_ids)
    zones = tuple(listed for listed in whole.zones if listed.zone.id in members)
    return Overview(whole.ground, zones, province_code, found, (found,), whole.sites)


def see_ground(database: Database, actor: Actor, province_code: str, vintage: str) -> Ground:
    """Return the outlines for a map of a province in a vintage: a package's own.

    Raises:
        NotFound: there is no such vintage, or no such province in it.
    """
    with database.transaction(actor) as connection:
        return _ground(connection, vintage, province_code, ())


def province_overview(
    connection: Connection, province_code: str, *, with_zones: bool = True, with_sites: bool = False
) -> Overview:
    """Return a province's ground and lots, its zones and sites if wanted, inside a transaction.

    Raises:
        NotFound: there is no such province in the list in force.
    """
    zones = stored.zones(connection, province_code) if with_zones else ()
    ground = _ground(connection, None, province_code, zones)
    sites: list[SeenSite] = []
    if with_sites:
        sites = stored.sites(connection, box_of(ground, province_code))
    lots = stored.standing_lots(connection, province_code)
    return Overview(ground, zones, province_code, None, tuple(lots), tuple(sites))


def read_ground(connection: Connection, province_code: str | None) -> Ground:
    """Return the outlines in force, inside a transaction.

    Raises:
        NotFound: no list of places is in force, or it has no such province.
    """
    return _ground(connection, None, province_code, ())


def _ground(
    connection: Connection,
    vintage: str | None,
    province_code: str | None,
    zones: tuple[ListedZone, ...],
) -> Ground:
    name = vintage or places.active_vintage(connection)
    provinces = [
        unit for unit in places.units(connection, name, Level.PROVINCE) if unit.area is not None
    ]
    communes: list[Unit] = []
    codes = {listed.zone.commune_code for listed in zones}
    if province_code is not None:
        places.province_name(connection, province_code, name)  # refuses one that is not there
        communes = stored.communes(connection, name, province_code)
        codes |= {unit.code for unit in communes}
    return Ground(
        places.find_vintage(connection, name),
        tuple(provinces),
        tuple(communes),
        stored.former_names(connection, name, codes),
    )


def _around(longitude: float, latitude: float) -> Box:
    side = _NEIGHBOURHOOD_DEGREES
    return Box(longitude - side, latitude - side, longitude + side, latitude + side)


def box_of(ground: Ground, province_code: str) -> Box | None:
    """Return the province's extent with a margin; everywhere when its area is not known."""
    area = next((unit.area for unit in ground.provinces if unit.code == province_code), None)
    if area is None:
        return None
    west, south, east, north = shapely.buffer(shapely.box(*area.bounds), _AROUND_DEGREES).bounds
    return Box(west, south, east, north)
