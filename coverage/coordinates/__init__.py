"""Coordinates: what an office typed, as a WGS 84 point with its explanation.

    from coverage.coordinates import resolve, stated_crs, grids_of_province

    stated = stated_crs(["Tọa độ (VN2000, Kinh tuyến trục 104⁰45’, múi chiếu 3⁰)", "X", "Y"])
    choice = resolve(
        2069869.18, 603311.08, stated=stated, grids=grids_of_province("40"),
        commune=commune, province=province,
    )
    choice.reading.latitude, choice.reading.longitude, choice.findings

Signatures while the package is being built:

    stated_crs(texts) -> StatedCRS | None
    readings(first, second, *, stated, expected_order, grids, extent) -> tuple[Reading, ...] | Finding
    choose(readings, *, commune, province, limits, grids_in_use) -> Choice
    resolve(first, second, *, …all of the above…) -> Choice           # readings + choose
    read_column(firsts, seconds, *, stated, expected_order, extent) -> ColumnReadings
    usual_order(firsts, seconds) -> Order | None                      # what most rows do
    from_parts(degrees, minutes, seconds) -> float | None             # columns of D, M, S
    to_wgs84(epsg, eastings, northings) -> (longitudes, latitudes)
    to_vn2000(epsg, longitudes, latitudes) -> (eastings, northings)
    meridian_of_province(code), grids_of_province(code), meridian_text(degrees)
"""

from __future__ import annotations

from coverage.coordinates.candidates import choose, describe, resolve
from coverage.coordinates.columns import (
    ColumnReadings,
    grids_in_use,
    read_column,
    usual_order,
)
from coverage.coordinates.meridians import (
    FORMER_PROVINCIAL,
    PROVINCIAL,
    ProvincialGrids,
    grids_of_province,
    meridian_of_province,
    meridian_text,
)
from coverage.coordinates.reading import (
    VIETNAM,
    Cell,
    Choice,
    Declared,
    Extent,
    Limits,
    Order,
    Place,
    Premises,
    Reading,
    Standing,
)
from coverage.coordinates.stated import StatedCRS, crs_of_epsg, stated_crs
from coverage.coordinates.typed import from_parts, readings
from coverage.coordinates.vn2000 import GRIDS, Grid, geographic_to_wgs84, to_vn2000, to_wgs84

__all__ = [
    "FORMER_PROVINCIAL",
    "GRIDS",
    "PROVINCIAL",
    "VIETNAM",
    "Cell",
    "Choice",
    "ColumnReadings",
    "Declared",
    "Extent",
    "Grid",
    "Limits",
    "Order",
    "Place",
    "Premises",
    "ProvincialGrids",
    "Reading",
    "Standing",
    "StatedCRS",
    "choose",
    "crs_of_epsg",
    "describe",
    "from_parts",
    "geographic_to_wgs84",
    "grids_in_use",
    "grids_of_province",
    "meridian_of_province",
    "meridian_text",
    "read_column",
    "readings",
    "resolve",
    "stated_crs",
    "to_vn2000",
    "to_wgs84",
    "usual_order",
]
