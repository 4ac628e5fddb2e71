"""Where the zones lie on which something is still decided."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, func, select

from coverage.evidence import CLOSED_STATUSES
from coverage.storage.tables.zones import zone

Floats = NDArray[np.float64]


def open_points(connection: Connection) -> tuple[Floats, Floats]:
    """Return latitudes and longitudes of every open zone that the actor sees."""
    rows = connection.execute(
        select(
            func.ST_Y(zone.c.point).label("latitude"), func.ST_X(zone.c.point).label("longitude")
        )
        .where(zone.c.status.not_in([status.value for status in CLOSED_STATUSES]))
        .order_by(zone.c.id)
    ).all()
    return (
        np.array([row.latitude for row in rows], dtype=np.float64),
        np.array([row.longitude for row in rows], dtype=np.float64),
    )
