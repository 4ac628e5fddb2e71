"""Islands far from their province's mainland: each group in a small map of its own in a corner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from maps.atlas.paper import Box
from maps.printed.frame import FINE_SCALES, Metres, Window, window
from maps.printed.ground import Ground, main_part

_FAR_M = 45_000.0
_GROUP_M = 120_000.0
_LARGE_M2 = 5e6
_MOST = 2
_WIDE_MM, _HIGH_MM = 40.0, 34.0
_APART_MM = 1.2
_CLOSEST = 500_000


@dataclass(frozen=True, slots=True)
class Inset:
    """A small map: its window on the sheet, and its frame there with room for a line of type."""

    view: Window
    frame: Box


def near_and_far(ground: Ground) -> tuple[BaseGeometry | None, list[BaseGeometry]]:
    """Return the mainland with the islands near it, and the groups of islands far from it."""
    if ground.own is None:
        return None, []
    parts = [part for part in shapely.get_parts(ground.own) if part.area > 0]
    near, far = [], parts
    reached = [main_part(ground.own)]
    while reached:  # from the mainland to an island, and from a large one to the next
        close = shapely.union_all(
            [shapely.buffer(shapely.simplify(each, _FAR_M / 20), _FAR_M) for each in reached]
        )
        found = [part for part in far if shapely.intersects(close, part)]
        far = [part for part in far if not shapely.intersects(close, part)]
        near += found
        reached = [part for part in found if part.area > _LARGE_M2 and part not in reached]
    if not far:
        return shapely.union_all(near), []
    middles = [part.centroid.buffer(_GROUP_M / 2, quad_segs=4) for part in far]
    groups = shapely.get_parts(shapely.union_all(middles))
    islands = [
        shapely.union_all([part for part in far if group.intersects(part.centroid)])
        for group in groups
    ]
    return shapely.union_all(near), sorted(islands, key=lambda one: -one.area)


def inset_windows(  # noqa: PLR0917 - the map, and what lies on it
    view: Window, ground: Ground, groups: Sequence[BaseGeometry], points: Sequence[Metres],
    share: float, reserved: float,
) -> list[Inset]:  # fmt: skip
    """Return a window for each group in the emptiest corners; ``reserved`` is a line's height.

    A corner is empty where no village, little of the province and little other land is.
    """
    own = ground.own if ground.own is not None else shapely.Polygon()
    left, top, right, bottom = view.box
    wide, high, gap = _WIDE_MM * share, _HIGH_MM * share, _APART_MM * share
    corners = [
        (x, y, x + wide, y + high)
        for x in (left + gap, right - gap - wide)
        for y in (top + gap, bottom - gap - high)
    ]
    spots = [view.place(point) for point in points]

    def cost(box: Box) -> tuple[int, float, float]:
        within = sum(box[0] <= x <= box[2] and box[1] <= y <= box[3] for x, y in spots)
        part = Window(view.epsg, view.scale, _middle(view, box), box)
        lands = [part.seen(own), *(part.seen(area) for _, area in ground.others)]
        return within, float(lands[0].area), sum(float(land.area) for land in lands[1:])

    corners.sort(key=cost)
    insets = []
    for group, frame in zip(groups[:_MOST], corners, strict=False):
        west, south, east, north = group.bounds
        inside = (frame[0], frame[1] + reserved, frame[2], frame[3])
        seen = window(view.epsg, [(west, south), (east, north)], inside, margin=0.15,
                      closest=_CLOSEST, scales=FINE_SCALES)  # fmt: skip
        insets.append(Inset(seen, frame))
    return insets


def _middle(view: Window, box: Box) -> Metres:
    left, top, right, bottom = view.box
    across = (box[0] + box[2]) / 2 - (left + right) / 2
    down = (box[1] + box[3]) / 2 - (top + bottom) / 2
    return view.middle[0] + view.metres(across), view.middle[1] - view.metres(down)
