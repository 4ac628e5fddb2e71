"""Consultation (tham vấn): rounds by the clock, what an operator may promise, how promises end.

A round asks every operator at the same minute whether it will build in a zone with its own money.
A promise names a date; when the date has passed and the zone is not on air, it lapses and the
zone goes back to the queue that the rules give. In Germany's consultation of 111 areas, 57 went
to operators who built by themselves.
"""

from __future__ import annotations

import calendar
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from coverage.findings import Finding, finding
from coverage.zones import ZoneStatus

"""Days end when they end in Viet Nam."""

WAITING = frozenset({ZoneStatus.REPORTED, ZoneStatus.UNDER_REVIEW, ZoneStatus.APPROVED})
"""Only zones in these can still be promised, or be put on the table."""

BUILT = frozenset({ZoneStatus.ON_AIR, ZoneStatus.CONFIRMED})
"""A zone in one of these has what was promised."""

_MONTHS = 12


class RoundState(StrEnum):
    """Where a round stands at a moment."""

    PLANNED = "planned"  # sắp mở
    OPEN = "open"  # đang mở
    CLOSED = "closed"  # đã kết thúc
    CANCELLED = "cancelled"  # đã hủy


class PromiseStatus(StrEnum):
    """How a promise stands; each but the first is an end."""

    STANDING = "standing"  # đang hiệu lực
    WITHDRAWN = "withdrawn"  # đã rút
    LAPSED = "lapsed"  # quá hạn
    KEPT = "kept"  # đã thực hiện


@dataclass(frozen=True, slots=True)
class Round:
    """A round of consultation. Moments are UTC; ``basis`` is the document that opens it."""

    id: uuid.UUID
    number: int
    name: str
    basis: str
    opens_at: datetime
    closes_at: datetime
    opened_by: str
    cancelled_at: datetime | None = None
    cancel_reason: str = ""

    def state(self, at: datetime) -> RoundState:
        """Return how the round stands at a moment; it is open from its opening to before its end."""
        if self.cancelled_at is not None:
            return RoundState.CANCELLED
        if at < self.opens_at:
            return RoundState.PLANNED
        return RoundState.OPEN if at < self.closes_at else RoundState.CLOSED


@dataclass(frozen=True, slots=True)
class Wish:
    """One line of what an operator wants to promise; None is what it did not say.

    ``row`` and ``sheet`` are where the line stands in its file, if it came in one.
    """

    zone_id: uuid.UUID | None
    on_air_by: date | None
    row: int | None = None
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A zone as the question about it stands: on the table of the round, waiting, promised.

    ``own_promise`` is the date of the operator's own promise that stands for it.
    """

    village: str
    status: ZoneStatus
    in_round: bool
    own_promise: date | None = None


def last_day(today: date, months: int) -> date:
    """Return the last day that may be promised: so many months on, or that month's last day."""
    year, month = divmod(today.year * _MONTHS + today.month - 1 + months, _MONTHS)
    month += 1
    return date(year, month, min(today.day, calendar.monthrange(year, month)[1]))


def objections(wish: Wish, asked: Asked | None, today: date, latest: date) -> tuple[Finding, ...]:
    """Return what stands in the way of a promise; nothing but infos when it may be made.

    ``asked`` is None when there is no such zone, or none that the operator may see.
    """
    found: list[Finding] = []
    if wish.zone_id is None:
        found.append(finding("promise.zone_missing"))
    elif asked is None or not asked.in_round:
        found.append(finding("promise.zone_not_asked", zone=wish.zone_id))
    elif asked.status not in WAITING:
        found.append(finding("promise.zone_not_waiting", village=asked.village))
    elif asked.own_promise is not None:
        rule = "standing" if asked.own_promise == wish.on_air_by else "other_date"
        day = in_words(asked.own_promise)
        found.append(finding(f"promise.{rule}", village=asked.village, date=day))
    return (*found, *_of_the_date(wish.on_air_by, today, latest))


def repetitions(wishes: Sequence[Wish]) -> dict[int, int]:
    """Return by its place each wish for a zone that another asks for before it, and which one.

    The other is told by its row in the file, or by its number in the list from 1.
    """
    first: dict[uuid.UUID, int] = {}
    found: dict[int, int] = {}
    for place, wish in enumerate(wishes):
        if wish.zone_id in first:
            found[place] = first[wish.zone_id]
        elif wish.zone_id is not None:
            first[wish.zone_id] = wish.row or place + 1
    return found


def _of_the_date(on_air_by: date | None, today: date, latest: date) -> tuple[Finding, ...]:
    if on_air_by is None:
        return (finding("promise.date_missing"),)
    if on_air_by <= today:
        return (finding("promise.date_passed", date=in_words(on_air_by), today=in_words(today)),)
    if on_air_by > latest:
        return (finding("promise.date_too_far", date=in_words(on_air_by), latest=in_words(latest)),)
    return ()


def ending(on_air_by: date, zone: ZoneStatus, today: date) -> PromiseStatus:
    """Return how a standing promise stands on a day, by the status of the zone that it is for.

    A zone on air keeps the promise, also after the date; the day that was promised is still time.
    """
    if zone in BUILT:
        return PromiseStatus.KEPT
    return PromiseStatus.LAPSED if on_air_by < today else PromiseStatus.STANDING


def in_words(day: date) -> str:
    """Return a day as Vietnamese papers write it."""
    return f"{day:%d/%m/%Y}"
