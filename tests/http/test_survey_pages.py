"""The officer's way: upload, findings, correct the columns, submit, and the fate of every row."""

import os
import re
import time

import pytest
from sqlalchemy import text

from api.pending import KEPT_SECONDS
from coverage.people import Role
from tests.http.files import HEADER, a_csv


@pytest.fixture
def database(country_database):
    return country_database


def upload(visitor, content, name="báo cáo.csv"):
    visitor.get("/surveys/new")
    return visitor.fill("/surveys/check", files={"file": (name, content)})


def stored(database, authority):
    with database.transaction(authority) as connection:
        return connection.execute(text("SELECT count(*) FROM phusong.submission")).scalar_one()


def waiting_files(settings):
    return [path for path in (settings.folders.var / "uploads").rglob("*") if path.is_file()]


def test_from_the_file_to_the_fate_of_its_rows(database, authority, officer, visitor, settings):
    page = upload(visitor, a_csv(database, officer, villages=3, bad=2))
    assert page.url.path.startswith("/surveys/pending/")
    assert "Bị từ chối (2)" in page.text
    assert "Nộp 3 dòng được nhận" in page.text
    assert "khoảng 50" in page.text
    assert "Bản Thử 1<" not in page.text  # the gravest rows are shown first
    assert stored(database, authority) == 0
    done = visitor.fill(f"{page.url.path}/submit", replaces="")
    assert re.fullmatch(r"/surveys/\d+", done.url.path)
    assert "Đã nộp" in done.text
    assert waiting_files(settings) == []
    every = visitor.get(f"{done.url.path}?show=all").text
    assert every.count('href="/zones/') == 3
    assert every.count("Đã báo cáo") == 3
    assert "Chờ thẩm định" in every  # among the outcomes
    assert "2 dòng bị từ chối trong lần nộp số" in visitor.get("/").text
    assert visitor.get(f"{done.url.path}/file").content.startswith("\ufeffSTT".encode())


def test_cancelling_leaves_nothing(database, authority, officer, visitor, settings):
    page = upload(visitor, a_csv(database, officer))
    assert len(waiting_files(settings)) == 2
    assert visitor.fill(f"{page.url.path}/forget").url.path == "/surveys/new"
    assert waiting_files(settings) == []
    assert visitor.get(page.url.path).status_code == 404
    assert stored(database, authority) == 0


def test_a_new_file_takes_the_place_of_the_one_before(database, officer, visitor, settings):
    first = upload(visitor, a_csv(database, officer))
    second = upload(visitor, a_csv(database, officer, prefix="Bản Khác"))
    assert len(waiting_files(settings)) == 2
    assert visitor.get(first.url.path).status_code == 404
    assert visitor.get(second.url.path).status_code == 200


def test_a_waiting_file_is_its_senders_alone(database, officer, visitor, signed_in):
    page = upload(visitor, a_csv(database, officer))
    colleague = signed_in(officer, Role.PROVINCE_APPROVER)
    assert colleague.get(page.url.path).status_code == 404
    for step in ("submit", "forget", "columns"):
        assert colleague.fill(f"{page.url.path}/{step}").status_code == 404
    assert visitor.get(page.url.path).status_code == 200


def test_a_waiting_file_does_not_wait_for_ever(database, officer, visitor, settings):
    page = upload(visitor, a_csv(database, officer))
    long_ago = time.time() - KEPT_SECONDS - 1
    for sender in (settings.folders.var / "uploads").iterdir():
        os.utime(sender, (long_ago, long_ago))
    assert visitor.fill(f"{page.url.path}/submit").status_code == 404
    assert waiting_files(settings) == []


def test_the_officers_word_on_a_column_is_taken_and_remembered(database, officer, visitor):
    header = [name if name != "Số hộ" else "Zzz" for name in HEADER]
    page = upload(visitor, a_csv(database, officer, header=header))
    assert "Bị từ chối (4)" in page.text
    assert '<details class="boxed" id="columns" open>' in page.text
    said = visitor.fill(
        f"{page.url.path}/columns", **{**columns_of(page), "column:Zzz": "households"}
    )
    assert "Được nhận (4)" in said.text
    visitor.fill(f"{said.url.path}/submit")
    following = upload(visitor, a_csv(database, officer, header=header, prefix="Bản Sau"))
    assert "Được nhận (4)" in following.text


def columns_of(page):
    chosen = r'<select name="(column:[^"]+)"(?:(?!</select>).)*?value="([^"]*)" selected'
    return dict(re.findall(chosen, page.text, re.DOTALL))


def test_a_column_understood_wrongly_is_read_otherwise(database, officer, visitor):
    page = upload(visitor, a_csv(database, officer))
    fields = columns_of(page)
    assert fields["column:Số hộ"] == "households"
    again = visitor.fill(f"{page.url.path}/columns", **{**fields, "column:Số hộ": "population"})
    assert "không có cột số hộ" in again.text
    assert visitor.fill(f"{again.url.path}/columns", **{"column:Xã": "nhảm"}).status_code == 422


def test_a_corrected_file_replaces_the_first(database, officer, visitor):
    first = upload(visitor, a_csv(database, officer, villages=3, bad=1))
    number = visitor.fill(f"{first.url.path}/submit").url.path.rsplit("/", 1)[1]
    second = upload(visitor, a_csv(database, officer, villages=4))
    assert f"Bản sửa của lần nộp số {number}" in second.text
    done = visitor.fill(f"{second.url.path}/submit", replaces=number)
    assert "Đã nộp" in done.text
    assert "Đã thay bằng bản sửa" in visitor.get(f"/surveys/{number}").text
    assert "<strong>4 vùng</strong>" in visitor.get("/zones").text


def test_the_same_file_again_changes_nothing(database, officer, visitor):
    content = a_csv(database, officer)
    visitor.fill(f"{upload(visitor, content).url.path}/submit")
    again = visitor.fill(f"{upload(visitor, content).url.path}/submit")
    assert "Chính tệp này đã nộp trước đây" in again.text


def test_a_submission_is_withdrawn_on_its_page(database, officer, visitor, signed_in, province):
    done = visitor.fill(f"{upload(visitor, a_csv(database, officer)).url.path}/submit")
    stranger = signed_in(province("40"))
    assert stranger.fill(f"{done.url.path}/withdraw").status_code == 404
    after = visitor.fill(f"{done.url.path}/withdraw")
    assert "Đã rút lại lần nộp này" in after.text
    assert visitor.fill(f"{done.url.path}/withdraw").status_code == 409


def test_what_a_file_says_is_never_run(database, officer, visitor):
    evil = "<img src=x onerror=alert(1)>"
    page = upload(visitor, a_csv(database, officer, bad=1, prefix=evil), f"{evil}.csv")
    assert "Bị từ chối (1)" in page.text
    assert "<img src=x" not in page.text
    done = visitor.fill(f"{page.url.path}/submit")
    for address in (f"{done.url.path}?show=all", "/surveys", "/zones", "/"):
        assert "<img src=x" not in visitor.get(address).text, address


def test_many_rows_come_in_pages(database, officer, visitor):
    page = upload(visitor, a_csv(database, officer, villages=69) + _more(database, officer, 120))

    def rejected(query):
        text = visitor.get(f"{page.url.path}?show=rejected{query}").text
        return len(re.findall(r'<tr [^>]*class="rejected', text)), text

    assert rejected("")[0] == 100
    assert "Trang 1 trên 2" in rejected("")[1]
    assert rejected("&page=2")[0] == rejected("&page=9")[0] == 20
    assert visitor.get(f"{page.url.path}?show=none").status_code == 422


def _more(database, officer, count):
    rows = [f"{n},Hương Khê,Bản hỏng {n},,,,Có,x" for n in range(count)]
    return "\r\n".join(rows).encode() + b"\r\n"


def test_the_findings_follow_the_language(database, officer, visitor):
    page = upload(visitor, a_csv(database, officer, villages=2, bad=1))
    english = visitor.fill("/language", language="en", next=page.url.path)
    assert "Submit the 2 accepted rows" in english.text
    assert "Rejected (1)" in english.text
    assert "Dòng này" not in english.text


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04" + b"x" * 99])
def test_a_file_that_cannot_be_taken_keeps_the_form(visitor, settings, content):
    page = upload(visitor, content, "hỏng.xlsx")
    assert page.status_code == 422
    assert "Chưa nhận được tệp “hỏng.xlsx”" in page.text
    assert 'type="file"' in page.text
    assert waiting_files(settings) == []


def test_a_file_without_the_forms_token_is_refused(database, officer, visitor, settings):
    visitor.csrf = "khác"
    answer = visitor.fill("/surveys/check", files={"file": ("a.csv", a_csv(database, officer))})
    assert answer.status_code == 403
    assert waiting_files(settings) == []


def test_only_a_province_sends_files(authority, operator, signed_in):
    for actor in (authority, operator("Viettel")):
        other = signed_in(actor)
        assert other.get("/surveys/new").status_code == 403
        assert other.get("/surveys/template").status_code == 403
        assert "Nộp khảo sát" not in other.get("/").text


def test_the_template_is_the_provinces_own(visitor):
    answer = visitor.get("/surveys/template")
    assert answer.content.startswith(b"PK")
    assert "mau-khao-sat-42.xlsx" in answer.headers["content-disposition"]
    page = upload(visitor, answer.content, "mau.xlsx")
    assert page.url.path.startswith("/surveys/pending/")


def test_the_rules_are_listed(visitor):
    page = visitor.get("/rules").text
    assert "coordinate.swapped" in page
    assert "tower." not in page
