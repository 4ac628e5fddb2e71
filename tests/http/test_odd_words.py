"""Words that no database keeps and numbers that no page reads: refused in words, never a fault."""

import pytest

from coverage.people import Role
from tests.published import published, two_lots
from tests.reported import load_places

NUL = "x\x00y"


@pytest.fixture
def number(database, authority, province):
    load_places(database, authority)
    two_lots(database, authority, province("42"))
    return published(database, authority).number


def test_a_text_with_a_nul_letter_is_refused_and_said(number, authority, operator, program):
    lead, viettel = program(authority), program(operator("Viettel"))
    award = {"package": number, "lot": "1", "operator": "Viettel", "price_vnd": 1,
             "awarded_on": "2026-01-01", "decision": NUL}  # fmt: skip
    for client, address, body in (
        (viettel, f"packages/{number}/questions", {"question": NUL}),
        (lead, f"packages/{number}/cancel", {"reason": NUL}),
        (lead, "awards/check", {"awards": [award | {"package": NUL}]}),
        (lead, "lots/readiness", {"province": "42", "zones": [], "states": {}, "note": NUL}),
    ):
        answer = client.post(f"/api/v1/{address}", json=body)
        assert answer.status_code == 422, (address, answer.text)
    said = viettel.post(f"/api/v1/packages/{number}/questions", json={"question": NUL}).json()
    assert said["type"].endswith("#text-unreadable")
    assert "U+0000" in said["detail"]


def test_a_page_says_it_too(number, authority, signed_in):
    visitor = signed_in(authority, Role.ADMINISTRATOR)
    answer = visitor.get("/awards/new", params={"package": NUL})
    assert answer.status_code == 422
    assert "U+0000" in answer.text
    visitor.get("/packages")
    assert visitor.fill("/packages/build", province=NUL).status_code == 422


@pytest.mark.parametrize("odd", ["²", "abc", "9" * 30, "9" * 5000])
def test_a_version_that_is_no_number_is_no_fault(number, authority, signed_in, odd):
    visitor = signed_in(authority, Role.LEAD)
    visitor.get(f"/packages/{number}")
    for act in ("cancel", "amend", "clarify"):
        answer = visitor.fill(f"/packages/{number}/{act}", reason="x", seen_version=odd)
        assert answer.status_code == 409, (act, odd)
        assert f"/packages/{number}" in str(answer.url)
    answer = visitor.fill(
        f"/packages/{number}/amend", reason="x", seen_version="1", into=odd, drop=odd
    )
    assert answer.status_code in {404, 409}


def test_the_last_year_of_all_has_no_due_day(number, authority, operator, program):
    award = {"package": number, "lot": "1", "operator": operator("Viettel") and "Viettel",
             "price_vnd": 1, "awarded_on": "9999-12-31", "decision": "x"}  # fmt: skip
    answer = program(authority).post("/api/v1/awards/check", json={"awards": [award]})
    assert answer.status_code == 200
    assert "award.date_to_come" in answer.text
