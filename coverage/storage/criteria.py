"""The dated rows in force on a day: criteria sets, queue rules, tolerances."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Date, literal, literal_column, or_, select

from coverage.criteria import CriteriaSet, QueueRule, ServiceLevel
from coverage.errors import NotFound
from coverage.storage.tables.evidence import criteria_set, queue_rule, setting
from coverage.zones import Queue

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Table

_TODAY = literal_column("(now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date", Date)


def criteria_in_force(connection: Connection, day: date) -> CriteriaSet | None:
    """Return the criteria set in force on ``day``: official before not, then the newest."""
    columns = criteria_set.c
    row = connection.execute(
        select(criteria_set)
        .where(_in_force(criteria_set, day))
        .order_by(columns.official.desc(), columns.valid_from.desc(), columns.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    return criteria_set_of(row)


def criteria_sets(connection: Connection) -> dict[int, CriteriaSet]:
    """Return every criteria set by id, also those that verdicts of former days were given under."""
    return {row.id: criteria_set_of(row) for row in connection.execute(select(criteria_set))}


def queue_rules_in_force(connection: Connection, day: date) -> list[QueueRule]:
    """Return the queue rules in force on ``day``, in the order they are tried."""
    rows = connection.execute(
        select(queue_rule)
        .where(_in_force(queue_rule, day))
        .order_by(queue_rule.c.position, queue_rule.c.id)
    )
    return [queue_rule_of(row) for row in rows]


def setting_in_force(connection: Connection, name: str, day: date | None = None) -> Any:
    """Return the newest value of a setting on ``day``, as its JSON says; today unless given.

    Today is the day in Viet Nam by the database's clock. Of two rows of one day the later counts.

    Raises:
        NotFound: the setting has no row that is in force on ``day``.
    """
    columns = setting.c
    on_day = _TODAY if day is None else literal(day, Date)
    row = connection.execute(
        select(columns.value)
        .where(columns.name == name, columns.valid_from <= on_day)
        .order_by(columns.valid_from.desc(), columns.id.desc())
        .limit(1)
    ).first()
    if row is None:
        raise NotFound("setting", name)
    return row.value


def criteria_set_of(row: Any) -> CriteriaSet:
    """Return a stored row as the rule's value; thresholds it does not name have its defaults."""
    told = row.thresholds
    more = {"broadband": tuple(told["broadband"])} if "broadband" in told else {}
    return CriteriaSet(
        row.id, row.name, row.document, row.official, row.valid_from, float(told["reach_m"]),
        **more, service=service_of(told),
    )  # fmt: skip


def service_of(thresholds: Mapping[str, Any]) -> tuple[ServiceLevel, ...]:
    """Return what stored thresholds ask of the service, by technology; nothing asked is empty."""
    asked = thresholds.get("service", {})
    return tuple(ServiceLevel(technology, **asked[technology]) for technology in sorted(asked))


def queue_rule_of(row: Any) -> QueueRule:
    """Return a stored row as the rule's value."""
    return QueueRule(
        row.id, row.position, row.grid_power, row.specially_difficult, Queue(row.queue),
        row.citation, row.served, row.promised,
    )  # fmt: skip


def _in_force(table: Table, day: date) -> ColumnElement[bool]:
    columns = table.c
    ends = or_(columns.valid_to.is_(None), columns.valid_to >= day)
    return (columns.valid_from <= day) & ends
