"""Assessments: what they store, that they write only what changed, what they leave alone."""

from __future__ import annotations

from datetime import date

import pytest
from pyproj import Geod

from coverage.actions.audit import verify
from coverage.actions.evidence import assess
from coverage.errors import NotAllowed, NothingToDo
from coverage.evidence import Reason, Verdict
from coverage.zones import Queue
from tests.judged import TODAY, Field
from tests.reported import change

GEOD = Geod(ellps="WGS84")
TECHNOLOGIES = 4  # every operator that is known is judged on each


@pytest.fixture
def field(database, authority, province, operator):
    made = Field(database, authority, province, operator)
    yield made
    made.owner.dispose()


def test_an_assessment_gives_verdicts_and_queues(field):
    near = field.site(21.02, 105.01)
    far = field.site(21.0, 105.2, "VNPT", technologies=("2G", "4G"))
    fund = field.zone(21.0, 105.0, signal="none")
    dark = field.zone(21.0, 105.1, grid_power=False, specially_difficult=None)
    unknown = field.zone(21.0, 105.3, grid_power=None, specially_difficult=True)
    done = field.assess()
    zones = {each.listed.zone.id: each.listed.zone for each in done.zones}
    assert {key: zone.queue for key, zone in zones.items()} == {
        fund: Queue.FUND, dark: Queue.POWER, unknown: Queue.UNDECIDED,
    }  # fmt: skip
    assert "295/2025" in zones[fund].queue_reason
    assert (zones[fund].queue_rule_id, zones[unknown].queue_rule_id) == (2, None)
    assert zones[unknown].queue_reason == "grid_power"
    # MobiFone is in no register: nothing is known, so nothing is said.
    assert list(done.operators.values()) == ["Viettel", "VNPT"]
    azimuth, _, metres = GEOD.inv(105.0, 21.0, 105.01, 21.02)
    judged = field.judged(done, fund)
    assert (judged.verdict, judged.site_id) == (Verdict.UNKNOWN, near)
    assert judged.distance_m == pytest.approx(metres, abs=1e-6)
    assert judged.bearing_deg == pytest.approx(azimuth, abs=1e-9)
    assert judged.reasons[0] is Reason.SITE_WITHIN_REACH
    # Of the other technologies Viettel has no site, and the province saw no signal.
    assert field.judged(done, fund, technology="2G").verdict is Verdict.NONE
    assert field.judged(done, fund, technology="2G").reasons[0] is Reason.NO_SITE_ON_AIR
    vnpt = field.judged(done, fund, "VNPT")
    assert (vnpt.verdict, vnpt.site_id) == (Verdict.NONE, far)
    assert vnpt.reasons[:2] == (Reason.SITE_BEYOND_REACH, Reason.REPORTED_NO_SIGNAL)
    assert Reason.CRITERIA_NOT_OFFICIAL in vnpt.reasons
    kept = field.rows(
        "SELECT zone_id, operator_id, technology, criteria_set_id, verdict, reasons, site_id,"
        " distance_m, bearing_deg, line_of_sight, service, service_file_id, dispute_id"
        " FROM phusong.verdict"
    )
    assert {(*row[:5], tuple(row[5]), *row[6:]) for row in kept} == {
        (
            each.zone_id, each.operator_id, each.technology, 1, each.verdict, each.reasons,
            each.site_id, each.distance_m, each.bearing_deg, each.line_of_sight, each.service,
            each.service_file_id, each.dispute_id,
        )
        for zone in done.zones
        for each in zone.judgements
    }  # fmt: skip
    assert (done.verdicts_changed, done.queues_changed) == (3 * 2 * TECHNOLOGIES, 3)
    assert done.verdicts() == {kind: sum(row.verdict == kind for row in kept) for kind in Verdict}
    assert field.rows("SELECT DISTINCT version FROM phusong.zone") == [(2,)]
    assert field.rows("SELECT DISTINCT queue FROM phusong.zone ORDER BY 1") == [
        ("fund",), ("power",), ("undecided",),
    ]  # fmt: skip


def test_a_second_assessment_writes_nothing(field):
    field.site(21.02, 105.0)
    field.site(21.02, 105.0, on_air=False)
    field.service((104.9, 20.9, 105.1, 21.1, False))
    zone = field.zone(21.0, 105.0)
    field.promise(zone, date(2027, 6, 1))
    field.assess()
    field.upheld(zone, "weak", technology="3G")
    assert field.assess().verdicts_changed == 1
    state = "SELECT v.xmin, v.*, z.xmin, z.version FROM phusong.verdict v, phusong.zone z"
    before, lines = field.rows(state), verify(field.database, field.authority)
    again = field.assess()
    assert (again.verdicts_changed, again.queues_changed) == (0, 0)
    assert again.verdicts() == {"none": 0, "weak": 1, "served": 1, "unknown": 2}
    assert field.rows(state) == before
    assert verify(field.database, field.authority) == lines == (2, None)
    assert field.rows("SELECT technology FROM phusong.former_verdict") == [("3G",)]


def test_only_what_a_new_site_changes_is_written(field):
    for lon in (105.0, 106.0, 107.0):
        field.zone(21.0, lon, signal="none")
        field.site(21.1, lon)
    field.assess()
    field.site(21.01, 106.0)
    done = field.assess()
    assert (done.verdicts_changed, done.queues_changed) == (1, 0)
    assert done.verdicts() == {"none": 11, "weak": 0, "served": 0, "unknown": 1}
    [former] = field.rows("SELECT technology, verdict, criteria_set_id FROM phusong.former_verdict")
    assert former == ("4G", "none", 1)


def test_one_operators_assessment_touches_only_what_it_can_change(field):
    near, apart = field.zone(21.0, 105.0, signal="none"), field.zone(21.0, 107.0, signal="none")
    for lon in (105.0, 107.0):
        field.site(21.1, lon)
        field.site(21.05, lon, "VNPT")
    field.assess()
    stood = standing(field)
    field.site(21.01, 105.0)
    # What has changed of others since is not looked at: their own changes ask for it.
    field.site(21.001, 105.0, "VNPT")
    field.promise(apart, date(2027, 6, 1))
    done = field.assess(only=["Viettel"])
    assert done.operators == {field.operators["Viettel"]: "Viettel"}
    assert len(done.zones) == 2
    assert (done.verdicts_changed, done.queues_changed) == (1, 0)
    changed = (near, field.operators["Viettel"], "4G")
    assert {key for key, row in standing(field).items() if stood[key] != row} == {changed}
    # Of a zone that is touched every fact counts again, what others are known for too.
    field.service((104.9, 20.9, 105.1, 21.1, False), operator="VNPT")
    stood = standing(field)
    done = field.assess(only=["VNPT"])
    assert (done.verdicts_changed, done.queues_changed) == (2, 2)  # both now rest on its file
    assert field.queue(near)[0] == "covered"
    assert field.queue(apart)[0] == "operator"
    four = {(zone, field.operators["VNPT"], "4G") for zone in (near, apart)}
    assert {key for key, row in standing(field).items() if stood[key] != row} == {
        *four, near, apart,
    }  # fmt: skip
    assert field.assess(only=["Viettel", "VNPT"]).verdicts_changed == 0


def standing(field):
    """Every verdict and zone as it is stored, with the transaction that wrote it."""
    verdicts = field.rows("SELECT xmin, * FROM phusong.verdict")
    zones = field.rows("SELECT xmin, * FROM phusong.zone")
    rows = {(row.zone_id, row.operator_id, row.technology): row for row in verdicts}
    return rows | {row.id: row for row in zones}


def test_an_operator_that_leaves_every_register_loses_its_verdicts(field):
    field.site(21.01, 105.0)
    gone = field.site(21.02, 105.0, "VNPT")
    field.zone(21.0, 105.0)
    field.assess()
    field.run("DELETE FROM phusong.site WHERE id = :gone", gone=gone)
    # Until it is judged anew the verdict stands as it was given.
    kept = f"SELECT site_id FROM phusong.verdict WHERE site_id = {gone}"
    assert len(field.rows(kept)) == 1
    assert field.assess(only=["VNPT"]).verdicts_changed == TECHNOLOGIES
    assert field.rows("SELECT DISTINCT operator_id FROM phusong.verdict") == [
        (field.operators["Viettel"],)
    ]
    assert len(field.rows("SELECT 1 FROM phusong.former_verdict")) == TECHNOLOGIES


def test_an_operator_of_another_country_has_no_verdict(field):
    field.site(21.01, 105.0)
    field.site(48.85, 2.35, "VNPT")
    field.zone(21.0, 105.0)
    assert list(field.assess().operators.values()) == ["Viettel"]


def test_the_criteria_set_in_force_on_the_day_is_used_and_former_ones_are_kept(field):
    field.run(
        "INSERT INTO phusong.criteria_set (id, name, document, official, thresholds, valid_from)"
        " VALUES (2, 'Chính thức', 'Công văn thử', true, '{\"reach_m\": 1000}', '2027-01-01')"
    )
    field.site(21.02, 105.0)
    zone = field.zone(21.0, 105.0, signal="none")
    assert field.judged(field.assess(date(2026, 12, 31)), zone).verdict is Verdict.UNKNOWN
    later = field.assess(date(2027, 1, 1))
    assert later.criteria.id == 2
    judged = field.judged(later, zone)
    assert (judged.verdict, judged.reasons) == (
        Verdict.NONE, (Reason.SITE_BEYOND_REACH, Reason.REPORTED_NO_SIGNAL),
    )  # fmt: skip
    assert field.rows("SELECT DISTINCT criteria_set_id FROM phusong.verdict") == [(2,)]
    former = field.rows(
        "SELECT criteria_set_id, verdict, reasons, ended_at >= assessed_at AS ended"
        " FROM phusong.former_verdict WHERE technology = '4G'"
    )
    assert [(row.criteria_set_id, row.verdict, row.ended) for row in former] == [
        (1, "unknown", True)
    ]
    assert former[0].reasons[0] == Reason.SITE_WITHIN_REACH
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
    zone = field.zone(21.0, 105.0)
    assert field.assess(TODAY).queues()["fund"] == 1
    assert field.assess(date(2027, 1, 1)).queues()["operator"] == 1
    assert field.queue(zone)[:3] == ("operator", "Luật mới", 9)


@pytest.mark.parametrize("status", ["in_package", "awarded", "on_air", "confirmed"])
def test_a_zone_in_a_package_keeps_its_queue(field, status):
    field.site(21.0, 105.0)
    field.zone(
        21.0, 105.0, status=status, queue="fund", queue_reason="đã duyệt", grid_power=False,
        status_by="thử",
    )  # fmt: skip
    done = field.assess()
    assert (done.queues_changed, done.verdicts_changed) == (0, TECHNOLOGIES)
    assert field.rows("SELECT queue, queue_reason FROM phusong.zone") == [("fund", "đã duyệt")]


def test_a_queue_set_by_hand_stays(field):
    zone = field.zone(
        21.0, 105.0, queue="operator", queue_reason="Công văn số 5", queue_by="lãnh đạo"
    )
    assert field.assess().queues_changed == 0
    assert field.queue(zone)[:2] == ("operator", "Công văn số 5")


def test_closed_zones_are_left_alone(field):
    other = field.zone(20.0, 105.0, village="khác")
    for status in ("rejected", "withdrawn", "merged"):
        field.zone(
            21.0, 105.0, village=status, status=status, status_by="thử", status_reason="thử",
            merged_into=other if status == "merged" else None,
        )  # fmt: skip
    assert [each.listed.zone.id for each in field.assess().zones] == [other]


def test_where_every_zone_is_closed_there_is_nothing_to_do(field):
    field.zone(21.0, 105.0, status="withdrawn", status_reason="thử")
    with pytest.raises(NothingToDo, match="no_zones"):
        field.assess()


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
    assert field.rows("SELECT count(*) FROM phusong.verdict") == [(5 * TECHNOLOGIES,)]
    assert field.assess().verdicts_changed == 0


def test_an_assessment_that_fails_leaves_nothing(field, monkeypatch):
    field.site(21.0, 105.0)
    field.zone(21.0, 105.0)

    def fail(*_):
        raise RuntimeError

    monkeypatch.setattr("coverage.actions.evidence.decide_queues", fail)
    with pytest.raises(RuntimeError):
        field.assess()
    assert field.rows("SELECT 1 FROM phusong.verdict") == []


def test_a_fact_that_is_no_longer_missing_is_no_longer_named(field):
    zone = field.zone(21.0, 105.0, grid_power=None, specially_difficult=None)
    field.assess()
    assert field.queue(zone)[:2] == ("undecided", "grid_power,specially_difficult")
    change(field.database, field.officer, zone, specially_difficult=True)
    field.assess()
    assert field.queue(zone)[:2] == ("undecided", "grid_power")
