"""What is known of a zone's signal, operator by operator, and what that amounts to.

The first depth is distance alone: is there a site of the operator that could reach the village
at all? A near site never means *served*: mountains, power and direction are not looked at, so
the vocabulary of this rule has no such word. Nor is silence an answer: an operator of whom no
register was loaded gets no verdict, not one against it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum

from coverage.criteria import CriteriaSet
from coverage.zones import Queue, Zone, ZoneStatus

CLOSED_STATUSES = frozenset({ZoneStatus.REJECTED, ZoneStatus.MERGED, ZoneStatus.WITHDRAWN})
"""Zones in these are not assessed: nothing will be decided on them."""

OPEN_STATUSES = frozenset(
    {ZoneStatus.REPORTED, ZoneStatus.UNDER_REVIEW, ZoneStatus.APPROVED, ZoneStatus.RETURNED}
)
"""Only these may still change queue: what is in a package was put there on its queue's word."""


class Verdict(StrEnum):
    """What distance alone can tell about one operator at one zone."""

    NO_SITE_WITHIN_REACH = "no_site_within_reach"
    SITE_WITHIN_REACH = "site_within_reach"  # not "served": only measurement or terrain can tell


class Reason(StrEnum):
    """Why a verdict was given; each is an entry of the rulebook's family ``evidence``."""

    SITE_BEYOND_REACH = "evidence.site_beyond_reach"
    NO_SITE_ON_AIR = "evidence.no_site_on_air"
    DISTANCE_IS_NOT_SIGNAL = "evidence.distance_is_not_signal"
    PLANNED_SITE_WITHIN_REACH = "evidence.planned_site_within_reach"
    CRITERIA_NOT_OFFICIAL = "evidence.criteria_not_official"


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest site on air of one operator, by id, and its distance in geodesic metres.

    Both are None when the operator has no site on air. ``planned_within_reach`` tells of a site
    that the register lists as planned, or off, within the criteria set's reach.
    """

    site_id: int | None
    distance_m: float | None
    planned_within_reach: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict on one operator at one zone, and the site it rests on."""

    zone_id: uuid.UUID
    operator_id: uuid.UUID
    verdict: Verdict
    site_id: int | None
    distance_m: float | None
    reasons: tuple[Reason, ...]


def may_change_queue(zone: Zone) -> bool:
    """Tell whether the queue rules still decide on the zone; a covered one was said to be so."""
    return zone.status in OPEN_STATUSES and zone.queue is not Queue.COVERED


def judge(nearest: Nearest, criteria: CriteriaSet) -> tuple[Verdict, tuple[Reason, ...]]:
    """Return the verdict on one operator at one zone under ``criteria``, with its reasons."""
    reasons = []
    if nearest.distance_m is not None and nearest.distance_m <= criteria.reach_m:
        verdict = Verdict.SITE_WITHIN_REACH
        reasons.append(Reason.DISTANCE_IS_NOT_SIGNAL)
    else:
        verdict = Verdict.NO_SITE_WITHIN_REACH
        nowhere = nearest.distance_m is None
        reasons.append(Reason.NO_SITE_ON_AIR if nowhere else Reason.SITE_BEYOND_REACH)
        if nearest.planned_within_reach:
            reasons.append(Reason.PLANNED_SITE_WITHIN_REACH)
    if not criteria.official:
        reasons.append(Reason.CRITERIA_NOT_OFFICIAL)
    return verdict, tuple(reasons)
