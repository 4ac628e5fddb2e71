"""On an English page, what was stored in Vietnamese says that it is Vietnamese (WCAG 3.1.2)."""

import re

import pytest
from lxml import html

from tests.http.stored import a_vintage, a_zone

MARKED = re.compile("[ăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE)  # fmt: skip
_MOST_NAMES = 4  # words with Vietnamese letters in an English sentence that only names a place


def unmarked(page):
    """The texts of a page's main part that read as Vietnamese sentences and do not say so."""
    [main] = html.fromstring(page).xpath("//main")
    return [
        text.strip()
        for text in main.xpath(".//text()[not(ancestor::*[@lang='vi' or @class='printed'])]")
        if sum(bool(MARKED.search(word)) for word in text.split()) > _MOST_NAMES
    ]


@pytest.fixture
def visitor(signed_in, authority):
    return signed_in(authority)


@pytest.mark.parametrize("address", ["/rules/settings", "/docs", "/zones/{zone}"])
def test_stored_words_say_their_language(database, authority, province, visitor, address):
    a_vintage(database, authority)
    address = address.format(zone=a_zone(database, province("42")))
    assert '<span lang="vi">' not in visitor.get(address).text
    visitor.fill("/language", language="en", next="/")
    english = visitor.get(address).text
    assert unmarked(english) == []
    assert '<span lang="vi">' in english
