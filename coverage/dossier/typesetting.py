"""Pages from a template and facts, by Typst: the same facts give the same bytes everywhere.

The facts go in as JSON and no text of anybody is ever markup; the fonts are those beside the
program, never those of the machine; nothing is fetched.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import resources
from typing import Any

import typst

from coverage.fonts import FOLDER, drawable

_BREAK = "\u200b"
_LONGEST_WORD = 18  # letters that a narrow column can still hold
_LONGEST_WIDE_WORD = 46
_PICTURE_PPI = 150.0
_REMEMBERED_WORKS = 11


def pdf(template: str, facts: Mapping[str, Any], *, dated: datetime, tagged: bool) -> bytes:
    """Return the PDF/A-2b of a template and its facts, dated ``dated``.

    ``tagged`` adds the structure that screen readers use. The template finds the moment as
    ``facts.dated``: year, month, day, hour, minute, second in UTC.
    """
    facts = {**facts, "dated": list(dated.astimezone(UTC).timetuple()[:6])}
    made = typst.compile(
        _template(template),
        format="pdf",
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"facts": json.dumps(clean(facts), ensure_ascii=False)},
        pdf_standards="a-2b",
        pdf_tags=tagged,
        timestamp=int(dated.timestamp()),
    )
    _forget()
    if not isinstance(made, bytes):  # several pages come as a list only for pictures
        raise TypeError("typst")
    return made


def pictures(drawings: Sequence[str], width_mm: float, height_mm: float) -> list[bytes]:
    """Return each SVG drawing as a PNG at the size it is printed at."""
    if not drawings:
        return []
    made: Any = typst.compile(  # several pages come as a list, one by itself
        _template("pictures.typ"),
        format="png",
        ppi=_PICTURE_PPI,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={
            "drawings": json.dumps(list(drawings), ensure_ascii=False),
            "size": json.dumps([width_mm, height_mm]),
        },
    )
    _forget()
    return made if isinstance(made, list) else [made]


def clean(facts: Any, longest_word: int = _LONGEST_WORD) -> Any:
    """Return facts with every text as the fonts can draw it, its overlong words to be broken.

    What is named ``svg`` stays as it is; what is named for a whole line, or for typing, is broken
    only where it is longer than a line, as a break is copied with the text.
    """
    match facts:
        case str():
            return breakable(drawable(facts), longest_word)
        case Mapping():
            return {key: _named(key, value, longest_word) for key, value in facts.items()}
        case list() | tuple():
            return [clean(each, longest_word) for each in facts]
        case _:
            return facts


def _named(key: str, value: Any, longest_word: int) -> Any:
    match key:
        case "svg":
            return value
        case "typed" | "wide" | "text" | "texts":
            return clean(value, _LONGEST_WIDE_WORD)
        case _:
            return clean(value, longest_word)


def breakable(text: str, longest_word: int = _LONGEST_WORD) -> str:
    """Return a text whose overlong words may be broken anywhere rather than leave the paper."""
    if len(text) <= longest_word:
        return text
    return " ".join(_broken(word) if len(word) > longest_word else word for word in text.split(" "))


def _broken(word: str) -> str:
    """A long word with its breaks: behind its signs where that is enough, else anywhere."""
    parts = re.split(r"(?<=[_/.,;:?&=+-])", word)
    return _BREAK.join(
        _BREAK.join(part) if len(part) > _LONGEST_WORD else part for part in parts if part
    )


def _template(name: str) -> bytes:
    return (resources.files("coverage.dossier") / "templates" / name).read_bytes()


def _forget() -> None:
    """Let the typesetter drop what it remembers of the pages that were just made.

    It keeps the pieces of its last ten works, in case they are made again: of packages, which are
    never the same, that would be a gigabyte for nothing.
    """
    for _ in range(_REMEMBERED_WORKS):
        typst.compile(b"", format="pdf", font_paths=_fonts(), ignore_system_fonts=True)


@functools.cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FOLDER)]
    )
