"""The workbook's styles: formats are added, those that are there stay as they are.

A marked cell gets a copy of its own format with another fill. Where it had a plain colour before,
that colour is kept as the background of the solid fill, which is never seen, so that a later check
can give the cell its own look back.
"""

from __future__ import annotations

from coverage.findings import Severity
from coverage.intake.annotated.container import DECLARATION
from coverage.intake.annotated.xml_part import Element, Unmendable, XmlPart

# Tints that differ in lightness too, so that no one depends on telling red from yellow; the words
# are in the comments. The second of each pair says that the background holds the cell's own colour.
FILLS = {
    Severity.ERROR: ("FFF4B8A4", "FFF4B8A5"),
    Severity.WARNING: ("FFFDE9A3", "FFFDE9A2"),
    Severity.INFO: ("FFCDE5F5", "FFCDE5F4"),
}
_OURS = {color for pair in FILLS.values() for color in pair}
_WITH_BACKGROUND = {pair[1] for pair in FILLS.values()}
_ORDER = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs",
    "tableStyles", "colors", "extLst",
)  # fmt: skip
_FIRST = {
    "fonts": ('<font><sz val="11"/><name val="Calibri"/><family val="2"/></font>',),
    "fills": (
        '<fill><patternFill patternType="none"/></fill>',
        '<fill><patternFill patternType="gray125"/></fill>',
    ),
    "borders": ("<border><left/><right/><top/><bottom/><diagonal/></border>",),
    "cellXfs": ('<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',),
}


class Styles:
    """The part with the workbook's formats; ``content`` is None where it has no such part."""

    def __init__(self, content: bytes | None, main: str) -> None:
        empty = f'{DECLARATION}<styleSheet xmlns="{main}"/>'.encode()
        self._xml = XmlPart(content or empty)
        self._p = self._xml.root.prefix
        self._lists = {name: _List(self._xml, name) for name in _FIRST}
        self._marked: dict[tuple[int, Severity], int] = {}
        self._fills: dict[str, int] = {}

    def marked(self, index: int, severity: Severity) -> int:
        """Return the format that is format ``index`` with the severity's fill."""
        key = (index, severity)
        if key not in self._marked:
            self._marked[key] = self._with_fill(index, self._fill(severity, index))
        return self._marked[key]

    def unmarked(self) -> dict[int, int]:
        """Return, by the formats that an earlier check made, those with the cell's own look."""
        own: dict[int, int] = {}
        for index, xf in enumerate(self._lists["cellXfs"].found):
            fill = self._fill_of(xf)
            color = None if fill is None else fill.first("fgColor")
            if fill is None or color is None or color.get("rgb") not in _OURS:
                continue
            before = fill.first("bgColor") if color.get("rgb") in _WITH_BACKGROUND else None
            own[index] = self._with_fill(index, 0 if before is None else self._solid(before))
        return own

    def fill(self, severity: Severity) -> int:
        """Return the fill of a severity, over no colour."""
        return self._added_fill(_solid_fill(FILLS[severity][0]))

    def add(self, name: str, xml: str) -> int:
        """Add a font, fill, border or format, without prefixes, and return its index."""
        return self._lists[name].add(_prefixed(xml, self._p))

    def content(self) -> bytes:
        """Return the part with what was added."""
        for each in self._lists.values():
            each.finish()
        return self._xml.content()

    def _with_fill(self, index: int, fill: int) -> int:
        formats = self._lists["cellXfs"]
        known = formats.found[index] if index < len(formats.found) else None
        if known is None:
            source = _prefixed(_FIRST["cellXfs"][0], self._p)
        else:
            source = self._xml.source(known)
        copy = XmlPart(source.encode())
        copy.set(copy.root, "fillId", str(fill))
        copy.set(copy.root, "applyFill", "1")
        return formats.add(copy.content().decode())

    def _fill(self, severity: Severity, index: int) -> int:
        """The severity's fill, over the plain colour that the format has."""
        plain, over = FILLS[severity]
        found = self._lists["cellXfs"].found
        fill = self._fill_of(found[index]) if index < len(found) else None
        if fill is None or fill.get("patternType") != "solid":
            return self._added_fill(_solid_fill(plain))
        before = fill.first("fgColor")
        if before is None:
            return self._added_fill(_solid_fill(plain))
        return self._added_fill(_solid_fill(over, _color("bgColor", before)))

    def _solid(self, color: Element) -> int:
        xml = f'<fill><patternFill patternType="solid">{_color("fgColor", color)}'
        return self._added_fill(f'{xml}<bgColor indexed="64"/></patternFill></fill>')

    def _added_fill(self, xml: str) -> int:
        if xml not in self._fills:
            self._fills[xml] = self.add("fills", xml)
        return self._fills[xml]

    def _fill_of(self, xf: Element) -> Element | None:
        stated, found = xf.get("fillId") or "", self._lists["fills"].found
        if not stated.isdecimal() or int(stated) >= len(found):
            return None
        return found[int(stated)].first("patternFill")


class _List:
    """One list of the part: what it holds, and what is added at its end."""

    def __init__(self, xml: XmlPart, name: str) -> None:
        self._xml, self._name = xml, name
        self._element = xml.root.first(name)
        self.found = [] if self._element is None else list(self._element.children)
        self._added: list[str] = []
        self._index: dict[str, int] = {}

    def add(self, item: str) -> int:
        """Return the index of an item, which is added unless it is there."""
        if not self._index:
            self._index = {self._xml.source(known): at for at, known in enumerate(self.found)}
            for missing in _FIRST[self._name][len(self.found) :]:
                # The first entries have a meaning of their own: no fill, the normal font.
                self._append(_prefixed(missing, self._xml.root.prefix))
        known = self._index.get(item)
        return self._append(item) if known is None else known

    def _append(self, item: str) -> int:
        at = len(self.found) + len(self._added)
        self._added.append(item)
        self._index[item] = at
        return at

    def finish(self) -> None:
        """Write what was added; a list that is missing is made in its right place."""
        if not self._added:
            return
        items, prefix = "".join(self._added), self._xml.root.prefix
        count = len(self.found) + len(self._added)
        if self._element is not None:
            self._xml.append(self._element, items)
            if self._element.get("count") is not None:
                self._xml.set(self._element, "count", str(count))
            return
        made = f'<{prefix}{self._name} count="{count}">{items}</{prefix}{self._name}>'
        before = set(_ORDER[: _ORDER.index(self._name)])
        earlier = [child for child in self._xml.root.children if child.name in before]
        if earlier:
            self._xml.insert_after(earlier[-1], made)
        elif self._xml.root.children:
            self._xml.insert_before(self._xml.root.children[0], made)
        else:
            self._xml.append(self._xml.root, made)


def _solid_fill(color: str, background: str = '<bgColor indexed="64"/>') -> str:
    pattern = f'<patternFill patternType="solid"><fgColor rgb="{color}"/>{background}</patternFill>'
    return f"<fill>{pattern}</fill>"


def _color(name: str, color: Element) -> str:
    stated = " ".join(f'{key}="{value}"' for key, value in color.attributes.items())
    if any(mark in stated for mark in "<>&"):
        raise Unmendable("color")
    return f"<{name} {stated}/>"


def _prefixed(xml: str, prefix: str) -> str:
    """The same elements under the part's prefix."""
    if not prefix:
        return xml
    return xml.replace("</", "\0").replace("<", f"<{prefix}").replace("\0", f"</{prefix}")
