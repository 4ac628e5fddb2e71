"""What stands beside the map of a province, a lot or a village, and how much room it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coverage.criteria import CriteriaSet
from coverage.zones import Zone
from maps.atlas import beside, blocks
from maps.atlas.blocks import Block
from maps.atlas.paper import Box, Layout
from maps.content import MapContent
from maps.printed.frame import Window, metres_of
from maps.printed.ground import Ground
from maps.symbols import stage_of
from maps.texts import Words

_GAP_MM = 2.0
_LEAST_MM, _MOST_MM = 36, 90


@dataclass(frozen=True, slots=True)
class Pieces:
    """The panel's parts: what the signs mean, where the sheet lies, its scale, what is said."""

    legends: tuple[Block, ...]
    locator: Block
    scale: Block
    said: Block


def pieces(  # noqa: PLR0913, PLR0917 - everything beside the map
    content: MapContent, zones: Sequence[Zone], ground: Ground, plan: Layout, view: Window,
    crowd: float, criteria: CriteriaSet | None, notes: Sequence[str], words: Words,
) -> Pieces:  # fmt: skip
    """Return the parts as wide as a column."""
    left, _, right, _ = plan.columns[0]
    wide, share = right - left, plan.share
    return Pieces(
        (
            _about(content, zones, view, plan, words),
            beside.payers(zones, plan, wide, words, gathered=False),
            *beside.shapes(zones, plan, wide, words),
            beside.sizes(plan, crowd, wide, words) if zones else Block(0, ()),
            beside.sites(content, plan, wide, words),
            beside.boundaries(content, plan, wide, words),
        ),
        blocks.country(ground.locator, wide, share),
        blocks.scale_and_north(view, plan.paper.name, wide, share, words),
        beside.sources(content, view, criteria, notes, plan, wide, words),
    )  # fmt: skip


def panel(made: Pieces, plan: Layout) -> list[str]:
    """Return the parts in their places: one column beside the map, or three below it."""
    gap = _GAP_MM * plan.share
    if plan.landscape:
        one = [made.locator, *made.legends, made.scale, made.said]
        return blocks.flowed(one, plan.columns, gap)
    first, second, third = plan.columns
    rest = _rest(made, first, second, gap)
    return [
        *blocks.flowed(made.legends, (first, second), gap),
        *blocks.flowed([made.locator, made.scale], (third,), gap),
        *blocks.flowed([made.said], (rest,), gap),
    ]


def least_panel_mm(made: Pieces, plan: Layout) -> float:
    """Return the least height on A4 at which three columns hold everything."""
    share, gap = plan.share, _GAP_MM * plan.share
    third = made.locator.height_mm + gap + made.scale.height_mm
    for height in range(_LEAST_MM, _MOST_MM):
        room = height * share
        first, second = (0.0, 0.0, 1.0, room), (1.0, 0.0, 2.0, room)
        rest = _rest(made, first, second, gap)
        if third <= room and rest[1] + made.said.height_mm <= room:
            return height
    return _MOST_MM


def _rest(made: Pieces, first: Box, second: Box, gap: float) -> Box:
    """What the legends leave of the second column."""
    y, column = first[1], first
    for block in made.legends:
        if not block.parts:
            continue
        if column is first and y + block.height_mm > column[3] and y > column[1]:
            y, column = second[1], second
        y += block.height_mm + gap
    return second[0], y if column is second else second[1], second[2], second[3]


def _about(
    content: MapContent, zones: Sequence[Zone], view: Window, plan: Layout, words: Words
) -> Block:
    """The facts of the village that a sheet is about."""
    spot = content.spot
    if spot is None:
        return Block(0, ())
    east, north = metres_of(view.epsg, [spot.longitude], [spot.latitude])[0]
    told = [
        ("WGS 84", f"{spot.latitude:.5f}, {spot.longitude:.5f}"),
        ("VN-2000", f"X {words.number(round(north))} · Y {words.number(round(east))}"),
    ]
    here = [
        zone for zone in zones if (zone.longitude, zone.latitude) == (spot.longitude, spot.latitude)
    ]
    zone = next((zone for zone in here if zone.village == spot.name), None)
    if zone is not None:
        told += [
            (words("popup.households"), words.number(zone.households)),
            (
                words("popup.signal"),
                words(f"signal.{zone.signal.value if zone.signal else 'unknown'}"),
            ),
            (words("popup.queue"), words(f"queue.{zone.queue.value}")),
            (words("popup.status"), words(f"stage.{stage_of(zone.status).key}")),
        ]
    left, _, right, _ = plan.columns[0]
    return blocks.facts(words("paper.about"), told, right - left, plan.share)
