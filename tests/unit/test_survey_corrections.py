"""A row corrected on the page: what is typed stands for the cells, and is checked like them."""

import datetime as dt

import pytest

from coverage.findings import Language
from coverage.intake.corrections import Correction, correction_of
from coverage.intake.fields import Field
from tests.surveys import HEADER, checked, grid, point, row, rules

A, B = "Xã Tân An", "Xã Mường Nhé"
AT = dt.datetime(2026, 1, 5, 2, 30, tzinfo=dt.UTC)


def correct(place, number, sheet="DS", **typed):
    texts = {Field(name): text for name, text in typed.items()}
    return Correction(place, sheet, number, texts, "Nguyễn Thị Thử", AT)


def report(*corrections, rows=None, header=HEADER):
    rows = rows or [row(1, A, "Bản Một"), row(2, A, "Bản Hai", households="khoảng 50")]
    return checked(grid([header, *rows]), corrections=corrections).report


def test_households_typed_are_taken_and_told():
    before, after = report(), report(correct(1, 3, households="45"))
    assert before.rows[1].status == "rejected"
    mended = after.rows[1]
    assert (mended.status, mended.households) == ("accepted", 45)
    assert rules(mended) == ["survey.corrected"]
    (told,) = mended.findings
    assert "số hộ “khoảng 50” → “45”" in told.message()
    assert "09:30 05/01/2026" in told.message()
    assert "households “khoảng 50” → “45”" in told.message(Language.EN)


def test_other_rows_and_the_raw_cells_stay():
    before, after = report(), report(correct(1, 3, households="45"))
    assert after.rows[0] == before.rows[0]
    assert after.rows[1].cells == before.rows[1].cells
    assert after.rows[1].cells["F"] == "khoảng 50"


def test_what_is_typed_is_checked_by_the_same_rules():
    found = report(correct(1, 3, households="vài chục")).rows[1]
    assert found.status == "rejected"
    assert "households.unreadable" in rules(found)
    assert found.findings[0].value == "vài chục"


def test_a_position_typed_lies_in_its_commune_or_not():
    latitude, longitude = point(A, 3)
    fine = report(correct(0, 2, latitude=f"{latitude}", longitude=f"{longitude}")).rows[0]
    assert (fine.latitude, fine.longitude, fine.commune_code) == (latitude, longitude, "00001")
    north, east = point(B, 3)
    far = report(correct(0, 2, latitude=f"{north}", longitude=f"{east}")).rows[0]
    assert (far.status, "coordinate.outside_commune" in rules(far)) == ("rejected", True)


def test_a_position_emptied_is_missing():
    found = report(correct(0, 2, latitude="", longitude=" ")).rows[0]
    assert found.latitude is None
    assert "coordinate.missing" in rules(found)


def test_a_typed_position_is_in_degrees_whatever_the_file_uses():
    header = ["STT", "Xã", "Thôn", "X (VN-2000, KTT 104°45′)", "Y", "Số hộ"]
    rows = [[1, A, "Bản Một", 2450000.0, 480000.0, 50], [2, A, "Bản Hai", "", "", 40]]
    latitude, longitude = point(A, 3)
    typed = correct(1, 3, latitude=f"{latitude}", longitude=f"{longitude}")
    found = report(typed, rows=rows, header=header).rows[1]
    assert (found.latitude, found.longitude) == (latitude, longitude)
    assert rules(found) == ["survey.corrected"]


def test_another_commune_is_held_against_the_point_of_the_file():
    rows = [row(1, A, "Bản Một"), [2, "Xã Không Có", "Bản Hai", *point(B, 2), 40]]
    before, after = report(rows=rows), report(correct(1, 3, commune_code="00002"), rows=rows)
    assert before.rows[1].status == "rejected"
    assert after.rows[1].status == "accepted"
    assert after.rows[1].declared_commune_code == after.rows[1].commune_code == "00002"
    wrong = report(correct(1, 3, commune_code="00001"), rows=rows).rows[1]
    assert wrong.status == "rejected"


def test_a_commune_typed_where_the_file_has_no_column_for_it():
    header = ["STT", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ"]
    rows = [[1, "Bản Một", *point(A, 1), 50], [2, "Bản Hai", *point(A, 2), 40]]
    found = report(correct(1, 3, commune_code="00001"), rows=rows, header=header)
    assert "place.missing" in rules(found.rows[0])
    assert rules(found.rows[1]) == ["survey.corrected"]
    assert found.rows[1].declared_commune_code == "00001"
    wrong = report(correct(1, 3, commune_code="00002"), rows=rows, header=header).rows[1]
    assert wrong.status == "rejected"


@pytest.mark.parametrize(("answer", "fact"), [("yes", True), ("no", False), ("unknown", None)])
def test_answers_are_taken_where_the_file_has_no_column(answer, fact):
    found = report(correct(0, 2, grid_power=answer, specially_difficult=answer)).rows[0]
    assert (found.grid_power, found.specially_difficult) == (fact, fact)


def test_a_corrected_row_is_compared_with_the_others():
    rows = [row(1, A, "Bản Một"), row(2, A, "Bản Hai")]
    latitude, longitude = point(A, 1)
    typed = correct(
        1, 3, village="Bản Một", latitude=f"{latitude}", longitude=f"{longitude}"
    )  # fmt: skip
    assert "duplicate.in_file" in rules(report(typed, rows=rows).rows[1])
    twins = [row(1, A, "Bản Một"), row(1, A, "Bản Một")]
    assert "duplicate.in_file" in rules(report(rows=twins).rows[1])
    latitude, longitude = point(A, 4)
    apart = correct(1, 3, latitude=f"{latitude}", longitude=f"{longitude}")
    assert rules(report(apart, rows=twins).rows[1]) == ["survey.corrected"]


def test_a_total_is_held_against_what_is_typed():
    rows = [
        row(1, A, "Bản Một"),
        row(2, A, "Bản Hai", households="?5"),
        ["", "Tổng cộng", "", "", "", 95],
    ]
    assert "survey.total_differs" in rules(report(rows=rows))
    assert "survey.total_differs" not in rules(report(correct(1, 3, households="45"), rows=rows))


def test_a_correction_is_kept_as_it_was_typed():
    typed = correct(1, 3, households=" 45 ", grid_power="no")
    (kept,) = report(typed).form["corrections"]
    assert kept["typed"] == {"households": " 45 ", "grid_power": "no"}
    assert correction_of(kept) == typed
    assert "corrections" not in report().form


def test_a_row_is_found_again_by_its_number_and_a_lost_correction_is_told():
    moved = report(correct(7, 3, households="45"))
    assert moved.rows[1].households == 45
    lost = report(correct(1, 99, households="45"))
    assert rules(lost) == ["survey.correction_lost"]
    assert lost.rows[1].households is None


def test_two_layers_of_one_name_are_told_apart_by_their_places():
    rows = [HEADER, row(1, A, "Bản Một"), row(2, A, "Bản Hai")]
    others = [HEADER, row(4, A, "Bản Ba"), row(5, A, "Bản Bốn")]
    found = checked(
        grid(rows), grid(others), corrections=[correct(2, 2, households="77")]
    ).report  # fmt: skip
    assert [one.households for one in found.rows] == [50, 50, 77, 50]


def test_every_step_is_counted_and_one_can_stop_it():
    steps = []
    checked(grid([HEADER, row(1, A, "Bản Một")]), progress=lambda *step: steps.append(step))
    assert steps == [(done, 6) for done in range(7)]

    def stop(done, _total):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        checked(grid([HEADER, row(1, A, "Bản Một")]), progress=stop)
