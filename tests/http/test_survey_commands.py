"""``phusong survey``: what it prints, writes, and exits with."""

import json

import openpyxl
import pytest

from coverage.storage import places as stored_places
from tests.small_country import NOW
from tests.small_country_lists import in_force
from tests.surveys import HEADER, row

A, B = "Xã Tân An", "Xã Mường Nhé"


@pytest.fixture
def phusong(phusong, database, authority, province):
    """Runs ``phusong …`` as the shell would, on the test's database with province 15."""
    in_force(database, authority)
    with database.transaction(authority) as connection:
        stored_places.set_exact(connection, NOW)
    province("15")
    return phusong


@pytest.fixture
def file(tmp_path):
    def make(*rows, header=HEADER, name="bao_cao.csv"):
        path = tmp_path / name
        path.write_text("\n".join(",".join(map(str, cells)) for cells in (header, *rows)), "utf-8")
        return path

    return make


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_a_good_file(phusong, file, tmp_path):
    answer = tmp_path / "out.json"
    status, told, _ = phusong(
        "survey", "check", file(row(1, A, "Bản Một")), "--province", "15", "--json", answer
    )
    assert status == 0
    assert "1 dòng: 1 được nhận" in told
    report = read(answer)
    assert list(report) == ["file", "sha256", "vintage", "form", "findings", "rows", "totals"]
    assert report["file"] == "bao_cao.csv"
    assert report["vintage"] == NOW
    assert list(report["rows"][0]) == [
        "sheet", "row", "status", "village", "declared_commune_code", "commune_code", "latitude",
        "longitude", "households", "population", "signal", "grid_power", "specially_difficult",
        "findings",
    ]  # fmt: skip
    assert report["totals"] == {"rows": 1, "accepted": 1, "warned": 0, "rejected": 0}


def test_rejected_rows_end_with_one_and_say_where_and_what_to_do(phusong, file, tmp_path):
    answer = tmp_path / "out.json"
    bad = file(row(1, A, "Bản Một"), row(2, B, "Bản Hai", "khoảng 50"))
    status, told, _ = phusong("survey", "check", bad, "--province", "15", "--json", answer)
    assert status == 1
    assert "dòng 3, cột Số hộ “khoảng 50”" in told
    assert "Ghi một số nguyên, ví dụ 50" in told
    (found,) = read(answer)["rows"][1]["findings"]
    assert list(found) == ["rule", "severity", "column", "value", "message", "fix"]
    assert (found["rule"], found["severity"]) == ("households.unreadable", "error")
    assert (found["column"], found["value"]) == ("Số hộ", "khoảng 50")


def test_warnings_end_with_nought(phusong, file):
    doubtful = file([*row(1, A, "Bản Một"), "rất đông"], header=[*HEADER, "Số khẩu"])
    status, told, _ = phusong("survey", "check", doubtful, "--province", "15")
    assert status == 0
    assert "1 được nhận nhưng cần xem lại" in told


@pytest.mark.parametrize("unknown", ["99", "x"])
def test_an_unknown_province_is_refused(phusong, file, tmp_path, unknown):
    answer = tmp_path / "out.json"
    status, _, error = phusong(
        "survey", "check", file(row(1, A, "Bản Một")), "--province", unknown, "--json", answer
    )
    assert status == 1
    assert f"“{unknown}”" in error
    assert [found["rule"] for found in read(answer)["findings"]] == ["survey.province_unknown"]


def test_a_refused_file_writes_its_json_all_the_same(phusong, tmp_path):
    path, answer = tmp_path / "anh.xlsx", tmp_path / "out.json"
    path.write_bytes(b"\x89PNG\r\n\x1a\n....")
    for act in ("check", "submit"):
        status, _, error = phusong("survey", act, path, "--province", "15", "--json", answer)
        assert status == 1
        assert "Tệp chưa được nhận" in error
        report = read(answer)
        assert (report["rows"], report["totals"]["rows"]) == ([], 0)
        assert report["findings"][0]["rule"] == "file.wrong_type"
    assert phusong("survey", "check", tmp_path / "none.csv", "--province", "15")[0] == 1


def test_wrong_usage_ends_with_two(phusong, file):
    good = file(row(1, A, "Bản Một"))
    for arguments in (
        (good,), ("--province", "15"), (good, "--province", "15", "--map", "D"),
        (good, "--province", "15", "--map", "D=foo"), (good, "--province", "15", "--nothing"),
    ):  # fmt: skip
        status, _, error = phusong("survey", "check", *arguments)
        assert status == 2, arguments
        assert "Error" in error


def test_a_mapped_column(phusong, file, tmp_path):
    header = ["STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số nhà"]
    answer = tmp_path / "out.json"
    odd = file(row(1, A, "Bản Một", 33), header=header)
    assert phusong("survey", "check", odd, "--province", "15")[0] == 1
    status, *_ = phusong(
        "survey", "check", odd, "--province", "15", "--map", "Số nhà=households", "--json", answer
    )
    assert status == 0
    assert read(answer)["rows"][0]["households"] == 33
    assert phusong("survey", "check", odd, "--province", "15", "--map", "Q=households")[0] == 1


def test_submitting_gives_a_receipt_once(phusong, file, tmp_path):
    answer = tmp_path / "out.json"
    good = file(row(1, A, "Bản Một"), row(2, B, "Bản Hai", -3))
    status, told, _ = phusong("survey", "submit", good, "--province", "15", "--json", answer)
    assert status == 1  # one row is rejected
    assert "Biên nhận số 1: 1 vùng mới" in told
    first = read(answer)
    assert first["receipt"]["number"] == 1
    assert first["receipt"]["sha256"] == first["sha256"]
    status, told, _ = phusong("survey", "submit", good, "--province", "15", "--json", answer)
    assert "không có gì thay đổi" in told
    again = read(answer)
    assert again["rows"] == first["rows"]
    assert again["receipt"]["already"] is True
    status, told, _ = phusong("survey", "list", "--province", "15")
    assert (status, told.count("\n")) == (0, 1)
    assert phusong("survey", "withdraw", "1", "--province", "15")[0] == 0
    assert phusong("survey", "withdraw", "1", "--province", "15")[0] == 1


def test_all_or_nothing(phusong, file):
    bad = file(row(1, A, "Bản Một"), row(2, B, "Bản Hai", -3))
    status, _, error = phusong("survey", "submit", bad, "--province", "15", "--all-or-nothing")
    assert status == 1
    assert "Chưa nộp gì" in error
    assert phusong("survey", "list", "--province", "15")[1] == ""


def test_the_template(phusong, tmp_path):
    path, answer = tmp_path / "mau.xlsx", tmp_path / "out.json"
    assert phusong("survey", "template", "--province", "15", "-o", path)[0] == 0
    status, *_ = phusong("survey", "check", path, "--province", "15", "--json", answer)
    assert status == 0
    report = read(answer)
    assert report["findings"] == []
    assert [row["findings"] for row in report["rows"]] == [[]]


def test_the_rules(phusong, tmp_path):
    answer = tmp_path / "rules.json"
    status, told, _ = phusong("survey", "rules", "--json", answer)
    assert status == 0
    assert "coordinate.swapped" in told
    listed = read(answer)
    assert {entry["severity"] for entry in listed} == {"error", "warning", "info"}
    assert all("{" not in entry["message"] + entry["fix"] for entry in listed)
    english = phusong("survey", "rules", "--english")[1]
    assert "Axes exchanged" in english


def test_the_marked_workbook_and_the_receipt(phusong, file, tmp_path):
    bad = file(row(1, A, "Bản Một"), row(2, B, "Bản Hai", "khoảng 50"))
    marked, paper = tmp_path / "danh_dau.xlsx", tmp_path / "bien_nhan.pdf"
    given = (bad, "--province", "15", "--annotated", marked)
    assert phusong("survey", "check", *given)[0] == 1
    sheet = openpyxl.load_workbook(marked)["Dữ liệu"]
    assert "không phải là một con số chính xác" in sheet["F3"].comment.text
    marked.unlink()
    assert phusong("survey", "submit", *given, "--all-or-nothing", "--receipt", paper)[0] == 1
    assert marked.is_file()
    assert not paper.exists()
    marked.unlink()
    assert phusong("survey", "submit", *given, "--receipt", paper)[0] == 1
    assert marked.is_file()
    assert paper.read_bytes().startswith(b"%PDF-")
    # The marked workbook, sent as the correction, is read like any survey.
    status, told, _ = phusong("survey", "submit", marked, "--province", "15", "--replaces", "1")
    assert status == 1
    assert "2 dòng: 1 được nhận" in told
