"""What the technical annex says: sections, paragraphs and tables, before any page is made.

Both forms of the annex, PDF and DOCX, are written from this one value, so that they cannot
differ. Everything is plain text: nothing in it is markup of any writer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Align(StrEnum):
    """Where a cell's text stands."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``share`` is its width beside that of the others.

    ``typed`` holds what people type as it stands: a word of it is not broken at its hyphens.
    """

    heading: str
    share: float
    align: Align = Align.LEFT
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``lead`` are its first words, which stand out; ``stressed`` the whole of it."""

    text: str
    lead: str = ""
    stressed: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list with letters, a), b) and so on."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose header is repeated on each page; ``total`` is its last row.

    ``caption`` is empty where the heading above says it already, ``total`` where there is none.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with what is known under them, one a line."""

    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A map; ``lot`` is the number of the lot it shows, None for all. ``text`` is read aloud."""

    lot: int | None
    text: str


Block = Paragraph | Items | Table | Facts | Figure


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Appendix:
    """A part that begins on a page of its own and stands across."""

    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Annex:
    """The whole annex: ``sections`` stand upright, ``appendices`` across.

    ``marks`` are on every page; ``dated`` is UTC. ``recipients`` and ``signature`` are the block
    under the text.
    """

    authority: str
    reference: str  # the number of the paper
    day: str  # ngày 23 tháng 11 năm 2026
    title: str
    subject: tuple[str, ...]
    running: str  # on every page
    marks: tuple[str, ...]
    watermark: str  # across every page, "" for none
    dated: datetime
    sections: tuple[Section, ...]
    recipients: tuple[str, ...]
    signature: tuple[str, ...]
    appendices: tuple[Appendix, ...]

    @property
    def blocks(self) -> Iterator[Block]:
        """Everything that stands under a heading, in its order."""
        of_appendices = (section for each in self.appendices for section in each.sections)
        for section in (*self.sections, *of_appendices):
            yield from section.blocks
