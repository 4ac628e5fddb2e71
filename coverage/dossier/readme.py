"""DOC-TRUOC.txt: what is in the package and how to check it, in plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from coverage.dossier.columns import COLUMNS
from coverage.dossier.notes import facts, grouped, marks_in_words, paragraphs
from coverage.packages import CHECKSUMS, MANIFEST, Package

WIDTH = 78

_ABOUT = {
    "danh-sach.xlsx": "Bảng tổng hợp và danh sách vùng, in được trên khổ A4 ngang",
    "danh-sach.csv": "Danh sách vùng cho chương trình đọc (UTF-8, dấu phẩy)",
    "diem.gpkg": "Điểm các vùng và khung bao các lô (GeoPackage, WGS 84), mở bằng QGIS",
    "diem.geojson": "Điểm các vùng (GeoJSON, WGS 84)",
    "ban-do.html": "Bản đồ một tệp, mở bằng trình duyệt khi không có mạng",
    MANIFEST: "Kê khai: nguồn số liệu, kích thước và SHA-256 của từng tệp",
    CHECKSUMS: "Mã SHA-256 của các tệp, theo dạng của lệnh sha256sum",
}


def write(package: Package, files: Sequence[str]) -> bytes:
    """Return the text: UTF-8 with byte-order mark and CRLF, as every Notepad reads it.

    ``files`` are the names of the package's other files, the manifest and checksums included.
    """
    lines = [f"GÓI THẦU {package.number} – {package.province.upper()}", ""]
    for mark, meaning in marks_in_words(package):
        lines += [f"*** {mark} ***", *textwrap.wrap(meaning, WIDTH), ""]
    for name, fact in facts(package):
        lines += _wrapped(f"{name + ':':<22}", fact)
    lines += ["", "CÁC LÔ"]
    lines += [
        f"  {lot.name}: {len(lot.zones)} vùng, {grouped(lot.households)} hộ" for lot in package.lots
    ]
    lines += ["", "CÁC TỆP"]
    lines += [f"  {name:<17}{_ABOUT.get(name, '')}".rstrip() for name in sorted(files)]
    lines += [
        "", "KIỂM TRA TÍNH TOÀN VẸN",
        "  Giải nén rồi chạy trong thư mục đó:  sha256sum -c SHA256SUMS",
        f"  Hoặc kiểm tra cả tệp nén:            phusong package verify {package.file_name}",
        "", "TÊN CỘT TRONG TỆP CSV, GEOPACKAGE VÀ GEOJSON",
    ]  # fmt: skip
    lines += [f"  {column.key:<24}{column.heading}" for column in COLUMNS]
    lines += ["", "GHI CHÚ"]
    marked = {mark for mark, _ in marks_in_words(package)}
    for name, text in paragraphs(package):
        if name not in marked:
            lines += _wrapped("  ", f"{name}: {text}", further="    ")
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def _wrapped(start: str, text: str, further: str | None = None) -> list[str]:
    """A line broken at the width; what follows stands under the text, or under ``further``."""
    indent = " " * len(start) if further is None else further
    return textwrap.wrap(text, WIDTH, initial_indent=start, subsequent_indent=indent)
