"""The survey file returned: the officer's own workbook with coloured cells, comments, a summary.

    marked = annotate(content, "bao-cao.xlsx", report)
    marked_name("bao-cao.csv")  # bao-cao-da-kiem-tra.xlsx

An XLSX is edited in its parts, so that everything else in it stays untouched. Every other form
is first repeated as a plain XLSX, row by row, and that one is marked. The intake reads the result
like the file itself: the summary sheet and the added columns are passed over.
"""

from __future__ import annotations

from pathlib import PurePath

from coverage.findings import Language
from coverage.intake.annotated.copying import write_copy
from coverage.intake.annotated.layout import layouts, without_plain_rows
from coverage.intake.annotated.marking import mark_workbook
from coverage.intake.annotated.remarks import Place, place_in_workbook, remarks_of
from coverage.intake.annotated.texts import TEXTS
from coverage.intake.annotated.xml_part import Unmendable
from coverage.intake.document import Kind, Limits
from coverage.intake.files import read, recognise
from coverage.surveys import SurveyReport, SurveyRow

__all__ = ["annotate", "marked_name"]


def annotate(
    content: bytes, name: str, report: SurveyReport, language: Language = Language.VI,
    limits: Limits | None = None,
) -> bytes:  # fmt: skip
    """Return ``content``, the file that ``report`` is about, as an XLSX with its findings marked.

    The same file and report give the same bytes.

    Raises:
        InputRefused: the file cannot be read.
    """
    limits, texts = limits or Limits(), TEXTS[language]
    kind, _ = recognise(content, name, limits)
    if kind is Kind.XLSX:
        try:
            remarks = remarks_of(report, place_in_workbook)
            return mark_workbook(content, report, remarks, texts)
        except Unmendable:
            pass  # its values were read all the same, and are repeated below
    sheets = layouts(read(content, name, limits), report, texts)
    note = texts.copied
    if without_plain_rows(sheets, report):
        note += "  " + texts.only_marked_rows
    by_name = {layout.sheet.name: layout for layout in sheets}

    def place_of(row: SurveyRow, column: str | None) -> Place | None:
        layout = by_name.get(row.sheet)
        return None if layout is None else layout.place_of(row, column)

    copy = write_copy(sheets, report, texts)
    return mark_workbook(copy, report, remarks_of(report, place_of), texts, note)


def marked_name(name: str) -> str:
    """Return a file name for what :func:`annotate` gives; a workbook with macros stays one."""
    path = PurePath(name)
    ending = path.suffix.lower()
    kept = ending if ending in {".xlsm", ".xltx", ".xltm"} else ".xlsx"
    return f"{path.stem}-da-kiem-tra{kept}"
