"""The list of zones: what is asked, as files, and decided all at once."""

import csv
import io
import re

import openpyxl
import pytest

from coverage.actions import review, zones
from coverage.actions.review import Seen
from coverage.people import Role
from coverage.storage.zones import ZoneFilter
from coverage.zones import ZoneStatus
from tests.http.reviewing import told
from tests.http.stored import a_zone

pytestmark = pytest.mark.usefixtures("one_commune")

FORMULAS = ["=1+1", "+84 Bản", "-Bản", "@Bản", "Bản Thường"]


def listed(text):
    return [row[1] for row in list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))[1:]]


def test_a_file_has_what_the_filter_finds_and_no_formula(database, officer, signed_in):
    for number, village in enumerate(FORMULAS):
        a_zone(database, officer, village=village, households=10 + number)
    a_zone(database, officer, village="Bản Khác", households=1, grid_power=True)
    visitor = signed_in(officer)
    answer = visitor.get("/zones/files/csv?order=households&power=unknown")
    assert listed(answer.text) == [
        village if village.startswith("Bản") else f"'{village}"
        for village in reversed(FORMULAS)
    ]  # fmt: skip
    book = openpyxl.load_workbook(
        io.BytesIO(visitor.get("/zones/files/xlsx?words=ban").content)
    ).active  # fmt: skip
    cells = [row[1] for row in book.iter_rows(min_row=2)]
    assert {cell.value for cell in cells} == {*FORMULAS[1:], "Bản Khác"}
    assert {cell.data_type for cell in cells} == {"s"}
    assert visitor.get("/zones/files/pdf").status_code == 422


def test_every_part_of_the_filter_can_be_taken_away(database, officer, authority, signed_in):
    for number in range(4):
        a_zone(database, officer, village=f"Bản Mường {number}", grid_power=number < 3,
               signal="none" if number < 2 else None)  # fmt: skip
    page = signed_in(authority, Role.LEAD).get("/zones?words=muong&power=yes&signal=none&waiting=0")
    assert "2 vùng" in told(page)
    without = dict(re.findall(r'<li><a href="(/zones[^"]*)"[^>]*>.*?bỏ: (\d+) vùng', page.text))
    assert {address.replace("&amp;", "&"): count for address, count in without.items()} == {
        "/zones?signal=none&power=yes&waiting=0": "2",
        "/zones?words=muong&signal=none&waiting=0": "2",
        "/zones?words=muong&power=yes&waiting=0": "3",
    }


def test_a_zone_is_found_by_its_id_and_by_what_it_was_called(
    database, officer, authority, signed_in
):
    zone = a_zone(database, officer, village="Bản Cũ")
    a_zone(database, officer, village="Bản Kia")
    lead = signed_in(authority, Role.LEAD)
    assert "1 vùng" in told(lead.get(f"/zones?words={str(zone)[:13]}"))
    lead.fill(f"/zones/{zone}/village", version="1", village="Thôn Mới", reason="Nghị quyết 5")
    for words in ("cu", "bản cũ", "thon moi"):
        assert "Thôn Mới" in lead.get(f"/zones?words={words}").text, words


def form_of_all(page):
    return dict(re.findall(r'type="hidden" name="(query|print)" value="([^"]*)"', page.text))


def test_what_changed_since_the_list_was_seen_is_said_and_refused(
    database, officer, authority, signed_in
):
    ids = [a_zone(database, officer, village=f"Bản {number:03}") for number in range(130)]
    lead = signed_in(authority, Role.LEAD)
    page = lead.get("/zones?status=reported")
    assert "Tất cả 130 vùng khớp bộ lọc" in page.text
    review.take_up(database, authority, zone_ids=ids[:1])
    changed = lead.fill("/review/preview", all="1", move="take_up", **form_of_all(page))
    assert changed.status_code == 409
    assert "Danh sách đã thay đổi" in changed.text
    page = lead.get("/zones?status=reported")
    preview = lead.fill("/review/preview", all="1", move="approve", reason="x", **form_of_all(page))
    assert preview.status_code == 200
    carried = re.search(r'name="packed" value="([^"]+)"', preview.text)[1]
    review.decide(database, authority, review.Move.APPROVE, [Seen(ids[5], 1)])
    conflict = lead.fill("/review/decide", packed=carried, move="approve", reason="x")
    assert conflict.status_code == 409
    assert "<del>" in conflict.text
    assert "Chỉ quyết định 128 vùng không thay đổi" in conflict.text
    rest = re.search(r'name="packed" value="([^"]+)"', conflict.text)[1]
    lead.fill("/review/decide", packed=rest, move="approve", reason="x")
    approved = zones.list_zones(database, authority, ZoneFilter(status=ZoneStatus.APPROVED))
    assert approved.zones == 129


def test_more_than_a_person_can_answer_for_is_refused(
    database, officer, authority, signed_in, monkeypatch
):
    monkeypatch.setattr("api.pages.review_bulk.MOST_MATCHING", 60)
    for number in range(61):
        a_zone(database, officer, village=f"Bản {number:03}")
    lead = signed_in(authority, Role.LEAD)
    page = lead.get("/zones?status=reported")
    sent = {"query": "status=reported", "print": "1"} | form_of_all(page)
    assert lead.fill("/review/preview", all="1", move="take_up", **sent).status_code == 422
    sixty = sent | {"query": "status=reported&words=00"}
    assert lead.fill("/review/preview", all="1", move="take_up", **sixty).status_code in {200, 409}


@pytest.mark.parametrize("packed", ["x", "AAAA", "A" * 200_000])
def test_what_no_form_carries_is_refused(officer, authority, signed_in, packed):
    lead = signed_in(authority, Role.LEAD)
    lead.get("/review")
    answer = lead.fill("/review/decide", packed=packed, move="approve")
    assert answer.status_code == 422
