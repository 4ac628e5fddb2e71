"""A package's sheets: what is on each of them, from the ground up to the names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from coverage.fonts import drawable
from coverage.packages import Package, PackageLot, PackageSite, PackageZone
from maps.basemap import archipelagos
from maps.content import MapContent
from maps.printed import svg
from maps.printed.frame import Metres, Window, degrees_text, grid_for, metres_of, window
from maps.printed.ground import Ground, main_part, prepare, seen
from maps.printed.labels import Label, Room, width_mm
from maps.printed.land import land
from maps.printed.margin import HEIGHT_MM, PANEL_MM, WIDTH_MM, Sheet, panel
from maps.printed.signs import LOT_LOOK, SITE_COLOUR, mast, zone_sign
from maps.symbols import lot_colour
from maps.texts import Words, words_in

__all__ = ["HEIGHT_MM", "WIDTH_MM", "PrintedMaps", "draw"]

_EDGE_MM = 4.5  # for the degrees beside the map
_MAP = (_EDGE_MM, _EDGE_MM, WIDTH_MM - PANEL_MM - _EDGE_MM, HEIGHT_MM - _EDGE_MM)
_LABEL, _COMMUNE, _PROVINCE, _LOT = 2.5, 2.2, 2.9, 3.3  # sizes of type, millimetres
_ZONE_MM, _SMALL_ZONE_MM, _TINY_ZONE_MM, _SITE_MM = 1.25, 0.8, 0.55, 1.7
_CROWD = 150  # zones of a package, from which they are drawn tiny
_CLOSEST_ONE, _CLOSEST_LOT, _CLOSEST_PACKAGE = 100_000, 50_000, 100_000
_LONGEST_VILLAGE = 26  # letters beside a symbol; the list has the whole name
_MANY = 14  # zones on one sheet, from which only labels stand beside them
_LOT_MARGIN_MM = 3.0
_PROVINCE_LINE: dict[str, str | float] = {"stroke": "#5b3a6b", "stroke_width": 0.5}


@dataclass(frozen=True, slots=True)
class PrintedMaps:
    """The drawings of a package as SVG: all lots together, and each lot by its number."""

    overview: str
    lots: dict[int, str]


def draw(content: MapContent, package: Package) -> PrintedMaps:
    """Draw a package on the ground of its map: ``content`` has the outlines and the words."""
    words = words_in(content.language)
    first = next((zone for _, zone in package.zones), None)
    epsg = grid_for(package.grid.epsg if package.grid else None, first.longitude if first else 105)
    ground = prepare(content, epsg)
    return PrintedMaps(
        _overview(content, package, ground, epsg, words),
        {lot.number: _lot(content, package, lot, ground, epsg, words) for lot in package.lots},
    )


def _overview(
    content: MapContent, package: Package, ground: Ground, epsg: int, words: Words
) -> str:
    zones = [zone for _, zone in package.zones]
    points = _points(epsg, zones)
    own = shapely.box(*main_part(ground.own).bounds) if ground.own is not None else None
    corners = [*points, *(own.exterior.coords if own is not None else [])]
    view = window(epsg, corners or [(500_000.0, 1_800_000.0)], _MAP, margin=0.06,
                  closest=_CLOSEST_PACKAGE)  # fmt: skip
    room = Room(_MAP)
    size = _SMALL_ZONE_MM if len(zones) < _CROWD else _TINY_ZONE_MM
    parts = [_under(view, ground, communes=False)]
    symbols, names = [], []
    for place in points:
        room.take(*view.place(place), size * 0.6)
    for lot in package.lots:
        colour = lot_colour(lot.number)
        places = _points(epsg, lot.zones)
        hull = _hull(places, view.metres(_LOT_MARGIN_MM), ground)
        parts.append(svg.path(svg.course(view, view.seen(hull)), stroke=colour, **LOT_LOOK))
        symbols += [
            zone_sign(zone.signal, *view.place(at), size)
            for zone, at in zip(lot.zones, places, strict=True)
        ]
        middle = view.place((hull.centroid.x, hull.centroid.y))
        label = room.label([f"Lô {lot.number}"], middle, size=_LOT, clear=_LOT_MARGIN_MM)
        names.append(_lettered(label, colour) if label else "")
    parts += symbols
    over = [_archipelagos(view, room), _named(view, ground.others, room, _PROVINCE, upper=True)]
    sheet = Sheet(words("print.overview"), package.province, view, zones, (), 0)
    return _finish(content, package, sheet, ground, words, [*parts, *over, *names])


def _lot(  # noqa: PLR0917 - the ground and the words of all sheets, and one lot
    content: MapContent, package: Package, lot: PackageLot, ground: Ground, epsg: int, words: Words
) -> str:
    new = [site for site in lot.sites if site.latitude is not None and site.longitude is not None]
    places, sites = _points(epsg, lot.zones), _points(epsg, new)
    view = window(epsg, [*places, *sites] or [(500_000.0, 1_800_000.0)], _MAP, margin=0.3,
                  closest=_CLOSEST_LOT if len(places) > 1 else _CLOSEST_ONE)  # fmt: skip
    hull = _hull(places, view.metres(_LOT_MARGIN_MM), ground) if places else shapely.Polygon()
    colour = lot_colour(lot.number)
    room = Room(_MAP)
    for at in places:
        room.take(*view.place(at), _ZONE_MM)
    feet = [view.place(at) for at in sites]
    for x, y in feet:
        room.take(x, y - _SITE_MM, _SITE_MM)  # a mast stands on its place
    names, left_out = [], 0
    for zone, at in zip(lot.zones, places, strict=True):
        label = room.label(_forms(zone, len(places)), view.place(at), size=_LABEL, clear=_ZONE_MM)
        left_out += label is None
        names.append(_lettered(label, "#111111") if label else "")
    for site, (x, y) in zip(new, feet, strict=True):
        label = room.label([site.label], (x, y - _SITE_MM), size=_LABEL, clear=_SITE_MM)
        names.append(_lettered(label, SITE_COLOUR) if label else "")
    parts = [
        _under(view, ground, communes=True),
        _archipelagos(view, room),
        svg.path(svg.course(view, view.seen(hull)), stroke=colour, **LOT_LOOK),
        _named(view, ground.communes, room, _COMMUNE, smallest_mm2=90),
        _named(view, ground.others, room, _PROVINCE, upper=True),
        *[mast(x, y, _SITE_MM) for x, y in feet],
        *[
            zone_sign(zone.signal, *view.place(at), _ZONE_MM)
            for zone, at in zip(lot.zones, places, strict=True)
        ],
        *names,
    ]
    sheet = Sheet(
        words("print.lot", number=lot.number), lot.name.partition(" – ")[2] or lot.name, view,
        lot.zones, tuple(new), len(lot.sites) - len(new), left_out,
    )  # fmt: skip
    return _finish(content, package, sheet, ground, words, parts)


def _points(epsg: int, at: Sequence[PackageZone] | Sequence[PackageSite]) -> list[Metres]:
    if not at:
        return []
    return metres_of(
        epsg, [each.longitude or 0.0 for each in at], [each.latitude or 0.0 for each in at]
    )


def _hull(points: Sequence[Metres], margin_m: float, ground: Ground) -> BaseGeometry:
    """The rounded hull around villages, off the ground of neighbours and of other countries."""
    villages = [shapely.Point(point) for point in points]
    whole = shapely.convex_hull(shapely.MultiPoint(villages))
    hull: BaseGeometry = shapely.buffer(whole, margin_m, quad_segs=8)
    for other in (ground.abroad, *(area for _, area in ground.others)):
        if shapely.intersects(hull, other):
            hull = shapely.difference(hull, other)
    # A village on an approximate border keeps a spot of its own.
    spots = [shapely.buffer(one, margin_m) for one in villages if not hull.intersects(one)]
    return shapely.union_all([hull, *spots]) if spots else hull


def _forms(zone: PackageZone, many: int) -> list[str]:
    """A zone's name beside its symbol: with the village where there is room for it."""
    village = drawable(zone.village)
    if len(village) > _LONGEST_VILLAGE:
        village = village[: _LONGEST_VILLAGE - 1].rstrip() + "…"
    return [zone.label] if many > _MANY else [f"{zone.label} {village}", zone.label]


def _under(view: Window, ground: Ground, *, communes: bool) -> str:
    """The land and the graticule; lines between communes are thin where none is named."""
    inside: dict[str, str | float] = {
        "stroke": "#808080", "stroke_width": 0.2 if communes else 0.12,
        "stroke_dasharray": "1.1 .7",
    }  # fmt: skip
    meridians, parallels = view.graticule()
    lines = "".join(svg.course(view, each.course) for each in (*meridians, *parallels))
    grid = svg.path(lines, fill="none", stroke="#4d7ea8", stroke_width=0.08)
    return land(view, ground, communes=inside, province=_PROVINCE_LINE) + grid


def _archipelagos(view: Window, room: Room) -> str:
    """Hoàng Sa and Trường Sa wherever the map reaches them: their islands, and always the name."""
    west, south, east, north = view.ground
    parts = []
    for group in archipelagos():
        islands = [
            view.place(at)
            for at in metres_of(
                view.epsg, [at[0] for at in group.islands], [at[1] for at in group.islands]
            )
            if west < at[0] < east and south < at[1] < north
        ]
        if not islands:
            continue
        parts += [
            f'<circle cx="{x:.2f}" cy="{y:.2f}" r="0.35" fill="#444444"/>' for x, y in islands
        ]
        middle = (
            sum(x for x, _ in islands) / len(islands), sum(y for _, y in islands) / len(islands),
        )  # fmt: skip
        half = width_mm(group.name, _PROVINCE, bold=True) / 2
        left, right = _MAP[0] + half + 1, _MAP[2] - half - 1
        spot = min(max(middle[0], left), right), middle[1]
        placed = room.name(group.name, spot, _PROVINCE)
        x, y = (placed.x + half, placed.y) if placed else spot
        parts.append(svg.text(group.name, x, y, _PROVINCE, bold=True, anchor="middle",
                              fill="#1b2733"))  # fmt: skip
    return "".join(parts)


def _named(
    view: Window, areas: Sequence[tuple[str, BaseGeometry]], room: Room, size: float, *,
    smallest_mm2: float = 220, upper: bool = False,
) -> str:  # fmt: skip
    """The names of areas where there is room for them; the largest first."""
    shown = [named for named in seen(areas, view, smallest_mm2=smallest_mm2) if named.name]
    drawn = []
    for named in sorted(shown, key=lambda each: (-each.shape.area, each.name)):
        words = named.name.upper() if upper else named.name
        label = room.name(words, view.place(named.middle), size)
        if label is not None:
            drawn.append(svg.text(label.text, label.x, label.y, label.size, italic=not upper,
                                  fill="#7a7168" if upper else "#55504a"))  # fmt: skip
    return "".join(drawn)


def _lettered(label: Label, fill: str) -> str:
    """A name on a pale ground, with its leader."""
    wide, high = width_mm(label.text, label.size), label.size * 1.05
    parts = []
    if label.leader is not None:
        parts.append(svg.line(label.leader, stroke="#444444", stroke_width=0.15))
    parts.append(svg.box(label.x - 0.2, label.y - high * 0.8, wide + 0.4, high, fill="#ffffff",
                         fill_opacity=0.72))  # fmt: skip
    parts.append(svg.text(label.text, label.x, label.y, label.size, fill=fill))
    return "".join(parts)


def _finish(  # noqa: PLR0917 - the sheet with all that stands round it
    content: MapContent, package: Package, sheet: Sheet, ground: Ground, words: Words,
    parts: Sequence[str],
) -> str:  # fmt: skip
    """The frame with its degrees, and the panel beside it."""
    left, top, right, bottom = _MAP
    edge = [svg.box(left, top, right - left, bottom - top, fill="none", stroke="#111111",
                    stroke_width=0.35)]  # fmt: skip
    meridians, parallels = sheet.view.graticule()
    small = 1.9
    for each in meridians:
        told = degrees_text(each.degrees, (words("print.east"), words("print.west")))
        ends = _ends(sheet.view, each.course)
        if ends:
            low, high = max(ends, key=lambda at: at[1]), min(ends, key=lambda at: at[1])
            edge.append(svg.text(told, low[0], bottom + 2.4, small, anchor="middle"))
            edge.append(svg.text(told, high[0], top - 1.0, small, anchor="middle"))
    for each in parallels:
        told = degrees_text(each.degrees, (words("print.north_letter"), words("print.south")))
        ends = _ends(sheet.view, each.course)
        if ends:
            first, last = min(ends), max(ends)
            edge.append(svg.text(told, left - 1.0, first[1], small, anchor="middle", turn=-90))
            edge.append(svg.text(told, right + 2.4, last[1], small, anchor="middle", turn=-90))
    beside = panel(content, package, sheet, ground.locator, words)
    title = f"{sheet.title} – {package.number}"
    return svg.document(WIDTH_MM, HEIGHT_MM, title, [*parts, *edge, *beside])


def _ends(view: Window, course: BaseGeometry) -> list[tuple[float, float]]:
    lines = [part for part in shapely.get_parts(course) if part.geom_type == "LineString"]
    return [view.place(line.coords[place]) for line in lines for place in (0, -1)]
