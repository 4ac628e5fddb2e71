"""What an officer takes along: marked workbooks and receipts, for those who may see them."""

import io

import openpyxl
import pytest

from tests.http.files import a_csv


@pytest.fixture
def database(country_database):
    return country_database


@pytest.fixture
def waiting(database, officer, visitor):
    content = a_csv(database, officer, villages=2, bad=1)
    visitor.get("/surveys/new")
    return visitor.fill("/surveys/check", files={"file": ("báo cáo.csv", content)})


def words_of(answer):
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    return [
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
    ]


def test_a_waiting_file_comes_back_marked(waiting, visitor, signed_in, officer):
    address = f"{waiting.url.path}/marked"
    assert f'href="{address}"' in waiting.text
    answer = visitor.get(address)
    assert ".xlsx" in answer.headers["content-disposition"]
    assert any("không phải là một con số chính xác" in word for word in words_of(answer))
    assert signed_in(officer).get(address).status_code == 404


def test_a_submission_has_its_marked_file_and_its_receipt(
    waiting, visitor, signed_in, province, authority
):
    done = visitor.fill(f"{waiting.url.path}/submit")
    stranger, reviewer = signed_in(province("40")), signed_in(authority)
    for paper, begins in (("marked", b"PK"), ("receipt", b"%PDF")):
        address = f"{done.url.path}/{paper}"
        assert f'href="{address}"' in done.text
        for reader in (visitor, reviewer):
            assert reader.get(address).content.startswith(begins)
        assert stranger.get(address).status_code == 404
