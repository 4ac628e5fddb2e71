"""What published versions do to lots and zones when they open, and lots that wait for it.

A version opens at once, or by the database's clock at the minute that its embargo ends: whoever
begins the next transaction finds it opened (:meth:`coverage.storage.sessions.Database.transaction`).
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ARRAY, Connection, Uuid, any_, delete, func, literal, select, text, update
from sqlalchemy.dialects.postgresql import insert

from coverage.lots import LotStatus
from coverage.storage.lots import StoredLot
from coverage.storage.tables.consultation import consultation_round, consultation_zone
from coverage.storage.tables.deliveries import award
from coverage.storage.tables.lots import lot, lot_zone
from coverage.storage.tables.packages import package, package_opening


@dataclass(frozen=True, slots=True)
class Opening:
    """Which zones come into the package, leave it and stay; which lots do."""

    entering: Collection[uuid.UUID]
    leaving: Collection[uuid.UUID] = ()
    staying: Collection[uuid.UUID] = ()
    lots_in: Collection[uuid.UUID] = ()
    lots_out: Collection[uuid.UUID] = ()


def add(
    connection: Connection, package_id: uuid.UUID, opening: Opening, *,
    organisation_id: uuid.UUID, actor: str,
) -> bool:  # fmt: skip
    """Keep what a published version does when it opens; tell whether it opened now."""
    connection.execute(
        insert(package_opening).values(
            package_id=package_id, organisation_id=organisation_id, actor=actor,
            entering=sorted(opening.entering), leaving=sorted(opening.leaving),
            staying=sorted(opening.staying), lots_in=sorted(opening.lots_in),
            lots_out=sorted(opening.lots_out),
        )
    )  # fmt: skip
    opened = connection.execute(text("SELECT phusong.open_package(:id)"), {"id": package_id})
    return bool(opened.scalar_one())


def recall(connection: Connection, package_id: uuid.UUID) -> bool:
    """Forget what a version would have done; tell whether it had not opened meanwhile."""
    done = connection.execute(
        delete(package_opening).where(
            package_opening.c.package_id == package_id, package_opening.c.opened_at.is_(None)
        )
    )
    return done.rowcount == 1


def held_by(connection: Connection, zone_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return which of these zones wait for an opening, with the package's number."""
    asked = literal(list(zone_ids), ARRAY(Uuid))
    waiting = (
        select(
            func.unnest(
                package_opening.c.entering.op("||")(package_opening.c.leaving).op("||")(
                    package_opening.c.staying
                )
            ).label("zone_id"),
            package.c.number,
        )
        .join(package, package.c.id == package_opening.c.package_id)
        .where(package_opening.c.opened_at.is_(None))
        .subquery()
    )
    rows = connection.execute(
        select(waiting.c.zone_id, waiting.c.number).where(waiting.c.zone_id == any_(asked))
    )
    return {row.zone_id: row.number for row in rows}


def consulted(connection: Connection, zone_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Return which of these zones a round of consultation asks about now or soon, and its number."""
    rows = connection.execute(
        select(consultation_zone.c.zone_id, func.min(consultation_round.c.number).label("number"))
        .join(consultation_round, consultation_round.c.id == consultation_zone.c.round_id)
        .where(
            consultation_zone.c.zone_id == any_(literal(list(zone_ids), ARRAY(Uuid))),
            consultation_round.c.cancelled_at.is_(None),
            consultation_round.c.closes_at > func.now(),
        )
        .group_by(consultation_zone.c.zone_id)
    )
    return {row.zone_id: row.number for row in rows}


def awarded_lots(connection: Connection, lot_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Return those of these lots that are awarded now."""
    return set(
        connection.execute(
            select(award.c.lot_id).where(
                award.c.lot_id.in_(lot_ids), award.c.cancelled_on.is_(None)
            )
        ).scalars()
    )


def add_waiting_lots(
    connection: Connection, lots: Iterable[StoredLot], copied_from: Mapping[uuid.UUID, uuid.UUID]
) -> None:
    """Keep lots that stand only when their version opens; nobody else reads them before.

    ``copied_from`` names the lot that each was made of: its sites go with it, as far as they serve
    a zone that stays.
    """
    for new in lots:
        connection.execute(
            insert(lot).values(
                id=new.id, province_code=new.province_code, vintage=new.vintage,
                number=new.number, name=new.name, status=LotStatus.DISSOLVED.value,
                totals=dict(new.totals), island=new.island,
            )
        )  # fmt: skip
        connection.execute(
            insert(lot_zone),
            [{"lot_id": new.id, "zone_id": key, "active": False} for key in new.zone_ids],
        )
        if new.id in copied_from:
            _copy_sites(connection, copied_from[new.id], new)


def lot_exists(connection: Connection, lot_id: uuid.UUID) -> bool:
    """Tell whether a lot of this id was ever kept."""
    return connection.execute(select(lot.c.id).where(lot.c.id == lot_id)).first() is not None


def dissolve(connection: Connection, lot_ids: Collection[uuid.UUID]) -> None:
    """Dissolve the lots of a cancelled package; their zones are free for other lots."""
    connection.execute(update(lot_zone).where(lot_zone.c.lot_id.in_(lot_ids)).values(active=False))
    connection.execute(
        update(lot).where(lot.c.id.in_(lot_ids)).values(status=LotStatus.DISSOLVED.value)
    )


def active_zones(
    connection: Connection, lot_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Return the zones that are in each of these lots now."""
    rows = connection.execute(
        select(lot_zone.c.lot_id, lot_zone.c.zone_id)
        .where(lot_zone.c.lot_id.in_(lot_ids), lot_zone.c.active)
        .order_by(lot_zone.c.zone_id)
    )
    found: dict[uuid.UUID, list[uuid.UUID]] = {key: [] for key in lot_ids}
    for row in rows:
        found[row.lot_id].append(row.zone_id)
    return found


# A site that served none of the zones that are left is not proposed any more.
_COPY_SITING = """
INSERT INTO phusong.lot_siting (lot_id, inputs_sha256, asked, inputs, households_covered,
                                households_total, cost_vnd, bound, gap, chosen_by, chosen_at)
SELECT :new, inputs_sha256, asked, inputs, households_covered, households_total, cost_vnd, bound,
       gap, chosen_by, chosen_at
FROM phusong.lot_siting WHERE lot_id = :old
"""
_COPY_SITES = """
INSERT INTO phusong.lot_site (lot_id, place, kind, site_id, point, commune_code, zone_ids, households, cost)
SELECT :new, place, kind, site_id, point, commune_code, kept.ids, kept.households, cost
FROM phusong.lot_site
CROSS JOIN LATERAL (
    SELECT array_agg(zone.id ORDER BY zone.id) AS ids, sum(zone.households) AS households
    FROM phusong.zone WHERE zone.id = ANY (lot_site.zone_ids) AND zone.id = ANY (:zones)) AS kept
WHERE lot_id = :old AND kept.ids IS NOT NULL
"""
_SUM_SITING = """
UPDATE phusong.lot_siting
SET households_total = (SELECT sum(households) FROM phusong.zone WHERE id = ANY (:zones)),
    households_covered = coalesce((
        SELECT sum(zone.households) FROM phusong.zone WHERE id IN (
            SELECT unnest(zone_ids) FROM phusong.lot_site WHERE lot_site.lot_id = :new)), 0),
    cost_vnd = coalesce((
        SELECT sum(CAST(amount #>> '{}' AS bigint))
        FROM phusong.lot_site CROSS JOIN LATERAL jsonb_path_query(cost, '$[*].amount_vnd') AS amount
        WHERE lot_site.lot_id = :new), 0)
WHERE lot_id = :new
"""


def _copy_sites(connection: Connection, old: uuid.UUID, new: StoredLot) -> None:
    """The sites of the lot that this one was made of, without the zones that are not in it."""
    facts = {"old": old, "new": new.id, "zones": list(new.zone_ids)}
    for statement in (_COPY_SITING, _COPY_SITES, _SUM_SITING):
        connection.execute(text(statement), facts)
