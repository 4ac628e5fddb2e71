"""What stands on the ground: zones, lots and sites as compact tables for the drawing scripts.

Twenty thousand zones are columns of small numbers, not twenty thousand markers: positions as
steps from row to row, words once in a list and then by number.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable, Mapping, Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from coverage.zones import Queue, Signal, Zone, ZoneStatus
from maps.basemap import encoded
from maps.content import Commune, Lot, MapContent, Service, Site, Survey
from maps.popups import reason_text
from maps.symbols import NOT_DRAWN, ROW_MARKS, STAGES, lot_colour, mark_of, stage_of
from maps.texts import Words

_ZONE_DIGITS = 6  # a tenth of a metre, so that VN-2000 in a popup agrees with the lists
_SITE_DIGITS = 5
_OUTLINE_DIGITS = 4
_SPOT_DEGREES = 0.003
_LOT_MARGIN_DEGREES = 0.012  # about 1.3 km around the outermost villages
_QUEUES, _STATUSES = tuple(Queue), tuple(ZoneStatus)
_SIGNALS: tuple[Signal | None, ...] = (Signal.NONE, Signal.PATCHY, None)
_FACTS = (True, False, None)

Json = dict[str, object]


def drawn_zones(zones: Iterable[Zone]) -> list[Zone]:
    """Return the zones a map shows, by place: the order of their table."""
    return sorted(
        (zone for zone in zones if zone.status not in NOT_DRAWN),
        key=lambda zone: (zone.province_code, zone.commune_code, zone.village, zone.id),
    )


def zone_table(content: MapContent, zones: Sequence[Zone], words: Words) -> Json:
    """Return the columns of the zones, in the order given."""
    communes, reasons = _Numbered(), _Numbered()
    table: Json = {
        "x": _steps((zone.longitude for zone in zones), _ZONE_DIGITS),
        "y": _steps((zone.latitude for zone in zones), _ZONE_DIGITS),
        "households": [zone.households for zone in zones],
        "population": [zone.population for zone in zones],
        "village": [zone.village for zone in zones],
        "commune": [communes.number(zone.commune_code) for zone in zones],
        "queue": [_QUEUES.index(zone.queue) for zone in zones],
        "status": [_STATUSES.index(zone.status) for zone in zones],
        "stage": [STAGES.index(stage_of(zone.status)) for zone in zones],
        "signal": [_SIGNALS.index(zone.signal) for zone in zones],
        "power": [_FACTS.index(zone.grid_power) for zone in zones],
        "difficult": [_FACTS.index(zone.specially_difficult) for zone in zones],
        "reason": [reasons.number(reason_text(zone.queue_reason, words)) for zone in zones],
        "lot": _lots_of(content.lots, zones),
    }
    if content.labels:
        table["label"] = [content.labels.get(zone.id, "") for zone in zones]
    if content.disputed:
        table["disputed"] = [int(zone.id in content.disputed) for zone in zones]
    if content.references:
        table["id"] = [str(zone.id) for zone in zones]
    provinces = {zone.commune_code: zone.province_code for zone in zones}
    table["communes"] = [
        _commune(content.commune_words.get(code), code, provinces[code]) for code in communes.words
    ]
    table["reasons"] = reasons.words
    return table


def lot_table(
    lots: Sequence[Lot], zones: Sequence[Zone], others: BaseGeometry | None = None
) -> list[Json]:
    """Return the lots by number, each with the outline around its zones.

    An outline does not reach into the ground of ``others``: a neighbour's, or abroad.
    """
    known = {zone.id: zone for zone in zones}
    table: list[Json] = []
    for lot in sorted(lots, key=lambda each: each.number):
        members = [known[zone_id] for zone_id in lot.zones if zone_id in known]
        if not members:
            continue
        table.append(
            {
                "number": lot.number,
                "name": lot.name,
                "colour": lot_colour(lot.number),
                "zones": len(members),
                "households": sum(zone.households for zone in members),
                **_outline(members, others),
            }
        )
    return table


def site_table(sites: Sequence[Site], *, references: bool) -> list[Json]:
    """Return the sites by operator, each group with its mark and columns."""
    table: list[Json] = []
    for operator in sorted({site.operator for site in sites}):
        group = sorted(
            (site for site in sites if site.operator == operator),
            # Rows of a tenth of a degree, so that steps between neighbours stay short numbers.
            key=lambda site: (math.floor(site.latitude * 10), site.longitude, site.latitude),
        )
        technologies = _Numbered()
        mark = mark_of(operator)
        entry: Json = {
            "operator": operator,
            "colour": mark.colour,
            "path": mark.path,
            "x": _steps((site.longitude for site in group), _SITE_DIGITS),
            "y": _steps((site.latitude for site in group), _SITE_DIGITS),
            "technology": [technologies.number(", ".join(site.technologies)) for site in group],
        }
        if references:
            entry["code"] = [site.code for site in group]
        entry["technologies"] = technologies.words
        table.append(entry)
    return table


def survey_table(survey: Survey) -> Json:
    """Return a survey file's points by status, each group with its mark and columns."""
    notes = _Numbered()
    groups: list[Json] = []
    for status, mark in ROW_MARKS.items():
        group = [point for point in survey.points if point.status is status]
        groups.append(
            {
                "status": status.value,
                "colour": mark.colour,
                "path": mark.path,
                "x": _steps((point.longitude for point in group), _ZONE_DIGITS),
                "y": _steps((point.latitude for point in group), _ZONE_DIGITS),
                "place": [point.place for point in group],
                "row": [point.row for point in group],
                "village": [point.village for point in group],
                "households": [point.households for point in group],
                "notes": [[notes.number(note) for note in point.notes] for point in group],
            }
        )
    return {
        "groups": groups, "notes": notes.words, "address": survey.address,
        "perPage": survey.per_page,
    }  # fmt: skip


def service_table(services: Sequence[Service]) -> list[Json]:
    """Return the outlines of service areas, each with its look."""
    return [
        {
            "d": _OUTLINE_DIGITS,
            "g": encoded(service.geometry, _OUTLINE_DIGITS),
            "weak": service.weak,
        }
        for service in services
    ]


class _Numbered:
    """Words, each once, numbered in the order in which they first came."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, word: str) -> int:
        return self._numbers.setdefault(word, len(self._numbers))

    @property
    def words(self) -> list[str]:
        return list(self._numbers)


def _commune(commune: Commune | None, code: str, province_code: str) -> list[object]:
    if commune is None:  # a code that the vintage on the map does not know
        return [code, code, "", [], province_code]
    return [code, commune.full_name, commune.province_name, list(commune.former), province_code]


def _lots_of(lots: Sequence[Lot], zones: Sequence[Zone]) -> list[int]:
    """The number of each zone's lot, 0 for none."""
    numbers: Mapping[uuid.UUID, int] = {zone: lot.number for lot in lots for zone in lot.zones}
    return [numbers.get(zone.id, 0) for zone in zones]


def _outline(members: Sequence[Zone], others: BaseGeometry | None) -> Json:
    """The rounded hull around a lot's villages; degrees of longitude widened to be round."""
    latitude = sum(zone.latitude for zone in members) / len(members)
    shrink = math.cos(math.radians(latitude))
    points = shapely.multipoints([(zone.longitude * shrink, zone.latitude) for zone in members])
    hull = shapely.buffer(shapely.convex_hull(points), _LOT_MARGIN_DEGREES, quad_segs=6)
    shape: BaseGeometry = shapely.transform(hull, lambda pairs: pairs / (shrink, 1.0))
    if others is not None:
        shape = _kept_off(shape, others, members)
    middle = shape.centroid if shape.contains(shape.centroid) else shape.representative_point()
    return {
        "p": [round(middle.x, _OUTLINE_DIGITS), round(middle.y, _OUTLINE_DIGITS)],
        "d": _OUTLINE_DIGITS,
        "g": encoded(shape, _OUTLINE_DIGITS),
    }


def _kept_off(shape: BaseGeometry, others: BaseGeometry, members: Sequence[Zone]) -> BaseGeometry:
    """The shape without the others' ground; a village on an approximate border keeps its spot."""
    own = shapely.difference(shape, others)
    villages = shapely.points([(zone.longitude, zone.latitude) for zone in members])
    outside = villages[~shapely.intersects(own, villages)]
    return shapely.union_all([own, *shapely.buffer(outside, _SPOT_DEGREES)])


def _steps(values: Iterable[float], digits: int) -> list[int]:
    """Return 10^-digits degrees, the first whole and each further one as a difference."""
    steps, last = [], 0
    for value in values:
        scaled = round(value * 10**digits)
        steps.append(scaled - last)
        last = scaled
    return steps
