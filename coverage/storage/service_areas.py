"""Service areas: files kept for ever, one standing per operator and technology, cut small."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, delete, func, insert, select, text, update

from coverage.evidence import CLOSED_STATUSES, Service, Verdict
from coverage.service_areas import NOT_JUDGED, JudgedZone, ServiceArea, inputs_of
from coverage.storage.bulk import copy_lines
from coverage.storage.named_sql import query
from coverage.storage.tables.people import organisation
from coverage.storage.tables.service_areas import service_area, service_area_file
from coverage.towers import Technology
from coverage.zones import Signal

PIECE_VERTICES = 128


@dataclass(frozen=True, slots=True)
class ServiceAreaContent:
    """A file as it was sent, and how it was asked to be read."""

    name: str
    sha256: str
    raw: bytes
    published_on: date | None
    reading: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class KeptServiceArea:
    """A loaded file of one operator and technology; ``replaced_at`` is None while it stands."""

    id: uuid.UUID
    operator_id: uuid.UUID
    operator: str
    technology: Technology
    file_name: str
    sha256: str
    size_bytes: int
    crs: str
    published_on: date | None
    reading: Mapping[str, Any]
    totals: Mapping[str, Any]
    loaded_by: str
    loaded_at: datetime
    replaced_at: datetime | None


def lock(connection: Connection) -> None:
    """Let no other service area be loaded until this transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(452, 20)"))


def files(
    connection: Connection, operator_id: uuid.UUID | None = None, *, standing_only: bool = False
) -> list[KeptServiceArea]:
    """Return the files that the actor sees: by operator and technology, the newest first."""
    file = service_area_file.c
    asked = (
        select(
            file.id, file.operator_id, organisation.c.name.label("operator"), file.technology,
            file.file_name, file.sha256, func.length(file.raw).label("size_bytes"), file.crs,
            file.published_on, file.reading, file.totals, file.loaded_by, file.loaded_at,
            file.replaced_at,
        )
        .join(organisation, organisation.c.id == file.operator_id)
        .order_by(organisation.c.name, file.technology, file.loaded_at.desc())
    )  # fmt: skip
    if operator_id is not None:
        asked = asked.where(file.operator_id == operator_id)
    if standing_only:
        asked = asked.where(file.replaced_at.is_(None))
    return [
        KeptServiceArea(**{**row._mapping, "technology": Technology(row.technology)})  # noqa: SLF001
        for row in connection.execute(asked)
    ]


def raw_file(connection: Connection, file_id: uuid.UUID) -> tuple[str, bytes] | None:
    """Return a file's own name and bytes, or None where the actor sees none of this id."""
    file = service_area_file.c
    row = connection.execute(select(file.file_name, file.raw).where(file.id == file_id)).first()
    return None if row is None else (row.file_name, bytes(row.raw))


def keep(  # noqa: PLR0913 - one row of a file
    connection: Connection, content: ServiceAreaContent, areas: Sequence[ServiceArea], *,
    loader: uuid.UUID, operator_id: uuid.UUID, crs: str, findings: Sequence[Mapping[str, Any]],
    totals: Mapping[str, object], loaded_by: str,
) -> uuid.UUID:  # fmt: skip
    """Make a file the standing one of its operator and the areas' technology; return its id.

    The one before is marked as replaced and its pieces go; its row and raw file stay.
    """
    technology = areas[0].technology
    file = service_area_file.c
    connection.execute(
        update(service_area_file)
        .where(
            file.operator_id == operator_id,
            file.technology == technology.value,
            file.replaced_at.is_(None),
        )
        .values(replaced_at=func.now())
    )
    connection.execute(
        delete(service_area).where(
            service_area.c.operator_id == operator_id,
            service_area.c.technology == technology.value,
        )
    )
    file_id: uuid.UUID = connection.execute(
        insert(service_area_file)
        .values(
            organisation_id=loader, operator_id=operator_id, technology=technology.value,
            file_name=content.name, sha256=content.sha256, raw=content.raw, crs=crs,
            published_on=content.published_on, reading=dict(content.reading),
            findings=list(findings), totals=dict(totals), loaded_by=loaded_by,
        )
        .returning(file.id)
    ).scalar_one()  # fmt: skip
    connection.execute(query("service_areas", "stage_parts"))
    connection.execute(text("TRUNCATE staged_part"))
    copy_lines(connection, "COPY staged_part (weak, area) FROM STDIN", _parts(areas))
    connection.execute(
        query("service_areas", "cut"),
        {
            "file_id": file_id, "operator_id": operator_id, "technology": technology.value,
            "vertices": PIECE_VERTICES,
        },
    )  # fmt: skip
    return file_id


def _parts(areas: Sequence[ServiceArea]) -> Iterator[str]:
    """One line of COPY for each polygon."""
    for area in areas:
        parts = shapely.set_srid(shapely.get_parts(area.area), 4326)
        for shape in shapely.to_wkb(parts, hex=True, include_srid=True).tolist():
            yield f"{'t' if area.weak else 'f'}\t{shape}"


def judged_zones(
    connection: Connection, operator_id: uuid.UUID | None, technology: Technology
) -> list[JudgedZone]:
    """Return every open zone that the actor sees, with its verdict as it stands."""
    rows = connection.execute(
        query("service_areas", "judged_zones"),
        {
            "operator_id": operator_id, "technology": technology.value,
            "closed": [status.value for status in CLOSED_STATUSES],
        },
    )  # fmt: skip
    return [_judged_zone(row) for row in rows]


def _judged_zone(row: Any) -> JudgedZone:
    signal = None if row.signal is None else Signal(row.signal)
    if row.verdict is None:
        inputs = NOT_JUDGED
        return JudgedZone(row.zone_id, row.latitude, row.longitude, None, inputs)
    inputs = inputs_of(
        Verdict(row.verdict), row.reasons, site_id=row.site_id, distance_m=row.distance_m,
        line_of_sight=row.line_of_sight,
        service=None if row.service is None else Service(row.service), signal=signal,
    )  # fmt: skip
    return JudgedZone(row.zone_id, row.latitude, row.longitude, Verdict(row.verdict), inputs)


def operator_sites(
    connection: Connection, operator_id: uuid.UUID
) -> dict[Technology, tuple[np.ndarray, np.ndarray]]:
    """Return where an operator's stations on air stand, per technology: longitudes, latitudes.

    A station whose technologies the register does not state is told of none.
    """
    found: dict[Technology, list[tuple[float, float]]] = {}
    rows = connection.execute(
        query("service_areas", "operator_sites"), {"operator_id": operator_id}
    )
    for row in rows:
        for technology in row.technologies:
            found.setdefault(Technology(technology), []).append((row.longitude, row.latitude))
    return {
        technology: (np.array([x for x, _ in points]), np.array([y for _, y in points]))
        for technology, points in found.items()
    }


def same_reading(kept: KeptServiceArea, content: ServiceAreaContent) -> bool:
    """Tell whether a standing file is the very same, read the same way."""
    asked = json.loads(json.dumps(content.reading))
    return (
        kept.sha256 == content.sha256
        and kept.reading == asked
        and kept.published_on == content.published_on
    )
