"""Which grids two metre numbers may be on, and where they put the point."""

from __future__ import annotations

from collections.abc import Iterator

from coverage.coordinates.angles import EASTINGS_M, NORTHINGS_M
from coverage.coordinates.meridians import (
    PROVINCIAL_GRIDS,
    WESTERN_STATE_GRID,
    ProvincialGrids,
)
from coverage.coordinates.reading import Order, Standing
from coverage.coordinates.stated import StatedCRS
from coverage.coordinates.vn2000 import GRIDS, to_wgs84

VN2000_UTM = (3405, 3406)
WGS84_UTM = (32648, 32649)


def grids_to_try(
    stated: StatedCRS | None, grids: ProvincialGrids | None, *, widely: bool
) -> dict[int, Standing]:
    """Return the grids worth trying with their standing, best first.

    Narrowly: the stated grid, or the province's own where none is stated. ``widely`` adds every
    other one, for when those put the point elsewhere.
    """
    trials: dict[int, Standing] = dict.fromkeys(_stated_grids(stated), Standing.TYPED)
    if trials and not widely:
        return trials
    if grids is not None:
        trials.setdefault(grids.present, Standing.PRESENT)
        for epsg in grids.former:
            trials.setdefault(epsg, Standing.FORMER)
        if not widely:
            return trials
    for epsg in PROVINCIAL_GRIDS:
        trials.setdefault(epsg, Standing.OTHER)
    for epsg in (*VN2000_UTM, WESTERN_STATE_GRID):
        trials.setdefault(epsg, Standing.LAST_RESORT)
    return trials


def points(first: float, second: float, epsg: int) -> Iterator[tuple[float, float, Order]]:
    """Yield (latitude, longitude, order) of two metre numbers on a grid, by their magnitude.

    Vietnamese papers write X for the northing, others for the easting: the letters say nothing.
    """
    for northing, easting, order in (
        (first, second, Order.NORTH_FIRST),
        (second, first, Order.EAST_FIRST),
    ):
        if not (
            NORTHINGS_M[0] <= northing <= NORTHINGS_M[1]
            and EASTINGS_M[0] <= easting <= EASTINGS_M[1]
        ):
            continue
        longitude, latitude = to_wgs84(epsg, easting, northing)
        yield float(latitude), float(longitude), order


def _stated_grids(stated: StatedCRS | None) -> tuple[int, ...]:
    if stated is None:
        return ()
    if stated.epsg is not None and stated.epsg in GRIDS:
        return (stated.epsg,)
    if stated.datum == "WGS 84":
        # UTM is the only metre grid on WGS 84; its zone follows from the place.
        return WGS84_UTM
    return VN2000_UTM if stated.utm else ()
