"""The sheet of the country: circles that gather what lies close together, a dot for each zone."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from coverage.criteria import CriteriaSet
from coverage.zones import Queue, Zone
from maps.atlas import beside, blocks, land, signs
from maps.atlas.paper import Layout, Paper, layout
from maps.basemap import NATIONAL_FRAME, abroad, simplified
from maps.content import MapContent
from maps.legend import totals
from maps.printed import svg
from maps.printed.frame import CONIC, FINE_SCALES, Metres, Window, metres_of, projected, window
from maps.printed.labels import Room
from maps.printed.land import ABROAD, OWN, WATER
from maps.texts import Words

_PANEL_MM = 57.0
_TOLERANCE = 0.006
_FEW = 300  # so few zones are drawn one by one
_CELL_MM = 6.0
_LARGEST_MM, _LEAST_MM = 2.9, 0.6
_PROVINCE, _ISLANDS, _SEA = 1.9, 2.9, 4.2
_CLOSEST = 1_000_000
_TABLE_COLUMNS = 2
_SEA_AT, _NEIGHBOURS = (112.9, 13.6), (
    ("place.laos", 103.9, 18.6), ("place.cambodia", 104.9, 12.75), ("place.china", 106.9, 23.35),
)  # fmt: skip


@dataclass(slots=True)
class Cell:
    """What is gathered in one square of the sheet."""

    zones: int = 0
    x: float = 0.0
    y: float = 0.0
    households: Counter[Queue] = field(default_factory=Counter)

    def add(self, zone: Zone, x: float, y: float) -> None:
        """Gather one zone at its place on the sheet."""
        self.zones += 1
        self.x += x
        self.y += y
        self.households[zone.queue] += zone.households

    @property
    def middle(self) -> tuple[float, float]:
        """Where its zones lie on average."""
        return self.x / self.zones, self.y / self.zones


def drawn(
    content: MapContent, zones: Sequence[Zone], paper: Paper, criteria: CriteriaSet | None,
    words: Words,
) -> tuple[Layout, list[str], Window]:  # fmt: skip
    """Draw the sheet of the country."""
    plan = layout(paper, landscape=False, panel_mm=_PANEL_MM)
    view, share = _window(plan), plan.share
    room = Room(view.box)
    points = (
        metres_of(CONIC, [zone.longitude for zone in zones], [zone.latitude for zone in zones])
        if zones else []
    )  # fmt: skip
    gathered = len(zones) > _FEW
    on_top, largest = (
        _gathered(view, zones, points, share)
        if gathered
        else (_single(view, zones, points, share), 0)
    )
    shapes = [
        projected(CONIC, shape)
        for shape in simplified([area.geometry for area in content.provinces], _TOLERANCE)
    ] if content.provinces else []  # fmt: skip
    left, top, right, bottom = view.box
    lines, figures = land.graticule(view, share, words)
    outline = "".join(svg.course(view, view.seen(shape)) for shape in shapes)
    parts = [
        svg.box(left, top, right - left, bottom - top, fill=WATER),
        svg.path(svg.course(view, view.seen(projected(CONIC, abroad()))), fill=ABROAD),
        svg.path(outline, fill=OWN, stroke="#8f8398", stroke_width=0.22),
        lines,
        _elsewhere(view, share, words),
        on_top,
        land.islands(view, room, _ISLANDS * share),
        land.names(view, [(area.name, shape) for area, shape in zip(content.provinces, shapes, strict=True)],
                   room, _PROVINCE * share, smallest_mm2=0, fill="#1b1a1e", italic=False),
        land.edge(view),
        figures,
        *beside.head(content, plan, totals(zones, words), words),
        *_panel(content, zones, plan, view, largest, criteria, words),
    ]  # fmt: skip
    return plan, parts, view


def _window(plan: Layout) -> Window:
    west, south, east, north = NATIONAL_FRAME
    steps = [place / 8 for place in range(9)]
    longitudes = [west + (east - west) * step for step in steps]
    latitudes = [south + (north - south) * step for step in steps]
    corners = [
        *((at, south) for at in longitudes), *((at, north) for at in longitudes),
        *((west, at) for at in latitudes), *((east, at) for at in latitudes),
    ]  # fmt: skip
    points = metres_of(CONIC, [at[0] for at in corners], [at[1] for at in corners])
    return window(CONIC, points, plan.map, margin=0.0, closest=_CLOSEST, scales=FINE_SCALES)


def _single(view: Window, zones: Sequence[Zone], points: Sequence[Metres], share: float) -> str:
    spots = [
        (zone, *view.place(point), signs.radius_of(zone.households, 0.75 * share))
        for zone, point in zip(zones, points, strict=True)
    ]
    return "".join(
        signs.zone_sign(zone, x, y, radius)
        for zone, x, y, radius in sorted(spots, key=lambda each: (-each[3], each[0].id))
    )


def _gathered(
    view: Window, zones: Sequence[Zone], points: Sequence[Metres], share: float
) -> tuple[str, int]:
    """Dots and circles, and the households of the largest circle."""
    cells: dict[tuple[int, int], Cell] = defaultdict(Cell)
    side, dots = _CELL_MM * share, []
    for zone, point in zip(zones, points, strict=True):
        x, y = view.place(point)
        cells[math.floor(x / side), math.floor(y / side)].add(zone, x, y)
        dots.append(f"M{x:.1f} {y:.1f}h0")
    largest = max(sum(cell.households.values()) for cell in cells.values())
    drawn = [
        svg.path("".join(sorted(set(dots))), fill="none", stroke="#6b6b6b",
                 stroke_width=0.3 * share, stroke_linecap="round")
    ]  # fmt: skip
    ranked = sorted(cells.items(), key=lambda each: (-sum(each[1].households.values()), each[0]))
    for _, cell in ranked:
        households = sum(cell.households.values())
        drawn.append(signs.pie(cell.households, *cell.middle, _radius(households, largest, share)))
    return "".join(drawn), largest


def _radius(households: int, largest: int, share: float) -> float:
    return max(_LEAST_MM, _LARGEST_MM * math.sqrt(households / max(largest, 1))) * share


def _elsewhere(view: Window, share: float, words: Words) -> str:
    """The names of the sea and of the neighbours."""
    parts = []
    for name, longitude, latitude in (("place.sea", *_SEA_AT), *_NEIGHBOURS):
        x, y = view.place(metres_of(CONIC, [longitude], [latitude])[0])
        sea = name == "place.sea"
        parts.append(
            svg.text(words(name), x, y, (_SEA if sea else _ISLANDS) * share, anchor="middle",
                     italic=sea, fill="#4d7ea8" if sea else "#7a7168")
        )  # fmt: skip
    return "".join(parts)


def _panel(  # noqa: PLR0917 - everything beside the map
    content: MapContent, zones: Sequence[Zone], plan: Layout, view: Window, largest: int,
    criteria: CriteriaSet | None, words: Words,
) -> list[str]:  # fmt: skip
    first, second, third = plan.columns
    wide, share, gap = first[2] - first[0], plan.share, 2.0 * plan.share
    if largest:
        legends = [
            beside.payers(zones, plan, wide, words, gathered=True),
            _sizes(largest, wide, share, words),
            blocks.paragraph([words("paper.gathered")], wide, share),
        ]
    else:
        legends = [
            beside.payers(zones, plan, wide, words, gathered=False),
            *(beside.shapes(zones, plan, wide, words) if zones else ()),
        ]
    said = beside.sources(content, view, criteria, [words("paper.grey")], plan, wide, words)
    scale = blocks.scale_and_north(view, plan.paper.name, wide, share, words)
    table = _tables(_by_province(content, zones, words), wide, share, words)
    return [
        *blocks.flowed(legends, (first,), gap),
        *blocks.flowed([table], (second,), gap),
        *blocks.flowed([scale, said], (third,), gap),
    ]


def _sizes(largest: int, wide: float, share: float, words: Words) -> blocks.Block:
    lines = [
        blocks.Line(
            signs.plain_sign("M-1 0A1 1 0 1 1 1 0A1 1 0 1 1 -1 0Z", 0, 0,
                             _radius(count, largest, share)),
            words.number(count), reach=_radius(count, largest, share),
        )
        for count in dict.fromkeys(map(_round, (largest // 10, largest // 3, largest)))
    ]  # fmt: skip
    return blocks.legend(words("legend.households"), lines, wide, share)


def _round(count: int) -> int:
    """A count with one digit that is not nought, no more than it."""
    power: int = 10 ** (len(str(count)) - 1)
    return max(1, count // power * power)


def _by_province(
    content: MapContent, zones: Sequence[Zone], words: Words
) -> list[tuple[str, str, str]]:
    count, households = Counter[str](), Counter[str]()
    for zone in zones:
        count[zone.province_code] += 1
        households[zone.province_code] += zone.households
    ranked = sorted(
        (area for area in content.provinces if count[area.code]),
        key=lambda area: (-households[area.code], area.code),
    )
    return [
        (area.name, words.number(count[area.code]), words.number(households[area.code]))
        for area in ranked
    ]


def _tables(
    rows: Sequence[tuple[str, str, str]], wide: float, share: float, words: Words
) -> blocks.Block:
    """The provinces' figures, the most households first, in two tables side by side."""
    heads = ("", words("paper.zones_short"), words("paper.households_short"))
    half = math.ceil(len(rows) / _TABLE_COLUMNS)
    if not rows:
        return blocks.Block(0, ())
    column = (wide - 3 * share) / _TABLE_COLUMNS
    tables = [
        blocks.table("", heads, list(rows[place * half : (place + 1) * half]), column, share)
        for place in range(_TABLE_COLUMNS)
    ]
    down = 3.2 * share
    parts = [svg.text(words("paper.by_province"), 0, 2.5 * share, 2.5 * share, bold=True)]
    parts += [
        f'<g transform="translate({place * (column + 3 * share):.2f} {down:.2f})">{"".join(table.parts)}</g>'
        for place, table in enumerate(tables)
    ]
    return blocks.Block(down + max(table.height_mm for table in tables), tuple(parts))
