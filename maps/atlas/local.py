"""The sheet of a province, a lot or a village, on the province's VN-2000 grid."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import shapely
from shapely.geometry.base import BaseGeometry

from coverage.coordinates import grids_of_province
from coverage.criteria import CriteriaSet
from coverage.fonts import drawable
from coverage.zones import Zone
from maps.atlas import beside, land, signs
from maps.atlas.insets import Inset, inset_windows, near_and_far
from maps.atlas.panel import least_panel_mm, panel, pieces
from maps.atlas.paper import Box, Layout, Paper, layout
from maps.content import MapContent
from maps.legend import totals
from maps.printed import svg
from maps.printed.frame import FINE_SCALES, Metres, Window, grid_for, metres_of, window
from maps.printed.ground import Ground, prepare
from maps.printed.labels import Room
from maps.symbols import lot_colour
from maps.texts import Words

_LABEL, _COMMUNE, _PROVINCE, _ISLANDS = 2.2, 2.0, 2.7, 2.7
_CROWDS = ((1500, 0.6), (600, 0.75), (200, 0.9), (0, 1.0))  # more zones, smaller signs
_CROWDED = 600
_NUMBERED = {Paper.A4: 250, Paper.A3: 500}
_LONGEST_NOTE = "x" * 220  # as many letters as the notes may have
_VILLAGES = 30  # so few that names stand beside the numbers
_LONGEST_VILLAGE = 26
_CLOSEST, _RING_MM, _PANEL_MM = 25_000, 3.2, 61.0
_LOT_MARGIN_MM = 2.5
_WITHIN_M = 60_000.0  # of the land: what lies further off is another map's


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn sheet, before it is called anything."""

    plan: Layout
    parts: list[str]
    view: Window
    numbers: Mapping[uuid.UUID, int]
    zones: Sequence[Zone]  # a village's sheet shows only those near it


def drawn(
    content: MapContent, zones: Sequence[Zone], paper: Paper, criteria: CriteriaSet | None,
    words: Words,
) -> Drawn:  # fmt: skip
    """Draw a sheet of a province, a lot or a village; ``zones`` are in the order of their list."""
    epsg = _grid_of(content, zones)
    ground = prepare(content, epsg)
    points: Sequence[Metres] = _metres(epsg, zones)
    near, groups = near_and_far(ground)
    whole = content.frame is None
    extent = _extent(content, epsg, near, points)
    plan, view = _fitting(paper, epsg, extent, _PANEL_MM)
    if not plan.landscape:  # what the legend does not need is the map's
        least = least_panel_mm(
            pieces(
                content, zones, ground, plan, view, plan.share, criteria, [_LONGEST_NOTE], words
            ),
            plan,
        )
        plan, view = _fitting(paper, epsg, extent, least)
    share = plan.share
    if content.spot is not None:
        content, zones, points = _within(view, content, zones, points)
    crowd = share * next(size for least, size in _CROWDS if len(zones) >= least)
    numbers = (
        {zone.id: place for place, zone in enumerate(zones, 1)}
        if len(zones) <= _NUMBERED[paper] else {}
    )  # fmt: skip
    insets = (
        inset_windows(view, ground, groups, points, share, 3.0 * share) if whole and near else []
    )
    main = _Map(view, share, crowd, words, [inset.frame for inset in insets])
    body = main.map(content, ground, zones, points, numbers)
    missing = main.beyond
    corners = []
    for inset in insets:
        small = _Map(inset.view, share, crowd, words, fine=True)
        corners.append(_inset(inset, small, content, ground, zones, points, numbers, main))
        missing &= small.beyond
    lines, figures = land.kilometres(view, share)
    notes = _notes(numbers, len(main.unnamed), len(missing), words)
    parts = [
        body[0], lines, body[1], land.edge(view), figures, *corners,
        *beside.head(content, plan, totals(zones, words), words),
        *panel(pieces(content, zones, ground, plan, view, crowd, criteria, notes, words), plan),
    ]  # fmt: skip
    return Drawn(plan, parts, view, numbers, zones)


class _Map:
    """One map of a sheet, or one of its insets, with what it could not show."""

    def __init__(
        self,
        view: Window,
        share: float,
        crowd: float,
        words: Words,
        covered: Sequence[Box] = (),
        *,
        fine: bool = False,
    ) -> None:
        self.view, self.share, self.crowd, self.words = view, share, crowd, words
        self.covered, self.fine = covered, fine
        self.room = self._empty_room()
        self.unnamed: set[uuid.UUID] = set()
        self.beyond: set[uuid.UUID] = set()

    def map(
        self, content: MapContent, ground: Ground, zones: Sequence[Zone], points: Sequence[Metres],
        numbers: Mapping[uuid.UUID, int],
    ) -> tuple[str, str]:  # fmt: skip
        """Return the ground, and what stands on it above the grid's lines."""
        view, room, share = self.view, self.room, self.share
        spots = self._spots(zones, points)
        over = [self._lots(content, ground, dict(zip((z.id for z in zones), points, strict=True)))]
        over.append(self._sites(content))
        over += [
            signs.zone_sign(zone, x, y, radius)
            for zone, x, y, radius in sorted(spots, key=lambda each: (-each[3], each[0].id))
        ]
        if content.spot is not None:
            over.append(self._ring(content.spot.longitude, content.spot.latitude))
        islands = land.islands(view, room, _ISLANDS * share)
        for zone, x, y, radius in spots:
            if zone.id not in numbers:
                continue
            clear = _RING_MM * share if _is_spot(content, zone) else radius
            label = room.label(_forms(zone, numbers), (x, y), size=_LABEL * share, clear=clear)
            if label is None:
                self.unnamed.add(zone.id)
            else:
                over.append(land.lettered(label, "#111111"))
        # Among very many signs no name has room: names then stand on them, with their pale edges.
        above = room if len(zones) < _CROWDED else self._empty_room()
        smallest = 60 * share * share
        over.append(
            land.names(view, ground.communes, above, _COMMUNE * share, smallest_mm2=smallest)
        )
        over.append(land.names(view, ground.others, room, _PROVINCE * share, upper=True,
                               smallest_mm2=220 * share, fill="#7a7168"))  # fmt: skip
        return land.under(view, ground, fine=self.fine), islands + "".join(over)

    def _empty_room(self) -> Room:
        room = Room(self.view.box)
        for box in self.covered:
            room.keep(box)
        return room

    def _spots(
        self, zones: Sequence[Zone], points: Sequence[Metres]
    ) -> list[tuple[Zone, float, float, float]]:
        left, top, right, bottom = self.view.box
        spots = []
        for zone, point in zip(zones, points, strict=True):
            x, y = self.view.place(point)
            taken = any(box[0] <= x <= box[2] and box[1] <= y <= box[3] for box in self.covered)
            if taken or not (left <= x <= right and top <= y <= bottom):
                self.beyond.add(zone.id)
                continue
            radius = signs.radius_of(zone.households, self.crowd)
            self.room.take(x, y, radius)
            spots.append((zone, x, y, radius))
        return spots

    def _lots(self, content: MapContent, ground: Ground, points: Mapping[uuid.UUID, Metres]) -> str:
        parts = []
        for lot in content.lots:
            members = [points[zone] for zone in lot.zones if zone in points]
            if not members:
                continue
            hull = _hull(members, self.view.metres(_LOT_MARGIN_MM * self.share), ground)
            shown = self.view.seen(hull)
            colour = lot_colour(lot.number)
            parts.append(svg.path(svg.course(self.view, shown), fill="none", stroke=colour,
                                  stroke_width=0.45, stroke_dasharray="2.4 .9"))  # fmt: skip
            if len(content.lots) == 1 or shown.is_empty:
                continue
            label = self.room.name(str(lot.number), self.view.place((hull.centroid.x, hull.bounds[3])),
                                   3.0 * self.share)  # fmt: skip
            if label is not None:
                parts.append(land.haloed(label.text, label.x, label.y, label.size, fill=colour,
                                         bold=True))  # fmt: skip
        return "".join(parts)

    def _sites(self, content: MapContent) -> str:
        left, top, right, bottom = self.view.box
        at = metres_of(self.view.epsg, [site.longitude for site in content.sites],
                       [site.latitude for site in content.sites]) if content.sites else []  # fmt: skip
        parts = []
        for site, point in zip(content.sites, at, strict=True):
            x, y = self.view.place(point)
            if left <= x <= right and top <= y <= bottom:
                parts.append(signs.site_sign(site.operator, x, y, 0.8 * self.share))
        return "".join(parts)

    def _ring(self, longitude: float, latitude: float) -> str:
        x, y = self.view.place(metres_of(self.view.epsg, [longitude], [latitude])[0])
        return (
            f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{_RING_MM * self.share:.2f}" fill="none" '
            'stroke="#111111" stroke-width="0.5"/>'
        )


def _inset(  # noqa: PLR0913, PLR0917 - one map inside another
    inset: Inset, small: _Map, content: MapContent, ground: Ground, zones: Sequence[Zone],
    points: Sequence[Metres], numbers: Mapping[uuid.UUID, int], main: _Map,
) -> str:  # fmt: skip
    """A small map with its frame and scale; only what the large one does not show stands in it."""
    left, top, right, bottom = inset.frame
    kept = [
        (zone, point) for zone, point in zip(zones, points, strict=True) if zone.id in main.beyond
    ]
    body = small.map(content, ground, [each for each, _ in kept], [at for _, at in kept], numbers)
    named = "1:" + main.words.number(inset.view.scale)
    return "".join(
        [
            svg.box(left, top, right - left, bottom - top, fill="#ffffff"),
            *body,
            svg.box(left, top, right - left, bottom - top, fill="none", stroke="#111111",
                    stroke_width=0.3),
            svg.text(named, left + main.share, top + 2.2 * main.share, 1.9 * main.share),
        ]
    )  # fmt: skip


def _notes(numbers: Mapping[uuid.UUID, int], unnamed: int, beyond: int, words: Words) -> list[str]:
    notes = [words("paper.grey")]
    if numbers:
        notes.append(words("paper.numbered"))
    if unnamed:
        notes.append(words("paper.unnamed", count=words.number(unnamed)))
    if beyond:
        notes.append(words("paper.beyond", count=words.number(beyond)))
    return notes


def _grid_of(content: MapContent, zones: Sequence[Zone]) -> int:
    known = grids_of_province(content.focus or "")
    longitude = zones[0].longitude if zones else 105.0
    return grid_for(known.present if known else None, longitude)


def _extent(
    content: MapContent, epsg: int, near: BaseGeometry | None, points: Sequence[Metres]
) -> list[Metres]:
    if content.frame is not None:
        west, south, east, north = content.frame
        return metres_of(epsg, [west, east, west, east], [south, north, north, south])
    if near is None:
        return list(points) or [(500_000.0, 1_800_000.0)]
    box = shapely.box(*near.bounds).buffer(_WITHIN_M, join_style="mitre")
    west, south, east, north = near.bounds
    inside = [point for point in points if box.covers(shapely.Point(point))]
    return [(west, south), (east, north), *inside]


def _fitting(
    paper: Paper, epsg: int, extent: Sequence[Metres], below_mm: float
) -> tuple[Layout, Window]:
    """The way of the paper on which the map is larger; standing where both are the same."""
    found = []
    for landscape in (False, True):
        plan = layout(paper, landscape=landscape, panel_mm=_PANEL_MM if landscape else below_mm)
        view = window(epsg, extent, plan.map, margin=0.04, closest=_CLOSEST, scales=FINE_SCALES)
        found.append((plan, view))
    return min(found, key=lambda each: each[1].scale)


def _metres(epsg: int, zones: Sequence[Zone]) -> list[Metres]:
    if not zones:
        return []
    return metres_of(epsg, [zone.longitude for zone in zones], [zone.latitude for zone in zones])


def _within(
    view: Window, content: MapContent, zones: Sequence[Zone], points: Sequence[Metres]
) -> tuple[MapContent, Sequence[Zone], Sequence[Metres]]:
    """What a village's sheet shows of its surroundings."""
    box = shapely.box(*view.ground)
    kept = [(z, at) for z, at in zip(zones, points, strict=True) if box.covers(shapely.Point(at))]
    near = [
        site
        for site in content.sites
        if box.covers(shapely.Point(metres_of(view.epsg, [site.longitude], [site.latitude])[0]))
    ]
    return replace(content, sites=near), [zone for zone, _ in kept], [at for _, at in kept]


def _hull(points: Sequence[Metres], margin_m: float, ground: Ground) -> BaseGeometry:
    """The rounded hull around villages, off the ground of neighbours and of other countries."""
    villages = [shapely.Point(point) for point in points]
    hull: BaseGeometry = shapely.buffer(
        shapely.convex_hull(shapely.MultiPoint(villages)), margin_m, quad_segs=8
    )
    for other in (ground.abroad, *(area for _, area in ground.others)):
        if shapely.intersects(hull, other):
            hull = shapely.difference(hull, other)
    spots = [shapely.buffer(one, margin_m) for one in villages if not hull.intersects(one)]
    return shapely.union_all([hull, *spots]) if spots else hull


def _is_spot(content: MapContent, zone: Zone) -> bool:
    spot = content.spot
    return spot is not None and (zone.longitude, zone.latitude) == (spot.longitude, spot.latitude)


def _forms(zone: Zone, numbers: Mapping[uuid.UUID, int]) -> list[str]:
    """A zone's number beside its sign: with the village where there are few."""
    number = str(numbers[zone.id])
    if len(numbers) > _VILLAGES:
        return [number]
    village = drawable(zone.village)
    if len(village) > _LONGEST_VILLAGE:
        village = village[: _LONGEST_VILLAGE - 1].rstrip() + "…"
    return [f"{number} {village}", number]
