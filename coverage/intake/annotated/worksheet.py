"""One worksheet part: marked cells, its merges and widths, and the link to its comments' shapes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from coverage.intake.annotated.cells import FormatOf, Rows
from coverage.intake.annotated.container import relations_prefix
from coverage.intake.annotated.remarks import LAST_COLUMN
from coverage.intake.annotated.xml_part import Element, Unmendable, XmlPart, in_utf8
from coverage.intake.document import column_letter
from coverage.intake.workbook_parts import column_index

_BEGIN = re.compile(rb"<((?:[\w.-]+:)?)sheetData(?:\s[^>]*?)?(/?)>")
_RANGE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})(?::\$?([A-Za-z]{1,3})\$?(\d{1,7}))?")
# What stands before <legacyDrawing> in a worksheet (ECMA-376 Part 1, CT_Worksheet).
_BEFORE_SHAPES = frozenset({
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState",
    "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting",
    "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter",
    "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing",
})  # fmt: skip
_WIDTH_CHARACTERS, _HEIGHT_PT = 8.43, 15.0  # Excel's own where the sheet states none


class Worksheet:
    """A worksheet that is edited: its rows by themselves, the rest as one small part.

    Raises:
        Unmendable: it is no worksheet, or is built in a way that cannot be edited.
    """

    def __init__(self, content: bytes) -> None:
        data = in_utf8(content)
        begin = _BEGIN.search(data)
        if begin is None:
            raise Unmendable("sheetData")
        self._begin, self._prefix = begin[0], begin[1].decode()
        inside = end = begin.end()
        if not begin[2]:
            end_tag = b"</" + begin[1] + b"sheetData"
            inside_end = data.rfind(end_tag)
            if inside_end < inside:
                raise Unmendable("sheetData")
            end = data.index(b">", inside_end) + 1
            rows = data[inside:inside_end]
        else:
            rows = b""
        # The rest without its rows is small enough to be measured element by element.
        self._xml = XmlPart(data[: begin.start()] + begin[0][:-1].rstrip(b"/") + b"/>" + data[end:])
        root = self._xml.root
        self._sheet_data = root.first("sheetData")
        if root.name != "worksheet" or self._sheet_data is None:
            raise Unmendable(root.name)
        self.rows = Rows(rows, self._prefix, self._column_formats())

    def reformat(self, formats: Mapping[int, int]) -> None:
        """Replace formats by others in every cell."""
        self.rows.reformat(formats)

    def mark(self, cells: Iterable[tuple[int, int]], format_of: FormatOf) -> None:
        """Give cells their marked formats; those that are missing are put in, empty."""
        by_row: dict[int, set[int]] = {}
        for row, column in cells:
            by_row.setdefault(row, set()).add(column)
        self.rows.mark(by_row, format_of)

    def put(self, cells: Mapping[int, Mapping[int, str]]) -> None:
        """Write texts, by row and column, in the place of what the cells hold."""
        self.rows.put(cells)

    def shown_at(self, cells: Iterable[tuple[int, int]]) -> dict[tuple[int, int], tuple[int, int]]:
        """Return, by the cells that are hidden under a merge, the cell that shows for them."""
        by_row: dict[int, list[int]] = {}
        for row, column in cells:
            by_row.setdefault(row, []).append(column)
        shown: dict[tuple[int, int], tuple[int, int]] = {}
        merges = self._xml.root.first("mergeCells")
        for merge in merges.all("mergeCell") if merges else ():
            area = _area(merge.get("ref") or "")
            if area is None:
                continue
            top, left, bottom, right = area
            reach = range(top, bottom + 1)
            for row in reach if len(reach) <= len(by_row) else by_row:
                if row in reach:
                    for column in by_row.get(row, ()):
                        if left <= column <= right:
                            shown[row, column] = top, left
        return shown

    def shapes_id(self) -> str | None:
        """Return the relation id of the comments' shapes, None where there are none."""
        found = self._xml.root.first("legacyDrawing")
        return None if found is None else found.get("id")

    def link_shapes(self, relation: str, relationships: str) -> None:
        """Add the link to the comments' shapes at its place in the sheet."""
        root = self._xml.root
        prefix, declaration = relations_prefix(root, relationships)
        link = f'<{root.prefix}legacyDrawing{declaration} {prefix}id="{relation}"/>'
        present = root.first("legacyDrawing")
        if present is not None:  # one that leads nowhere
            self._xml.replace(present, link)
            return
        earlier = [child for child in root.children if child.name in _BEFORE_SHAPES]
        self._xml.insert_after(earlier[-1], link)

    def width_of(self) -> Mapping[int, float]:
        """Return the columns' widths in characters, for columns that state one; -1: the others'."""
        stated = self._xml.root.first("sheetFormatPr")
        usual = _float(stated, "defaultColWidth") or _float(stated, "baseColWidth")
        widths = {-1: usual or _WIDTH_CHARACTERS}
        for column in self._columns():
            width = 0.0 if column.get("hidden") in {"1", "true"} else _float(column, "width")
            if width is not None:
                widths |= dict.fromkeys(_reach(column), width)
        return widths

    def height_of(self) -> Mapping[int, float]:
        """Return the rows' heights in points, for rows that state one; 0: the others'."""
        stated = _float(self._xml.root.first("sheetFormatPr"), "defaultRowHeight")
        return {0: stated or _HEIGHT_PT, **self.rows.heights_pt}

    def content(self) -> bytes:
        """Return the part as edited; nothing is edited after it."""
        self._widen()
        rest = self._xml.content()
        place = _BEGIN.search(rest)
        if place is None:
            raise Unmendable("sheetData")
        if not self.rows.data:
            return rest
        open_tag = place[0].rstrip(b">").rstrip(b"/") + b">"
        close_tag = f"</{self._prefix}sheetData>".encode()
        return b"".join([
            rest[: place.start()], open_tag, self.rows.data, close_tag, rest[place.end() :],
        ])  # fmt: skip

    def _columns(self) -> Iterable[Element]:
        found = self._xml.root.first("cols")
        return () if found is None else found.all("col")

    def _column_formats(self) -> dict[int, int]:
        formats: dict[int, int] = {}
        for column in self._columns():
            stated = column.get("style") or "0"
            if stated.isdecimal() and int(stated):
                formats |= dict.fromkeys(_reach(column), int(stated))
        return formats

    def _widen(self) -> None:
        """Let the stated dimension hold the cells that were put in."""
        dimension = self._xml.root.first("dimension")
        area = None if dimension is None else _area(dimension.get("ref") or "")
        if dimension is None or area is None or not self.rows.added:
            return
        rows = [row for row, _ in self.rows.added] + [area[0], area[2]]
        columns = [column for _, column in self.rows.added] + [area[1], area[3]]
        ref = f"{column_letter(min(columns))}{min(rows)}:{column_letter(max(columns))}{max(rows)}"
        self._xml.set(dimension, "ref", ref)


def _area(ref: str) -> tuple[int, int, int, int] | None:
    """The range as (first row, first column, last row, last column)."""
    found = _RANGE.fullmatch(ref)
    if found is None:
        return None
    left, top = column_index(found[1].upper().encode()), int(found[2])
    if found[3] is None:
        return top, left, top, left
    return top, left, int(found[4]), column_index(found[3].upper().encode())


def _reach(column: Element) -> range:
    first, last = column.get("min") or "", column.get("max") or ""
    if not (first.isdecimal() and last.isdecimal()):
        return range(0)
    return range(int(first) - 1, min(int(last), LAST_COLUMN))


def _float(element: Element | None, name: str) -> float | None:
    stated = None if element is None else element.get(name)
    try:
        return None if stated is None else float(stated)
    except ValueError:
        return None
