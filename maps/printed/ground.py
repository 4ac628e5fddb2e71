"""The ground of a package's maps: outlines made light once, in metres, for all its sheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from maps.basemap import Locator, abroad, locator, simplified
from maps.content import Area, MapContent
from maps.printed.frame import Window, projected

_COMMUNE_TOLERANCE = 0.0006  # degrees: the square root of the smallest triangle kept
_PROVINCE_TOLERANCE = 0.003
_WATERS_M = 6_000.0
_NEAR_DEGREES = 1.2  # further off than this no sheet of a province reaches
_MIDDLE_SHARE = 0.02  # of an area's girth: how exactly its roomiest spot is found


@dataclass(frozen=True, slots=True)
class Ground:
    """Outlines in metres on one grid. ``others`` are the neighbouring provinces."""

    own: BaseGeometry | None
    borders: BaseGeometry  # between communes, each line once
    communes: tuple[tuple[str, BaseGeometry], ...]  # full name, area
    others: tuple[tuple[str, BaseGeometry], ...]
    abroad: BaseGeometry
    locator: Locator


@dataclass(frozen=True, slots=True)
class Named:
    """An area as far as one sheet shows it; ``middle`` is its roomiest spot there, in metres."""

    name: str
    shape: BaseGeometry
    middle: tuple[float, float]


def prepare(content: MapContent, epsg: int) -> Ground:
    """Return the ground of a map of one province on a grid."""
    focus = next((area for area in content.provinces if area.code == content.focus), None)
    near = _near(content.provinces, focus)
    provinces = _in_metres(near, _PROVINCE_TOLERANCE, epsg)
    communes = _in_metres(content.communes, _COMMUNE_TOLERANCE, epsg)
    own: BaseGeometry | None = None
    if communes:
        own = shapely.union_all([shape for _, shape in communes])
    elif focus is not None:
        own = next(shape for area, shape in zip(near, provinces, strict=True) if area is focus)[1]
    box = shapely.box(*focus.geometry.bounds).buffer(_NEAR_DEGREES) if focus else shapely.Polygon()
    edges = [shapely.boundary(shape) for _, shape in communes]
    foreign = projected(epsg, shapely.intersection(abroad(), box))  # it reaches under our land
    return Ground(
        own,
        shapely.line_merge(shapely.union_all(edges)) if edges else shapely.MultiLineString(),
        tuple(communes),
        tuple(
            named for area, named in zip(near, provinces, strict=True) if area.code != content.focus
        ),
        foreign if own is None else shapely.difference(foreign, _with_waters(own)),
        locator(content),
    )


def seen(
    areas: Sequence[tuple[str, BaseGeometry]], window: Window, *, smallest_mm2: float
) -> list[Named]:
    """Return what a window shows of areas; the middles only of those large enough for a name."""
    found = []
    west, south, east, north = window.ground
    for name, area in areas:
        bounds = area.bounds
        if bounds[0] > east or bounds[2] < west or bounds[1] > north or bounds[3] < south:
            continue
        shape = window.seen(area)
        if shape.is_empty:
            continue
        largest = max(_polygons(shape), key=lambda part: part.area, default=None)
        if largest is None or largest.area < smallest_mm2 * window.metres(1) ** 2:
            found.append(Named("", shape, (0.0, 0.0)))
            continue
        spot = shapely.maximum_inscribed_circle(largest, _MIDDLE_SHARE * float(largest.length))
        found.append(Named(name, shape, (float(spot.coords[0][0]), float(spot.coords[0][1]))))
    return found


def _with_waters(own: BaseGeometry) -> BaseGeometry:
    """Our ground with the waters round its islands, into which no land of others may reach.

    The outline of other countries' land is drawn wide, so that no gap shows at a land border.
    """
    main = main_part(own)
    islands = [part for part in _polygons(own) if part is not main and not part.equals(main)]
    if not islands:
        return own
    # One by one and without their small bays: together, thousands of islets take seconds.
    plain = shapely.simplify(np.array(islands), _WATERS_M / 50)
    return shapely.union_all([own, *shapely.buffer(plain, _WATERS_M, quad_segs=4)])


def main_part(geometry: BaseGeometry) -> BaseGeometry:
    """Return the largest part of an area."""
    return max(_polygons(geometry), key=lambda part: part.area)


def _near(provinces: Sequence[Area], focus: Area | None) -> list[Area]:
    if focus is None:
        return list(provinces)
    box = shapely.box(*main_part(focus.geometry).bounds).buffer(_NEAR_DEGREES)
    return [area for area in provinces if area is focus or shapely.intersects(box, area.geometry)]


def _in_metres(
    areas: Sequence[Area], tolerance: float, epsg: int
) -> list[tuple[str, BaseGeometry]]:
    if not areas:
        return []
    shapes = simplified([area.geometry for area in areas], tolerance)
    moved = np.array([projected(epsg, shape) for shape in shapes], dtype=object)
    whole = shapely.make_valid(moved)
    return [(area.full_name, shape) for area, shape in zip(areas, whole, strict=True)]


def _polygons(geometry: BaseGeometry) -> list[shapely.Polygon]:
    return [
        part
        for part in shapely.get_parts(geometry)
        if isinstance(part, shapely.Polygon) and not part.is_empty
    ]
