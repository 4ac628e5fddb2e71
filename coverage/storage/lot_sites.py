"""Sites proposed inside lots, and what they are chosen among: masts that stand, communes around."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, func, insert, select, text

from coverage.costs import CostEstimate, CostKind, CostPart
from coverage.lot_sites import ChosenSite, LotSites
from coverage.storage.tables.base import WGS84
from coverage.storage.tables.lots import lot, lot_site, lot_siting

SHARED, NEW = "shared", "new"

_MASTS = text(
    """
SELECT site.id, ST_X(site.point) AS longitude, ST_Y(site.point) AS latitude
FROM phusong.site
WHERE site.point && ST_MakeEnvelope(:west, :south, :east, :north, 4326)
  AND EXISTS (SELECT 1 FROM phusong.site_operator
              WHERE site_id = site.id AND shareable AND on_air IS NOT FALSE)
ORDER BY site.id
"""
)
_STANDING = text(
    """
SELECT ST_X(site.point) AS longitude, ST_Y(site.point) AS latitude
FROM phusong.site
WHERE EXISTS (SELECT 1 FROM phusong.site_operator WHERE site_id = site.id AND on_air IS NOT FALSE)
ORDER BY site.id
"""
)
_COMMUNES = text(
    """
SELECT code, province_code, ST_AsBinary(area) AS area
FROM phusong.unit
WHERE vintage = :vintage AND level = 'commune'
  AND area && ST_MakeEnvelope(:west, :south, :east, :north, 4326)
ORDER BY code
"""
)
_HAS_AREAS = text(
    """
SELECT EXISTS (SELECT 1 FROM phusong.unit
               WHERE vintage = :vintage AND level = 'commune' AND province_code = :province
                 AND area IS NOT NULL)
"""
)


@dataclass(frozen=True, slots=True)
class MastAt:
    """A mast that stands and that some operator on it would share."""

    id: int
    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True)
class StoredSite:
    """A chosen site as it is kept; ``shared``: on a mast that stands, whose id is ``mast_id``."""

    place: int
    shared: bool
    mast_id: int | None
    latitude: float
    longitude: float
    commune_code: str
    zone_ids: tuple[uuid.UUID, ...]
    households: int
    cost: CostEstimate


@dataclass(frozen=True, slots=True)
class StoredSiting:
    """The sites of a lot as they were chosen, from north to south, and their proof.

    ``asked`` has ``sites`` or ``budget_vnd`` (both None: every zone is served), ``inputs`` what
    the candidates were made from. ``bound`` is đồng where every zone was asked for, else
    households.
    """

    lot_id: uuid.UUID
    inputs_sha256: str
    asked: Mapping[str, Any]
    inputs: Mapping[str, Any]
    households_covered: int
    households_total: int
    cost_vnd: int
    bound: float
    gap: float
    chosen_by: str
    chosen_at: datetime
    sites: tuple[StoredSite, ...]


def of_lots(
    connection: Connection, lot_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, StoredSiting]:
    """Return the sites of those of these lots for which the actor sees some chosen."""
    ids = list(lot_ids)
    sites: dict[uuid.UUID, list[StoredSite]] = {}
    asked = select(
        lot_site, func.ST_X(lot_site.c.point).label("longitude"),
        func.ST_Y(lot_site.c.point).label("latitude"),
    )  # fmt: skip
    for row in connection.execute(
        asked.where(lot_site.c.lot_id.in_(ids)).order_by(lot_site.c.lot_id, lot_site.c.place)
    ):
        sites.setdefault(row.lot_id, []).append(
            StoredSite(
                row.place, row.kind == SHARED, row.site_id, row.latitude, row.longitude,
                row.commune_code, tuple(row.zone_ids), row.households, estimate_of(row.cost),
            )
        )  # fmt: skip
    return {
        row.lot_id: StoredSiting(**row._mapping, sites=tuple(sites.get(row.lot_id, ())))  # noqa: SLF001
        for row in connection.execute(select(lot_siting).where(lot_siting.c.lot_id.in_(ids)))
    }


def province_of(connection: Connection, lot_id: uuid.UUID) -> str | None:
    """Return the code of a lot's province, or None where the actor sees no such lot."""
    code: str | None = connection.execute(
        select(lot.c.province_code).where(lot.c.id == lot_id)
    ).scalar()
    return code


def keep(
    connection: Connection, lot_id: uuid.UUID, chosen: LotSites, facts: Mapping[str, object]
) -> None:
    """Keep the sites of a lot in place of those before; ``facts`` are what was asked and of what.

    They are the columns ``inputs_sha256``, ``asked``, ``inputs`` and ``chosen_by``.
    """
    connection.execute(delete(lot_siting).where(lot_siting.c.lot_id == lot_id))
    connection.execute(
        insert(lot_siting).values(
            lot_id=lot_id, households_covered=chosen.households_covered,
            households_total=chosen.households_total, cost_vnd=chosen.cost_vnd,
            bound=chosen.bound, gap=chosen.gap, **facts,
        )
    )  # fmt: skip
    if chosen.sites:
        connection.execute(
            insert(lot_site),
            [_row(lot_id, place, site) for place, site in enumerate(chosen.sites, start=1)],
        )


def masts(
    connection: Connection, box: tuple[float, float, float, float]
) -> list[MastAt]:  # fmt: skip
    """Return masts that stand and may be shared within west, south, east, north; any operator's."""
    west, south, east, north = box
    rows = connection.execute(_MASTS, {"west": west, "south": south, "east": east, "north": north})
    return [MastAt(row.id, row.longitude, row.latitude) for row in rows]


def standing_masts(connection: Connection) -> NDArray[np.float64]:
    """Return longitude and latitude of every mast that stands, whoever's, n × 2."""
    rows = [tuple(row) for row in connection.execute(_STANDING)]
    return np.array(rows, dtype=np.float64).reshape(-1, 2)


def communes_at(
    connection: Connection, vintage: str, points: Sequence[tuple[float, float]]
) -> list[tuple[str, str] | None]:
    """Return commune and province code where each (longitude, latitude) lies; None for nowhere.

    A point on the border of two communes is the one's of the lower code. The outlines are looked
    through here: the database would unpack them anew for every point (38 s for 11,000 points).
    """
    if not points:
        return []
    at = np.array(points, dtype=np.float64)
    (west, south), (east, north) = at.min(axis=0), at.max(axis=0)
    box = {"west": west, "south": south, "east": east, "north": north}
    rows = connection.execute(
        _COMMUNES, {"vintage": vintage, **{side: float(edge) for side, edge in box.items()}}
    ).all()
    areas = np.asarray(shapely.from_wkb([bytes(row.area) for row in rows]), dtype=np.object_)
    point, area = shapely.STRtree(areas).query(shapely.points(at), predicate="intersects")
    found: list[tuple[str, str] | None] = [None] * len(points)
    for place, number in sorted(zip(point.tolist(), area.tolist(), strict=True), reverse=True):
        found[place] = (rows[number].code, rows[number].province_code)
    return found


def has_areas(connection: Connection, vintage: str, province_code: str) -> bool:
    """Tell whether the communes of a province have outlines in a vintage."""
    return bool(
        connection.execute(_HAS_AREAS, {"vintage": vintage, "province": province_code}).scalar()
    )


def estimate_as_json(estimate: CostEstimate) -> list[dict[str, Any]]:
    """Return the parts of an estimate in their order; null where a part is absent."""
    return [
        {"kind": part.kind.value, "quantity": part.quantity, "amount_vnd": part.amount_vnd}
        for part in estimate.parts
    ]


def estimate_of(parts: Sequence[Mapping[str, Any]]) -> CostEstimate:
    """Return the estimate that was kept, the way back from :func:`estimate_as_json`."""
    return CostEstimate(
        tuple(
            CostPart(CostKind(part["kind"]), part["quantity"], part["amount_vnd"]) for part in parts
        )
    )


def _row(lot_id: uuid.UUID, place: int, site: ChosenSite) -> dict[str, object]:
    taken = site.candidate
    return {
        "lot_id": lot_id, "place": place, "kind": NEW if taken.mast_id is None else SHARED,
        "site_id": taken.mast_id, "point": f"SRID={WGS84};POINT({taken.longitude} {taken.latitude})",
        "commune_code": taken.commune_code, "zone_ids": list(site.zone_ids),
        "households": site.households, "cost": estimate_as_json(site.cost),
    }  # fmt: skip
