"""Reads the records of an XML one at a time, with no DTD and no entity of its own allowed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from coverage.errors import InputRefused
from coverage.findings import finding
from coverage.intake.archive import damaged
from coverage.intake.document import Kind

_DEEPEST = 200
Path = tuple[tuple[int, str], ...]
"""The containers around a record: each with its running number and its name."""


@dataclass(slots=True)
class Element:
    """One element: its name without prefix, attributes, own text and children."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def descend(self) -> Iterator[Element]:
        """Yield every element below this one."""
        for child in self.children:
            yield child
            yield from child.descend()


def parse(
    text: str,
    name: str,
    record: str | Collection[str],
    take: Callable[[Element, Path], None],
    containers: Collection[str] = (),
) -> None:
    """Call ``take`` with every ``record`` element and the ``containers`` around it.

    Raises:
        InputRefused: file.entities, file.damaged.
    """
    builder = _Builder({record} if isinstance(record, str) else set(record), take, set(containers))
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters

    def refuse(*_: object) -> None:
        raise InputRefused([finding("file.entities", name=name, part=name)])

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
    except (expat.ExpatError, _TooDeep) as fault:
        raise damaged(name, Kind.GPX if "gpx" in text[:2000].lower() else Kind.KML) from fault


class _TooDeep(Exception):
    """Elements nest deeper than any map's do."""


class _Builder:
    """Keeps the open containers, and builds the record that is open."""

    def __init__(
        self, records: set[str], take: Callable[[Element, Path], None], containers: set[str]
    ) -> None:
        self._records, self._take, self._containers = records, take, containers
        self._open: list[Element] = []  # the record and what is open inside it
        self._around: list[tuple[int, list[str]]] = []
        self._tags: list[str] = []
        self._counted = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rsplit(":", 1)[-1]
        self._tags.append(name)
        if len(self._tags) > _DEEPEST:
            raise _TooDeep
        if self._open:
            element = Element(name, attributes)
            self._open[-1].children.append(element)
            self._open.append(element)
        elif name in self._records:
            self._open.append(Element(name, attributes))
        elif name in self._containers:
            self._counted += 1
            self._around.append((self._counted, []))

    def characters(self, text: str) -> None:
        if self._open:
            self._open[-1].text += text
        elif self._around and self._tags[-1] == "name" and self._tags[-2] in self._containers:
            self._around[-1][1].append(text)

    def end(self, tag: str) -> None:
        name = tag.rsplit(":", 1)[-1]
        self._tags.pop()
        if self._open:
            element = self._open.pop()
            if not self._open:
                path = tuple((number, "".join(parts).strip()) for number, parts in self._around)
                self._take(element, path)
        elif name in self._containers:
            self._around.pop()
