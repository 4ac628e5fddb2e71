"""Verdicts: how they are kept and read, and the queues beside them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, text

from coverage.criteria import CriteriaSet, Payer
from coverage.evidence import Verdict
from coverage.judgements import SERVICES, SIGHTS, Portion
from coverage.storage.bulk import NULL, copy_lines, field
from coverage.storage.evidence_inputs import array
from coverage.storage.named_sql import query
from coverage.storage.tables.evidence import former_verdict
from coverage.storage.tables.people import organisation

_COLUMNS = (
    "zone_id, operator_id, technology, criteria_set_id, verdict, reasons, site_id, distance_m,"
    " bearing_deg, line_of_sight, service, service_file_id, dispute_id"
)
_NO_SITE = f"{NULL}\t{NULL}\t{NULL}"


@dataclass(frozen=True, slots=True)
class FormerVerdict:
    """What a verdict said until ``ended_at``, under which criteria set; times are UTC.

    ``technology`` is empty, and the words are of that time, where it was given before
    technologies were told apart.
    """

    operator: str
    technology: str
    verdict: str
    reasons: tuple[str, ...]
    criteria_set_id: int
    assessed_at: datetime
    ended_at: datetime


def lock(connection: Connection) -> None:
    """Let nobody else give verdicts until this transaction ends, nor change what they rest on.

    Loads of registers (452, 2), of terrain (452, 7) and of service areas (452, 20) wait: between
    one portion of zones and the next nothing may be swapped.
    """
    connection.execute(
        text(
            "SELECT pg_advisory_xact_lock(452, 3), pg_advisory_xact_lock_shared(452, 2),"
            " pg_advisory_xact_lock_shared(452, 7), pg_advisory_xact_lock_shared(452, 20)"
        )
    )


def keep(
    connection: Connection,
    criteria_set_id: int,
    portion: Portion,
    operators: Sequence[uuid.UUID] | None,
) -> dict[uuid.UUID, int]:
    """Make a portion's judgements the only ones of its zones on these operators (None: on all).

    Returns of each zone that it touched how many verdicts were new, changed or removed. A verdict
    that says the same as before is left as it is, with the time it was given.
    """
    for name in ("stage_verdicts", "stage_differences"):
        connection.execute(query("evidence", name))
    connection.execute(text("TRUNCATE staged_verdict, verdict_difference"))
    copy_lines(
        connection, f"COPY staged_verdict ({_COLUMNS}) FROM STDIN", _lines(criteria_set_id, portion)
    )
    connection.execute(text("ANALYZE staged_verdict"))
    connection.execute(
        query("evidence", "compare_verdicts"),
        {
            "zones": array(portion.zones),
            "operators": None if operators is None else array(operators),
        },
    )
    rows = connection.execute(query("evidence", "differences"))
    touched = {row.zone_id: row.verdicts for row in rows}
    if touched:
        for name in ("remove_verdicts", "change_verdicts", "add_verdicts"):
            connection.execute(query("evidence", name))
    return touched


def _lines(criteria_set_id: int, portion: Portion) -> Iterator[str]:
    """Judgements in COPY's text form; row-level security allows it into a temporary table only.

    The lines of one operator's technology have much in common, which is written once.
    """
    zones = [str(zone_id) for zone_id in portion.zones]
    for judged in portion.judged:
        known, near = judged.known, judged.known.nearest
        common = f"{judged.operator_id}\t{judged.technology}\t{criteria_set_id}"
        outcomes = [f"{verdict}\t{{{','.join(reasons)}}}" for verdict, reasons in judged.outcomes]
        sights = [field(sight) for sight in SIGHTS]
        file = str(known.service_file_id or NULL)
        services = [f"{service or NULL}\t{file}" for service in SERVICES]
        for place, (zone_id, case, site_id, distance_m, bearing_deg, sight, service) in enumerate(
            zip(
                zones, judged.case.tolist(), near.site_ids.tolist(), near.distances_m.tolist(),
                near.bearings_deg.tolist(), known.sight.tolist(), known.service.tolist(),
                strict=True,
            )
        ):  # fmt: skip
            nearest = f"{site_id}\t{distance_m!r}\t{bearing_deg!r}" if site_id else _NO_SITE
            yield (
                f"{zone_id}\t{common}\t{outcomes[case]}\t{nearest}\t{sights[sight]}"
                f"\t{services[service]}\t{known.disputes.get(place, NULL)}"
            )


def served(
    connection: Connection, zones: Sequence[uuid.UUID], criteria: CriteriaSet
) -> set[uuid.UUID]:
    """Return the zones that any operator serves with mobile broadband, by the stored verdicts."""
    rows = connection.execute(
        query("evidence", "served"),
        {"zones": array(zones), "served": Verdict.SERVED.value, "broadband": [*criteria.broadband]},
    )
    return set(rows.scalars())


def former_verdicts(connection: Connection, zone_id: uuid.UUID) -> tuple[FormerVerdict, ...]:
    """Return what verdicts on a zone said before, the newest first."""
    former = former_verdict.c
    rows = connection.execute(
        select(former_verdict, organisation.c.name.label("operator"))
        .join(organisation, organisation.c.id == former.operator_id)
        .where(former.zone_id == zone_id)
        .order_by(former.ended_at.desc(), organisation.c.name, former.technology, former.id.desc())
    )
    return tuple(
        FormerVerdict(
            row.operator, row.technology, row.verdict, tuple(row.reasons), row.criteria_set_id,
            row.assessed_at, row.ended_at,
        )
        for row in rows
    )  # fmt: skip


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
