"""Marks a workbook: coloured cells, comments and a summary sheet; all else stays as it was.

What an earlier check put in is taken out first, so that a workbook may go back and forth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import unescape

from coverage.intake.annotated.comments import Comments
from coverage.intake.annotated.container import Container, relations_prefix
from coverage.intake.annotated.remarks import GRAVEST_FIRST, Remark, by_cell, gravest
from coverage.intake.annotated.results import results_in
from coverage.intake.annotated.shapes import Grid, Shapes, blocks_in_use
from coverage.intake.annotated.styles import Styles
from coverage.intake.annotated.summary import (
    HEADER_ROW,
    LAST_LETTER,
    MOST_LINES,
    MOST_LINKS,
    Summary,
    looks_in,
    write_summary,
)
from coverage.intake.annotated.texts import TEXTS, Texts
from coverage.intake.annotated.worksheet import Worksheet
from coverage.intake.annotated.xml_part import Unmendable, XmlPart, attribute_text, text
from coverage.intake.document import MEGABYTE
from coverage.intake.selection import OWN_SHEET_MARK
from coverage.surveys import SurveyReport
from coverage.vietnamese import nfc

MOST_COMMENTS = 5_000  # on one sheet; more of them make a spreadsheet program slow
MOST_BYTES = 250 * MEGABYTE  # of a sheet that is edited; five times as much memory is needed
_SHEET_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_BEFORE_NAMES = frozenset({"sheets", "functionGroups", "externalReferences"})

Cells = Mapping[tuple[int, int], list[Remark]]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet as the workbook names it, its part, and its place among the sheets."""

    name: str
    part: str
    position: int


@dataclass(slots=True)
class _Marked:
    """A workbook that is being marked."""

    parts: Container
    styles: Styles
    texts: Texts
    sheets: Mapping[str, _Sheet]
    own: _Sheet | None
    former_formats: Mapping[int, int]
    blocks: set[int]
    results: Mapping[str, Mapping[int, Mapping[int, str]]]
    notes: list[str] = field(default_factory=list)


def mark_workbook(
    content: bytes, report: SurveyReport, remarks: Sequence[Remark], texts: Texts, note: str = ""
) -> bytes:
    """Return the XLSX with the remarks in it.

    Raises:
        Unmendable: it is built in a way that cannot be edited in place.
    """
    parts = Container(content)
    styles_part = parts.related(parts.workbook, "styles")
    styles = Styles(None if styles_part is None else parts.read(styles_part.part), parts.main)
    sheets = _sheets(parts)
    own = next((sheet for sheet in sheets.values() if _is_own(parts, sheet)), None)
    marked = _Marked(
        parts, styles, texts, sheets, own, styles.unmarked(),
        blocks_in_use(parts.read(name) for name in parts.parts_like(".vml")),
        results_in(report, texts), [note] if note else [],
    )  # fmt: skip
    placed = [_in_workbook(remark, sheets, own) for remark in remarks]
    cells = by_cell(placed)
    for sheet in sheets.values():
        if sheet is not own:
            _mark_sheet(marked, sheet, cells.get(sheet.name, {}))
    _summarise(marked, report, placed)
    if styles_part is not None:
        parts.write(styles_part.part, styles.content())
    else:
        pattern = "xl/styles{}.xml" if parts.has("xl/styles.xml") else "xl/styles.xml"
        _add_part(marked, parts.workbook, pattern, "styles", styles.content())
    return parts.content()


def _sheets(parts: Container) -> dict[str, _Sheet]:
    """The worksheets by their name in composed letters; charts and macro sheets are none."""
    related = {one.id: one for one in parts.relations(parts.workbook)}
    listed = parts.xml(parts.workbook).root.first("sheets")
    if listed is None:
        raise Unmendable("sheets")
    found: dict[str, _Sheet] = {}
    for position, element in enumerate(listed.all("sheet")):
        relation = related.get(element.get("id") or "")
        if relation is not None and relation.kind == "worksheet" and parts.has(relation.part):
            name = element.get("name") or ""
            found.setdefault(nfc(name), _Sheet(name, relation.part, position))
    return found


def _is_own(parts: Container, sheet: _Sheet) -> bool:
    """Whether a sheet is the summary of an earlier check."""
    names = tuple(nfc(texts.sheet) for texts in TEXTS.values())
    if not nfc(sheet.name).startswith(names):
        return False
    if _says(parts.read(sheet.part), OWN_SHEET_MARK):
        return True
    # A spreadsheet program that saved it moved its texts to the workbook's list of texts.
    strings = parts.related(parts.workbook, "sharedStrings")
    return strings is not None and _says(parts.read(strings.part), OWN_SHEET_MARK)


def _says(part: bytes, text: str) -> bool:
    """Whether a part holds a text, as letters or as the references that some programs write."""
    return text.encode() in part or (
        b"&#" in part and text in unescape(part.decode(errors="replace"))
    )


def _in_workbook(remark: Remark, sheets: Mapping[str, _Sheet], own: _Sheet | None) -> Remark:
    """The remark with the sheet's name as the workbook spells it."""
    if remark.place is None:
        return remark
    name = remark.place.sheet
    sheet = sheets.get(name) or sheets.get(nfc(name))
    if sheet is None or sheet is own:
        return replace(remark, place=None)
    if sheet.name == remark.place.sheet:
        return remark
    return replace(remark, place=replace(remark.place, sheet=sheet.name))


def _mark_sheet(marked: _Marked, sheet: _Sheet, cells: Cells) -> None:
    """Mark one sheet; one without remarks is touched only where an earlier check marked it."""
    parts = marked.parts
    if parts.size(sheet.part) > MOST_BYTES:
        marked.notes.append(marked.texts.sheet_left_out.format(sheet=sheet.name))
        return
    comments_part = parts.related(sheet.part, "comments")
    comments = Comments(
        None if comments_part is None else parts.read(comments_part.part), parts.main
    )
    forgotten = comments.forget_own()
    if not (cells or forgotten or comments.is_changed or marked.former_formats):
        return
    worksheet = Worksheet(parts.read(sheet.part))
    worksheet.reformat(marked.former_formats)
    if results := marked.results.get(nfc(sheet.name)):
        worksheet.put(results)
    shown = worksheet.shown_at(cells)
    gathered: dict[tuple[int, int], list[Remark]] = {}
    for cell, remarks in sorted(cells.items()):
        gathered.setdefault(shown.get(cell, cell), []).extend(remarks)
    severities = {cell: gravest(remarks) for cell, remarks in gathered.items()}
    worksheet.mark(
        gathered, lambda row, column, own: marked.styles.marked(own, severities[row, column])
    )
    _comment(marked, sheet, worksheet, comments, forgotten, gathered)
    changed = worksheet.content()
    if changed != parts.read(sheet.part):
        parts.write(sheet.part, changed)


def _comment(  # noqa: PLR0917 - one step of _mark_sheet
    marked: _Marked, sheet: _Sheet, worksheet: Worksheet, comments: Comments,
    forgotten: set[tuple[int, int]], cells: Cells,
) -> None:  # fmt: skip
    """Write the comments of one sheet and their boxes, the gravest where there are too many."""
    parts, texts = marked.parts, marked.texts
    ranked = sorted(cells, key=lambda cell: (GRAVEST_FIRST.index(gravest(cells[cell])), cell))
    chosen = sorted(ranked[:MOST_COMMENTS])
    if left_out := len(ranked) - len(chosen):
        marked.notes.append(texts.comments_left_out.format(sheet=sheet.name, count=left_out))
    boxes = []
    for cell in chosen:
        remarks = sorted(cells[cell], key=lambda one: GRAVEST_FIRST.index(one.finding.severity))
        runs = comments.runs_for(remarks, cell[0], texts)
        if comments.add(cell, runs):
            boxes.append((cell, "".join(run.text for run in runs)))
    if not (boxes or forgotten or comments.is_changed):
        return
    known = parts.related(sheet.part, "comments")
    if known is not None:
        parts.write(known.part, comments.content())
    else:
        kind = f"{_SHEET_TYPES}.comments+xml"
        _add_part(marked, sheet.part, "xl/comments{}.xml", "comments", comments.content(), kind)
    relation = worksheet.shapes_id()
    drawing = next((one for one in parts.relations(sheet.part) if one.id == relation), None)
    shapes = Shapes(None if drawing is None else parts.read(drawing.part), marked.blocks)
    shapes.forget(forgotten)
    shapes.add(boxes, Grid(worksheet.width_of(), worksheet.height_of()))
    if drawing is not None:
        parts.write(drawing.part, shapes.content())
    elif boxes:
        pattern = "xl/drawings/vmlDrawing{}.vml"
        added = _add_part(marked, sheet.part, pattern, "vmlDrawing", shapes.content(), _VML_TYPE)
        worksheet.link_shapes(added, parts.relationships)


def _add_part(  # noqa: PLR0917 - what a part consists of
    marked: _Marked, owner: str, pattern: str, kind: str, content: bytes,
    content_type: str = f"{_SHEET_TYPES}.styles+xml",
) -> str:  # fmt: skip
    """Add a part, its type and its owner's relation to it; return the relation's id."""
    name = marked.parts.new_name(pattern)
    marked.parts.write(name, content)
    marked.parts.declare(name, content_type)
    return marked.parts.relate(owner, kind, name)


def _summarise(marked: _Marked, report: SurveyReport, remarks: Sequence[Remark]) -> None:
    """Add the summary sheet last, or in the place of an earlier one."""
    parts, texts = marked.parts, marked.texts
    if sum(remark.place is not None for remark in remarks[:MOST_LINES]) > MOST_LINKS:
        marked.notes.append(texts.links_left_out.format(count=f"{MOST_LINKS:,}"))
    if len(remarks) > MOST_LINES:
        total = f"{len(remarks):,}"
        marked.notes.append(texts.rows_left_out.format(count=f"{MOST_LINES:,}", total=total))
    summary = Summary(report, remarks, marked.notes, texts, looks_in(marked.styles))
    content = write_summary(summary, parts.main)
    book = parts.xml(parts.workbook)
    listed = book.root.first("sheets")
    if listed is None:
        raise Unmendable("sheets")
    if marked.own is not None:
        parts.forget_relations(marked.own.part)
        parts.write(marked.own.part, content)
        name, position = marked.own.name, marked.own.position
    else:
        kind = f"{_SHEET_TYPES}.worksheet+xml"
        pattern = "xl/worksheets/sheet{}.xml"
        relation = _add_part(marked, parts.workbook, pattern, "worksheet", content, kind)
        name = _free_name(texts.sheet, [sheet.get("name") or "" for sheet in listed.children])
        position = len(list(listed.all("sheet")))
        stated = [sheet.get("sheetId") or "" for sheet in listed.all("sheet")]
        ids = [int(each) for each in stated if each.isdecimal()]
        prefix, declaration = relations_prefix(book.root, parts.relationships)
        book.append(
            listed,
            f'<{listed.prefix}sheet{declaration} name="{attribute_text(name)}"'
            f' sheetId="{max(ids, default=0) + 1}" {prefix}id="{relation}"/>',
        )
    _name_ranges(book, name, position, summary.last_row())
    parts.write(parts.workbook, book.content())


def _name_ranges(book: XmlPart, name: str, position: int, last_row: int) -> None:
    """Name the rows to repeat on paper and the filter's range, which a program looks up by name."""
    held = book.root.first("definedNames")
    ranges = {
        "_xlnm._FilterDatabase": f"$A${HEADER_ROW}:${LAST_LETTER}${last_row}",
        "_xlnm.Print_Titles": f"${HEADER_ROW}:${HEADER_ROW}",
    }
    for known in held.children if held is not None else ():
        if known.get("localSheetId") == str(position) and known.get("name") in ranges:
            book.replace(known, "")
    p = book.root.prefix
    quoted = name.replace("'", "''")
    made = ""
    for key, area in ranges.items():
        hidden = ' hidden="1"' if key.endswith("Database") else ""
        tag = f'definedName name="{key}" localSheetId="{position}"{hidden}'
        made += f"<{p}{tag}>{text(f'{chr(39)}{quoted}{chr(39)}!{area}')}</{p}definedName>"
    if held is not None:
        book.append(held, made)
        return
    earlier = [child for child in book.root.children if child.name in _BEFORE_NAMES]
    book.insert_after(earlier[-1], f"<{p}definedNames>{made}</{p}definedNames>")


def _free_name(wanted: str, taken: Sequence[str]) -> str:
    """The name, or the name with a number, that no sheet has."""
    keys = {nfc(name).casefold() for name in taken}
    number, name = 1, wanted
    while nfc(name).casefold() in keys:
        number += 1
        name = f"{wanted} ({number})"
    return name
