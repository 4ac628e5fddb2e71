"""Zones as provinces report them: those known, those near in other provinces, new and corrected."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text, update

from coverage.criteria import QueueFacts, QueueRule, queue_of
from coverage.duplicates import village_key
from coverage.storage.bulk import copy_lines
from coverage.storage.named_sql import query
from coverage.storage.surveys import row_of, staged_lines
from coverage.storage.tables.surveys import survey_row
from coverage.storage.tables.zones import zone
from coverage.zones import Queue, Signal, Zone, ZoneStatus

CORRECTABLE = (ZoneStatus.REPORTED, ZoneStatus.RETURNED, ZoneStatus.WITHDRAWN)
"""In these states a new report changes a zone's facts; later the authority has judged them."""

_GONE = (ZoneStatus.REJECTED, ZoneStatus.MERGED)


def known_zones(
    connection: Connection, organisation_id: uuid.UUID, *, with_rejected: bool = False
) -> list[Zone]:
    """Return a province's own zones that a new report may be of, withdrawn ones among them.

    A village that was rejected may be reported anew, unless ``with_rejected``.
    """
    gone = [ZoneStatus.MERGED] if with_rejected else _GONE
    wanted = select(
        *[column for column in zone.c if column.name not in {"point", "village_key"}],
        func.ST_X(zone.c.point).label("longitude"), func.ST_Y(zone.c.point).label("latitude"),
    ).where(
        zone.c.organisation_id == organisation_id, zone.c.status.not_in([s.value for s in gone])
    )  # fmt: skip
    return [
        Zone(
            row.id, row.province_code, row.commune_code, row.declared_commune_code, row.vintage,
            row.village, row.latitude, row.longitude, row.households, row.population,
            Signal(row.signal) if row.signal else None, row.grid_power, row.specially_difficult,
            ZoneStatus(row.status), Queue(row.queue), row.queue_reason, row.status_reason,
            row.status_by, row.merged_into, row.reviewer, row.queue_by, row.queue_rule_id,
        )
        for row in connection.execute(wanted.order_by(zone.c.id))
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name that a zone bore, or a zone that was merged into it, and the point that it meant."""

    zone_id: uuid.UUID
    village: str
    latitude: float
    longitude: float


def former_villages(connection: Connection, organisation_id: uuid.UUID) -> list[FormerName]:
    """Return the names that the authority took from a province's zones, by renaming or merging."""
    rows = connection.execute(
        query("reported_zones", "former_villages"),
        {"organisation_id": organisation_id, "gone": [status.value for status in _GONE]},
    )
    return [FormerName(*row) for row in rows]


def others_near(
    connection: Connection, latitudes: Sequence[float], longitudes: Sequence[float], within_m: float
) -> dict[int, tuple[str, float]]:
    """Return, by place in the lists, the nearest zone of another province: its code and metres.

    Nothing else is told of others' zones (design.md §6).
    """
    if not latitudes:
        return {}
    near: dict[int, tuple[str, float]] = {}
    asked = text(
        "SELECT place, province_code, distance_m FROM phusong.zones_of_others_near("
        "CAST(:longitudes AS float8[]), CAST(:latitudes AS float8[]), :within_m)"
        " ORDER BY place, distance_m DESC, province_code DESC"
    )
    values = {
        "longitudes": _array(longitudes),
        "latitudes": _array(latitudes),
        "within_m": within_m,
    }
    for row in connection.execute(asked, values):
        near[row.place - 1] = (row.province_code, row.distance_m)
    return near


def _array(numbers: Sequence[float]) -> str:
    """Numbers as PostgreSQL writes an array: one text, for the driver is slow with long lists."""
    return f"{{{','.join(map(repr, numbers))}}}"


def report_staged(
    connection: Connection, organisation_id: uuid.UUID, province_code: str, vintage: str,
    rules: Sequence[QueueRule], *, kept: Collection[int] = (), replaced: uuid.UUID | None = None,
) -> tuple[int, int]:  # fmt: skip
    """Report the staged rows that have a zone: new ids are added, known ones corrected.

    The rows at the places ``kept`` correct nothing, and report a withdrawn zone again. A returned
    zone of which nothing is corrected stays returned. Who pays follows from the rules. Returns how
    many were added and how many changed.
    """
    values = {"vintage": vintage, **_payers(rules)}
    held = connection.execute(query("reported_zones", "lock_staged"), {"replaced": replaced})
    changed = connection.execute(
        query("reported_zones", "correct_zones"),
        {**values, "statuses": [status.value for status in CORRECTABLE], "kept": sorted(kept),
         # One that comes back to the province only now was decided on meanwhile.
         "held": list(held.scalars())},
    )  # fmt: skip
    again = connection.execute(query("reported_zones", "report_kept"), {"kept": sorted(kept)})
    added = connection.execute(
        query("reported_zones", "add_zones"),
        {**values, "organisation_id": organisation_id, "province_code": province_code},
    )
    return added.rowcount, changed.rowcount + again.rowcount


def add_staged(
    connection: Connection, organisation_id: uuid.UUID, province_code: str, vintage: str,
    rules: Sequence[QueueRule],
) -> int:  # fmt: skip
    """Add the staged rows whose zone is new, and change no other; return how many."""
    added = connection.execute(
        query("reported_zones", "add_zones"),
        {
            "vintage": vintage, **_payers(rules),
            "organisation_id": organisation_id, "province_code": province_code,
        },
    )  # fmt: skip
    return int(added.rowcount)


def _payers(rules: Sequence[QueueRule]) -> dict[str, object]:
    """Who pays, by what a province states of power and difficulty."""
    facts = list(itertools.product((True, False, None), repeat=2))
    # What evidence and promises add is decided by the assessment that follows a submission.
    payers = [queue_of(rules, QueueFacts(power, difficult)) for power, difficult in facts]
    return {
        "powers": [power for power, _ in facts],
        "difficulties": [difficult for _, difficult in facts],
        "queues": [payer.queue.value for payer in payers],
        "reasons": [payer.reason for payer in payers],
        "rules": [payer.rule_id for payer in payers],
    }


def lock_of_submission(connection: Connection, submission_id: uuid.UUID) -> None:
    """Let nobody take up a submission's zones until the transaction ends; waits for who does now."""
    mine = select(survey_row.c.zone_id).where(survey_row.c.submission_id == submission_id)
    connection.execute(
        select(zone.c.id)
        .where(zone.c.id.in_(mine))
        .order_by(zone.c.id)
        .with_for_update(key_share=True)
    ).all()


def zones_of_submission(
    connection: Connection, submission_id: uuid.UUID
) -> Mapping[uuid.UUID, ZoneStatus]:
    """Return the zones that a submission's rows became or updated, with their status."""
    wanted = (
        select(zone.c.id, zone.c.status)
        .join(survey_row, survey_row.c.zone_id == zone.c.id)
        .where(survey_row.c.submission_id == submission_id)
    )
    return {row.id: ZoneStatus(row.status) for row in connection.execute(wanted)}


def only_reported_by(connection: Connection, submission_id: uuid.UUID) -> list[uuid.UUID]:
    """Return a submission's zones that no other standing submission reports.

    Who reports a village that was merged reports the zone that took it in.
    """
    rows = connection.execute(
        query("reported_zones", "standing_kin"), {"submission_id": submission_id}
    )
    return list(rows.scalars())


def withdraw(connection: Connection, zone_ids: Sequence[uuid.UUID], by: str, reason: str) -> int:
    """Withdraw zones that are still only reported; return how many."""
    if not zone_ids:
        return 0
    standing = [status.value for status in CORRECTABLE if status is not ZoneStatus.WITHDRAWN]
    done = connection.execute(
        update(zone)
        .where(zone.c.id.in_(zone_ids), zone.c.status.in_(standing))
        .values(
            status=ZoneStatus.WITHDRAWN.value,
            status_reason=reason,
            status_by=by,
            version=zone.c.version + 1,
            updated_at=func.now(),
        )
    )
    return done.rowcount


def put_back(
    connection: Connection, organisation_id: uuid.UUID, submission_id: uuid.UUID,
    rules: Sequence[QueueRule],
) -> None:  # fmt: skip
    """Let a submission's zones say again what the newest other standing submission says of them."""
    found = connection.execute(
        query("reported_zones", "rows_of_others"), {"submission_id": submission_id}
    ).all()
    former = {
        (each.zone_id, village_key(each.village))
        for each in former_villages(connection, organisation_id)
    }
    by_vintage = sorted(found, key=lambda row: str(row.vintage))
    for vintage, rows in itertools.groupby(by_vintage, key=lambda row: str(row.vintage)):
        connection.execute(query("reported_zones", "stage_rows"))
        held = list(rows)
        lines = staged_lines([row_of(row) for row in held], [row.zone_id for row in held])
        copy_lines(connection, "COPY staged_row FROM STDIN", lines)
        kept = [
            place for place, row in enumerate(held)
            if (row.zone_id, village_key(row.village or "")) in former
        ]  # fmt: skip
        report_staged(connection, organisation_id, "", vintage, rules, kept=kept)
        connection.execute(text("DROP TABLE staged_row"))
