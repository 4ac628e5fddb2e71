"""The dated rows in force on a day: criteria sets, queue rules, tolerances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Date, literal_column, or_, select

from coverage.criteria import CriteriaSet, QueueRule, ServiceLevel
from coverage.errors import NotFound
from coverage.storage.sessions import read_once
from coverage.storage.tables.evidence import criteria_set, queue_rule, setting
from coverage.zones import Queue

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row, Table

_TODAY = literal_column("(now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date", Date)
_EVERY_SETTING = select(
    setting.c.name, setting.c.value, setting.c.citation, setting.c.valid_from, _TODAY.label("today")
).order_by(setting.c.name, setting.c.valid_from, setting.c.id)


@dataclass(frozen=True, slots=True)
class SettingInForce:
    """The newest row of a setting on a day. ``value`` is as its JSON says."""

    value: Any
    citation: str


def criteria_in_force(connection: Connection, day: date) -> CriteriaSet | None:
    """Return the criteria set in force on ``day``: official before not, then the newest."""
    in_force = [
        row
        for row in _criteria_rows(connection)
        if row.valid_from <= day and (row.valid_to is None or row.valid_to >= day)
    ]
    if not in_force:
        return None
    return criteria_set_of(max(in_force, key=lambda row: (row.official, row.valid_from, row.id)))


def criteria_sets(connection: Connection) -> dict[int, CriteriaSet]:
    """Return every criteria set by id, also those that verdicts of former days were given under."""
    return {row.id: criteria_set_of(row) for row in _criteria_rows(connection)}


def _criteria_rows(connection: Connection) -> Sequence[Row[Any]]:
    return read_once(
        connection, "criteria_set", lambda: connection.execute(select(criteria_set)).all()
    )


def queue_rules_in_force(connection: Connection, day: date) -> list[QueueRule]:
    """Return the queue rules in force on ``day``, in the order they are tried."""
    rows = connection.execute(
        select(queue_rule)
        .where(_in_force(queue_rule, day))
        .order_by(queue_rule.c.position, queue_rule.c.id)
    )
    return [queue_rule_of(row) for row in rows]


def settings_in_force(
    connection: Connection, day: date | None = None
) -> Mapping[str, SettingInForce]:
    """Return the newest row of every setting on ``day`` by its name; today unless given.

    Today is the day in Viet Nam by the database's clock. Of two rows of one day the later counts.
    The rows are read once in a transaction, whoever asks for which of them on which day.
    """
    rows = read_once(connection, "setting", lambda: connection.execute(_EVERY_SETTING).all())
    return {
        row.name: SettingInForce(row.value, row.citation)
        for row in rows  # the newest comes last
        if row.valid_from <= (day or row.today)
    }


def setting_in_force(connection: Connection, name: str, day: date | None = None) -> Any:
    """Return the newest value of a setting on ``day``, as its JSON says; today unless given.

    Raises:
        NotFound: the setting has no row that is in force on ``day``.
    """
    row = settings_in_force(connection, day).get(name)
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
