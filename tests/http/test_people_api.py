"""People and organisations over the API: what the pages do, for programs of the administration."""

import jsonschema
import pytest

from coverage.people import Role

PEOPLE, ORGANISATIONS = "/api/v1/people", "/api/v1/organisations"
WANTED = "bản rào tre chờ sóng từ tết"


@pytest.fixture
def client(program, authority):
    return program(authority)


def obeys(app, answer, schema):
    described = app.openapi()
    told = described["components"]["schemas"][schema]
    jsonschema.validate(answer.json(), {**told, "components": described["components"]})
    return answer.json()


def test_a_person_is_added_changed_closed_opened_and_put_out(
    app, client, browser, province, program
):
    officer = province("42")
    own = {each["name"]: each for each in obeys(app, client.get(ORGANISATIONS), "OrganisationList")["organisations"]}  # fmt: skip
    organisation = own["Sở KH&CN tỉnh 42"]
    assert organisation["id"] == str(officer.organisation_id)
    new = {"login": "Lo.Thi.Thu", "full_name": "Lò  Thị Thử", "role": "province_officer",
           "organisation_id": organisation["id"]}  # fmt: skip
    made = client.post(PEOPLE, json=new)
    assert made.status_code == 201
    link = obeys(app, made, "ToldLink")
    one = f"{PEOPLE}/{link['person_id']}"
    person = obeys(app, client.get(one), "ToldPerson")
    assert (person["login"], person["full_name"], person["has_password"]) == (
        "lo.thi.thu", "Lò Thị Thử", False,
    )  # fmt: skip
    assert link["link"].startswith("/reset/")
    assert client.post(PEOPLE, json=new).status_code == 409
    wrong = client.post(PEOPLE, json=new | {"login": "khac", "role": "planner"})
    assert wrong.json()["type"].endswith("#conflict")
    visitor = browser()
    visitor.get(link["link"])
    visitor.fill(link["link"], wanted=WANTED, again=WANTED)
    assert client.get(one).json()["sessions"] == 1
    changed = client.put(one, json={"full_name": "Tên Mới", "role": "province_approver"}).json()
    assert (changed["full_name"], changed["role"]) == ("Tên Mới", "province_approver")
    assert client.post(f"{one}/end-sessions").json() == {"ended": 1}
    assert visitor.get("/").status_code == 303
    assert client.post(f"{one}/disable").json()["disabled_at"] is not None
    assert client.post(f"{one}/disable").status_code == 404
    assert client.post(f"{one}/link").status_code == 409
    assert client.post(f"{one}/enable").json()["disabled_at"] is None
    again = client.post(f"{one}/link")
    assert again.status_code == 201
    assert again.json()["link"] != link["link"]
    for secret in (WANTED, link["link"], "password_hash", "argon2"):
        assert secret not in client.get(PEOPLE).text + client.get(one).text
    assert program(officer).get(one).status_code == 403


def test_the_last_administrator_stays_over_the_api_too(client, account, authority):
    login = account(authority).login
    [only] = client.get(PEOPLE, params={"role": "administrator"}).json()["people"]
    assert only["login"] == login
    one = f"{PEOPLE}/{only['id']}"
    assert client.post(f"{one}/disable").status_code == 409
    assert client.put(one, json={"full_name": "X", "role": "lead"}).status_code == 409


def test_the_list_is_filtered_searched_and_walked(app, client, account, province, operator):
    made = {account(province("42")).login for _ in range(5)}
    rival = account(operator("Viettel")).login
    found, address = [], f"{PEOPLE}?kind=province&limit=2"
    while address:
        answer = client.get(address)
        page = obeys(app, answer, "PeopleList")
        assert page["total"] == 5
        found += [each["login"] for each in page["people"]]
        address = answer.links.get("next", {}).get("url")
        assert bool(address) == bool(page["next"])
    assert (len(found), set(found)) == (5, made)
    for query, wanted in (
        ({"words": "VIETTEL"}, {rival}),
        ({"role": "operator"}, {rival}),
        ({"disabled": "true"}, set()),
        ({"words": "%_"}, set()),
    ):
        told = client.get(PEOPLE, params=query).json()
        assert {each["login"] for each in told["people"]} == wanted, query
        assert told["total"] == len(wanted)
    assert client.get(PEOPLE, params={"cursor": "sai"}).status_code == 422


def test_an_operator_is_entered_over_the_api(app, client):
    made = client.post(ORGANISATIONS, json={"name": " Gtel  Mobile "})
    assert made.status_code == 201
    assert obeys(app, made, "ToldOrganisation")["name"] == "Gtel Mobile"
    assert client.post(ORGANISATIONS, json={"name": "Gtel Mobile"}).status_code == 409
    [listed] = client.get(ORGANISATIONS, params={"kind": "operator"}).json()["organisations"]
    assert listed == made.json()


def test_a_person_of_the_administration_needs_the_forms_token(signed_in, authority):
    """A session's cookie alone changes nothing, over the API neither."""
    visitor = signed_in(authority)
    new = {"name": "Gtel Mobile"}
    assert visitor.post(ORGANISATIONS, json=new).status_code == 403
    visitor.get("/account")
    sent = visitor.post(ORGANISATIONS, json=new, headers={"X-CSRF-Token": visitor.csrf})
    assert sent.status_code == 201
    assert signed_in(authority, Role.LEAD).get(PEOPLE).status_code == 403
