"""What rows tell about one another and about what was reported before."""

import pytest

from coverage.intake.crowds import Nearness
from coverage.zones import ZoneStatus
from tests.builders import a_zone
from tests.surveys import HEADER, checked, grid, point, report, row, rules

A, B = "Xã Tân An", "Xã Mường Nhé"


def test_the_later_of_two_rows_is_rejected_and_names_the_earlier():
    found = report([HEADER, row(1, A, "Bản Một"), row(2, B, "Bản Hai"), row(1, A, "bản một")])
    assert [r.status for r in found.rows] == ["accepted", "accepted", "rejected"]
    (told,) = found.rows[2].findings
    assert (told.rule, told.column, told.facts["row"]) == ("duplicate.in_file", "C", "2")
    assert found.rows[2].commune_code == "00001"


def test_a_row_may_repeat_one_that_was_rejected():
    found = report([HEADER, row(1, A, "Bản Một", "khoảng 50"), row(1, A, "Bản Một", 50)])
    assert [r.status for r in found.rows] == ["rejected", "accepted"]


def test_a_repetition_in_another_sheet_names_the_sheet():
    found = checked(
        grid([HEADER, row(1, A, "Bản Một")], name="Quý 3"),
        grid([HEADER, row(1, A, "Bản Một")], name="Quý 4"),
    ).report
    assert "Quý 3" in found.rows[1].findings[0].message()


def test_one_point_for_several_villages_is_told_on_each():
    rows = [HEADER, row(1, A, "Bản Một"), row(1, A, "Bản Hai"), row(1, A, "Bản Ba")]
    found = report(rows)
    assert [rules(r) for r in found.rows] == [["coordinate.shared"]] * 3
    assert {r.status for r in found.rows} == {"warned"}
    assert found.rows[0].findings[0].column == "D"


def test_more_villages_in_a_cell_than_there_can_be():
    rows = []
    for number in range(10):
        cells = row(1, A, f"Thôn {number}")
        cells[3] += number * 1e-4
        rows.append(cells)
    found = report([HEADER, *rows], nearness=Nearness(villages_per_cell=9))
    assert [rules(r) for r in found.rows] == [["coordinate.crowded"]] * 10
    assert rules(report([HEADER, *rows], nearness=Nearness(villages_per_cell=10)).rows[0]) == []


def a_known(number=1, village="Bản Một", status=ZoneStatus.REPORTED):
    latitude, longitude = point(A, 1)
    return a_zone(
        number, village=village, latitude=latitude + 0.001, longitude=longitude, status=status
    )


def test_a_village_reported_before_is_known_again():
    zone = a_known()
    found = checked(grid([HEADER, row(1, A, "Bản Một"), row(2, A, "Bản Hai")]), zones=[zone])
    assert [rules(r) for r in found.report.rows] == [["duplicate.reported_before"], []]
    assert found.report.rows[0].status == "accepted"
    assert found.zones == {0: zone}


def test_a_name_alike_is_only_a_warning():
    found = checked(
        grid([HEADER, row(1, A, "Trù Lúng Dưới")]), zones=[a_known(village="Trù Lủng Dưới")]
    )
    assert [rules(r) for r in found.report.rows] == [["duplicate.likely_reported"]]
    assert found.report.rows[0].status == "warned"
    assert found.zones == {}


def test_a_withdrawn_zone_is_taken_up_again_without_a_word():
    zone = a_known(status=ZoneStatus.WITHDRAWN)
    found = checked(grid([HEADER, row(1, A, "Bản Một")]), zones=[zone])
    assert rules(found.report.rows[0]) == []
    assert found.zones == {0: zone}


def test_a_rejected_row_is_no_zone():
    found = checked(grid([HEADER, row(1, A, "Bản Một", -3)]), zones=[a_known()])
    assert found.zones == {}


def test_other_provinces_tell_their_name_and_the_distance_only():
    asked = {}

    def others_near(latitudes, longitudes):
        asked.update(points=list(zip(latitudes, longitudes, strict=True)))
        return {1: ("Tỉnh Điện Biên", 321.4)}

    rows = [HEADER, row(1, A, "Bản Một"), [2, A, "Bản Không", "", "", 4], row(3, B, "Bản Ba")]
    found = report(rows, others_near=others_near)
    assert asked["points"] == [point(A, 1), point(B, 3)]
    assert [rules(r) for r in found.rows] == [
        [], ["coordinate.missing"], ["duplicate.other_province"],
    ]  # fmt: skip
    told = found.rows[2].findings[0]
    assert dict(told.facts) == {"province": "Tỉnh Điện Biên", "distance_m": "321"}


@pytest.mark.parametrize("within", [10.0, 1000.0])
def test_how_near_is_the_same_is_a_setting(within):
    moved = row(1, A, "Bản Một")
    moved[3] = round(moved[3] + 0.004, 6)  # 440 m
    found = report([HEADER, row(1, A, "Bản Một"), moved], nearness=Nearness(duplicate_m=within))
    assert found.rows[1].status == ("rejected" if within == 1000.0 else "accepted")
