"""The map of a province's lots, each in a colour of its own, on which a planner chooses zones."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import replace

from api.drawing import content_of, frame_of
from coverage.actions.overview import Overview
from coverage.findings import Language
from maps.content import MapContent


def content_of_lots(
    overview: Overview, *, language: Language, about: Collection[uuid.UUID] = ()
) -> MapContent:
    """Return the content of a province's map with its lots only; ``about`` are zones to open on."""
    members = {zone_id for lot in overview.lots for zone_id in lot.zone_ids}
    zones = tuple(listed for listed in overview.zones if listed.zone.id in members)
    drawn = content_of(replace(overview, zones=zones), restricted=False, language=language)
    shown = [listed.zone for listed in zones if not about or listed.zone.id in about]
    return replace(drawn, frame=frame_of(shown), by_lot=True, ticks=True)
