"""Delivery: a lot is awarded, its zones go on air, what was measured is held against what was asked.

``awards`` says what stands in the way of an award, ``reports`` the same of an on-air report,
``acceptance`` holds measurements against a package's requirements, ``lateness`` tells what is
due, late and done, ``counts`` makes the two counts that the audit of Australia's programme asked
for (ANAO, Mobile Black Spot Program).
"""

from coverage.deliveries.acceptance import (
    Acceptance,
    Check,
    Measure,
    Outcome,
    accept,
    requirement_for,
)
from coverage.deliveries.awards import AskedLot, AwardWish, award_objections
from coverage.deliveries.counts import (
    CountedSite,
    CountedVillage,
    NearPlanned,
    PlannedBy,
    PlannedPlace,
    SiteBasis,
    SitePoint,
    minimal_sites,
    near_planned,
)
from coverage.deliveries.lateness import (
    DeliveryCount,
    DeliveryState,
    DeliveryZone,
    counted,
    late_days,
    state_of,
)
from coverage.deliveries.reports import (
    AskedZone,
    Measured,
    OnAirWish,
    ReportStatus,
    report_objections,
)

__all__ = [
    "Acceptance",
    "AskedLot",
    "AskedZone",
    "AwardWish",
    "Check",
    "CountedSite",
    "CountedVillage",
    "DeliveryCount",
    "DeliveryState",
    "DeliveryZone",
    "Measure",
    "Measured",
    "NearPlanned",
    "OnAirWish",
    "Outcome",
    "PlannedBy",
    "PlannedPlace",
    "ReportStatus",
    "SiteBasis",
    "SitePoint",
    "accept",
    "award_objections",
    "counted",
    "late_days",
    "minimal_sites",
    "near_planned",
    "report_objections",
    "requirement_for",
    "state_of",
]
