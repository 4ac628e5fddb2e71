"""From a live view to what its map is handed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from api.drawing import content_of
from coverage.actions.live_map import LiveView
from coverage.findings import Language
from maps.content import Count, Live, MapContent
from maps.live import months_of


def content_of_live(view: LiveView, today: dt.date, language: Language) -> MapContent:
    """Return the content of the live map of the country or a province, as of ``today``."""
    drawn = content_of(view.overview, restricted=True, language=language)
    changes = (
        (one.month, one.status, one.by.zones, one.by.households) for one in view.months
    )  # fmt: skip
    live = Live(
        view.zones_tiled,
        view.sites_tiled,
        tuple(
            Count(one.province_code, one.queue, one.status, one.zones, one.households)
            for one in view.counts
        ),
        view.sites,
        months_of(changes, today),
        view.moves,
    )
    return replace(
        drawn, live=live, day=today, payers_told=view.payers_told, restricted=bool(view.sites)
    )
