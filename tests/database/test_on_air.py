"""On-air reports in the database: lists and single reports, replaced, accepted, returned; walls."""

import datetime as dt

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from coverage.actions import acceptance, deliveries, on_air
from coverage.actions.zone_history import history
from coverage.coordinates import to_vn2000
from coverage.deliveries import Measured, OnAirWish, Outcome, ReportStatus
from coverage.errors import (
    Conflict,
    DeliveryRefused,
    InputRefused,
    NotAllowed,
    NotFound,
    NothingToDo,
)
from coverage.people import Role
from coverage.storage import audit
from coverage.storage.on_air import Proof
from coverage.surveys import RowStatus
from coverage.towers import Technology
from tests.builders import zone_id
from tests.delivered import (
    a_list,
    a_row,
    asks,
    award,
    published,
    rows,
    send,
    status,
    today,
)
from tests.reported import as_owner, change
from tests.reviewed import person, standing_now

PROOF = Proof("do-kiem.pdf", b"%PDF-1.7 th\xe1\xbb\xad")


@pytest.fixture
def number(database, authority, officer, viettel):
    return published(database, authority, officer)


@pytest.fixture
def given(database, authority, number):
    """Lot 2 (zones 1 to 3) awarded to Viettel."""
    return award(database, authority, number)


def a_wish(zone=1, **facts):
    told = {
        "zone_id": zone_id(zone), "on_air_on": today(), "technology": Technology.G4,
        "measured": Measured(-98.5, 12, 4, 97), "measured_on": today(),
    }  # fmt: skip
    return OnAirWish(**(told | facts))


def reports(database, actor):
    query = "SELECT zone_id, status FROM phusong.on_air_report ORDER BY reported_at, id"
    return [(row.zone_id, row.status) for row in rows(database, actor, query)]


def acts(database, authority):
    with database.transaction(authority) as connection:
        return [entry.act for entry in audit.entries(connection)]


def rules(row):
    return [found.rule for found in row.findings]


# --- Lists -------------------------------------------------------------------------------------


def test_a_list_is_checked_without_writing_then_taken(database, authority, viettel, given):
    content = a_list(a_row(1), a_row(2))
    before = acts(database, authority)
    checked = on_air.check_reports(database, viettel, content, name="bao-cao.xlsx")
    assert checked.totals() == {"rows": 2, "accepted": 2, "warned": 0, "rejected": 0, "new": 2}
    assert (reports(database, viettel), acts(database, authority)) == ([], before)
    assert status(database, authority, 1, 2) == ["awarded"] * 2
    sent = on_air.submit_reports(database, viettel, content, name="bao-cao.xlsx")
    assert sent.file_id is not None
    assert status(database, authority, 1, 2, 3) == ["on_air", "on_air", "awarded"]
    assert dict(reports(database, viettel)) == {zone_id(1): "reported", zone_id(2): "reported"}
    kept = rows(database, viettel, "SELECT file_name, raw, sha256 FROM phusong.on_air_file")
    assert [(one.file_name, bytes(one.raw), one.sha256) for one in kept] == [
        ("bao-cao.xlsx", content, sent.sha256)
    ]
    assert acts(database, authority) == [*before, "on_air.reported"]


def test_the_same_list_again_changes_nothing(database, authority, viettel, given):
    content = a_list(a_row(1), a_row(2))
    on_air.submit_reports(database, viettel, content, name="a.xlsx")
    before = acts(database, authority)
    again = on_air.submit_reports(database, viettel, content, name="a.xlsx")
    assert (again.file_id, again.totals()["new"]) == (None, 0)
    assert [rules(row) for row in again.rows] == [["on_air.unchanged"]] * 2
    assert acts(database, authority) == before
    assert len(reports(database, viettel)) == 2


def test_good_rows_are_taken_and_wrong_ones_told(database, authority, viettel, given):
    later = today() + dt.timedelta(days=3)
    content = a_list(
        a_row(1), a_row(2, day=f"{later:%d/%m/%Y}"), a_row(4), a_row(1, level="yếu"),
        a_row(3, zone="", village="Bản Lạ"),
    )  # fmt: skip
    sent = on_air.submit_reports(database, viettel, content, name="a.xlsx")
    assert [(row.wish.row, row.status) for row in sent.rows] == [
        (5, RowStatus.ACCEPTED), (6, RowStatus.REJECTED), (7, RowStatus.REJECTED),
        (8, RowStatus.REJECTED), (9, RowStatus.REJECTED),
    ]  # fmt: skip
    assert "on_air.date_to_come" in rules(sent.rows[1])
    assert "on_air.zone_not_yours" in rules(sent.rows[2])
    told = [(found.rule, found.column) for found in sent.rows[3].findings]
    assert ("on_air.figure_unreadable", "F") in told
    assert "on_air.zone_twice" in rules(sent.rows[3])
    assert rules(sent.rows[4]) == ["on_air.village_unknown"]
    assert status(database, authority, 1, 2, 4) == ["on_air", "awarded", "in_package"]


def test_a_zone_is_found_by_its_label_or_its_village(database, authority, viettel, given):
    content = a_list(
        a_row(1, zone="", village="BẢN NA HAI"), a_row(2, zone="L2-03", village=""),
    )  # fmt: skip
    checked = on_air.check_reports(database, viettel, content, name="a.xlsx")
    assert [row.zone.label for row in checked.rows if row.zone] == ["L2-02", "L2-03"]
    assert [rules(row) for row in checked.rows] == [["on_air.matched"]] * 2
    by_id = on_air.check_reports(database, viettel, a_list(a_row(1)), name="a.xlsx").rows[0]
    assert by_id.zone.label == "L2-02"


def test_an_ambiguous_village_is_told_with_all_it_may_be(database, authority, viettel, given):
    change(database, authority, zone_id(2), village="Bản Na Hai", village_key="bản na hai")
    content = a_list(a_row(1, zone="", village="Bản Na Hai"))
    (row,) = on_air.check_reports(database, viettel, content, name="a.xlsx").rows
    assert rules(row) == ["on_air.zone_ambiguous"]
    assert "L2-02" in row.findings[0].message()


def test_a_newer_report_takes_the_place_of_the_one_that_waits(database, authority, viettel, given):
    send(database, viettel, 1)
    sent = send(database, viettel, 1, level=-101)
    assert rules(sent.rows[0]) == ["on_air.replaces"]
    assert reports(database, viettel) == [(zone_id(1), "replaced"), (zone_id(1), "reported")]
    assert status(database, authority, 1) == ["on_air"]


def test_a_site_in_vn2000_is_carried_and_one_far_away_told(database, viettel, given):
    (east,), (north,) = to_vn2000(9209, [105.61], [18.305])
    headings = ["Mã vùng", "Ngày phát sóng", "Công nghệ", "RSRP", "Ngày đo",
                "X (VN-2000, KTT 105°30', múi 3°)", "Y"]  # fmt: skip
    day = f"{today():%d/%m/%Y}"
    content = a_list(
        (str(zone_id(1)), day, "4G", -98, day, round(north, 2), round(east, 2)),
        (str(zone_id(2)), day, "4G", -98, day, "chưa rõ 12", ""),
        headings=headings,
    )  # fmt: skip
    first, second = on_air.check_reports(database, viettel, content, name="a.xlsx").rows
    assert first.wish.latitude == pytest.approx(18.305, abs=1e-6)
    assert first.wish.longitude == pytest.approx(105.61, abs=1e-6)
    assert "on_air.position_doubtful" in rules(second)
    assert second.status is RowStatus.WARNED
    far = on_air.check_reports(
        database, viettel, a_list(a_row(1, latitude=18.36)), name="a.xlsx"
    ).rows[0]
    assert rules(far) == ["on_air.site_far"]


def test_who_was_awarded_nothing_has_nothing_to_report(database, operator, viettel, number):
    with pytest.raises(NothingToDo):
        on_air.check_reports(database, viettel, a_list(a_row(1)), name="a.xlsx")


def test_a_file_that_is_no_list_is_refused(database, viettel, given):
    for content, rule in (
        (b"a;b\n1;2\n", "on_air.no_columns"),
        (a_list(), "on_air.no_rows"),
        (a_list((1, str(zone_id(1)), "Bản 1")), "on_air.no_rows"),
    ):
        with pytest.raises(InputRefused) as told:
            on_air.check_reports(database, viettel, content, name="a.csv")
        assert told.value.findings[-1].rule == rule


# --- One by one --------------------------------------------------------------------------------


def test_one_report_with_its_proof(database, authority, viettel, given):
    made = on_air.report(database, viettel, a_wish(note="  trạm   mới "), PROOF)
    assert (made.status, made.note, made.proof_name) == (
        ReportStatus.REPORTED, "trạm mới", "do-kiem.pdf",
    )  # fmt: skip
    kept, media_type = acceptance.proof_of(database, authority, made.id)
    assert (kept, media_type) == (PROOF, "application/pdf")
    assert status(database, authority, 1) == ["on_air"]
    moved = history(database, authority, zone_id(1))[-1]
    assert (moved.organisation, moved.status_to.value) == ("Viettel", "on_air")


def test_what_is_wrong_with_one_report_is_told_together(database, viettel, given):
    wish = a_wish(9, on_air_on=None, technology=None, measured=Measured(level_dbm=12))
    with pytest.raises(DeliveryRefused) as told:
        on_air.report(database, viettel, wish)
    assert [found.rule for found in told.value.findings] == [
        "on_air.zone_not_yours", "on_air.date_missing", "on_air.technology_missing",
        "on_air.level_unlikely",
    ]  # fmt: skip
    with pytest.raises(InputRefused):
        on_air.report(database, viettel, a_wish(), Proof("a.html", b"<html><script>"))
    assert reports(database, viettel) == []


def test_the_same_report_again_is_nothing_new(database, viettel, given):
    on_air.report(database, viettel, a_wish())
    with pytest.raises(Conflict) as told:
        on_air.report(database, viettel, a_wish())
    assert told.value.facts["reason"] == "nothing_new"
    again = on_air.report(database, viettel, a_wish(), PROOF)
    assert again.proof_name == "do-kiem.pdf"


def test_only_operators_report(database, authority, officer, auditor, given):
    for actor in (authority, officer, auditor):
        with pytest.raises(NotAllowed):
            on_air.report(database, actor, a_wish())


# --- Answering ---------------------------------------------------------------------------------


def the_report(database, authority, given, key=1):
    seen = deliveries.see_award(database, authority, given.id)
    return next(one for one in seen.zones if one.zone.zone_id == zone_id(key))


def test_an_accepted_report_confirms_its_zone(database, authority, viettel, number):
    asks(database, authority)
    given = award(database, authority, number)
    send(database, viettel, 1)
    seen = the_report(database, authority, given)
    assert [one.outcome for one in seen.acceptance.checks] == [Outcome.MET] * 5
    done = acceptance.accept_report(database, authority, seen.report.id)
    assert (done.status, done.answered_by) == (ReportStatus.ACCEPTED, authority.name)
    assert status(database, authority, 1) == ["confirmed"]
    with pytest.raises(Conflict) as told:
        acceptance.accept_report(database, authority, seen.report.id)
    assert told.value.facts["reason"] == "report_answered"
    (row,) = on_air.check_reports(database, viettel, a_list(a_row(1)), name="a.xlsx").rows
    assert rules(row) == ["on_air.confirmed_already"]


@pytest.mark.parametrize(
    ("facts", "short"),
    [
        ({"level": -111}, {"level_dbm": Outcome.NOT_MET}),
        ({"down": "", "availability": ""},
         {"down_mbps": Outcome.NOT_MEASURED, "availability_percent": Outcome.NOT_MEASURED}),
        ({"technology": "3G"}, {"technology": Outcome.NOT_MET}),
    ],
)  # fmt: skip
def test_what_is_not_met_is_accepted_with_a_reason_only(  # noqa: PLR0917 - everybody
    database, authority, viettel, number, facts, short
):
    asks(database, authority)
    given = award(database, authority, number)
    send(database, viettel, 1, **facts)
    seen = the_report(database, authority, given)
    assert {one.measure.value: one.outcome for one in seen.acceptance.short} == short
    with pytest.raises(Conflict) as told:
        acceptance.accept_report(database, authority, seen.report.id, " ")
    assert told.value.facts["reason"] == "accept_needs_reason"
    acceptance.accept_report(database, authority, seen.report.id, "đo lại đạt")
    reason = standing_now(database, authority, zone_id(1)).zone.status_reason
    assert reason.endswith("đo lại đạt")


def test_a_package_that_asks_nothing_says_so(database, authority, viettel, given):
    send(database, viettel, 1)
    seen = the_report(database, authority, given)
    assert {one.outcome for one in seen.acceptance.checks} == {Outcome.NOT_ASKED}
    acceptance.accept_report(database, authority, seen.report.id)


def test_criteria_that_came_after_the_package_do_not_count(database, authority, viettel, given):
    with as_owner(database, authority) as connection:
        connection.execute(
            text("INSERT INTO phusong.criteria_set (name, document, official, thresholds, valid_from)"
                 " VALUES ('Bộ mới', 'CV 9', true, '{\"reach_m\": 3000, \"service\": {\"4G\":"
                 " {\"level_dbm\": -80}}}', '2022-01-01')")
        )  # fmt: skip
    send(database, viettel, 1)
    seen = the_report(database, authority, given)
    assert {one.outcome for one in seen.acceptance.checks} == {Outcome.NOT_ASKED}


def test_a_returned_report_leaves_the_award_as_it_was(database, authority, viettel, given):
    send(database, viettel, 1)
    seen = the_report(database, authority, given)
    with pytest.raises(Conflict) as told:
        acceptance.refuse_report(database, authority, seen.report.id, "")
    assert told.value.facts["reason"] == "refuse_needs_reason"
    acceptance.refuse_report(database, authority, seen.report.id, "thiếu ảnh đo")
    assert status(database, authority, 1) == ["awarded"]
    seen = the_report(database, viettel, given)
    assert (seen.report.status, seen.report.answer) == (ReportStatus.REFUSED, "thiếu ảnh đo")
    active = "SELECT active FROM phusong.lot_zone WHERE zone_id = :id"
    assert [row.active for row in rows(database, authority, active, id=zone_id(1))] == [True]
    send(database, viettel, 1)
    assert status(database, authority, 1) == ["on_air"]


def test_only_who_plans_answers(  # noqa: PLR0917 - everybody
    database, authority, officer, viettel, auditor, given
):
    send(database, viettel, 1)
    report = the_report(database, authority, given).report
    reviewer = person(authority, "An")
    for actor in (officer, viettel, auditor, reviewer):
        with pytest.raises(NotAllowed):
            acceptance.accept_report(database, actor, report.id)
    planner = person(authority, "Lan", Role.PLANNER)
    acceptance.accept_report(database, planner, report.id)
    with pytest.raises(NotFound):
        acceptance.accept_report(database, planner, zone_id(1))


# --- Walls -------------------------------------------------------------------------------------


def test_measurements_are_the_operators_and_the_authoritys(  # noqa: PLR0917 - everybody
    database, authority, officer, viettel, auditor, operator, given
):
    send(database, viettel, 1)
    report = the_report(database, authority, given).report
    vnpt = operator("VNPT")
    for actor, sees in ((viettel, 1), (auditor, 1), (authority, 1), (officer, 0), (vnpt, 0)):
        assert len(reports(database, actor)) == sees
        assert len(rows(database, actor, "SELECT 1 FROM phusong.on_air_file")) == sees
    for actor in (officer, vnpt):
        with pytest.raises(NotFound):
            acceptance.proof_of(database, actor, report.id)
    told = rows(database, officer, "SELECT * FROM phusong.on_air_told(:z)", z=[zone_id(1)])
    assert [(row.on_air_on, row.status) for row in told] == [(today(), "reported")]
    with pytest.raises(NotFound):
        deliveries.see_award(database, vnpt, given.id)


def test_an_operator_moves_no_zone_but_its_own(database, authority, viettel, operator, given):
    vnpt = operator("VNPT")
    asked = {"zones": [zone_id(number) for number in (1, 2, 3, 4)]}
    moving = text("SELECT phusong.go_on_air(:zones, 'tôi', 'vì thế')")
    with database.transaction(vnpt) as connection:
        assert connection.execute(moving, asked).all() == []
    with pytest.raises(DBAPIError), database.transaction(authority) as connection:
        connection.execute(moving, asked)
    with database.transaction(viettel) as connection:
        moved = connection.execute(moving, asked).scalars().all()
    assert set(moved) == {zone_id(1), zone_id(2), zone_id(3)}


def test_an_operator_writes_no_report_for_others_and_answers_none(
    database, authority, viettel, operator, given
):
    send(database, viettel, 1)
    vnpt = operator("VNPT")
    adding = (
        "INSERT INTO phusong.on_air_report (award_id, zone_id, operator_id, on_air_on, technology,"
        " reported_by) VALUES (:award, :zone, :me, now()::date, '4G', 'tôi')"
    )
    tries = [
        (vnpt, adding, {"zone": zone_id(2), "me": vnpt.organisation_id}),
        (vnpt, adding, {"zone": zone_id(2), "me": viettel.organisation_id}),
        (viettel, adding, {"zone": zone_id(4), "me": viettel.organisation_id}),
        (viettel, "UPDATE phusong.on_air_report SET status = 'accepted', answered_at = now(),"
                  " answered_by = 'tôi' WHERE award_id = :award", {}),
        (viettel, "UPDATE phusong.on_air_report SET level_dbm = -60 WHERE award_id = :award", {}),
    ]  # fmt: skip
    for actor, statement, facts in tries:
        with pytest.raises(DBAPIError), database.transaction(actor) as connection:
            connection.execute(text(statement), {"award": given.id, **facts})
