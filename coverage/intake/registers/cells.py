"""What single cells of a tower register say: numbers, technologies, bands, yes and no."""

from __future__ import annotations

import math
import re

from coverage.intake.document import Cell, shown
from coverage.intake.registers.columns import heading_key
from coverage.towers import Technology

_BLANK = {"", "-", "--", "—", "–", "n/a", "na", "null", "none", "nan", "không có", "chưa có", ".",
          "#n/a", "#div/0!", "#ref!", "#value!", "#name?", "#null!", "#num!"}  # fmt: skip
_PLAIN = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_GROUPED = re.compile(r"[-+]?\d{1,3}([.,])\d{3}(?:\1\d{3})+")
_GROUPED_DECIMAL = re.compile(r"([-+]?\d{1,3}(?:([.,])\d{3})(?:\2\d{3})*)(?!\2)[.,](\d+)")
_WITHOUT_MARKS = str.maketrans("", "", ".,")
_SPACES = re.compile(r"[\s\u00a0\u202f'’]+")
_PARTS = re.compile(r"[\s;,/+&|]+")

_TECHNOLOGIES = {
    name: technology
    for technology, names in {
        Technology.G2: "2g gsm gprs edge",
        Technology.G3: "3g umts wcdma hspa hspa+ dc-hspa",
        Technology.G4: "4g lte lte-a 4g-lte 4.5g 4glte volte",
        Technology.G5: "5g nr 5g-nr 5gnr 5g-sa 5g-nsa",
    }.items()
    for name in names.split()
}
_YES = {"1", "x", "co", "yes", "y", "true", "oui", "o", "v", "ok", "vrai"}
_MARKS = {"✓", "✔", "√", "☑", "●", "■", "+"}
_NO = {"0", "khong", "no", "n", "false", "non", "k", "ko", "faux"}
_ON_AIR = {
    "phat song", "dang phat song", "da phat song", "hoat dong", "dang hoat dong", "on air", "onair",
    "active", "in service", "en service", "techniquement operationnel", "operational", "live",
}  # fmt: skip
_OFF_AIR = {
    "ke hoach", "trong ke hoach", "theo ke hoach", "quy hoach", "du kien", "chua phat song",
    "ngung", "ngung hoat dong", "dung hoat dong", "tam dung", "tam ngung", "da ngung", "huy",
    "da thao do", "dang xay dung", "xay dung", "planned", "plan", "projet", "projet approuve",
    "approuve", "off", "off air", "inactive", "down", "under construction", "decommissioned",
}  # fmt: skip
_LOWEST_BAND_MHZ, _HIGHEST_BAND_MHZ = 400, 30_000


def is_blank(cell: Cell) -> bool:
    """Tell whether a cell says nothing: empty, a dash, or a spreadsheet's error such as #N/A."""
    if isinstance(cell, str):
        return cell.strip().casefold() in _BLANK
    return isinstance(cell, float) and not math.isfinite(cell)


def number(cell: Cell) -> float | None:
    """Return the number a cell holds, with a point or a comma, or None when it holds none."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return float(cell) if math.isfinite(cell) else None
    if not isinstance(cell, str):
        return None
    text = _SPACES.sub("", cell)
    if _PLAIN.fullmatch(text):
        return float(text.replace(",", "."))
    if _GROUPED.fullmatch(text):  # 6.847.973
        return float(text.translate(_WITHOUT_MARKS))
    if both := _GROUPED_DECIMAL.fullmatch(text):  # 6.847.973,5
        return float(f"{both[1].translate(_WITHOUT_MARKS)}.{both[3]}")
    return None


def technologies(cell: Cell) -> tuple[tuple[Technology, ...], tuple[str, ...]]:
    """Return the technologies that a cell names, and the words in it that name none."""
    if is_blank(cell):
        return (), ()
    words = [word for word in _PARTS.split(shown(cell).casefold()) if word]
    known = {_TECHNOLOGIES[word] for word in words if word in _TECHNOLOGIES}
    return tuple(sorted(known)), tuple(word for word in words if word not in _TECHNOLOGIES)


def yes_or_no(cell: Cell) -> bool | None:
    """Return what a cell says to a yes-or-no question, or None when it is neither."""
    if isinstance(cell, bool):
        return cell
    text = shown(cell).strip()
    key = heading_key(text)
    if is_blank(cell) or key in _NO:
        return False
    return True if text in _MARKS or key in _YES else None


def on_air(cell: Cell) -> bool | None:
    """Return whether a station's status says that it radiates; None when it is not known."""
    if isinstance(cell, bool):
        return cell
    key = heading_key(shown(cell))
    if key in _ON_AIR or key == "1":
        return True
    return False if key in _OFF_AIR or key == "0" else None


def bands_mhz(cell: Cell) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return the bands that a cell lists in megahertz, and the words that are none."""
    if is_blank(cell):
        return (), ()
    found, odd = set(), []
    for word in _PARTS.split(shown(cell).casefold().replace("mhz", " ")):
        if not word:
            continue
        if word.isdigit() and _LOWEST_BAND_MHZ <= int(word) <= _HIGHEST_BAND_MHZ:
            found.add(int(word))
        else:
            odd.append(word)
    return tuple(sorted(found)), tuple(odd)
