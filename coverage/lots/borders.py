"""Which communes share a border, told from their areas."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

CommuneKey = tuple[str, str]
"""A commune: vintage and code. A code alone means another commune in another list."""

Borders = Mapping[CommuneKey, frozenset[CommuneKey]]
"""Of each commune those that border on it; a commune without an area is not in it."""

# Boundaries drawn apart by two offices lie some metres beside one another; a river lies between.
TOLERANCE_M = 30.0
_METRES_PER_DEGREE = 111_320


def bordering(
    areas: Mapping[CommuneKey, BaseGeometry],
) -> dict[CommuneKey, frozenset[CommuneKey]]:
    """Return the neighbours of each commune; ``areas`` are (Multi)Polygons in WGS 84 degrees.

    Two communes are neighbours when their areas come within 30 m of one another.
    """
    if not areas:
        return {}
    import shapely  # noqa: PLC0415 - costs more than a small command

    keys = sorted(areas)
    shapes = _in_metres([areas[key] for key in keys])
    found: dict[CommuneKey, set[CommuneKey]] = {key: set() for key in keys}
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=TOLERANCE_M)
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        if one != other:
            found[keys[one]].add(keys[other])
    return {key: frozenset(others) for key, others in found.items()}


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
