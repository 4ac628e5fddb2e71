"""A country of one commune where two operators are judged, for tests of verdicts and disputes."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import text

from coverage.actions import evidence, own_verdicts
from coverage.actions.disputes import Claim, Proof, raise_dispute
from coverage.days import vietnam_day
from coverage.evidence import Verdict
from coverage.people import Actor
from coverage.storage import audit
from coverage.towers import Technology
from tests.http.stored import a_vintage, a_zone

FOUR = Technology.G4
DRIVE_TEST = b"thoi gian;rsrp_dbm\r\n2026-11-01 08:00;-84\r\n"


@dataclass(frozen=True)
class Judged:
    """Two zones of province 42, judged for two operators; ``day`` is when the verdicts were given."""

    zones: tuple[uuid.UUID, uuid.UUID]
    officer: Actor
    viettel: Actor
    vnpt: Actor
    day: date

    @property
    def last(self) -> date:
        """The last day on which a verdict may be disputed."""
        return self.day + timedelta(days=60)


def judged(database, authority, province, operator) -> Judged:
    """Make it: the nearest sites lie 10 km away, so that nobody has a signal."""
    a_vintage(database, authority)
    officer = province("42")
    facts = {"signal": "none", "grid_power": True, "specially_difficult": True}
    zones = (
        a_zone(database, officer, village="Bản Cọ", at=(105.7, 18.2), **facts),
        a_zone(database, officer, village="Bản Nà Pheo", at=(105.71, 18.21), **facts),
    )
    viettel, vnpt = operator("Viettel"), operator("VNPT")
    for actor, code in ((viettel, "HTH0001"), (vnpt, "VNPT-HT-7")):
        a_site(database, authority, actor, code)
    evidence.assess(database, authority, date(2026, 11, 23))
    return Judged(zones, officer, viettel, vnpt, given_on(database, authority))


def a_site(database, authority, operator, code, at=(105.7, 18.29)):
    """One 4G site of the operator."""
    with database.transaction(authority) as connection:
        register = connection.execute(
            text(
                "INSERT INTO phusong.register (organisation_id, file_name, sha256, raw, crs, totals)"
                " VALUES (:me, 'thử.csv', :sha, '', 'EPSG:4326', '{}') RETURNING id"
            ),
            {"me": authority.organisation_id, "sha": uuid.uuid4().hex * 2},
        ).scalar_one()
        site = connection.execute(
            text(
                "INSERT INTO phusong.site (register_id, point) VALUES (:register,"
                " ST_SetSRID(ST_MakePoint(:longitude, :latitude), 4326)) RETURNING id"
            ),
            {"register": register, "longitude": at[0], "latitude": at[1]},
        ).scalar_one()
        connection.execute(
            text(
                "INSERT INTO phusong.site_operator (site_id, operator_id, site_code, technologies,"
                " on_air, point) SELECT id, :operator, :code, '{4G}', true, point"
                " FROM phusong.site WHERE id = :site"
            ),
            {"site": site, "operator": operator.organisation_id, "code": code},
        )


def given_on(database, authority) -> date:
    """The day in Việt Nam on which the verdicts were given."""
    with database.transaction(authority) as connection:
        return vietnam_day(
            connection.execute(text("SELECT max(assessed_at) FROM phusong.verdict")).scalar_one()
        )


def disputed(
    database, world: Judged, zone=0, *, actor=None, day=None, claimed=Verdict.SERVED
) -> int:
    """Raise a dispute of an operator against the 4G verdict of a zone; return its number."""
    claim = Claim(world.zones[zone], FOUR, claimed)
    proof = Proof("Đo kiểm ngày 01/11: -84 dBm tại nhà văn hóa.", "đo kiểm.csv", DRIVE_TEST)
    return raise_dispute(database, actor or world.viettel, day or world.day, claim, proof)


def set_setting(database, authority, name, value, begins):
    """Put a dated row of a setting into force."""
    with database.transaction(authority) as connection:
        connection.execute(
            text(
                "INSERT INTO phusong.setting (name, valid_from, value, citation)"
                " VALUES (:name, :begins, CAST(:value AS jsonb), 'thử')"
            ),
            {"name": name, "begins": begins, "value": value},
        )


def rows(database, actor, query, **values):
    """What a query gives the actor."""
    with database.transaction(actor) as connection:
        return connection.execute(text(query), values).all()


def verdict_of(database, world, zone=0, *, actor=None, day=None):
    return own_verdicts.verdict_about_me(
        database, actor or world.viettel, day or world.day, world.zones[zone], FOUR
    )


def acts_logged(database, authority):
    with database.transaction(authority) as connection:
        return [e.act for e in audit.entries(connection) if e.act.startswith("dispute.")]
