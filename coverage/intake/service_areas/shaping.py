"""From a file's shapes to areas: repaired, without slivers and doubles, one per level, measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from coverage.findings import Finding, finding
from coverage.intake.document import listed
from coverage.intake.service_areas.opened import AreaLayer, Shapes

EQUAL_AREA = "EPSG:6933"  # a map on which every area is true
SLIVER_M2 = 1.0
_POLYGON, _COLLECTION, _MULTIPOLYGON = 3, 7, 6
_CORNERS = 12  # a rectangle with a few points on its sides
_RECTANGULAR = 0.97  # of the smallest rectangle around it
_WHOLE_PROVINCE = 0.8
_WIDE_M2 = 2_000e6  # a rectangle this large was drawn by hand, whatever it covers


@dataclass(frozen=True, slots=True)
class Usable:
    """A layer's features that are areas: their places in the layer, and their shapes."""

    places: list[int]
    shapes: Shapes
    findings: tuple[Finding, ...]


def usable(layer: AreaLayer) -> Usable:
    """Return the areas of a layer as it writes them; say what is none."""
    shapes = shapely.force_2d(layer.shapes)
    kinds = shapely.get_type_id(shapes)
    bounds = shapely.bounds(shapes)
    empty = (kinds < 0) | shapely.is_empty(shapes) | ~np.isfinite(bounds).all(axis=1)
    others = ~empty & ~np.isin(kinds, (_POLYGON, _MULTIPOLYGON, _COLLECTION))
    mixed = ~empty & (kinds == _COLLECTION)
    flat: list[BaseGeometry | None] = list(shapes)
    for place in np.flatnonzero(mixed).tolist():
        flat[place] = _areas_of(shapes[place])
        others[place] = flat[place] is None
    found = []
    for rule, mask in (("service_area.empty", empty), ("service_area.not_areas", others),
                       ("service_area.mixed", mixed & ~others)):  # fmt: skip
        numbers = (np.flatnonzero(mask) + 1).tolist()
        if numbers:
            found.append(_told(rule, layer, numbers))
    places = np.flatnonzero(~empty & ~others).tolist()
    return Usable(places, _array(flat[place] for place in places), tuple(found))


def repaired(layer: AreaLayer, places: Sequence[int], shapes: Shapes) -> Usable:
    """Return valid areas without slivers; ``shapes`` are in WGS 84 degrees."""
    found = []
    bad = ~shapely.is_valid(shapes)
    if bad.any():
        reasons = shapely.is_valid_reason(shapes[bad][:1])
        mended = shapely.make_valid(shapes[bad], method="structure", keep_collapsed=False)
        shapes = shapes.copy()
        shapes[bad] = _array(_areas_of(shape) or shapely.Polygon() for shape in mended)
        numbers = [places[place] + 1 for place in np.flatnonzero(bad).tolist()]
        found.append(_told("service_area.repaired", layer, numbers, reason=str(reasons[0])[:80]))
    sizes = surfaces_m2(shapes)
    thin = sizes < SLIVER_M2
    if thin.any():
        numbers = [places[place] + 1 for place in np.flatnonzero(thin).tolist()]
        found.append(_told("service_area.slivers", layer, numbers))
    kept = np.flatnonzero(~thin).tolist()
    return Usable([places[place] for place in kept], shapes[kept], tuple(found))


def doubles(shapes: Shapes) -> list[int]:
    """Return the places of shapes that are the very same as an earlier one."""
    seen: set[bytes] = set()
    again = []
    for place, wkb in enumerate(shapely.to_wkb(shapely.normalize(shapes)).tolist()):
        if wkb in seen:
            again.append(place)
        seen.add(wkb)
    return again


def surfaces_m2(shapes: Shapes) -> NDArray[np.float64]:
    """Return the surface of each shape in WGS 84 degrees, in square metres."""
    carry = Transformer.from_crs("EPSG:4326", EQUAL_AREA, always_xy=True)

    def flat(pairs: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(carry.transform(pairs[:, 0], pairs[:, 1]))

    sizes: NDArray[np.float64] = shapely.area(shapely.transform(shapes, flat))
    return sizes


def rectangles(shapes: Shapes, provinces: Mapping[str, BaseGeometry]) -> list[tuple[int, str]]:
    """Return shapes that are a plain rectangle over a province or as wide as one.

    With each its province's name, or "".
    """
    parts, owners = shapely.get_parts(shapes, return_index=True)
    few = shapely.get_num_coordinates(parts) <= _CORNERS
    found = []
    for part, owner in zip(parts[few], owners[few], strict=True):
        around = shapely.oriented_envelope(part)
        if around.area == 0 or part.area < _RECTANGULAR * around.area:
            continue
        covered = next(
            (name for name, land in provinces.items() if part.intersects(land)
             and part.intersection(land).area > _WHOLE_PROVINCE * land.area),
            "",
        )  # fmt: skip
        if covered or surfaces_m2(_array([part]))[0] > _WIDE_M2:
            found.append((int(owner), covered))
    return found


def union(shapes: Shapes) -> shapely.MultiPolygon:
    """Return all shapes as one area."""
    return as_areas(shapely.union_all(shapes))


def without(area: shapely.MultiPolygon, other: shapely.MultiPolygon) -> shapely.MultiPolygon:
    """Return what of an area does not lie in another."""
    return as_areas(shapely.difference(area, other))


def as_areas(shape: BaseGeometry) -> shapely.MultiPolygon:
    """Return the polygons of a shape, those of no surface left out."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.MultiPolygon(
        [part for part in parts if isinstance(part, shapely.Polygon) and not part.is_empty]
    )


def _areas_of(shape: BaseGeometry) -> BaseGeometry | None:
    """The polygons of a collection however deep; None when there is none."""
    areas: list[shapely.Polygon] = []
    inside = [shape]
    while inside:
        each = inside.pop()
        if isinstance(each, shapely.Polygon):
            if not each.is_empty:
                areas.append(each)
        elif hasattr(each, "geoms"):
            inside.extend(each.geoms)
    return shapely.MultiPolygon(areas[::-1]) if areas else None


def _array(shapes: Iterable[BaseGeometry | None]) -> Shapes:
    every = list(shapes)
    made = np.empty(len(every), dtype=np.object_)
    made[:] = every
    return made


def _told(rule: str, layer: AreaLayer, numbers: Sequence[int], **facts: str) -> Finding:
    texts = {"layer": layer.prefix, "count": str(len(numbers)), "rows": listed(numbers), **facts}
    return finding(rule, severity=None, column=None, value=None, **texts)
