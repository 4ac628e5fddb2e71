"""Puts places, zones and verdicts into a test's database without going through the intake."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from dataclasses import asdict

from sqlalchemy import text

from coverage.actions import review
from coverage.actions.zone_moves import Seen
from coverage.people import OrganisationKind
from coverage.storage.people import ensure_organisation
from coverage.vietnamese import name_key
from coverage.zone_life import Move
from coverage.zones import ZoneStatus

VINTAGE = "2026-04-30"
COMMUNES = {
    "18073": ("Hương Sơn", "Xã Hương Sơn"),
    "18100": ("Sơn Kim 1", "Xã Sơn Kim 1"),
    "18103": ("Sơn Kim 2", "Xã Sơn Kim 2"),
    "18199": ("Cồn Thử", "Đặc khu Cồn Thử"),
}


def load_places(database, authority, *, approximate=True):
    """One vintage in force with province 42 and its communes, without areas; one older name."""
    with database.transaction(authority) as connection:
        for name, status in ((VINTAGE, "active"), ("2025-06-30", "retired")):
            connection.execute(
                text(
                    "INSERT INTO phusong.vintage (name, status, approximate, source)"
                    " VALUES (:name, :status, :approximate, 'Danh mục thử')"
                ),
                {"name": name, "status": status, "approximate": approximate},
            )
        units = [
            (VINTAGE, "province", "42", "Hà Tĩnh", "Tỉnh Hà Tĩnh"),
            (VINTAGE, "province", "40", "Nghệ An", "Tỉnh Nghệ An"),
            ("2025-06-30", "commune", "18150", "Sơn Tây", "Xã Sơn Tây"),
            *((VINTAGE, "commune", code, *names) for code, names in COMMUNES.items()),
        ]
        connection.execute(
            text(
                "INSERT INTO phusong.unit (vintage, level, code, name, full_name, province_code)"
                " VALUES (:vintage, :level, :code, :name, :full_name, '42')"
            ),
            [
                dict(zip(("vintage", "level", "code", "name", "full_name"), unit, strict=True))
                for unit in units
            ],
        )


def report(database, officer, *zones):
    """Store zones as their province's, in whatever state they stand; what that needs is added."""
    with as_owner(database, officer) as connection:
        for zone in zones:
            connection.execute(
                text(
                    "INSERT INTO phusong.zone (id, organisation_id, province_code, commune_code,"
                    " declared_commune_code, vintage, village, village_key, point, households,"
                    " population, signal, grid_power, specially_difficult, status, queue,"
                    " queue_reason, status_reason, status_by, merged_into, reviewer, queue_by,"
                    " queue_rule_id) VALUES (:id, :organisation, :province_code, :commune_code,"
                    " :declared_commune_code, :vintage, :village, :key,"
                    " ST_SetSRID(ST_MakePoint(:longitude, :latitude), 4326), :households,"
                    " :population, :signal, :grid_power, :specially_difficult, :status, :queue,"
                    " :queue_reason, :status_reason, :status_by, :merged_into, :reviewer,"
                    " :queue_by, :queue_rule_id)"
                ),
                asdict(zone) | standing(connection, zone.status, asdict(zone)) | {
                    "organisation": officer.organisation_id, "key": name_key(zone.village),
                },
            )  # fmt: skip


def change(database, actor, zone_id, **facts):
    """Change columns of a zone past the table of moves; the history still has the actor."""
    with as_owner(database, actor) as connection:
        now = connection.execute(
            text("SELECT status, status_by, status_reason, merged_into, reviewer"
                 " FROM phusong.zone WHERE id = :id"), {"id": zone_id},
        ).one()  # fmt: skip
        told = now._asdict() | facts
        facts = facts | standing(connection, told["status"], told)
        listed = ", ".join(f"{name} = :{name}" for name in facts)
        connection.execute(text("ALTER TABLE phusong.zone DISABLE TRIGGER zone_moves_by_table"))
        connection.execute(
            text(f"UPDATE phusong.zone SET {listed}, updated_at = now() WHERE id = :id"),
            {"id": zone_id, **facts},
        )
        connection.execute(text("ALTER TABLE phusong.zone ENABLE TRIGGER zone_moves_by_table"))


def approve(database, authority, province_code=None):
    """Let the authority take up and approve every zone that is reported."""
    taken = review.take_up(database, authority, province_code=province_code)
    seen = [Seen(one.zone.id, one.version) for one in taken]
    return review.decide(database, authority, Move.APPROVE, seen)


@contextmanager
def as_owner(database, actor):
    """A transaction that no wall holds back, in the name of an actor."""
    engine = database.owner()
    try:
        with engine.begin() as connection:
            connection.execute(
                text("SELECT set_config('phusong.organisation', :organisation, true),"
                     " set_config('phusong.actor', :actor, true)"),
                {"organisation": str(actor.organisation_id), "actor": actor.name},
            )  # fmt: skip
            yield connection
    finally:
        engine.dispose()


def standing(connection, status, told):
    """What a zone must say of itself in a status: by whom, why, in whose hands, merged into what."""
    status = ZoneStatus(status)
    told = {name: told[name] for name in ("status_by", "status_reason", "merged_into", "reviewer")}
    told["status_reason"] = told["status_reason"] or ""
    if status is not ZoneStatus.REPORTED:
        told["status_by"] = told["status_by"] or "thẩm định viên"
    if status in {ZoneStatus.RETURNED, ZoneStatus.REJECTED, ZoneStatus.MERGED}:
        told["status_reason"] = told["status_reason"] or "lý do thử"
    in_hand = status is ZoneStatus.UNDER_REVIEW
    told["reviewer"] = (told["reviewer"] or "thẩm định viên") if in_hand else None
    merged = status is ZoneStatus.MERGED
    told["merged_into"] = (told["merged_into"] or _another(connection)) if merged else None
    return told


def _another(connection):
    """A zone that stands for others to be merged into."""
    return connection.execute(
        text("INSERT INTO phusong.zone (organisation_id, province_code, commune_code, vintage,"
             " village, village_key, point, households, status)"
             " SELECT organisation_id, province_code, commune_code, vintage, 'Vùng nhận', 'vung nhan',"
             " point, households, 'withdrawn' FROM phusong.zone LIMIT 1 RETURNING id")
    ).scalar_one()  # fmt: skip


def judge(database, authority, zone_id, **distance_of_operator):
    """Give a verdict on each operator's 4G by the distance of its nearest site; beyond 3 km none."""
    with database.transaction(authority) as connection:
        register = connection.execute(
            text(
                "INSERT INTO phusong.register (organisation_id, file_name, sha256, raw, crs, totals)"
                " VALUES (:me, 'thử.csv', :sha, '', 'EPSG:4326', '{}') RETURNING id"
            ),
            {"me": authority.organisation_id, "sha": uuid.uuid4().hex * 2},
        ).scalar_one()
        for name, distance_m in distance_of_operator.items():
            operator = ensure_organisation(connection, OrganisationKind.OPERATOR, name)
            site = connection.execute(
                text(
                    "INSERT INTO phusong.site (register_id, shared_code, point) VALUES"
                    " (:register, 'SECRET-SITE', ST_SetSRID(ST_MakePoint(105.123456, 18.654321),"
                    " 4326)) RETURNING id"
                ),
                {"register": register},
            ).scalar_one()
            near = distance_m <= 3000
            connection.execute(
                text(
                    "INSERT INTO phusong.verdict (zone_id, operator_id, technology,"
                    " criteria_set_id, site_id, distance_m, verdict, reasons) VALUES (:zone,"
                    " :operator, '4G', 1, :site, :distance, :verdict, CAST(:reasons AS text[]))"
                ),
                {
                    "zone": zone_id, "operator": operator, "site": site, "distance": distance_m,
                    "verdict": "unknown" if near else "none",
                    "reasons": [
                        "evidence.site_within_reach" if near else "evidence.site_beyond_reach"
                    ],
                },
            )  # fmt: skip
