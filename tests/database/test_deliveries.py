"""Lists of deliveries, the two counts, and how a zone's fate follows, in the database."""

import datetime as dt
import io

import openpyxl
import pytest
from pyproj import Geod
from sqlalchemy import text

from coverage.actions import acceptance, awards, deliveries, on_air, promises
from coverage.actions.deliveries import DeliveryFilter
from coverage.actions.zone_deliveries import zone_deliveries
from coverage.deliveries import DeliveryState, SiteBasis
from coverage.errors import NotAllowed, NotFound, NothingToDo
from coverage.intake import files
from coverage.intake.deliveries.reports import read_reports
from tests.builders import a_zone, zone_id
from tests.delivered import KM, a_wish, published, send, today
from tests.reported import as_owner, judge, report

GEOD = Geod(ellps="WGS84")
DAY = dt.timedelta(days=1)


@pytest.fixture
def vnpt(operator):
    return operator("VNPT")


@pytest.fixture
def number(database, authority, officer, viettel, vnpt):
    return published(database, authority, officer)


def let_pass(database, authority, days):
    """Let days pass since everything was published and awarded."""
    with as_owner(database, authority) as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(
            text("UPDATE phusong.award SET awarded_on = awarded_on - :days, due_on = due_on - :days"),
            {"days": days},
        )  # fmt: skip


@pytest.fixture
def both(database, authority, number):
    """Lot 2 (zones 1 to 3) to Viettel, lot 1 (zone 4) to VNPT."""
    return awards.award_lots(
        database, authority, [a_wish(number), a_wish(number, lot="1", operator="VNPT")]
    )


def listed(found):
    return [(each.zone.zone_id, each.state.value, each.late_days) for each in found.zones]


# --- What is due -------------------------------------------------------------------------------


def test_late_zones_come_first_and_the_sums_agree(database, authority, viettel, both):
    send(database, viettel, 1)
    acceptance.accept_report(database, authority, on_air.list_reports(database, authority)[0].id)
    send(database, viettel, 2)
    let_pass(database, authority, (both[0].due_on - today()).days + 7)
    found = deliveries.list_deliveries(database, authority)
    late = [(key, state) for key, state, days in listed(found) if state == "late"]
    assert set(late) == {(zone_id(3), "late"), (zone_id(4), "late")}
    assert [state for _, state, _ in listed(found)] == ["late", "late", "on_air", "confirmed"]
    assert {days for _, _, days in listed(found)} == {7}
    total = found.total
    assert (total.zones, total.late, total.on_air, total.confirmed) == (4, 2, 1, 1)
    assert (total.delivered_late, total.longest_late_days) == (2, 7)
    assert {name: count.late for name, count in found.by_operator.items()} == {
        "VNPT": 1, "Viettel": 1,
    }  # fmt: skip
    assert {code: count.zones for (code, _), count in found.by_province.items()} == {"42": 4}


def test_a_list_may_be_filtered(database, authority, both):
    let_pass(database, authority, (both[0].due_on - today()).days - 10)
    found = deliveries.list_deliveries(database, authority)
    assert {state for _, state, _ in listed(found)} == {"soon"}
    for wanted, count in (
        (DeliveryFilter(DeliveryState.SOON), 4), (DeliveryFilter(DeliveryState.LATE), 0),
        (DeliveryFilter(operator="VNPT"), 1), (DeliveryFilter(province_code="40"), 0),
    ):  # fmt: skip
        some = deliveries.list_deliveries(database, authority, wanted)
        assert len(some.zones) == some.total.zones == count


def test_an_extended_clock_is_not_late(database, authority, both):
    let_pass(database, authority, (both[0].due_on - today()).days + 7)
    extended = awards.extend_award(
        database, authority, both[0].id, today() + DAY, reason="bão", decision="CV 1"
    )
    assert extended.due_on == today() + DAY
    found = deliveries.list_deliveries(database, authority)
    assert {each.zone.operator for each in found.zones if each.state is DeliveryState.LATE} == {
        "VNPT"
    }


def test_operators_and_provinces_are_shown_their_own(  # noqa: PLR0917 - everybody
    database, authority, officer, viettel, auditor, province, both
):
    def zones(actor):
        return len(deliveries.list_deliveries(database, actor).zones)

    assert [zones(actor) for actor in (authority, auditor, officer, viettel, province("40"))] == [
        4, 4, 4, 3, 0,
    ]  # fmt: skip


def test_a_cancelled_award_is_in_no_list(database, authority, both):
    awards.cancel_award(database, authority, both[0].id, "vì thế")
    found = deliveries.list_deliveries(database, authority)
    assert [each.zone.zone_id for each in found.zones] == [zone_id(4)]


def test_a_list_as_csv(database, authority, both):
    found = deliveries.list_deliveries(database, authority)
    words = {state: state.value for state in DeliveryState}
    lines = deliveries.list_file(found, words).decode("utf-8-sig").splitlines()
    assert len(lines) == 5
    assert lines[0].startswith("package,lot,zone_id")
    assert any(str(zone_id(4)) in line and "VNPT" in line for line in lines)


# --- The form ----------------------------------------------------------------------------------


def test_the_form_that_was_handed_out_is_read_back(database, authority, viettel, both):
    form = deliveries.report_form(database, viettel)
    document = files.read(form, "mau.xlsx")
    sheet = document.sheets[0]
    rows = [list(row) for row in sheet.rows if str(zone_id(1)) in map(str, row)]
    assert len(rows) == 1
    filled = _fill(form, {str(zone_id(1)): (today(), "4G", -99.5, "7,5", 3, 0.97, today())})
    (row,) = read_reports(files.read(filled, "mau.xlsx")).rows
    assert row.wish.zone_id == zone_id(1)
    assert (row.wish.measured.level_dbm, row.wish.measured.down_mbps) == (-99.5, 7.5)
    sent = on_air.submit_reports(database, viettel, filled, name="mau.xlsx")
    assert sent.totals()["new"] == 1
    with pytest.raises(NotAllowed):
        deliveries.report_form(database, authority)


def _fill(form, told):
    book = openpyxl.load_workbook(io.BytesIO(form))
    sheet = book.active
    for row in sheet.iter_rows(min_row=5):
        facts = told.get(row[2].value)
        for cell, value in zip(row[6:], facts or (), strict=False):
            cell.value = value
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def test_who_was_awarded_nothing_gets_no_form(database, viettel, number):
    with pytest.raises(NothingToDo):
        deliveries.report_form(database, viettel)


# --- The two counts ----------------------------------------------------------------------------


def test_sites_by_the_surest_word(database, authority, viettel, both):
    lot = both[0].lot_id
    with as_owner(database, authority) as connection:
        connection.execute(
            text("INSERT INTO phusong.lot_siting (lot_id, inputs_sha256, asked, households_covered,"
                 " households_total, cost_vnd, bound, gap, chosen_by) VALUES (:lot, 'x', '{}', 1, 1,"
                 " 1, 1, 0, 'thử') ON CONFLICT DO NOTHING"), {"lot": lot},
        )  # fmt: skip
        connection.execute(text("DELETE FROM phusong.lot_site WHERE lot_id = :lot"), {"lot": lot})
        connection.execute(
            text("INSERT INTO phusong.lot_site (lot_id, place, kind, point, commune_code, zone_ids,"
                 " households, cost) VALUES (:lot, 1, 'new', ST_SetSRID(ST_MakePoint(105.6,"
                 " 18.345), 4326), '18100', :zones, 40, '[]')"),
            {"lot": lot, "zones": [zone_id(2)]},
        )  # fmt: skip
    send(database, viettel, 1, 3)
    returned = next(
        each
        for each in on_air.list_reports(database, authority, waiting=True)
        if each.zone_id == zone_id(3)
    )
    acceptance.refuse_report(database, authority, returned.id, "sai vị trí")
    counts = deliveries.count_award(database, authority, both[0].id)
    told = {each.site.label: (each.site.basis, each.site.zone_ids) for each in counts.sites}
    assert told == {
        "P1": (SiteBasis.REPORTED, (zone_id(1),)), "T2-01": (SiteBasis.PROPOSED, (zone_id(2),)),
        "L2-01": (SiteBasis.ZONE, (zone_id(3),)),
    }  # fmt: skip


def test_villages_served_before_are_not_new(database, authority, officer, both):
    # Around zone 1: one village on air before the award, one that another operator serves.
    report(
        database, officer,
        a_zone(11, latitude=18.301, status="confirmed", households=300),
        a_zone(12, latitude=18.302, queue="covered", households=200),
        a_zone(13, latitude=18.303, households=10), a_zone(14, latitude=18.304, status="rejected"),
    )  # fmt: skip
    with as_owner(database, authority) as connection:
        connection.execute(
            text("INSERT INTO phusong.zone_event (zone_id, organisation_id, actor, version, at, before,"
                 " after) VALUES (:zone, :me, 'thử', 1, now() - interval '30 days', '{}',"
                 " '{\"status\": \"on_air\"}')"),
            {"zone": zone_id(11), "me": authority.organisation_id},
        )  # fmt: skip
    counts = deliveries.count_award(database, authority, both[0].id)
    site = next(each for each in counts.sites if each.site.zone_ids == (zone_id(1),))
    assert (site.households, site.new) == (300 + 200 + 10 + 40, 50)
    assert site.share == pytest.approx(50 / 550)
    assert site.minimal
    assert [each.site.label for each in counts.minimal] == [site.site.label]


def test_what_others_plan_by_brute_force(  # noqa: PLR0917 - everybody
    database, authority, viettel, vnpt, officer, both
):
    places = {21: 0.5, 22: 2.9, 23: 3.2, 24: 1}  # kilometres east of zone 1
    report(database, officer, *(
        a_zone(number, longitude=105.6 + km * KM / 0.95, queue="operator")
        for number, km in places.items()
    ))  # fmt: skip
    made = {
        number: promises.record_promise(
            database, authority, "VNPT", zone_id(number), on_air_by=today() + 90 * DAY,
            document="CV 3",
        )
        for number in places
    }  # fmt: skip
    promises.withdraw_promise(database, authority, made[24].id, "thôi")
    del places[24]
    promises.record_promise(
        database, authority, "Viettel", zone_id(21), on_air_by=today() + 90 * DAY, document="CV 4"
    )
    counts = deliveries.count_award(database, authority, both[0].id)
    expected = {}
    for number, km in places.items():
        distance = GEOD.inv(105.6, 18.3, 105.6 + km * KM / 0.95, 18.3)[2]
        if distance <= 3000:
            expected[f"Bản {number}"] = distance
    (near,) = [each for each in counts.near if each.site.zone_ids == (zone_id(1),)]
    told = {what: distance for operator, _, what, distance in near.places}
    assert {operator for operator, *_ in near.places} == {"VNPT"}
    assert told == pytest.approx(expected)


def test_other_awards_and_planned_sites_count_and_ones_own_do_not(
    database, authority, vnpt, viettel, both
):
    with as_owner(database, authority) as connection:
        register = connection.execute(
            text("INSERT INTO phusong.register (organisation_id, file_name, sha256, raw, crs, totals)"
                 " VALUES (:me, 'x', 'x', '', 'EPSG:4326', '{}') RETURNING id"),
            {"me": vnpt.organisation_id},
        ).scalar_one()  # fmt: skip
        for owner, on, code in (
            (vnpt, False, "KH1"), (vnpt, True, "PS1"), (vnpt, None, "KR1"), (viettel, False, "KH2"),
        ):  # fmt: skip
            site = connection.execute(
                text("INSERT INTO phusong.site (register_id, point) VALUES (:register,"
                     " ST_SetSRID(ST_MakePoint(105.601, 18.301), 4326)) RETURNING id"),
                {"register": register},
            ).scalar_one()  # fmt: skip
            connection.execute(
                text("INSERT INTO phusong.site_operator (site_id, operator_id, site_code,"
                     " technologies, on_air, point) VALUES (:site, :owner, :code, '{4G}', :on,"
                     " ST_SetSRID(ST_MakePoint(105.601, 18.301), 4326))"),
                {"site": site, "owner": owner.organisation_id, "code": code, "on": on},
            )  # fmt: skip
    counts = deliveries.count_award(database, authority, both[0].id)
    told = {
        (operator, by.value, what) for near in counts.near for operator, by, what, _ in near.places
    }
    assert told == {("VNPT", "site", "KH1")}
    every = {
        one.award.operator: len(one.near) for one in deliveries.count_awards(database, authority)
    }
    assert every == {"Viettel": 1, "VNPT": 0}


def test_only_the_authority_and_the_auditor_count(  # noqa: PLR0917 - everybody
    database, authority, officer, viettel, auditor, both
):
    assert deliveries.count_awards(database, auditor) == deliveries.count_awards(
        database, authority
    )
    for actor in (officer, viettel):
        with pytest.raises(NotAllowed):
            deliveries.count_awards(database, actor)
        with pytest.raises(NotAllowed):
            deliveries.count_award(database, actor, both[0].id)
    with pytest.raises(NotFound):
        deliveries.count_award(database, authority, zone_id(1))


# --- A zone's fate -----------------------------------------------------------------------------


def test_a_zones_fate_is_told_to_whoever_sees_the_zone(  # noqa: PLR0917 - everybody
    database, authority, officer, viettel, vnpt, both
):
    keys = [zone_id(number) for number in (1, 2, 4)]
    for actor in (authority, officer, viettel, vnpt):
        told = zone_deliveries(database, actor, keys)
        assert {key: one.operator for key, one in told.items()} == {
            zone_id(1): "Viettel", zone_id(2): "Viettel", zone_id(4): "VNPT",
        }  # fmt: skip
    send(database, viettel, 1)
    told = zone_deliveries(database, officer, keys)
    assert (told[zone_id(1)].on_air_on, told[zone_id(1)].state) == (today(), DeliveryState.ON_AIR)
    assert zone_deliveries(database, officer, []) == {}
    report(database, officer, a_zone(31))
    assert zone_deliveries(database, officer, [zone_id(31)]) == {}


def test_a_returned_report_is_not_on_air(database, authority, officer, viettel, both):
    send(database, viettel, 1)
    waiting = on_air.list_reports(database, authority, waiting=True)[0]
    acceptance.refuse_report(database, authority, waiting.id, "thiếu số đo")
    told = zone_deliveries(database, officer, [zone_id(1)])[zone_id(1)]
    assert (told.on_air_on, told.state) == (None, DeliveryState.DUE)


def test_a_verdict_of_the_operator_itself_does_not_make_villages_old(database, authority, both):
    judge(database, authority, zone_id(2), VNPT=100.0)
    with as_owner(database, authority) as connection:
        connection.execute(
            text("UPDATE phusong.verdict SET verdict = 'served' WHERE zone_id = :zone"),
            {"zone": zone_id(2)},
        )
    counts = deliveries.count_award(database, authority, both[0].id)
    site = next(each for each in counts.sites if each.site.zone_ids == (zone_id(2),))
    assert site.new == site.households - 40
