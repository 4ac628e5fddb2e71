"""Nearest sites against a slow geodesic oracle; assessments that change only what changed."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Geod
from sqlalchemy import text

from coverage.actions.audit import verify
from coverage.actions.evidence import assess
from coverage.errors import NotAllowed, NothingToDo
from coverage.evidence import Reason, Verdict
from coverage.storage import evidence as stored
from coverage.zones import Queue

GEOD = Geod(ellps="WGS84")
TODAY = date(2026, 11, 23)
POINT = "ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)"


class Field:
    """A test's own country: operators, sites and zones, put in by their owner."""

    def __init__(self, database, authority, province, operator):
        self.database, self.authority = database, authority
        self.officer = province("42")
        self.operators = {
            name: operator(name).organisation_id for name in ("MobiFone", "VNPT", "Viettel")
        }
        self.owner = database.owner()
        self.run("INSERT INTO phusong.vintage (name, approximate, source) VALUES ('thử', true, '')")
        self.register = self.run(
            "INSERT INTO phusong.register (organisation_id, file_name, sha256, raw, crs, totals)"
            " VALUES (:o, 'x', 'y', '', 'EPSG:4326', '{}') RETURNING id",
            o=authority.organisation_id,
        )

    def run(self, sql, **facts):
        with self.owner.begin() as connection:
            done = connection.execute(text(sql), facts)
            return done.scalar() if done.returns_rows else done.rowcount

    def site(self, lat, lon, operator="Viettel", *, on_air=True):
        return self.run(
            f"WITH new AS (INSERT INTO phusong.site (register_id, point) VALUES (:r, {POINT})"
            " RETURNING id, point) INSERT INTO phusong.site_operator"
            " (site_id, operator_id, technologies, on_air, point)"
            " SELECT id, :o, '{4G}', :on_air, point FROM new RETURNING site_id",
            r=self.register, o=self.operators[operator], lat=lat, lon=lon, on_air=on_air,
        )  # fmt: skip

    def zone(self, lat, lon, village="Bản Thử", **facts):
        columns = {"households": 10, "grid_power": True, "specially_difficult": True, **facts}
        return self.run(
            "INSERT INTO phusong.zone (organisation_id, province_code, commune_code, vintage,"
            f" village, village_key, point, {', '.join(columns)}) VALUES (:organisation, '42',"
            f" '1', 'thử', :village, 'x', {POINT}, {', '.join(f':{name}' for name in columns)})"
            " RETURNING id",
            organisation=self.officer.organisation_id, village=village, lat=lat, lon=lon, **columns,
        )  # fmt: skip

    def clear(self):
        self.run("DELETE FROM phusong.verdict")
        self.run("DELETE FROM phusong.zone")
        self.run("DELETE FROM phusong.site")

    def assess(self, day=TODAY, **facts):
        return assess(self.database, self.authority, day, **facts)

    def rows(self, sql):
        with self.owner.connect() as connection:
            return connection.execute(text(sql)).all()


@pytest.fixture
def field(database, authority, province, operator):
    made = Field(database, authority, province, operator)
    yield made
    made.owner.dispose()


def metres(one, other):
    return GEOD.inv(one[1], one[0], other[1], other[0])[2]


def test_an_assessment_gives_verdicts_and_queues(field):
    near = field.site(21.02, 105.0)
    far = field.site(21.0, 105.2, "VNPT")
    fund = field.zone(21.0, 105.0)
    dark = field.zone(21.0, 105.1, grid_power=False, specially_difficult=None)
    unknown = field.zone(21.0, 105.3, grid_power=None, specially_difficult=True)
    done = field.assess()
    zones = {each.listed.zone.id: each for each in done.zones}
    assert {key: zone.listed.zone.queue for key, zone in zones.items()} == {
        fund: Queue.FUND, dark: Queue.POWER, unknown: Queue.UNDECIDED,
    }  # fmt: skip
    assert "295/2025" in zones[fund].listed.zone.queue_reason
    assert zones[unknown].listed.zone.queue_reason == "grid_power"
    # MobiFone is in no register: nothing is known, so nothing is said.
    assert list(done.operators.values()) == ["Viettel", "VNPT"]
    judged = {done.operators[each.operator_id]: each for each in zones[fund].judgements}
    assert judged["Viettel"].verdict is Verdict.SITE_WITHIN_REACH
    assert judged["Viettel"].site_id == near
    assert judged["Viettel"].distance_m == pytest.approx(
        metres((21.0, 105.0), (21.02, 105.0)), abs=1e-6
    )
    assert judged["VNPT"].verdict is Verdict.NO_SITE_WITHIN_REACH
    assert judged["VNPT"].site_id == far
    assert Reason.CRITERIA_NOT_OFFICIAL in judged["VNPT"].reasons
    kept = field.rows(
        "SELECT zone_id, operator_id, criteria_set_id, site_id, distance_m, verdict, reasons"
        " FROM phusong.verdict"
    )
    assert {tuple(row[:6]) for row in kept} == {
        (each.zone_id, each.operator_id, 1, each.site_id, each.distance_m, each.verdict.value)
        for zone in done.zones
        for each in zone.judgements
    }
    assert (done.verdicts_changed, done.queues_changed) == (6, 3)
    assert field.rows("SELECT DISTINCT version FROM phusong.zone") == [(2,)]
    assert field.rows("SELECT DISTINCT queue FROM phusong.zone ORDER BY 1") == [
        ("fund",), ("power",), ("undecided",),
    ]  # fmt: skip


def test_a_second_assessment_writes_nothing(field):
    field.site(21.02, 105.0)
    field.zone(21.0, 105.0)
    field.assess()
    state = "SELECT v.xmin, v.*, z.xmin, z.version FROM phusong.verdict v, phusong.zone z"
    before, lines = field.rows(state), verify(field.database, field.authority)
    again = field.assess()
    assert (again.verdicts_changed, again.queues_changed) == (0, 0)
    assert again.verdicts() == {"site_within_reach": 1}
    assert field.rows(state) == before
    assert verify(field.database, field.authority) == lines == (1, None)


def test_only_what_a_new_site_changes_is_written(field):
    for lon in (105.0, 106.0, 107.0):
        field.zone(21.0, lon)
        field.site(21.1, lon)
    field.assess()
    field.site(21.01, 106.0)
    done = field.assess()
    assert (done.verdicts_changed, done.queues_changed) == (1, 0)
    assert done.verdicts() == {"no_site_within_reach": 2, "site_within_reach": 1}


def test_a_planned_site_is_not_the_nearest_but_is_told(field):
    field.site(21.01, 105.0, on_air=False)
    on_air = field.site(21.2, 105.0)
    field.zone(21.0, 105.0)
    [judgement] = field.assess().zones[0].judgements
    assert judgement.site_id == on_air
    assert judgement.verdict is Verdict.NO_SITE_WITHIN_REACH
    assert Reason.PLANNED_SITE_WITHIN_REACH in judgement.reasons


def test_an_operator_that_leaves_every_register_loses_its_verdicts(field):
    field.site(21.01, 105.0)
    gone = field.site(21.02, 105.0, "VNPT")
    field.zone(21.0, 105.0)
    field.assess()
    field.run("DELETE FROM phusong.site WHERE id = :gone", gone=gone)
    assert field.assess().verdicts_changed == 1
    assert [row.operator_id for row in field.rows("SELECT operator_id FROM phusong.verdict")] == [
        field.operators["Viettel"]
    ]


def test_an_operator_of_another_country_has_no_verdict(field):
    field.site(21.01, 105.0)
    field.site(48.85, 2.35, "VNPT")
    field.zone(21.0, 105.0)
    assert list(field.assess().operators.values()) == ["Viettel"]


def test_the_criteria_set_in_force_on_the_day_is_used_and_kept(field):
    field.run(
        "INSERT INTO phusong.criteria_set (id, name, document, official, thresholds, valid_from)"
        " VALUES (2, 'Chính thức', 'Công văn thử', true, '{\"reach_m\": 1000}', '2027-01-01')"
    )
    field.site(21.02, 105.0)
    field.zone(21.0, 105.0)
    assert field.assess(date(2026, 12, 31)).verdicts() == {"site_within_reach": 1}
    later = field.assess(date(2027, 1, 1))
    assert later.criteria.id == 2
    assert later.verdicts() == {"no_site_within_reach": 1}
    assert later.zones[0].judgements[0].reasons == (Reason.SITE_BEYOND_REACH,)
    assert field.rows("SELECT criteria_set_id FROM phusong.verdict") == [(2,)]
    field.run(
        "INSERT INTO phusong.criteria_set (id, name, document, official, thresholds, valid_from)"
        " VALUES (3, 'Nháp', '', false, '{\"reach_m\": 9000}', '2027-02-01')"
    )
    assert field.assess(date(2027, 3, 1)).criteria.id == 2  # a draft does not displace it


def test_queue_rules_are_those_of_the_day(field):
    field.run("UPDATE phusong.queue_rule SET valid_to = '2026-12-31' WHERE queue = 'fund'")
    field.run(
        "INSERT INTO phusong.queue_rule (id, position, grid_power, specially_difficult, queue,"
        " citation, valid_from) VALUES (9, 2, true, true, 'operator', 'Luật mới', '2027-01-01')"
    )
    field.zone(21.0, 105.0)
    assert field.assess(TODAY).queues()["fund"] == 1
    later = field.assess(date(2027, 1, 1))
    assert later.zones[0].listed.zone.queue_reason == "Luật mới"
    assert later.queues()["operator"] == 1


@pytest.mark.parametrize("status", ["in_package", "awarded", "on_air", "confirmed"])
def test_a_zone_in_a_package_keeps_its_queue(field, status):
    field.site(21.0, 105.0)
    field.zone(21.0, 105.0, status=status, queue="fund", queue_reason="đã duyệt", grid_power=False)
    done = field.assess()
    assert done.queues_changed == 0
    assert done.verdicts_changed == 1
    assert field.rows("SELECT queue, queue_reason FROM phusong.zone") == [("fund", "đã duyệt")]


def test_a_zone_said_to_be_covered_stays_so(field):
    field.zone(21.0, 105.0, queue="covered", queue_reason="đã có sóng")
    assert field.assess().queues_changed == 0


def test_closed_zones_are_left_alone(field):
    for status in ("rejected", "withdrawn", "merged"):
        field.zone(21.0, 105.0, village=status, status=status)
    with pytest.raises(NothingToDo):
        field.assess()
    field.zone(21.0, 105.0)
    assert len(field.assess().zones) == 1


def test_one_province_can_be_assessed_alone(field):
    field.zone(21.0, 105.0)
    assert len(field.assess(province_code="42").zones) == 1
    with pytest.raises(NothingToDo, match="no_zones"):
        field.assess(province_code="40")


def test_without_criteria_nothing_is_judged(field):
    field.zone(21.0, 105.0)
    with pytest.raises(NothingToDo, match="no_criteria"):
        field.assess(date(2020, 1, 1))
    assert field.rows("SELECT 1 FROM phusong.verdict") == []


def test_a_province_may_not_assess(field):
    with pytest.raises(NotAllowed):
        assess(field.database, field.officer, TODAY)


def test_many_zones_are_judged_in_portions(field, monkeypatch):
    monkeypatch.setattr("coverage.actions.evidence.BATCH_ZONES", 2)
    field.site(21.0, 105.0)
    for number in range(5):
        field.zone(21.0, 105.0 + number / 10, village=f"Bản {number}")
    told = []
    done = field.assess(progress=lambda count, total: told.append((count, total)))
    assert told == [(2, 5), (4, 5), (5, 5)]
    assert len({each.listed.zone.id for each in done.zones}) == 5
    assert field.rows("SELECT count(*) FROM phusong.verdict") == [(5,)]


def test_an_assessment_that_fails_leaves_nothing(field, monkeypatch):
    field.site(21.0, 105.0)
    field.zone(21.0, 105.0)

    def fail(*_):
        raise RuntimeError

    monkeypatch.setattr(stored, "put_into_queues", fail)
    with pytest.raises(RuntimeError):
        field.assess()
    assert field.rows("SELECT 1 FROM phusong.verdict") == []
    assert isinstance(field.register, uuid.UUID)
