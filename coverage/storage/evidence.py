"""Verdicts: how they are kept and read, and the queues beside them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, text

from coverage.criteria import CriteriaSet, Payer
from coverage.evidence import Judgement, Verdict
from coverage.storage.bulk import NULL, copy_lines, field
from coverage.storage.evidence_inputs import array
from coverage.storage.named_sql import query

_COLUMNS = (
    "zone_id, operator_id, technology, criteria_set_id, verdict, reasons, site_id, distance_m,"
    " bearing_deg, line_of_sight, service, service_file_id, dispute_id"
)


def lock(connection: Connection) -> None:
    """Let no other assessment write until this transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(452, 3)"))


def keep(
    connection: Connection,
    criteria_set_id: int,
    zones: Sequence[uuid.UUID],
    operators: Sequence[uuid.UUID] | None,
    judgements: Iterable[Judgement],
) -> list[uuid.UUID]:
    """Make ``judgements`` the only ones of these zones on these operators (None: on all).

    Returns the zone of each verdict that was new, changed or removed. A verdict that says the
    same as before is left as it is, with the time it was given.
    """
    connection.execute(query("evidence", "stage_verdicts"))
    connection.execute(text("TRUNCATE staged_verdict"))
    copy_lines(
        connection,
        f"COPY staged_verdict ({_COLUMNS}) FROM STDIN",
        (_line(criteria_set_id, each) for each in judgements),
    )
    connection.execute(text("ANALYZE staged_verdict"))
    scope = {"zones": array(zones), "operators": None if operators is None else array(operators)}
    touched: list[uuid.UUID] = []
    for name, values in (
        ("remove_verdicts", scope), ("change_verdicts", {}), ("add_verdicts", {}),
    ):  # fmt: skip
        touched += connection.execute(query("evidence", name), values).scalars()
    return touched


def _line(criteria_set_id: int, each: Judgement) -> str:
    """One line of COPY's text form; row-level security allows it into a temporary table only."""
    return "\t".join(
        (
            str(each.zone_id), str(each.operator_id), each.technology, str(criteria_set_id),
            each.verdict, f"{{{','.join(each.reasons)}}}", field(each.site_id),
            field(each.distance_m), field(each.bearing_deg), field(each.line_of_sight),
            each.service or NULL, str(each.service_file_id or NULL), str(each.dispute_id or NULL),
        )
    )  # fmt: skip


def served(
    connection: Connection, zones: Sequence[uuid.UUID], criteria: CriteriaSet
) -> set[uuid.UUID]:
    """Return the zones that any operator serves with mobile broadband, by the stored verdicts."""
    rows = connection.execute(
        query("evidence", "served"),
        {"zones": array(zones), "served": Verdict.SERVED.value, "broadband": [*criteria.broadband]},
    )
    return set(rows.scalars())


def put_into_queues(connection: Connection, decided: Mapping[uuid.UUID, Payer]) -> None:
    """Write who pays for each zone, by which rule and why; each zone becomes a new version."""
    connection.execute(
        query("evidence", "put_into_queues"),
        {
            "zones": list(decided),
            "queues": [payer.queue.value for payer in decided.values()],
            "reasons": [payer.reason for payer in decided.values()],
            "rules": [payer.rule_id for payer in decided.values()],
        },
    )
