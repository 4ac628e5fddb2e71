"""Facts that stand in the name or the description of a point."""

import pytest

from coverage.intake.check import Surroundings, check
from coverage.intake.described import facts_of
from coverage.intake.document import Document, Kind, Point, Sheet
from coverage.intake.fields import Field
from coverage.intake.selection import Remembered
from tests.surveys import COUNTRY, point


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("Phiêng Mụ 7", {Field.VILLAGE: "Phiêng Mụ 7"}),
        (
            "Phiêng Mụ 7 - Xã Tân An - 120 hộ",
            {Field.VILLAGE: "Phiêng Mụ 7", Field.COMMUNE: "Xã Tân An", Field.HOUSEHOLDS: "120"},
        ),
        (
            "Xã: Xã Tân An<br>Số hộ: 47<br/>Điện lưới: Có",
            {Field.COMMUNE: "Xã Tân An", Field.HOUSEHOLDS: "47", Field.GRID_POWER: "Có"},
        ),
        (
            "<table><tr><td>Xã</td><td>Tân An</td></tr><tr><td>Số hộ</td><td>47</td></tr></table>",
            {Field.COMMUNE: "Tân An", Field.HOUSEHOLDS: "47"},
        ),
        (
            "Phường Đắk Lắk, 47 hộ, 191 khẩu",
            {Field.COMMUNE: "Phường Đắk Lắk", Field.HOUSEHOLDS: "47", Field.POPULATION: "191"},
        ),
        ("", {}),
    ],
)
def test_what_a_text_says(text, facts):
    assert facts_of(text) == facts


def _features(columns, rows):
    places = [point("Xã Tân An", step) for step in range(1, len(rows) + 1)]
    sheet = Sheet(
        "", rows, list(range(1, len(rows) + 1)), columns,
        points=tuple(Point(east, north, f"{north} {east}") for north, east in places),
    )  # fmt: skip
    document = Document(Kind.GPX, "utf-8", (sheet,))
    return check(document, "tep", "0" * 64, Surroundings(COUNTRY, "15"), Remembered()).report


def test_points_whose_name_says_everything():
    found = _features(
        ("name", "ele"),
        [["Phiêng Mụ 1 - Xã Tân An - 120 hộ", "12"], ["Pá Mỳ - Xã Tân An - 47 hộ", "9"]],
    )
    assert [(r.village, r.declared_commune_code, r.households, r.status.value)
            for r in found.rows] == [
        ("Phiêng Mụ 1", "00001", 120, "accepted"), ("Pá Mỳ", "00001", 47, "accepted"),
    ]  # fmt: skip


def test_a_finding_points_at_the_text_that_it_came_from():
    found = _features(
        ("name", "desc"),
        [["Pá Mỳ", "Xã: Xã Tân An<br>Số hộ: khoảng 47"], ["Cu Vơ", "Xã: Xã Tân An<br>Số hộ: 30"]],
    )
    (told,) = found.rows[0].findings
    assert (told.rule, told.column, told.value) == ("households.unreadable", "desc", "khoảng 47")
    assert found.rows[1].households == 30


def test_names_of_communes_alone_describe_no_villages():
    """A layer of the communes beside the villages' is no survey."""
    names = [["Xã Tân An"], ["Xã Mường Nhé"], ["Xã Sơn Hà"]]
    sheet = Sheet("ranh_gioi", names, [1, 2, 3], ("ten",),
                  points=(Point(104.05, 22.15, "") ,) * 3)  # fmt: skip
    villages = Sheet("thon", [["Một", "Xã Tân An", "40"]], [1], ("thon", "xa", "so_ho"),
                     points=(Point(104.0523, 22.1512, ""),))  # fmt: skip
    document = Document(Kind.GEOPACKAGE, "unicode", (sheet, villages))
    found = check(document, "tep", "0" * 64, Surroundings(COUNTRY, "15"), Remembered()).report
    assert [(r.sheet, r.village) for r in found.rows] == [("thon", "Một")]
