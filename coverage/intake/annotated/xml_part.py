"""An XML part that is edited in place: bytes that no edit touches stay as they were.

A parser that builds a tree and writes it anew renames prefixes, and a part whose ``mc:Ignorable``
names a prefix that is gone is damaged for Excel. So the part is only measured, by expat, and edits
are pieces of text put between its bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

_START_TAG = re.compile(rb"<[^\s/>]+(?:\s+[^\s=>]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*/?>")
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
_DECLARED = re.compile(r"(<\?xml[^>]*?)\s+encoding\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_NOT_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_UNSAFE = re.compile("[&<>\r\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class Unmendable(Exception):
    """A part is built in a way that cannot be edited in place."""


@dataclass(slots=True, eq=False)
class Element:
    """One element and where its bytes stand.

    ``start`` to ``inside`` is the start tag, ``close`` to ``end`` the end tag; an empty element's
    ``close`` is its ``start``.
    """

    tag: str
    attributes: Mapping[str, str]
    start: int
    inside: int = 0
    close: int = 0
    end: int = 0
    children: list[Element] = field(default_factory=list)
    text: str = ""

    @property
    def name(self) -> str:
        """The name without prefix."""
        return self.tag.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """The prefix with its colon, or nothing."""
        before, colon, _ = self.tag.rpartition(":")
        return before + colon

    @property
    def is_empty_tag(self) -> bool:
        """Whether it is written ``<name/>``."""
        return self.close == self.start

    def first(self, name: str) -> Element | None:
        """Return the first child of this name, or None."""
        return next(self.all(name), None)

    def all(self, name: str) -> Iterator[Element]:
        """Yield the children of this name."""
        return (child for child in self.children if child.name == name)

    def descend(self) -> Iterator[Element]:
        """Yield this element and every element below it."""
        yield self
        for child in self.children:
            yield from child.descend()

    def get(self, name: str) -> str | None:
        """Return an attribute by its name without prefix, or None."""
        for key, value in self.attributes.items():
            if key == name or key.endswith(":" + name):
                return value
        return None


class XmlPart:
    """A part with its elements measured and edits noted; :meth:`content` gives the edited bytes.

    Raises:
        Unmendable: it is no well-formed XML, or declares a DTD.
    """

    def __init__(self, data: bytes) -> None:
        self.data = in_utf8(data)
        self.root = _Reader(self.data).root
        self._edits: list[tuple[int, int, bytes]] = []
        self._added: dict[int, tuple[Element, list[bytes]]] = {}

    def source(self, element: Element) -> str:
        """Return the element as it is written."""
        return self.data[element.start : element.end].decode()

    def replace(self, element: Element, xml: str) -> None:
        """Put ``xml`` where the element stands; nothing takes it out."""
        self._edits.append((element.start, element.end, xml.encode()))

    def insert_before(self, element: Element, xml: str) -> None:
        """Put ``xml`` before the element."""
        self._edits.append((element.start, element.start, xml.encode()))

    def insert_after(self, element: Element, xml: str) -> None:
        """Put ``xml`` after the element."""
        self._edits.append((element.end, element.end, xml.encode()))

    def append(self, element: Element, xml: str) -> None:
        """Put ``xml`` last inside the element."""
        self._added.setdefault(element.start, (element, []))[1].append(xml.encode())

    def set(self, element: Element, attribute: str, value: str) -> None:
        """Set an attribute in the start tag, keeping the others as they are written."""
        tag = self.data[element.start : element.inside]
        written = attribute_text(value).encode()
        found = attribute_pattern(attribute.encode()).search(tag)
        if found is not None:
            self._edits.append((element.start + found.start(1), element.start + found.end(1),
                                b'"' + written + b'"'))  # fmt: skip
            return
        at = element.start + 1 + len(element.tag.encode())
        self._edits.append((at, at, b" " + attribute.encode() + b'="' + written + b'"'))

    def content(self) -> bytes:
        """Return the part with every edit made."""
        edits = list(self._edits)
        for element, pieces in self._added.values():
            joined = b"".join(pieces)
            if element.is_empty_tag:
                slash = self.data.rindex(b"/", element.start, element.end)
                tail = b">" + joined + b"</" + element.tag.encode() + b">"
                edits.append((slash, element.end, tail))
            else:
                edits.append((element.close, element.close, joined))
        pieces, place = [], 0
        for start, end, text in sorted(edits, key=lambda edit: edit[:2]):
            if start < place:
                raise Unmendable("edits of one place")
            pieces += [self.data[place:start], text]
            place = end
        return b"".join([*pieces, self.data[place:]])


class _Reader:
    """Measures a part: every element with its place in the bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._open: list[Element] = []
        self._root: Element | None = None
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._refuse
        parser.XmlDeclHandler = self._declared
        try:
            parser.Parse(data, True)
        except (expat.ExpatError, ValueError, LookupError) as fault:
            raise Unmendable(str(fault)) from fault

    @property
    def root(self) -> Element:
        if self._root is None:
            raise Unmendable("no element")
        return self._root

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        start = self._parser.CurrentByteIndex
        written = _START_TAG.match(self._data, start)
        if written is None:
            raise Unmendable(tag)
        element = Element(tag, attributes, start, written.end())
        if self._open:
            self._open[-1].children.append(element)
        elif self._root is None:
            self._root = element
        self._open.append(element)

    def _end(self, _: str) -> None:
        element = self._open.pop()
        if self._data[element.inside - 2 : element.inside] == b"/>":
            element.close, element.end = element.start, element.inside
        else:
            element.close = self._parser.CurrentByteIndex
            element.end = self._data.index(b">", element.close) + 1

    def _text(self, text: str) -> None:
        self._open[-1].text += text

    @staticmethod
    def _refuse(*_: object) -> None:
        raise Unmendable("DTD")

    @staticmethod
    def _declared(_: str, encoding: str | None, __: int) -> None:
        if encoding is not None and encoding.lower() not in {"utf-8", "utf8"}:
            raise Unmendable(encoding)


def in_utf8(data: bytes) -> bytes:
    """Return the part in UTF-8, in which parts are but for rare ones in UTF-16.

    Raises:
        Unmendable: its bytes are not what they seem.
    """
    if not data.startswith(_UTF16):
        return data
    wide = "utf-16-le" if data[:1] == b"<" else "utf-16-be" if data[:1] == b"\0" else "utf-16"
    try:
        text = data.decode(wide)
    except UnicodeDecodeError as fault:
        raise Unmendable(str(fault)) from fault
    return _DECLARED.sub(r"\1", text, count=1).encode("utf-8", "surrogatepass")


def attribute_pattern(name: bytes) -> re.Pattern[bytes]:
    """Return the pattern of one attribute in a start tag; its group 1 is the quoted value."""
    return re.compile(rb"\s" + re.escape(name) + rb"\s*=\s*(\"[^\"]*\"|'[^']*')")


def text(value: str) -> str:
    """Return ``value`` as text of an XML element: characters that XML has not become spaces."""
    if _UNSAFE.search(value) is None:
        return value
    clean = _NOT_XML.sub(" ", value).replace("\r\n", "\n").replace("\r", "\n")
    return clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def literal(value: str) -> str:
    """Return ``value`` so that a workbook shows it as it is: it would read ``_x0041_`` as an A."""
    return _ESCAPE_LIKE.sub("_x005F_", value) if "_x" in value else value


def attribute_text(value: str) -> str:
    """Return ``value`` as text of an attribute in double quotes."""
    escaped = text(value).replace('"', "&quot;")
    return escaped.replace("\n", "&#10;").replace("\t", "&#9;")
