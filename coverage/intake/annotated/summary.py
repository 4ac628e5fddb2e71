"""The summary sheet: totals, what the colours mean, and every finding with a link to its cell."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coverage.findings import Severity
from coverage.intake.annotated.container import DECLARATION
from coverage.intake.annotated.remarks import GRAVEST_FIRST, Place, Remark, counts
from coverage.intake.annotated.styles import Styles
from coverage.intake.annotated.texts import Texts
from coverage.intake.annotated.xml_part import attribute_text, literal, text
from coverage.intake.document import column_letter, column_letters
from coverage.surveys import SurveyReport

WIDTHS = (13, 18, 9, 14, 26, 62, 56, 26)
HEADER_ROW = 8
_LETTERS = column_letters(len(WIDTHS))
LAST_LETTER = _LETTERS[-1]
MOST_LINKS = 65_000  # a worksheet holds 65,530
MOST_LINES = 1_000_000
_LINE_PT, _MOST_PT = 15.75, 400.0
_FONT = "Times New Roman"  # what Decree 30/2020/NĐ-CP asks of papers
_LONGEST_CELL = 32_000  # characters; Excel's limit is 32,767


@dataclass(frozen=True, slots=True)
class Looks:
    """The formats of the summary sheet, by their index in the workbook's styles."""

    title: int
    subtitle: int
    label: int
    number: int
    header: int
    cell: int
    value: int
    link: int
    note: int
    severity: dict[Severity, int]


def looks_in(styles: Styles) -> Looks:
    """Add the formats of the summary sheet to the workbook's styles."""

    def font(size: int, more: str = "", color: str = 'rgb="FF000000"') -> int:
        face = f'<sz val="{size}"/><color {color}/><name val="{_FONT}"/><family val="1"/>'
        return styles.add("fonts", f"<font>{more}{face}</font>")

    side = 'style="thin"><color rgb="FF8A8A8A"/>'
    box = styles.add(
        "borders",
        f"<border><left {side}</left><right {side}</right><top {side}</top>"
        f"<bottom {side}</bottom><diagonal/></border>",
    )
    grey = styles.add(
        "fills",
        '<fill><patternFill patternType="solid"><fgColor rgb="FFDCE6F1"/>'
        '<bgColor indexed="64"/></patternFill></fill>',
    )
    plain, bold = font(11), font(11, "<b/>")

    def look(
        of_font: int, fill: int = 0, border: int = 0, *, across: str = "left", wrap: bool = True,
        form: int = 0, more: str = "",
    ) -> int:  # fmt: skip
        wrapped = ' wrapText="1"' if wrap else ""
        return styles.add(
            "cellXfs",
            f'<xf numFmtId="{form}" fontId="{of_font}" fillId="{fill}" borderId="{border}"'
            f' applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1"'
            f' applyAlignment="1"{more}>'
            f'<alignment horizontal="{across}" vertical="top"{wrapped}/></xf>',
        )

    return Looks(
        title=look(font(15, "<b/>"), wrap=False),
        subtitle=look(plain, wrap=False),
        label=look(bold, grey, box, across="center"),
        number=look(bold, 0, box, across="center", form=3),
        header=look(bold, grey, box, across="center"),
        cell=look(plain, 0, box),
        # Text is marked as such, so that "=1+1" stays a text when somebody edits the cell.
        value=look(plain, 0, box, form=49, more=' quotePrefix="1"'),
        link=look(font(11, "<u/>", 'rgb="FF0563C1"'), 0, box, across="center"),
        note=look(font(11, "<i/>"), wrap=False),
        severity={each: look(bold, styles.fill(each), box) for each in GRAVEST_FIRST},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Summary:
    """What the sheet is made from. ``notes`` are sentences on what was left out of the sheets."""

    report: SurveyReport
    remarks: Sequence[Remark]
    notes: Sequence[str]
    texts: Texts
    looks: Looks

    def lines(self) -> list[Remark]:
        """Return the remarks in the table's order: the gravest first, each in the file's order."""
        ranked = sorted(
            self.remarks, key=lambda remark: GRAVEST_FIRST.index(remark.finding.severity)
        )
        return ranked[:MOST_LINES]

    def last_row(self) -> int:
        """Return the number of the table's last row."""
        return HEADER_ROW + max(1, min(len(self.remarks), MOST_LINES))


def write_summary(summary: Summary, main: str) -> bytes:
    """Return the worksheet part."""
    gravest = {severity: count for severity, count in counts(summary.remarks).items() if count}
    tab = {Severity.ERROR: "FFC0392B", Severity.WARNING: "FFE0A800"}.get(
        next(iter(gravest), Severity.INFO), "FF2E86C1"
    )
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>'
        for at, width in enumerate(WIDTHS, start=1)
    )
    top = f"A{HEADER_ROW + 1}"
    reach = f"A{HEADER_ROW}:{LAST_LETTER}{summary.last_row()}"
    lines = summary.lines()
    name = text(summary.report.file[:60].replace("&", "&&"))
    pieces = [
        f'{DECLARATION}<worksheet xmlns="{main}"><sheetPr><tabColor rgb="{tab}"/>'
        f'<pageSetUpPr fitToPage="1"/></sheetPr><dimension ref="A1:{LAST_LETTER}'
        f'{summary.last_row()}"/><sheetViews><sheetView showGridLines="0" workbookViewId="0">'
        f'<pane ySplit="{HEADER_ROW}" topLeftCell="{top}" activePane="bottomLeft"'
        f' state="frozen"/><selection pane="bottomLeft" activeCell="{top}" sqref="{top}"/>'
        f'</sheetView></sheetViews><sheetFormatPr defaultRowHeight="{_LINE_PT}"/>'
        f"<cols>{columns}</cols><sheetData>",
        *_head(summary),
        *_table(summary, lines),
        f'</sheetData><autoFilter ref="{reach}"/>',
        _links(lines),
        '<pageMargins left="0.4" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        f"<headerFooter><oddFooter>&amp;L{name}&amp;R{text(summary.texts.page)}"
        "</oddFooter></headerFooter></worksheet>",
    ]
    return "".join(pieces).encode("utf-8", "replace")


def _head(summary: Summary) -> Iterator[str]:
    """The rows above the table: title, file, totals beside the colours, notes."""
    report, texts, looks = summary.report, summary.texts, summary.looks
    yield _row(1, 22, [(0, texts.title, looks.title)])
    about = texts.file.format(name=report.file, vintage=report.vintage, sha256=report.sha256)
    yield _row(2, None, [(0, about, looks.subtitle)])
    totals = report.totals()
    figures: list[object] = [totals[name] for name in ("rows", "accepted", "warned", "rejected")]
    found = counts(summary.remarks)
    colors = [
        [(4, texts.severity[each], looks.severity[each]),
         (5, texts.meaning[each].format(count=found[each]), looks.cell)]
        for each in GRAVEST_FIRST
    ]  # fmt: skip
    yield _row(
        3, 33, [*((at, name, looks.label) for at, name in enumerate(texts.totals)), *colors[0]]
    )
    yield _row(4, 20, [*((at, each, looks.number) for at, each in enumerate(figures)), *colors[1]])
    yield _row(5, 20, colors[2])
    yield _row(6, None, [(0, texts.again, looks.note)])
    yield _row(7, None, [(0, "  ".join(summary.notes), looks.note)])


def _table(summary: Summary, lines: Sequence[Remark]) -> Iterator[str]:
    texts, looks = summary.texts, summary.looks
    yield _row(HEADER_ROW, 20, [(at, name, looks.header) for at, name in enumerate(texts.headings)])
    if not lines:
        yield _row(HEADER_ROW + 1, None, [
            (at, texts.nothing if at == 5 else "", looks.cell) for at in range(len(WIDTHS))  # noqa: PLR2004
        ])  # fmt: skip
    for number, remark in enumerate(lines, start=HEADER_ROW + 1):
        found = remark.finding
        linked = remark.place is not None and number - HEADER_ROW <= MOST_LINKS
        cells: list[object] = [
            texts.severity[found.severity],
            texts.whole_file if remark.row is None else remark.sheet,
            "" if remark.row is None else remark.row,
            found.column or "",
            found.value or "",
            found.message(texts.language),
            found.fix(texts.language),
            found.rule,
        ]
        looked = [
            looks.severity[found.severity], looks.cell, looks.link if linked else looks.cell,
            looks.cell, looks.value, looks.cell, looks.cell, looks.cell,
        ]  # fmt: skip
        shown = [str(cell) for cell in cells]
        filled = zip(range(len(cells)), cells, looked, strict=True)
        yield _row(number, _height_pt(shown), list(filled))


def _row(number: int, height_pt: float | None, cells: Sequence[tuple[int, object, int]]) -> str:
    height = "" if height_pt is None else f' ht="{height_pt:g}" customHeight="1"'
    written = "".join([_cell(f"{_LETTERS[at]}{number}", value, look) for at, value, look in cells])
    return f'<row r="{number}"{height}>{written}</row>'


def _cell(address: str, value: object, look: int) -> str:
    if value == "":
        return f'<c r="{address}" s="{look}"/>'
    if isinstance(value, int):
        return f'<c r="{address}" s="{look}"><v>{value}</v></c>'
    said = text(literal(str(value)[:_LONGEST_CELL]))
    return (
        f'<c r="{address}" s="{look}" t="inlineStr"><is><t xml:space="preserve">{said}</t></is></c>'
    )


def _height_pt(shown: Sequence[str]) -> float:
    """The height that wrapped texts need; programs do not agree on fitting rows by themselves."""
    lines = max(
        sum(math.ceil(len(line) / width) or 1 for line in said.split("\n"))
        for said, width in zip(shown, WIDTHS, strict=True)
    )
    return min(lines * _LINE_PT, _MOST_PT)


def _links(lines: Sequence[Remark]) -> str:
    made = [
        f'<hyperlink ref="C{number}" location="{attribute_text(_address(remark.place))}"'
        f' display="{remark.row}"/>'
        for number, remark in enumerate(lines[:MOST_LINKS], start=HEADER_ROW + 1)
        if remark.place is not None
    ]
    return f"<hyperlinks>{''.join(made)}</hyperlinks>" if made else ""


def _address(place: Place) -> str:
    name = place.sheet.replace("'", "''")
    return f"'{name}'!{column_letter(place.column)}{place.row}"
