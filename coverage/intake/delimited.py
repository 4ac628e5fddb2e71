"""Reads CSV and TSV: any delimiter, quoted line breaks, damaged quotes, rows of unequal length."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coverage.errors import InputRefused
from coverage.findings import Finding, finding
from coverage.intake.document import Document, Kind, Limits, Sheet, column_letters, listed
from coverage.intake.encodings import decode
from coverage.intake.fonts import without_font_encodings

USUAL_DELIMITERS = ",;\t|"
RARE_DELIMITERS = "^~#:!&@¦§\x1f"
_RARITY = 0.6  # a rare one must cut much more evenly than a usual one
_SAMPLE_RECORDS = 300
_SEPARATOR_LINE = re.compile(r'"?sep=([^"\r\n])"?[,;\t]*\s*', re.IGNORECASE)
_LONGEST_RECORD = 200  # lines; no office writes a cell of more
_LEAST_FIELDS = 3  # delimiters that every line of a table has, and lines of one cell have not
_HEAD = 15  # records among which a header is looked for
_ANY_WORD = re.compile(r"\w")
_NUMBER = re.compile(r"\s*[-+]?\d[\d.,\s]*")


def read_delimited(data: bytes, name: str, limits: Limits) -> Document:
    """Read a text file of records into one sheet named "".

    Raises:
        InputRefused: file.empty, file.too_many_rows, file.too_many_columns, text.undecodable.
    """
    decoded = decode(data, name)
    if _ANY_WORD.search(decoded.text) is None:
        raise InputRefused([finding("file.empty", name=name)])
    lines = list(io.StringIO(decoded.text, newline=""))
    stated = _SEPARATOR_LINE.fullmatch(lines[0]) if lines else None
    delimiter = stated[1] if stated else _likely_delimiter(lines)
    records = _records(lines, delimiter, skipped_lines=1 if stated else 0)
    rows, numbers, unclosed = [], [], []
    for record in records:
        if any(map(str.strip, record.cells)):
            rows.append(record.cells)
            numbers.append(record.line)
            if len(rows) > limits.rows:
                raise InputRefused([finding("file.too_many_rows", name=name, limit=limits.rows)])
        if record.unclosed:
            unclosed.append(record.line)
    if not rows:
        raise InputRefused([finding("file.empty", name=name)])
    width = max(map(len, rows))
    if width > limits.columns:
        raise InputRefused(
            [finding("file.too_many_columns", name=name, count=width, limit=limits.columns)]
        )
    ragged = _ragged(rows, numbers)
    sheet = Sheet("", rows, numbers, column_letters(width), ragged_rows=frozenset(ragged))
    sheet, repaired = without_font_encodings(sheet)
    return Document(
        Kind.CSV,
        decoded.encoding,
        (sheet,),
        (*decoded.findings, *_structure_findings(ragged, unclosed), *repaired),
    )


@dataclass(frozen=True, slots=True)
class _Record:
    """One record, the line of the file where it begins, and whether its quote never closed."""

    line: int
    cells: list[str]
    unclosed: bool = False


class _Lines:
    """The lines of a file for one csv reader, which may take only so many for one record."""

    def __init__(self, lines: Sequence[str], place: int) -> None:
        self.lines, self.place, self.begin = lines, place, place

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self.place >= len(self.lines) or self.place - self.begin >= _LONGEST_RECORD:
            raise StopIteration
        self.place += 1
        return self.lines[self.place - 1]


def _records(lines: Sequence[str], delimiter: str, skipped_lines: int) -> Iterator[_Record]:
    """The records of a file; a quote that swallows whole records is taken as a plain letter."""
    feed = _Lines(lines, skipped_lines)
    reader = csv.reader(feed, delimiter=delimiter)
    while feed.place < len(lines):
        begin = feed.begin = feed.place
        try:
            cells = next(reader, [])
            swallowed = _swallows_records(lines[begin : feed.place], delimiter)
        except csv.Error:  # a field beyond the reader's limit: the same fault, further on
            swallowed = True
        if swallowed:
            cells = [cell.strip('"') for cell in lines[begin].rstrip("\r\n").split(delimiter)]
            feed.place = begin + 1
            reader = csv.reader(feed, delimiter=delimiter)
        yield _Record(begin + 1, cells, unclosed=swallowed)


def _swallows_records(spanned: Sequence[str], delimiter: str) -> bool:
    """Whether a record over several lines is really several records after an unclosed quote."""
    if len(spanned) == 1:
        return False
    if len(spanned) == _LONGEST_RECORD:
        return True
    fields = spanned[0].count(delimiter)
    alike = sum(line.count(delimiter) == fields for line in spanned)
    if fields >= _LEAST_FIELDS and alike * 2 > len(spanned):
        return True
    try:
        list(csv.reader(spanned, delimiter=delimiter, strict=True))
    except csv.Error:  # the quote never closes, or closes in the middle of a field
        return True
    return False


def _likely_delimiter(lines: Sequence[str]) -> str:
    """The delimiter that cuts most of the first records into the same number of columns."""
    sample = lines[:_SAMPLE_RECORDS]
    scores = {delimiter: _evenness(sample, delimiter) for delimiter in USUAL_DELIMITERS}
    for delimiter in RARE_DELIMITERS:
        scores[delimiter] = _evenness(sample, delimiter) * _RARITY
    return max(scores, key=lambda delimiter: scores[delimiter])


def _evenness(sample: Sequence[str], delimiter: str) -> float:
    """Share of the records that have the commonest width, times that width's logarithm."""
    widths = Counter(
        len(record.cells)
        for record in _records(sample, delimiter, skipped_lines=0)
        if any(map(str.strip, record.cells))
    )
    if not widths:
        return 0.0
    width, records = widths.most_common(1)[0]
    return records / widths.total() * math.log2(width)


def _ragged(rows: Sequence[Sequence[str]], numbers: Sequence[int]) -> list[int]:
    """Lines whose record has text beyond the width of most records and of any header."""
    heads = [len(row) for row in rows[:_HEAD] if not any(map(_NUMBER.fullmatch, row))]
    usual = max(Counter(map(len, rows)).most_common(1)[0][0], *heads, 0)
    return [
        number
        for row, number in zip(rows, numbers, strict=True)
        if len(row) > usual and any(map(str.strip, row[usual:]))
    ]


def _structure_findings(ragged: Sequence[int], unclosed: Sequence[int]) -> list[Finding]:
    found = []
    if ragged:
        found.append(finding("file.ragged_rows", count=len(ragged), lines=listed(ragged)))
    if unclosed:
        found.append(finding("file.unclosed_quote", count=len(unclosed), lines=listed(unclosed)))
    return found
