"""What a live map begins with: the ground, the figures, and as much as it need not ask for later."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from coverage.actions.overview import (
    Overview,
    box_of,
    province_overview,
    read_ground,
)
from coverage.people import Actor, OrganisationKind
from coverage.progress import MonthChange
from coverage.storage import map_history, overview, progress, units, zones
from coverage.storage.map_history import Moves
from coverage.storage.sessions import Database
from coverage.storage.units import NamedUnit
from coverage.storage.zone_filters import ZoneFilter
from coverage.storage.zones import ListedZone, ZoneCount, ZoneOrder
from coverage.vietnamese.search import search_pattern, searchable
from coverage.zones import ENDED

MOST_EMBEDDED = 2000
"""More zones, or more sites, than this a map asks for by tiles."""

_MOST_FOUND = 10


@dataclass(frozen=True, slots=True)
class LiveView:
    """A live map's beginning, as far as the actor may see it.

    ``overview`` holds the zones, and the sites, only where they do not come by tiles; ``counts``
    counts all of them. ``months`` and ``moves`` are empty for who may not read history; ``moves``
    are of the zones in ``overview``.
    """

    overview: Overview
    counts: Sequence[ZoneCount]
    sites: Mapping[str, int]
    zones_tiled: bool
    sites_tiled: bool
    payers_told: bool
    months: Sequence[MonthChange] = ()
    moves: Moves = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found by its name: zones, and communes that have a point."""

    zones: Sequence[ListedZone]
    communes: Sequence[NamedUnit]
    provinces: Mapping[str, str]  # name by code


def see_live(database: Database, actor: Actor, province_code: str | None) -> LiveView:
    """Return the beginning of the map of the country, or of a province.

    The country's zones and sites always come by tiles, a province's when they are many.

    Raises:
        NotFound: no list of places is in force, or it has no such province.
    """
    told = actor.kind is not OrganisationKind.OPERATOR
    with database.transaction(actor, many=True) as connection:
        counts = [
            count
            for count in zones.counts(connection)
            if count.status not in ENDED and province_code in {None, count.province_code}
        ]
        many = province_code is None or sum(count.zones for count in counts) > MOST_EMBEDDED
        if province_code is None:
            seen = Overview(read_ground(connection, None), ())
            sites, sites_tiled = map_history.sites_by_operator(connection, None), True
        else:
            seen = province_overview(connection, province_code, with_zones=not many)
            box = box_of(seen.ground, province_code)
            sites = map_history.sites_by_operator(connection, box)
            sites_tiled = sum(sites.values()) > MOST_EMBEDDED
            if not sites_tiled:
                seen = replace(seen, sites=tuple(overview.sites(connection, box)))
        months = progress.changes(connection, province_code) if told else ()
        moves = map_history.moves(connection, province_code) if told and not many else {}
    return LiveView(seen, counts, sites, many, sites_tiled, told, months, moves)


def find_on_map(
    database: Database, actor: Actor, words: str, province_code: str | None = None
) -> Found:
    """Return the first zones and communes whose names hold the words, accents or not."""
    pattern = re.compile(search_pattern(words))
    if not pattern.pattern:
        return Found((), (), {})
    with database.transaction(actor, many=True) as connection:
        wanted = ZoneFilter(province_code=province_code, words=words)
        found = zones.page(connection, wanted, ZoneOrder.HOUSEHOLDS, None, 4 * _MOST_FOUND).zones
        communes = units.named_units(connection, "commune", province_code)
        provinces = {unit.code: unit.name for unit in units.named_units(connection, "province")}
    standing = [listed for listed in found if listed.zone.status not in ENDED]
    # Villages of that name come before those of a commune of that name.
    standing.sort(key=lambda listed: not pattern.search(searchable(listed.zone.village)))
    named = [
        unit
        for unit in communes
        if unit.longitude is not None and pattern.search(searchable(unit.name))
    ]
    named.sort(key=lambda unit: (not pattern.fullmatch(searchable(unit.name)), unit.code))
    return Found(standing[:_MOST_FOUND], named[:_MOST_FOUND], provinces)
