"""Verdicts: the nearest sites they rest on, how they are kept, and the queues beside them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Connection, func, select, text

from coverage.coordinates import Extent
from coverage.evidence import Judgement, Nearest
from coverage.storage.bulk import NULL, copy_lines, field
from coverage.storage.named_sql import query
from coverage.storage.tables.people import organisation
from coverage.storage.tables.towers import site_operator
from coverage.zones import Queue

Pair = tuple[uuid.UUID, uuid.UUID]  # zone, operator
Point = tuple[float, float]  # latitude, longitude

# Three candidates decide all but one pair in a thousand; the rest are asked again, deeper.
FIRST_DEPTH = 3
DEEPER = 16


def lock(connection: Connection) -> None:
    """Let no other assessment write until this transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(452, 3)"))


def operators_listed(connection: Connection, extent: Extent) -> dict[uuid.UUID, str]:
    """Return the operators with equipment in ``extent``, by id, in order of their names.

    A register of another country may be in the same database; its operators serve no zone here,
    and a search for their nearest site, a continent away, would walk the whole index.
    """
    point = site_operator.c.point
    rows = connection.execute(
        select(organisation.c.id, organisation.c.name)
        .where(
            organisation.c.kind == "operator",
            select(site_operator.c.site_id)
            .where(
                site_operator.c.operator_id == organisation.c.id,
                func.ST_X(point).between(extent.west, extent.east),
                func.ST_Y(point).between(extent.south, extent.north),
            )
            .exists(),
        )
        .order_by(organisation.c.name)
    )
    return {row.id: row.name for row in rows}


def planned(connection: Connection) -> dict[uuid.UUID, list[Point]]:
    """Return where each operator's registers list a site as planned or off."""
    rows = connection.execute(
        select(
            site_operator.c.operator_id,
            func.ST_Y(site_operator.c.point).label("latitude"),
            func.ST_X(site_operator.c.point).label("longitude"),
        ).where(site_operator.c.on_air.is_(False))
    )
    points: dict[uuid.UUID, list[Point]] = {}
    for row in rows:
        points.setdefault(row.operator_id, []).append((row.latitude, row.longitude))
    return points


def nearest(
    connection: Connection, zones: Sequence[uuid.UUID], operators: Sequence[uuid.UUID]
) -> dict[Pair, Nearest]:
    """Return the nearest site on air for each zone and operator."""
    return dict(_nearest(connection, zones, operators, FIRST_DEPTH))


def _nearest(
    connection: Connection, zones: Sequence[uuid.UUID], operators: Sequence[uuid.UUID], depth: int
) -> Iterator[tuple[Pair, Nearest]]:
    """Look at ``depth`` candidates of each pair; look deeper where they do not decide."""
    rows = connection.execute(
        query("nearest", "nearest_of_each_operator"),
        {"zones": list(zones), "operators": list(operators), "depth": depth},
    )
    undecided: dict[uuid.UUID, list[uuid.UUID]] = {}
    for row in rows:
        if row.certain:
            yield (row.zone_id, row.operator_id), Nearest(row.site_id, row.distance_m)
        else:
            undecided.setdefault(row.operator_id, []).append(row.zone_id)
    for operator_id, zone_ids in undecided.items():
        yield from _nearest(connection, zone_ids, [operator_id], depth * DEEPER)


def keep(
    connection: Connection,
    criteria_set_id: int,
    zones: Sequence[uuid.UUID],
    operators: Sequence[uuid.UUID],
    judgements: Iterable[Judgement],
) -> int:
    """Make ``judgements``, of every operator at every zone, the only ones of these zones.

    Returns how many verdicts were new, changed or removed.

    A verdict that says the same as before is left as it is, with the time it was given.
    """
    connection.execute(query("evidence", "stage_verdicts"))
    connection.execute(text("TRUNCATE staged_verdict"))
    _copy(connection, criteria_set_id, judgements)
    written = connection.execute(query("evidence", "keep_verdicts")).rowcount
    removed = connection.execute(
        query("evidence", "remove_other_verdicts"),
        {"zones": list(zones), "operators": list(operators)},
    ).rowcount
    return int(written + removed)


def _copy(connection: Connection, criteria_set_id: int, judgements: Iterable[Judgement]) -> None:
    """Stage verdicts: row-level security allows COPY into a temporary table only."""
    columns = "zone_id, operator_id, criteria_set_id, site_id, distance_m, verdict, reasons"
    lines = (
        f"{each.zone_id}\t{each.operator_id}\t{criteria_set_id}"
        f"\t{NULL if each.site_id is None else each.site_id}\t{field(each.distance_m)}"
        f"\t{each.verdict}\t{{{','.join(each.reasons)}}}"
        for each in judgements
    )
    copy_lines(connection, f"COPY staged_verdict ({columns}) FROM STDIN", lines)


def put_into_queues(connection: Connection, decided: Mapping[uuid.UUID, tuple[Queue, str]]) -> None:
    """Write who pays for each zone, and why; each zone becomes a new version."""
    connection.execute(
        query("evidence", "put_into_queues"),
        {
            "zones": list(decided),
            "queues": [queue.value for queue, _ in decided.values()],
            "reasons": [reason for _, reason in decided.values()],
        },
    )
