"""What the cells' reader does not tell of an XLSX: fonts, hidden rows, errors, lost formulas.

The sheets' XML is searched piece by piece with regular expressions, in a few hundredths of the
time that a parser needs; only a workbook that names a .Vn or VNI- font is looked at cell by cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from coverage.intake.archive import Archive, refuse_entities
from coverage.intake.document import Merged, column_letter
from coverage.intake.fonts import Run
from coverage.vietnamese import encoding_of_font

_FONT_NAMES = re.compile(rb'<(?:\w+:)?(?:name|rFont)\s+val="([^"]*)"')
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s(?=[^>]*?\bhidden="(?:1|true)")[^>]*?\br="(\d+)"')
_ERROR_CELL = re.compile(
    rb'<(?:\w+:)?c\s(?=[^>]*?\bt="e")[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>'
    rb"(?:<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>))?<(?:\w+:)?v>([^<]*)<"
)
_VALUELESS_FORMULA = re.compile(
    rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3}\d{1,7})"[^>]*>'
    rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
_TEXT_CELL = re.compile(
    rb"<(?:\w+:)?c\s([^>]*[^/>])>(?:<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>))?"
    rb"<(?:\w+:)?(v|is)>(.*?)</(?:\w+:)?\2>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(rb'\b(r|s|t)="([^"]*)"')
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_LONGEST_ROW_BYTES = 32_000_000
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(slots=True)
class SheetParts:
    """What the XML of one sheet says beside its values; rows as the user counts, columns from 0."""

    hidden_rows: set[int] = field(default_factory=set)
    merged: list[Merged] = field(default_factory=list)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    valueless_formulas: list[str] = field(default_factory=list)
    fonts: dict[tuple[int, int], tuple[Run, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Texts:
    """Fonts by cell style, and shared strings as runs; only where a font encoding is named."""

    font_of_style: tuple[str, ...]
    shared: tuple[tuple[Run, ...], ...]


def sheet_paths(archive: Archive) -> dict[str, str]:
    """Return the part of each sheet by the sheet's name."""
    relations = {
        relation.get("Id"): relation.get("Target", "")
        for relation in _root(archive, "xl/_rels/workbook.xml.rels")
    }
    paths = {}
    for element in _root(archive, "xl/workbook.xml").iter():
        if _local(element) == "sheet":
            target = relations.get(element.get(_RELATION), "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if path in archive.parts:
                paths[element.get("name", "")] = path
    return paths


def inspect(archive: Archive) -> dict[str, SheetParts]:
    """Look through every sheet's XML; a workbook built in an unknown way gives what it can."""
    texts = _font_encoded_texts(archive)
    return {
        name: _inspect_sheet(_whole_rows(archive, path), texts)
        for name, path in sheet_paths(archive).items()
    }


def farthest_cells(archive: Archive, path: str) -> tuple[tuple[str, int], tuple[str, int]]:
    """Return (rightmost cell's address, columns) and (lowest cell's address, rows) of a sheet."""
    right, low = (0, 1), (0, 1)
    for piece in _whole_rows(archive, path):
        for found in _REFERENCE.finditer(piece):
            place = column_index(found[1]), int(found[2])
            right = max(right, place)
            low = max(low, place, key=lambda p: p[1])
    addresses = [f"{column_letter(column)}{row}" for column, row in (right, low)]
    return (addresses[0], right[0] + 1), (addresses[1], low[1])


def column_index(letters: bytes) -> int:
    """Return the index from 0 of a column's letters."""
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


def _inspect_sheet(pieces: Iterator[bytes], texts: _Texts | None) -> SheetParts:
    parts = SheetParts()
    has_formulas = False
    for piece in pieces:
        if b"dden=" in piece:  # a rare run of letters is found twice as fast as the whole name
            parts.hidden_rows.update(int(found[1]) for found in _HIDDEN_ROW.finditer(piece))
        if b't="e"' in piece:
            for letters, row, text in _ERROR_CELL.findall(piece):
                parts.errors[int(row), column_index(letters)] = text.decode("utf-8", "replace")
        has_formulas = has_formulas or b"f>" in piece  # the first of shared ones is written out
        if has_formulas:
            found_cells = _VALUELESS_FORMULA.findall(piece)
            parts.valueless_formulas.extend(cell.decode() for cell in found_cells)
        if texts:
            parts.fonts.update(_font_cells(piece, texts))
    return parts


def _whole_rows(archive: Archive, path: str) -> Iterator[bytes]:
    """A sheet's XML in pieces that end where a row ends."""
    held = b""
    for piece in archive.pieces(path):
        held += piece
        cut = held.rfind(b"</row>") + 6 if b"</row>" in held else held.rfind(b":row>") + 5
        if cut > 5:  # noqa: PLR2004 - found
            yield held[:cut]
            held = held[cut:]
        elif len(held) > _LONGEST_ROW_BYTES:
            raise archive.damaged()
    yield held


def _font_encoded_texts(archive: Archive) -> _Texts | None:
    """Styles' fonts and strings' runs, or None where no font of the workbook needs them."""
    named: set[bytes] = set()
    for part in ("xl/styles.xml", "xl/sharedStrings.xml"):
        if part in archive.parts:
            for piece in archive.pieces(part):
                named.update(_FONT_NAMES.findall(piece))
    if not any(encoding_of_font(name.decode("utf-8", "replace")) for name in named):
        return None
    return _Texts(_fonts_of_styles(archive), _shared_strings(archive))


def _fonts_of_styles(archive: Archive) -> tuple[str, ...]:
    """The font's name of every cell style, in the order cells count them."""
    root = _root(archive, "xl/styles.xml")
    fonts = [_font_name(font, "name") for font in _children(root, "fonts")]
    styles = []
    for style in _children(root, "cellXfs"):
        index = _index(style.get("fontId", "0"))
        styles.append(fonts[index] if 0 <= index < len(fonts) else "")
    return tuple(styles)


def _shared_strings(archive: Archive) -> tuple[tuple[Run, ...], ...]:
    return tuple(_runs(item) for item in _root(archive, "xl/sharedStrings.xml"))


def _runs(item: ET.Element) -> tuple[Run, ...]:
    """The pieces of a string item, each with its own font or None."""
    runs: list[Run] = []
    for child in item:
        if _local(child) == "t":
            runs.append((child.text or "", None))
        elif _local(child) == "r":
            text = "".join(part.text or "" for part in child if _local(part) == "t")
            about = next((part for part in child if _local(part) == "rPr"), None)
            runs.append((text, _font_name(about, "rFont") or None if about is not None else None))
    return tuple(runs)


def _font_cells(piece: bytes, texts: _Texts) -> Iterator[tuple[tuple[int, int], tuple[Run, ...]]]:
    """Text cells of a piece with a .Vn or VNI- font, of the cell or of a run in it."""
    for found in _TEXT_CELL.finditer(piece):
        about = dict(_ATTRIBUTE.findall(found[1]))
        kind, place = about.get(b"t", b""), _REFERENCE.search(found[1])
        if kind not in {b"s", b"str", b"inlineStr"} or place is None:
            continue
        style = _index(about.get(b"s", b"0"))
        own = texts.font_of_style[style] if 0 <= style < len(texts.font_of_style) else None
        runs = tuple((text, font or own) for text, font in _cell_runs(kind, found[3], texts))
        if any(font and encoding_of_font(font) for _, font in runs):
            yield (int(place[2]), column_index(place[1])), runs


def _cell_runs(kind: bytes, content: bytes, texts: _Texts) -> tuple[Run, ...]:
    if kind == b"s":
        index = _index(content)
        return texts.shared[index] if 0 <= index < len(texts.shared) else ()
    try:
        return _runs(ET.fromstring(b"<is>" + _without_prefixes(content) + b"</is>")) or (  # noqa: S314
            (ET.fromstring(b"<v>" + content + b"</v>").text or "", None),  # noqa: S314
        )
    except ET.ParseError:
        return ()


def _index(text: str | bytes) -> int:
    """A whole number of at most nine digits, or -1 for anything else."""
    return int(text) if len(text) < 10 and text.strip().isdigit() else -1  # noqa: PLR2004


def _without_prefixes(content: bytes) -> bytes:
    return re.sub(rb"<(/?)\w+:", rb"<\1", content)


def _root(archive: Archive, part: str) -> ET.Element:
    """A part's root; a part that is missing or no XML is as good as empty here."""
    if part not in archive.parts:
        return ET.Element("missing")
    data = archive.read(part)
    refuse_entities(data, archive.name, part)
    try:
        return ET.fromstring(data)  # noqa: S314 - a DTD is refused above
    except (ET.ParseError, LookupError, ValueError):
        return ET.Element("unreadable")


def _children(root: ET.Element, name: str) -> Iterator[ET.Element]:
    for group in root:
        if _local(group) == name:
            yield from group


def _font_name(about: ET.Element, name: str) -> str:
    return next((part.get("val", "") for part in about if _local(part) == name), "")


def _local(element: ET.Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]
