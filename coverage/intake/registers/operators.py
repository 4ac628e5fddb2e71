"""Operators' names as registers write them: brands, abbreviations, MCC-MNC codes."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from coverage.vietnamese import header_key, nfc, without_accents

# Vietnam's mobile operators and what they are called; the codes follow MCC 452 (domain.md §6).
_NAMES = {
    "Viettel": "viettel; vtl; vt; vtt; viettel telecom; tập đoàn viettel; viettel mobile; 04;"
    " tập đoàn công nghiệp viễn thông quân đội; tổng công ty viễn thông viettel",
    "VNPT": "vnpt; vinaphone; vina phone; vnp; vina; vnpt vinaphone; vnpt net; 02;"
    " tập đoàn bưu chính viễn thông việt nam; tổng công ty dịch vụ viễn thông",
    "MobiFone": "mobifone; mobi fone; mbf; mobi; vms; vms mobifone; 01;"
    " tổng công ty viễn thông mobifone",
    "Vietnamobile": "vietnamobile; vietnam mobile; việt nam mobile; vnm; htc; 05;"
    " công ty cổ phần viễn thông di động vietnamobile",
    "Gmobile": "gmobile; g mobile; gtel; gtel mobile; beeline; 07",
}
_MCC = "452"
_SEPARATORS = re.compile(r"\s*[;,/+&|\n]\s*|\s+và\s+|\s+va\s+|\s+and\s+|\s+et\s+")
_ORGANISATION = re.compile(r"^(?:công ty|tổng công ty|tập đoàn|chi nhánh|cong ty)\b", re.IGNORECASE)


def _key(name: str) -> str:
    return without_accents(header_key(name)).replace(" ", "")


_KNOWN = {_key(name): known for known, names in _NAMES.items() for name in names.split(";")} | {
    _key(f"{_MCC}{name.strip()}"): known
    for known, names in _NAMES.items()
    for name in names.split(";")
    if name.strip().isdigit()
}
KNOWN_OPERATORS = tuple(_NAMES)


def operator_name(written: str) -> str:
    """Return the operator's one name, or what was written, tidied, when it is not known."""
    return _KNOWN.get(_key(written)) or " ".join(nfc(written).split())


def is_known(name: str) -> bool:
    """Tell whether ``name`` is one of the country's operators."""
    return name in _NAMES


def operator_names(cell: str) -> tuple[str, ...]:
    """Return every operator that a cell names, each once, in the order written."""
    if _key(cell) in _KNOWN or _ORGANISATION.match(cell.strip()):
        return (operator_name(cell),)
    parts = [part for part in _SEPARATORS.split(cell) if part.strip()]
    return tuple(dict.fromkeys(operator_name(part) for part in parts))


def likely_operator(name: str, others: Iterable[str]) -> str | None:
    """Return the operator that ``name`` may be a slip of the pen for, or None."""
    names = {_key(other): other for other in (*KNOWN_OPERATORS, *others) if other != name}
    near = difflib.get_close_matches(_key(name), names, n=1, cutoff=0.8)
    return names[near[0]] if near else None


def short_codes(cells: Iterable[str]) -> bool:
    """Tell whether a column holds MNC codes whose leading zero a spreadsheet has taken away."""
    found = {cell.strip() for cell in cells} - {""}
    return bool(found) and found <= {"1", "2", "4", "5", "7"}
