"""Submitting a survey: what is kept, what becomes of zones, who sees it, what a second file changes."""

import pytest
from sqlalchemy import text

from coverage.actions import surveys
from coverage.actions.people import act_for
from coverage.audit import first_broken
from coverage.errors import Conflict, InputRefused, NotAllowed, NotFound, NothingToDo
from coverage.people import OrganisationKind, Role
from coverage.storage import audit
from coverage.storage import places as stored_places
from coverage.storage.people import ensure_organisation
from coverage.vietnamese import name_key
from tests.reported import approve, as_owner
from tests.small_country import NOW
from tests.small_country_lists import in_force
from tests.surveys import HEADER, point, row

A, B, C = "Xã Tân An", "Xã Mường Nhé", "Xã Sơn Hà"


@pytest.fixture
def places(database, authority):
    in_force(database, authority)
    with database.transaction(authority) as connection:
        stored_places.set_exact(connection, NOW)


@pytest.fixture
def officer(places, province):
    return province("15")


@pytest.fixture
def neighbour(places, province):
    return province("10")


def csv(*rows, header=HEADER):
    return "\n".join(",".join(map(str, cells)) for cells in (header, *rows)).encode()


def submit(database, officer, *rows, name="tep.csv", **more):
    return surveys.submit(database, officer, csv(*rows), name, officer.province_code, **more)


def zones(database, actor):
    """Return village → (households, status, version, id), of all that the actor sees."""
    with database.transaction(actor) as connection:
        return {
            found.village: (found.households, found.status, found.version, found.id)
            for found in connection.execute(text("SELECT * FROM phusong.zone ORDER BY village"))
        }


def counts(database, actor):
    with database.transaction(actor) as connection:
        return tuple(
            connection.execute(text(f"SELECT count(*) FROM phusong.{table}")).scalar_one()
            for table in ("submission", "survey_row", "zone", "column_mapping", "audit_entry")
        )


def test_a_check_writes_nothing(database, officer, authority):
    before = counts(database, authority)
    report = surveys.check(database, officer, csv(row(1, A, "Bản Một")), "tep.csv", "15")
    assert report.totals() == {"rows": 1, "accepted": 1, "warned": 0, "rejected": 0}
    assert counts(database, authority) == before


def test_a_submission_keeps_the_file_every_row_and_zones_of_the_good_ones(database, officer):
    content = csv(row(1, A, "Bản Một"), row(2, B, "Bản Hai", "khoảng 50"), row(3, C, "Bản Ba", 70))
    receipt = surveys.submit(database, officer, content, "tep.csv", "15")
    assert dict(receipt.totals) == {
        "rows": 3, "accepted": 2, "warned": 0, "rejected": 1, "zones_added": 2, "zones_changed": 0,
    }  # fmt: skip
    assert surveys.raw_file(database, officer, receipt.number) == ("tep.csv", content)
    again = surveys.get_submission(database, officer, receipt.number)
    assert again.report.as_json() == receipt.report.as_json()
    assert again.report.rows[1].cells["Số hộ"] == "khoảng 50"
    assert {name: facts[:3] for name, facts in zones(database, officer).items()} == {
        "Bản Một": (50, "reported", 1), "Bản Ba": (70, "reported", 1),
    }  # fmt: skip
    with database.transaction(officer) as connection:
        linked = connection.execute(
            text("SELECT row, zone_id IS NULL FROM phusong.survey_row ORDER BY position")
        ).all()
        last = list(audit.entries(connection))[-1]
    assert [tuple(one) for one in linked] == [(2, False), (3, True), (4, False)]
    assert (last.act, last.subject) == ("survey.submitted", str(receipt.number))


def test_the_zone_says_what_the_row_says(database, officer):
    header = [*HEADER, "Số khẩu", "Hiện trạng sóng", "Điện lưới", "ĐBKK"]
    cells = [*row(1, A, "Bản Một"), 210, "Trắng sóng", "Có", "Có"]
    surveys.submit(database, officer, csv(cells, header=header), "tep.csv", "15")
    with database.transaction(officer) as connection:
        found = connection.execute(
            text("SELECT *, ST_Y(point) AS latitude, ST_X(point) AS longitude FROM phusong.zone")
        ).one()
    assert (found.latitude, found.longitude) == point(A, 1)
    assert (found.province_code, found.commune_code, found.declared_commune_code) == (
        "15", "00001", "00001",
    )  # fmt: skip
    assert (found.vintage, found.village_key, found.population) == (NOW, name_key("Bản Một"), 210)
    assert (found.signal, found.grid_power, found.specially_difficult) == ("none", True, True)
    assert found.queue == "fund"
    assert "295/2025" in found.queue_reason


def test_facts_that_are_not_stated_stay_unknown_and_undecided(database, officer):
    submit(database, officer, row(1, A, "Bản Một"))
    with database.transaction(officer) as connection:
        found = connection.execute(text("SELECT * FROM phusong.zone")).one()
    assert (found.signal, found.grid_power, found.specially_difficult, found.population) == (
        None,
    ) * 4
    assert found.queue == "undecided"


def test_the_same_file_again_changes_nothing_and_gives_the_same_receipt(
    database, officer, authority
):
    first = submit(database, officer, row(1, A, "Bản Một"))
    before = counts(database, authority)
    again = submit(database, officer, row(1, A, "Bản Một"), name="ten khac.csv")
    assert again.already
    assert (again.number, again.id, again.file_name) == (first.number, first.id, "tep.csv")
    assert again.report.as_json() == first.report.as_json()
    assert counts(database, authority) == before


def test_a_corrected_file_updates_its_zones_and_makes_no_twins(database, officer):
    submit(database, officer, row(1, A, "Bản Một"), row(2, B, "Bản Hai"))
    before = zones(database, officer)
    moved = row(1, A, "Thôn Một", 61)
    moved[2:5] = ["bản một", moved[3] + 0.001, moved[4]]
    receipt = submit(database, officer, moved, row(2, B, "Bản Hai"), row(3, C, "Bản Ba"))
    assert (receipt.totals["zones_added"], receipt.totals["zones_changed"]) == (1, 1)
    after = zones(database, officer)
    assert after["bản một"] == (61, "reported", 2, before["Bản Một"][3])
    assert after["Bản Hai"] == before["Bản Hai"]
    assert len(after) == 3


def test_a_file_that_replaces_another_knows_villages_that_moved_and_withdraws_the_rest(
    database, officer
):
    first = submit(database, officer, row(1, A, "Bản Một"), row(2, B, "Bản Hai"))
    before = zones(database, officer)
    moved = row(1, A, "Bản Một")
    moved[3] = round(moved[3] + 0.03, 6)  # three kilometres
    second = submit(database, officer, moved, replaces=first.number)
    after = zones(database, officer)
    assert after["Bản Một"] == (50, "reported", 2, before["Bản Một"][3])
    assert after["Bản Hai"][1] == "withdrawn"
    assert second.totals["zones_withdrawn"] == 1
    statuses = {one.number: one.status for one in surveys.list_submissions(database, officer)}
    assert statuses == {first.number: "replaced", second.number: "submitted"}
    with pytest.raises(Conflict):
        submit(database, officer, row(5, A, "Bản Năm"), replaces=first.number)


def test_all_or_nothing(database, officer, authority):
    before = counts(database, authority)
    rows = row(1, A, "Bản Một"), row(2, B, "Bản Hai", -5)
    with pytest.raises(InputRefused) as refused:
        submit(database, officer, *rows, all_or_nothing=True)
    assert [told.rule for told in refused.value.findings] == ["survey.rows_rejected"]
    assert counts(database, authority) == before
    assert submit(database, officer, rows[0], all_or_nothing=True).totals["zones_added"] == 1


def test_a_refused_file_leaves_the_database_as_it_was(database, officer, authority):
    before = counts(database, authority)
    for content in (
        b"",
        b"\x00\x01\x02 nothing",
        b"PK\x03\x04 broken",
        "Kính gửi,ông\n1,2\n".encode(),
    ):
        with pytest.raises(InputRefused):
            surveys.submit(database, officer, content, "tep.xlsx", "15")
    assert counts(database, authority) == before


def test_withdrawing(database, officer, authority):
    first = submit(database, officer, row(1, A, "Bản Một"), row(2, B, "Bản Hai"))
    second = submit(database, officer, row(1, A, "Bản Một", 99), row(3, C, "Bản Ba"))
    assert zones(database, officer)["Bản Một"][0] == 99
    surveys.withdraw(database, officer, second.number)
    after = zones(database, officer)
    assert after["Bản Một"][:2] == (50, "reported")  # back to what the first file says
    assert after["Bản Ba"][1] == "withdrawn"
    with pytest.raises(Conflict):
        surveys.withdraw(database, officer, second.number)
    surveys.withdraw(database, officer, first.number)
    assert {facts[1] for facts in zones(database, officer).values()} == {"withdrawn"}
    third = submit(database, officer, row(1, A, "Bản Một", 77))
    assert third.totals["zones_added"] == 0  # its permanent id is taken up again
    assert zones(database, officer)["Bản Một"][:2] == (77, "reported")
    with database.transaction(authority) as connection:
        assert first_broken(audit.entries(connection)) is None


def test_what_is_under_review_is_neither_withdrawn_nor_changed(database, officer, authority):
    receipt = submit(database, officer, row(1, A, "Bản Một"))
    approve(database, authority)
    with pytest.raises(Conflict):
        surveys.withdraw(database, officer, receipt.number)
    submit(database, officer, row(1, A, "Bản Một", 88))
    assert zones(database, officer)["Bản Một"][:3] == (50, "approved", 3)


def test_a_mapping_is_remembered_for_the_next_file_with_the_same_header(database, officer):
    header = ["STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số nhà"]
    first = csv(row(1, A, "Bản Một", 33), header=header)
    surveys.submit(database, officer, first, "a.csv", "15", mapping={"Số nhà": "households"})
    second = csv(row(2, B, "Bản Hai", 44), header=header)
    report = surveys.check(database, officer, second, "b.csv", "15")
    assert report.rows[0].households == 44
    assert [told.rule for told in report.findings] == ["column.mapping_remembered"]


def test_a_mapping_said_later_reads_the_same_file_anew(database, officer):
    header = ["STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số nhà"]
    content = csv(row(1, A, "Bản Một", 33), header=header)
    first = surveys.submit(database, officer, content, "a.csv", "15")
    assert first.totals["rejected"] == 1
    second = surveys.submit(database, officer, content, "a.csv", "15", mapping={"F": "households"})
    assert (second.totals["accepted"], second.already) == (1, False)
    statuses = {one.number: one.status for one in surveys.list_submissions(database, officer)}
    assert statuses == {first.number: "replaced", second.number: "submitted"}


def test_another_province_tells_its_name_and_the_distance_only(
    database, officer, neighbour, authority
):
    header = ["Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ"]
    own = csv(["Xã Mường Nhé", "Bản Đông", 22.151234, 104.198512, 40], header=header)
    theirs = csv(["Xã Hòa Bình", "Bản Tây", 22.151234, 104.201512, 40], header=header)
    surveys.submit(database, neighbour, theirs, "b.csv", "10")
    report = surveys.check(database, officer, own, "a.csv", "15")
    (told,) = report.rows[0].findings
    assert told.rule == "duplicate.other_province"
    assert told.facts["province"] == "Tỉnh Điện Biên"
    assert int(told.facts["distance_m"]) == pytest.approx(309, abs=2)
    assert "Bản Tây" not in told.message()
    assert zones(database, officer) == {}
    assert set(zones(database, authority)) == {"Bản Tây"}


def test_a_province_sees_its_own_submissions_only(database, officer, neighbour, authority):
    receipt = submit(database, officer, row(1, A, "Bản Một"))
    assert surveys.list_submissions(database, neighbour) == []
    for refused in (surveys.get_submission, surveys.raw_file, surveys.withdraw):
        with pytest.raises(NotFound):
            refused(database, neighbour, receipt.number)
    assert [one.number for one in surveys.list_submissions(database, authority)] == [receipt.number]
    assert surveys.get_submission(database, authority, receipt.number).number == receipt.number


def test_who_may_submit(database, officer, authority):
    with pytest.raises(NotAllowed):
        surveys.submit(database, officer, csv(row(1, A, "Bản Một")), "a.csv", "10")
    with pytest.raises(NotAllowed):
        surveys.check(database, officer, csv(row(1, A, "Bản Một")), "a.csv", "10")
    with pytest.raises(NotAllowed):
        surveys.submit(database, authority, csv(row(1, A, "Bản Một")), "a.csv", "15")
    with pytest.raises(NotFound):
        surveys.check(database, authority, csv(row(1, A, "Bản Một")), "a.csv", "99")


def test_the_template_reads_back_without_a_finding(database, officer):
    content = surveys.template(database, officer, "15")
    report = surveys.check(database, officer, content, "mau.xlsx", "15")
    assert report.totals() == {"rows": 1, "accepted": 1, "warned": 0, "rejected": 0}
    assert (report.findings, report.rows[0].findings) == ((), ())
    with pytest.raises(InputRefused):
        surveys.submit(database, officer, content, "mau.xlsx", "15")


def test_no_template_is_made_where_no_point_could_be_checked(database, officer):
    run = "UPDATE phusong.unit SET area = NULL WHERE level = 'commune' AND province_code = '15'"
    with as_owner(database, officer) as connection:
        connection.execute(text(run))
    with pytest.raises(NothingToDo):
        surveys.template(database, officer, "15")


def test_cells_that_a_database_cannot_hold_are_kept_as_far_as_it_can(database, officer):
    """A feature's text may hold what no spreadsheet can: NUL, half of a surrogate pair."""
    latitude, longitude = point(A, 1)
    content = (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":'
        '{"ten_thon":"B\\u0000ản \\ud800Một","xa":"Xã Tân An","so_ho":50,"ghi_chu":"\\u0000\\\\u0000"},'
        f'"geometry":{{"type":"Point","coordinates":[{longitude},{latitude}]}}}}]}}'
    ).encode()
    receipt = surveys.submit(database, officer, content, "a.geojson", "15")
    assert receipt.totals["zones_added"] == 1
    surveys.get_submission(database, officer, receipt.number)


def test_two_provinces_may_send_the_same_file(database, officer, neighbour):
    rows = row(1, A, "Bản Một")
    submit(database, officer, rows)
    receipt = submit(database, neighbour, rows)
    assert receipt.totals["rejected"] == 1
    assert not receipt.already


def test_officers_act_for_provinces_that_exist(database, authority, places):
    with database.transaction(authority) as connection:
        ensure_organisation(connection, OrganisationKind.PROVINCE, "Sở KH&CN 15", "15")
    with pytest.raises(NotFound):
        act_for(database, OrganisationKind.PROVINCE, Role.PROVINCE_OFFICER, "x", province_code="77")
