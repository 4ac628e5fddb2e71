"""A package with the ground of its printed maps, made up and valid by default."""

from __future__ import annotations

from datetime import date

from maps.content import MapContent
from tests.drawn import SQUARES, communes, provinces


def ground_of(package, **facts):
    """The content of a package's map, as far as printed maps look at it."""
    given = {
        "title": package.number,
        "subtitle": package.province,
        "day": date(2026, 11, 23),
        "source": "danh mục thử.",
        "provinces": provinces(),
        "communes": communes(package.province_code) if package.province_code in SQUARES else (),
        "focus": package.province_code,
        "approximate": package.vintage.approximate,
    }
    return MapContent(**(given | facts))
