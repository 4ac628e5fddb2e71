"""Rounds, promises and the passing of time in a test's database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import text

from coverage.actions import consultation, promises
from coverage.actions.consultation import NewRound
from coverage.consultation import Wish
from coverage.days import vietnam_day
from coverage.zones import Queue, ZoneStatus
from tests.builders import a_zone, zone_id
from tests.reported import as_owner, load_places, report

FUND_RULE, PROMISED_RULE = 2, 5


def today() -> date:
    """The day in Viet Nam."""
    return vietnam_day(datetime.now(UTC))


def in_days(days: int) -> date:
    """So many days from today; negative ones have passed."""
    return today() + timedelta(days=days)


def a_table(database, authority, province, count=4):
    """``count`` approved zones of the fund's queue in province 42; return their ids."""
    load_places(database, authority)
    zones = [
        a_zone(number, status=ZoneStatus.APPROVED, queue_rule_id=FUND_RULE,
               queue_reason=citation_of(database, authority, FUND_RULE),
               longitude=105.6 + number / 100)
        for number in range(1, count + 1)
    ]  # fmt: skip
    report(database, province("42"), *zones)
    return [zone_id(number) for number in range(1, count + 1)]


def citation_of(database, authority, rule):
    """What a queue rule cites."""
    with database.transaction(authority) as connection:
        return connection.execute(
            text("SELECT citation FROM phusong.queue_rule WHERE id = :rule"), {"rule": rule}
        ).scalar_one()


def open_now(database, authority, zone_ids=None, *, days=30, name="Đợt thử"):
    """A round that is open from now on; return its number."""
    now = datetime.now(UTC)
    new = NewRound(name, "Công văn thử 1/CVT", now, now + timedelta(days=days), zone_ids=zone_ids)
    return consultation.open_round(database, authority, new).round.number


def promise(database, operator, number, *zone_ids, by=None):
    """Promise zones by a day; by default a year from now."""
    wishes = [Wish(each, by or in_days(365)) for each in zone_ids]
    return promises.promise(database, operator, number, wishes)


def shift_round(database, authority, number, days):
    """Let a round have been opened, and end, so many days later; earlier ones are negative."""
    with as_owner(database, authority) as connection:
        connection.execute(
            text(
                "UPDATE phusong.consultation_round SET opens_at = opens_at + make_interval(days => :days),"
                " closes_at = closes_at + make_interval(days => :days) WHERE number = :number"
            ),
            {"number": number, "days": days},
        )


def queue_of(database, authority, zone):
    """The queue of a zone as the authority sees it, and the reason beside it."""
    with database.transaction(authority) as connection:
        row = connection.execute(
            text("SELECT queue, queue_reason FROM phusong.zone WHERE id = :id"), {"id": zone}
        ).one()
    return Queue(row.queue), row.queue_reason


def acts(database, authority):
    """The acts of the audit log, in order."""
    with database.transaction(authority) as connection:
        rows = connection.execute(text("SELECT act FROM phusong.audit_entry ORDER BY sequence"))
        return list(rows.scalars())
