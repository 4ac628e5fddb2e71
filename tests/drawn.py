"""Maps' contents for tests: a country of four square provinces, valid by default."""

from __future__ import annotations

import random
from datetime import date

from shapely import MultiPolygon, box

from coverage.zones import Queue, Signal, ZoneStatus
from maps.content import Area, Commune, Lot, MapContent, Site
from tests.builders import a_zone

# West, south, east, north; the fourth has an island of its own.
SQUARES = {
    "11": (102.0, 21.0, 103.5, 22.5, "Điện Biên", 103.0),
    "14": (103.5, 21.0, 105.0, 22.5, "Sơn La", 104.0),
    "42": (105.0, 17.5, 106.5, 18.5, "Hà Tĩnh", 105.5),
    "56": (108.5, 11.5, 109.3, 12.7, "Khánh Hòa", 108.25),
}
ISLAND = box(109.4, 12.0, 109.402, 12.002)
COMMUNE_SIDE = 0.5


def provinces():
    return tuple(
        Area(
            code,
            name,
            f"Tỉnh {name}",
            MultiPolygon([box(west, south, east, north), *([ISLAND] if code == "56" else [])]),
            meridian=meridian,
        )
        for code, (west, south, east, north, name, meridian) in SQUARES.items()
    )


def communes(province="42"):
    """The province's square cut into squares of half a degree."""
    west, south, east, north, _, _ = SQUARES[province]
    made = []
    for row in range(round((north - south) / COMMUNE_SIDE)):
        for column in range(round((east - west) / COMMUNE_SIDE)):
            x, y = west + column * COMMUNE_SIDE, south + row * COMMUNE_SIDE
            number = len(made) + 1
            made.append(
                Area(
                    f"18{number:03d}",
                    f"Hương Khê {number}",
                    f"Xã Hương Khê {number}",
                    MultiPolygon([box(x, y, x + COMMUNE_SIDE, y + COMMUNE_SIDE)]),
                    former=(f"Xã Hương Đô {number}",),
                )
            )
    return tuple(made)


def some_zones(count, seed=5, province="42"):
    chance = random.Random(seed)
    west, south, east, north, _, _ = SQUARES[province]
    statuses = [ZoneStatus.REPORTED, ZoneStatus.APPROVED, ZoneStatus.IN_PACKAGE, ZoneStatus.ON_AIR]
    return [
        a_zone(
            number,
            province_code=province,
            commune_code=f"18{chance.randint(1, 6):03d}",
            longitude=chance.uniform(west, east),
            latitude=chance.uniform(south, north),
            households=chance.randint(5, 400),
            population=chance.choice([None, 250]),
            signal=chance.choice([Signal.NONE, Signal.PATCHY, None]),
            grid_power=chance.choice([True, False, None]),
            status=chance.choice(statuses),
            queue=chance.choice([Queue.FUND, Queue.OPERATOR, Queue.POWER, Queue.UNDECIDED]),
        )
        for number in range(1, count + 1)
    ]


def some_sites():
    return (
        Site(105.5, 18.0, "Viettel", ("2G", "4G"), "HTH0001"),
        Site(105.5, 18.0, "VNPT", ("4G",), "Huong-Khe_HTH"),
        Site(106.1, 18.2, "Viettel", ("4G", "5G"), "HTH0002"),
        Site(105.9, 17.9, "Mạng Mới", (), ""),
    )


def a_country(zones=(), **facts):
    """The content of a national map."""
    given = {
        "title": "Bản đồ vùng lõm sóng di động toàn quốc",
        "subtitle": "",
        "day": date(2026, 11, 23),
        "source": "danh mục hành chính ngày 30/04/2026",
        "provinces": provinces(),
        "commune_words": {
            area.code: Commune(area.full_name, "Hà Tĩnh", area.former) for area in communes()
        },
        "zones": tuple(zones),
        "references": False,
    }
    return MapContent(**(given | facts))


def a_province(zones=None, **facts):
    """The content of Hà Tĩnh's map with two lots and some sites."""
    shown = some_zones(12) if zones is None else list(zones)
    half = len(shown) // 2
    given = {
        "title": "Bản đồ vùng lõm sóng di động tỉnh Hà Tĩnh",
        "communes": communes(),
        "focus": "42",
        "references": True,
        "lots": (
            Lot(1, "Hương Khê 1", tuple(zone.id for zone in shown[:half])),
            Lot(2, "Hương Khê 2 và 2 xã", tuple(zone.id for zone in shown[half:])),
        )
        if half
        else (),
        "sites": some_sites(),
    }
    return a_country(shown, **(given | facts))
