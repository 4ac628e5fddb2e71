"""What is known of a zone's signal, per operator and technology, and what that amounts to.

The inputs of the first depth are the nearest site on air, the line of sight to it where terrain
is loaded, the operator's own service area, what the province saw at the village, and a dispute
that was upheld. Propagation and measurements will be further inputs of :func:`judge`.

Two things are never concluded: distance alone is never *served*, and that nobody measured is
never *none*. An operator of whom neither a register nor a service area was loaded gets no
verdict at all.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from coverage.criteria import CriteriaSet
from coverage.towers import Technology
from coverage.zones import Signal, ZoneStatus

CLOSED_STATUSES = frozenset({ZoneStatus.REJECTED, ZoneStatus.MERGED, ZoneStatus.WITHDRAWN})
"""Zones in these are not assessed: nothing will be decided on them."""

OPEN_STATUSES = frozenset(
    {ZoneStatus.REPORTED, ZoneStatus.UNDER_REVIEW, ZoneStatus.APPROVED, ZoneStatus.RETURNED}
)
"""Only these may still change queue: what is in a package was put there on its queue's word."""


class Verdict(StrEnum):
    """What the evidence says of one technology of one operator at one zone."""

    NONE = "none"
    WEAK = "weak"
    SERVED = "served"
    UNKNOWN = "unknown"  # not measured is not "no signal"


class Service(StrEnum):
    """Where a village lies in an operator's published service area (vùng cung cấp dịch vụ)."""

    INSIDE = "inside"
    WEAK = "weak"  # inside a part that the operator itself publishes as weak
    OUTSIDE = "outside"


class Reason(StrEnum):
    """Why a verdict was given; each is an entry of the rulebook's family ``evidence``."""

    SITE_WITHIN_REACH = "evidence.site_within_reach"
    SITE_BEYOND_REACH = "evidence.site_beyond_reach"
    NO_SITE_ON_AIR = "evidence.no_site_on_air"
    NO_REGISTER = "evidence.no_register"
    TECHNOLOGY_NOT_STATED = "evidence.technology_not_stated"
    DISTANCE_IS_NOT_SIGNAL = "evidence.distance_is_not_signal"
    TERRAIN_BLOCKS = "evidence.terrain_blocks"
    TERRAIN_CLEAR = "evidence.terrain_clear"
    OUTSIDE_TERRAIN = "evidence.outside_terrain"
    OPERATOR_PUBLISHES_SERVICE = "evidence.operator_publishes_service"
    OPERATOR_PUBLISHES_WEAK_SERVICE = "evidence.operator_publishes_weak_service"
    OPERATOR_PUBLISHES_NO_SERVICE = "evidence.operator_publishes_no_service"
    REPORTED_NO_SIGNAL = "evidence.reported_no_signal"
    REPORTED_OTHERWISE = "evidence.reported_otherwise"
    NOT_MEASURED = "evidence.not_measured"
    DISPUTE_UPHELD = "evidence.dispute_upheld"
    PLANNED_SITE_WITHIN_REACH = "evidence.planned_site_within_reach"
    CRITERIA_NOT_OFFICIAL = "evidence.criteria_not_official"


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest site on air of one operator and technology, by id.

    ``distance_m`` is geodesic metres, ``bearing_deg`` the azimuth from the village to the site
    (0 is north, clockwise); all three are None when there is no such site. ``stated`` is False
    when the register does not say which technologies the site has.
    """

    site_id: int | None
    distance_m: float | None
    bearing_deg: float | None = None
    stated: bool = True


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything a verdict rests on.

    ``registered`` tells whether a register of the operator was loaded, ``line_of_sight`` whether
    terrain lets the nearest site be seen (None: no terrain there), ``terrain_loaded`` whether
    any terrain was loaded at all, ``service`` where the operator's own service area puts the
    village (None: none was loaded for the technology), ``signal`` what the province saw,
    ``upheld`` the verdict that an upheld dispute put in place.
    """

    nearest: Nearest
    registered: bool = True
    planned_within_reach: bool = False
    line_of_sight: bool | None = None
    terrain_loaded: bool = False
    service: Service | None = None
    signal: Signal | None = None
    upheld: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict on one operator's technology at one zone, and what it rests on, by reference."""

    zone_id: uuid.UUID
    operator_id: uuid.UUID
    technology: Technology
    verdict: Verdict
    reasons: tuple[Reason, ...]
    site_id: int | None = None
    distance_m: float | None = None
    bearing_deg: float | None = None
    line_of_sight: bool | None = None
    service: Service | None = None
    service_file_id: uuid.UUID | None = None
    dispute_id: uuid.UUID | None = None


def judge(inputs: Inputs, criteria: CriteriaSet) -> tuple[Verdict, tuple[Reason, ...]]:
    """Return the verdict on one operator's technology at one zone, with its reasons."""
    verdict, reasons = _conclude(inputs, criteria)
    if inputs.planned_within_reach and verdict is not Verdict.SERVED:
        reasons.append(Reason.PLANNED_SITE_WITHIN_REACH)
    if not criteria.official:
        reasons.append(Reason.CRITERIA_NOT_OFFICIAL)
    return verdict, tuple(reasons)


def _conclude(inputs: Inputs, criteria: CriteriaSet) -> tuple[Verdict, list[Reason]]:
    site = _of_the_site(inputs, criteria)
    if inputs.upheld is not None:
        return inputs.upheld, [Reason.DISPUTE_UPHELD, *site]
    near = Reason.SITE_WITHIN_REACH in site
    if inputs.service is Service.OUTSIDE:
        return Verdict.NONE, [Reason.OPERATOR_PUBLISHES_NO_SERVICE, *site]
    if inputs.service is not None:
        weak = inputs.service is Service.WEAK
        said = Reason.OPERATOR_PUBLISHES_WEAK_SERVICE if weak else Reason.OPERATOR_PUBLISHES_SERVICE
        reasons = [said, *site]
        # A patchy signal is what a weak service means; anything less than published is otherwise.
        if inputs.signal is Signal.NONE or (inputs.signal is Signal.PATCHY and not weak):
            reasons.append(Reason.REPORTED_OTHERWISE)
        if not near:  # what is published has no site that could bring it: nobody knows
            return Verdict.UNKNOWN, [*reasons, Reason.NOT_MEASURED]
        blocked = Reason.TERRAIN_BLOCKS in site
        return (Verdict.WEAK if weak or blocked else Verdict.SERVED), reasons
    if near:
        return Verdict.UNKNOWN, [*site, Reason.DISTANCE_IS_NOT_SIGNAL, Reason.NOT_MEASURED]
    # Too far to be served by any site that is known; the province's own eyes must agree.
    if inputs.registered and inputs.signal is Signal.NONE:
        return Verdict.NONE, [*site, Reason.REPORTED_NO_SIGNAL]
    return Verdict.UNKNOWN, [*site, Reason.NOT_MEASURED]


def _of_the_site(inputs: Inputs, criteria: CriteriaSet) -> list[Reason]:
    """What the nearest site and the ground between say, without a conclusion."""
    nearest = inputs.nearest
    if not inputs.registered:
        return [Reason.NO_REGISTER]
    if nearest.distance_m is None:
        return [Reason.NO_SITE_ON_AIR]
    reasons = []
    if nearest.distance_m > criteria.reach_m:
        return [Reason.SITE_BEYOND_REACH]
    reasons.append(Reason.SITE_WITHIN_REACH)
    if not nearest.stated:
        reasons.append(Reason.TECHNOLOGY_NOT_STATED)
    if inputs.line_of_sight is not None:
        reasons.append(Reason.TERRAIN_CLEAR if inputs.line_of_sight else Reason.TERRAIN_BLOCKS)
    elif inputs.terrain_loaded:
        reasons.append(Reason.OUTSIDE_TERRAIN)
    return reasons


def is_served(judgements: Iterable[Judgement], criteria: CriteriaSet) -> bool:
    """Tell whether any operator serves the village with mobile broadband, as far as shown."""
    return any(
        each.verdict is Verdict.SERVED and each.technology.value in criteria.broadband
        for each in judgements
    )
