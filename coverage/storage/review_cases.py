"""What a reviewer needs around one zone: rows as sent, verdicts, sites, neighbours, disputes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from coverage.evidence import Judgement, Reason, Service, Verdict
from coverage.lots import LotStatus
from coverage.storage.named_sql import query
from coverage.storage.surveys import row_of
from coverage.storage.tables.places import unit
from coverage.surveys import SurveyRow
from coverage.towers import Technology

Names = Mapping[tuple[str, str, str], str]
"""The full name of a unit by vintage, level and code."""


@dataclass(frozen=True, slots=True)
class SentCell:
    """One cell of a row as it was sent, under its column's label and heading."""

    column: str
    header: str
    value: object


@dataclass(frozen=True, slots=True)
class Sending:
    """One row by which a province reported a zone; ``row`` has the reading and the repairs.

    ``standing`` is the submission's status: submitted, replaced or withdrawn. ``document`` and
    ``document_date`` were read from the letterhead. ``submitted_at`` is UTC.
    """

    number: int
    file_name: str
    standing: str
    organisation: str
    province_code: str
    vintage: str
    submitted_by: str
    submitted_at: dt.datetime
    document: str | None
    document_date: str | None
    row: SurveyRow
    cells: tuple[SentCell, ...]


@dataclass(frozen=True, slots=True)
class SeenVerdict:
    """A verdict with the operator's name and when, and by which criteria, it was given."""

    judgement: Judgement
    operator: str
    criteria_set_id: int
    assessed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class NearSite:
    """One operator's equipment near a zone; WGS 84 degrees, geodesic metres, degrees from north.

    ``on_air`` is None where the register does not say.
    """

    site_id: int
    operator: str
    operator_id: uuid.UUID
    code: str
    technologies: tuple[str, ...]
    on_air: bool | None
    longitude: float
    latitude: float
    distance_m: float
    bearing_deg: float


@dataclass(frozen=True, slots=True)
class OpenDispute:
    """An operator's contradiction that has no answer yet; times are UTC."""

    id: uuid.UUID
    number: int
    operator: str
    operator_id: uuid.UUID
    technology: str
    disputed: Verdict
    claimed: Verdict
    reason: str
    file_name: str
    raised_by: str
    raised_at: dt.datetime
    answer_by: dt.date


@dataclass(frozen=True, slots=True)
class StandingPromise:
    """An operator's word to build alone by a date; ``round_name`` None: recorded from a document."""

    id: uuid.UUID
    operator: str
    operator_id: uuid.UUID
    on_air_by: dt.date
    promised_by: str
    promised_at: dt.datetime
    document: str
    round_name: str | None


@dataclass(frozen=True, slots=True)
class LotOfZone:
    """The lot that a zone is in, and the number of the package it was published in."""

    id: uuid.UUID
    number: int
    name: str
    status: LotStatus
    package: str | None


def sendings(connection: Connection, zone_id: uuid.UUID) -> tuple[Sending, ...]:
    """Return every row by which the zone was reported, the oldest first."""
    found = []
    for row in connection.execute(query("review_cases", "sendings"), {"zone": zone_id}):
        cells = row.cells or {}
        headers = _headers(row.form, row.sheet)
        found.append(
            Sending(
                row.number, row.file_name, row.standing, row.organisation, row.province_code,
                row.vintage, row.submitted_by, row.submitted_at,
                row.form.get("document_number"), row.form.get("document_date"), row_of(row, cells),
                tuple(SentCell(label, headers.get(label, ""), cells[label]) for label in cells),
            )
        )  # fmt: skip
    return tuple(found)


def _headers(form: Mapping[str, Any], sheet: str) -> dict[str, str]:
    """The columns' headings by label, of the table that the sheet holds."""
    tables: list[Mapping[str, Any]] = form.get("sheets") or []
    table = next((one for one in tables if one.get("sheet") == sheet), form)
    return {one["column"]: one["header"] or "" for one in table.get("columns") or ()}


def verdicts(connection: Connection, zone_id: uuid.UUID) -> tuple[SeenVerdict, ...]:
    """Return the verdicts on a zone that the actor sees, by operator and technology."""
    rows = connection.execute(query("review_cases", "verdicts"), {"zone": zone_id})
    return tuple(
        SeenVerdict(
            Judgement(
                row.zone_id, row.operator_id, Technology(row.technology), Verdict(row.verdict),
                tuple(map(Reason, row.reasons)), row.site_id, row.distance_m, row.bearing_deg,
                row.line_of_sight, Service(row.service) if row.service else None,
                row.service_file_id, row.dispute_id,
            ),
            row.operator, row.criteria_set_id, row.assessed_at,
        )
        for row in rows
    )  # fmt: skip


def sites_near(connection: Connection, zone_id: uuid.UUID, within_m: float) -> tuple[NearSite, ...]:
    """Return the equipment within a distance that the actor sees, the nearest first."""
    rows = connection.execute(
        query("review_cases", "sites_near"), {"zone": zone_id, "within_m": within_m}
    )
    return tuple(
        NearSite(
            row.site_id, row.operator, row.operator_id, row.site_code, tuple(row.technologies),
            row.on_air, row.longitude, row.latitude, row.distance_m, row.bearing_deg,
        )
        for row in rows
    )  # fmt: skip


def zones_near(
    connection: Connection, zone_id: uuid.UUID, within_m: float
) -> dict[uuid.UUID, float]:
    """Return the other zones within a distance that the actor sees, with metres, nearest first."""
    rows = connection.execute(
        query("review_cases", "zones_near"), {"zone": zone_id, "within_m": within_m}
    )
    return {row.id: row.distance_m for row in rows}


def disputes(connection: Connection, zone_id: uuid.UUID) -> tuple[OpenDispute, ...]:
    """Return the open disputes about a zone that the actor sees."""
    rows = connection.execute(query("review_cases", "disputes"), {"zone": zone_id})
    return tuple(
        OpenDispute(
            row.id, row.number, row.operator, row.operator_id, row.technology,
            Verdict(row.disputed), Verdict(row.claimed), row.reason, row.file_name,
            row.raised_by, row.raised_at, row.answer_by,
        )
        for row in rows
    )  # fmt: skip


def promises(
    connection: Connection, zone_id: uuid.UUID, day: dt.date
) -> tuple[StandingPromise, ...]:
    """Return the promises about a zone that stand on ``day`` and that the actor sees."""
    rows = connection.execute(query("review_cases", "promises"), {"zone": zone_id, "day": day})
    return tuple(StandingPromise(*row) for row in rows)


def lot_of_zone(connection: Connection, zone_id: uuid.UUID) -> LotOfZone | None:
    """Return the lot that a zone is in and that the actor sees."""
    row = connection.execute(query("review_cases", "lots_of_zone"), {"zone": zone_id}).first()
    if row is None:
        return None
    return LotOfZone(row.id, row.number, row.name, LotStatus(row.status), row.package)


def names_of(connection: Connection, vintages: Collection[str]) -> Names:
    """Return the names of every commune and province of these vintages."""
    rows = connection.execute(
        select(unit.c.vintage, unit.c.level, unit.c.code, unit.c.full_name).where(
            unit.c.vintage.in_(vintages), unit.c.level.in_(("commune", "province"))
        )
    )
    return {(row.vintage, row.level, row.code): row.full_name for row in rows}
