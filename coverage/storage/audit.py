"""The audit log's queries: append in the act's own transaction, read back in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, select, text

from coverage.audit import AuditEntry, canonical
from coverage.storage.tables.audit import audit_entry


def append(
    connection: Connection, act: str, subject: str, detail: Mapping[str, object] | None = None
) -> int:
    """Append one entry as the transaction's actor; return its sequence number.

    Call it last: from here to the commit no other act can append.
    """
    sequence = connection.execute(
        text("SELECT phusong.audit_append(:act, :subject, :detail)"),
        {"act": act, "subject": subject, "detail": canonical(detail or {})},
    ).scalar_one()
    return int(sequence)


def entries(connection: Connection) -> Iterator[AuditEntry]:
    """Yield every entry the actor may see, from the first."""
    table = audit_entry.c
    columns = (
        table.sequence, table.at, table.organisation, table.actor, table.act,
        table.subject, table.detail, table.previous_hash, table.hash,
    )  # fmt: skip
    rows = connection.execution_options(yield_per=1000).execute(
        select(*columns).order_by(table.sequence)
    )
    for row in rows:
        yield AuditEntry(*row)
