"""Layers to one document: a Folium map in a page that needs nothing but itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

from coverage.zones import Zone
from maps import assets
from maps.basemap import ground, ground_of_others, locator
from maps.by_lot import coloured
from maps.content import MapContent
from maps.elements import DrawnLayer, MapOfVietnam, Page, Step
from maps.layers import (
    drawn_zones,
    lot_table,
    service_table,
    site_table,
    survey_table,
    zone_table,
)
from maps.legend import Section, sections, size_samples, survey_totals, totals
from maps.live import live_sections, live_sites, live_table, live_totals
from maps.popups import json_block, popup_words
from maps.symbols import FILLINGS, QUEUE_COLOURS, ROW_MARKS, SITE_EDGE, STAGES, darker
from maps.texts import Words, words_in


@dataclass(frozen=True, slots=True)
class Asset:
    """A style or script of the page: its text, or the URL it is asked from."""

    text: str = ""
    url: str = ""


def map_document(content: MapContent, *, asset_base: str | None = None) -> bytes:
    """Return a map as one HTML file in UTF-8; the same content gives the same bytes.

    Without ``asset_base`` everything is inside and the file opens with the network off. With
    it (``/static/maps``) Leaflet and our own files are asked from there, under URLs that hold
    their hash; :func:`inline_hashes` gives what a Content-Security-Policy must then permit.
    """
    words = words_in(content.language)
    if not content.payers_told:
        words = words.instead("queue.undecided", "queue.untold")
    zones, live = drawn_zones(content.zones), content.live
    sites = site_table(content.sites, references=content.references)
    lots = lot_table(content.lots, zones, ground_of_others(content) if content.lots else None)
    data: dict[str, object] = {
        "language": content.language.value,
        "words": {
            "popup": popup_words(words),
            "control": words.family("control"),
            "legend": words.family("legend"),
            **({} if content.survey is None else {"row": words.family("row")}),
        },
        "symbols": {
            "queues": [[colour, darker(colour)] for colour in QUEUE_COLOURS.values()],
            "fillings": [filling.value for filling in FILLINGS.values()],
            "stages": [stage.path for stage in STAGES],
            "stageColours": [[stage.colour, darker(stage.colour)] for stage in STAGES],
            "siteEdge": SITE_EDGE,
        },
        "ground": ground(content, words),
        "zones": zone_table(content, zones, words),
        "lots": lots,
        "sites": sites,
    }
    if content.by_lot:
        data = coloured(data, content, zones)
    scripts, styles = [*assets.SCRIPTS], [*assets.STYLES]
    if live is not None:
        data["live"] = live_table(content, live, zones, words)
        scripts += assets.LIVE_SCRIPTS
        styles.append(assets.LIVE_STYLE)
    if content.ticks:
        scripts.append(assets.TICKS_SCRIPT)
    if content.survey is not None:
        data["survey"] = survey_table(content.survey)
        scripts.insert(scripts.index("phusong/popups.js"), assets.SURVEY_SCRIPT)
    if content.services:
        data["services"] = service_table(content.services)
        scripts.append(assets.SERVICES_SCRIPT)
    if content.spot is not None:
        data["spot"] = [content.spot.name, content.spot.longitude, content.spot.latitude]
        scripts.append(assets.SPOT_SCRIPT)
        styles.append(assets.SPOT_STYLE)
    page = Page(
        {
            "words": words,
            "content": content,
            "folium_version": version("folium"),
            "styles": [_asset(name, asset_base) for name in styles],
            "scripts": [_asset(name, asset_base) for name in scripts],
            "sections": _sections(content, zones, words),
            "sizes": size_samples(
                zones, tiled=live is not None and live.zones_tiled and bool(live.counts)
            ),
            "lots": len(lots),
            "notices": [
                name for name in ("draft", "approximate", "restricted") if getattr(content, name)
            ],
            "totals": _totals(content, zones, words),
            "locator": locator(content) if content.focus else None,
            "data": json_block(data),
        }
    )
    page.add_child(_map(content, lots=bool(lots)))
    return page.render().encode()


def inline_hashes(document: bytes) -> tuple[list[str], list[str]]:
    """Return the hashes of a document's inline scripts and styles, for script-src and style-src."""
    text = document.decode()
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    styles = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    return [assets.csp_hash(script) for script in scripts], [
        assets.csp_hash(style) for style in styles
    ]


def _sections(content: MapContent, zones: Sequence[Zone], words: Words) -> list[Section]:
    """The legend's sections: of what is embedded, of what comes by tiles, or of both."""
    found, live = sections(content, zones, words), content.live
    if live is None:
        return found
    if live.zones_tiled:
        found = [*live_sections(live, words), *found]
    if live.sites_tiled:
        found.append(live_sites(live, words, shown=False))
    return [section for section in found if section.entries]


def _totals(content: MapContent, zones: Sequence[Zone], words: Words) -> str:
    if content.survey is not None:
        return survey_totals(content.survey, words)
    if content.live is not None:
        return live_totals(content.live.counts, words)
    return totals(zones, words)


def _map(content: MapContent, *, lots: bool) -> MapOfVietnam:
    """The Folium map with its layers, from the ground up."""
    statuses = len(ROW_MARKS) if content.survey is not None else 0
    operators = len({site.operator for site in content.sites})
    live = content.live
    drawn = MapOfVietnam()
    steps: list[Step | DrawnLayer] = [
        Step("start"),
        DrawnLayer("surroundings"),
        DrawnLayer("areas", "'provinces'"),
        *([DrawnLayer("areas", "'communes'"), DrawnLayer("outline")] if content.communes else []),
        *(DrawnLayer("services", str(place)) for place in range(len(content.services))),
        *([DrawnLayer("lots")] if lots else []),
        DrawnLayer("archipelagos"),
        *(
            DrawnLayer("sites", str(place), show=content.focus is not None)
            for place in range(operators)
        ),
        *([DrawnLayer("tiledSites")] if live is not None and live.sites_tiled else []),
        DrawnLayer("tiledZones" if live is not None and live.zones_tiled else "zones"),
        *(DrawnLayer("survey", str(place)) for place in range(statuses)),
        Step("ready"),
        *([Step("startLive")] if live is not None else []),
        *([Step("startSurvey")] if content.survey is not None else []),
        *([Step("startSpot")] if content.spot is not None else []),
        *([Step("startTicks")] if content.ticks else []),
    ]
    for step in steps:
        drawn.add_child(step)
    return drawn


def _asset(name: str, base: str | None) -> Asset:
    if base is None:
        return Asset(text=assets.text_of(name))
    return Asset(url=assets.url_of(name, base))
