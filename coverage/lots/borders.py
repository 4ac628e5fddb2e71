"""Which communes share a border, told from their areas."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

Borders = Mapping[str, frozenset[str]]
"""Of each commune's code the codes that border on it; a commune without an area is not in it."""

# Boundaries drawn apart by two offices lie some metres beside one another; a river lies between.
TOLERANCE_M = 30.0
_METRES_PER_DEGREE = 111_320


def bordering(areas: Mapping[str, BaseGeometry]) -> dict[str, frozenset[str]]:
    """Return the neighbours of each commune; ``areas`` are (Multi)Polygons in WGS 84 degrees.

    Two communes are neighbours when their areas come within 30 m of one another.
    """
    if not areas:
        return {}
    import shapely  # noqa: PLC0415 - costs more than a small command

    codes = sorted(areas)
    shapes = _in_metres([areas[code] for code in codes])
    found: dict[str, set[str]] = {code: set() for code in codes}
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=TOLERANCE_M)
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        if one != other:
            found[codes[one]].add(codes[other])
    return {code: frozenset(others) for code, others in found.items()}


def _in_metres(shapes: Iterable[BaseGeometry]) -> NDArray[np.object_]:
    """The shapes with metres east and north, near enough to see whether they touch."""
    import numpy as np  # noqa: PLC0415 - as above
    import shapely  # noqa: PLC0415

    listed = np.array(list(shapes), dtype=object)
    _, south, _, north = shapely.total_bounds(listed)
    narrowing = math.cos(math.radians((south + north) / 2))
    scale = np.array([_METRES_PER_DEGREE * narrowing, _METRES_PER_DEGREE])
    moved: NDArray[np.object_] = shapely.transform(listed, lambda pairs: pairs * scale)
    return moved
