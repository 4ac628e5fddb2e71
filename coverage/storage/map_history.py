"""Reading how zones came to stand where they stand, for a map that goes back in time."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from coverage.storage.named_sql import query
from coverage.storage.overview import Box
from coverage.zones import ZoneStatus

Moves = Mapping[uuid.UUID, Sequence[tuple[dt.date, ZoneStatus]]]


def moves(connection: Connection, province_code: str | None) -> Moves:
    """Return what each zone was and from which day on, the oldest first.

    Only for who may read the history of every zone that it sees: for others a zone would seem to
    have been from the first what it is now.
    """
    found: dict[uuid.UUID, list[tuple[dt.date, ZoneStatus]]] = defaultdict(list)
    for row in connection.execute(query("map_history", "changes"), {"province": province_code}):
        found[row.zone_id].append((row.day, ZoneStatus(row.status)))
    return found


def sites_by_operator(connection: Connection, within: Box | None) -> dict[str, int]:
    """Count the sites on air that the actor may see, by operator, in a box or everywhere."""
    box = {side: getattr(within, side, None) for side in ("west", "south", "east", "north")}
    rows = connection.execute(query("map_history", "sites"), box)
    return {row.operator: row.sites for row in rows}
