"""The way to the nearest road: ours beside PostGIS, which finds the nearest on a flat map."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from sqlalchemy import text

from coverage.layers import LayerKind
from coverage.storage import layers
from coverage.storage.layers import LayerContent
from tests.bench import places
from tests.bench.workbench import Table, Workbench

TITLE = "20.000 điểm đến 200.000 đoạn đường: khoảng cách trắc địa"
POINTS, ROADS, CORNERS = 20_000, 4_000, 51
_STEP_DEGREES = 200 / 111_000

_NEAREST = text(
    """
SELECT ST_Distance(near.geometry::geography, at.point::geography)
FROM unnest(CAST(:x AS float[]), CAST(:y AS float[])) WITH ORDINALITY AS asked (x, y, place)
CROSS JOIN LATERAL (SELECT ST_SetSRID(ST_MakePoint(x, y), 4326) AS point) AS at
CROSS JOIN LATERAL (SELECT geometry FROM phusong.layer_feature
                    ORDER BY layer_feature.geometry <-> at.point LIMIT 1) AS near
ORDER BY place
"""
)


def run(bench: Workbench) -> Iterator[Table]:
    """Measure all points by both ways."""
    with bench.database.transaction(bench.authority) as connection:
        content = LayerContent("duong.gpkg", "0" * 64, b"", "", {})
        facts = {
            "kind": LayerKind.ROAD.value, "layer_name": "", "crs": "WGS 84", "features": ROADS,
            "length_km": None, "findings": [], "loaded_by": bench.authority.name,
        }  # fmt: skip
        layers.keep(connection, content, roads(bench.amount(ROADS)), facts)
    points = places.villages(bench.amount(POINTS))
    apart = np.abs(np.array(ours(bench, points)) - np.array(postgis(bench, points)))
    note = f"lệch nhiều nhất {apart.max():,.1f} m, {np.mean(apart > 1):.1%} số điểm lệch hơn 1 m"
    ways = {"phusong": lambda: ours(bench, points), "PostGIS <->": lambda: postgis(bench, points)}
    yield bench.compare(f"{len(points)} điểm", ways, {"PostGIS <->": note})


def roads(count: int, seed: int = 5) -> np.ndarray:
    """Return ``count`` winding lines all over the country's box."""
    chance = np.random.default_rng(seed)
    starts = places.villages(count, seed)
    bends = chance.uniform(0, 2 * np.pi, (count, 1)) + np.cumsum(
        chance.normal(0, 0.2, (count, CORNERS)), axis=1
    )
    steps = np.stack((np.cos(bends), np.sin(bends)), axis=-1) * _STEP_DEGREES
    return np.asarray(shapely.linestrings(starts[:, None, :] + np.cumsum(steps, axis=1)))


def ours(bench: Workbench, points: np.ndarray) -> list[float]:
    """Ask the way that the program asks."""
    with bench.database.transaction(bench.authority) as connection:
        found = layers.distances_m(connection, LayerKind.ROAD, points.tolist())
    return [each for each in found or () if each is not None]


def postgis(bench: Workbench, points: np.ndarray) -> list[float]:
    """Take the nearest in degrees and measure that one."""
    with bench.database.transaction(bench.authority) as connection:
        rows = connection.execute(
            _NEAREST, {"x": points[:, 0].tolist(), "y": points[:, 1].tolist()}
        )
        return [row[0] for row in rows]
