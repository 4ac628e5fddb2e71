"""Maps for paper: so many of one person, so many at once of the machine, and when to come again."""

import multiprocessing
import threading
from contextlib import ExitStack

import pytest

import api.map_papers
import api.pages.map_papers
from api import printing
from api.printing import turn
from api.refusals import PrintersBusy
from coverage.actions import attempts
from coverage.actions.attempts import Window
from tests.builders import zone_id

SOME = zone_id(1)
PAGES = ("/map/print", "/map/print?province=42", f"/lots/{SOME}/map.pdf", f"/zones/{SOME}/map.pdf")
PROGRAMS = tuple(
    f"/api/v1/maps/{name}.pdf" for name in ("national", "provinces/42", f"lots/{SOME}", f"zones/{SOME}")
)  # fmt: skip
PAPERS = ("country_paper", "province_paper", "lot_paper", "zone_paper")


@pytest.fixture(autouse=True)
def papers(monkeypatch):
    """Every map is made at once; how maps are made is for other tests."""
    for door in (api.map_papers, api.pages.map_papers):
        for name in PAPERS:
            monkeypatch.setattr(door, name, lambda *_, **__: ("bản đồ.pdf", b"%PDF-1"))


def test_a_persons_maps_are_counted_at_every_door(signed_in, program, authority, monkeypatch):
    monkeypatch.setattr(attempts, "PRINTS_PER_PERSON", Window(len(PAGES), 600))
    visitor, client = signed_in(authority), program(authority)
    for address in PAGES:
        assert visitor.get(address).content == b"%PDF-1"
    for address in (*PAGES, *PROGRAMS):  # a session may use the API too
        answer = visitor.get(address)
        assert answer.status_code == 429, address
        assert 590 <= int(answer.headers["retry-after"]) <= 600
    shown = visitor.get(PAGES[0]).text
    assert "In bản đồ quá nhiều lần" in shown
    assert "Hãy mở lại trang này sau 10 phút" in shown
    for address in PROGRAMS:
        assert client.get(address).status_code == 200, address
    told = client.get(PROGRAMS[0])
    assert (told.status_code, told.json()["type"].rpartition("#")[2]) == (429, "too-many-prints")
    assert signed_in(authority).get(PAGES[0]).status_code == 200  # somebody else


def test_more_than_the_machine_prints_at_once_are_told_when_to_come_again(
    signed_in, authority, settings, monkeypatch
):
    visitor = signed_in(authority)
    monkeypatch.setattr(printing, "PATIENCE_SECONDS", 0.0)
    with ExitStack() as others:
        for _ in range(printing.AT_ONCE):
            others.enter_context(turn(settings.folders.var / "printing"))
        for address in (*PAGES, *PROGRAMS):
            answer = visitor.get(address)
            assert answer.status_code == 503, address
            assert answer.headers["retry-after"] == "15"
        assert "Hãy mở lại trang này sau 15 giây" in visitor.get(PAGES[0]).text
        with pytest.raises(PrintersBusy):
            others.enter_context(turn(settings.folders.var / "printing"))
    assert visitor.get(PAGES[0]).status_code == 200


def test_who_stands_in_line_gets_the_place_that_is_given_back(tmp_path, monkeypatch):
    monkeypatch.setattr(printing, "AT_ONCE", 1)
    monkeypatch.setattr(printing, "PATIENCE_SECONDS", 60.0)
    order = []
    with turn(tmp_path):
        waiting = threading.Thread(target=lambda: order.append(_printed(tmp_path)))
        waiting.start()
        waiting.join(0.3)
        order.append("first")
    waiting.join(60)
    assert order == ["first", "printed"]


def test_a_place_of_a_map_that_failed_or_of_a_killed_process_is_free(tmp_path, monkeypatch):
    monkeypatch.setattr(printing, "AT_ONCE", 1)
    monkeypatch.setattr(printing, "PATIENCE_SECONDS", 30.0)
    with pytest.raises(ZeroDivisionError), turn(tmp_path):
        raise ZeroDivisionError
    spawning = multiprocessing.get_context("fork")
    held = spawning.Event()
    other = spawning.Process(target=_hold, args=(tmp_path, held))
    other.start()
    assert held.wait(30)
    monkeypatch.setattr(printing, "PATIENCE_SECONDS", 0.0)
    with pytest.raises(PrintersBusy), turn(tmp_path):
        pass
    other.kill()
    other.join()
    assert _printed(tmp_path) == "printed"


def _hold(folder, held):
    with turn(folder):
        held.set()
        threading.Event().wait(60)


def _printed(folder):
    with turn(folder):
        return "printed"
