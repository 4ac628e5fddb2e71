"""The rules' pages and API as every role: reading, previewing, proposing, deciding by four eyes."""

import re

import pytest

from api.pages.rule_fields import content_of, number_as_typed, values_of_row
from coverage.actions import people, rule_changes
from coverage.findings import Language
from coverage.people import MAY, ROLES_OF, Act, OrganisationKind, Role
from coverage.rule_changes import DatedRow, RuleKind, SettingValue, known_settings
from tests.http.pages import read_page
from tests.ruled import TODAY, TOMORROW, Ruled, queue_rule, setting

ROLES = [(kind, role) for kind, roles in ROLES_OF.items() for role in sorted(roles)]
ADDRESSES = ["kind=criteria_set", "kind=criteria_set&row=1", "kind=queue_rule",
             "kind=queue_rule&row=2", "kind=queue_rule&row=2&remove=true", "kind=legal_basis",
             "kind=legal_basis&row=3", *(f"kind=setting&name={name}" for name in known_settings())]  # fmt: skip


@pytest.fixture
def ruled(database):
    made = Ruled(database)
    yield made
    made.close()


@pytest.fixture
def actors(authority, province, operator, auditor):
    return {
        OrganisationKind.PROVINCE: province("42"), OrganisationKind.OPERATOR: operator("Viettel"),
        OrganisationKind.AUTHORITY: authority, OrganisationKind.AUDITOR: auditor,
    }  # fmt: skip


@pytest.fixture
def planner(signed_in, authority):
    return signed_in(authority, Role.PLANNER)


@pytest.fixture
def lead(signed_in, authority):
    return signed_in(authority, Role.LEAD)


def faultless(address, answer, status=200):
    assert answer.status_code == status, answer.text
    assert read_page(address, answer.text).faults == []
    return answer.text


def typed(browser, kind=RuleKind.SETTING, name="dispute_days", number=None, **different):
    """The fields of a form as the page offers them, some typed over."""
    address = f"/rules/changes/new?kind={kind}" + (f"&row={number}" if number else f"&name={name}")
    html = browser.get(address).text
    values = {}
    for tag in re.findall(r"<(?:input|select|textarea)[^>]*>", html):
        named = re.search(r' name="([^"]+)"', tag)
        if named is None or named[1] == "csrf":
            continue
        if "radio" in tag or "checkbox" in tag:
            if "checked" in tag:
                values.setdefault(named[1], []).append(re.search(r'value="([^"]*)"', tag)[1])
        else:
            value = re.search(r' value="([^"]*)"', tag)
            values[named[1]] = value[1] if value else ""
    citation = re.search(r'name="citation"[^>]*>([^<]*)<', html)
    values |= {"citation": citation[1]} if citation else {}
    return values | different


def test_everybody_reads_what_is_in_force(actors, signed_in):
    for kind, actor in actors.items():
        browser = signed_in(actor)
        html = faultless("/rules/settings", browser.get("/rules/settings"))
        assert "có điện lưới, thuộc địa bàn đặc biệt khó khăn → Quỹ" in html
        assert "295/2025" in html
        assert "Chưa chính thức" in html
        assert ("/rules/changes/new" in html) is (kind is OrganisationKind.AUTHORITY)
    assert "Rules in force" in signed_in(actor).get(
        "/rules/settings", headers={"Cookie": f"{cookies(browser)}; phusong_language=en"}
    ).text  # fmt: skip


def cookies(browser):
    return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


def test_every_form_opens_and_one_of_nothing_is_not_there(planner):
    for address in ADDRESSES:
        html = faultless(address, planner.get(f"/rules/changes/new?{address}"))
        assert 'name="valid_from"' in html
    for address in ("kind=sleep", "kind=setting&name=khong_co", "kind=setting",
                    "kind=queue_rule&row=999", "kind=queue_rule&row=x"):  # fmt: skip
        assert planner.get(f"/rules/changes/new?{address}").status_code in {404, 422}


def test_from_form_to_adoption(ruled, planner, lead):
    ruled.zone(households=42)
    ruled.assess()
    fields = typed(planner, RuleKind.QUEUE_RULE, number=2, queue="power", citation="Nghị định thử")
    told = faultless("/", planner.fill("/rules/changes/preview", **fields))
    assert (
        "Quỹ viễn thông công ích → <strong>Chờ điện lưới hoặc vệ tinh</strong>: 1 vùng, 42 hộ"
        in told
    )
    assert f"/zones/{ruled.zones[0][0]}" in told
    assert rule_changes.list_changes(ruled.database, ruled.authority) == []
    page = planner.fill("/rules/changes", **fields, reason="Theo chỉ đạo")
    own = faultless(page.url.path, page)
    assert "một người khác của Cục phải thông qua" in own
    assert "/adopt" not in own
    refused = planner.fill(f"{page.url.path}/adopt")
    assert "người đề xuất không tự thông qua" in faultless("/", refused, 409)
    assert "1 thay đổi chờ thông qua" in lead.get("/rules/settings").text
    theirs = faultless("/", lead.get(page.url.path))
    assert "1 vùng, 42 hộ" in theirs
    seen = re.search(r'name="seen" value="(\w+)"', theirs)[1]
    done = faultless("/", lead.fill(f"{page.url.path}/adopt", seen=seen))
    assert "Đã thông qua" in done
    settings = faultless("/", lead.get("/rules/settings"))
    assert "có điện lưới, thuộc địa bàn đặc biệt khó khăn → chờ điện lưới hoặc vệ tinh" in settings
    assert "Đã hết hiệu lực" in settings
    waiting = ruled.rows("SELECT args FROM jobs.procrastinate_jobs WHERE task_name ~ 'assess'")
    assert [row.args["province_code"] for row in waiting] == ["42"]
    assert "Quyết định" not in faultless("/", lead.get(page.url.path))


@pytest.mark.parametrize("button", ["/rules/changes/preview", "/rules/changes"])
def test_what_was_typed_stays_when_it_is_refused(planner, button):
    fields = typed(planner, value="sáu mươi", citation="", valid_from="2020-01-01",
                   reason="lý do <b>của tôi</b>")  # fmt: skip
    html = faultless("/", planner.fill(button, **fields), 422)
    assert 'value="sáu mươi"' in html
    assert 'value="2020-01-01"' in html
    assert "lý do &lt;b&gt;của tôi&lt;/b&gt;" in html
    assert "Chưa ghi căn cứ" in html
    for name in ("citation",):
        assert f'href="#{name}"' in html
        assert f'id="{name}"' in html


def test_a_reason_is_asked_for(planner):
    fields = typed(planner, value="45", citation="Quyết định thử")
    html = faultless("/", planner.fill("/rules/changes", **fields), 422)
    assert "Chưa ghi lý do" in html
    assert 'id="reason"' in html


def test_rejecting_needs_a_reason_and_keeps_what_was_typed(planner, lead):
    fields = typed(planner, value="45", citation="Quyết định thử", reason="thử")
    address = planner.fill("/rules/changes", **fields).url.path
    lead.get(address)
    assert "Chưa ghi lý do" in faultless("/", lead.fill(f"{address}/reject", reason=" "), 422)
    done = faultless("/", lead.fill(f"{address}/reject", reason="Chưa có văn bản"))
    assert "Chưa có văn bản" in done
    assert "reason.change" not in faultless("/", planner.fill(f"{address}/withdraw"), 409)


def test_one_takes_back_what_one_proposed(planner, lead):
    fields = typed(planner, value="45", citation="Quyết định thử", reason="thử")
    address = planner.fill("/rules/changes", **fields).url.path
    planner.get(address)
    assert "Đã rút đề xuất" in faultless("/", planner.fill(f"{address}/withdraw"))
    assert "Đã rút lại" in faultless("/", lead.get("/rules/changes"))


def test_both_previews_are_shown_when_the_zones_have_changed(ruled, planner, lead):
    ruled.zone()
    fields = typed(planner, RuleKind.QUEUE_RULE, number=2, queue="power", citation="Nghị định thử",
                   reason="thử")  # fmt: skip
    address = planner.fill("/rules/changes", **fields).url.path
    before = lead.get(address)
    seen = re.search(r'name="seen" value="(\w+)"', before.text)[1]
    ruled.zone(households=77)
    answer = faultless("/", lead.fill(f"{address}/adopt", seen=seen), 409)
    assert "hãy đọc bản mới rồi quyết định" in answer
    assert "1 vùng, 10 hộ" in answer
    assert "2 vùng, 87 hộ" in answer
    seen = re.search(r'name="seen" value="(\w+)"', answer)[1]
    assert "Đã thông qua" in faultless("/", lead.fill(f"{address}/adopt", seen=seen))


@pytest.mark.parametrize(("kind", "role"), ROLES, ids=str)
def test_what_each_role_may_do_by_pages_and_api(  # noqa: PLR0917 - four are fixtures
    actors, signed_in, program, planner, kind, role
):
    browser, client = signed_in(actors[kind], role), program(actors[kind], role)
    fields = typed(planner, value="45", citation="Quyết định thử", reason="thử")
    waiting = int(planner.fill("/rules/changes", **fields).url.path.rsplit("/", 1)[1])
    may_propose, may_adopt = role in MAY[Act.CHANGE_RULES], role in MAY[Act.ADOPT_RULES]
    inside = kind in {OrganisationKind.AUTHORITY, OrganisationKind.AUDITOR}
    new = browser.get("/rules/changes/new?kind=queue_rule")
    assert new.status_code == (200 if may_propose else 403)
    browser.get("/rules/settings")
    sent = browser.fill("/rules/changes/preview", **fields)
    assert sent.status_code == (200 if may_propose else 403)
    assert browser.get(f"/rules/changes/{waiting}").status_code == (200 if inside else 404)
    asked = {"kind": "setting", "content": setting(), "reason": "thử"}
    preview = client.post("/api/v1/rules/changes/preview", json=asked)
    assert preview.status_code == (200 if may_propose else 403)
    proposed = client.post("/api/v1/rules/changes", json=asked)
    assert proposed.status_code == (201 if may_propose else 403)
    listed = client.get("/api/v1/rules/changes").json()["changes"]
    assert bool(listed) is inside
    address = f"/api/v1/rules/changes/{waiting}"
    assert client.get(address).status_code == (200 if inside else 404)
    assert client.get("/api/v1/rules").status_code == 200
    reject = client.post(f"{address}/reject", json={"reason": ""})
    assert reject.status_code == (422 if may_adopt else 403)
    adopted = client.post(f"{address}/adopt", json={})
    assert adopted.status_code == (200 if may_adopt else 403)


def test_a_token_named_like_the_proposer_is_the_proposer(
    database, authority, account, browser, program_of
):
    person = account(authority, Role.PLANNER)
    visitor = browser()
    visitor.sign_in(person.login, person.password)
    fields = typed(visitor, value="45", citation="Quyết định thử", reason="thử")
    address = "/api/v1" + visitor.fill("/rules/changes", **fields).url.path
    token = people.issue_token(
        database, authority, organisation_id=authority.organisation_id, role=Role.LEAD,
        label=person.login.upper(),
    )  # fmt: skip
    answer = program_of(token).post(f"{address}/adopt", json={})
    assert answer.status_code == 409
    assert "người đề xuất không tự thông qua" in answer.json()["detail"]


def test_the_api_tells_rows_by_their_day(program, authority):
    client = program(authority, Role.PLANNER)
    lead = program(authority, Role.LEAD)
    asked = {"kind": "setting", "content": setting(10, valid_from=TOMORROW.isoformat()),
             "reason": "thử"}  # fmt: skip
    made = client.post("/api/v1/rules/changes", json=asked).json()
    assert made["preview"]["clocks"] == {"verdicts_affected": 0, "verdicts_kept": 0}
    lead.post(f"/api/v1/rules/changes/{made['id']}/adopt", json={"seen": made["digest"]})

    def days(on):
        rows = client.get("/api/v1/rules", params={"on": on}).json()["settings"]
        return {row["value"]: row["state"] for row in rows if row["name"] == "dispute_days"}

    assert days(TODAY) == {60: "in_force", 10: "coming"}
    assert days(TOMORROW) == {60: "former", 10: "in_force"}
    assert client.get("/api/v1/rules", params={"on": "hôm qua"}).status_code == 422


def test_the_api_refuses_with_findings(program, authority):
    client = program(authority, Role.PLANNER)
    asked = {"kind": "queue_rule", "content": queue_rule(position=0, citation=""), "reason": "x"}
    answer = client.post("/api/v1/rules/changes", json=asked)
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("#change-refused")
    assert {each["rule"] for each in answer.json()["findings"]} == {
        "rule.whole_between", "rule.citation_missing",
    }  # fmt: skip
    raw = '{"kind": "setting", "content": {"value": 1e999, "name": "\\ud800"}, "reason": "x"}'
    odd = client.post("/api/v1/rules/changes", content=raw,
                      headers={"Content-Type": "application/json"})  # fmt: skip
    assert odd.status_code == 422
    assert client.post("/api/v1/rules/changes/99/adopt", json={}).status_code == 404


@pytest.mark.parametrize("language", Language)
def test_a_form_gives_back_the_value_it_was_given(database, authority, language):
    standing = rule_changes.in_force(database, authority, TODAY).standing
    for row in standing.settings:
        values = values_of_row(RuleKind.SETTING, row, language) | {"valid_from": str(TODAY)}
        assert content_of(RuleKind.SETTING, values)["value"] == row.value.value


@pytest.mark.parametrize(
    ("typed_text", "read"),
    [("45", 45), ("1.500", 1500), ("1.234.567", 1234567), ("0,25", 0.25), ("0.25", 0.25),
     ("1 500", 1500), ("-110", -110), ("12.5", 12.5), ("nhiều", "nhiều"), ("", ""), ("1e3", 1000)],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(typed_text, read):
    row = DatedRow(1, SettingValue("lot_gap_m", 1, "x"), TODAY)
    values = values_of_row(RuleKind.SETTING, row, Language.VI) | {"value": typed_text}
    assert content_of(RuleKind.SETTING, values)["value"] == read
    assert number_as_typed(0.25, Language.VI) == "0,25"


@pytest.mark.parametrize(
    ("text", "day"),
    [("2027-01-31", "2027-01-31"), ("31/1/2027", "2027-01-31"), ("31/13/2027", "31/13/2027")],
)
def test_days_are_read_as_people_write_them(text, day):
    row = DatedRow(1, SettingValue("lot_gap_m", 1, "x"), TODAY)
    values = values_of_row(RuleKind.SETTING, row, Language.VI) | {"valid_from": text}
    assert content_of(RuleKind.SETTING, values)["valid_from"] == day
