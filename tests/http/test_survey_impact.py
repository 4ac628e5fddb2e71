"""What submitting would do: over the API, and on the page of a waiting file."""

import re

import jsonschema
import pytest
from sqlalchemy import text

from tests.http.files import a_csv

IMPACT, SURVEYS = "/api/v1/surveys/impact", "/api/v1/surveys"


@pytest.fixture
def database(country_database):
    return country_database


def sent(content):
    return {"file": ("báo cáo.csv", content)}


def upload(visitor, content):
    visitor.get("/surveys/new")
    return visitor.fill("/surveys/check", files=sent(content))


def more_households(content):
    """The same file, but the first village has 99 households."""
    return content.replace(b",41,", b",99,", 1)


def test_the_api_foretells_and_writes_nothing(database, authority, officer, program, app):
    client = program(officer)
    content = a_csv(database, officer, villages=4)
    client.post(SURVEYS, files=sent(content))
    later = more_households(a_csv(database, officer, villages=3, bad=1))
    answer = client.post(IMPACT, files=sent(later))
    assert answer.status_code == 200
    told = answer.json()
    assert told["totals"] == {
        "new": 0, "changed": 1, "unchanged": 2, "kept": 0, "missing": 1, "withdrawn": 0,
        "repeated": 0,
    }  # fmt: skip
    (changed,) = told["changed"]
    assert changed["changes"] == [{"fact": "households", "old": 41, "new": 99}]
    described = app.openapi()
    schema = described["components"]["schemas"]["SurveyImpact"]
    jsonschema.validate(told, {**schema, "components": described["components"]})
    with database.transaction(authority) as connection:
        assert connection.execute(text("SELECT count(*) FROM phusong.submission")).scalar_one() == 1
    correcting = client.post(IMPACT, files=sent(later), params={"replaces": 1}).json()
    assert correcting["totals"]["withdrawn"] == 1
    done = client.post(SURVEYS, files=sent(later), params={"replaces": 1}).json()["receipt"]
    assert done["totals"]["zones_changed"] == 1
    assert client.post(IMPACT, files=sent(later)).json()["already"] == done["number"]


def test_the_api_refuses_whom_submitting_refuses(database, officer, program, authority, operator):
    content = a_csv(database, officer)
    for actor in (authority, operator("Viettel")):
        assert (
            program(actor).post(IMPACT, files=sent(content), params={"province": "42"}).status_code
            == 403
        )
    client = program(officer)
    assert client.post(IMPACT, files=sent(content), params={"province": "40"}).status_code == 403
    assert client.post(IMPACT, files=sent(content), params={"replaces": 9}).status_code == 404
    assert client.post(IMPACT, files=sent(b"")).status_code == 422


def test_the_page_tells_new_changed_and_missing(database, officer, visitor):
    first = upload(visitor, a_csv(database, officer, villages=4))
    assert "4 vùng mới" in first.text
    number = visitor.fill(f"{first.url.path}/submit").url.path.rsplit("/", 1)[1]
    page = upload(visitor, more_households(a_csv(database, officer, villages=3)))
    assert "0 vùng mới" in page.text
    assert "1 vùng thay đổi" in page.text
    assert "2 vùng giữ nguyên" in page.text
    assert "1 vùng đã báo cáo trước đây không có trong tệp" in page.text
    assert re.search(r"Số hộ</td>\s*<td[^>]*>41</td>\s*<td[^>]*><strong>99</strong>", page.text)
    assert "không vùng nào bị xóa" in page.text
    chosen = visitor.fill(f"{page.url.path}/impact", replaces=number)
    assert chosen.url.fragment == "impact"
    assert f'<option value="{number}" selected>' in chosen.text
    assert "1 vùng sẽ được rút" in chosen.text
    english = visitor.fill("/language", language="en", next=chosen.url.path)
    assert "1 zone changes" in english.text
    assert "1 zone will be withdrawn" in english.text  # the choice is kept
    assert visitor.fill(f"{english.url.path}/impact", replaces="999").status_code == 404


def test_the_page_says_that_the_file_is_known(database, officer, visitor):
    content = a_csv(database, officer)
    visitor.fill(f"{upload(visitor, content).url.path}/submit")
    assert "nộp lại không thay đổi gì" in upload(visitor, content).text


def test_whose_a_repetition_is(database, officer, visitor):
    content = a_csv(database, officer, villages=2)
    page = upload(visitor, content + content.splitlines(keepends=True)[1])
    assert "1 dòng trùng hoặc có thể trùng" in page.text
    assert "dòng 2 của tệp này" in page.text


def test_a_village_is_never_markup(database, officer, visitor):
    evil = "<img src=x onerror=alert(1)>"
    visitor.fill(f"{upload(visitor, a_csv(database, officer, prefix=evil)).url.path}/submit")
    page = upload(visitor, more_households(a_csv(database, officer, villages=3, prefix=evil)))
    assert "1 vùng thay đổi" in page.text
    assert "<img src=x" not in page.text
