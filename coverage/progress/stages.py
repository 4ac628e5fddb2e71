"""Where a zone stands for whoever follows the whole: six stages in place of eleven statuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from coverage.zones import Queue, ZoneStatus


class Stage(StrEnum):
    """How far a zone has come; one that was rejected, merged or withdrawn is in none."""

    REPORTED = "reported"  # reported, under review, or returned for more
    APPROVED = "approved"
    IN_PACKAGE = "in_package"
    AWARDED = "awarded"
    ON_AIR = "on_air"
    CONFIRMED = "confirmed"


STAGE_OF: Mapping[ZoneStatus, Stage] = MappingProxyType(
    {
        ZoneStatus.REPORTED: Stage.REPORTED,
        ZoneStatus.UNDER_REVIEW: Stage.REPORTED,
        ZoneStatus.RETURNED: Stage.REPORTED,
        ZoneStatus.APPROVED: Stage.APPROVED,
        ZoneStatus.IN_PACKAGE: Stage.IN_PACKAGE,
        ZoneStatus.AWARDED: Stage.AWARDED,
        ZoneStatus.ON_AIR: Stage.ON_AIR,
        ZoneStatus.CONFIRMED: Stage.CONFIRMED,
    }
)
SERVED = frozenset({Stage.ON_AIR, Stage.CONFIRMED})


@dataclass(frozen=True, slots=True)
class Tally:
    """Zones and households counted together."""

    zones: int = 0
    households: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.zones + other.zones, self.households + other.households)


def added(tallies: Iterable[Tally]) -> Tally:
    """Return the sum; of none it is nothing."""
    return sum(tallies, Tally())


def waits(status: ZoneStatus, queue: Queue) -> bool:
    """Tell whether a zone still waits for signal.

    It does until it is on air; what the evidence shows to be served, and what is no zone any
    more, does not.
    """
    stage = STAGE_OF.get(status)
    return stage is not None and stage not in SERVED and queue is not Queue.COVERED
