"""Values that are valid by default; a test names only what it is about."""

from __future__ import annotations

import uuid

from coverage.zones import Queue, Signal, Zone, ZoneStatus

_ZONES = uuid.UUID("00000000-0000-4000-8000-000000000000")


def zone_id(number):
    """A permanent id that is the same in every run."""
    return uuid.uuid5(_ZONES, str(number))


def a_zone(number=1, **facts):
    """A village of Hà Tĩnh that the fund pays for; ``number`` decides its id."""
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
        "status": ZoneStatus.REPORTED,
        "queue": Queue.FUND,
        "queue_reason": "Nghị định 295/2025/NĐ-CP",
    }
    return Zone(**(given | facts))
