"""Areas that are drawn on a map of service and say themselves that nothing is on air there yet."""

from __future__ import annotations

from collections.abc import Sequence

from coverage.findings import Finding, finding
from coverage.intake.document import listed, shown
from coverage.intake.service_areas import labels
from coverage.intake.service_areas.opened import AreaLayer


def planned_among(
    layer: AreaLayer, places: Sequence[int], file: str
) -> tuple[set[int], list[Finding]]:
    """Return which of the features at ``places`` are planned, by position, and the finding on it.

    A feature's status, level, name or note says so; or the layer's name, or the file's.
    """
    told = labels.STATUS_COLUMNS | labels.LEVEL_COLUMNS
    columns = [place for place, text in enumerate(layer.columns) if labels.key_of(text) in told]
    named = any(labels.is_planned(text) for text in (layer.name, file.rsplit(".", 1)[0]))
    found = {
        at
        for at, place in enumerate(places)
        if named or any(labels.is_planned(shown(layer.rows[place][each])) for each in columns)
    }
    if not found:
        return found, []
    rows = [places[at] + 1 for at in sorted(found)]
    return found, [
        finding("service_area.planned", layer=layer.prefix, count=len(rows), rows=listed(rows))
    ]
