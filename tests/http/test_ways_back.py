"""Where somebody stands who went back after submitting, or has nothing to look through yet."""

import pytest

from tests.http.files import a_csv


@pytest.fixture
def database(country_database):
    return country_database


def test_back_after_submitting_leads_to_what_was_submitted(database, officer, visitor):
    visitor.get("/surveys/new")
    checked = visitor.fill("/surveys/check", files={"file": ("a.csv", a_csv(database, officer))})
    address = checked.url.path
    assert "/pending/" in address
    visitor.fill(f"{address}/submit")
    back = visitor.get(address)
    assert back.status_code == 404
    assert "Tệp này không còn chờ ở đây" in back.text
    assert address.rsplit("/", 1)[1] not in back.text.split("<main", 1)[1]  # a key tells nothing
    assert '<a class="button" href="/surveys">' in back.text

    again = visitor.fill("/surveys/check", files={"file": ("a.csv", a_csv(database, officer))})
    assert f"{again.url.path}/submit" not in again.text
    assert "nộp lại không thay đổi gì" in again.text
    assert f"{again.url.path}/forget" in again.text


def test_there_is_no_filter_where_there_is_nothing_to_filter(database, officer, visitor):
    bare = visitor.get("/zones")
    assert 'role="search"' not in bare.text
    assert "/surveys/new" in bare.text.split('id="zones-found"')[1]
    assert 'role="search"' in visitor.get("/zones?words=x").text  # one's own filter can be undone
