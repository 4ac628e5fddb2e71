"""A package that has everything a package can have: sites, costs, readiness, clocks, versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from coverage.costs import CostRates, site_cost, together
from coverage.dossier import ocds
from coverage.packages import (
    PackageAnswer,
    PackageChange,
    PackageClock,
    PackageKind,
    PackageReadiness,
    PackageSite,
    SiteKind,
)
from coverage.readiness import ReadinessKind, ReadinessState
from tests.builders import a_package, a_package_zone

RATES = CostRates(
    tower_vnd=1_500_000_000, shared_vnd=600_000_000, road_vnd_per_km=300_000_000,
    power_vnd_per_km=450_000_000, hop_vnd=250_000_000, hop_km=20, household_vnd=1_000_000,
)  # fmt: skip
NEW_COST = site_cost(
    RATES, shared=False, households=43, road_km=1.25, power_km=None, site_km=12.0
)  # no power lines are loaded: that part is absent
SHARED_COST = site_cost(
    RATES, shared=True, households=23, road_km=None, power_km=None, site_km=None
)
FAR_COST = site_cost(RATES, shared=False, households=49, road_km=2.1, power_km=3.0, site_km=31.0)


def a_first_version(**facts):
    """Two lots: one with a new and a shared site, one with a far site and a shorter clock."""
    plain = a_package(draft=False)
    south, north = plain.lots
    first, *others = south.zones
    south = replace(
        south,
        zones=(replace(first, former_communes=("Xã Hương Vĩnh", "Xã Phú Gia")), *others),
        sites=(
            PackageSite(
                "T1-01", SiteKind.NEW, "Xã Hương Đô", 18.2071234, 105.4171234, ("L1-01", "L1-02"),
                43, NEW_COST,
            ),
            PackageSite(
                "T1-02", SiteKind.SHARED, "Xã Hương Đô", None, None, ("L1-03",), 23, SHARED_COST
            ),
        ),
        cost=together([NEW_COST, SHARED_COST]),
        readiness=(
            PackageReadiness(ReadinessKind.POWER, ReadinessState.READY),
            PackageReadiness(ReadinessKind.ROAD, ReadinessState.NOT_READY, "Mùa mưa khó đi"),
            PackageReadiness(ReadinessKind.LAND, ReadinessState.UNKNOWN),
            PackageReadiness(ReadinessKind.PERMITS, ReadinessState.READY),
        ),
        clock=PackageClock(24, "Chưa có mặt bằng", "Quyết định thử 1"),
    )  # fmt: skip
    north = replace(
        north,
        sites=(
            PackageSite(
                "T2-01", SiteKind.NEW, "Xã Sơn Kim 1", 18.221, 105.444, ("L2-01", "L2-02"), 49,
                FAR_COST,
            ),
        ),
        cost=FAR_COST,
        clock=PackageClock(12, "Mặt bằng có điện", "Quyết định thử 2"),
    )  # fmt: skip
    return replace(plain, lots=(south, north), **facts)


def a_second_version(before=None, **facts):
    """The amendment: a zone of lot 1 left, a new lot 3 without sites came, lot 2 is gone."""
    before = before or a_first_version()
    south, _ = before.lots
    staying = replace(
        south, zones=south.zones[:2], sites=south.sites[:1], cost=together([NEW_COST])
    )
    coming = replace(
        before.lots[1], number=3, name="Lô 3 – Vũ Quang", sites=(), cost=None, clock=None,
        zones=(a_package_zone(6, label="L3-01", commune="Xã Vũ Quang", commune_code="18313"),),
    )  # fmt: skip
    asked = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
    return replace(
        before, version=2, kind=PackageKind.AMENDMENT, lots=(staying, coming),
        dated=datetime(2026, 11, 26, 3, 4, 5, tzinfo=UTC),
        changes=(
            PackageChange(
                2, PackageKind.AMENDMENT, datetime(2026, 11, 26, 3, 4, 5, tzinfo=UTC),
                "Hai thôn đã có sóng", came=("L3-01 Bản Rào Tre 6",),
                went=("L1-03 Bản Rào Tre 3", "L2-01 Bản Rào Tre 4", "L2-02 Bản Rào Tre 5"),
                changed=(("L1-01 Bản Rào Tre 1", "Số hộ", "20", "21"),),
            ),
        ),
        answers=(PackageAnswer(1, asked, "Có được dùng chung cột?", "Được.", asked),),
        former_releases=(ocds.write_release(before, {}),),
        **facts,
    )  # fmt: skip
