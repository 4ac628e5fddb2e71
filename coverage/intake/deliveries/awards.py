"""A list of awards: one row per lot, with operator, price, day and decision."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from coverage.deliveries import AwardWish
from coverage.errors import InputRefused
from coverage.findings import Finding, finding
from coverage.intake.deliveries.cells import day_in, dong_in
from coverage.intake.deliveries.columns import Listed, find_lists, synonyms
from coverage.intake.document import Document, shown
from coverage.intake.registers.cells import number


class Column(StrEnum):
    """What a column of a list of awards holds."""

    PACKAGE = "package"
    LOT = "lot"
    OPERATOR = "operator"
    PRICE = "price"
    DAY = "day"
    DECISION = "decision"


_KNOWN = synonyms({
    Column.PACKAGE: "số gói thầu; gói thầu; mã gói thầu; mã gói; số hiệu gói thầu; gói; package;"
    " package number; package_number; number",
    Column.LOT: "lô; số lô; lô số; phần; phần lô; mã lô; tên lô; lot; lot number; lot_number",
    Column.OPERATOR: "doanh nghiệp; nhà mạng; doanh nghiệp trúng thầu; đơn vị trúng thầu;"
    " nhà thầu; nhà thầu trúng thầu; doanh nghiệp được giao; đơn vị được giao; operator",
    Column.PRICE: "giá; giá trúng thầu; giá trị; giá trị hợp đồng; giá hợp đồng; kinh phí; giá đồng;"
    " giá vnđ; giá trúng thầu đồng; số tiền; thành tiền; price; price vnd; price_vnd",
    Column.DAY: "ngày giao; ngày quyết định; ngày ký; ngày trúng thầu; ngày phê duyệt; ngày;"
    " ngày hiệu lực; ngày ký quyết định; on; awarded on; awarded_on; date",
    Column.DECISION: "quyết định; số quyết định; văn bản; số văn bản; căn cứ; văn bản giao;"
    " quyết định giao; quyết định phê duyệt; decision; document",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReadAward:
    """A row of the file: what was understood of it, and what could not be."""

    wish: AwardWish
    findings: tuple[Finding, ...]


def read_awards(document: Document) -> tuple[ReadAward, ...]:
    """Return every row that names a package or a lot, in the file's order.

    Raises:
        InputRefused: award.no_columns, award.no_rows.
    """
    lists, _ = find_lists(document, _KNOWN, ([Column.PACKAGE], [Column.LOT], [Column.OPERATOR]))
    if not lists:
        raise InputRefused([finding("award.no_columns")])
    keys = (Column.PACKAGE, Column.LOT, Column.PRICE)
    read = [_row(each, row) for each in lists for row in each.rows(keys)]
    if not read:
        raise InputRefused([finding("award.no_rows")])
    return tuple(read)


def _row(listed: Listed[Column], row: int) -> ReadAward:
    def text(role: Column) -> str:
        return " ".join(shown(listed.cell(row, role)).split())

    def label(role: Column) -> str | None:
        return listed.labels.get(role)

    price, about_price = dong_in(listed.cell(row, Column.PRICE), label(Column.PRICE))
    day = day_in(listed.cell(row, Column.DAY), "award", label(Column.DAY))
    lot = listed.cell(row, Column.LOT)
    whole = number(lot)
    wish = AwardWish(
        text(Column.PACKAGE), lot_number(shown(lot) if whole is None else f"{whole:g}"),
        text(Column.OPERATOR), price, day.day, text(Column.DECISION),
        listed.number(row), listed.sheet.name,
    )  # fmt: skip
    return ReadAward(wish, (*about_price, *day.found))


def lot_number(said: str) -> str:
    """Return the number in what is said of a lot: "Lô 2 – Hương Sơn" is lot 2; an id stays."""
    words = " ".join(said.split()).replace("–", " ").replace("-", " - ").split()
    if len(words) > 1 and words[0].casefold() in {"lô", "lot", "phần"} and words[1].isdigit():
        return str(int(words[1]))
    plain = " ".join(said.split())
    return str(int(plain)) if plain.isdecimal() else plain
