"""Zones in the colours of their lots, for planning them: the same symbols, another meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from coverage.zones import Zone
from maps.content import MapContent
from maps.symbols import NO_LOT_COLOUR, darker, lot_colour


def coloured(data: Mapping[str, Any], content: MapContent, zones: Sequence[Zone]) -> dict[str, Any]:
    """Return a page's data with each zone's colour, filter and word those of its lot.

    The scripts read the column ``queue`` and its colours; here they hold lots, by their places
    in the content, and after them the zones of none.
    """
    place_of = {zone: place for place, lot in enumerate(content.lots) for zone in lot.zones}
    none = len(content.lots)
    popup = data["words"]["popup"]
    colours = [*(lot_colour(lot.number) for lot in content.lots), NO_LOT_COLOUR]
    return {
        **data,
        "words": {
            **data["words"],
            # The lot has a line of its own; a line without words is left out.
            "popup": {**popup, "queue": [""] * len(colours)},
        },
        "symbols": {
            **data["symbols"], "queues": [[colour, darker(colour)] for colour in colours],
        },
        "zones": {**data["zones"], "queue": [place_of.get(zone.id, none) for zone in zones]},
    }  # fmt: skip
