"""phu-luc-ky-thuat.pdf: the annex as PDF/A, upright text and lots across, marks on every page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from coverage.dossier import typesetting
from coverage.dossier.annex.content import (
    Annex,
    Block,
    Facts,
    Figure,
    Items,
    Paragraph,
    Section,
    Table,
)

_MOST_TAGGED_ROWS = 2_000  # beyond it the structure outweighs the text ten times over


class Drawings(Protocol):
    """A package's maps as SVG: all lots together, and each lot by its number."""

    @property
    def overview(self) -> str:
        """The map of all lots."""

    @property
    def lots(self) -> Mapping[int, str]:
        """The map of each lot."""


def write(annex: Annex, drawings: Drawings) -> bytes:
    """Return the annex as PDF; the same annex and drawings give the same bytes."""
    facts = {
        "authority": annex.authority.upper(),
        "reference": annex.reference,
        "day": annex.day,
        "title": annex.title,
        "subject": annex.subject,
        "running": annex.running,
        "marks": annex.marks,
        "watermark": annex.watermark,
        "sections": [_section(each, drawings) for each in annex.sections],
        "recipients": annex.recipients,
        "signature": annex.signature,
        "appendices": [
            {"title": each.title, "sections": [_section(one, drawings) for one in each.sections]}
            for each in annex.appendices
        ],
    }
    rows = sum(len(block.rows) for block in annex.blocks if isinstance(block, Table))
    return typesetting.pdf("annex.typ", facts, dated=annex.dated, tagged=rows <= _MOST_TAGGED_ROWS)


def drawing_of(figure: Figure, drawings: Drawings) -> str:
    """Return the SVG that a figure shows."""
    return drawings.overview if figure.lot is None else drawings.lots[figure.lot]


def _section(section: Section, drawings: Drawings) -> dict[str, Any]:
    return {
        "title": section.title,
        "blocks": [_block(block, drawings) for block in section.blocks],
    }


def _block(block: Block, drawings: Drawings) -> dict[str, Any]:
    match block:
        case Paragraph():
            return {"kind": "paragraph", "text": block.text, "lead": block.lead,
                    "stressed": block.stressed}  # fmt: skip
        case Items():
            return {"kind": "items", "texts": block.texts}
        case Facts():
            lines = [{"name": name, "wide": told} for name, told in block.lines]
            return {"kind": "facts", "lines": lines}
        case Table():
            return {
                "kind": "table",
                "caption": block.caption,
                "headings": [column.heading for column in block.columns],
                "shares": [column.share for column in block.columns],
                "aligns": [column.align.value for column in block.columns],
                "rows": [
                    [
                        {"typed": cell} if column.typed else cell
                        for cell, column in zip(row, block.columns, strict=True)
                    ]
                    for row in block.rows
                ],
                "total": block.total,
            }
        case Figure():
            return {"kind": "figure", "text": block.text, "svg": drawing_of(block, drawings)}
