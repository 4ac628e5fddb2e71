"""What lots are estimated to cost before anybody chose their sites: one new site for each cluster.

A cluster is a village and the villages within a site's reach of it. A lot pays for the site of
every cluster of which it holds a village, so that parting a cluster costs a second site.
"""

from __future__ import annotations

import heapq
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coverage.costs import CostEstimate, CostRates, site_cost, together
from coverage.lots.proximity import links_within
from coverage.zones import Zone


@dataclass(frozen=True, slots=True)
class Cluster:
    """The villages that one new site at ``centre`` would reach, itself among them."""

    centre: Zone
    zone_ids: frozenset[uuid.UUID]


@dataclass(frozen=True, slots=True)
class SiteGround:
    """How far a cluster's centre is from what a site needs, in km; None where nobody can tell."""

    road_km: float | None = None
    power_km: float | None = None
    site_km: float | None = None


class LotCosts:
    """Estimates the cost of any set of zones of one province."""

    def __init__(
        self, clusters: Sequence[Cluster], grounds: Sequence[SiteGround], rates: CostRates
    ) -> None:
        self.rates = rates
        self._grounds = tuple(grounds)
        self._cluster_of = {
            zone_id: place for place, cluster in enumerate(clusters) for zone_id in cluster.zone_ids
        }

    def cluster_of(self, zone_id: uuid.UUID) -> int:
        """Return the number of the cluster that a zone is in."""
        return self._cluster_of[zone_id]

    @property
    def site_vnd(self) -> tuple[int, ...]:
        """What the site of each cluster costs without the households it serves, in đồng."""
        return tuple(self._site(place, 0).total_vnd for place in range(len(self._grounds)))

    def estimate(self, zones: Iterable[Zone]) -> CostEstimate:
        """Return what a lot of these zones costs, by its parts."""
        households: dict[int, int] = {}
        for zone in zones:
            place = self._cluster_of[zone.id]
            households[place] = households.get(place, 0) + zone.households
        return together(self._site(place, served) for place, served in sorted(households.items()))

    def _site(self, place: int, households: int) -> CostEstimate:
        ground = self._grounds[place]
        return site_cost(
            self.rates, shared=False, households=households, road_km=ground.road_km,
            power_km=ground.power_km, site_km=ground.site_km,
        )  # fmt: skip


def clusters(zones: Iterable[Zone], reach_m: float) -> tuple[Cluster, ...]:
    """Return clusters with every zone in exactly one: the centre that reaches most comes first.

    Most are households not yet reached, then zones; of equals the one with the lower id.
    """
    listed = sorted(zones, key=lambda zone: zone.id)
    links = links_within(
        [zone.longitude for zone in listed], [zone.latitude for zone in listed], reach_m
    )
    left = set(range(len(listed)))

    def rank(place: int) -> tuple[int, int, int]:
        reached = (links[place] | {place}) & left
        return -sum(listed[near].households for near in reached), -len(reached), place

    waiting = [rank(place) for place in left]
    heapq.heapify(waiting)
    found = []
    while left:
        first = heapq.heappop(waiting)
        centre = first[2]
        if centre not in left:
            continue
        now = rank(centre)  # what it would reach can only have become less
        if now != first:
            heapq.heappush(waiting, now)
            continue
        reached = (links[centre] | {centre}) & left
        found.append(Cluster(listed[centre], frozenset(listed[near].id for near in reached)))
        left -= reached
    return tuple(found)
