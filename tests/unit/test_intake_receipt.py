"""The receipt: what stands on it, that no text of a user is markup, and the same bytes always."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
from dataclasses import replace

import pytest

from coverage.intake.receipt import ReceiptFacts, receipt_pdf

FACTS = ReceiptFacts(
    number=17, province="Tỉnh Hà Tĩnh", organisation="Sở Khoa học và Công nghệ tỉnh Hà Tĩnh",
    file_name="bao-cao.xlsx", file_bytes=1_234_567, sha256="0123456789abcdef" * 4,
    vintage="2026-04-30", submitted_by="Lê Thị Ánh",
    submitted_at=dt.datetime(2026, 11, 22, 18, 4, 5, tzinfo=dt.UTC),
    totals={"rows": 61, "accepted": 50, "warned": 3, "rejected": 8, "zones_added": 40,
            "zones_changed": 13},
)  # fmt: skip

reads_pdf = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not here")


def words(facts):
    """The receipt's text, its lines joined."""
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"],
        input=receipt_pdf(facts),
        capture_output=True,
        check=True,
    )
    return " ".join(done.stdout.decode().split())


def test_the_same_facts_give_the_same_bytes():
    made = receipt_pdf(FACTS)
    assert made.startswith(b"%PDF-")
    assert receipt_pdf(FACTS) == made
    assert receipt_pdf(replace(FACTS, number=18)) != made


@reads_pdf
def test_what_stands_on_it():
    said = words(FACTS)
    for fact in (
        "Số: 17", "Tỉnh Hà Tĩnh", "Sở Khoa học và Công nghệ tỉnh Hà Tĩnh", "bao-cao.xlsx",
        "1.234.567 byte", "hiệu lực từ 30/04/2026", "Lê Thị Ánh", "40 vùng lõm sóng mới",
        "13 vùng đã có được cập nhật", "8 dòng bị từ chối", "3 dòng được nhận nhưng cần xem lại",
    ):  # fmt: skip
        assert fact in said
    # 18:04 on the 22nd in UTC is the next morning in Việt Nam.
    assert "01:04:05, ngày 23/11/2026" in said
    assert re.search(r"61 50 3 8", said)
    assert "0123456789abcdef" * 2 in said
    assert "Thay cho" not in said
    assert "Văn bản gửi kèm" not in said


@reads_pdf
def test_what_it_replaces_and_the_letter_it_came_with():
    said = words(
        replace(FACTS, replaces=12, document_number="112/SKHCN", document_date="2026-01-15")
    )
    assert "lần nộp số 12" in said
    assert "số 112/SKHCN ngày 15/01/2026" in said


@reads_pdf
def test_who_prepared_and_who_approved_are_both_named():
    assert "Người nộp Lê Thị Ánh" in words(FACTS)
    said = words(replace(FACTS, prepared_by="Ngô Văn Lập #x"))
    assert "Người lập Ngô Văn Lập #x" in said
    assert "Lãnh đạo duyệt và nộp Lê Thị Ánh" in said
    assert "Người nộp" not in said


@reads_pdf
def test_nothing_to_mend_is_not_asked_for():
    said = words(replace(FACTS, totals={"rows": 5, "accepted": 5, "warned": 0, "rejected": 0}))
    assert "bị từ chối chưa thành" not in said
    assert "cần xem lại: kiểm tra" not in said
    assert "vùng lõm sóng mới" not in said
    assert "1. Cục Viễn thông xem xét từng vùng" in said


@reads_pdf
@pytest.mark.parametrize(
    ("status", "told"),
    [("withdrawn", "ĐÃ RÚT LẠI"), ("replaced", "ĐÃ ĐƯỢC THAY bằng một lần nộp sau")],
)
def test_a_submission_that_stands_no_more_says_so(status, told):
    said = words(replace(FACTS, status=status))
    assert told in said
    assert "Việc tiếp theo" not in said


@reads_pdf
def test_texts_of_a_user_are_never_markup():
    nasty = '#panic("x") *đậm* $x^2$ `mã` <nhãn> @trích "/etc/passwd" \\ [ngoặc] _nghiêng_.xlsx'
    said = words(replace(FACTS, file_name=nasty, submitted_by='#read("/etc/passwd")'))
    assert nasty.replace('"', "") in said.replace('"', "").replace("”", "").replace("“", "")
    assert '#read("/etc/passwd")' in said


@reads_pdf
def test_a_long_name_without_spaces_stays_on_the_paper(tmp_path):
    (tmp_path / "r.pdf").write_bytes(receipt_pdf(replace(FACTS, file_name="Đ" * 400)))
    done = subprocess.run(
        ["pdftotext", "-bbox", str(tmp_path / "r.pdf"), "-"], capture_output=True, check=True
    )
    rights = [float(each) for each in re.findall(rb'xMax="([\d.]+)"', done.stdout)]
    assert max(rights) < 595 - 50  # the right margin is 20 mm
