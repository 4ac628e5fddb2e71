"""Ground layers: checked with how far the zones lie from them, loaded, listed, taken out of use."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from coverage.coordinates import Extent
from coverage.distances import to_nearest
from coverage.errors import NotFound
from coverage.findings import Finding, Language
from coverage.intake.document import Limits
from coverage.intake.ground_layers import GroundLayer, LayerReading, read_ground_layer
from coverage.jobs import Telling, untold
from coverage.layers import LayerKind, LayerReach, reach
from coverage.people import Act, Actor
from coverage.storage import audit
from coverage.storage import layers as stored
from coverage.storage.criteria import setting_in_force
from coverage.storage.layers import LayerContent, LoadedLayer
from coverage.storage.sessions import Database

MOST_FEATURES = 2_000_000  # a country's roads; their values are not read
_LONGEST_SOURCE = 300


@dataclass(frozen=True, slots=True)
class LayerRequest:
    """A file to check or load: as what, and what a person says of it.

    ``layer`` names one of the file's layers; ``source`` is whose data it is and of when.
    """

    name: str
    content: bytes
    kind: LayerKind
    crs: str | None = None
    layer: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class LayerReport:
    """What was understood of a file, how far the zones of today lie, what it would replace."""

    name: str
    sha256: str
    read: GroundLayer
    reach: LayerReach
    replaces: LoadedLayer | None

    def as_json(self, language: Language = Language.VI) -> dict[str, object]:
        """Return the exact answer of the command line and the API."""
        return {
            "file": self.name,
            "sha256": self.sha256,
            "status": "checked",
            **read_as_json(self.read, language),
            "zones": {
                "count": self.reach.zones,
                "median_m": _whole(self.reach.median_m),
                "farthest_m": _whole(self.reach.farthest_m),
            },
            "replaces": self.replaces and layer_as_json(self.replaces),
        }


@dataclass(frozen=True, slots=True, eq=False)
class LayerLoad:
    """What came of a load; ``changed`` is False when the very same layer stood already."""

    layer: LoadedLayer
    findings: Sequence[Finding]
    replaced: LoadedLayer | None
    changed: bool

    def as_json(self, language: Language = Language.VI) -> dict[str, object]:
        """Return the exact answer of the command line and the API."""
        return {
            "status": "loaded" if self.changed else "unchanged",
            "layer": layer_as_json(self.layer),
            "findings": [found.as_json(language) for found in self.findings],
            "replaced": self.replaced and layer_as_json(self.replaced),
        }


def check_layer(
    database: Database, actor: Actor, request: LayerRequest, day: date,
    limits: Limits | None = None, *, told: Telling = untold,
) -> LayerReport:  # fmt: skip
    """Read a file and tell what loading it would do; nothing is written.

    ``told`` hears of ``read`` and ``distances``.

    Raises:
        NotAllowed: the role may not load layers.
        InputRefused: with findings of the families file, text and layer.
    """
    actor.must(Act.LOAD_LAYERS)
    told("read", 0, 0)
    read = _read(database, actor, request, day, limits)
    told("distances", 0, 0)
    with database.transaction(actor) as connection:
        points = stored.zone_points(connection)
        standing = stored.loaded(connection).get(request.kind)
    distances_m = to_nearest((points[:, 1], points[:, 0]), read.shapes)
    return LayerReport(
        request.name, _sha256(request), read, reach(distances_m.tolist()), standing
    )  # fmt: skip


def load_layer(
    database: Database, actor: Actor, request: LayerRequest, day: date,
    limits: Limits | None = None, *, told: Telling = untold,
) -> LayerLoad:  # fmt: skip
    """Make a file the layer of its kind: all of it, or nothing; the one before goes out of use.

    The same file, loaded again in the same way while it stands, changes nothing. ``told`` hears
    of ``read`` and ``keep``.

    Raises:
        NotAllowed, InputRefused: as :func:`check_layer`.
    """
    actor.must(Act.LOAD_LAYERS)
    content = LayerContent(
        request.name, _sha256(request), request.content, request.source.strip()[:_LONGEST_SOURCE],
        {"crs": request.crs, "layer": request.layer},
    )  # fmt: skip
    with database.transaction(actor) as connection:
        standing = stored.loaded(connection).get(request.kind)
    if standing is not None and _same(standing, content):
        return LayerLoad(standing, (), None, changed=False)
    told("read", 0, 0)
    read = _read(database, actor, request, day, limits)
    told("keep", 0, 0)
    with database.transaction(actor) as connection:
        stored.lock(connection)
        replaced = stored.loaded(connection).get(request.kind)
        kept = _keep(connection, actor, content, read)
        audit.append(
            connection, "layers.loaded", request.kind.value,
            {
                "file": content.name, "sha256": content.sha256, "source": content.source,
                "crs": read.crs, "features": read.features,
                "findings": sorted({found.rule for found in read.findings}),
                "replaced": None if replaced is None else str(replaced.id),
            },
        )  # fmt: skip
    return LayerLoad(kept, read.findings, replaced, changed=True)


def remove_layer(database: Database, actor: Actor, kind: LayerKind) -> LoadedLayer:
    """Take the layer of a kind out of use; its file stays.

    Raises:
        NotAllowed: the role may not load layers.
        NotFound: no layer of the kind stands.
    """
    actor.must(Act.LOAD_LAYERS)
    with database.transaction(actor) as connection:
        stored.lock(connection)
        standing = stored.loaded(connection).get(kind)
        if standing is None:
            raise NotFound("layer", kind.value)
        stored.remove(connection, kind)
        audit.append(
            connection, "layers.removed", kind.value,
            {"file": standing.file_name, "sha256": standing.sha256},
        )  # fmt: skip
    return standing


def list_layers(database: Database, actor: Actor) -> list[LoadedLayer]:
    """Return every layer that the actor sees, replaced ones too: by kind, the newest first."""
    with database.transaction(actor) as connection:
        return stored.every(connection)


def raw_layer(database: Database, actor: Actor, layer_id: uuid.UUID) -> tuple[str, bytes]:
    """Return a loaded file's name and its bytes as they were sent.

    Raises:
        NotFound: there is none that the actor may see.
    """
    with database.transaction(actor) as connection:
        found = stored.raw_file(connection, layer_id)
    if found is None:
        raise NotFound("layer", layer_id)
    return found


def read_as_json(read: GroundLayer, language: Language) -> dict[str, object]:
    """Return what was understood of a file."""
    west, south, east, north = (round(side, 6) for side in read.bounds)
    return {
        "kind": read.kind.value,
        "layer": read.name,
        "crs": read.crs,
        "features": read.features,
        "length_km": None if read.length_km is None else round(read.length_km, 3),
        "bounds": {"west": west, "south": south, "east": east, "north": north},
        "findings": [found.as_json(language) for found in read.findings],
    }


def layer_as_json(kept: LoadedLayer) -> dict[str, object]:
    """Return a loaded layer without its bytes."""
    return {
        "id": str(kept.id),
        "kind": kept.kind.value,
        "file": kept.file_name,
        "layer": kept.layer_name,
        "sha256": kept.sha256,
        "bytes": kept.size_bytes,
        "crs": kept.crs,
        "source": kept.source,
        "features": kept.features,
        "length_km": None if kept.length_km is None else round(kept.length_km, 3),
        "loaded_by": kept.loaded_by,
        "loaded_at": kept.loaded_at.isoformat(),
        "replaced_at": kept.replaced_at and kept.replaced_at.isoformat(),
    }


def _read(
    database: Database, actor: Actor, request: LayerRequest, day: date, limits: Limits | None
) -> GroundLayer:
    """Read the file; no transaction is open meanwhile."""
    with database.transaction(actor) as connection:
        extent = Extent(**setting_in_force(connection, "country_extent", day))
    reading = LayerReading(request.kind, extent, request.crs or None, request.layer or None)
    bounds = replace(limits or Limits(), rows=MOST_FEATURES)
    return read_ground_layer(request.content, request.name, reading, bounds)


def _keep(
    connection: Connection, actor: Actor, content: LayerContent, read: GroundLayer
) -> LoadedLayer:
    facts: Mapping[str, object] = {
        "kind": read.kind.value, "layer_name": read.name, "crs": read.crs,
        "features": read.features, "length_km": read.length_km,
        "findings": [found.as_json() for found in read.findings], "loaded_by": actor.name,
    }  # fmt: skip
    stored.keep(connection, content, read.shapes, facts)
    return stored.loaded(connection)[read.kind]


def _same(standing: LoadedLayer, content: LayerContent) -> bool:
    return (
        standing.sha256 == content.sha256
        and standing.source == content.source
        and standing.reading == content.reading
    )


def _sha256(request: LayerRequest) -> str:
    return hashlib.sha256(request.content).hexdigest()


def _whole(metres: float | None) -> int | None:
    return None if metres is None else round(metres)
