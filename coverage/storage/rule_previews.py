"""Today's zones and verdicts, read the way a preview of a change needs them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Connection, Date, case, cast, func, select

from coverage.criteria import CriteriaSet
from coverage.evidence import CLOSED_STATUSES, OPEN_STATUSES, Inputs, Nearest, Reason, Service
from coverage.evidence import Verdict as Given
from coverage.rule_changes.previews import PreviewedZone, StoredJudgement
from coverage.storage.evidence import served
from coverage.storage.queues import promised_zones
from coverage.storage.tables.consultation import promise
from coverage.storage.tables.disputes import dispute
from coverage.storage.tables.evidence import verdict
from coverage.storage.tables.service_areas import terrain
from coverage.storage.tables.zones import zone
from coverage.towers import Technology
from coverage.zones import Queue, Signal, ZoneStatus

BATCH_ZONES = 5_000


def zones(connection: Connection, today: date) -> list[PreviewedZone]:
    """Return every zone that is not closed, with whether a promise stands for it today."""
    columns = zone.c
    rows = connection.execute(
        select(
            columns.id, columns.village, columns.province_code, columns.households,
            columns.grid_power, columns.specially_difficult, columns.queue, columns.queue_rule_id,
            case(
                (columns.status.not_in([status.value for status in OPEN_STATUSES]), "package"),
                (columns.queue_by.is_not(None), "by_hand"),
                else_="",
            ).label("kept"),
        )
        .where(columns.status.not_in([status.value for status in CLOSED_STATUSES]))
        .order_by(columns.id)
    ).all()  # fmt: skip
    promised: set[uuid.UUID] = set()
    for ids in _portions([row.id for row in rows]):
        promised |= promised_zones(connection, ids, today)
    return [
        PreviewedZone(
            row.id, row.village, row.province_code, row.households, row.grid_power,
            row.specially_difficult, row.id in promised, Queue(row.queue), row.queue_rule_id,
            row.kept,
        )
        for row in rows
    ]  # fmt: skip


def served_zones(
    connection: Connection, zone_ids: Sequence[uuid.UUID], criteria: CriteriaSet | None
) -> set[uuid.UUID]:
    """Return those of the zones that the stored verdicts show to be served."""
    shown: set[uuid.UUID] = set()
    if criteria is not None:
        for ids in _portions(zone_ids):
            shown |= served(connection, ids, criteria)
    return shown


def judgements(connection: Connection) -> Iterator[StoredJudgement]:
    """Yield every stored verdict on zones that are not closed, with what it rested on."""
    loaded = select(terrain.c.id).where(terrain.c.removed_at.is_(None)).limit(1)
    terrain_loaded = connection.execute(loaded).first() is not None
    columns = verdict.c
    rows = connection.execute(
        select(
            columns.zone_id, columns.technology, columns.verdict, columns.site_id,
            columns.distance_m, columns.line_of_sight, columns.service, zone.c.signal,
            _has(Reason.NO_REGISTER).label("unregistered"),
            _has(Reason.DISPUTE_UPHELD).label("upheld"),
        )
        .join(zone, zone.c.id == columns.zone_id)
        .where(zone.c.status.not_in([status.value for status in CLOSED_STATUSES]))
        .execution_options(yield_per=10_000)
    )  # fmt: skip
    for row in rows:
        given = Given(row.verdict)
        yield StoredJudgement(
            row.zone_id,
            Technology(row.technology),
            given,
            Inputs(
                Nearest(row.site_id, row.distance_m),
                registered=not row.unregistered,
                line_of_sight=row.line_of_sight,
                terrain_loaded=terrain_loaded,
                service=Service(row.service) if row.service else None,
                signal=Signal(row.signal) if row.signal else None,
                upheld=given if row.upheld else None,
            ),
        )


def _has(reason: Reason) -> ColumnElement[bool]:
    return verdict.c.reasons.contains([reason.value])


def clock_reach(connection: Connection, name: str, first: date) -> dict[str, int]:
    """Return how many things a clock counts for: begun from ``first`` on, or before and so kept."""
    told: dict[str, int] = {}
    if name in {"dispute_days", "dispute_silence"}:
        told = _since(connection, "verdicts", verdict.c.assessed_at, [], first)
    elif name in {"dispute_answer_days", "dispute_answer_silence"}:
        open_ones = [dispute.c.status == "open"]
        told = _since(connection, "disputes", dispute.c.raised_at, open_ones, first)
    elif name == "promise_max_months":
        standing = [promise.c.status == "standing"]
        told = _since(connection, "promises", promise.c.promised_at, standing, first)
    elif name == "on_air_months":
        awarded = select(func.count()).where(zone.c.status == ZoneStatus.AWARDED.value)
        told = {"awarded_kept": int(connection.execute(awarded).scalar_one())}
    return told


def _since(
    connection: Connection, thing: str, began: ColumnElement[object],
    only: Collection[ColumnElement[bool]], first: date,
) -> dict[str, int]:  # fmt: skip
    day = cast(func.timezone("Asia/Ho_Chi_Minh", began), Date)
    affected, every = connection.execute(
        select(func.count().filter(day >= first), func.count(began)).where(*only)
    ).one()
    return {f"{thing}_affected": int(affected), f"{thing}_kept": int(every - affected)}


def _portions(ids: Sequence[uuid.UUID]) -> Iterator[Sequence[uuid.UUID]]:
    for start in range(0, len(ids), BATCH_ZONES):
        yield ids[start : start + BATCH_ZONES]
