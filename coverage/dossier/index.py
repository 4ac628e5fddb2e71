"""index.html: the package's own front page, for any browser, a text-only one too, without network.

It holds no script, no picture and no address outside the folder it stands in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from coverage.dossier.file_names import about
from coverage.dossier.lot_columns import absent_words, total_vnd
from coverage.dossier.notes import (
    answers,
    changes,
    checks,
    facts,
    grouped,
    marks_in_words,
    paragraphs,
    unknown_or_grouped,
)
from coverage.packages import Package

_LOOKS = (
    "body{font:1rem/1.5 'Times New Roman',serif;max-width:60rem;margin:1rem auto;padding:0 1rem;"
    "color:#1a1a1a;background:#fff}table{border-collapse:collapse}"
    "th,td{border:1px solid #767676;padding:.25rem .5rem;text-align:left;vertical-align:top}"
    ".n{text-align:right}.mark{color:#a30000;font-weight:bold}"
    "pre{overflow:auto;background:#f2f2f2;padding:.5rem}div.wide{overflow:auto}"
)


def write(package: Package, files: Sequence[str]) -> bytes:
    """Return the page; ``files`` are the names of the package's other files."""
    marks = marks_in_words(package)
    marked = {mark for mark, _ in marks}
    title = f"Gói thầu {package.number}, phiên bản {package.version} – {package.province}"
    parts = [
        '<!doctype html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_LOOKS}</style>\n</head>\n<body>\n"
        f"<h1>{escape(title)}</h1>\n",
        *(
            f'<p class="mark">{escape(mark)}: {escape(meaning)}</p>\n' for mark, meaning in marks
        ),
        _pairs(facts(package)),
        "<h2>Các lô</h2>\n",
        _lots(package),
        "<h2>Các tệp</h2>\n",
        _table(
            ("Tệp", "Nội dung"),
            ([f'<a href="{escape(name)}">{escape(name)}</a>', escape(about(name))]
             for name in sorted(files)),
        ),
        "<h2>Kiểm tra tính toàn vẹn</h2>\n",
        *(
            f"<p>{escape(told)}</p>\n<pre>{escape(command)}</pre>\n"
            for told, command in checks(package)
        ),
    ]  # fmt: skip
    if package.changes:
        parts += ["<h2>Thay đổi so với các phiên bản trước</h2>\n", _pairs(changes(package))]
    if package.answers:
        parts += ["<h2>Làm rõ</h2>\n", _pairs(answers(package))]
    notes = [(name, text) for name, text in paragraphs(package) if name not in marked]
    parts += ["<h2>Ghi chú</h2>\n", _pairs(notes), "</body>\n</html>\n"]
    return "".join(parts).encode()


def _lots(package: Package) -> str:
    totals = package.totals()
    headings = ("Lô", "Số vùng", "Số hộ", "Số khẩu", "Trạm đề xuất", "Ước tính (đồng)", "Thời hạn")
    lines = [
        [
            escape(lot.name), grouped(len(lot.zones)), grouped(lot.households),
            unknown_or_grouped(
                sum(stated) if (stated := [
                    zone.population for zone in lot.zones if zone.population is not None
                ]) else None
            ),
            unknown_or_grouped(len(lot.sites) or None),
            unknown_or_grouped(lot.cost.total_vnd if lot.cost else None)
            + (f" (chưa gồm: {escape(told)})" if (told := absent_words(lot.cost)) else ""),
            f"{lot.clock.months} tháng" if lot.clock else "chưa rõ",
        ]
        for lot in package.lots
    ]  # fmt: skip
    sums = [
        "Cộng", unknown_or_grouped(totals["zones"]), unknown_or_grouped(totals["households"]),
        unknown_or_grouped(totals["population"]),
        unknown_or_grouped(sum(len(lot.sites) for lot in package.lots) or None),
        unknown_or_grouped(total_vnd(package)), "",
    ]  # fmt: skip
    return _table(headings, [*lines, sums])


def _table(headings: Iterable[str], lines: Iterable[Sequence[str]]) -> str:
    """A table of cells that are escaped already; the first of a line names it."""
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    body = "".join(
        f'<tr><th scope="row">{line[0]}</th>'
        + "".join(f"<td{' class=n' if cell[:1].isdigit() else ''}>{cell}</td>" for cell in line[1:])
        + "</tr>\n"
        for line in lines
    )
    return f'<div class="wide"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table></div>\n'


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    told = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>\n" for name, text in pairs)
    return f"<dl>\n{told}</dl>\n"
