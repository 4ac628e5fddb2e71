"""The words of a sheet: its title band, the parts of its legend, its sources."""

from __future__ import annotations

from collections.abc import Sequence

from coverage.coordinates import GRIDS, meridian_text
from coverage.criteria import CriteriaSet
from coverage.fonts import drawable
from coverage.zones import Queue, Signal, Zone
from maps.atlas import signs
from maps.atlas.blocks import SIGN_MM, Block, Line, legend, paragraph
from maps.atlas.land import COMMUNE_LOOK, PROVINCE_LOOK
from maps.atlas.paper import Layout
from maps.content import MapContent
from maps.printed import svg
from maps.printed.frame import CONIC, Window, degrees_text
from maps.printed.labels import width_mm
from maps.printed.margin import wrapped
from maps.symbols import CIRCLE, FILLINGS, SIZE_SAMPLES, STAGES, lot_colour, stage_of
from maps.texts import Words

_TITLE_MM, _SUBTITLE_MM, _MARK_MM = 4.6, 2.9, 2.6
_LEAST_TITLE_MM = 3.0
_MARK_COLOUR = "#b00020"


def told(content: MapContent, words: Words) -> Words:
    """Return the words for this reader: what has no payer may be untold, not undecided."""
    return words if content.payers_told else words.instead("queue.undecided", "queue.untold")


def title_of(content: MapContent, words: Words) -> str:
    """Return what a sheet is called."""
    if content.spot is not None:
        return words("paper.zone", village=content.spot.name)
    return content.title if content.focus else words("paper.national")


def marks_of(content: MapContent, words: Words) -> list[tuple[str, str]]:
    """Return the sheet's warnings and why each stands there."""
    return [
        (words(f"page.{name}"), words(f"page.{name}_why"))
        for name in ("draft", "restricted", "approximate")
        if getattr(content, name)
    ]


def head(content: MapContent, plan: Layout, figures: str, words: Words) -> list[str]:
    """Return the band over the map: title and subtitle, the figures, the marks."""
    share = plan.share
    marks = [mark for mark, _ in marks_of(content, words)]
    parts, right = [], plan.width_mm
    size = _MARK_MM * share
    for mark in marks:
        wide = width_mm(mark.upper(), size, bold=True) + 3 * share
        parts += [
            svg.box(right - wide, 0.4 * share, wide, 4.6 * share, fill="none",
                    stroke=_MARK_COLOUR, stroke_width=0.4),
            svg.text(mark.upper(), right - wide / 2, 3.6 * share, size, fill=_MARK_COLOUR,
                     bold=True, anchor="middle"),
        ]  # fmt: skip
        right -= wide + 1.5 * share
    room = right - (2 * share if marks else 0)
    title = drawable(title_of(content, words))
    large = _TITLE_MM * share
    while large > _LEAST_TITLE_MM * share and width_mm(title, large, bold=True) > room:
        large *= 0.95
    lines = wrapped(title, large, bold=True, most=room)
    parts.append(svg.text(lines[0] + ("…" if len(lines) > 1 else ""), 0, _TITLE_MM * share, large,
                          bold=True))  # fmt: skip
    day = words("page.day", day=words.day(content.day))
    second = " · ".join(each for each in (content.subtitle, figures, day) if each)
    small = _SUBTITLE_MM * share
    first = wrapped(drawable(second), small, most=plan.width_mm)
    parts.append(svg.text(first[0] + ("…" if len(first) > 1 else ""), 0, 9.6 * share, small))
    return parts


def payers(
    zones: Sequence[Zone], plan: Layout, wide: float, words: Words, *, gathered: bool
) -> Block:
    """Return the legend of who pays, with the figures of each."""
    size = SIGN_MM * plan.share
    lines = []
    for queue in Queue:
        members = [zone for zone in zones if zone.queue is queue]
        if members:
            picture = (
                signs.swatch(queue, 0, 0, size * 1.15) if gathered
                else signs.sign(queue, Signal.NONE, CIRCLE, 0, 0, size)
            )  # fmt: skip
            lines.append(Line(picture, words(f"queue.{queue.value}"), _figures(members, words)))
    return legend(words("legend.queue"), lines, wide, plan.share)


def shapes(zones: Sequence[Zone], plan: Layout, wide: float, words: Words) -> list[Block]:
    """Return the legends of the signal and of the progress: what is on the sheet."""
    size = SIGN_MM * plan.share
    signals, stages = {zone.signal for zone in zones}, {stage_of(zone.status).key for zone in zones}
    fillings = [
        Line(
            signs.filling_sign(signal, 0, 0, size),
            words(f"signal.{signal.value if signal else 'unknown'}"),
        )
        for signal in FILLINGS
        if signal in signals
    ]
    progress = [
        Line(signs.plain_sign(stage.path, 0, 0, size), words(f"stage.{stage.key}"))
        for stage in STAGES
        if stage.key in stages
    ]
    return [
        legend(words("legend.signal"), fillings, wide, plan.share),
        legend(words("legend.stage"), progress, wide, plan.share),
    ]


def sizes(plan: Layout, crowd: float, wide: float, words: Words) -> Block:
    """Return the legend of sizes: signs of known households, as large as on the map."""
    lines = [
        Line(signs.plain_sign(CIRCLE, 0, 0, signs.radius_of(count, crowd)), words.number(count))
        for count in SIZE_SAMPLES
    ]
    return legend(words("legend.households"), lines, wide, plan.share)


def sites(content: MapContent, plan: Layout, wide: float, words: Words) -> Block:
    """Return the legend of the sites that are drawn."""
    counted: dict[str, int] = {}
    for site in content.sites:
        counted[site.operator] = counted.get(site.operator, 0) + 1
    lines = [
        Line(
            signs.site_sign(operator, 0, 0, plan.share),
            f"{operator} ({words.number(counted[operator])})",
        )
        for operator in sorted(counted)
    ]
    return legend(words("legend.sites"), lines, wide, plan.share)


def boundaries(content: MapContent, plan: Layout, wide: float, words: Words) -> Block:
    """Return the legend of lines: boundaries, and the extents of lots."""
    half = 1.8 * plan.share
    ends = (-half, 0.0, half, 0.0)
    lines = [Line(svg.line(ends, **PROVINCE_LOOK), words("print.province"))]
    if content.communes:
        lines.append(Line(svg.line(ends, **COMMUNE_LOOK), words("print.commune")))
    if content.lots:
        look: dict[str, str | float] = {"stroke_width": 0.45, "stroke_dasharray": "2.4 .9"}
        lines.append(
            Line(
                svg.line(ends, stroke=lot_colour(content.lots[0].number), **look),
                words("print.outline"),
            )
        )
    return legend(words("paper.lines"), lines, wide, plan.share)


def sources(  # noqa: PLR0917 - everything that a sheet owes its reader
    content: MapContent, view: Window, criteria: CriteriaSet | None, notes: Sequence[str],
    plan: Layout, wide: float, words: Words,
) -> Block:  # fmt: skip
    """Return what is said in small type: notes, grid, corners, source, criteria, why marks stand."""
    texts = [*notes, _grid(view, words)]
    if view.epsg != CONIC:
        southwest, northeast = (_degrees(corner, words) for corner in view.corners())
        texts.append(words("paper.corners", southwest=southwest, northeast=northeast))
    texts.append(words("page.source", source=content.source))
    texts.append(
        words("paper.no_criteria") if criteria is None
        else words("paper.criteria", name=criteria.name, document=criteria.document,
                   day=words.day(criteria.valid_from))
    )  # fmt: skip
    texts += [why for _, why in marks_of(content, words)]
    return paragraph(texts, wide, plan.share)


def _grid(view: Window, words: Words) -> str:
    if view.epsg == CONIC:
        return words("paper.conic")
    grid = GRIDS[view.epsg]
    if grid.three_degrees:
        return words("paper.grid", meridian=meridian_text(grid.meridian), epsg=grid.epsg)
    return words("paper.utm", epsg=grid.epsg)


def _degrees(corner: tuple[float, float], words: Words) -> str:
    longitude, latitude = (round(each * 3600) / 3600 for each in corner)
    return " ".join(
        (
            degrees_text(latitude, (words("print.north_letter"), words("print.south"))),
            degrees_text(longitude, (words("print.east"), words("print.west"))),
        )
    )


def _figures(zones: Sequence[Zone], words: Words) -> str:
    return words(
        "legend.count", zones=words.number(len(zones)),
        households=words.number(sum(zone.households for zone in zones)),
    )  # fmt: skip
