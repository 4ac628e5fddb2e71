"""DOC-TRUOC.txt: what is in the package and how to check it, in plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from coverage.dossier.columns import COLUMNS
from coverage.dossier.file_names import about
from coverage.dossier.notes import (
    answers,
    changes,
    checks,
    facts,
    lot_in_words,
    marks_in_words,
    paragraphs,
)
from coverage.packages import Package

WIDTH = 78


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
    for lot in package.lots:
        lines += _wrapped("  ", f"{lot.name}: {lot_in_words(lot)}", further="    ")
    for title, told in (
        ("THAY ĐỔI SO VỚI CÁC PHIÊN BẢN TRƯỚC", changes(package)),
        ("LÀM RÕ", answers(package)),
    ):
        if told:
            lines += ["", title]
        for name, text in told:
            lines += _wrapped("  ", f"{name}: {text}", further="    ")
    lines += ["", "CÁC TỆP"]
    lines += [line for name in sorted(files) for line in _wrapped(f"  {name:<24}", about(name))]
    lines += ["", "KIỂM TRA TÍNH TOÀN VẸN"]
    for told_how, command in checks(package):
        lines += [*_wrapped("  ", told_how), f"    {command}"]
    lines += ["", "TÊN CỘT TRONG TỆP CSV, GEOPACKAGE, GEOJSON VÀ KML"]
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
