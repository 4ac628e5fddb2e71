"""Survey files over the API: the report of design.md §5, receipts, isolation, refusals."""

import hashlib

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from coverage.people import Role
from tests.http.files import a_csv
from tests.reported import change

CHECK, SURVEYS = "/api/v1/surveys/check", "/api/v1/surveys"


@pytest.fixture
def database(country_database):
    return country_database


def sent(content, name="báo cáo.csv"):
    return {"file": (name, content)}


def rows_in(database, authority, table):
    with database.transaction(authority) as connection:
        return connection.execute(text(f"SELECT count(*) FROM phusong.{table}")).scalar_one()


def test_a_check_answers_row_by_row_and_writes_nothing(database, authority, officer, program, app):
    content = a_csv(database, officer, villages=4, bad=2)
    answer = program(officer).post(CHECK, files=sent(content))
    assert answer.status_code == 200
    report = answer.json()
    assert report["file"] == "báo cáo.csv"
    assert report["sha256"] == hashlib.sha256(content).hexdigest()
    assert report["totals"]["rows"] == 6
    assert report["totals"]["rejected"] == 2
    assert [row["row"] for row in report["rows"]] == [2, 3, 4, 5, 6, 7]
    assert report["rows"][5]["status"] == "rejected"
    rules = {found["rule"].split(".")[0] for found in report["rows"][5]["findings"]}
    assert rules == {"coordinate", "households"}
    described = app.openapi()
    schema = described["components"]["schemas"]["SurveyReport"]
    jsonschema.validate(report, {**schema, "components": described["components"]})
    assert rows_in(database, authority, "submission") == rows_in(database, authority, "zone") == 0


def test_a_program_may_ask_in_english(database, officer, program):
    client = program(officer)
    content = a_csv(database, officer, villages=1, bad=1)
    english = client.post(CHECK, files=sent(content), headers={"Accept-Language": "en-GB,en"})
    messages = [found["message"] for found in english.json()["rows"][1]["findings"]]
    assert not any("Dòng" in message or "không" in message for message in messages)


def test_a_submission_is_kept_and_read_back(database, authority, officer, program, app):
    client = program(officer)
    content = a_csv(database, officer, villages=3, bad=1)
    answer = client.post(SURVEYS, files=sent(content))
    assert answer.status_code == 201
    receipt = answer.json()["receipt"]
    assert receipt["totals"]["zones_added"] == 3
    assert answer.headers["location"] == f"{SURVEYS}/{receipt['number']}"
    again = client.get(answer.headers["location"]).json()
    assert again["rows"] == answer.json()["rows"]
    described = app.openapi()
    schema = described["components"]["schemas"]["SubmittedSurvey"]
    jsonschema.validate(again, {**schema, "components": described["components"]})
    assert client.get(f"{SURVEYS}/{receipt['number']}/file").content == content
    listed = client.get(SURVEYS).json()["surveys"]
    assert [one["number"] for one in listed] == [receipt["number"]]
    assert client.get("/api/v1/zones").json()["numberMatched"] == 3
    twice = client.post(SURVEYS, files=sent(content))
    assert (twice.status_code, twice.json()["receipt"]["already"]) == (200, True)
    assert rows_in(database, authority, "zone") == 3


def test_a_raw_file_is_never_shown_or_run(database, officer, program):
    client = program(officer)
    content = a_csv(database, officer)
    number = client.post(SURVEYS, files=sent(content, "a<b>.csv")).json()["receipt"]["number"]
    answer = client.get(f"{SURVEYS}/{number}/file")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''a%3Cb")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.fixture
def strangers(province, operator):
    return province("40"), operator("Viettel")


@pytest.mark.parametrize("path", ["", "/file"])
def test_anothers_submission_is_not_found(database, officer, strangers, program, path):
    content = a_csv(database, officer)
    number = program(officer).post(SURVEYS, files=sent(content)).json()["receipt"]["number"]
    for stranger in strangers:
        assert program(stranger).get(f"{SURVEYS}/{number}{path}").status_code == 404
        assert program(stranger).get(SURVEYS).json() == {"surveys": []}


def test_only_a_province_submits_and_only_for_itself(
    database, authority, officer, strangers, program
):
    content = a_csv(database, officer)
    for stranger in (authority, *strangers):
        answer = program(stranger).post(f"{SURVEYS}?province=42", files=sent(content))
        assert answer.status_code == 403, stranger
    other = program(strangers[0]).post(f"{CHECK}?province=42", files=sent(content))
    assert other.status_code == 403
    assert rows_in(database, authority, "submission") == 0


def test_a_planner_may_check_a_file_for_a_province(database, authority, officer, program):
    content = a_csv(database, officer)
    planner = program(authority, Role.PLANNER)
    assert planner.post(f"{CHECK}?province=42", files=sent(content)).status_code == 200
    assert planner.post(f"{CHECK}?province=99", files=sent(content)).status_code == 404
    missing = planner.post(CHECK, files=sent(content))
    assert missing.json()["faults"] == [{"where": "query.province", "kind": "missing"}]


@pytest.mark.parametrize(
    "file",
    [(b"", "rong.csv"), (b"PK\x03\x04" + b"x" * 400, "cut.xlsx"), (b"\x89PNG\r\n\x1a\n" * 9, "a.png"),
     (b"\x00" * 3000, "nul.csv"), (b"chi mot dong", "mot.csv")],
)  # fmt: skip
def test_a_file_that_cannot_be_taken_is_told_why(database, authority, officer, program, file):
    for address in (CHECK, SURVEYS):
        answer = program(officer).post(address, files=sent(*file))
        assert answer.status_code == 422
        told = answer.json()
        assert told["type"] == "/api/v1/problems#input-refused"
        assert all(found["message"] and found["fix"] for found in told["findings"])
        assert told["findings"]
    assert rows_in(database, authority, "submission") == 0


def test_a_request_without_a_file(officer, program):
    client = program(officer)
    for body in ({"files": {"other": b"x"}}, {"data": {"file": "x"}}, {"content": b"x"}):
        answer = client.post(CHECK, **body)
        assert answer.status_code == 422, body
        assert answer.json()["faults"][0]["where"].startswith("body")


def test_a_column_may_be_named(database, officer, program):
    header = ["STT", "Xã", "Thôn/Bản", "Vĩ độ", "Kinh độ", "Cột lạ", "Điện lưới", "ĐBKK"]
    content = a_csv(database, officer, header=header)
    client = program(officer)
    mapped = client.post(CHECK, params={"map": "F=households"}, files=sent(content))
    assert mapped.json()["totals"]["accepted"] == 4
    assert client.post(CHECK, params={"map": "F"}, files=sent(content)).status_code == 422


def test_all_or_nothing_leaves_nothing(database, authority, officer, program):
    content = a_csv(database, officer, villages=3, bad=1)
    answer = program(officer).post(f"{SURVEYS}?all_or_nothing=true", files=sent(content))
    assert answer.status_code == 422
    assert rows_in(database, authority, "zone") == 0


def test_a_submission_is_withdrawn_once(database, officer, province, program):
    client = program(officer)
    number = client.post(SURVEYS, files=sent(a_csv(database, officer))).json()["receipt"]["number"]
    assert program(province("40")).post(f"{SURVEYS}/{number}/withdraw").status_code == 404
    assert client.post(f"{SURVEYS}/{number}/withdraw").json()["status"] == "withdrawn"
    assert client.post(f"{SURVEYS}/{number}/withdraw").status_code == 409


def test_a_damaged_file_is_read_or_refused(database, officer, program):
    client, content = program(officer), a_csv(database, officer, villages=6, bad=1)

    @settings(max_examples=12, deadline=None)
    @given(
        st.integers(0, len(content)), st.binary(max_size=40),
        st.sampled_from(["a.csv", "a.xlsx", "a.geojson", "a.kml", "a", "\x01.csv", "../../a.csv"]),
    )  # fmt: skip
    def send(place, damage, name):
        broken = content[:place] + damage + content[place + len(damage) :]
        answer = client.post("/api/v1/surveys/check", files={"file": (name, broken)})
        assert answer.status_code in {200, 422}, answer.text[:300]
        if answer.status_code == 200:
            totals = answer.json()["totals"]
            assert totals["rows"] == len(answer.json()["rows"])
            assert totals["rows"] == sum(
                totals[status] for status in ("accepted", "warned", "rejected")
            )

    send()


def test_what_became_of_every_row_is_told_page_by_page(  # noqa: PLR0917
    database, authority, officer, program, app, province
):  # fmt: skip
    client = program(officer)
    number = client.post(
        SURVEYS, files=sent(a_csv(database, officer, villages=5, bad=2))
    ).json()["receipt"]["number"]  # fmt: skip
    address = f"{SURVEYS}/{number}/fates"
    whole = client.get(address).json()
    described = app.openapi()
    schema = described["components"]["schemas"]["SurveyFates"]
    jsonschema.validate(whole, {**schema, "components": described["components"]})
    assert (whole["found"], len(whole["rows"]), whole["next"]) == (7, 7, None)
    assert {one["fate"]: one["rows"] for one in whole["counts"]} == {"waiting": 5, "rejected": 2}
    reported = {row["row"]: row for row in client.get(f"{SURVEYS}/{number}").json()["rows"]}
    for row in whole["rows"]:
        assert {name: row[name] for name in reported[row["row"]]} == reported[row["row"]]
        assert (row["zone"] is None) == (row["status"] == "rejected") == (row["fate"] == "rejected")
    first, second, *_ = (row["zone"]["id"] for row in whole["rows"] if row["zone"])
    change(database, authority, first, status="approved")
    change(database, authority, second, status="merged", merged_into=first)
    walked, following = [], f"{address}?limit=2"
    while following:
        answer = client.get(following)
        walked += answer.json()["rows"]
        following = answer.links.get("next", {}).get("url")
    assert [row["place"] for row in walked] == [row["place"] for row in whole["rows"]]
    fates = [row["fate"] for row in walked]
    assert (fates.count("approved"), fates.count("merged"), fates.count("waiting")) == (1, 1, 3)
    [merged] = client.get(f"{address}?fate=merged").json()["rows"]
    assert merged["zone"]["merged_into"] == first
    refused = client.get(f"{address}?status=rejected").json()
    assert refused["found"] == len(refused["rows"]) == 2
    assert program(province("40")).get(address).status_code == 404
    for wrong in ("cursor=x", "cursor=-1", "cursor=99999999999", "limit=0", "fate=x"):
        assert client.get(f"{address}?{wrong}").status_code == 422
