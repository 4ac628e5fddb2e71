"""The bar: few rooms, each opening on a page that its reader may see; HTMX gets one block."""

import re

import pytest

from api.pages.rooms import ROOMS, rooms_of
from coverage.people import ROLES_OF, OrganisationKind, Role
from tests.http.stored import a_zone

pytestmark = pytest.mark.usefixtures("one_commune")

EVERY_ROLE = [(kind, role) for kind, roles in ROLES_OF.items() for role in sorted(roles)]


@pytest.mark.parametrize(("kind", "role"), EVERY_ROLE, ids=lambda one: one.value)
def test_every_page_of_the_bar_opens_and_says_where_it_is(kind, role, signed_in, actors):
    visitor = signed_in(actors[kind], role)
    rooms = rooms_of(actors[kind], "/")
    assert 5 <= len(rooms) <= 10
    for room in rooms_of(_in_role(actors[kind], role), "/"):
        for entry in room.entries:
            page = visitor.get(entry.address)
            assert page.status_code == 200, (role, entry.address)
            bar = re.search(r'<nav class="rooms".*?</nav>', page.text, re.DOTALL)[0]
            inside = re.findall(r'href="([^"]+)" aria-current', bar)
            assert inside == [room.address], (role, entry.address)


def _in_role(actor, role):
    return type(actor)(
        actor.organisation_id, actor.kind, role, actor.name, actor.province_code, actor.person_id
    )


def test_a_page_belongs_to_one_room_for_each_reader(actors):
    addresses = [entry.address for room in ROOMS for entry in room.entries]
    for kind, role in EVERY_ROLE:
        for address in addresses:
            inside = [
                room for room in rooms_of(_in_role(actors[kind], role), address) if room.inside
            ]
            assert len(inside) <= 1


def test_what_has_no_place_in_the_bar_is_where_its_room_is(actors):
    planner = _in_role(actors[OrganisationKind.AUTHORITY], Role.PLANNER)
    here = next(room for room in rooms_of(planner, "/awards/new") if room.inside)
    assert (here.name, here.here.address) == ("Phát sóng", "/deliveries")
    assert not any(room.inside for room in rooms_of(planner, "/account"))


def test_htmx_gets_the_block_that_its_target_names_and_all_others_the_page(
    signed_in, officer, database
):
    a_zone(database, officer, village="Bản Tìm Thấy")
    visitor = signed_in(officer)
    whole = visitor.get("/zones")
    part = visitor.get("/zones", headers={"HX-Request": "true", "HX-Target": "zones-found"})
    back = visitor.get(
        "/zones",
        headers={
            "HX-Request": "true",
            "HX-Target": "zones-found",
            "HX-History-Restore-Request": "true",
        },
    )
    assert "<!doctype html>" in whole.text
    assert "<!doctype html>" in back.text
    assert "<!doctype html>" not in part.text
    assert "Bản Tìm Thấy" in part.text
    beside, _, found = part.text.partition('<div class="field" id="commune-choice"')
    assert (beside.strip() + found.partition("</div>")[2]).strip() in whole.text
    assert part.headers["vary"] == "HX-Request"
    unknown = visitor.get("/zones", headers={"HX-Request": "true", "HX-Target": "khong-co"})
    assert "<!doctype html>" in unknown.text
