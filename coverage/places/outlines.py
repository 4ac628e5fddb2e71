"""Province outlines made of their communes' areas."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely

from coverage.places.approximate import as_multipolygon
from coverage.places.units import Unit

# Simplified neighbours leave slits between them; a hole this small is no lake and no enclave.
_SMALLEST_HOLE_DEGREES2 = 1e-4


def province_outlines(provinces: Iterable[Unit], communes: Iterable[Unit]) -> list[Unit]:
    """Return the provinces with the union of their communes' areas as their own.

    A province without any commune area is returned as it is.
    """
    areas: dict[str, list[shapely.MultiPolygon]] = {}
    for commune in communes:
        if commune.area is not None:
            areas.setdefault(commune.province_code, []).append(commune.area)
    outlined = []
    for province in provinces:
        own = areas.get(province.code)
        if own is None:
            outlined.append(province)
            continue
        whole = as_multipolygon(
            shapely.union_all([_without_slits(part) for part in _parts(shapely.union_all(own))])
        )
        inside = whole.representative_point()
        outlined.append(province.placed(province.point or (inside.x, inside.y), whole))
    return outlined


def _parts(geometry: shapely.Geometry) -> list[shapely.Polygon]:
    return [part for part in shapely.get_parts(geometry) if isinstance(part, shapely.Polygon)]


def _without_slits(polygon: shapely.Polygon) -> shapely.Polygon:
    rings = np.array(polygon.interiors)
    holes = [
        ring for ring in rings if shapely.area(shapely.Polygon(ring)) > _SMALLEST_HOLE_DEGREES2
    ]
    return shapely.Polygon(polygon.exterior, holes)
