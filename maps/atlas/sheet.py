"""A sheet and the list behind it: which map it is, what it is called, what it says of itself."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coverage.criteria import CriteriaSet
from coverage.findings import Language
from coverage.vietnamese.search import searchable
from coverage.zones import Zone
from maps.atlas import beside, country, local
from maps.atlas.paper import Paper
from maps.content import MapContent
from maps.legend import totals
from maps.printed import svg
from maps.symbols import NOT_DRAWN, stage_of
from maps.texts import Words, words_in


@dataclass(frozen=True, slots=True)
class Index:
    """The list behind a sheet. ``figures`` are the places of the columns that hold numbers."""

    title: str
    columns: tuple[str, ...]
    figures: frozenset[int]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Atlas:
    """A drawn sheet: its SVG in millimetres inside the margins of a page of ``page_mm``."""

    title: str
    alt: str
    svg: str
    page_mm: tuple[float, float]
    drawing_mm: tuple[float, float]
    language: Language
    footer: str  # with {page} and {pages}
    index: Index | None


def draw(content: MapContent, paper: Paper, criteria: CriteriaSet | None = None) -> Atlas:
    """Draw the country, the province in focus, its one lot, or the village that a map is about."""
    words = beside.told(content, words_in(content.language))
    zones = sorted(
        (zone for zone in content.zones if zone.status not in NOT_DRAWN),
        key=lambda zone: (_spelt(_commune(content, zone)), _spelt(zone.village), zone.id),
    )
    numbers: Mapping[uuid.UUID, int] = {}
    if content.focus is None:
        plan, parts, view = country.drawn(content, zones, paper, criteria, words)
    else:
        made = local.drawn(content, zones, paper, criteria, words)
        plan, parts, view, numbers = made.plan, made.parts, made.view, made.numbers
        zones = list(made.zones)
    title = beside.title_of(content, words)
    scale = words("paper.scale", scale=words.number(view.scale), paper=paper.name)
    short, long = paper.size_mm
    return Atlas(
        title,
        words("paper.alt", title=title, totals=totals(zones, words).rstrip("."), scale=scale),
        svg.document(plan.width_mm, plan.height_mm, title, parts),
        (long, short) if plan.landscape else (short, long),
        (plan.width_mm, plan.height_mm),
        content.language,
        words("paper.page"),
        _index(content, zones, numbers, words),
    )


def _index(
    content: MapContent, zones: Sequence[Zone], numbers: Mapping[uuid.UUID, int], words: Words
) -> Index | None:
    if content.focus is None or not zones:
        return None
    return _of_zones(content, zones, words) if numbers else _of_communes(content, zones, words)


def _of_zones(content: MapContent, zones: Sequence[Zone], words: Words) -> Index:
    """Every zone by the number beside its sign."""
    rows = tuple(
        (
            words.number(number), zone.village, _commune(content, zone),
            f"{zone.latitude:.5f}, {zone.longitude:.5f}", words.number(zone.households),
            words(f"signal.{zone.signal.value if zone.signal else 'unknown'}"),
            words(f"queue.{zone.queue.value}"), words(f"stage.{stage_of(zone.status).key}"),
        )
        for number, zone in enumerate(zones, 1)
    )  # fmt: skip
    columns = (
        "paper.number", "paper.village", "paper.commune", "popup.wgs84", "popup.households",
        "popup.signal", "popup.queue", "popup.status",
    )  # fmt: skip
    return Index(words("paper.index_zones"), tuple(map(words, columns)), frozenset({0, 4}), rows)


def _of_communes(content: MapContent, zones: Sequence[Zone], words: Words) -> Index:
    """So many zones have no numbers: their sums by commune instead."""
    count, households = Counter[str](), Counter[str]()
    for zone in zones:
        name = _commune(content, zone)
        count[name] += 1
        households[name] += zone.households
    rows = tuple(
        (name, words.number(count[name]), words.number(households[name]))
        for name in sorted(count, key=_spelt)
    )
    columns = ("paper.commune", "legend.zones", "popup.households")
    return Index(words("paper.index_communes"), tuple(map(words, columns)), frozenset({1, 2}), rows)


def _spelt(name: str) -> str:
    """A name as lists are ordered: đ right behind d, marks after letters."""
    return searchable(name).replace("đ", "d\u0334")


def _commune(content: MapContent, zone: Zone) -> str:
    known = content.commune_words.get(zone.commune_code)
    return known.full_name if known is not None else zone.commune_code
