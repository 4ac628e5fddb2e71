"""Values that are valid by default; a test names only what it is about."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from coverage.packages import (
    Package,
    PackageCriteria,
    PackageGrid,
    PackageLot,
    PackageVintage,
    PackageZone,
)
from coverage.zones import Queue, Signal, Zone, ZoneStatus

_ZONES = uuid.UUID("00000000-0000-4000-8000-000000000000")


def zone_id(number):
    """A permanent id that is the same in every run."""
    return uuid.uuid5(_ZONES, str(number))


def a_zone(number=1, **facts):
    """An approved village of Hà Tĩnh that the fund pays for; ``number`` decides its id."""
    given = {
        "id": zone_id(number),
        "province_code": "42",
        "commune_code": "18073",
        "declared_commune_code": None,
        "vintage": "2026-04-30",
        "village": f"Bản {number}",
        "latitude": 18.3,
        "longitude": 105.6,
        "households": 40,
        "population": 170,
        "signal": Signal.NONE,
        "grid_power": True,
        "specially_difficult": True,
        "status": ZoneStatus.APPROVED,
        "status_by": "thẩm định viên",
        "queue": Queue.FUND,
        "queue_reason": "Nghị định 295/2025/NĐ-CP",
    }
    return Zone(**(given | facts))


def a_package_zone(number=1, **facts):
    """A zone of a package; ``number`` decides its id, label and place."""
    longitude, latitude = 105.4 + number * 0.01, 18.2 + number * 0.005
    given = {
        "id": zone_id(number),
        "label": f"L1-{number:02d}",
        "village": f"Bản Rào Tre {number}",
        "commune_code": "18544",
        "commune": "Xã Hương Đô",
        "declared_commune_code": None,
        "declared_commune": None,
        "latitude": round(latitude, 7),
        "longitude": round(longitude, 7),
        "northing_m": round(2_012_000.25 + number * 553, 2),
        "easting_m": round(489_000.5 + number * 1_058, 2),
        "households": 20 + number,
        "population": 90 + 4 * number,
        "signal": Signal.NONE,
        "grid_power": True,
        "specially_difficult": True,
        "queue": Queue.FUND,
        "operators_assessed": 4,
        "operators_within_reach": number % 3,
    }
    return PackageZone(**(given | facts))


def a_package(**facts):
    """A draft of two lots and five zones on approximate areas."""
    given = {
        "number": "GT-2026-42-001",
        "version": 1,
        "draft": True,
        "dated": datetime(2026, 11, 23, 3, 4, 5, tzinfo=UTC),
        "authority": "Cục Viễn thông",
        "province_code": "42",
        "province": "Tỉnh Hà Tĩnh",
        "vintage": PackageVintage("2026-04-30", "Danh mục thử nghiệm", approximate=True),
        "grid": PackageGrid(9209, "105°30′", "Thông tư 24/2025/TT-BNNMT"),
        "criteria": (PackageCriteria("Bộ tiêu chí tạm", "Chưa chính thức", False, 3000.0),),
        "legal_bases": ("Nghị định 295/2025/NĐ-CP; Thông tư 01/2026/TT-BKHCN",),
        "lots": (
            PackageLot(
                uuid.UUID(int=1),
                1,
                "Lô 1 – Hương Đô",
                (
                    a_package_zone(1),
                    a_package_zone(2, population=None, signal=Signal.PATCHY),
                    a_package_zone(
                        3, declared_commune_code="18547", declared_commune="Xã Hương Khê"
                    ),
                ),
            ),
            PackageLot(
                uuid.UUID(int=2),
                2,
                "Lô 2 – Sơn Kim 1, Sơn Kim 2",
                (
                    a_package_zone(4, label="L2-01", commune="Xã Sơn Kim 1", signal=None),
                    a_package_zone(
                        5, label="L2-02", commune="Xã Sơn Kim 2", operators_assessed=None,
                        operators_within_reach=None, specially_difficult=None,
                    ),
                ),
            ),
        ),
    }  # fmt: skip
    return Package(**(given | facts))
