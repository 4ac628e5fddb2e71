"""Invented villages inside real communes, some with a planted fault, and what must become of them."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import shapely
from shapely import Point

NAMES = ["Nậm Pồ", "Huổi Lếch", "Tà Cạ", "Phiêng Mụ", "Kon Brăp", "Đắk Rơ Nga", "Pá Mỳ", "Lũng Táo",
         "Suối Lềnh", "Khe Nước", "Ea Súp Bốn", "Cu Vơ", "Thuỷ Tạ", "Sóc Chùa", "Hợp Hoà"]  # fmt: skip
HOUSEHOLDS = [12, 21, 34, 47, 52, 63, 84, 120, 180, 260]
METRES_PER_DEGREE = 111_320.0
UNREADABLE_HOUSEHOLDS = ["khoảng 50", "chưa rõ", "30-40", "~45", "vài chục", "?"]
NO_COORDINATE = ["chưa đo", "", "không xác định"]


@dataclass(frozen=True)
class Commune:
    """A commune with its real polygon (longitude, latitude)."""

    code: str
    name: str  # Xã Mường Nhé
    province_code: str
    area: shapely.Geometry


@dataclass(frozen=True)
class Village:
    """One data row to be written, with what is true of it."""

    commune: Commune  # the declared one
    lies_in: Commune
    name: str
    latitude: float
    longitude: float
    households: int
    grid_power: bool
    specially_difficult: bool
    expect: str = "accept"  # accept, accept_flagged, reject, reject_or_flag
    fault: str = ""
    households_text: str | None = None  # written instead of the number
    point_text: str | None = None  # written instead of the coordinates
    swapped: bool = False


class Country:
    """The communes, and points inside them."""

    def __init__(self, communes: list[Commune]) -> None:
        self.communes = communes
        self.by_province: dict[str, list[Commune]] = {}
        for commune in communes:
            self.by_province.setdefault(commune.province_code, []).append(commune)
        self.tree = shapely.STRtree([commune.area for commune in communes])

    def inside(self, commune: Commune, chance: random.Random, margin_m: float) -> Point | None:
        """Return a random point of a commune, at least ``margin_m`` from its border."""
        kernel = commune.area.buffer(-margin_m / METRES_PER_DEGREE)
        if kernel.is_empty:
            return None
        west, south, east, north = kernel.bounds
        for _ in range(200):
            point = Point(
                round(chance.uniform(west, east), 6), round(chance.uniform(south, north), 6)
            )
            if kernel.covers(point):
                return point
        return None

    def across_the_border(
        self, commune: Commune, chance: random.Random
    ) -> tuple[Commune, Point] | None:
        """Return a neighbour of the same province and a point up to 250 m inside it."""
        near = [self.communes[i] for i in self.tree.query(commune.area, predicate="intersects")]
        for other in near:
            if other.code == commune.code or other.province_code != commune.province_code:
                continue
            shared = commune.area.boundary.intersection(other.area.boundary)
            if shared.length < 0.01:
                continue
            for _ in range(60):
                at = shared.interpolate(chance.random(), normalized=True)
                point = Point(
                    round(at.x + chance.uniform(-0.0015, 0.0015), 6),
                    round(at.y + chance.uniform(-0.0015, 0.0015), 6),
                )
                deep = point.distance(commune.area) * METRES_PER_DEGREE
                if other.area.covers(point) and 60 < deep < 220:
                    return other, point
        return None

    def far_from(
        self, commune: Commune, chance: random.Random, metres: float
    ) -> tuple[Commune, Point] | None:
        """Return a point of the same province, farther than ``metres`` from the commune."""
        for _ in range(100):
            other = chance.choice(self.by_province[commune.province_code])
            point = self.inside(other, chance, 400)
            if point and point.distance(commune.area) * METRES_PER_DEGREE * 0.9 > metres:
                return other, point
        return None


def invent(country: Country, province: str, chance: random.Random, count: int,
           communes: list[Commune] | None = None) -> list[Village]:  # fmt: skip
    """Return ``count`` good villages of a province, each at least 500 m inside its commune."""
    inside = communes or country.by_province[province]
    made: list[Village] = []
    while len(made) < count:
        commune = chance.choice(inside)
        point = country.inside(commune, chance, 500)
        if point is None:
            continue
        made.append(Village(
            commune, commune, f"{chance.choice(NAMES)} {len(made) + 1}", point.y, point.x,
            chance.choice(HOUSEHOLDS), chance.random() < 0.7, chance.random() < 0.7,
        ))  # fmt: skip
    return sorted(made, key=lambda village: village.commune.code)


def plant(villages: list[Village], country: Country, chance: random.Random) -> list[Village]:
    """Return the villages with one fault of each kind, in rows chosen at random."""
    rows = list(villages)
    places = chance.sample(range(len(rows)), 10)
    take = iter(places)

    def put(**changes: object) -> None:
        at = next(take)
        rows[at] = replace(rows[at], **changes)  # type: ignore[arg-type]

    put(fault="no_households", expect="reject", households_text="")
    put(
        fault="bad_households",
        expect="reject",
        households_text=chance.choice(UNREADABLE_HOUSEHOLDS),
    )
    put(fault="negative_households", expect="reject", households_text="-12")
    put(fault="no_coordinate", expect="reject", point_text=chance.choice(NO_COORDINATE))
    put(fault="outside_country", expect="reject", latitude=25.123456, longitude=chance.choice([99.5, 105.123456]))  # fmt: skip
    put(fault="swapped", expect="accept_flagged", swapped=True)
    at = next(take)
    others = [code for code in country.by_province if code != rows[at].commune.province_code]
    abroad = invent(country, (code := chance.choice(sorted(others))), chance, 1)[0]
    rows[at] = replace(rows[at], fault="outside_province", expect="reject", lies_in=abroad.commune,
                       latitude=abroad.latitude, longitude=abroad.longitude)  # fmt: skip
    assert code
    at = next(take)
    if found := country.far_from(rows[at].commune, chance, 8000):
        rows[at] = replace(rows[at], fault="wrong_commune", expect="reject", lies_in=found[0],
                           latitude=found[1].y, longitude=found[1].x)  # fmt: skip
    at = next(take)
    if found := country.across_the_border(rows[at].commune, chance):
        rows[at] = replace(rows[at], fault="border", expect="accept_flagged", lies_in=found[0],
                           latitude=found[1].y, longitude=found[1].x)  # fmt: skip
    twin = rows[next(take)]
    rows.append(replace(twin, fault="duplicate", expect="reject_or_flag"))
    return rows
