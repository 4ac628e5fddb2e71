"""A zone (vùng lõm sóng): one village without mobile broadband, with its own permanent id.

The point is the key, not the code: codes carry the vintage of the list they come from.
Facts that a file does not state are None, never False or 0. How a zone's life goes on is the
table of :mod:`coverage.zone_life`.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum


class Signal(StrEnum):
    """Signal at the village (Tuyên Quang, January 2026; domain.md §1.1)."""

    NONE = "none"  # trắng sóng: nothing at the village centre
    PATCHY = "patchy"  # lõm sóng


class Queue(StrEnum):
    """Who pays (domain.md §0): only the fund's queue may enter a package."""

    FUND = "fund"  # Quỹ dịch vụ viễn thông công ích: specially difficult, with grid power
    OPERATOR = "operator"  # doanh nghiệp tự đầu tư: grid power, not specially difficult
    POWER = "power"  # chờ điện lưới, hoặc vệ tinh
    COVERED = "covered"  # không phải vùng lõm
    UNDECIDED = "undecided"  # a fact that the rules need is not known


class ZoneStatus(StrEnum):
    """Where a zone stands in its life; coverage.zone_life holds the table of moves."""

    REPORTED = "reported"
    UNDER_REVIEW = "under_review"
    APPROVED = "approved"
    RETURNED = "returned"
    REJECTED = "rejected"
    MERGED = "merged"
    IN_PACKAGE = "in_package"
    AWARDED = "awarded"
    ON_AIR = "on_air"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


# A zone in one of these waits for nobody, and no sum counts it.
ENDED = frozenset({ZoneStatus.REJECTED, ZoneStatus.MERGED, ZoneStatus.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Zone:
    """A village without signal. Coordinates are WGS 84 degrees.

    ``status_reason`` is what was said when it came to stand where it stands, ``status_by`` who
    said it; ``merged_into`` names the zone that took it in; ``reviewer`` has it in hand.
    ``queue_rule_id`` is the rule that decided who pays, None when a person did (``queue_by``).
    """

    id: uuid.UUID
    province_code: str
    commune_code: str  # where the point lies, in `vintage`
    declared_commune_code: str | None
    vintage: str
    village: str
    latitude: float
    longitude: float
    households: int
    population: int | None = None
    signal: Signal | None = None
    grid_power: bool | None = None
    specially_difficult: bool | None = None
    status: ZoneStatus = ZoneStatus.REPORTED
    queue: Queue = Queue.UNDECIDED
    queue_reason: str = ""
    status_reason: str = ""
    status_by: str | None = None
    merged_into: uuid.UUID | None = None
    reviewer: str | None = None
    queue_by: str | None = None
    queue_rule_id: int | None = None
