"""What an operator is about to send, on a map: its service areas, or the stations of its register."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import shapely

from api.drawing import content_of
from api.words import word
from coverage.actions.overview import Overview
from coverage.findings import Language
from coverage.register_changes import Station
from coverage.service_areas import ServiceArea
from coverage.towers import Technology
from maps.content import MapContent, Service, Site
from maps.texts import words_in

_DETAIL_DEGREES = 0.002  # about 200 m: the map is to be looked at, not measured on
_MOST_STATIONS = 60_000


def outlines_of(areas: Sequence[ServiceArea]) -> list[dict[str, Any]]:
    """Return areas simplified for a map, as JSON that may wait for the sender's word."""
    return [
        {
            "technology": area.technology.value,
            "weak": area.weak,
            "wkb": shapely.to_wkb(shapely.simplify(area.area, _DETAIL_DEGREES), hex=True),
        }
        for area in areas
    ]


def stations_of(stations: Mapping[str, Sequence[Station]]) -> list[list[Any]]:
    """Return a register's stations for a map, as JSON that may wait for the sender's word."""
    every = [
        [
            operator, station.longitude, station.latitude,
            " ".join(station.technologies), station.code,
        ]
        for operator, found in sorted(stations.items())
        for station in found
    ]  # fmt: skip
    return every[:_MOST_STATIONS]


def content_of_operator_data(
    overview: Overview, file_name: str, outlines: Sequence[Mapping[str, Any]],
    stations: Sequence[Sequence[Any]], language: Language,
) -> MapContent:  # fmt: skip
    """Return the content of a waiting file's map over the zones and stations that its sender sees.

    A register's own stations stand in place of those in force.
    """
    drawn = content_of(overview, restricted=True, language=language)
    title = words_in(language)("title.service", name=file_name)
    sites = drawn.sites
    if stations:
        sites = tuple(
            Site(longitude, latitude, operator, tuple(technologies.split()), code)
            for operator, longitude, latitude, technologies, code in stations
        )
    services = tuple(_service(each, language) for each in outlines)
    return replace(drawn, title=title, sites=sites, services=services, frame=_frame(services))


def _service(outline: Mapping[str, Any], language: Language) -> Service:
    technology = re.sub(r"\W", "", str(Technology(outline["technology"]).value))
    level = word("weak" if outline["weak"] else "strong", language, "level")
    return Service(f"{technology}: {level}", outline["weak"], shapely.from_wkb(outline["wkb"]))


def _frame(services: Sequence[Service]) -> tuple[float, float, float, float] | None:
    """The extent of all areas; None where there are none, or where they span the country."""
    if not services:
        return None
    west, south, east, north = shapely.total_bounds([each.geometry for each in services])
    return float(west), float(south), float(east), float(north)
