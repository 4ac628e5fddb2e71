"""The conic grid on which the whole country is drawn.

Circular 973/2001/TT-TCĐC draws the country's maps at 1:1,000,000 and smaller on Lambert's
conformal cone with standard parallels 11° and 21°; 108° is in the middle. At these scales the
220 m between WGS 84 and VN-2000 are thinner than a line.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pyproj import Transformer

Floats = NDArray[np.float64]

PARALLELS, MERIDIAN = (11.0, 21.0), 108.0
_GRID = (
    f"+proj=lcc +lat_1={PARALLELS[0]:g} +lat_2={PARALLELS[1]:g} +lat_0=16 +lon_0={MERIDIAN:g} "
    "+ellps=WGS84 +units=m"
)


def to_conic(
    longitudes: Sequence[float] | Floats, latitudes: Sequence[float] | Floats
) -> tuple[Floats, Floats]:
    """Return easting and northing in metres of points in WGS 84 degrees."""
    east, north = _transformer().transform(np.asarray(longitudes), np.asarray(latitudes))
    return np.asarray(east), np.asarray(north)


def from_conic(
    eastings: Sequence[float] | Floats, northings: Sequence[float] | Floats
) -> tuple[Floats, Floats]:
    """Return longitude and latitude in WGS 84 degrees of points in metres."""
    degrees = _transformer().transform(
        np.asarray(eastings), np.asarray(northings), direction="INVERSE"
    )
    return np.asarray(degrees[0]), np.asarray(degrees[1])


@functools.cache
def _transformer() -> Transformer:
    from pyproj import Proj, Transformer  # noqa: PLC0415 - importing it costs more than a page

    return Transformer.from_proj("+proj=longlat +ellps=WGS84", Proj(_GRID), always_xy=True)
