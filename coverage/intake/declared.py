"""Which place each row declares: its own cells, a merge over it, its group, or the row above."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from coverage.intake.communes import Written, commune_of_title, written_code, written_commune
from coverage.intake.document import Cell, Merged, shown
from coverage.intake.fields import POSITIONS, Field
from coverage.intake.roles import Group, GroupLevel, without_age
from coverage.intake.tables import Table
from coverage.intake.words import is_ditto
from coverage.vietnamese import strip_unit_prefix
from coverage.zones import Signal

FILLED_BY_MERGE = frozenset(
    {
        Field.PROVINCE, Field.FORMER_PROVINCE, Field.DISTRICT, Field.COMMUNE, Field.FORMER_COMMUNE,
        Field.COMMUNE_CODE, Field.VILLAGE, Field.ADDRESS, Field.SIGNAL, Field.GRID_POWER,
        Field.SPECIALLY_DIFFICULT, Field.AREA_CLASS, Field.NOTE, *POSITIONS,
    },
)  # fmt: skip
_KINDS = {
    "xã": "commune", "phường": "commune", "thị trấn": "commune", "đặc khu": "commune",
    "huyện": "district", "quận": "district", "thị xã": "district", "thành phố": "district",
    "tỉnh": "province",
}  # fmt: skip
_ONCE = re.compile(
    r"\(\s*(?:(?:xã|phường|thị trấn)\s+)?cũ\s*\)|\(\s*nay\b|^[^()]*\bcũ\s*$", re.IGNORECASE
)
_ONCE_IN_HEADER = re.compile(r"\bcũ\b|\btrước\b|\bformer\b|\bold\b", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*[,;]\s*|\s+[-–]\s+")


@dataclass(slots=True)
class Declared:
    """What the rows of one table declare, one entry per data row; "" where nothing is said.

    ``above`` gives, by row, the number of the row above that the commune was taken from.
    ``signal`` is what a group row states for the rows below it. ``former`` tells where a
    header or the cell itself says that the commune is one of before the reform.
    """

    province: list[str]
    district: list[str]
    commune: list[str]
    code: list[str]
    village: list[str]
    signal: list[Signal | None]
    former: list[bool]
    above: dict[int, int] = field(default_factory=dict)
    title: str = ""  # the commune that the sheet's name or title names, where no row names one


def cells_of(table: Table, fact: Field) -> list[Cell] | None:
    """Return a field's cells, one per data row, with vertical merges filled; None: no column."""
    column = table.columns.index(fact)
    if column is None:
        return None
    rows = table.rows
    cells = [rows[index][column] for index in table.data]
    if fact in FILLED_BY_MERGE:
        _fill_merged(table, column, cells)
    return cells


def _fill_merged(table: Table, column: int, cells: list[Cell]) -> None:
    areas = [
        area for area in table.sheet.merged
        if area.first_column <= column <= area.last_column and area.last_row > area.first_row
    ]  # fmt: skip
    if not areas:
        return
    by_number = {number: index for index, number in enumerate(table.sheet.row_numbers)}
    place_of = {index: place for place, index in enumerate(table.data)}
    for area in areas:
        value = _value_of(table, area, by_number)
        if value == "":
            continue
        for number in range(area.first_row, area.last_row + 1):
            place = place_of.get(by_number.get(number, -1))
            if place is not None and cells[place] == "":
                cells[place] = value


def _value_of(table: Table, area: Merged, by_number: dict[int, int]) -> Cell:
    index = by_number.get(area.first_row)
    return "" if index is None else table.rows[index][area.first_column]


def declared(table: Table, is_commune: Callable[[str], bool]) -> Declared:
    """Return what each data row of ``table`` declares of its place.

    ``is_commune`` tells whether a bare name is a commune of the province.
    """
    count = len(table.data)
    province = _texts(cells_of(table, Field.PROVINCE), count)
    former_province = _texts(cells_of(table, Field.FORMER_PROVINCE), count)
    district = _texts(cells_of(table, Field.DISTRICT), count)
    commune = _texts(cells_of(table, Field.COMMUNE), count)
    former_commune = _texts(cells_of(table, Field.FORMER_COMMUNE), count)
    is_former = [
        bool(_ONCE.search(own)) if own else bool(once)
        for own, once in zip(commune, former_commune, strict=True)
    ]
    for texts in (province, former_province, district, commune, former_commune):
        for row, text in enumerate(texts):
            if text.endswith((")", "ũ", "Ũ")):
                texts[row] = without_age(text)
    read = Declared(
        province=[former or own for own, former in zip(province, former_province, strict=True)],
        district=district,
        commune=[own or former for own, former in zip(commune, former_commune, strict=True)],
        code=[written_code(text) for text in _texts(cells_of(table, Field.COMMUNE_CODE), count)],
        village=_texts(cells_of(table, Field.VILLAGE), count),
        signal=[None] * count,
        former=is_former,
    )
    has_commune = table.columns.has(Field.COMMUNE, Field.FORMER_COMMUNE, Field.COMMUNE_CODE)
    _split_addresses(table, read, has_commune=has_commune)
    if table.groups or _has_gaps(table, read):
        _fill_down(table, read)
    if not has_commune and not any(read.commune):
        read.title = _titled(table, is_commune)
        read.commune = [read.title] * count
    _tidy_communes(read)
    if _says_before(table, Field.COMMUNE_CODE):
        read.former = [was or not name for was, name in zip(read.former, read.commune, strict=True)]
    return read


def _says_before(table: Table, fact: Field) -> bool:
    """Whether the header over a field's column says "cũ"."""
    held = table.columns.find(fact)
    return bool(held) and _ONCE_IN_HEADER.search(held[0].header) is not None


def _titled(table: Table, is_commune: Callable[[str], bool]) -> str:
    """The commune that the sheet's name, else the title, names for all its rows."""
    above = [
        cell
        for index in table.above
        for cell in table.rows[index]
        if isinstance(cell, str) and cell
    ]
    return commune_of_title([table.sheet.name], is_commune) or commune_of_title(above, is_commune)


def _tidy_communes(read: Declared) -> None:
    """Take from the communes' cells what is no name: a code, a district, a committee's title."""
    meant = {text: written_commune(text) for text in set(read.commune) if text}
    odd = {text for text, written in meant.items() if written != Written(text)}
    for row, text in enumerate(read.commune):
        if text in odd:
            written = meant[text]
            read.commune[row] = written.name
            read.code[row] = read.code[row] or written.code
            read.district[row] = read.district[row] or written.district
            read.province[row] = read.province[row] or written.province


def _has_gaps(table: Table, read: Declared) -> bool:
    """Whether a row leaves to the rows above what its columns could say."""
    asked = (
        ((Field.COMMUNE, Field.FORMER_COMMUNE), read.commune),
        ((Field.DISTRICT,), read.district),
        ((Field.PROVINCE, Field.FORMER_PROVINCE), read.province),
    )
    return any(
        table.columns.has(*fields) and any(not text or is_ditto(text) for text in set(texts))
        for fields, texts in asked
    )


def _texts(cells: Sequence[Cell] | None, count: int) -> list[str]:
    if cells is None:
        return [""] * count
    return [cell.strip() if type(cell) is str else shown(cell).strip() for cell in cells]


@dataclass(slots=True)
class _Above:
    """What the rows so far have said, inside the present group."""

    province: str = ""
    district: str = ""
    commune: str = ""
    commune_former: bool = False
    group_commune: str = ""
    commune_row: int = 0
    signal: Signal | None = None

    def enter(self, group: Group) -> None:
        """Begin a group: what stood in the one before counts no more."""
        match group.level:
            case GroupLevel.PROVINCE:
                self.province, self.district, self.group_commune = group.name, "", ""
            case GroupLevel.DISTRICT:
                self.district, self.group_commune = group.name, ""
            case GroupLevel.COMMUNE:
                self.group_commune = group.name
            case GroupLevel.SIGNAL:
                self.signal = group.signal
                return
            case GroupLevel.OTHER:
                self.group_commune = ""
        self.commune = ""


def _fill_down(table: Table, read: Declared) -> None:
    """Give rows what their group or the row above says, as far as they say nothing themselves.

    A commune taken from the row above without a merge or a group is an assumption: it is told.
    A code in the row makes the commune's name unnecessary.
    """
    groups = sorted(table.groups.items())
    at = 0
    above = _Above()
    for place, index in enumerate(table.data):
        while at < len(groups) and groups[at][0] < index:
            above.enter(groups[at][1])
            at += 1
        read.signal[place] = above.signal
        above.province = _own(read.province, place) or above.province
        read.province[place] = above.province
        district = _own(read.district, place)
        if district:
            above.district = district
        read.district[place] = above.district
        commune = _own(read.commune, place)
        if commune:
            above.commune, above.commune_row = commune, table.sheet.row_numbers[index]
            above.commune_former = read.former[place]
        elif not read.code[place]:
            read.commune[place] = above.commune or above.group_commune
            read.former[place] = above.commune_former and bool(above.commune)
            if above.commune and above.commune != above.group_commune:
                read.above[place] = above.commune_row


def _own(texts: list[str], place: int) -> str:
    """The row's own text; a ditto mark counts as blank."""
    text = texts[place]
    if text and (is_ditto(text) or text in {"-", "–"}):
        texts[place] = ""
        return ""
    return text


def _split_addresses(table: Table, read: Declared, *, has_commune: bool) -> None:
    """Read "Bản Nà Lại, xã Mường Nhé, huyện Mường Nhé" where the commune has no column."""
    addresses = cells_of(table, Field.ADDRESS)
    if addresses is None and has_commune:
        return
    texts = _texts(addresses, len(read.village)) if addresses is not None else list(read.village)
    for row, text in enumerate(texts):
        village = _take_apart(text, row, read)
        if village and (addresses is None or not read.village[row]):
            read.village[row] = village


def _take_apart(text: str, row: int, read: Declared) -> str:
    """Give a row the places that its address names, as far as it lacks them; return the rest."""
    parts = [part for part in _SEPARATOR.split(text) if part]
    if len(parts) < 2:  # noqa: PLR2004 - one name is no address
        return text
    village: list[str] = []
    for part in parts:
        level = _KINDS.get(strip_unit_prefix(part)[0] or "")
        held = {"commune": read.commune, "district": read.district, "province": read.province}.get(
            level or ""
        )
        if held is None:
            if not read.commune[row]:
                village.append(part)
        elif not held[row]:
            held[row] = part
    return ", ".join(village)
