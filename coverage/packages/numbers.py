"""How packages are numbered: ``GT-<year>-<province>-<nnn>``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from coverage.packages.content import VIETNAM_TIME

_NUMBER = re.compile(r"GT-(\d{4})-(\d{2})-(\d{3,})")


def package_number(year: int, province_code: str, nth: int) -> str:
    """Return the number of a province's ``nth`` package of a year: ``GT-2026-42-001``."""
    return f"GT-{year:04d}-{province_code}-{nth:03d}"


def next_number(taken: Iterable[str], dated: datetime, province_code: str) -> str:
    """Return the first number after those ``taken`` in the package's year and province."""
    year = dated.astimezone(VIETNAM_TIME).year
    highest = 0
    for number in taken:
        match = _NUMBER.fullmatch(number)
        if match and (int(match[1]), match[2]) == (year, province_code):
            highest = max(highest, int(match[3]))
    return package_number(year, province_code, highest + 1)
