"""Where sites of a lot could stand: masts that may be shared, the villages, a grid; all measured."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection

from coverage.costs import CostRates
from coverage.distances import reached, to_nearest
from coverage.errors import NothingToDo
from coverage.layers import LayerKind
from coverage.lot_sites import Candidate, LotZone, grid_around
from coverage.storage import layers, places
from coverage.storage import lot_sites as stored
from coverage.storage import lots as stored_lots
from coverage.storage.criteria import criteria_in_force, setting_in_force
from coverage.storage.lot_sites import MastAt

_DECIMALS = 7  # of a degree: a centimetre
_SHORTEST_DEGREE_M = 100_000.0  # of latitude, and of longitude up to 25° north
_MEASURED = (LayerKind.ROAD, LayerKind.POWER_LINE)


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What is the same for every lot of a province.

    ``standing`` are the masts that stand, whoever's: longitude and latitude, n × 2. ``inputs``
    is what people are told of all this.
    """

    province_code: str
    vintage: str
    rates: CostRates
    reach_m: float
    grid_m: float
    standing: NDArray[np.float64]
    has_areas: bool
    inputs: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a site could stand, before anything is measured there."""

    longitude: float
    latitude: float
    commune_code: str
    mast_id: int | None = None


def read_ground(connection: Connection, province_code: str, day: date) -> Ground:
    """Read what candidates depend on besides their lot.

    Raises:
        NothingToDo: no criteria set is in force, so that nobody can say how far a site reaches.
    """
    criteria = criteria_in_force(connection, day)
    if criteria is None:
        raise NothingToDo("no_criteria", day=day)
    vintage = places.active_vintage(connection)
    standing = stored.standing_masts(connection)
    rates = stored_lots.rates(connection)
    grid_m = float(setting_in_force(connection, "candidate_grid_m", day))
    loaded = layers.loaded(connection)
    inputs = {
        "criteria": criteria.name,
        "reach_m": criteria.reach_m,
        "grid_m": grid_m,
        "rates": asdict(rates),
        "layers": {
            kind.value: loaded[kind].sha256 if kind in loaded else None for kind in _MEASURED
        },
        "register": bool(len(standing)),
    }
    return Ground(
        province_code, vintage, rates, criteria.reach_m, grid_m, standing,
        stored.has_areas(connection, vintage, province_code), inputs,
    )  # fmt: skip


def candidates_of(
    connection: Connection, ground: Ground, zones: Mapping[uuid.UUID, Sequence[LotZone]]
) -> dict[uuid.UUID, list[Candidate]]:
    """Return every lot's candidates: masts first, then the zones in their order, then the grid.

    All are measured together, which costs little more than the candidates of one lot.
    """
    at = _places(connection, ground, zones)
    every = sorted({(place.longitude, place.latitude) for own in at.values() for place in own})
    row = {point: number for number, point in enumerate(every)}
    road, power = (layers.distances_m(connection, kind, every) for kind in _MEASURED)
    mast = _to_masts(ground, every)

    def measured(place: _Place) -> Candidate:
        number = row[place.longitude, place.latitude]
        return Candidate(
            place.latitude, place.longitude, place.commune_code, place.mast_id,
            None if road is None else road[number], None if power is None else power[number],
            None if mast is None else mast[number],
        )  # fmt: skip

    return {lot_id: [measured(place) for place in own] for lot_id, own in at.items()}


def _places(
    connection: Connection, ground: Ground, zones: Mapping[uuid.UUID, Sequence[LotZone]]
) -> dict[uuid.UUID, list[_Place]]:
    """Every lot's places. New sites stand on the province's own ground; masts where they stand."""
    masts = {lot_id: _masts(connection, ground, own) for lot_id, own in zones.items()}
    grid = {
        lot_id: [
            (round(longitude, _DECIMALS), round(latitude, _DECIMALS))
            for longitude, latitude in grid_around(own, ground.reach_m, ground.grid_m)
        ]
        for lot_id, own in zones.items()
    }
    points = {(mast.longitude, mast.latitude) for own in masts.values() for mast in own}
    asked = sorted(points.union(*grid.values()))
    communes = dict(zip(asked, stored.communes_at(connection, ground.vintage, asked), strict=True))

    def is_own(point: tuple[float, float]) -> bool:
        """Whether a point is neither at sea nor another province's, as far as outlines tell."""
        commune = communes[point]
        return not ground.has_areas or (commune is not None and commune[1] == ground.province_code)

    return {
        lot_id: [
            *(
                _Place(*point, _code(communes[point], point, own), mast.id)
                for mast in masts[lot_id]
                for point in [(mast.longitude, mast.latitude)]
            ),
            *(_Place(zone.longitude, zone.latitude, zone.commune_code) for zone in own),
            *(
                _Place(*point, _code(communes[point], point, own))
                for point in grid[lot_id]
                if is_own(point)
            ),
        ]
        for lot_id, own in zones.items()
    }


def _masts(connection: Connection, ground: Ground, zones: Sequence[LotZone]) -> list[MastAt]:
    """The masts within reach of a zone that may be shared, by id."""
    if not zones:
        return []
    margin = ground.reach_m / _SHORTEST_DEGREE_M
    longitudes = np.array([zone.longitude for zone in zones])
    latitudes = np.array([zone.latitude for zone in zones])
    box = (
        float(longitudes.min()) - margin, float(latitudes.min()) - margin,
        float(longitudes.max()) + margin, float(latitudes.max()) + margin,
    )  # fmt: skip
    boxed = stored.masts(connection, box)
    points = (
        np.array([mast.latitude for mast in boxed]),
        np.array([mast.longitude for mast in boxed]),
    )
    return [boxed[place] for place in reached(points, (latitudes, longitudes), ground.reach_m)]


def _code(
    commune: tuple[str, str] | None, point: tuple[float, float], zones: Sequence[LotZone]
) -> str:
    """The commune where a place lies; where no outline tells, that of the nearest zone."""
    if commune is not None:
        return commune[0]
    longitude, latitude = point
    return min(
        zones,
        key=lambda zone: (zone.longitude - longitude) ** 2 + (zone.latitude - latitude) ** 2,
    ).commune_code


def _to_masts(ground: Ground, points: Sequence[tuple[float, float]]) -> list[float] | None:
    """Metres to the nearest mast that stands; None where no register is loaded."""
    if not len(ground.standing):
        return None
    at = np.array(points, dtype=np.float64).reshape(-1, 2)
    shapes = np.asarray(shapely.points(ground.standing), dtype=np.object_)
    found: list[float] = to_nearest((at[:, 1], at[:, 0]), shapes).tolist()
    return found
