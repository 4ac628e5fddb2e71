"""Dated rows of every kind and day, and the changes that bring new ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, Table, func, insert, select, text, update

from coverage.criteria import CriteriaSet, QueueRule
from coverage.errors import Conflict, NotFound
from coverage.rule_changes import (
    Change,
    DatedRow,
    LegalBasis,
    RuleChange,
    RuleChangeStatus,
    RuleKind,
    SettingValue,
    Standing,
)
from coverage.storage.criteria import criteria_set_of, queue_rule_of
from coverage.storage.sessions import read_anew
from coverage.storage.tables.evidence import (
    criteria_set,
    legal_basis,
    queue_rule,
    rule_change,
    setting,
)

_TABLES: Mapping[RuleKind, Table] = {
    RuleKind.CRITERIA_SET: criteria_set,
    RuleKind.QUEUE_RULE: queue_rule,
    RuleKind.SETTING: setting,
    RuleKind.LEGAL_BASIS: legal_basis,
}


def lock(connection: Connection) -> None:
    """Let no other change be adopted until this transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(452, 23)"))


def standing(connection: Connection) -> Standing:
    """Return every dated row there is."""
    bases = select(legal_basis).order_by(legal_basis.c.valid_from, legal_basis.c.id)
    return Standing(
        tuple(
            DatedRow(row.id, criteria_set_of(row), row.valid_from, row.valid_to, row.change_id)
            for row in connection.execute(select(criteria_set).order_by(criteria_set.c.id))
        ),
        tuple(
            DatedRow(row.id, queue_rule_of(row), row.valid_from, row.valid_to, row.change_id)
            for row in connection.execute(select(queue_rule).order_by(queue_rule.c.id))
        ),
        tuple(
            DatedRow(
                row.id, SettingValue(row.name, row.value, row.citation), row.valid_from, None,
                row.change_id,
            )
            for row in connection.execute(select(setting).order_by(setting.c.id))
        ),
        tuple(
            DatedRow(
                row.id,
                LegalBasis(row.document, row.title, row.issued_on, row.source, row.note),
                row.valid_from, row.valid_to, row.change_id,
            )
            for row in connection.execute(bases)
        ),
    )  # fmt: skip


def adopt(connection: Connection, change: Change, change_id: int) -> int | None:
    """Write what a change brings: the end of the old row, then the new one; return its id.

    Raises:
        Conflict: the old row has ended meanwhile.
    """
    table = _TABLES[change.kind]
    read_anew(connection)
    if change.replaces is not None:
        ended = connection.execute(
            update(table)
            .where(table.c.id == change.replaces, table.c.valid_to.is_(None))
            .values(valid_to=change.valid_from - timedelta(days=1))
        ).rowcount
        if not ended:
            raise Conflict("rule_change", "replaced_ended")
    if change.value is None:
        return None
    values = {**_columns(change.value), "valid_from": change.valid_from, "change_id": change_id}
    return int(connection.execute(insert(table).values(values).returning(table.c.id)).scalar_one())


def _columns(value: CriteriaSet | QueueRule | SettingValue | LegalBasis) -> dict[str, Any]:
    match value:
        case CriteriaSet():
            return {
                "name": value.name,
                "document": value.document,
                "official": value.official,
                "thresholds": {
                    "reach_m": value.reach_m,
                    "broadband": list(value.broadband),
                    "service": value.service_asked(),
                },
            }
        case QueueRule():
            told = asdict(value)
            del told["id"]
            return told | {"queue": value.queue.value}
        case _:
            return asdict(value)


def add(  # noqa: PLR0917 - each is one column of the row
    connection: Connection, change: Change, content: Mapping[str, Any], reason: str,
    preview: Mapping[str, Any], proposed_by: str,
) -> int:  # fmt: skip
    """Keep a proposed change; return its number."""
    made = connection.execute(
        insert(rule_change)
        .values(
            kind=change.kind.value, content=dict(content), reason=reason, preview=dict(preview),
            proposed_by=proposed_by,
        )
        .returning(rule_change.c.id)
    )  # fmt: skip
    return int(made.scalar_one())


def find(connection: Connection, change_id: int, *, held: bool = False) -> RuleChange:
    """Return one change; ``held`` keeps others from deciding it until the transaction ends.

    Raises:
        NotFound: there is none of this number that the actor may see.
    """
    asked = select(rule_change).where(rule_change.c.id == change_id)
    row = connection.execute(asked.with_for_update() if held else asked).first()
    if row is None:
        raise NotFound("rule_change", change_id)
    return _change(row)


def listed(connection: Connection, status: RuleChangeStatus | None = None) -> list[RuleChange]:
    """Return the changes the actor may see, the newest first."""
    asked = select(rule_change).order_by(rule_change.c.id.desc())
    if status is not None:
        asked = asked.where(rule_change.c.status == status.value)
    return [_change(row) for row in connection.execute(asked)]


def decide(
    connection: Connection, change_id: int, status: RuleChangeStatus, by: str, reason: str
) -> None:
    """Write how a proposed change was decided."""
    connection.execute(
        update(rule_change)
        .where(rule_change.c.id == change_id)
        .values(status=status.value, decided_by=by, decided_at=func.now(), decision_reason=reason)
    )


def _change(row: Row[Any]) -> RuleChange:
    return RuleChange(
        row.id, RuleKind(row.kind), row.content, row.reason, row.preview, row.proposed_by,
        row.proposed_at, RuleChangeStatus(row.status), row.decided_by, row.decided_at,
        row.decision_reason,
    )  # fmt: skip
