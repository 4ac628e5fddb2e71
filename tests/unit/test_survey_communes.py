"""The commune of a row: with what offices write around it, in a sheet's name, in one column."""

import pytest

from coverage.intake.communes import Written, commune_of_title, written_commune
from tests.surveys import HEADER, checked, grid, point, report, row, rules, summary

A, B, C = "Xã Tân An", "Xã Mường Nhé", "Xã Sơn Hà"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Xã Tân An", Written("Xã Tân An")),
        ("UBND xã Tân An", Written("xã Tân An")),
        ("Uỷ ban nhân dân xã Tân An", Written("xã Tân An")),
        ("1. Xã Tân An", Written("Xã Tân An")),
        ("IV. Xã Tân An", Written("Xã Tân An")),
        ("Xã xã Tân An", Written("xã Tân An")),
        ("Phường Phường Đúc", Written("Phường Phường Đúc")),
        ("00001 - Xã Tân An", Written("Xã Tân An", "00001")),
        ("Xã Tân An (00001)", Written("Xã Tân An", "00001")),
        ("'00001", Written(code="00001")),
        ("Xã Tân An - Huyện Bắc Hà", Written("Xã Tân An", district="Huyện Bắc Hà")),
        (
            "Xã Tân An, huyện Bắc Hà, tỉnh Lào Cai",
            Written("Xã Tân An", district="huyện Bắc Hà", province="tỉnh Lào Cai"),
        ),
        ("Phường Xuân Hương - Đà Lạt", Written("Phường Xuân Hương - Đà Lạt")),
        ("Phường 12", Written("Phường 12")),
        ("Phường 1", Written("Phường 1")),
    ],
)
def test_what_a_cell_for_a_commune_says(text, meant):
    assert written_commune(text) == meant


@pytest.mark.parametrize(
    ("texts", "commune"),
    [
        (["Xã Tân An"], "Xã Tân An"),
        (["Tân An"], "Tân An"),
        (["DANH SÁCH THÔN LÕM SÓNG XÃ TÂN AN NĂM 2026"], "XÃ TÂN AN"),
        (["Danh sách thôn của xã Tân An, tỉnh Lào Cai"], "xã Tân An"),
        (["Danh sách thôn của xã Tân An và xã Mường Nhé"], ""),
        (["Danh sách thôn xã An Nhơn"], ""),
        (["Sheet1"], ""),
        ([], ""),
    ],
)
def test_the_commune_of_a_title(texts, commune):
    known = {"tân an", "mường nhé"}
    found = commune_of_title(texts, lambda name: name.casefold() in known)
    assert found == commune


def _bare(*villages):
    """Rows of a table that has no column for the commune."""
    rows = [["STT", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ"]]
    rows += [[at, name, *point(A, at), 40] for at, name in enumerate(villages, 1)]
    return rows


def test_a_sheet_named_after_its_commune():
    found = checked(grid(_bare("Bản Một", "Bản Hai"), name="Tân An")).report
    assert summary(found) == [
        (2, "Bản Một", "00001", "accepted"), (3, "Bản Hai", "00001", "accepted"),
    ]  # fmt: skip
    assert {rule for line in found.rows for rule in rules(line)} == {"place.from_title"}


def test_a_title_that_names_the_commune():
    found = report([["DANH SÁCH THÔN LÕM SÓNG XÃ TÂN AN"], *_bare("Bản Một")])
    assert summary(found) == [(3, "Bản Một", "00001", "accepted")]


def test_a_title_does_not_speak_where_a_column_does():
    found = report([["DANH SÁCH THÔN XÃ TÂN AN"], HEADER, row(1, B, "Bản Một")])
    assert summary(found) == [(3, "Bản Một", "00002", "accepted")]
    assert rules(found.rows[0]) == []


def test_codes_in_the_column_for_communes():
    rows = [row(1, A, "Bản Một"), row(2, B, "Bản Hai")]
    for line, code in zip(rows, ("'00001", "00002"), strict=True):
        line[1] = code
    found = report([HEADER, *rows])
    assert [line.commune_code for line in found.rows] == ["00001", "00002"]


def test_villages_and_the_headings_of_their_communes_in_one_column():
    unit = ["TT", "Đơn vị", "Vĩ độ", "Kinh độ", "Số hộ"]
    found = report(
        [unit, ["I", A], [1, "Một", *point(A, 1), 40], [2, "Hai", *point(A, 2), 40],
         ["II", B], [1, "Ba", *point(B, 1), 40]]
    )  # fmt: skip
    assert summary(found) == [
        (3, "Một", "00001", "accepted"), (4, "Hai", "00001", "accepted"),
        (6, "Ba", "00002", "accepted"),
    ]  # fmt: skip


def test_a_header_that_says_before_makes_a_name_the_old_one():
    """Tân An is a commune today; the other one of that name went to Sơn Hà."""
    rows = [["STT", "Xã cũ", *HEADER[2:]], row(1, C, "Bản Một")]
    rows[1][1] = "Xã Tân An"
    (line,) = report(rows).rows
    assert (line.declared_commune_code, line.status.value) == ("00003", "accepted")
    rows[0][1], rows[1][1] = "Xã", "Xã Tân An (cũ)"
    (line,) = report(rows).rows
    assert line.declared_commune_code == "00003"


def test_an_old_code_by_its_header():
    rows = [["STT", "Mã xã cũ", *HEADER[2:]], row(1, "Phường Đắk Lắk", "Bản Một")]
    rows[1][1] = "00001"  # Tân An's today, Bản Mới's before
    (line,) = report(rows).rows
    assert line.commune_code == "00004"
