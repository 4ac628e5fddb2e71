"""What Excel demands of a workbook's parts and forgives to nobody: it "repairs" such a file."""

from __future__ import annotations

import io
import itertools
import posixpath
import re
import zipfile
from collections import Counter
from xml.etree import ElementTree as ET

WORKSHEET = [
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "AlternateContent",
    "webPublishItems",
    "tableParts",
    "extLst",
]
WORKBOOK = [
    "fileVersion",
    "fileSharing",
    "workbookPr",
    "AlternateContent",
    "revisionPtr",
    "workbookProtection",
    "bookViews",
    "sheets",
    "functionGroups",
    "externalReferences",
    "definedNames",
    "calcPr",
    "oleSize",
    "customWorkbookViews",
    "pivotCaches",
    "smartTagPr",
    "smartTagTypes",
    "webPublishing",
    "fileRecoveryPr",
    "webPublishObjects",
    "extLst",
]
STYLES = [
    "numFmts",
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "tableStyles",
    "colors",
    "extLst",
]
SEVERAL = {"conditionalFormatting", "AlternateContent"}
ADDRESS = re.compile(r"([A-Z]{1,3})(\d+)")


def faults_of(content: bytes) -> list[str]:
    """Return every fault that Excel would repair; an empty list is a pass."""
    held = zipfile.ZipFile(io.BytesIO(content))
    parts = {name: held.read(name) for name in held.namelist()}
    times = Counter(map(str.lower, held.namelist()))
    wrong = [f"part twice: {name}" for name, count in times.items() if count > 1]
    wrong += _types(parts) + _relations(parts) + _drawings(parts)
    roots = {name: _parsed(data) for name, data in parts.items() if name.endswith(".xml")}
    styles = next((root for root in roots.values() if local(root) == "styleSheet"), None)
    formats = 1 if styles is None else len(list(_all(styles, "cellXfs")))
    judges = {
        "styleSheet": _styles, "workbook": _workbook, "comments": _comments,
        "worksheet": lambda root: _worksheet(root, formats),
    }  # fmt: skip
    for name, root in roots.items():
        judge = judges.get(local(root), lambda _: ())
        wrong += [f"{name}: {fault}" for fault in judge(root)]
    return wrong


def _parsed(data):
    return ET.fromstring(data)  # noqa: S314 - a part that was written here


def _styles(root):
    wrong = _in_order(root, STYLES)
    lists = {local(group): len(group) for group in root}
    wrong += [
        f"{local(group)} says {group.get('count')}, has {len(group)}" for group in root
        if group.get("count") not in {None, str(len(group))}
    ]  # fmt: skip
    for xf in _all(root, "cellXfs"):
        for key, group in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders")):
            if int(xf.get(key, "0")) >= max(lists.get(group, 0), 1):
                wrong.append(f"{key} {xf.get(key)} of {lists.get(group)}")
    return wrong


def local(element: ET.Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _all(root, name):
    for group in root:
        if local(group) == name:
            yield from group


def _types(parts):
    types = _parsed(parts["[Content_Types].xml"])
    keys = Counter(
        (local(each), (each.get("Extension") or each.get("PartName")).lower()) for each in types
    )
    wrong = [f"type stated twice: {key}" for key, times in keys.items() if times > 1]
    extensions = {key for kind, key in keys if kind == "Default"}
    overrides = {key for kind, key in keys if kind == "Override"}
    wrong += [
        f"no type: {name}" for name in parts
        if name != "[Content_Types].xml" and f"/{name.lower()}" not in overrides
        and name.rsplit(".", 1)[-1].lower() not in extensions
    ]  # fmt: skip
    return wrong + [f"no part: {each}" for each in overrides
                    if each[1:] not in {name.lower() for name in parts}]  # fmt: skip


def _relations(parts):
    wrong = []
    keys = {name.lower() for name in parts}
    for name, data in parts.items():
        if not name.endswith(".rels"):
            continue
        folder = posixpath.dirname(posixpath.dirname(name))
        relations = list(_parsed(data))
        ids = Counter(relation.get("Id") for relation in relations)
        wrong += [f"{name}: {id_} twice" for id_, times in ids.items() if times > 1]
        for relation in relations:
            if relation.get("TargetMode") == "External":
                continue
            target = relation.get("Target")
            path = target[1:] if target.startswith("/") else posixpath.join(folder, target)
            if posixpath.normpath(path).lower() not in keys:
                wrong.append(f"{name}: {target} leads nowhere")
    return wrong


def _in_order(root, order):
    names = [local(child) for child in root]
    known = [order.index(name) for name in names if name in order]
    wrong = [] if known == sorted(known) else [f"order {names}"]
    times = Counter(name for name in names if name not in SEVERAL)
    return wrong + [f"{name} {count} times" for name, count in times.items() if count > 1]


def _worksheet(root, formats):
    wrong = _in_order(root, WORKSHEET)
    last_row = 0
    for row in _all(root, "sheetData"):
        number = int(row.get("r", last_row + 1))
        if number <= last_row:
            wrong.append(f"row {number} after {last_row}")
        last_row = number
        wrong += _cells([cell for cell in row if local(cell) == "c"], number, formats)
    for group in root:
        counted = local(group) in {"mergeCells", "dataValidations", "tableParts"}
        if counted and group.get("count") not in {None, str(len(group))}:
            wrong.append(f"{local(group)} count")
        if local(group) == "hyperlinks" and not len(group):
            wrong.append("empty hyperlinks")
    return wrong


def _cells(cells, number, formats):
    wrong = [
        f"{cell.get('r')}: format {cell.get('s')} of {formats}" for cell in cells
        if int(cell.get("s", "0")) >= formats
    ]  # fmt: skip
    columns = []
    for cell in cells:
        letters, digits = ADDRESS.fullmatch(cell.get("r", f"A{number}")).groups()
        after = columns[-1] + 1 if columns else 0
        columns.append(after if cell.get("r") is None else column_of(letters))
        if int(digits) != number:
            wrong.append(f"{cell.get('r')} in row {number}")
    if any(first >= second for first, second in itertools.pairwise(columns)):
        wrong.append(f"row {number}: columns {columns}")
    return wrong


def column_of(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column - 1


def _workbook(root):
    wrong = _in_order(root, WORKBOOK)
    sheets = list(_all(root, "sheets"))
    for key in ("name", "sheetId"):
        times = Counter(sheet.get(key).casefold() for sheet in sheets)
        wrong += [f"{key} {value} twice" for value, count in times.items() if count > 1]
    for sheet in sheets:
        if not 0 < len(sheet.get("name")) <= 31 or re.search(r"[\[\]:*?/\\]", sheet.get("name")):
            wrong.append(f"name {sheet.get('name')}")
    names = Counter(
        (each.get("name").casefold(), each.get("localSheetId"))
        for each in _all(root, "definedNames")
    )
    wrong += [f"name {name} twice" for name, count in names.items() if count > 1]
    return wrong + [
        f"{each.get('name')} of sheet {each.get('localSheetId')}"
        for each in _all(root, "definedNames")
        if int(each.get("localSheetId", "0")) >= len(sheets)
    ]


def _comments(root):
    wrong = _in_order(root, ["authors", "commentList", "extLst"])
    authors = len(list(_all(root, "authors")))
    refs = Counter(comment.get("ref") for comment in _all(root, "commentList"))
    wrong += [f"two comments on {ref}" for ref, times in refs.items() if times > 1]
    return wrong + [
        f"author {comment.get('authorId')} of {authors}"
        for comment in _all(root, "commentList")
        if int(comment.get("authorId")) >= authors
    ]


def _drawings(parts):
    """Shape numbers are unique in the workbook, and lie in the blocks that the drawing states."""
    wrong = []
    seen = Counter()
    for name, data in parts.items():
        if not name.endswith(".vml"):
            continue
        ids = [int(each) for each in re.findall(rb'<(?:\w+:)?shape [^>]*?id="_x0000_s(\d+)"', data)]
        seen.update(ids)
        stated = re.search(rb'idmap[^>]*data="([\d,]*)"', data)
        if stated:  # LibreOffice states none
            blocks = {int(each) for each in stated[1].split(b",") if each}
            wrong += [f"{name}: shape {each}" for each in ids if each // 1024 not in blocks]
        if ids and b'id="_x0000_t202"' not in data:
            wrong.append(f"{name}: no shape type")
    return wrong + [f"shape {each} twice" for each, times in seen.items() if times > 1]
