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
    Extent,
    Limits,
    Order,
    Place,
    Reading,
    Standing,
)
from coverage.coordinates.vn2000 import GRIDS, Grid, geographic_to_wgs84, to_vn2000, to_wgs84

__all__ = [
    "FORMER_PROVINCIAL",
    "GRIDS",
    "PROVINCIAL",
    "VIETNAM",
    "Cell",
    "Choice",
    "Extent",
    "Grid",
    "Limits",
    "Order",
    "Place",
    "ProvincialGrids",
    "Reading",
    "Standing",
    "geographic_to_wgs84",
    "grids_of_province",
    "meridian_of_province",
    "meridian_text",
    "to_vn2000",
    "to_wgs84",
]
