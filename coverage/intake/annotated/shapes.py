"""The boxes that comments are shown in: a VML drawing per sheet, which only comments still need.

Such a drawing may hold form controls whose text is no well-formed XML, so it is edited as text.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from coverage.intake.annotated.remarks import LAST_COLUMN, LAST_ROW
from coverage.intake.annotated.xml_part import Unmendable, in_utf8

_SPACES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_DECLARED = "".join(f' xmlns:{prefix}="{space}"' for prefix, space in _SPACES.items())
_LAYOUT = '<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data=""/></o:shapelayout>'
_TYPE = (
    '<v:shapetype{spaces} id="_x0000_t202" coordsize="21600,21600" o:spt="202"'
    ' path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape{spaces} id="_x0000_s{id}" type="#_x0000_t202" style="position:absolute;'
    'width:{width}px;height:{height}px;z-index:{order};visibility:hidden" fillcolor="#ffffe1"'
    ' o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
    '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto">'
    '<div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note">'
    "<x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>"
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>"
    "</x:ClientData></v:shape>"
)
# Other programs write other prefixes than Excel's.
_NOTE = re.compile(rb"<((?:\w+:)?)shape\b.*?</\1shape>\s*", re.DOTALL)
_ROW, _COLUMN = re.compile(rb"<(?:\w+:)?Row>\s*(\d+)"), re.compile(rb"<(?:\w+:)?Column>\s*(\d+)")
_IDMAP = re.compile(rb"<(?:\w+:)?idmap\b[^>]*?\bdata=[\"']([\d,\s]*)[\"']")
_DIGITS = re.compile(rb"\d+")
_SHAPE_ID = re.compile(rb"_x0000_s(\d+)")
_IDS_PER_BLOCK = 1024
_WIDTH_PX, _LINE_PX, _MOST_PX, _CHARACTERS_PER_LINE = 330, 15, 480, 52


@dataclass(frozen=True, slots=True)
class Grid:
    """The sheet's columns in characters (-1: those not stated) and rows in points (0: the same)."""

    width_of: Mapping[int, float]
    height_of: Mapping[int, float]

    def column_px(self, column: int) -> int:
        """Return a column's width on a screen."""
        width = self.width_of.get(column, self.width_of[-1])
        return int(width * 7 + 5) if width else 0

    def row_px(self, row: int) -> int:
        """Return a row's height on a screen; ``row`` counts from 0."""
        return int(self.height_of.get(row + 1, self.height_of[0]) * 4 / 3)


class Shapes:
    """The drawing of one sheet; ``content`` is None where the sheet has none yet.

    ``taken`` holds the blocks of 1,024 shape numbers that the workbook's drawings use.
    """

    def __init__(self, content: bytes | None, taken: set[int]) -> None:
        empty = f"<xml{_DECLARED}>{_LAYOUT}</xml>".encode()
        self._data = in_utf8(content or empty)
        self._taken = taken
        head = self._data[: self._data.find(b">", self._data.find(b"<xml")) + 1]
        self._spaces = "".join(
            f' xmlns:{prefix}="{space}"'
            for prefix, space in _SPACES.items()
            if f"xmlns:{prefix}=".encode() not in head
        )

    def forget(self, cells: Collection[tuple[int, int]]) -> None:
        """Take out the boxes of these cells, (row from 1, column from 0), and free their blocks."""
        if not cells:
            return
        self._data = _NOTE.sub(
            lambda found: b"" if _note(found[0]) in cells else found[0], self._data
        )
        found = _IDMAP.search(self._data)
        if found is None:
            return
        used = {int(each[1]) // _IDS_PER_BLOCK for each in _SHAPE_ID.finditer(self._data)}
        stated = [int(each) for each in _DIGITS.findall(found[1])]
        self._taken.difference_update(set(stated) - used)
        self._state_blocks([block for block in stated if block in used])

    def add(self, boxes: Iterable[tuple[tuple[int, int], str]], grid: Grid) -> None:
        """Add a hidden box for each cell, large enough for its text.

        Raises:
            Unmendable: the drawing has no end tag.
        """
        made: list[str] = []
        ids = self._new_ids()
        for order, ((row, column), said) in enumerate(boxes, start=1):
            height = _height_px(said)
            made.append(
                _SHAPE.format(
                    spaces=self._spaces, id=next(ids), order=order, width=_WIDTH_PX, height=height,
                    anchor=_anchor(row - 1, column, height, grid), row=row - 1, column=column,
                )
            )  # fmt: skip
        if not made:
            return
        if b'"_x0000_t202"' not in self._data:
            made.insert(0, _TYPE.format(spaces=self._spaces))
        place = self._data.rfind(b"</xml>")
        if place < 0:
            raise Unmendable("vml")
        self._data = self._data[:place] + "".join(made).encode() + self._data[place:]

    def content(self) -> bytes:
        """Return the drawing."""
        return self._data

    def _new_ids(self) -> Iterator[int]:
        """Numbers from blocks that no drawing of the workbook uses, noted in this one."""
        return itertools.chain.from_iterable(self._block(n) for n in itertools.count(1))

    def _block(self, number: int) -> Iterable[int]:
        if number in self._taken:
            return ()
        self._taken.add(number)
        found = _IDMAP.search(self._data)
        if found is not None:
            self._state_blocks([*(int(each) for each in _DIGITS.findall(found[1])), number])
        return range(number * _IDS_PER_BLOCK + 1, (number + 1) * _IDS_PER_BLOCK)

    def _state_blocks(self, blocks: Iterable[int]) -> None:
        if (found := _IDMAP.search(self._data)) is not None:
            stated = ",".join(map(str, blocks)).encode()
            self._data = self._data[: found.start(1)] + stated + self._data[found.end(1) :]


def blocks_in_use(drawings: Iterable[bytes]) -> set[int]:
    """Return the blocks of shape numbers that these drawings use."""
    used: set[int] = set()
    for drawing in drawings:
        data = in_utf8(drawing)
        for found in _IDMAP.finditer(data):
            used.update(int(each) for each in _DIGITS.findall(found[1]))
        used.update(int(found[1]) // _IDS_PER_BLOCK for found in _SHAPE_ID.finditer(data))
    return used


def _note(shape: bytes) -> tuple[int, int] | None:
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    return None if row is None or column is None else (int(row[1]) + 1, int(column[1]))


def _height_px(said: str) -> int:
    lines = sum(math.ceil(len(line) / _CHARACTERS_PER_LINE) or 1 for line in said.split("\n"))
    return min((lines + 1) * _LINE_PX, _MOST_PX)


def _anchor(row: int, column: int, height: int, grid: Grid) -> str:
    """Where the box stands: column, px, row, px of its upper left and of its lower right."""
    left, top = min(column + 1, LAST_COLUMN - 2), max(row - 1, 0)
    right = _walk(left, 15 + _WIDTH_PX, grid.column_px, LAST_COLUMN)
    bottom = _walk(top, 10 + height, grid.row_px, LAST_ROW)
    corners = (left, 15, top, 10, *right, *bottom)
    return ", ".join(map(str, corners))


def _walk(start: int, distance: int, size_of: Callable[[int], int], end: int) -> tuple[int, int]:
    """The column or row that lies so many pixels on, and the pixels into it."""
    at = start
    while at < end - 1 and distance >= (size := size_of(at)):
        distance -= size
        at += 1
    return at, distance
