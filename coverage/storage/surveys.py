"""Submissions: the raw file, every row with its raw cells, and the mapping an officer gave once."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import math
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from coverage.errors import NotFound
from coverage.findings import Finding, Severity
from coverage.storage.bulk import NULL, copy_lines, text_field
from coverage.storage.named_sql import query
from coverage.storage.tables.surveys import (
    column_mapping,
    submission,
    survey_cells,
    survey_row,
)
from coverage.surveys import SurveyReport, SurveyRow
from coverage.vietnamese import name_key
from coverage.zones import Signal


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
    prepared_by: str | None = None
    approval_id: uuid.UUID | None = None


CELLS_OF_ROWS = 500  # kept together as one value
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


def submissions(
    connection: Connection, province_code: str | None, limit: int, before: int | None = None
) -> list[Submission]:
    """Return the submissions that the actor may see, the newest first; those ``before`` a number."""
    wanted = select(*_LISTED).order_by(submission.c.number.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(submission.c.number < before)
    if province_code is not None:
        wanted = wanted.where(submission.c.province_code == province_code)
    return [Submission(**row._mapping) for row in connection.execute(wanted)]  # noqa: SLF001


def find(connection: Connection, number: int, *, for_update: bool = False) -> Submission:
    """Return one submission by its number.

    Raises:
        NotFound: there is none, or none that the actor may see.
    """
    wanted = select(*_LISTED).where(submission.c.number == number)
    row = connection.execute(wanted.with_for_update() if for_update else wanted).one_or_none()
    if row is None:
        raise NotFound("submission", number)
    return Submission(**row._mapping)  # noqa: SLF001


def number_of(connection: Connection, submission_id: uuid.UUID) -> int:
    """Return a submission's number by its id."""
    wanted = select(submission.c.number).where(submission.c.id == submission_id)
    return int(connection.execute(wanted).scalar_one())


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
    """Return a submission's report as it was stored, with its raw cells."""
    rows = connection.execute(
        select(survey_row)
        .where(survey_row.c.submission_id == found.id)
        .order_by(survey_row.c.position)
    )
    cells = connection.execute(
        select(survey_cells.c.cells)
        .where(survey_cells.c.submission_id == found.id)
        .order_by(survey_cells.c.first_position)
    ).scalars()
    every = itertools.chain.from_iterable(cells)
    return SurveyReport(
        found.file_name, found.sha256, found.vintage, found.form,
        tuple(map(finding_of, found.findings)),
        tuple(row_of(row, raw) for row, raw in zip(rows, every, strict=True)),
    )  # fmt: skip


def report_without_rows(found: Submission) -> SurveyReport:
    """Return what a submission's report says of the whole file."""
    return SurveyReport(
        found.file_name, found.sha256, found.vintage, found.form,
        tuple(map(finding_of, found.findings)), (),
    )  # fmt: skip


def row_of(row: Row[Any], cells: Mapping[str, object] | None = None) -> SurveyRow:
    """Return a stored row as the report had it."""
    return SurveyRow(
        row.sheet, row.row, row.village, row.declared_commune_code, row.commune_code,
        row.latitude, row.longitude, row.households, row.population,
        Signal(row.signal) if row.signal else None, row.grid_power, row.specially_difficult,
        tuple(map(finding_of, row.findings)), cells or {},
    )  # fmt: skip


def finding_of(stored: Mapping[str, Any]) -> Finding:
    """Return a finding as :func:`plain` has kept it."""
    return Finding(
        stored["rule"], Severity(stored["severity"]), stored["facts"], stored["column"],
        stored["value"],
    )  # fmt: skip


def plain(told: Finding) -> dict[str, object]:
    """Return a finding as it is kept: facts, not words, so that it reads in either language."""
    return {
        "rule": told.rule, "severity": told.severity.value, "column": told.column,
        "value": told.value, "facts": dict(told.facts),
    }  # fmt: skip


def add(
    connection: Connection, content: bytes, report: SurveyReport, **values: object
) -> tuple[int, dt.datetime]:
    """Keep a submission with its raw file; return its number and time."""
    row = connection.execute(
        insert(submission)
        .values(
            raw=content, file_name=report.file, sha256=report.sha256, vintage=report.vintage,
            form=dict(report.form), findings=[plain(told) for told in report.findings], **values,
        )
        .returning(submission.c.number, submission.c.submitted_at)
    ).one()  # fmt: skip
    return row.number, row.submitted_at


def stage(
    connection: Connection, rows: Sequence[SurveyRow], zone_ids: Mapping[int, uuid.UUID]
) -> None:
    """Bring rows to the database, into a table of the transaction's own.

    COPY does not go past row-level security, so they are taken over from there: by
    :func:`keep_staged`, and by reported_zones.report_staged for those that have a zone.
    """
    connection.execute(query("reported_zones", "stage_rows"))
    copy_lines(
        connection,
        "COPY staged_row FROM STDIN",
        staged_lines(rows, [zone_ids.get(place) for place in range(len(rows))]),
    )


def staged_lines(rows: Sequence[SurveyRow], zone_ids: Sequence[uuid.UUID | None]) -> Iterator[str]:
    """Return rows as lines of the staging table: column by column, then line by line."""
    villages = [text_field(row.village) for row in rows]
    keys = [
        NULL if zone_id is None or row.village is None else text_field(name_key(row.village))
        for row, zone_id in zip(rows, zone_ids, strict=True)
    ]
    columns = (
        map(str, range(len(rows))),
        [text_field(row.sheet) for row in rows],
        [str(row.row) for row in rows],
        [row.status.value for row in rows],
        [_findings_json(row.findings) if row.findings else "[]" for row in rows],
        [NULL if zone_id is None else zone_id.hex for zone_id in zone_ids],
        villages,
        keys,
        [row.declared_commune_code or NULL for row in rows],
        [row.commune_code or NULL for row in rows],
        [NULL if row.latitude is None else repr(row.latitude) for row in rows],
        [NULL if row.longitude is None else repr(row.longitude) for row in rows],
        [NULL if row.households is None else str(row.households) for row in rows],
        [NULL if row.population is None else str(row.population) for row in rows],
        [row.signal.value if row.signal else NULL for row in rows],
        [_TRUTHS[row.grid_power] for row in rows],
        [_TRUTHS[row.specially_difficult] for row in rows],
    )
    return map("\t".join, zip(*columns, strict=True))


_TRUTHS = {True: "t", False: "f", None: NULL}


def keep_staged(
    connection: Connection, submission_id: uuid.UUID, rows: Sequence[SurveyRow]
) -> None:
    """Keep the staged rows as a submission's, and their raw cells beside them."""
    connection.execute(query("reported_zones", "keep_rows"), {"submission_id": submission_id})
    connection.execute(
        query("reported_zones", "keep_cells"),
        [
            {
                "submission_id": submission_id, "first_position": first,
                "cells": json_text([row.cells for row in rows[first : first + CELLS_OF_ROWS]]),
            }
            for first in range(0, len(rows), CELLS_OF_ROWS)
        ],
    )  # fmt: skip


def _findings_json(findings: Sequence[Finding]) -> str:
    return text_field(json_text([plain(told) for told in findings]))


def shown_cell(cell: object) -> str:
    """Return a raw cell that JSON has no type for: dates and times in ISO 8601."""
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)


_encode = json.JSONEncoder(
    ensure_ascii=False,
    allow_nan=False,
    separators=(",", ":"),
    default=shown_cell,
).encode


def json_text(value: object) -> str:
    """Return JSON text that PostgreSQL takes: dates as ISO 8601, no NUL, nothing that is not a number."""
    try:
        encoded = _encode(value)
        encoded.encode()
        if "\\u0000" not in encoded:
            return encoded
    except ValueError:  # not a number, or half of a surrogate pair
        pass
    return _encode(_storable(value))


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
    wanted = select(column_mapping.c.header_sha256, column_mapping.c.mapping).where(
        column_mapping.c.organisation_id == organisation_id
    )
    return {row.header_sha256: dict(row.mapping) for row in connection.execute(wanted)}


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
