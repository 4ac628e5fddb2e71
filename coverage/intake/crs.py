"""Carries a layer's positions to WGS 84 by the reference system its file states.

VN-2000 goes through coordinates.vn2000, whose datum operation is pinned: the text of a .prj
seldom holds the shift (its points would land 224 m off) and often holds it with a wrong sign.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from coverage.coordinates import (
    GRIDS,
    geographic_to_wgs84,
    to_vn2000,
    to_wgs84,
    wgs84_to_geographic,
)

if TYPE_CHECKING:
    from pyproj import CRS

Floats = NDArray[np.float64]

_WGS84 = {"EPSG:4326", "EPSG:4979", "OGC:CRS84", "CRS84"}
_EPSG = re.compile(r"EPSG:(\d+)")
_VN2000 = re.compile(r"VN[\s_-]*2000|VIET[\s_-]?NAM[\s_-]*2000", re.IGNORECASE)
_VN2000_GEOGRAPHIC = 4756
_DEGREES = 1e-6  # two meridians nearer than this are the same


@dataclass(frozen=True, slots=True)
class Carried:
    """Longitudes and latitudes in WGS 84, and what to call the system they came from."""

    label: str
    longitudes: Sequence[float]
    latitudes: Sequence[float]


def is_wgs84(crs: str) -> bool:
    """Return whether the name is that of plain WGS 84 degrees, longitude first."""
    return crs.upper() in _WGS84


def carry(crs: str, xs: Sequence[float], ys: Sequence[float]) -> Carried | None:
    """Return positions in WGS 84, or None where ``crs`` is not understood.

    ``crs`` is an EPSG name or the text of a .prj; x is east or longitude, y north or latitude.
    """
    if (found := _EPSG.fullmatch(crs.upper())) and int(found[1]) in GRIDS:
        return _by_grid(int(found[1]), xs, ys)
    from pyproj import CRS, Transformer  # noqa: PLC0415 - its import costs more than most files
    from pyproj.exceptions import ProjError  # noqa: PLC0415

    try:
        known = CRS.from_user_input(crs)
        epsg = _epsg_of(known)
        if epsg in GRIDS:
            return _by_grid(epsg, xs, ys)
        if epsg == _VN2000_GEOGRAPHIC:
            longitudes, latitudes = geographic_to_wgs84(xs, ys)
            return Carried("VN-2000", longitudes.tolist(), latitudes.tolist())
        transformer = Transformer.from_crs(known, 4326, always_xy=True)
        longitudes, latitudes = transformer.transform(list(xs), list(ys))
    except ProjError:
        return None
    return Carried(known.name, list(longitudes), list(latitudes))


def from_wgs84(crs: str, longitudes: Floats, latitudes: Floats) -> tuple[Floats, Floats]:
    """Return x and y in ``crs`` of WGS 84 degrees, the way back from :func:`carry`.

    Raises:
        ValueError: ``crs`` is not understood.
    """
    from pyproj import CRS, Transformer  # noqa: PLC0415 - its import costs more than most files
    from pyproj.exceptions import ProjError  # noqa: PLC0415

    try:
        known = CRS.from_user_input(crs)
        epsg = _epsg_of(known)
        if epsg in GRIDS:
            return to_vn2000(epsg, longitudes, latitudes)
        if epsg == _VN2000_GEOGRAPHIC:
            return wgs84_to_geographic(longitudes, latitudes)
        transformer = Transformer.from_crs(4326, known, always_xy=True)
        xs, ys = transformer.transform(longitudes, latitudes)
    except ProjError as error:
        raise ValueError(crs) from error
    return np.asarray(xs), np.asarray(ys)


def _by_grid(epsg: int, xs: Sequence[float], ys: Sequence[float]) -> Carried:
    longitudes, latitudes = to_wgs84(epsg, xs, ys)
    grid = GRIDS[epsg]
    return Carried(f"{grid.label} ({grid.crs})", longitudes.tolist(), latitudes.tolist())


def _epsg_of(crs: CRS) -> int:
    """The EPSG code of a system, also of a VN-2000 grid that only describes itself; 0 if none."""
    stated = crs.to_epsg(min_confidence=70)
    if stated is not None and (stated in GRIDS or stated == _VN2000_GEOGRAPHIC):
        return stated
    plain: Any = crs.source_crs if crs.is_bound and crs.source_crs else crs
    named = f"{plain.name} {plain.datum.name if plain.datum else ''} {plain.geodetic_crs}"
    is_vn2000 = _VN2000.search(named) is not None
    if plain.is_geographic:
        return _VN2000_GEOGRAPHIC if is_vn2000 else stated or 0
    parameters = _parameters(plain)
    for epsg, grid in GRIDS.items():
        same = (
            math.isclose(parameters.get("meridian", 0), grid.meridian, abs_tol=_DEGREES)
            and math.isclose(parameters.get("scale", 0), grid.scale, abs_tol=1e-9)
            and parameters.get("easting") == 500_000  # noqa: PLR2004 - false easting in metres
        )
        # No other system in use has a scale of 0.9999 about one of these meridians.
        if same and grid.vn2000 and (is_vn2000 or grid.scale > 0.9998):  # noqa: PLR2004
            return epsg
    return stated or 0


def _parameters(crs: Any) -> dict[str, float]:
    operation = crs.coordinate_operation
    if operation is None or "Transverse Mercator" not in operation.method_name:
        return {}
    names = {
        "Longitude of natural origin": "meridian",
        "Scale factor at natural origin": "scale",
        "False easting": "easting",
    }
    return {
        names[parameter.name]: parameter.value
        for parameter in operation.params
        if parameter.name in names
    }
