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
_PLAIN = (
    "".join(
        f'<{name} count="{len(items)}">{"".join(items)}</{name}>'
        for name, items in (
            *((name, _FIRST[name]) for name in ("fonts", "fills", "borders")),
            ("cellStyleXfs", _FIRST["cellXfs"]),
            ("cellXfs", ('<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',)),
            ("cellStyles", ('<cellStyle name="Normal" xfId="0" builtinId="0"/>',)),
        )
    )
    + "</styleSheet>"
)  # for a workbook without styles


class Styles:
    """The part with the workbook's formats; ``content`` is None where it has no such part."""

    def __init__(self, content: bytes | None, main: str) -> None:
        self._xml = XmlPart(content or f'{DECLARATION}<styleSheet xmlns="{main}">{_PLAIN}'.encode())
        self._p = self._xml.root.prefix
        self._lists = {name: _List(self._xml, name) for name in _FIRST}
        self._marked: dict[tuple[int, Severity], int] = {}

    def marked(self, index: int, severity: Severity) -> int:
        """Return the format that is format ``index`` with the severity's fill."""
        key = (index, severity)
        if key not in self._marked:
            self._marked[key] = self._with_fill(index, self._fill(severity, index))
        return self._marked[key]

    def unmarked(self) -> dict[int, int]:
        """Return, by the formats that an earlier check made, those with the cell's own look."""
        own: dict[int, int] = {}
        if not any(color.encode() in self._xml.data for color in _OURS):
            return own
        for index in range(self._lists["cellXfs"].count):
            fill = self._pattern_of(index)
            color = None if fill is None else fill.first("fgColor")
            if fill is None or color is None or color.get("rgb") not in _OURS:
                continue
            before = fill.first("bgColor") if color.get("rgb") in _WITH_BACKGROUND else None
            if before is not None and before.get("rgb") in _OURS:
                before = None  # LibreOffice writes a background of its own, like the fill
            own[index] = self._with_fill(index, 0 if before is None else self._solid(before))
        return own

    def fill(self, severity: Severity) -> int:
        """Return the fill of a severity, over no colour."""
        return self.add("fills", _solid_fill(FILLS[severity][0]))

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
        source = formats.item(index) or _prefixed(_FIRST["cellXfs"][0], self._p)
        copy = XmlPart(source.encode())
        copy.set(copy.root, "fillId", str(fill))
        copy.set(copy.root, "applyFill", "1")
        return formats.add(copy.content().decode())

    def _fill(self, severity: Severity, index: int) -> int:
        """The severity's fill, over the plain colour that the format has."""
        plain, over = FILLS[severity]
        fill = self._pattern_of(index)
        before = None if fill is None else fill.first("fgColor")
        if fill is None or before is None or fill.get("patternType") != "solid":
            return self.add("fills", _solid_fill(plain))
        return self.add("fills", _solid_fill(over, _color("bgColor", before)))

    def _solid(self, color: Element) -> int:
        xml = f'<fill><patternFill patternType="solid">{_color("fgColor", color)}'
        return self.add("fills", f'{xml}<bgColor indexed="64"/></patternFill></fill>')

    def _pattern_of(self, index: int) -> Element | None:
        """The pattern that fills a format's cells."""
        source = self._lists["cellXfs"].item(index)
        stated = "" if source is None else XmlPart(source.encode()).root.get("fillId") or ""
        fill = self._lists["fills"].item(int(stated)) if stated.isdecimal() else None
        return None if fill is None else XmlPart(fill.encode()).root.first("patternFill")


class _List:
    """One list of the part: what it holds, and what is added at its end."""

    def __init__(self, xml: XmlPart, name: str) -> None:
        self._xml, self._name = xml, name
        self._element = xml.root.first(name)
        known = [] if self._element is None else self._element.children
        self._items = [xml.source(each) for each in known]
        self._known = len(known)
        self._index: dict[str, int] = {}

    @property
    def count(self) -> int:
        """How many items there are now."""
        return len(self._items)

    def item(self, index: int) -> str | None:
        """Return an item as it is written, or None."""
        return self._items[index] if index < len(self._items) else None

    def add(self, item: str) -> int:
        """Return the index of an item, which is added unless it is there."""
        if not self._index:
            # The first entries have a meaning of their own: no fill, the normal font.
            prefix = self._xml.root.prefix
            self._items += [_prefixed(each, prefix) for each in _FIRST[self._name][self._known :]]
            self._index = {known: at for at, known in reversed(list(enumerate(self._items)))}
        if item not in self._index:
            self._index[item] = len(self._items)
            self._items.append(item)
        return self._index[item]

    def finish(self) -> None:
        """Write what was added; a list that is missing is made in its right place."""
        if len(self._items) == self._known:
            return
        items, prefix = "".join(self._items[self._known :]), self._xml.root.prefix
        count = len(self._items)
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
