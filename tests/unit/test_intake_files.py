"""A file is what its content is; what cannot be read is refused with what to send instead."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from coverage.errors import InputRefused
from coverage.findings import Language
from coverage.intake.document import IN_WORDS, Kind, Limits, column_letter, listed, shown
from coverage.intake.files import read

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def zipped(*parts: str, text: str = "<x/>") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in parts:
            archive.writestr(name, text)
    return held.getvalue()


CONTENT = "[Content_Types].xml"
ODT = "application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize(
    ("data", "name", "what"),
    [
        (b"%PDF-1.7 ...", "bao cao.pdf", "PDF"),
        (b"%PDF-1.7 ...", "bao cao.xlsx", "PDF"),
        (b"\xff\xd8\xff\xe0 JFIF", "anh.jpg", "ảnh"),
        (b"\x89PNG\r\n\x1a\n", "anh.png", "ảnh"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "anh.heic", "ảnh"),
        (zipped(CONTENT, "word/document.xml"), "ds.docx", "Word"),
        (zipped(CONTENT, "ppt/presentation.xml"), "ds.pptx", "trình chiếu"),
        (zipped("mimetype", text=ODT), "ds.odt", "Word"),
        (OLE2 + "WordDocument".encode("utf-16-le"), "ds.doc", "Word"),
        (OLE2 + "Khac".encode("utf-16-le"), "ds.xls", "nhị phân"),
        (b"{\\rtf1\\ansi", "ds.rtf", "Word"),
        (b"<html><body><table><tr><td>1</td></tr></table>", "ds.xls", "HTML"),
        (b"<!DOCTYPE html>\n<html></html>", "ds.htm", "HTML"),
        (b'<?xml version="1.0"?><Workbook xmlns="x"/>', "ds.xls", "XML 2003"),
        (b"<OGRVRTDataSource><OGRVRTLayer/></OGRVRTDataSource>", "ds.geojson", "XML khác"),
        (b'{"a": [1, 2]}', "ds.json", "không phải GeoJSON"),
        (b"[1, 2]", "ds.json", "không phải GeoJSON"),
        (b"Rar!\x1a\x07", "ds.rar", "nén"),
        (zipped("a.txt", "b.docx"), "ds.zip", "nén"),
        (b"SQLite format 3\0" + b"\0" * 100, "ds.db", "cơ sở dữ liệu"),
        (b"\0\0\x27\x0a" + b"\0" * 100, "thon.shp", "Shapefile"),
        (bytes(range(256)) * 40, "ds.xlsx", "nhị phân"),
        (b"\x05admin" + b" " * 48, "~$ds.xlsx", "khoá tạm"),
    ],
)
def test_other_kinds_are_named(data, name, what):
    with pytest.raises(InputRefused) as refused:
        read(data, name)
    (told,) = refused.value.findings
    assert told.rule == "file.wrong_type"
    assert what in told.message()
    for language in Language:
        assert "{" not in told.message(language) + told.fix(language)


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\0\0\0\0", b"   "])
def test_empty_files(data):
    with pytest.raises(InputRefused) as refused:
        read(data, "ds.xlsx")
    assert refused.value.findings[0].rule == "file.empty"


def test_the_content_decides_and_the_extension_is_only_told():
    document = read(b"STT;X\n1;2\n", "ds.xlsx")
    assert document.kind is Kind.CSV
    assert [told.rule for told in document.findings] == ["file.extension_differs"]
    assert read(b"STT;X\n1;2\n", "ds").findings == ()


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("it was read"))
    huge = tmp_path / "ds.xlsx"
    with huge.open("wb") as file:
        file.truncate(2_000_000_000)
    with pytest.raises(InputRefused) as refused:
        read(huge)
    (told,) = refused.value.findings
    assert told.rule == "file.too_large"
    assert (told.facts["size"], told.facts["limit"]) == ("2 GB", "100 MB")

    class Endless(io.RawIOBase):
        asked = 0

        def read(self, size=-1):
            self.asked += size
            return b"a" * size

    stream = Endless()
    with pytest.raises(InputRefused):
        read(stream, "ds.csv", Limits(file_bytes=1000))
    assert stream.asked == 1001


@pytest.mark.parametrize("name", ["khong-co.csv", "."])
def test_a_path_that_cannot_be_read(tmp_path, name):
    with pytest.raises(InputRefused) as refused:
        read(tmp_path / name)
    assert refused.value.findings[0].rule == "file.missing"


def test_words_for_every_kind():
    assert IN_WORDS.keys() == set(Kind)


@pytest.mark.parametrize(
    ("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (16383, "XFD")]
)
def test_column_letters(index, letters):
    assert column_letter(index) == letters


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (12.0, "12"), (12.5, "12.5"), (0.1 + 0.2, "0.3"), (108.43013300000001, "108.430133"),
        (2069869.18, "2069869.18"), (7, "7"), (True, "TRUE"), (None, ""), ("02245", "02245"),
    ],
)  # fmt: skip
def test_cells_are_shown_as_the_user_sees_them(cell, text):
    assert shown(cell) == text


def test_long_lists_are_cut():
    assert listed(range(1, 12)) == "1, 2, 3, 4, 5, 6, 7, 8…"


def test_a_zip_of_tables_is_read_table_by_table():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("khao_sat-nha_mang.csv", "ten,PARENT_KEY\nViettel,uuid:1\n")
        archive.writestr("khao_sat.csv", "xa,so_ho,KEY\nXã Tân Hòa,45,uuid:1\n")
        archive.writestr("media/anh.jpg", b"\xff\xd8\xff")
    document = read(stream.getvalue(), "khao_sat.zip")
    assert [sheet.name for sheet in document.sheets] == ["khao_sat", "khao_sat-nha_mang"]
    assert document.sheets[0].rows[1] == ["Xã Tân Hòa", "45", "uuid:1"]
    assert document.sheets[0].row_numbers == [1, 2]
    assert document.findings == ()
