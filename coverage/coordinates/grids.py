"""Which grids two metre numbers may be on, and where they put the point."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from coverage.coordinates.angles import EASTINGS_M, NORTHINGS_M
from coverage.coordinates.meridians import (
    PROVINCIAL_GRIDS,
    WESTERN_STATE_GRID,
)
from coverage.coordinates.reading import Order, Premises, Standing
from coverage.coordinates.stated import StatedCRS
from coverage.coordinates.vn2000 import GRIDS, to_wgs84

VN2000_UTM = (3405, 3406)
WGS84_UTM = (32648, 32649)

UTM_BESIDE = MappingProxyType({"EPSG:5897": "EPSG:3405"})
"""The 3° grid that shares its meridian with a UTM zone: both land 300 to 700 m apart."""


def grids_to_try(premises: Premises, *, widely: bool) -> dict[int, Standing]:
    """Return the grids worth trying with their standing, best first.

    Narrowly: the stated grid, or the province's own where none is stated, and those in use.
    ``widely`` adds every other one, for when these put the point elsewhere.
    """
    stated, grids, used = premises.stated, premises.grids, premises.grids_in_use or frozenset()
    in_use = {*used, *(utm for narrow, utm in UTM_BESIDE.items() if narrow in used)}
    trials: dict[int, Standing] = dict.fromkeys(_stated_grids(stated), Standing.TYPED)
    narrow = bool(trials) and not widely
    if grids is not None and not narrow:
        trials.setdefault(grids.present, Standing.PRESENT)
        for epsg in grids.former:
            trials.setdefault(epsg, Standing.FORMER)
        narrow = not widely
    for standing, others in (
        (Standing.OTHER, PROVINCIAL_GRIDS),
        (Standing.LAST_RESORT, (*VN2000_UTM, WESTERN_STATE_GRID)),
    ):
        for epsg in others:
            if not narrow or GRIDS[epsg].crs in in_use:
                trials.setdefault(epsg, standing)
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
