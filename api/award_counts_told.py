"""How the two counts over an award are told as JSON, by the API and the commands."""

from __future__ import annotations

import uuid

from pydantic import BaseModel, Field

from coverage.actions.deliveries import AwardCounts
from coverage.deliveries import PlannedBy, SiteBasis


class ToldSite(BaseModel):
    """A site that a count is about."""

    label: str
    basis: SiteBasis = Field(description="Vị trí lấy từ đâu.")
    latitude: float
    longitude: float
    zones: list[uuid.UUID]


class ToldMinimalSite(ToldSite):
    """A site with the households within its reach."""

    households: int
    new_households: int
    new_share: float | None
    minimal: bool


class ToldPlan(BaseModel):
    """What another operator plans near a site."""

    operator: str
    by: PlannedBy
    what: str
    distance_m: float


class ToldNearSite(ToldSite):
    """A site near what others plan."""

    plans: list[ToldPlan]


class ToldCounts(BaseModel):
    """The two counts over one award."""

    award_id: uuid.UUID
    package: str
    lot_number: int
    operator: str
    reach_m: float
    minimal_new_share: float
    near_planned_m: float
    sites: int
    minimal_sites: int = Field(description="Số trạm mang lại ít vùng phủ mới.")
    near_sites: int = Field(description="Số trạm gần chỗ doanh nghiệp khác đã định làm.")
    counted: list[ToldMinimalSite] = Field(description="Mọi trạm của lần giao, kèm số hộ.")
    near: list[ToldNearSite]


class CountsList(BaseModel):
    """The two counts over every standing award."""

    counts: list[ToldCounts]


def told_counts(found: AwardCounts) -> ToldCounts:
    """Return the two counts over one award."""
    return ToldCounts(
        award_id=found.award.id, package=found.award.package_number,
        lot_number=found.award.lot_number, operator=found.award.operator, reach_m=found.reach_m,
        minimal_new_share=found.least_share, near_planned_m=found.near_m, sites=len(found.sites),
        minimal_sites=len(found.minimal), near_sites=len(found.near),
        counted=[
            ToldMinimalSite(
                label=each.site.label, basis=each.site.basis, latitude=each.site.latitude,
                longitude=each.site.longitude, zones=list(each.site.zone_ids),
                households=each.households, new_households=each.new, new_share=each.share,
                minimal=each.minimal,
            )
            for each in found.sites
        ],
        near=[
            ToldNearSite(
                label=each.site.label, basis=each.site.basis, latitude=each.site.latitude,
                longitude=each.site.longitude, zones=list(each.site.zone_ids),
                plans=[
                    ToldPlan(operator=operator, by=by, what=what, distance_m=round(distance_m, 1))
                    for operator, by, what, distance_m in each.places
                ],
            )
            for each in found.near
        ],
    )  # fmt: skip
