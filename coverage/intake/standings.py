"""The columns of a list of villages that say how its zones stand already, and their cells."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from coverage.coordinates.meridians import FORMER_PROVINCIAL, PROVINCIAL
from coverage.errors import InputRefused
from coverage.findings import Finding, finding
from coverage.intake.document import Cell, Document, shown
from coverage.intake.promises import day_of_cell
from coverage.intake.registers.operators import KNOWN_OPERATORS, operator_name, operator_names
from coverage.intake.selection import Remembered, select_tables
from coverage.places.gazetteer import Gazetteer
from coverage.standings import IN_WORDS, WORDS_SHOWN, Said, Standing, standing_of
from coverage.surveys import SurveyRow
from coverage.vietnamese import header_key, without_accents

_HEADINGS = {
    "state": "tình trạng; trạng thái; tình trạng vùng; tình trạng phủ sóng; tình trạng triển khai;"
    " hiện trạng triển khai; kết quả triển khai; status",
    "operator": "nhà mạng; doanh nghiệp; nhà mạng doanh nghiệp; doanh nghiệp nhà mạng; operator;"
    " doanh nghiệp viễn thông; doanh nghiệp thực hiện; đơn vị thực hiện; nhà mạng thực hiện;"
    " doanh nghiệp cam kết; nhà mạng cam kết; doanh nghiệp được giao",
    "document": "văn bản; số văn bản; căn cứ; văn bản căn cứ; quyết định; hợp đồng; số quyết định;"
    " số hợp đồng; văn bản hợp đồng; số hiệu văn bản; văn bản số; document",
    "day": "ngày phát sóng; hạn phát sóng; ngày hạn phát sóng; thời hạn phát sóng; ngày hoàn thành;"
    " thời hạn hoàn thành; hạn hoàn thành; thời gian phát sóng; ngày cam kết; on air by",
}
_SHOWN = {"state": "“Tình trạng”", "document": "“Văn bản”"}
_LISTED = 30


@dataclass(frozen=True, slots=True)
class StandingColumns:
    """The columns of one sheet by their labels, None where there is none."""

    state: str | None = None
    operator: str | None = None
    document: str | None = None
    day: str | None = None

    def labels(self) -> list[str]:
        """Return the labels of the columns that there are."""
        every = (getattr(self, field.name) for field in fields(self))
        return [label for label in every if label is not None]


def find_columns(
    document: Document, name: str, gazetteer: Gazetteer, province_code: str
) -> dict[str, StandingColumns]:
    """Return the columns by sheet, of the sheets that list villages and have a state's column.

    Raises:
        InputRefused: standing.no_columns; survey.no_table.
    """
    selected = select_tables(document, name, gazetteer, province_code, Remembered())
    found: dict[str, StandingColumns] = {}
    seen: list[str] = []
    missing = "state"
    for table in selected.tables:
        columns = _columns([(column.label, column.header) for column in table.columns.every])
        seen += [column.header for column in table.columns.every if column.header]
        if columns.state is not None and columns.document is not None:
            found.setdefault(table.sheet.name, columns)
        elif columns.state is not None:
            missing = "document"
    if not found:
        raise InputRefused(
            [finding("standing.no_columns", missing=_SHOWN[missing],
                     seen="; ".join(seen[:_LISTED]) or "—")],
            file=name,
        )  # fmt: skip
    return found


def _columns(headed: Sequence[tuple[str, str]]) -> StandingColumns:
    held: dict[str, str] = {}
    for label, header in headed:
        for text in (header, header.rpartition(" / ")[2]):
            fact = _KNOWN.get(_key(text))
            if fact is not None:
                held.setdefault(fact, label)
    return StandingColumns(**held)


def _key(text: str) -> str:
    bare = text.partition("(")[0].replace("/", " ").replace("-", " ").replace(",", " ")
    return " ".join(without_accents(header_key(bare)).split())


_KNOWN = {_key(word): fact for fact, words in _HEADINGS.items() for word in words.split(";")}


def read_row(
    row: SurveyRow,
    columns: StandingColumns,
    is_operator: Callable[[str], bool],
    today: date,
) -> tuple[Said | None, tuple[Finding, ...]]:
    """Return what a row says of its zone's standing, or None with what is wrong with it."""
    found: list[Finding] = []
    standing = _standing(_cell(row.cells, columns.state), columns, found)
    operators = _operators(row.cells, columns, is_operator, standing, found)
    document = " ".join(shown(_cell(row.cells, columns.document)).split())
    state = "" if standing is None else IN_WORDS[standing]
    if standing is not None and not document:
        found.append(finding("standing.document_missing", state=state).at(columns.document, ""))
    day = _day(row.cells, columns, standing, today, found)
    if standing is None or found:
        return None, tuple(found)
    return Said(standing, operators, document, day), ()


def _cell(cells: Mapping[str, object], label: str | None) -> Cell:
    cell = "" if label is None else cells.get(label, "")
    return cell if isinstance(cell, Cell) else str(cell)


def _standing(cell: Cell, columns: StandingColumns, found: list[Finding]) -> Standing | None:
    read = " ".join(shown(cell).split())
    if not read:
        found.append(finding("standing.state_missing", words=WORDS_SHOWN).at(columns.state, ""))
        return None
    standing = standing_of(read)
    if standing is None:
        told = finding("standing.state_unknown", read=read, words=WORDS_SHOWN)
        found.append(told.at(columns.state, read))
    return standing


def _operators(
    cells: Mapping[str, object], columns: StandingColumns, is_operator: Callable[[str], bool],
    standing: Standing | None, found: list[Finding],
) -> tuple[str, ...]:  # fmt: skip
    read = shown(_cell(cells, columns.operator)).strip()
    named = operator_names(read) if read else ()
    names = tuple(dict.fromkeys(name if is_operator(name) else branch_of(name) for name in named))
    found.extend(
        finding("standing.operator_unknown", read=name).at(columns.operator, read)
        for name in names
        if not is_operator(name)
    )
    # That a village has signal may be known without whose it is.
    if not names and standing in {Standing.AWARDED, Standing.PROMISED}:
        state = IN_WORDS[standing]
        found.append(finding("standing.operator_missing", state=state).at(columns.operator, ""))
    return names


def _day(
    cells: Mapping[str, object], columns: StandingColumns, standing: Standing | None, today: date,
    found: list[Finding],
) -> date | None:  # fmt: skip
    cell = _cell(cells, columns.day)
    read = shown(cell).strip()
    if not read:
        if standing is Standing.PROMISED:
            found.append(finding("standing.date_missing").at(columns.day, ""))
        return None
    day = day_of_cell(cell) or last_day_of(read)
    if day is None:
        found.append(finding("standing.date_unreadable", read=read).at(columns.day, read))
        return None
    if standing is None:
        return day
    facts = {
        "state": IN_WORDS[standing], "date": f"{day:%d/%m/%Y}", "today": f"{today:%d/%m/%Y}",
    }  # fmt: skip
    if standing is Standing.COVERED and day > today:
        found.append(replaced("standing.date_to_come", facts).at(columns.day, read))
    elif standing is not Standing.COVERED and day <= today:
        found.append(replaced("standing.date_passed", facts).at(columns.day, read))
    return day


_PROVINCES = frozenset(
    {_key(each.name) for each in PROVINCIAL.values()}
    | {_key(each.name) for each in FORMER_PROVINCIAL.values()}
)


def branch_of(name: str) -> str:
    """Return the operator of a branch that is named by its province, else the name as it is."""
    words = name.split()
    for count in range(len(words) - 1, 0, -1):
        place = _key(" ".join(words[count:])).removeprefix("tinh ").removeprefix("tp ")
        operator = operator_name(" ".join(words[:count]))
        if place.removeprefix("thanh pho ") in _PROVINCES and operator in KNOWN_OPERATORS:
            return operator
    return name


_PERIODS = (
    # A pattern of what is said without accents, and the month in which the period ends.
    (re.compile(r"quy (?P<part>i{1,3}|iv|[1-4])(?: nam)? (?P<year>20[0-9]{2})"), 3),
    (re.compile(r"thang (?P<part>0?[1-9]|1[0-2])(?: nam)? (?P<year>20[0-9]{2})"), 1),
    (re.compile(r"(?P<part>)nam (?P<year>20[0-9]{2})"), 12),
)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_UNTIL = re.compile(r"^(?:den |truoc )?(?:het|cuoi|trong) ")


def last_day_of(text: str) -> date | None:
    """Return the last day of a month, a quarter or a year in words: “quý II/2027”, “hết năm 2027”."""
    said = _UNTIL.sub("", _key(text))
    for pattern, months in _PERIODS:
        told = pattern.fullmatch(said)
        if told is not None:
            part = told["part"] or "1"
            month = months * (_ROMAN.get(part) or int(part))
            year = int(told["year"])
            return date(year, month, calendar.monthrange(year, month)[1])
    return None


def replaced(rule: str, facts: Mapping[str, str]) -> Finding:
    """Return a finding of ``rule`` with these facts."""
    told = finding(rule)
    return Finding(told.rule, told.severity, dict(facts))
