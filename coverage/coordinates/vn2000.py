"""VN-2000 grids to WGS 84 and back, with the datum operation pinned.

PROJ picks the operation by area: in blocks of the Mekong delta it silently takes EPSG:5194
instead of EPSG:6960 and moves a point by 0.8 m. The pipeline is therefore written out, with the
seven parameters of EPSG:6960 (those of decision 05/2007/QĐ-BTNMT) in the coordinate-frame
convention; copied into ``+towgs84`` without flipping the rotations they are 0.5 to 0.8 m wrong,
and left out altogether 222 to 226 m.

EPSG:6956 to 6959 carry false easting and northing exchanged and are deprecated: they are not
here, and :func:`grid` knows none of them.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coverage.coordinates.meridians import (
    MERIDIAN_OF_GRID,
    WIDE_GRID_OF_MERIDIAN,
    meridian_text,
)

if TYPE_CHECKING:
    from pyproj import Transformer

Floats = NDArray[np.float64]

WGS84 = 4326
VN2000_GEOGRAPHIC = 4756
UTM_SCALE = 0.9996
TM3_SCALE = 0.9999
DEPRECATED_GRIDS = frozenset({6956, 6957, 6958, 6959})

_DATUM_SHIFT = (
    "+step +proj=push +v_3 +step +proj=cart +ellps=WGS84 "
    "+step +proj=helmert +x=-191.90441429 +y=-39.30318279 +z=-111.45032835 "
    "+rx=-0.00928836 +ry=0.01975479 +rz=-0.00427372 +s=0.252906278 "
    "+convention=coordinate_frame +step +inv +proj=cart +ellps=WGS84 +step +proj=pop +v_3 "
)


@dataclass(frozen=True, slots=True)
class Grid:
    """A metre grid: its EPSG code, central meridian in degrees, scale, and whether VN-2000.

    A 3° grid has scale 0.9999, a 6° (UTM) grid 0.9996; false easting is 500,000 m in all.
    """

    epsg: int
    meridian: float
    scale: float
    vn2000: bool = True

    @property
    def crs(self) -> str:
        """The grid's name in a file: ``EPSG:9209``."""
        return f"EPSG:{self.epsg}"

    @property
    def label(self) -> str:
        """The grid's name for people: ``VN-2000 105°30′``, ``VN-2000 UTM 48N``."""
        datum = "VN-2000" if self.vn2000 else "WGS 84"
        if self.three_degrees:
            return f"{datum} {meridian_text(self.meridian)}"
        return f"{datum} UTM {round((self.meridian + 183) / 6)}N"

    @property
    def three_degrees(self) -> bool:
        """Whether this is a 3° grid (TM-3), as all provincial ones are."""
        return self.scale > UTM_SCALE


GRIDS = MappingProxyType(
    {epsg: Grid(epsg, meridian, TM3_SCALE) for epsg, meridian in MERIDIAN_OF_GRID.items()}
    | {epsg: Grid(epsg, meridian, UTM_SCALE) for meridian, epsg in WIDE_GRID_OF_MERIDIAN.items()}
    | {
        32648: Grid(32648, 105.0, UTM_SCALE, vn2000=False),
        32649: Grid(32649, 111.0, UTM_SCALE, vn2000=False),
    },
)
"""Every metre grid that can be read or written, by EPSG code."""


def to_wgs84(epsg: int, eastings: ArrayLike, northings: ArrayLike) -> tuple[Floats, Floats]:
    """Return (longitudes, latitudes) in WGS 84 degrees of grid metres; inf where impossible.

    Raises:
        KeyError: ``epsg`` is not one of :data:`GRIDS`.
    """
    return _carry(epsg, eastings, northings, forward=True)


def to_vn2000(epsg: int, longitudes: ArrayLike, latitudes: ArrayLike) -> tuple[Floats, Floats]:
    """Return (eastings, northings) in metres on grid ``epsg`` of WGS 84 degrees.

    Raises:
        KeyError: ``epsg`` is not one of :data:`GRIDS`.
    """
    return _carry(epsg, longitudes, latitudes, forward=False)


def geographic_to_wgs84(longitudes: ArrayLike, latitudes: ArrayLike) -> tuple[Floats, Floats]:
    """Return (longitudes, latitudes) in WGS 84 of VN-2000 geographic degrees (EPSG:4756)."""
    return _carry(VN2000_GEOGRAPHIC, longitudes, latitudes, forward=True)


def wgs84_to_geographic(longitudes: ArrayLike, latitudes: ArrayLike) -> tuple[Floats, Floats]:
    """Return VN-2000 geographic degrees (EPSG:4756) of WGS 84 ones; longitude first in both."""
    return _carry(VN2000_GEOGRAPHIC, longitudes, latitudes, forward=False)


def _carry(epsg: int, xs: ArrayLike, ys: ArrayLike, *, forward: bool) -> tuple[Floats, Floats]:
    transformer = _transformer(epsg)
    x_array = np.array(xs, dtype=np.float64)
    y_array = np.array(ys, dtype=np.float64)
    direction = "FORWARD" if forward else "INVERSE"
    first, second = transformer.transform(x_array, y_array, direction=direction)
    return np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)


@functools.cache
def _transformer(epsg: int) -> Transformer:
    """Build one pipeline on first use; pyproj itself is only imported then."""
    from pyproj import Transformer  # noqa: PLC0415 - importing it costs more than a small file

    return Transformer.from_pipeline(_pipeline(epsg))


def _pipeline(epsg: int) -> str:
    """Write the PROJ pipeline from ``epsg`` to WGS 84 degrees, longitude first."""
    if epsg == VN2000_GEOGRAPHIC:
        start = "+step +proj=unitconvert +xy_in=deg +xy_out=rad "
        shift = _DATUM_SHIFT
    else:
        grid = GRIDS[epsg]
        start = (
            f"+step +inv +proj=tmerc +lat_0=0 +lon_0={grid.meridian} +k={grid.scale} "
            "+x_0=500000 +y_0=0 +ellps=WGS84 "
        )
        shift = _DATUM_SHIFT if grid.vn2000 else ""
    return f"+proj=pipeline {start}{shift}+step +proj=unitconvert +xy_in=rad +xy_out=deg"
