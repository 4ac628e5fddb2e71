"""A file that is checked, waits, and is loaded: both steps are jobs when they take long, and done once."""

import threading

import pytest

from api import list_works
from coverage.actions.people import act_for
from coverage.actions.zones import list_zones
from coverage.people import OrganisationKind, Role
from coverage.storage import audit
from coverage.storage.people import ensure_organisation
from coverage.storage.zones import ZoneFilter
from tests.http.test_survey_checks import events_of
from tests.small_country import PROVINCES
from tests.small_country_lists import in_force

PATIENCE = 60
LIST = (
    "Xã,Thôn,Vĩ độ,Kinh độ,Số hộ,Điện lưới,Đặc biệt khó khăn,Tình trạng,Nhà mạng,Văn bản,Hạn phát sóng\n"
    "Xã Tân An,Nà Lại,22.151234,104.052345,31,Có,Có,đã có sóng,Viettel,QĐ 1/QĐ-UBND,\n"
).encode()


@pytest.fixture
def planner(database, authority, signed_in):
    in_force(database, authority)
    with database.transaction(authority) as connection:
        for code, name in PROVINCES.items():
            ensure_organisation(connection, OrganisationKind.PROVINCE, f"Sở {name}", code)
        ensure_organisation(connection, OrganisationKind.OPERATOR, "Viettel")
    return signed_in(authority, Role.PLANNER)


class Held:
    """Stands before both acts on a list, each of which waits until it is let go."""

    def __init__(self, monkeypatch):
        self.go = {"check": threading.Event(), "load": threading.Event()}
        self.fail_after_load = False
        for name in self.go:
            real = getattr(list_works.standings, f"{name}_standings")
            monkeypatch.setattr(list_works.standings, f"{name}_standings", self._held(name, real))

    def _held(self, name, real):
        def act(*given, told, **named):
            told("read", 0, 0)
            assert self.go[name].wait(PATIENCE)
            done = real(*given, told=told, **named)
            if name == "load" and self.fail_after_load:
                self.fail_after_load = False
                raise RuntimeError("after it was written")
            return done

        return act


@pytest.fixture
def held(app, monkeypatch):
    made = Held(monkeypatch)
    app.state.jobs.patience_seconds = 0
    yield made
    for each in made.go.values():
        each.set()


def send(planner):
    planner.get("/standings")
    sent = {"file": ("danh sách.csv", LIST)}
    return planner.fill("/standings/check", files=sent, province="15").url.path


def followed(planner, address):
    assert events_of(planner.get(f"{address}/events"))[-1][0] == "over"
    return planner.get(f"/api/v1{address}").json()


def checked(planner, held):
    """The address of the checked list, which waits."""
    checking = send(planner)
    assert checking.startswith("/jobs/")
    assert f'href="{checking}"' in planner.get("/standings").text
    held.go["check"].set()
    return followed(planner, checking)["result"]


def loads(database, authority):
    with database.transaction(authority) as connection:
        return [entry.act for entry in audit.entries(connection)].count("standings.loaded")


def test_a_long_check_and_a_long_load_have_their_pages(database, authority, planner, held):
    waiting = checked(planner, held)
    assert waiting.startswith("/standings/pending/")
    assert "Nà Lại" in planner.get(waiting).text
    loading = planner.fill(f"{waiting}/load").url.path
    planner.get(waiting)
    assert planner.fill(f"{waiting}/load").url.path == loading  # pressed twice, done once
    assert "Ghi danh sách vùng đã có kết quả: danh sách.csv" in planner.get(loading).text
    held.go["load"].set()
    told = followed(planner, loading)
    assert (told["state"], told["result"]) == ("done", "/standings?changed=1&rejected=0")
    assert "1 vùng thay đổi" in planner.get(loading, follow_redirects=True).text
    assert planner.get(waiting).status_code == 404  # it does not wait any more
    assert len(list_zones(database, authority, ZoneFilter()).page.zones) == 1
    assert loads(database, authority) == 1


def test_a_load_that_was_broken_off_after_it_was_written_is_not_done_twice(
    database, authority, planner, held
):
    waiting = checked(planner, held)
    held.fail_after_load = True
    planner.get(waiting)
    loading = planner.fill(f"{waiting}/load").url.path
    held.go["load"].set()
    told = followed(planner, loading)
    assert (told["state"], told["tries"]) == ("done", 2)
    assert told["result"] == "/zones?province=15"  # how many changed is known to nobody any more
    assert loads(database, authority) == 1


def test_a_list_that_is_cancelled_while_it_is_loaded_leaves_nothing(
    database, authority, planner, held
):
    waiting = checked(planner, held)
    planner.get(waiting)
    loading = planner.fill(f"{waiting}/load").url.path
    planner.get(loading)
    planner.fill(f"{loading}/cancel")
    held.go["load"].set()
    assert followed(planner, loading)["state"] == "cancelled"
    assert loads(database, authority) == 0
    assert planner.get(waiting).status_code == 200  # it waits for another word


def test_nobody_else_finds_what_waits(database, authority, planner, held, signed_in):
    waiting = checked(planner, held)
    other = signed_in(authority, Role.PLANNER)
    assert other.get(waiting).status_code == 404
    other.get("/standings")
    assert other.fill(f"{waiting}/load").status_code == 404
    officer = act_for(
        database, OrganisationKind.PROVINCE, Role.PROVINCE_OFFICER, "cán bộ", province_code="15"
    )
    assert signed_in(officer).get(waiting).status_code in {403, 404}
