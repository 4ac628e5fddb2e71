"""The ground: own boundaries made light enough for one file, and both archipelagos always.

Outlines are simplified as one coverage, so that neighbours keep the same common edge and no
white slits open between them. No island is dropped, however small: it becomes a triangle.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import cast

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from maps.content import Area, MapContent
from maps.texts import Words

Frame = tuple[float, float, float, float]

NATIONAL_FRAME: Frame = (102.05, 6.85, 117.95, 23.5)
"""West, south, east, north of the country with both archipelagos, in degrees."""

# Tolerances in degrees: the square root of the smallest triangle kept (0.01° is about 1 km).
_NATIONAL_TOLERANCE = 0.008
_FOCUS_TOLERANCE = 0.0012
_FAR_TOLERANCE = 0.02
_LOCATOR_TOLERANCE = 0.06
_NEIGHBOUR_DEGREES = 0.3
_NATIONAL_DIGITS = 4
_FOCUS_DIGITS = 5

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Archipelago:
    """Hoàng Sa or Trường Sa: its name on every map, its islands, where the name stands."""

    key: str
    name: str
    commune_code: str
    province_code: str
    label: tuple[float, float]
    locator: tuple[float, float]  # the same on the small map
    anchor: str  # whether the name stands above or below that place
    islands: tuple[tuple[float, float], ...]
    named: tuple[tuple[str, float, float], ...]


@functools.cache
def archipelagos() -> tuple[Archipelago, ...]:
    """Return both archipelagos from our own file; positions are longitude, latitude."""
    file = resources.files("maps") / "archipelagos.json"
    return tuple(
        Archipelago(
            entry["key"],
            entry["name"],
            entry["commune_code"],
            entry["province_code"],
            (entry["label"][0], entry["label"][1]),
            (entry["locator"][0], entry["locator"][1]),
            entry["anchor"],
            tuple((east, north) for east, north in entry["islands"]),
            tuple((name["name"], *name["at"]) for name in entry["named"]),
        )
        for entry in json.loads(file.read_text(encoding="utf-8"))["archipelagos"]
    )


@functools.cache
def surroundings() -> Json:
    """Return the land of other countries, without any border, as an encoded area."""
    file = resources.files("maps") / "surroundings.json"
    read = json.loads(file.read_text(encoding="utf-8"))
    return {"d": read["digits"], "g": read["polygons"]}


@functools.cache
def abroad() -> BaseGeometry:
    """Return the land of other countries in degrees."""
    read = surroundings()
    return _decoded(cast("list[list[list[int]]]", read["g"]), cast("int", read["d"]))


def ground_of_others(content: MapContent) -> BaseGeometry:
    """Return what is not the focus's own near it: other provinces, and other countries' land.

    Nothing that is drawn around villages may reach into it. The sea is nobody's here.
    """
    focus = next((area for area in content.provinces if area.code == content.focus), None)
    if focus is None:
        return shapely.Polygon()
    foreign = abroad()
    near = shapely.box(*focus.geometry.bounds).buffer(_NEIGHBOUR_DEGREES)
    others = [area.geometry for area in content.provinces if area.code != content.focus]
    around = shapely.union_all([shapely.intersection(near, shape) for shape in (foreign, *others)])
    return shapely.difference(around, focus.geometry)


def ground(content: MapContent, words: Words) -> Json:
    """Return everything under the symbols: areas, archipelagos, names of seas and neighbours."""
    provinces = _provinces(content)
    communes: list[Json] = []
    outline: Json | None = None
    if content.communes:
        simple = simplified([area.geometry for area in content.communes], _FOCUS_TOLERANCE)
        communes = [
            _area(area, shape, _FOCUS_DIGITS)
            for area, shape in zip(content.communes, simple, strict=True)
        ]
        outline = {"g": encoded(shapely.union_all(list(simple)), _FOCUS_DIGITS), "d": _FOCUS_DIGITS}
    return {
        "frame": _frame(content),
        "country": NATIONAL_FRAME,
        "focus": content.focus,
        "provinces": provinces,
        "communes": communes,
        "surroundings": surroundings(),
        "outline": outline,
        "archipelagos": [
            {
                "n": archipelago.name,
                "p": archipelago.label,
                "a": archipelago.anchor,
                "i": archipelago.islands,
                "s": [[name, east, north] for name, east, north in archipelago.named],
            }
            for archipelago in archipelagos()
        ],
        "places": [
            [words("place.sea"), 115.4, 14.2, "sea"],
            [words("place.laos"), 103.6, 18.3, "abroad"],
            [words("place.cambodia"), 104.9, 12.75, "abroad"],
            [words("place.china"), 106.9, 23.3, "abroad"],
        ],
    }


def simplified(geometries: Sequence[BaseGeometry], tolerance: float) -> list[BaseGeometry]:
    """Return polygons with fewer vertices whose common edges stay common."""
    return list(shapely.coverage_simplify(np.array(geometries, dtype=object), tolerance))


def encoded(geometry: BaseGeometry, digits: int) -> list[list[list[int]]]:
    """Return polygons → rings → [x, y, dx, dy, …] in 10^-digits degrees, rings unclosed."""
    return [
        [_ring(ring, digits) for ring in (polygon.exterior, *polygon.interiors)]
        for polygon in _polygons(geometry)
    ]


def label_point(geometry: BaseGeometry) -> list[float]:
    """Return the middle of the roomiest spot of the largest part, longitude and latitude."""
    largest = max(_polygons(geometry), key=lambda polygon: polygon.area)
    spot = shapely.maximum_inscribed_circle(largest, tolerance=0.01 * float(largest.length))
    x, y = spot.coords[0]
    return [round(x, 3), round(y, 3)]


@dataclass(frozen=True, slots=True)
class Locator:
    """A small map of the country: SVG paths in a box of ``width`` × ``height`` units."""

    width: float
    height: float
    country: str
    focus: str
    islands: tuple[tuple[float, float], ...]
    names: tuple[tuple[str, float, float], ...]


def locator(content: MapContent) -> Locator:
    """Return the small map on which a province's or a lot's place in the country is seen."""
    west, south, east, north = NATIONAL_FRAME
    unit = 10.0  # one degree of longitude; latitude a little more, as it looks on the large map

    def place(x: float, y: float) -> tuple[float, float]:
        return round((x - west) * unit, 1), round((north - y) * unit * 1.04, 1)

    shapes = simplified([area.geometry for area in content.provinces], _LOCATOR_TOLERANCE)
    paths = [
        "".join(
            "M"
            + "L".join("{} {}".format(*place(x, y)) for x, y in polygon.exterior.coords[:-1])
            + "Z"
            for polygon in _polygons(shape)
        )
        for shape in shapes
    ]
    width, height = place(east, south)
    return Locator(
        width,
        height,
        "".join(paths),
        "".join(
            path
            for path, area in zip(paths, content.provinces, strict=True)
            if area.code == content.focus
        ),
        tuple(place(*island) for group in archipelagos() for island in group.islands),
        tuple(
            (group.name.removesuffix(" (Việt Nam)"), *place(*group.locator))
            for group in archipelagos()
        ),
    )


def _provinces(content: MapContent) -> list[Json]:
    """All provinces; on a province's map the near ones finer, the far ones coarser."""
    shapes = [area.geometry for area in content.provinces]
    focus = next((area for area in content.provinces if area.code == content.focus), None)
    if focus is None:
        near = simplified(shapes, _NATIONAL_TOLERANCE)
        return [
            _area(area, shape, _NATIONAL_DIGITS)
            for area, shape in zip(content.provinces, near, strict=True)
        ]
    box = shapely.box(*_main_part(focus.geometry).bounds).buffer(_NEIGHBOUR_DEGREES)
    fine, coarse = simplified(shapes, _FOCUS_TOLERANCE * 2), simplified(shapes, _FAR_TOLERANCE)
    return [
        _area(area, fine[place], _FOCUS_DIGITS)
        if shapely.intersects(box, area.geometry)
        else _area(area, coarse[place], _NATIONAL_DIGITS)
        for place, area in enumerate(content.provinces)
    ]


def _area(area: Area, shape: BaseGeometry, digits: int) -> Json:
    known: Json = {
        "c": area.code,
        "n": area.name,
        "f": area.full_name,
        "p": label_point(shape),
        "w": round(_main_part(shape).area, 4)
        + (100 if area.full_name.startswith("Thành phố") else 0),
        "d": digits,
        "g": encoded(shape, digits),
    }
    if area.former:
        known["o"] = list(area.former)
    if area.meridian is not None:
        known["m"] = area.meridian
    return known


def _frame(content: MapContent) -> Frame:
    if content.frame is not None:
        return content.frame
    focus = next((area for area in content.provinces if area.code == content.focus), None)
    if focus is None:
        return NATIONAL_FRAME
    # A province with far islands opens on its mainland: they are reached by moving the map.
    west, south, east, north = _main_part(focus.geometry).bounds
    return (west, south, east, north)


def _main_part(geometry: BaseGeometry) -> BaseGeometry:
    return max(_polygons(geometry), key=lambda polygon: polygon.area)


def _polygons(geometry: BaseGeometry) -> list[shapely.Polygon]:
    return [
        part
        for part in shapely.get_parts(geometry)
        if isinstance(part, shapely.Polygon) and not part.is_empty
    ]


def _decoded(polygons: list[list[list[int]]], digits: int) -> BaseGeometry:
    """Return the geometry that was :func:`encoded`."""
    return shapely.MultiPolygon(
        [
            shapely.Polygon(rings[0], rings[1:])
            for rings in (
                [np.cumsum(np.reshape(ring, (-1, 2)), axis=0) / 10**digits for ring in polygon]
                for polygon in polygons
            )
        ]
    )


def _ring(ring: shapely.LinearRing, digits: int) -> list[int]:
    scaled = np.rint(np.asarray(ring.coords)[:-1] * 10**digits).astype(np.int64)
    kept = [scaled[0]]
    kept.extend(point for point in scaled[1:] if (point != kept[-1]).any())
    return _deltas(kept)


def _deltas(points: Iterable[np.ndarray[tuple[int], np.dtype[np.int64]]]) -> list[int]:
    flat: list[int] = []
    x = y = 0
    for point in points:
        flat += [int(point[0]) - x, int(point[1]) - y]
        x, y = int(point[0]), int(point[1])
    return flat
