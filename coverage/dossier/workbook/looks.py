"""How the workbook looks: fonts, boxes, paper, and the head of every sheet."""

from __future__ import annotations

import math
from collections.abc import Mapping

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from coverage.dossier.columns import Kind
from coverage.packages import Package

A4 = 9
HEAD_ROWS = 4  # the lines that `write_head` fills
UNKNOWN = "–"  # a sum over nothing that anybody stated is not zero
LINE_HEIGHT = 15.75  # points, of one line of text at 11 points
_FONT = "Times New Roman"  # what Decree 30/2020/NĐ-CP asks of papers


class Looks:
    """The few looks of the workbook, made once."""

    def __init__(self, workbook: Workbook) -> None:
        def look(**properties: object) -> Format:
            return workbook.add_format(
                {"font_name": _FONT, "font_size": 11, "valign": "vcenter"} | properties
            )

        boxed: Mapping[str, object] = {"border": 1, "border_color": "#8A8A8A"}
        number: Mapping[str, object] = {**boxed, "align": "right"}
        self.authority = look(bold=True)
        self.title = look(bold=True, font_size=16, align="center")
        self.subtitle = look(font_size=12, align="center")
        self.mark = look(bold=True, font_size=13, font_color="#C00000", align="center")
        self.label = look(bold=True, valign="top")
        self.text = look(text_wrap=True, valign="top")
        self.header = look(**boxed, bold=True, align="center", text_wrap=True, bg_color="#DCE6F1")
        self.total_text = look(**number, bold=True)
        self.total_number = look(**number, bold=True, num_format="#,##0")
        self.centred = look(**boxed, align="center")
        self.identifier = look(**boxed, align="center", num_format="0")
        self.of_kind = {
            Kind.TEXT: look(**boxed, text_wrap=True),
            Kind.CODE: look(**boxed, num_format="@"),
            Kind.COUNT: look(**number, num_format="#,##0"),
            Kind.DEGREES: look(**number, num_format="0.000000"),
            Kind.METRES: look(**number, num_format="0.00"),
            Kind.YES_NO: look(**boxed, align="center"),
        }


def new_sheet(workbook: Workbook, package: Package, name: str) -> Worksheet:
    """Add a sheet set up for paper: A4 landscape, one page wide, marks and page numbers."""
    sheet = workbook.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    marks = " – ".join(package.marks)
    sheet.set_header(f'&L&"{_FONT}"&10{package.number}&C&"{_FONT},Bold"&10{marks}')
    sheet.set_footer(
        f'&L&"{_FONT}"&9Số liệu đến ngày {package.local_date}&R&"{_FONT}"&9Trang &P/&N'
    )
    return sheet


def write_head(
    sheet: Worksheet, package: Package, looks: Looks, texts: tuple[str, str], last_place: int
) -> None:
    """Write the four lines above every table: who, title, subtitle, and the marks in red."""
    title, subtitle = texts
    sheet.write_string(0, 0, package.authority.upper(), looks.authority)
    for row, text, look, height in (
        (1, title, looks.title, 26),
        (2, subtitle, looks.subtitle, 20),
        (3, " – ".join(package.marks), looks.mark, 26),
    ):
        sheet.merge_range(row, 0, row, last_place, "", look)
        sheet.write_string(row, 0, text, look)
        sheet.set_row(row, height)


def height_of(texts: Mapping[float, str]) -> float:
    """Return the row height for wrapped ``texts``, by the width of their column in characters.

    Spreadsheet programs do not agree on fitting rows by themselves, so the height is stated;
    a little too high is better than text cut off.
    """
    lines = max((math.ceil(len(text) / width) for width, text in texts.items()), default=1)
    return LINE_HEIGHT * max(1, lines)
