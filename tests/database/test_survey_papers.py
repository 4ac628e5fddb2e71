"""What a province gets back for a submission: its marked workbook and its receipt, and no other's."""

import io
import shutil
import subprocess

import openpyxl
import pytest

from coverage.actions import survey_papers, surveys
from coverage.errors import NotFound
from coverage.storage import places as stored_places
from tests.small_country import NOW
from tests.small_country_lists import in_force
from tests.strictness import faults_of
from tests.surveys import HEADER, row

A = "Xã Tân An"


@pytest.fixture
def officer(database, authority, province):
    in_force(database, authority)
    with database.transaction(authority) as connection:
        stored_places.set_exact(connection, NOW)
    return province("15")


def submit(database, officer, *rows, **more):
    content = "\n".join(",".join(map(str, cells)) for cells in (HEADER, *rows)).encode()
    return surveys.submit(database, officer, content, "tep khao sat.csv", "15", **more)


def words(pdf):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not on this machine")
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return " ".join(done.stdout.decode().split())


def test_the_marked_workbook_of_a_submission(database, officer):
    number = submit(database, officer, row(1, A, "Bản Một"), row(2, A, "Bản Hai", "mấy")).number
    name, content = survey_papers.marked_workbook(database, officer, number)
    assert name == "tep khao sat-da-kiem-tra.xlsx"
    assert faults_of(content) == []
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Dữ liệu"]
    assert sheet["F3"].comment is not None
    assert sheet["F2"].comment is None


def test_the_receipt_of_a_submission(database, officer):
    first = submit(database, officer, row(1, A, "Bản Một"), row(2, A, "Bản Hai", "mấy"))
    said = words(survey_papers.receipt(database, officer, first.number))
    assert f"Số: {first.number}" in said
    assert first.sha256[:32] in said
    assert "Sở KH&CN tỉnh 15" in said
    assert "2 1 0 1" in said
    assert "tep khao sat.csv" in said
    again = survey_papers.receipt(database, officer, first.number)
    assert again == survey_papers.receipt(database, officer, first.number)


def test_a_receipt_names_what_it_replaces(database, officer):
    first = submit(database, officer, row(1, A, "Bản Một"))
    second = submit(database, officer, row(1, A, "Bản Một", 60), replaces=first.number)
    said = words(survey_papers.receipt(database, officer, second.number))
    assert f"Thay cho lần nộp số {first.number}" in said
    assert "ĐÃ ĐƯỢC THAY" in words(survey_papers.receipt(database, officer, first.number))


def test_another_province_gets_neither(database, officer, province):
    number = submit(database, officer, row(1, A, "Bản Một")).number
    neighbour = province("10")
    for give in (survey_papers.receipt, survey_papers.marked_workbook):
        with pytest.raises(NotFound):
            give(database, neighbour, number)
