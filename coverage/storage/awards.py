"""Awards as they are kept: which lot was given to whom, until when, and what became of it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, text, update

from coverage.criteria import ServiceLevel
from coverage.days import vietnam_day
from coverage.deadlines import Clock, ClockRule
from coverage.deliveries import AskedLot
from coverage.storage.criteria import service_of
from coverage.storage.named_sql import query
from coverage.storage.tables.deliveries import award, award_extension
from coverage.storage.tables.evidence import criteria_set
from coverage.storage.tables.packages import package
from coverage.zones import ZoneStatus


@dataclass(frozen=True, slots=True)
class Award:
    """An award with the names of its package, lot and operator.

    ``first_due_on`` is the day that the clock gave, ``due_on`` the one that counts: later where
    the clock was extended. ``estimate_vnd`` is None where there is none, or none to be seen.
    """

    id: uuid.UUID
    package_id: uuid.UUID
    package_number: str
    version: int
    province_code: str
    province: str
    lot_id: uuid.UUID
    lot_number: int
    lot_name: str
    operator_id: uuid.UUID
    operator: str
    price_vnd: int
    estimate_vnd: int | None
    decision: str
    awarded_on: date
    months: int
    rule: ClockRule
    first_due_on: date
    due_on: date
    awarded_by: str
    awarded_at: datetime
    cancelled_on: date | None = None
    cancel_reason: str = ""
    cancelled_by: str | None = None

    @property
    def stands(self) -> bool:
        """Tell whether it was not cancelled."""
        return self.cancelled_on is None


@dataclass(frozen=True, slots=True)
class Extension:
    """A later due day, with its reason and the document that grants it."""

    due_on: date
    reason: str
    decision: str
    extended_by: str
    extended_at: datetime


@dataclass(frozen=True, slots=True)
class AwardedZone:
    """A zone of an award's lot; not ``active`` where it has left the lot since.

    ``label`` is the one that the package's files give it: L2-07.
    """

    award_id: uuid.UUID
    zone_id: uuid.UUID
    label: str
    village: str
    commune_code: str
    commune: str
    province_code: str
    vintage: str
    latitude: float
    longitude: float
    households: int
    status: ZoneStatus
    active: bool


@dataclass(frozen=True, slots=True)
class NewAward:
    """An award to keep."""

    lot: AskedLot
    operator_id: uuid.UUID
    price_vnd: int
    decision: str
    awarded_on: date
    clock: Clock
    awarded_by: str


@dataclass(frozen=True, slots=True)
class DeliveryDesk:
    """What waits: zones late and soon due, on-air reports without an answer, zones not yet on air.

    ``next_due`` is the first day by which a zone is due that is not late.
    """

    late: int
    soon: int
    waiting: int
    awarded: int = 0
    next_due: date | None = None


def moment(connection: Connection) -> datetime:
    """Return the transaction's moment by the database's clock."""
    at: datetime = connection.execute(select(func.now())).scalar_one()
    return at


def lock(connection: Connection) -> None:
    """Let no other act award or cancel until this transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(452, 26)"))


def asked_lots(connection: Connection, numbers: Collection[str]) -> dict[str, dict[str, AskedLot]]:
    """Return by package the lots of its open version, by number and by id.

    A package that nobody may award from is not among them: a draft, one under embargo, a
    cancelled one.
    """
    found: dict[str, dict[str, AskedLot]] = {}
    for row in connection.execute(query("awards", "asked_lots"), {"numbers": list(numbers)}):
        told = AskedLot(
            row.id, row.package_id, row.number, row.name, vietnam_day(row.opened_at),
            [(village, ZoneStatus(status)) for village, status in row.zones or ()],
            row.estimate_vnd, row.awarded_to, row.waiting_version,
            None if row.closes_at is None else vietnam_day(row.closes_at), row.told_months,
        )  # fmt: skip
        of_package = found.setdefault(row.package_number, {})
        of_package[str(row.number)] = of_package[str(row.id)] = told
    return found


def awards(
    connection: Connection,
    *,
    award_id: uuid.UUID | None = None,
    operator_id: uuid.UUID | None = None,
    province_code: str | None = None,
    number: str | None = None,
    standing: bool = False,
) -> list[Award]:
    """Return the awards that the actor may see: standing ones first, by their due day."""
    rows = connection.execute(
        query("awards", "awards"),
        {
            "award": award_id, "operator": operator_id, "province": province_code,
            "number": number, "standing": standing,
        },
    )  # fmt: skip
    return [_award(row) for row in rows]


def extensions(connection: Connection, award_id: uuid.UUID) -> tuple[Extension, ...]:
    """Return by which later days an award was extended, the oldest first."""
    columns = award_extension.c
    rows = connection.execute(
        select(
            columns.due_on, columns.reason, columns.decision, columns.extended_by,
            columns.extended_at,
        )
        .where(columns.award_id == award_id)
        .order_by(columns.id)
    )  # fmt: skip
    return tuple(Extension(*row) for row in rows)


def zones_of(
    connection: Connection, found: Collection[Award]
) -> dict[uuid.UUID, tuple[AwardedZone, ...]]:
    """Return the zones of awards by award, as the package lists them."""
    numbers: Mapping[uuid.UUID, int] = {each.id: each.lot_number for each in found}
    zones: dict[uuid.UUID, list[AwardedZone]] = {key: [] for key in numbers}
    rows = connection.execute(query("awards", "awarded_zones"), {"awards": list(numbers)}).all()
    # In the order in which a package numbers them where it did not keep what it said.
    for row in sorted(rows, key=lambda row: (row.commune_code, row.village, row.id)):
        held = zones[row.award_id]
        label = row.label or f"L{numbers[row.award_id]}-{len(held) + 1:02d}"
        held.append(
            AwardedZone(
                row.award_id, row.id, label, row.village, row.commune_code, row.commune,
                row.province_code, row.vintage, row.latitude, row.longitude, row.households,
                ZoneStatus(row.status), row.active,
            )
        )  # fmt: skip
    return {key: tuple(held) for key, held in zones.items()}


def award_of_zones(
    connection: Connection, zone_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, uuid.UUID]:
    """Return the standing award of each of these zones that has one."""
    rows = connection.execute(query("awards", "award_of_zones"), {"zones": list(zone_ids)})
    return {row.zone_id: row.id for row in rows}


def desk(
    connection: Connection, day: date, soon: date, operator_id: uuid.UUID | None,
    province_code: str | None,
) -> DeliveryDesk:  # fmt: skip
    """Count what is late on ``day``, due until ``soon``, and waiting for an answer."""
    row = connection.execute(
        query("awards", "desk"),
        {"day": day, "soon": soon, "operator": operator_id, "province": province_code},
    ).one()
    return DeliveryDesk(row.late, row.soon, row.waiting, row.awarded, row.next_due)


def in_published_lots(connection: Connection, zone_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Return which of these zones are in a lot of a published package now."""
    rows = connection.execute(query("awards", "in_published_lots"), {"zones": list(zone_ids)})
    return set(rows.scalars())


def add(connection: Connection, new: NewAward) -> uuid.UUID:
    """Keep an award; return its id."""
    return connection.execute(  # type: ignore[no-any-return]
        insert(award)
        .values(
            package_id=new.lot.package_id, lot_id=new.lot.id, operator_id=new.operator_id,
            price_vnd=new.price_vnd, decision=new.decision, awarded_on=new.awarded_on,
            months=new.clock.months, clock_reason=new.clock.rule.value,
            due_on=new.clock.due_on(new.awarded_on), awarded_by=new.awarded_by,
        )
        .returning(award.c.id)
    ).scalar_one()  # fmt: skip


def cancel(connection: Connection, award_id: uuid.UUID, day: date, by: str, reason: str) -> bool:
    """Cancel an award that stands; tell whether it stood."""
    done = connection.execute(
        update(award)
        .where(award.c.id == award_id, award.c.cancelled_on.is_(None))
        .values(cancelled_on=day, cancelled_by=by, cancel_reason=reason)
    )
    return done.rowcount == 1


def extend(
    connection: Connection, award_id: uuid.UUID, due_on: date, *,
    reason: str, decision: str, by: str,
) -> None:  # fmt: skip
    """Let an award's clock end later."""
    connection.execute(
        insert(award_extension).values(
            award_id=award_id, due_on=due_on, reason=reason, decision=decision, extended_by=by
        )
    )


def _award(row: Any) -> Award:
    told = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented name
    return Award(**{name: value for name, value in told.items() if name != "clock_reason"},
                 rule=ClockRule(row.clock_reason))  # fmt: skip


def requirements(connection: Connection, package_id: uuid.UUID) -> tuple[ServiceLevel, ...]:
    """Return what a package's version asks of the service, by technology.

    Its manifest names the criteria sets that it was built under; of several that speak of one
    technology the newest counts.
    """
    kept = connection.execute(
        select(package.c.manifest["built_from"]["criteria_sets"], package.c.built_at)
        .where(package.c.id == package_id)
    ).first()  # fmt: skip
    if kept is None:
        return ()
    named = {(used["name"], used["document"]) for used in kept[0] or ()}
    levels: dict[str, ServiceLevel] = {}
    for row in connection.execute(select(criteria_set).order_by(criteria_set.c.id)):
        if (row.name, row.document) in named:
            levels |= {level.technology: level for level in service_of(row.thresholds)}
    return tuple(levels[technology] for technology in sorted(levels))
