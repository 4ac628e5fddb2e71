"""Where zones lie by the codes of a list: read for all of them, written for those that move."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text, update

from coverage.people import OrganisationKind
from coverage.places.moving import Standing
from coverage.storage.bulk import copy_lines, text_field
from coverage.storage.tables.people import organisation
from coverage.storage.tables.places import unit
from coverage.storage.tables.zones import zone

_C = zone.c


@dataclass(frozen=True, slots=True)
class PlacedZone:
    """A zone with the codes it stands under and the organisation that it belongs to."""

    id: uuid.UUID
    village: str
    organisation_id: uuid.UUID
    standing: Standing


@dataclass(frozen=True, slots=True)
class NewPlace:
    """The codes and the organisation that a zone gets."""

    zone_id: uuid.UUID
    organisation_id: uuid.UUID
    province_code: str
    commune_code: str
    declared_commune_code: str | None


def placed_zones(connection: Connection, *, but: str | None = None) -> list[PlacedZone]:
    """Return every zone with its codes, by id; without those of the list ``but``."""
    wanted = select(
        _C.id, _C.village, _C.organisation_id, _C.vintage, _C.province_code, _C.commune_code,
        _C.declared_commune_code, func.ST_Y(_C.point).label("latitude"),
        func.ST_X(_C.point).label("longitude"),
    ).order_by(_C.id)  # fmt: skip
    if but is not None:
        wanted = wanted.where(_C.vintage != but)
    return [
        PlacedZone(
            row.id, row.village, row.organisation_id,
            Standing(
                row.vintage, row.province_code, row.commune_code, row.declared_commune_code,
                row.latitude, row.longitude,
            ),
        )
        for row in connection.execute(wanted)
    ]  # fmt: skip


def former_provinces(connection: Connection, vintages: Iterable[str]) -> dict[tuple[str, str], str]:
    """Return, by vintage and commune code, the province of each commune of these lists."""
    rows = connection.execute(
        select(unit.c.vintage, unit.c.code, unit.c.province_code).where(
            unit.c.vintage.in_(sorted(set(vintages))), unit.c.level == "commune"
        )
    )
    return {(row.vintage, row.code): row.province_code for row in rows}


def province_organisations(connection: Connection) -> dict[str, uuid.UUID]:
    """Return the organisation of each province code."""
    rows = connection.execute(
        select(organisation.c.province_code, organisation.c.id).where(
            organisation.c.kind == OrganisationKind.PROVINCE.value,
            organisation.c.province_code.is_not(None),
        )
    )
    return {row.province_code: row.id for row in rows}


def move(connection: Connection, vintage: str, places: Sequence[NewPlace]) -> int:
    """Give zones their codes in ``vintage``; each that changes becomes a new version.

    Returns how many changed.
    """
    if not places:
        return 0
    connection.execute(
        text(
            "CREATE TEMP TABLE staged_place (zone_id uuid, organisation_id uuid,"
            " province_code text, commune_code text, declared_commune_code text) ON COMMIT DROP"
        )
    )
    copy_lines(
        connection,
        "COPY staged_place FROM STDIN",
        (
            f"{each.zone_id}\t{each.organisation_id}\t{each.province_code}\t{each.commune_code}"
            f"\t{text_field(each.declared_commune_code)}"
            for each in places
        ),
    )
    # In the order of their ids, as reviewers lock theirs: so nobody waits for each other.
    connection.execute(
        text(
            "SELECT FROM phusong.zone JOIN staged_place ON staged_place.zone_id = zone.id"
            " ORDER BY zone.id FOR NO KEY UPDATE OF zone"
        )
    )
    done = connection.execute(
        text(
            "UPDATE phusong.zone SET vintage = :vintage, organisation_id = staged.organisation_id,"
            " province_code = staged.province_code, commune_code = staged.commune_code,"
            " declared_commune_code = staged.declared_commune_code,"
            " version = zone.version + 1, updated_at = now()"
            " FROM staged_place AS staged WHERE staged.zone_id = zone.id"
            " AND (zone.vintage, zone.organisation_id, zone.province_code, zone.commune_code,"
            " zone.declared_commune_code) IS DISTINCT FROM (:vintage, staged.organisation_id,"
            " staged.province_code, staged.commune_code, staged.declared_commune_code)"
        ),
        {"vintage": vintage},
    )
    connection.execute(text("DROP TABLE staged_place"))
    return int(done.rowcount)


def rename(connection: Connection, zone_id: uuid.UUID, village: str, village_key: str) -> None:
    """Give a zone's village another name; the zone becomes a new version."""
    connection.execute(
        update(zone)
        .where(_C.id == zone_id)
        .values(
            village=village, village_key=village_key,
            version=_C.version + 1, updated_at=func.now(),
        )
    )  # fmt: skip
