"""A map for paper as PDF: the sheet on its first page, the list behind it on the pages after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from coverage.dossier import typesetting


@dataclass(frozen=True, slots=True)
class MapPaper:
    """What is on the pages. Sizes are in millimetres; ``figures`` are columns of numbers.

    ``footer`` holds {page} and {pages}; ``alt`` tells who cannot see the map what it shows.
    """

    title: str
    alt: str
    svg: str
    page_mm: tuple[float, float]
    drawing_mm: tuple[float, float]
    language: str
    footer: str
    heading: str = ""
    columns: Sequence[str] = ()
    figures: Sequence[int] = field(default_factory=tuple)
    rows: Sequence[Sequence[str]] = ()


def write(paper: MapPaper, *, author: str, dated: datetime) -> bytes:
    """Return the tagged PDF; the stated scale holds when it is printed at full size."""
    facts = {
        "title": paper.title,
        "author": author,
        "alt": {"text": paper.alt},
        "svg": paper.svg,
        "page": list(paper.page_mm),
        "drawing": list(paper.drawing_mm),
        "language": paper.language,
        "footer": paper.footer,
        "heading": {"text": paper.heading},
        "columns": list(paper.columns),
        "figures": list(paper.figures),
        "rows": [list(row) for row in paper.rows],
    }
    return typesetting.pdf("map.typ", facts, dated=dated, tagged=True)
