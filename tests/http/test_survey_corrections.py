"""One row corrected on the page: the form, the check again, what is kept beside the file."""

import json
import re

import pytest
from sqlalchemy import text

from coverage.actions import surveys, units
from coverage.people import Role
from tests.http.files import a_csv
from tests.http.pages import read_page


@pytest.fixture
def database(country_database):
    return country_database


@pytest.fixture
def content(database, officer):
    """Three good rows and a rejected one: row 5 of the file, at place 3."""
    return a_csv(database, officer, villages=3, bad=1)


def upload(visitor, content):
    visitor.get("/surveys/new")
    return visitor.fill("/surveys/check", files={"file": ("báo cáo.csv", content)})


def fields_of(page):
    texts = re.findall(r'<input [^>]*type="text" id="(\w+)" name="\w+" value="([^"]*)"', page.text)
    answers = re.findall(r'name="(\w+)" value="(\w+)" [^>]*checked', page.text)
    commune = re.search(r'<option value="(\d+)" selected>', page.text)
    return dict([*texts, *answers, ("commune_code", commune[1] if commune else "")])


def mended(database, officer, fields):
    """What an officer types for the rejected row: a point of its own in its own commune."""
    places = {one.code: one for one in units.communes(database, officer, "42")}
    place = places[fields["commune_code"]]
    return {
        **fields, "latitude": f"{place.latitude + 0.006:.6f}".replace(".", ","),
        "longitude": f"{place.longitude:.6f}".replace(".", ","), "households": "45",
    }  # fmt: skip


def test_a_rejected_row_is_corrected_submitted_and_both_are_kept(
    database, authority, officer, visitor, content
):
    page = upload(visitor, content)
    assert "Bị từ chối (1)" in page.text
    assert f'href="{page.url.path}/rows/3"' in page.text
    form = visitor.get(f"{page.url.path}/rows/3")
    assert "khoảng 50" in form.text
    assert read_page("", form.text).faults == []
    fields = fields_of(form)
    assert (fields["households"], fields["grid_power"]) == ("", "yes")
    after = visitor.fill(f"{page.url.path}/rows/3", **mended(database, officer, fields))
    assert after.url.path.startswith("/surveys/pending/")
    assert "Dòng 5 sau khi kiểm tra lại" in after.text
    assert "Bị từ chối (0)" in after.text
    assert "số hộ “khoảng 50” → “45”" in after.text
    done = visitor.fill(f"{after.url.path}/submit")
    number = int(done.url.path.rsplit("/", 1)[1])
    assert surveys.raw_file(database, officer, number)[1] == content
    receipt = surveys.get_submission(database, officer, number)
    row = receipt.report.rows[3]
    assert (row.status, row.households) == ("accepted", 45)
    assert "survey.corrected" in {told.rule for told in row.findings}
    (kept,) = receipt.report.form["corrections"]
    assert kept["typed"].keys() == {"latitude", "longitude", "households"}
    assert kept["by"] == "Nguyễn Thị Thử"
    with database.transaction(authority) as connection:
        raw = connection.execute(text("SELECT cells FROM phusong.survey_cells")).scalar_one()
        told = connection.execute(
            text("SELECT detail FROM phusong.audit_entry WHERE act = 'survey.submitted'")
        ).scalar_one()
    assert "khoảng 50" in json.dumps(raw, ensure_ascii=False)
    assert json.loads(told)["corrections"] == [kept]


def test_what_is_typed_is_refused_by_the_same_rules(visitor, content):
    page = upload(visitor, content)
    form = visitor.get(f"{page.url.path}/rows/3")
    typed = {**fields_of(form), "latitude": "10,5", "longitude": "106,7", "households": "-4"}
    after = visitor.fill(f"{page.url.path}/rows/3", **typed)
    assert "Bị từ chối (1)" in after.text
    assert '<div class="notice bad" id="corrected"' in after.text
    again = visitor.get(f"{after.url.path}/rows/3")
    assert fields_of(again)["latitude"] == "10,5"


def test_a_correction_is_taken_back(database, officer, visitor, content):
    page = upload(visitor, content)
    form = visitor.get(f"{page.url.path}/rows/3")
    after = visitor.fill(
        f"{page.url.path}/rows/3", **mended(database, officer, fields_of(form))
    )  # fmt: skip
    assert "Bỏ phần sửa" in visitor.get(f"{after.url.path}/rows/3").text
    back = visitor.fill(f"{after.url.path}/rows/3/original")
    assert "Bị từ chối (1)" in back.text
    assert "Bỏ phần sửa" not in visitor.get(f"{back.url.path}/rows/3").text


def test_nothing_typed_changes_nothing(visitor, content):
    page = upload(visitor, content)
    form = visitor.get(f"{page.url.path}/rows/0")
    after = visitor.fill(f"{page.url.path}/rows/0", **fields_of(form))
    assert after.url.path == page.url.path
    assert "đã sửa dòng này" not in after.text


def test_columns_and_language_keep_the_corrections(database, officer, visitor, content):
    page = upload(visitor, content)
    form = visitor.get(f"{page.url.path}/rows/3")
    after = visitor.fill(f"{page.url.path}/rows/3", **mended(database, officer, fields_of(form)))
    mapped = visitor.fill(f"{after.url.path}/columns", **{"column:STT": "ordinal"})
    assert "Bị từ chối (0)" in mapped.text
    english = visitor.fill("/language", language="en", next=mapped.url.path)
    assert "Rejected (0)" in english.text


def test_the_same_file_corrected_is_submitted_anew_and_once(database, officer, visitor, content):
    first = visitor.fill(f"{upload(visitor, content).url.path}/submit")
    page = upload(visitor, content)
    form = visitor.get(f"{page.url.path}/rows/3")
    after = visitor.fill(f"{page.url.path}/rows/3", **mended(database, officer, fields_of(form)))
    second = visitor.fill(f"{after.url.path}/submit")
    assert second.url.path != first.url.path
    assert "Đã thay bằng bản sửa" in visitor.get(first.url.path).text
    assert "<strong>4 vùng</strong>" in visitor.get("/zones").text


def test_a_row_that_is_not_there_or_anothers(visitor, signed_in, officer, content):
    page = upload(visitor, content)
    assert visitor.get(f"{page.url.path}/rows/4").status_code == 404
    colleague = signed_in(officer, Role.PROVINCE_APPROVER)
    assert colleague.get(f"{page.url.path}/rows/3").status_code == 404
    assert colleague.fill(f"{page.url.path}/rows/3").status_code == 404
    assert visitor.fill(f"{page.url.path}/rows/3", grid_power="maybe").status_code == 422
    assert visitor.fill(f"{page.url.path}/rows/3", village="x" * 201).status_code == 422
    visitor.csrf = "cũ"
    assert visitor.fill(f"{page.url.path}/rows/3").status_code == 403


def test_the_outlines_are_of_the_visitors_province(database, officer, visitor, content):
    page = upload(visitor, content)
    form = visitor.get(f"{page.url.path}/rows/3").text
    address = re.search(r'data-outlines="([^"]+)"', form)[1]
    answer = visitor.get(address)
    assert answer.headers["content-type"] == "application/geo+json"
    found = {one["properties"]["code"] for one in answer.json()["features"]}
    assert found == {one.code for one in units.communes(database, officer, "42") if one.latitude}


def test_an_operator_gets_no_outlines(signed_in, operator):
    assert signed_in(operator("Viettel")).get("/surveys/outlines?vintage=x").status_code == 403
