"""The legend: only what is on the map, each meaning once, drawn as the map draws it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from coverage.zones import Queue, Signal, Zone
from maps.content import MapContent, Survey
from maps.symbols import (
    CIRCLE,
    FILLINGS,
    QUEUE_COLOURS,
    ROW_MARKS,
    SERVICE_COLOUR,
    SITE_EDGE,
    SIZE_SAMPLES,
    SQUARE,
    STAGES,
    Filling,
    darker,
    lot_colour,
    mark_of,
    stage_of,
)
from maps.texts import Words

_NEUTRAL = "#1b2733"  # for entries that speak of shape or filling, not of colour


@dataclass(frozen=True, slots=True)
class Symbol:
    """An entry's picture: an SVG path in a box from -1 to 1, with its paint."""

    path: str
    fill: str
    edge: str
    width: float
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the legend. ``name`` and ``value`` are what its box switches."""

    symbol: Symbol
    label: str
    name: str
    value: str
    note: str = ""
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its entries; ``switch`` tells what a box does: filter zones or show a layer."""

    heading: str
    switch: str
    entries: tuple[Entry, ...]


def sections(content: MapContent, zones: Sequence[Zone], words: Words) -> list[Section]:
    """Return the sections that have something on this map, of what is embedded in it."""
    found = [
        _lots(content, zones, words) if content.by_lot else _queues(zones, words),
        _signals(zones, words),
        _stages(content, zones, words),
        _sites(content, words),
        _rows(content, words),
        _services(content, words),
    ]
    return [section for section in found if section.entries]


def symbol(
    path: str, colour: str, filling: Filling = Filling.FULL, edge: str | None = None
) -> Symbol:
    """Return the picture that ``zones.js`` paints for the same means."""
    match filling:
        case Filling.FULL:
            return Symbol(path, colour, edge or darker(colour), 0.15)
        case Filling.HOLLOW:
            return Symbol(path, "#ffffff", colour, 0.42)
        case Filling.PALE:
            return Symbol(path, colour, edge or darker(colour), 0.15, 0.35)


def size_samples(zones: Sequence[Zone], *, tiled: bool = False) -> tuple[int, ...]:
    """Return the households whose sizes the legend shows, none on a map without zones."""
    return SIZE_SAMPLES if zones or tiled else ()


def totals(zones: Sequence[Zone], words: Words) -> str:
    """Return the map's figures in one line."""
    if not zones:
        return words("page.empty")
    households = sum(zone.households for zone in zones)
    return words("page.totals", zones=words.number(len(zones)), households=words.number(households))


def _queues(zones: Sequence[Zone], words: Words) -> Section:
    entries = []
    for place, queue in enumerate(Queue):
        members = [zone for zone in zones if zone.queue is queue]
        if members:
            note = words(
                "legend.count",
                zones=words.number(len(members)),
                households=words.number(sum(zone.households for zone in members)),
            )
            picture = symbol(CIRCLE, QUEUE_COLOURS[queue])
            entries.append(Entry(picture, words(f"queue.{queue.value}"), "queue", str(place), note))
    return Section(words("legend.queue"), "filter", tuple(entries))


def _lots(content: MapContent, zones: Sequence[Zone], words: Words) -> Section:
    """The lots in their colours; the box of one filters its zones."""
    known = {zone.id: zone for zone in zones}
    entries = []
    for place, lot in enumerate(content.lots):
        members = [known[zone_id] for zone_id in lot.zones if zone_id in known]
        note = words(
            "legend.count",
            zones=words.number(len(members)),
            households=words.number(sum(zone.households for zone in members)),
        )
        picture = symbol(CIRCLE, lot_colour(lot.number))
        entries.append(Entry(picture, lot.name, "queue", str(place), note))
    return Section(words("legend.lots"), "filter", tuple(entries))


def _signals(zones: Sequence[Zone], words: Words) -> Section:
    present = {zone.signal for zone in zones}
    entries = [
        signal_entry(signal, place, words)
        for place, signal in enumerate(FILLINGS)
        if signal in present
    ]
    return Section(words("legend.signal"), "filter", tuple(entries))


def signal_entry(signal: Signal | None, place: int, words: Words) -> Entry:
    """Return the entry of one signal, which stands at ``place`` among the fillings."""
    return Entry(
        symbol(CIRCLE, _NEUTRAL, FILLINGS[signal]),
        words(f"signal.{signal.value if signal else 'unknown'}"), "signal", str(place),
    )  # fmt: skip


def _stages(content: MapContent, zones: Sequence[Zone], words: Words) -> Section:
    present = {stage_of(zone.status).key for zone in zones}
    if zones and content.live is not None and content.live.months:
        present = {stage.key for stage in STAGES}  # a month ago a zone was at another
    return Section(words("legend.stage"), "filter", stage_entries(present, words))


def stage_entries(present: Collection[str], words: Words) -> tuple[Entry, ...]:
    """Return the entries of the stages whose keys are given."""
    return tuple(
        Entry(symbol(stage.path, _NEUTRAL), words(f"stage.{stage.key}"), "stage", str(place))
        for place, stage in enumerate(STAGES)
        if stage.key in present
    )


def survey_totals(survey: Survey, words: Words) -> str:
    """Return a survey file's figures in one line: the rows on the map, and those without a point."""
    said = words("survey.totals", rows=words.number(len(survey.points)))
    if survey.unplaced:
        said += " " + words("survey.unplaced", rows=words.number(survey.unplaced))
    return said


def _rows(content: MapContent, words: Words) -> Section:
    counts = Counter(point.status for point in content.survey.points) if content.survey else {}
    entries = [
        Entry(
            symbol(mark.path, mark.colour), words(f"row.{status.value}"),
            f"survey-{status.value}", "", words.number(counts[status]),
        )
        for status, mark in ROW_MARKS.items()
        if counts.get(status)
    ]  # fmt: skip
    return Section(words("row.heading"), "layer", tuple(entries))


def _services(content: MapContent, words: Words) -> Section:
    entries = [
        Entry(
            Symbol(SQUARE, SERVICE_COLOUR, SERVICE_COLOUR, 0.2, 0.25 if service.weak else 0.6),
            service.label, f"services-{place}", "",
        )
        for place, service in enumerate(content.services)
    ]  # fmt: skip
    return Section(words("legend.services"), "layer", tuple(entries))


def _sites(content: MapContent, words: Words) -> Section:
    counts = Counter(site.operator for site in content.sites)
    entries = []
    for place, operator in enumerate(sorted(counts)):
        mark = mark_of(operator)
        entries.append(
            Entry(
                symbol(mark.path, mark.colour, edge=SITE_EDGE),
                operator,
                f"sites-{place}",
                "",
                words.number(counts[operator]),
                shown=content.focus is not None,
            )
        )
    return Section(words("legend.sites"), "layer", tuple(entries))
