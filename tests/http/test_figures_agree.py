"""A figure that leads to a list finds there as many zones as it told."""

import re

import pytest

from coverage.people import Role
from coverage.zones import Queue, ZoneStatus
from tests.http.reviewing import told
from tests.http.stored import a_zone


@pytest.fixture
def of_every_kind(database, officer, one_commune):
    """A zone in every status for every payer, each with households of its own."""
    households = 10
    for queue in Queue:
        for status in ZoneStatus:
            households += 1
            into = {}
            if status is ZoneStatus.MERGED:
                into["merged_into"] = a_zone(database, officer, households=1, village="Bản Nhận")
            a_zone(
                database, officer, village=f"Bản {queue.value} {status.value}", queue=queue.value,
                queue_reason="Lý do thử", status=status.value, households=households, **into,
            )  # fmt: skip


def found(visitor, address):
    """How many zones and households the list at an address says that it has."""
    page = visitor.get(address.replace("&amp;", "&"))
    assert page.status_code == 200
    zones, households = re.search(r"([\d.]+) vùng ?, ([\d.]+) hộ", told(page)).groups()
    return zones, households


@pytest.mark.usefixtures("of_every_kind")
def test_the_figures_of_home_are_those_of_the_lists_behind_them(authority, officer, signed_in):
    for visitor in (signed_in(authority, Role.PLANNER), signed_in(officer)):
        page = visitor.get("/").text
        figures = re.findall(
            r'<dt><a href="([^"]+)">[^<]+</a></dt><dd>([\d.]+)<small>([\d.]+) hộ', page
        )
        assert len(figures) == len(Queue)
        for address, zones, households in figures:
            assert found(visitor, address) == (zones, households), address
        # A task or what is awaited of others says how many, and leads to them.
        counted = [
            *re.findall(r'<a href="(/zones[^"]*)">[^<]*?(\d+) vùng', page),
            *(
                (address, zones)
                for zones, address in re.findall(
                    r'<h3>(\d+) vùng (?:(?!</li>).)*?href="(/zones[^"]*)"', page, re.DOTALL
                )
            ),
        ]
        assert len(counted) >= 2
        for address, zones in counted:
            assert found(visitor, address)[0] == zones, address


@pytest.mark.usefixtures("of_every_kind")
def test_the_figures_of_progress_are_those_of_the_lists_behind_them(authority, signed_in):
    visitor = signed_in(authority, Role.LEAD)
    page = visitor.get("/progress").text
    waiting, review, correction = (
        re.search(rf'<section id="{name}".*?</section>', page, re.DOTALL)[0]
        for name in ("waiting", "review", "correction")
    )
    for section, label in (
        (waiting, "Vùng còn chờ"), (review, "Số vùng"), (correction, "Số vùng")
    ):  # fmt: skip
        address, line = re.search(
            r'<th scope="row"><a href="(/zones[^"]*)"(.*?)</tr>', section, re.DOTALL
        ).groups()
        zones = re.search(rf'data-label="{label}"[^>]*>(?:<strong>)?([\d.]+)', line)[1]
        assert found(visitor, address)[0] == zones, address


@pytest.mark.usefixtures("of_every_kind")
def test_who_waits_for_a_package_is_who_will_be_in_one(officer, signed_in):
    page = signed_in(officer).get("/").text
    assert "Cục Viễn thông gom lô, lập gói thầu: 1 vùng" in page


@pytest.mark.usefixtures("of_every_kind")
def test_a_program_asks_for_what_is_counted_together(officer, program):
    asked = program(officer)
    matched = {
        group: asked.get(f"/api/v1/zones?status={group}&limit=1").json()["numberMatched"]
        for group in ("review", "waiting", "current")
    }
    of_each, kinds = len(Queue), len(ZoneStatus)
    taken_in = of_each  # the zones that took others in were reported too
    assert matched == {
        "review": 2 * of_each + taken_in,
        "waiting": 6 * (of_each - 1) + taken_in,  # who is covered waits for nothing
        "current": (kinds - 3) * of_each + taken_in,
    }
