"""The administration of people on its pages: found, invited, changed, closed; tokens, operators."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from coverage.actions import accounts
from coverage.errors import Conflict
from coverage.people import OrganisationKind, Role
from tests.reported import as_owner

WANTED = "bản rào tre chờ sóng từ tết"


@pytest.fixture
def administrator(signed_in, authority):
    return signed_in(authority)


@pytest.fixture
def known(database, authority):
    """The account of a login."""
    return lambda login: accounts.account(database, authority, login)


def secret(page):
    return re.search(r"<textarea[^>]*>([^<]+)</textarea>", page.text)[1]


def test_an_administrator_invites_a_person_who_chooses_a_password(
    administrator, browser, officer, known
):
    administrator.get("/people/new?kind=province")
    page = administrator.fill(
        "/people/new", kind="province", organisation=str(officer.organisation_id),
        role="province_officer", full_name="Lò Thị  Thử", login="Lo.Thi.Thu",
    )  # fmt: skip
    assert page.status_code == 201
    address = secret(page)
    assert address.startswith("/reset/")
    person = known("lo.thi.thu")
    assert (person.full_name, person.has_password, person.signed_in_at) == (
        "Lò Thị Thử", False, None,
    )  # fmt: skip
    assert browser().sign_in("lo.thi.thu", "").status_code == 401
    assert address not in administrator.get(f"/people/{person.id}").text  # shown once
    invited = browser()
    invited.get(address)
    assert invited.fill(address, wanted=WANTED, again=WANTED).url.path == "/"
    person = known("lo.thi.thu")
    assert person.sessions == 1
    assert person.signed_in_at is not None
    assert person.link_until is None


def test_an_invitation_that_cannot_be_says_why(administrator, officer):
    right = {
        "kind": "province", "organisation": str(officer.organisation_id),
        "role": "province_officer", "full_name": "Lò Thị Thử",
    }  # fmt: skip
    administrator.get("/people/new")
    assert administrator.fill("/people/new", **right, login="trung.ten").status_code == 201
    administrator.get("/people/new")
    for fields, told in (
        ({"login": "có dấu"}, "tên đăng nhập chỉ gồm"),
        ({"full_name": " "}, "chưa ghi tên"),
        ({"role": "planner"}, "không thuộc loại tổ chức"),
        ({"role": ""}, "hãy chọn vai trò"),
        ({"organisation": ""}, "hãy chọn tổ chức"),
        ({"login": "trung.ten"}, "đã có"),
    ):
        refused = administrator.fill("/people/new", **{**right, "login": "moi", **fields})
        assert refused.status_code == 409
        assert told.lower() in refused.text.lower()


def test_the_list_is_searched_filtered_and_paged(
    administrator, account, officer, operator, monkeypatch
):
    monkeypatch.setattr("api.pages.people.PEOPLE_PER_PAGE", 3)
    people = [account(officer) for _ in range(5)]
    rival = account(operator("Viettel"))
    found, address, pages = set(), "/people?kind=province", 0
    while address:
        page = administrator.get(address)
        assert page.status_code == 200
        shown = re.findall(r"nguoi\.[0-9a-f]{8}", page.text)
        assert not found & set(shown)
        found |= set(shown)
        following = re.search(r'href="(/people\?[^"]+)" rel="next"', page.text)
        address, pages = following and following[1].replace("&amp;", "&"), pages + 1
    assert found == {each.login for each in people}
    assert pages == 2
    assert rival.login in administrator.get("/people?words=viettel").text
    assert rival.login not in administrator.get("/people?role=auditor").text
    assert "Không có người dùng nào" in administrator.get("/people?words=%25_").text
    part = administrator.get(
        "/people?state=open", headers={"HX-Request": "true", "HX-Target": "people-found"}
    )
    assert "<!doctype html>" not in part.text
    assert administrator.get("/people?cursor=sai").status_code == 422


def test_a_role_and_an_end_take_effect_at_once(  # noqa: PLR0917
    administrator, signed_in, account, browser, authority, known
):
    reviewer = account(authority, Role.REVIEWER)
    visitor = browser()
    visitor.sign_in(reviewer.login, reviewer.password)
    assert visitor.get("/review").status_code == 200
    assert visitor.get("/standings").status_code == 403
    person = known(reviewer.login)
    address = f"/people/{person.id}"
    administrator.get(address)
    assert "Vai trò mới có hiệu lực ngay" in administrator.fill(
        address, full_name="Tên Mới", role="planner"
    ).text  # fmt: skip
    assert visitor.get("/standings").status_code == 200
    assert visitor.get("/review").status_code == 403
    administrator.fill(f"{address}/end-sessions")
    assert visitor.get("/standings").headers["location"].startswith("/sign-in")
    visitor.sign_in(reviewer.login, reviewer.password)
    administrator.fill(f"{address}/disable")
    assert visitor.get("/standings").status_code == 303
    assert browser().sign_in(reviewer.login, reviewer.password).status_code == 401
    assert administrator.fill(f"{address}/disable").status_code == 404
    administrator.fill(f"{address}/enable")
    assert browser().sign_in(reviewer.login, reviewer.password).status_code == 200
    assert visitor.get("/standings").status_code == 303  # the former session stays ended


def test_nobody_shuts_themselves_or_everybody_out(
    browser, account, database, authority, known
):  # fmt: skip
    only = account(authority)
    visitor = browser()
    visitor.sign_in(only.login, only.password)
    address = f"/people/{known(only.login).id}"
    visitor.get(address)
    for act, fields, told in (
        ("/disable", {}, "tự khóa"),
        ("", {"full_name": "X", "role": "planner"}, "tự đổi"),
    ):
        refused = visitor.fill(address + act, **fields)
        assert refused.status_code == 409
        assert told in refused.text
    with pytest.raises(Conflict, match="last_administrator"):
        accounts.disable(database, authority, only.login)
    with pytest.raises(Conflict, match="last_administrator"):
        accounts.change(database, authority, only.login, full_name="X", role=Role.LEAD)
    second = account(authority)
    accounts.disable(database, authority, only.login)
    with pytest.raises(Conflict, match="last_administrator"):
        accounts.disable(database, authority, second.login)


def test_two_who_close_each_other_at_once_leave_one(database, authority, account, known):
    both = [account(authority) for _ in range(2)]

    def close(login):
        try:
            accounts.disable(database, authority, login)
        except Conflict as refused:
            return refused.facts["reason"]
        return "done"

    with ThreadPoolExecutor(2) as threads:
        done = sorted(threads.map(close, [each.login for each in both]))
    assert done == ["done", "last_administrator"]


def test_tokens_are_shown_once_told_when_used_and_revoked(administrator, program_of, operator):
    viettel = operator("Viettel")
    administrator.get("/tokens")
    fields = {"kind": "operator", "organisation": str(viettel.organisation_id), "role": "operator"}
    made = secret(administrator.fill("/tokens", label="máy chủ thử", **fields))
    assert made not in administrator.get("/tokens").text
    assert "chưa lần nào" in administrator.get("/tokens").text
    client = program_of(made)
    assert client.get("/api/v1/packages").status_code == 200
    assert "chưa lần nào" not in administrator.get("/tokens").text
    wrong = administrator.fill("/tokens", label="x", **{**fields, "role": "planner"})
    assert wrong.status_code == 409
    assert administrator.fill("/tokens", label=" ", **fields).status_code == 409
    token = re.search(r"/tokens/([0-9a-f-]{36})/revoke", administrator.get("/tokens").text)[1]
    assert "Đã thu hồi" in administrator.fill(f"/tokens/{token}/revoke").text
    assert client.get("/api/v1/packages").status_code == 401
    assert administrator.fill(f"/tokens/{token}/revoke").status_code == 404


def test_an_operator_is_entered_once(administrator, database, authority):
    administrator.get("/organisations")
    assert "Gtel" in administrator.fill("/organisations", name=" Gtel  Mobile ").text
    for taken in ("Gtel Mobile", "Cục Viễn thông", ""):
        assert administrator.fill("/organisations", name=taken).status_code == 409
    names = [each.name for each in accounts.list_organisations(database, authority)]
    assert names.count("Gtel Mobile") == 1
    listed = accounts.list_organisations(database, authority, OrganisationKind.OPERATOR)
    assert [each.name for each in listed] == ["Gtel Mobile"]


def test_every_act_is_in_the_log_and_nothing_secret(  # noqa: PLR0917
    administrator, database, authority, account, officer, known
):
    person = account(officer)
    address = f"/people/{known(person.login).id}"
    administrator.get(address)
    link = secret(administrator.fill(f"{address}/link"))
    administrator.fill(address, full_name="Tên Khác", role="province_approver")
    for act in ("end-sessions", "disable", "enable"):
        administrator.fill(f"{address}/{act}")
    fields = {"organisation": str(officer.organisation_id), "role": "province_officer"}
    token = secret(administrator.fill("/tokens", label="thử", **fields))
    with as_owner(database, authority) as connection:
        rows = connection.execute(text("SELECT act, subject FROM phusong.audit_entry")).all()
        log = str(connection.execute(text("SELECT * FROM phusong.audit_entry")).all())
    acts = {row.act for row in rows if row.subject == person.login}
    assert acts >= {
        "person.added", "person.link_made", "person.changed", "person.sessions_ended",
        "person.disabled", "person.enabled",
    }  # fmt: skip
    for one in (link.rsplit("/", 1)[1], token, person.password):
        assert one not in log


def test_only_an_administrator_comes_here(signed_in, authority, account, officer, known):
    person = known(account(officer).login)
    visitor = signed_in(authority, Role.LEAD)
    for address in ("/people", "/people/new", f"/people/{person.id}", "/tokens", "/organisations"):
        assert visitor.get(address).status_code == 403, address
    visitor.get("/account")
    for act in ("", "/disable", "/enable", "/link", "/end-sessions"):
        sent = visitor.fill(f"/people/{person.id}{act}", full_name="X", role="province_officer")
        assert sent.status_code == 403
    assert known(person.login) == person


def test_a_token_writes_down_its_use_once_an_hour(database, authority, program):
    """A program that asks all day does not write all day."""
    client = program(authority)

    def used():
        with as_owner(database, authority) as connection:
            return connection.execute(
                text("SELECT used_at, xmin::text FROM phusong.api_token")
            ).one()  # fmt: skip

    def ago(minutes):
        with as_owner(database, authority) as connection:
            connection.execute(
                text("UPDATE phusong.api_token SET used_at = now() - make_interval(mins => :ago)"),
                {"ago": minutes},
            )
        return used()

    def asks():
        assert client.get("/api/v1/problems").status_code == 200
        assert client.get("/tiles/zones/5/25/14").status_code == 200
        return used()

    assert used().used_at is None
    first = asks()
    assert first.used_at is not None
    assert asks() == first
    within = ago(59)
    assert asks() == within
    before = ago(61)
    assert asks().used_at > before.used_at
