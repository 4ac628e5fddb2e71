"""ban-do-in.pdf: the maps of a package for paper, A4 across, all lots first and then each."""

from __future__ import annotations

from coverage.dossier import typesetting
from coverage.dossier.annex.pdf import Drawings
from coverage.dossier.annex.words import version_words
from coverage.packages import Package


def write(package: Package, drawings: Drawings) -> bytes:
    """Return the sheets as PDF; a sheet's stated scale holds when it is printed at full size."""
    sheets = [{"text": "Bản đồ chung các lô", "svg": drawings.overview}]
    sheets += [
        {"text": f"Bản đồ {lot.name}", "svg": drawings.lots[lot.number]} for lot in package.lots
    ]
    facts = {
        "title": f"Bản đồ gói thầu {package.number}",
        "authority": package.authority,
        "running": f"Gói thầu {package.number}, {version_words(package)} · {package.province}",
        "marks": package.marks,
        "sheets": sheets,
    }
    return typesetting.pdf("sheets.typ", facts, dated=package.dated, tagged=True)
