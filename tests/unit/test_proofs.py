"""A file of proof is what its bytes say: programs and pages are refused under any name."""

import io
import zipfile

import pytest

from coverage.errors import InputRefused
from coverage.intake.proofs import media_type_of


def a_zip(*names):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in names:
            packed.writestr(name, "x" * 100)
    return made.getvalue()


TAKEN = {
    "text/csv": [b"thoi gian;rsrp\r\n2026-01-01;-95\r\n", "đo kiểm,Bản Cọ".encode(),
                 "đo,kiểm".encode("utf-16"), "đo kiểm".encode("utf-8-sig"), b"$GPGGA,1,2\x1a"],
    "application/pdf": [b"%PDF-1.7\n..."],
    "image/png": [b"\x89PNG\r\n\x1a\n...."],
    "image/jpeg": [b"\xff\xd8\xff\xe0...."],
    "image/tiff": [b"II*\x00....", b"MM\x00*...."],
    "image/webp": [b"RIFF\x00\x00\x00\x00WEBPVP8 "],
    "application/zip": [a_zip("do.csv", "ảnh.jpg"), a_zip("[Content_Types].xml", "xl/workbook.xml")],
    "application/xml": [b'<?xml version="1.0"?><gpx version="1.1"></gpx>',
                        b'<?xml version="1.0"?>\n<kml xmlns="x"></kml>',
                        b"<kml ><description><![CDATA[<img src='x'>]]></description></kml>"],
    "application/vnd.ms-excel": [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...."],
}  # fmt: skip
REFUSED = {
    "dispute.file_empty": [b""],
    "dispute.file_program": [
        b"MZ\x90\x00\x03", b"\x7fELF\x02", b"#!/bin/sh\necho", b"<!DOCTYPE html><p>x", b"\n <html>",
        b"<html><script>alert(1)</script><kml >", b"<!doctype html><!-- <gpx -->",
        b'<?xml version="1.0"?><svg onload="x">', b"a,b\n<script>alert(1)</script>",
        "<html>".encode("utf-16"), b"@echo off", a_zip("do.csv", "thư mục/chạy.EXE"), a_zip("trang.html"), a_zip("xl/vbaProject.bin"),
    ],
    "file.damaged": [a_zip("do.csv")[:60], b"PK\x03\x04"],
    "dispute.file_kind": [b"\x00\x01\x02\x03", b"SQLite format 3\x00", b"\x1f\x8b\x08\x00"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("expected", "content"), [(kind, content) for kind, some in TAKEN.items() for content in some]
)
@pytest.mark.parametrize("name", ["do.csv", "trang.html", "x.exe"])
def test_documents_are_known_by_their_bytes(expected, content, name):
    assert media_type_of(content, name) == expected


@pytest.mark.parametrize(
    ("rule", "content"), [(rule, content) for rule, some in REFUSED.items() for content in some]
)
@pytest.mark.parametrize("name", ["do kiem.csv", "anh.png", "van ban.pdf"])
def test_programs_and_pages_are_refused_under_any_name(rule, content, name):
    with pytest.raises(InputRefused) as refused:
        media_type_of(content, name)
    assert [found.rule for found in refused.value.findings] == [rule]
    assert name in refused.value.findings[0].message()
