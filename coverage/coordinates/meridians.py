"""The central meridians of Viet Nam's provinces, as data with their sources.

Two tables, because both are on paper today: circular 24/2025/TT-BNNMT (in force 1 July 2025)
fixes one meridian for each of the 34 provinces, while every older file keeps the meridian of
one of the 63 former provinces (circular 973/2001/TT-TCĐC and the decisions after it). The two
differ where it hurts: Lai Châu went from 103°00′ to 104°45′, 180 km on the ground.

The former table agrees in three independent sources (EPSG areas of use, a published converter,
two surveyors' tables); Hà Nam alone is given as 105°00′ by most and 105°30′ by one. The present
table is second-hand: the annex as published by others, not the gazette itself.

Province codes are those of their own time: seven of them mean another province today.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

PRESENT_SOURCE = "Thông tư 24/2025/TT-BNNMT"

GRID_OF_MERIDIAN = MappingProxyType(
    {
        102.0: 5896,
        103.0: 9205,
        104.0: 9206,
        104.5: 9207,
        104.75: 9208,
        105.0: 5897,
        105.5: 9209,
        105.75: 9210,
        106.0: 9211,
        106.25: 9212,
        106.5: 9213,
        107.0: 9214,
        107.25: 9215,
        107.5: 9216,
        107.75: 5899,
        108.0: 5898,
        108.25: 9217,
        108.5: 9218,
    },
)
"""EPSG code of the VN-2000 / TM-3 grid on each central meridian in degrees.

All but 102° are some province's; 102° is the state's 3° zone 481, west of every province's.
"""

MERIDIAN_OF_GRID = MappingProxyType({epsg: degrees for degrees, epsg in GRID_OF_MERIDIAN.items()})

WIDE_GRID_OF_MERIDIAN = MappingProxyType({105.0: 3405, 111.0: 3406})
"""EPSG code of the VN-2000 / UTM grid (6° zones 48 and 49) on each central meridian."""

WESTERN_STATE_GRID = 5896

PROVINCIAL_GRIDS = tuple(epsg for epsg in GRID_OF_MERIDIAN.values() if epsg != WESTERN_STATE_GRID)
"""The 17 grids that are, or were, a province's own, from west to east."""


@dataclass(frozen=True, slots=True)
class Province:
    """A present province: its code, name and meridian in degrees east (24/2025/TT-BNNMT)."""

    code: str
    name: str
    meridian: float


@dataclass(frozen=True, slots=True)
class FormerProvince:
    """A province until 30 June 2025: its code then, name, meridians, and today's code.

    ``meridians`` has a second value only where the sources disagree (Hà Nam).
    """

    code: str
    name: str
    meridians: tuple[float, ...]
    present_code: str


PROVINCIAL = MappingProxyType(
    {
        province.code: province
        for province in (
            Province("01", "Hà Nội", 105.0),
            Province("04", "Cao Bằng", 105.75),
            Province("08", "Tuyên Quang", 106.0),
            Province("11", "Điện Biên", 103.0),
            Province("12", "Lai Châu", 104.75),
            Province("14", "Sơn La", 104.0),
            Province("15", "Lào Cai", 104.75),
            Province("19", "Thái Nguyên", 106.5),
            Province("20", "Lạng Sơn", 107.25),
            Province("22", "Quảng Ninh", 107.75),
            Province("24", "Bắc Ninh", 107.0),
            Province("25", "Phú Thọ", 104.75),
            Province("31", "Hải Phòng", 105.75),
            Province("33", "Hưng Yên", 105.5),
            Province("37", "Ninh Bình", 105.0),
            Province("38", "Thanh Hóa", 105.0),
            Province("40", "Nghệ An", 104.75),
            Province("42", "Hà Tĩnh", 105.5),
            Province("44", "Quảng Trị", 106.0),
            Province("46", "Huế", 107.0),
            Province("48", "Đà Nẵng", 107.75),
            Province("51", "Quảng Ngãi", 108.0),
            Province("52", "Gia Lai", 108.25),
            Province("56", "Khánh Hòa", 108.25),
            Province("66", "Đắk Lắk", 108.5),
            Province("68", "Lâm Đồng", 107.75),
            Province("75", "Đồng Nai", 107.75),
            Province("79", "Hồ Chí Minh", 105.75),
            Province("80", "Tây Ninh", 105.75),
            Province("82", "Đồng Tháp", 105.0),
            Province("86", "Vĩnh Long", 105.5),
            Province("91", "An Giang", 104.75),
            Province("92", "Cần Thơ", 105.0),
            Province("96", "Cà Mau", 104.5),
        )
    },
)
"""The 34 present provinces by code."""

FORMER_PROVINCIAL = MappingProxyType(
    {
        province.code: province
        for province in (
            FormerProvince("01", "Hà Nội", (105.0,), "01"),
            FormerProvince("02", "Hà Giang", (105.5,), "08"),
            FormerProvince("04", "Cao Bằng", (105.75,), "04"),
            FormerProvince("06", "Bắc Kạn", (106.5,), "19"),
            FormerProvince("08", "Tuyên Quang", (106.0,), "08"),
            FormerProvince("10", "Lào Cai", (104.75,), "15"),
            FormerProvince("11", "Điện Biên", (103.0,), "11"),
            FormerProvince("12", "Lai Châu", (103.0,), "12"),
            FormerProvince("14", "Sơn La", (104.0,), "14"),
            FormerProvince("15", "Yên Bái", (104.75,), "15"),
            FormerProvince("17", "Hòa Bình", (106.0,), "25"),
            FormerProvince("19", "Thái Nguyên", (106.5,), "19"),
            FormerProvince("20", "Lạng Sơn", (107.25,), "20"),
            FormerProvince("22", "Quảng Ninh", (107.75,), "22"),
            FormerProvince("24", "Bắc Giang", (107.0,), "24"),
            FormerProvince("25", "Phú Thọ", (104.75,), "25"),
            FormerProvince("26", "Vĩnh Phúc", (105.0,), "25"),
            FormerProvince("27", "Bắc Ninh", (105.5,), "24"),
            FormerProvince("30", "Hải Dương", (105.5,), "31"),
            FormerProvince("31", "Hải Phòng", (105.75,), "31"),
            FormerProvince("33", "Hưng Yên", (105.5,), "33"),
            FormerProvince("34", "Thái Bình", (105.5,), "33"),
            FormerProvince("35", "Hà Nam", (105.0, 105.5), "37"),
            FormerProvince("36", "Nam Định", (105.5,), "37"),
            FormerProvince("37", "Ninh Bình", (105.0,), "37"),
            FormerProvince("38", "Thanh Hóa", (105.0,), "38"),
            FormerProvince("40", "Nghệ An", (104.75,), "40"),
            FormerProvince("42", "Hà Tĩnh", (105.5,), "42"),
            FormerProvince("44", "Quảng Bình", (106.0,), "44"),
            FormerProvince("45", "Quảng Trị", (106.25,), "44"),
            FormerProvince("46", "Thừa Thiên Huế", (107.0,), "46"),
            FormerProvince("48", "Đà Nẵng", (107.75,), "48"),
            FormerProvince("49", "Quảng Nam", (107.75,), "48"),
            FormerProvince("51", "Quảng Ngãi", (108.0,), "51"),
            FormerProvince("52", "Bình Định", (108.25,), "52"),
            FormerProvince("54", "Phú Yên", (108.5,), "66"),
            FormerProvince("56", "Khánh Hòa", (108.25,), "56"),
            FormerProvince("58", "Ninh Thuận", (108.25,), "56"),
            FormerProvince("60", "Bình Thuận", (108.5,), "68"),
            FormerProvince("62", "Kon Tum", (107.5,), "51"),
            FormerProvince("64", "Gia Lai", (108.5,), "52"),
            FormerProvince("66", "Đắk Lắk", (108.5,), "66"),
            FormerProvince("67", "Đắk Nông", (108.5,), "68"),
            FormerProvince("68", "Lâm Đồng", (107.75,), "68"),
            FormerProvince("70", "Bình Phước", (106.25,), "75"),
            FormerProvince("72", "Tây Ninh", (105.5,), "80"),
            FormerProvince("74", "Bình Dương", (105.75,), "79"),
            FormerProvince("75", "Đồng Nai", (107.75,), "75"),
            FormerProvince("77", "Bà Rịa - Vũng Tàu", (107.75,), "79"),
            FormerProvince("79", "Hồ Chí Minh", (105.75,), "79"),
            FormerProvince("80", "Long An", (105.75,), "80"),
            FormerProvince("82", "Tiền Giang", (105.75,), "82"),
            FormerProvince("83", "Bến Tre", (105.75,), "86"),
            FormerProvince("84", "Trà Vinh", (105.5,), "86"),
            FormerProvince("86", "Vĩnh Long", (105.5,), "86"),
            FormerProvince("87", "Đồng Tháp", (105.0,), "82"),
            FormerProvince("89", "An Giang", (104.75,), "91"),
            FormerProvince("91", "Kiên Giang", (104.5,), "91"),
            FormerProvince("92", "Cần Thơ", (105.0,), "92"),
            FormerProvince("93", "Hậu Giang", (105.0,), "92"),
            FormerProvince("94", "Sóc Trăng", (105.5,), "92"),
            FormerProvince("95", "Bạc Liêu", (105.0,), "96"),
            FormerProvince("96", "Cà Mau", (104.5,), "96"),
        )
    },
)
"""The 63 former provinces by the code they had until 30 June 2025."""


@dataclass(frozen=True, slots=True)
class ProvincialGrids:
    """The EPSG codes a province's offices may mean: today's grid, then its predecessors'."""

    present: int
    former: tuple[int, ...] = ()


def grids_of_province(code: str) -> ProvincialGrids | None:
    """Return the VN-2000 grids of the present province ``code``, or None when unknown.

    ``former`` holds the grids of every former province merged into it, without the present one.
    """
    province = PROVINCIAL.get(code)
    if province is None:
        return None
    present = GRID_OF_MERIDIAN[province.meridian]
    former = {
        GRID_OF_MERIDIAN[meridian]: None
        for predecessor in FORMER_PROVINCIAL.values()
        if predecessor.present_code == code
        for meridian in predecessor.meridians
    }
    return ProvincialGrids(present, tuple(epsg for epsg in former if epsg != present))


def meridian_of_province(code: str) -> float | None:
    """Return the central meridian, degrees east, of the present province ``code``, or None."""
    province = PROVINCIAL.get(code)
    return None if province is None else province.meridian


def meridian_text(degrees: float) -> str:
    """Return a meridian as papers print it: ``105°30′``."""
    whole = int(degrees)
    return f"{whole}°{round((degrees - whole) * 60):02d}′"
