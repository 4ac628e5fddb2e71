"""Undoes the font encodings TCVN3 and VNI inside Unicode text, column by column.

What decides is the font's name where the file tells it, else what the column's words spell
(vietnamese/legacy.py). A cell that holds a Vietnamese letter of Unicode is never touched, nor
are the rows above the first proven cell: a letterhead or header typed in Unicode stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from coverage.findings import Finding, finding
from coverage.intake.document import Cell, Sheet
from coverage.vietnamese import (
    DECODERS,
    Evidence,
    FontEncoding,
    encoding_of_font,
    evidence,
    from_tcvn3,
    is_typed_in_unicode,
)

Run = tuple[str, str | None]
"""A piece of a cell's text and its font's name, None where it is the cell's own."""

CellFonts = Mapping[tuple[int, int], tuple[Run, ...]]
"""By (index of the row, index of the column): the runs of text cells, fonts filled in."""

_SUSPECT = re.compile(  # what no Vietnamese text in Unicode holds inside a word
    "[A-Za-z][¡-©«-®µ-¹»-¿ÄÅÆÇËÎÏÐÑÖ×ØÛÜÞßäåæçëîïðñö÷øûüþÿ]"
    "|[¡-©«-®µ-¹»-¿ÄÅÆÇËÎÏÐÑÖ×ØÛÜÞßäåæçëîïðñö÷øûüþÿ][A-Za-z]"
)
_ANSWERS = {"có", "không", "xã", "thôn"}  # of a survey, spelled with Latin-1 letters in Unicode
_SAMPLES = 3


def accented_texts(rows: Iterable[Sequence[Cell]]) -> set[str]:
    """Return the distinct texts of cells that are not plain ASCII."""
    return {cell for row in rows for cell in row if type(cell) is str and not cell.isascii()}


def without_font_encodings(
    sheet: Sheet, fonts: CellFonts | None = None, texts: set[str] | None = None
) -> tuple[Sheet, list[Finding]]:
    """Return the sheet with its font encodings turned into Unicode, and what was turned.

    ``texts`` are its accented texts where they are known already.
    """
    repaired: dict[tuple[int, int], tuple[str, FontEncoding]] = {}
    if fonts:
        repaired.update(_by_font(fonts))
    if _are_suspect(accented_texts(sheet.rows) if texts is None else texts):
        repaired.update(_by_spelling(sheet.rows, set(fonts or ())))
    if not repaired:
        return sheet, []
    rows = [list(row) for row in sheet.rows]
    for (row, column), (text, _) in repaired.items():
        rows[row][column] = text
    return replace(sheet, rows=rows), _told(sheet, repaired)


def _are_suspect(texts: set[str]) -> bool:
    """A quick look, which ends the matter for most files."""
    if _SUSPECT.search("\n".join(texts)) is None:
        return False
    return any(_SUSPECT.search(text) and not is_typed_in_unicode(text) for text in texts)


def _by_font(fonts: CellFonts) -> dict[tuple[int, int], tuple[str, FontEncoding]]:
    """Cells in a .Vn or VNI- font, unless their column holds Unicode under that font."""
    groups: dict[tuple[int, FontEncoding], list[tuple[int, int]]] = {}
    for place, runs in fonts.items():
        for _, font in runs:
            if font is not None and (known := encoding_of_font(font)):
                groups.setdefault((place[1], known[0]), []).append(place)
    repaired = {}
    for (_, encoding), places in groups.items():
        texts = ["".join(text for text, _ in fonts[place]) for place in places]
        weighed = evidence(texts)
        if weighed.unicode > max(weighed.proven.values()):
            continue
        for place, text in zip(places, texts, strict=True):
            decoded = "".join(_run_decoded(run) for run in fonts[place])
            if decoded != text and not is_typed_in_unicode(text):
                repaired[place] = decoded, encoding
    return repaired


def _run_decoded(run: Run) -> str:
    text, font = run
    known = encoding_of_font(font) if font else None
    match known:
        case None:
            return text
        case (FontEncoding.TCVN3, capitals):
            return from_tcvn3(text, capitals=capitals)
        case (encoding, _):
            return DECODERS[encoding](text)


def _by_spelling(
    rows: Sequence[Sequence[Cell]], known: set[tuple[int, int]]
) -> dict[tuple[int, int], tuple[str, FontEncoding]]:
    """Cells of the columns whose words prove a font encoding; ``known`` ones are left alone."""
    columns: dict[int, list[tuple[int, str]]] = {}
    for index, row in enumerate(rows):
        for column, cell in enumerate(row):
            if type(cell) is str and not cell.isascii() and (index, column) not in known:
                columns.setdefault(column, []).append((index, cell))
    firsts = [_first_proven(cells) for cells in columns.values()]
    first = min((row for row in firsts if row is not None), default=0)
    body = {
        column: [(row, text) for row, text in cells if row >= first]
        for column, cells in columns.items()
    }
    decided = _decided({column: _weigh(cells) for column, cells in body.items()})
    repaired = {}
    for column, cells in body.items():
        for index, text in cells:
            encoding = decided.get(column) or _proven_alone(text, decided)
            if encoding is None or is_typed_in_unicode(text):
                continue
            if (decoded := DECODERS[encoding](text)) != text:
                repaired[index, column] = decoded, encoding
    repaired.update(_beside_repaired(body, repaired))
    return repaired


def _beside_repaired(
    columns: Mapping[int, Sequence[tuple[int, str]]],
    repaired: Mapping[tuple[int, int], tuple[str, FontEncoding]],
) -> dict[tuple[int, int], tuple[str, FontEncoding]]:
    """The rest of a row most of whose words are proven, such as a header over Unicode: "Sè hé"."""
    rows: dict[int, list[tuple[int, str]]] = {}
    for column, cells in columns.items():
        for row, text in cells:
            rows.setdefault(row, []).append((column, text))
    found = {}
    for row, texts in rows.items():
        proven = [repaired[row, column][1] for column, _ in texts if (row, column) in repaired]
        if len(set(proven)) != 1 or len(proven) * 2 <= len(texts):
            continue
        if any(is_typed_in_unicode(text) for _, text in texts):
            continue
        for column, text in texts:
            decoded = DECODERS[proven[0]](text)
            if (row, column) not in repaired and decoded != text:
                found[row, column] = decoded, proven[0]
    return found


def _proven_alone(text: str, decided: Mapping[int, FontEncoding]) -> FontEncoding | None:
    """The encoding of a cell in a column of Unicode, such as a header typed long before it.

    Its own words must prove one that other columns of the sheet are in.
    """
    weighed = evidence([text])
    if weighed.encoding is None:
        return None
    most = max(weighed.proven.values())
    return next((found for found in decided.values() if weighed.proven[found] == most), None)


def _first_proven(cells: Sequence[tuple[int, str]]) -> int | None:
    """The first row with a cell whose own words prove a font encoding."""
    for row, text in cells:
        if evidence([text]).encoding:
            return row
    return None


@dataclass(frozen=True, slots=True)
class _Column:
    """What a column's words prove.

    ``is_weak``: one cell, say the header, proves an encoding and no other does;
    ``is_unicode``: some cells hold letters, or plain answers, of Unicode.
    """

    evidence: Evidence
    is_weak: bool
    is_unicode: bool

    @property
    def is_proven(self) -> bool:
        """Whether the column's own words prove some font encoding."""
        return self.evidence.encoding is not None


def _weigh(cells: Sequence[tuple[int, str]]) -> _Column:
    texts = {text for _, text in cells}
    weighed = evidence(text for _, text in cells)
    proving = sum(1 for text in texts if evidence([text]).encoding) if weighed.encoding else 0
    answers = not _ANSWERS.isdisjoint(text.strip().lower() for text in texts)
    return _Column(
        weighed,
        is_weak=proving == 1 and len(texts) > 1,
        is_unicode=weighed.unicode > 0 or answers,
    )


def _decided(columns: Mapping[int, _Column]) -> dict[int, FontEncoding]:
    """The encoding of each column that has one; a sheet is typed in one or the other.

    A column of words such as "Cã" proves nothing, whatever its header; it follows the others
    where those that prove a font encoding outnumber those typed in Unicode.
    """
    usual = max(
        FontEncoding, key=lambda e: sum(found.evidence.proven[e] for found in columns.values())
    )
    decided = {
        column: usual if found.evidence.proven[usual] else encoding
        for column, found in columns.items()
        if (encoding := found.evidence.encoding) and not found.is_weak
    }
    undecided = {column: found for column, found in columns.items() if column not in decided}
    proven = sum(found.is_proven for found in columns.values())
    if proven > sum(found.is_unicode for found in undecided.values()):
        decided |= {column: usual for column, found in undecided.items() if not found.is_unicode}
    return decided


def _told(
    sheet: Sheet, repaired: Mapping[tuple[int, int], tuple[str, FontEncoding]]
) -> list[Finding]:
    """One finding per encoding: in which columns, how many cells, and a few of them."""
    found = []
    for encoding in FontEncoding:
        places = sorted(place for place, (_, by) in repaired.items() if by is encoding)
        if not places:
            continue
        labels = dict.fromkeys(
            sheet.columns[column] for _, column in sorted(places, key=lambda p: p[1])
        )
        samples = dict.fromkeys(repaired[place][0] for place in places)
        found.append(
            finding(
                f"text.{encoding}",
                where=f"{sheet.name}[{', '.join(labels)}]",
                count=len(places),
                sample=", ".join(list(samples)[:_SAMPLES]),
            )
        )
    return found
