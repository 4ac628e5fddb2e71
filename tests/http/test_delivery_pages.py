"""The list of deliveries page by page: the latest first, each zone once, clocks in words."""

import datetime as dt
import re

import pytest

from api.pages import deliveries as pages
from tests.delivered import award, published, today
from tests.http.pages import read_page


@pytest.fixture
def awarded(database, authority, province):
    number = published(database, authority, province("42"))
    return award(database, authority, number, awarded_on=today())


def test_pages_follow_one_another_by_the_row_before(signed_in, operator, awarded, monkeypatch):
    monkeypatch.setattr(pages, "ZONES_PER_PAGE", 1)
    reader = signed_in(operator("Viettel"))
    address, seen = "/deliveries", []
    while address:
        page = reader.get(address)
        assert read_page("/deliveries", page.text).faults == []
        table = page.text.split('id="zones"')[1].split('id="awards"')[0]
        seen += re.findall(r'<th scope="row"><a href="/zones/([^"]+)"', table)
        assert len(seen) <= 3, "a page came again"
        more = re.search(r'href="([^"]+)" rel="next"', page.text)
        address = more[1].replace("&amp;", "&") if more else None
    assert len(seen) == len(set(seen)) == 3
    for broken in ("x", "bnVsbA==", "WzFd", "W1tdXQ==", "%ff"):
        assert reader.get(f"/deliveries?after={broken}").status_code == 200


def test_a_clock_is_told_in_words_and_as_a_bar(signed_in, operator, awarded):
    page = signed_in(operator("Viettel")).get("/deliveries").text
    left = (awarded.due_on - dt.date.fromisoformat(str(today()))).days
    assert f"còn {left} ngày" in page.replace("\u00a0", " ")
    total = (awarded.due_on - awarded.awarded_on).days
    assert re.search(rf'<meter class="clock" min="0" max="{total}"[^>]* value="0"', page)
