"""Operators' service areas (vùng cung cấp dịch vụ): polygons of any map file, read and judged.

QCVN 81:2019/BTTTT (annex B) and QCVN 36:2022/BTTTT oblige operators to publish them as digital
maps. A GeoPackage, a zipped Shapefile or MapInfo table, GeoJSON, KML or KMZ is read in a child
process; what comes out is one area per technology and level, in WGS 84.

    areas = read_service_areas(data, "vung_phu_4G.gpkg", ServiceAreaReading(extent), limits)

A technology, a level or a reference system that the file does not state is never guessed in
silence: it is read from what names it (a column, a layer, the file), or asked for, and told.
"""

from __future__ import annotations

from coverage.intake.service_areas.placing import known_crs
from coverage.intake.service_areas.reading import (
    ServiceAreaReading,
    ServiceAreas,
    read_service_areas,
)

__all__ = ["ServiceAreaReading", "ServiceAreas", "known_crs", "read_service_areas"]
