"""Submissions: the raw file, every row with its raw cells, and the mapping an officer gave once."""

from __future__ import annotations

import datetime as dt
import json
import math
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from coverage.errors import NotFound
from coverage.findings import Finding, Severity
from coverage.storage.bulk import copy_rows
from coverage.storage.tables.surveys import column_mapping, submission, survey_row
from coverage.surveys import SurveyReport, SurveyRow
from coverage.zones import Signal, Zone


@dataclass(frozen=True, slots=True)
class Submission:
    """A file as it was submitted, without its bytes. Times are UTC."""

    id: uuid.UUID
    number: int
    organisation_id: uuid.UUID
    province_code: str
    vintage: str
    file_name: str
    sha256: str
    form: Mapping[str, Any]
    findings: Sequence[Mapping[str, Any]]
    totals: Mapping[str, int]
    status: str
    replaces: uuid.UUID | None
    submitted_by: str
    submitted_at: dt.datetime


_LISTED = [column for column in submission.c if column.name != "raw"]


def same_file(connection: Connection, organisation_id: uuid.UUID, sha256: str) -> Submission | None:
    """Return the standing submission of the same content by the same organisation, or None."""
    row = connection.execute(
        select(*_LISTED).where(
            submission.c.organisation_id == organisation_id,
            submission.c.sha256 == sha256,
            submission.c.status == "submitted",
        )
    ).one_or_none()
    return None if row is None else Submission(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public mapping


def submissions(connection: Connection, province_code: str | None, limit: int) -> list[Submission]:
    """Return the submissions that the actor may see, the newest first."""
    query = select(*_LISTED).order_by(submission.c.number.desc()).limit(limit)
    if province_code is not None:
        query = query.where(submission.c.province_code == province_code)
    return [Submission(**row._mapping) for row in connection.execute(query)]  # noqa: SLF001


def find(connection: Connection, number: int, *, for_update: bool = False) -> Submission:
    """Return one submission by its number.

    Raises:
        NotFound: there is none, or none that the actor may see.
    """
    query = select(*_LISTED).where(submission.c.number == number)
    row = connection.execute(query.with_for_update() if for_update else query).one_or_none()
    if row is None:
        raise NotFound("submission", number)
    return Submission(**row._mapping)  # noqa: SLF001


def raw_file(connection: Connection, number: int) -> tuple[str, bytes]:
    """Return a submission's file name and its bytes as they came.

    Raises:
        NotFound: there is none, or none that the actor may see.
    """
    row = connection.execute(
        select(submission.c.file_name, submission.c.raw).where(submission.c.number == number)
    ).one_or_none()
    if row is None:
        raise NotFound("submission", number)
    return row.file_name, bytes(row.raw)


def report_of(connection: Connection, found: Submission) -> SurveyReport:
    """Return a submission's report as it was stored."""
    query = (
        select(survey_row)
        .where(survey_row.c.submission_id == found.id)
        .order_by(survey_row.c.position)
    )
    rows = tuple(_row(row) for row in connection.execute(query))
    return SurveyReport(
        found.file_name, found.sha256, found.vintage, found.form,
        tuple(map(_finding, found.findings)), rows,
    )  # fmt: skip


def _row(row: Row[Any]) -> SurveyRow:
    reading = row.reading
    return SurveyRow(
        row.sheet, row.row, reading["village"], reading["declared_commune_code"],
        reading["commune_code"], reading["latitude"], reading["longitude"], reading["households"],
        reading["population"], Signal(reading["signal"]) if reading["signal"] else None,
        reading["grid_power"], reading["specially_difficult"],
        tuple(map(_finding, row.findings)), row.cells,
    )  # fmt: skip


def _finding(stored: Mapping[str, Any]) -> Finding:
    return Finding(
        stored["rule"], Severity(stored["severity"]), stored["facts"], stored["column"],
        stored["value"],
    )  # fmt: skip


def _plain(told: Finding) -> dict[str, object]:
    """A finding as it is kept: its facts, not its words, so that it reads in either language."""
    return {
        "rule": told.rule, "severity": told.severity.value, "column": told.column,
        "value": told.value, "facts": dict(told.facts),
    }  # fmt: skip


def zones_of_readings(
    province_code: str, readings: Iterable[tuple[uuid.UUID, Mapping[str, Any], str]]
) -> list[Zone]:
    """Return zones as stored rows report them: (zone id, reading, vintage) each."""
    return [
        Zone(
            zone_id, province_code, reading["commune_code"], reading["declared_commune_code"],
            vintage, reading["village"], reading["latitude"], reading["longitude"],
            reading["households"], reading["population"],
            Signal(reading["signal"]) if reading["signal"] else None, reading["grid_power"],
            reading["specially_difficult"],
        )
        for zone_id, reading, vintage in readings
    ]  # fmt: skip


def add(
    connection: Connection, content: bytes, report: SurveyReport, **values: object
) -> tuple[int, dt.datetime]:
    """Keep a submission with its raw file; return its number and time."""
    row = connection.execute(
        insert(submission)
        .values(
            raw=content, file_name=report.file, sha256=report.sha256, vintage=report.vintage,
            form=dict(report.form), findings=[_plain(told) for told in report.findings], **values,
        )
        .returning(submission.c.number, submission.c.submitted_at)
    ).one()  # fmt: skip
    return row.number, row.submitted_at


def add_rows(
    connection: Connection, submission_id: uuid.UUID, rows: Sequence[SurveyRow],
    zone_ids: Mapping[int, uuid.UUID],
) -> None:  # fmt: skip
    """Keep rows in bulk; ``zone_ids`` gives, by a row's place, the zone that it became.

    Rows go through a table of the transaction's own, for COPY does not go past row-level
    security.
    """
    connection.execute(
        text(
            "CREATE TEMPORARY TABLE incoming_row (position integer, sheet text, row integer,"
            " status text, cells jsonb, reading jsonb, findings jsonb, zone_id uuid) ON COMMIT DROP"
        )
    )
    records = (
        (
            place, row.sheet, row.row, row.status.value, _json(row.cells), _json(row.reading()),
            _json([_plain(told) for told in row.findings]), zone_ids.get(place),
        )
        for place, row in enumerate(rows)
    )  # fmt: skip
    copy_rows(connection, "COPY incoming_row FROM STDIN", records)
    connection.execute(
        text(
            "INSERT INTO phusong.survey_row"
            " (submission_id, position, sheet, row, status, cells, reading, findings, zone_id)"
            " SELECT :id, position, sheet, row, status, cells, reading, findings, zone_id"
            " FROM incoming_row"
        ),
        {"id": submission_id},
    )


def _json(value: object) -> str:
    """JSON text that PostgreSQL takes; dates as ISO 8601, no NUL, nothing that is not a number."""
    try:
        encoded = json.dumps(value, ensure_ascii=False, default=shown_cell, allow_nan=False)
        encoded.encode()
        if "\\u0000" not in encoded:
            return encoded
    except ValueError:  # not a number, or half of a surrogate pair
        pass
    return json.dumps(_storable(value), ensure_ascii=False, default=shown_cell)


def _storable(value: object) -> object:
    """The value without what PostgreSQL's JSON cannot hold."""
    match value:
        case str():
            return value.replace("\0", "").encode("utf-8", "replace").decode()
        case float() if not math.isfinite(value):
            return str(value)
        case Mapping():
            return {str(_storable(key)): _storable(entry) for key, entry in value.items()}
        case list() | tuple():
            return [_storable(entry) for entry in value]
        case _:
            return value


def shown_cell(cell: object) -> str:
    """Return a raw cell that JSON has no type for: dates and times in ISO 8601."""
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)


def lock_organisation(connection: Connection, organisation_id: uuid.UUID) -> None:
    """Let one submission of an organisation at a time go on, until the transaction ends."""
    connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('survey ' || :id, 0))"),
        {"id": str(organisation_id)},
    )


def set_status(connection: Connection, submission_id: uuid.UUID, status: str) -> None:
    """Mark a submission replaced or withdrawn."""
    connection.execute(
        update(submission).where(submission.c.id == submission_id).values(status=status)
    )


def mappings(connection: Connection, organisation_id: uuid.UUID) -> dict[str, dict[str, str]]:
    """Return every mapping an organisation has given, by the fingerprint of the header."""
    query = select(column_mapping.c.header_sha256, column_mapping.c.mapping).where(
        column_mapping.c.organisation_id == organisation_id
    )
    return {row.header_sha256: dict(row.mapping) for row in connection.execute(query)}


def remember_mapping(
    connection: Connection,
    organisation_id: uuid.UUID,
    header_sha256: str,
    mapping: Mapping[str, str],
) -> None:
    """Keep a mapping for the next file with the same header."""
    new = upsert(column_mapping).values(
        organisation_id=organisation_id, header_sha256=header_sha256, mapping=dict(mapping)
    )
    connection.execute(
        new.on_conflict_do_update(
            index_elements=["organisation_id", "header_sha256"],
            set_={"mapping": new.excluded.mapping, "updated_at": func.now()},
        )
    )
