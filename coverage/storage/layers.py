"""Ground layers: files kept for ever, one of each kind standing, and the way to its features."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, func, insert, select, text, update

from coverage.distances import SHORTEST_DEGREE_M, to_nearest
from coverage.evidence import CLOSED_STATUSES
from coverage.layers import LayerKind
from coverage.storage.bulk import copy_lines
from coverage.storage.sessions import read_anew, read_once
from coverage.storage.tables.base import WGS84
from coverage.storage.tables.layers import layer, layer_feature
from coverage.storage.tables.zones import zone

RUN_CORNERS = 32
_MARGINS_M = (10_000.0, 80_000.0, None)  # around the points: where features are looked for first
_KEPT_BEFORE = (
    layer.c.id, layer.c.kind, layer.c.file_name, layer.c.layer_name, layer.c.sha256,
    func.length(layer.c.raw).label("size_bytes"), layer.c.reading, layer.c.crs, layer.c.source,
    layer.c.features, layer.c.length_km, layer.c.findings, layer.c.loaded_by, layer.c.loaded_at,
    layer.c.replaced_at,
)  # fmt: skip

# COPY goes past no wall: the features come into a table of the transaction first.
_STAGE = text(
    "CREATE TEMPORARY TABLE IF NOT EXISTS staged_feature (geometry geometry) ON COMMIT DROP"
)
_KEEP_STAGED = text(
    "INSERT INTO phusong.layer_feature (layer_id, geometry)"
    " SELECT :layer_id, geometry FROM staged_feature"
)


@dataclass(frozen=True, slots=True)
class LayerContent:
    """A file as it was sent, and how it was asked to be read."""

    name: str
    sha256: str
    raw: bytes
    source: str
    reading: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class LoadedLayer:
    """A loaded layer; ``replaced_at`` is None while it stands, ``length_km`` None for points."""

    id: uuid.UUID
    kind: LayerKind
    file_name: str
    layer_name: str
    sha256: str
    size_bytes: int
    reading: Mapping[str, Any]
    crs: str
    source: str
    features: int
    length_km: float | None
    findings: Sequence[Mapping[str, Any]]
    loaded_by: str
    loaded_at: datetime
    replaced_at: datetime | None


def lock(connection: Connection) -> None:
    """Let no other layer be loaded or removed until this transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(452, 22)"))


def loaded(connection: Connection) -> dict[LayerKind, LoadedLayer]:
    """Return the layers that stand; a kind that is not loaded is not in it."""
    standing = (each for each in every(connection) if each.replaced_at is None)
    return {each.kind: each for each in standing}


def every(connection: Connection) -> list[LoadedLayer]:
    """Return all layers that the actor sees, replaced ones too: by kind, the newest first."""
    rows = connection.execute(
        select(*_KEPT_BEFORE).order_by(layer.c.kind, layer.c.loaded_at.desc(), layer.c.id)
    )
    return [LoadedLayer(**{**row._mapping, "kind": LayerKind(row.kind)}) for row in rows]  # noqa: SLF001


def raw_file(connection: Connection, layer_id: uuid.UUID) -> tuple[str, bytes] | None:
    """Return a layer's own file name and bytes, or None where the actor sees none of this id."""
    row = connection.execute(
        select(layer.c.file_name, layer.c.raw).where(layer.c.id == layer_id)
    ).first()
    return None if row is None else (row.file_name, bytes(row.raw))


def keep(
    connection: Connection, content: LayerContent, shapes: NDArray[np.object_],
    facts: Mapping[str, object],
) -> uuid.UUID:  # fmt: skip
    """Make a layer the standing one of its kind; return its id.

    ``shapes`` are single lines and points in WGS 84; ``facts`` are the columns that are neither
    the content's nor given by the database.
    """
    remove(connection, LayerKind(str(facts["kind"])))
    layer_id: uuid.UUID = connection.execute(
        insert(layer)
        .values(
            file_name=content.name, sha256=content.sha256, raw=content.raw, source=content.source,
            reading=dict(content.reading), **facts,
        )
        .returning(layer.c.id)
    ).scalar_one()  # fmt: skip
    connection.execute(_STAGE)
    connection.execute(text("TRUNCATE staged_feature"))
    copy_lines(connection, "COPY staged_feature (geometry) FROM STDIN", _lines(shapes))
    connection.execute(_KEEP_STAGED, {"layer_id": layer_id})
    return layer_id


def remove(connection: Connection, kind: LayerKind) -> None:
    """Let no layer of a kind stand; its row and its file stay, its features go."""
    read_anew(connection)
    standing = select(layer.c.id).where(layer.c.kind == kind.value, layer.c.replaced_at.is_(None))
    connection.execute(
        delete(layer_feature).where(layer_feature.c.layer_id.in_(standing.scalar_subquery()))
    )
    connection.execute(
        update(layer)
        .where(layer.c.kind == kind.value, layer.c.replaced_at.is_(None))
        .values(replaced_at=func.now())
    )


def standing_ids(connection: Connection) -> dict[LayerKind, uuid.UUID]:
    """Return the id of the layer that stands of each kind, as far as the actor sees them."""

    def read() -> dict[LayerKind, uuid.UUID]:
        standing = select(layer.c.kind, layer.c.id).where(layer.c.replaced_at.is_(None))
        return {LayerKind(row.kind): row.id for row in connection.execute(standing)}

    return read_once(connection, "layer", read)


def distances_m(
    connection: Connection, kind: LayerKind, points: Sequence[tuple[float, float]]
) -> list[float | None] | None:
    """Return the distance from each (longitude, latitude) to the layer's nearest feature.

    Geodesic metres, exact to a centimetre. None for the whole where no layer of the kind is
    loaded, or the actor may see none: absent is never zero.
    """
    layer_id = standing_ids(connection).get(kind)
    if layer_id is None:
        return None
    places = np.array(points, dtype=np.float64).reshape(-1, 2)
    found = np.full(len(places), np.inf)
    open_ = np.arange(len(places))
    for margin_m in _MARGINS_M:
        if not len(open_):
            break
        shapes = _features(connection, layer_id, places[open_], margin_m)
        here = places[open_]
        found[open_] = to_nearest((here[:, 1], here[:, 0]), shapes)
        # Whatever was not read lies farther away than the margin.
        open_ = open_[found[open_] > (np.inf if margin_m is None else margin_m)]
    return [float(each) if np.isfinite(each) else None for each in found]


def zone_points(connection: Connection) -> NDArray[np.float64]:
    """Return longitude and latitude of every open zone that the actor sees, n × 2."""
    rows = connection.execute(
        select(func.ST_X(zone.c.point), func.ST_Y(zone.c.point)).where(
            zone.c.status.not_in([status.value for status in CLOSED_STATUSES])
        )
    )
    return np.array([tuple(row) for row in rows], dtype=np.float64).reshape(-1, 2)


def _features(
    connection: Connection, layer_id: uuid.UUID, places: NDArray[np.float64], margin_m: float | None
) -> NDArray[np.object_]:
    """The layer's features around places, or all of them."""
    shape = func.ST_AsBinary(layer_feature.c.geometry)
    asked = select(shape).where(layer_feature.c.layer_id == layer_id)
    if margin_m is not None:
        up = margin_m / SHORTEST_DEGREE_M
        narrowest = np.cos(np.radians(np.abs(places[:, 1]).max() + up))
        aside = np.array([up / narrowest, up])
        (west, south), (east, north) = places.min(axis=0) - aside, places.max(axis=0) + aside
        box = func.ST_MakeEnvelope(*map(float, (west, south, east, north)), WGS84)
        asked = asked.where(layer_feature.c.geometry.op("&&")(box))
    found = [bytes(row[0]) for row in connection.execute(asked)]
    return np.asarray(shapely.from_wkb(np.array(found, dtype=np.object_)), dtype=np.object_)


def _lines(shapes: NDArray[np.object_]) -> Iterator[str]:
    """One line of COPY for each point, and for each run of a line."""
    points = shapely.get_type_id(shapes) == 0
    yield from _as_text(shapes[points])
    for line in shapes[~points]:
        corners = shapely.get_coordinates(line)
        step = RUN_CORNERS - 1
        runs = [corners[at : at + RUN_CORNERS] for at in range(0, len(corners) - 1, step)]
        yield from _as_text(np.array([shapely.LineString(run) for run in runs], dtype=object))


def _as_text(shapes: NDArray[np.object_]) -> list[str]:
    placed = shapely.set_srid(shapes, WGS84)
    texts: list[str] = shapely.to_wkb(placed, hex=True, include_srid=True).tolist()
    return texts
