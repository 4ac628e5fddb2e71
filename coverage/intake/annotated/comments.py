"""The comments of one sheet: ours are added, those of other people stay, word for word.

A cell has one comment only: where the officer wrote one, ours stands below it between two lines,
and is taken out from between them by the next check. Comments that belong to a conversation
("threaded") are left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from coverage.intake.annotated.container import DECLARATION
from coverage.intake.annotated.remarks import Remark
from coverage.intake.annotated.texts import AUTHOR, Texts
from coverage.intake.annotated.xml_part import Element, XmlPart, attribute_text, literal, text
from coverage.intake.document import column_letter
from coverage.intake.workbook_parts import column_index

_OPENING = f"{AUTHOR} – "
_LINE_ABOVE, _LINE_BELOW = f"\n─── {AUTHOR} ───\n", "\n───────────────"
_MOST_REMARKS = 8
_FONT = '<sz val="9"/><color indexed="81"/><rFont val="Tahoma"/><family val="2"/>'


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text with its look: the ``rPr`` element as written, or nothing."""

    text: str
    look: str = ""


class Comments:
    """The part with a sheet's comments; ``content`` is None where the sheet has none yet."""

    def __init__(self, content: bytes | None, main: str) -> None:
        empty = f'<comments xmlns="{main}"><authors/><commentList/></comments>'
        self._xml = XmlPart(content or (DECLARATION + empty).encode())
        root = self._xml.root
        self._p = root.prefix
        self._authors, self._list = root.first("authors"), root.first("commentList")
        self._names = [each.text for each in self._authors.children] if self._authors else []
        self._by_cell = {
            cell: comment
            for comment in (self._list.children if self._list else ())
            if (cell := _cell(comment.get("ref") or "")) is not None
        }
        self._author: int | None = None
        self._runs: dict[tuple[int, int], list[Run]] = {}
        self._new: list[str] = []

    @property
    def is_changed(self) -> bool:
        """Whether a comment that somebody else wrote is to be written anew."""
        return bool(self._runs)

    def forget_own(self) -> set[tuple[int, int]]:
        """Take out what an earlier check said; return the cells that lose their comment."""
        gone: set[tuple[int, int]] = set()
        for cell, comment in self._by_cell.items():
            runs = self._runs_of(comment)
            said = "".join(run.text for run in runs)
            if self._author_of(comment) == AUTHOR or said.startswith(_OPENING):
                self._xml.replace(comment, "")
                gone.add(cell)
            elif _LINE_ABOVE.strip() in said:
                self._runs[cell] = _without_own(runs, said)
        for cell in gone:
            del self._by_cell[cell]
        return gone

    def add(self, cell: tuple[int, int], runs: Sequence[Run]) -> bool:
        """Add a comment, or ours to the one that is there; return whether it needs a shape."""
        present = self._by_cell.get(cell)
        if present is not None:
            if not self._author_of(present).startswith("tc="):
                before = self._runs.get(cell) or self._runs_of(present)
                line = Run(_LINE_ABOVE, runs[0].look)
                self._runs[cell] = [*before, line, *runs, Run(_LINE_BELOW, runs[0].look)]
            return False
        row, column = cell
        ref = f"{column_letter(column)}{row}"
        self._new.append(
            f'<{self._p}comment ref="{ref}" authorId="{self._own_author()}">'
            f"<{self._p}text>{self._written(runs)}</{self._p}text></{self._p}comment>"
        )
        return True

    def content(self) -> bytes:
        """Return the part with the comments added."""
        for cell, runs in self._runs.items():
            held = self._by_cell[cell].first("text")
            if held is not None:
                self._xml.replace(held, f"<{self._p}text>{self._written(runs)}</{self._p}text>")
        if self._list is not None:
            self._xml.append(self._list, "".join(self._new))
        elif self._new:
            made = f"<{self._p}commentList>{''.join(self._new)}</{self._p}commentList>"
            self._xml.append(self._xml.root, made)
        return self._xml.content()

    def _own_author(self) -> int:
        if self._author is None:
            if AUTHOR in self._names:
                self._author = self._names.index(AUTHOR)
            else:
                self._author = len(self._names)
                made = f"<{self._p}author>{attribute_text(AUTHOR)}</{self._p}author>"
                if self._authors is None:
                    made = f"<{self._p}authors>{made}</{self._p}authors>"
                    self._xml.insert_before(self._xml.root.children[0], made)
                else:
                    self._xml.append(self._authors, made)
        return self._author

    def _author_of(self, comment: Element) -> str:
        stated = comment.get("authorId") or ""
        known = stated.isdecimal() and int(stated) < len(self._names)
        return self._names[int(stated)] if known else ""

    def _runs_of(self, comment: Element) -> list[Run]:
        held = comment.first("text")
        runs: list[Run] = []
        for child in held.children if held else ():
            if child.name == "t":
                runs.append(Run(child.text))
            elif child.name == "r":
                look, said = child.first("rPr"), "".join(each.text for each in child.all("t"))
                runs.append(Run(said, "" if look is None else self._xml.source(look)))
        return runs

    def _written(self, runs: Iterable[Run]) -> str:
        p = self._p
        return "".join(
            f'<{p}r>{run.look}<{p}t xml:space="preserve">{text(run.text)}</{p}t></{p}r>'
            for run in runs
        )

    def runs_for(self, remarks: Sequence[Remark], row: int, texts: Texts) -> list[Run]:
        """Return what a comment says of one cell, in the row that it stands in."""
        bold, plain = self._look(f"<b/>{_FONT}"), self._look(_FONT)
        runs: list[Run] = []
        for remark in remarks[:_MOST_REMARKS]:
            found = remark.finding
            where = texts.row.format(row=remark.row) if remark.row != row else ""
            blank = "\n\n" if runs else ""
            runs.append(Run(f"{blank}{_OPENING}{texts.severity[found.severity]}\n", bold))
            to_do = texts.to_do.format(fix=found.fix(texts.language))
            said = f"{where}{found.message(texts.language)}\n{to_do}"
            runs.append(Run(literal(said), plain))
        if (more := len(remarks) - _MOST_REMARKS) > 0:
            said = texts.more.format(count=more, sheet=texts.sheet)
            runs.append(Run(f"\n\n{said}", plain))
        return runs

    def _look(self, properties: str) -> str:
        p = self._p
        return f"<{p}rPr>{properties.replace('<', f'<{p}')}</{p}rPr>"


def _without_own(runs: Sequence[Run], said: str) -> list[Run]:
    """The officer's runs, without what stands between our two lines."""
    above, below = _LINE_ABOVE.strip(), _LINE_BELOW.strip()
    begin = said.index(above)
    if said[begin - 1 : begin] == "\n":
        begin -= 1
    closing = said.find(below, said.index(above) + len(above))
    end = len(said) if closing < 0 else closing + len(below)
    kept: list[Run] = []
    place = 0
    for run in runs:
        inside = range(place, place + len(run.text))
        rest = "".join(letter for at, letter in zip(inside, run.text, strict=True) if not begin <= at < end)  # fmt: skip
        if rest:
            kept.append(replace(run, text=rest))
        place += len(run.text)
    return kept


def _cell(ref: str) -> tuple[int, int] | None:
    letters = ref.rstrip("0123456789")
    digits = ref[len(letters) :]
    if not digits or not letters.isascii() or not letters.isalpha():
        return None
    return int(digits), column_index(letters.upper().encode())
