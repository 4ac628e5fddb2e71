"""What stands in the way of an on-air report, and what has to be said about its figures."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from coverage.consultation import in_words
from coverage.deadlines import days_late
from coverage.findings import Finding, finding
from coverage.towers import Technology
from coverage.zones import ZoneStatus

# Beyond these a figure was typed wrongly; what is good enough is the criteria's business.
_LEVELS_DBM = (-150.0, -20.0)
_MOST_MBPS = 20_000.0
_OLDEST_DAYS = 3660  # a report of ten years ago is a slip of the year
_BROADBAND = frozenset({Technology.G3, Technology.G4, Technology.G5})


class ReportStatus(StrEnum):
    """How an on-air report stands."""

    REPORTED = "reported"  # chờ nghiệm thu
    ACCEPTED = "accepted"  # đã nghiệm thu
    REFUSED = "refused"  # bị trả lại
    REPLACED = "replaced"  # đã thay bằng báo cáo mới


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured at the village; None is what was not measured."""

    level_dbm: float | None = None
    down_mbps: float | None = None
    up_mbps: float | None = None
    availability_percent: float | None = None

    @property
    def nothing(self) -> bool:
        """Tell whether nothing at all was measured."""
        return all(getattr(self, each.name) is None for each in fields(self))


@dataclass(frozen=True, slots=True)
class OnAirWish:
    """One on-air report that an operator wants to send; None is what it did not say.

    Position is the site's, WGS 84 degrees. ``row`` and ``sheet`` tell where it stands in a file.
    """

    zone_id: uuid.UUID | None
    on_air_on: date | None
    technology: Technology | None
    latitude: float | None = None
    longitude: float | None = None
    measured: Measured = Measured()
    measured_on: date | None = None
    note: str = ""
    row: int | None = None
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class AskedZone:
    """A zone that was awarded to the operator, as the question about it stands.

    ``same`` and ``earlier`` tell of the report that waits for this zone: that it says the very
    same, or that the new one takes its place. ``site_m`` is how far the site stands from the
    village, ``reach_m`` how far one is taken to reach.
    """

    village: str
    status: ZoneStatus
    awarded_on: date
    due_on: date
    earlier: bool = False
    same: bool = False
    site_m: float | None = None
    reach_m: float = 0.0


def report_objections(wish: OnAirWish, asked: AskedZone | None, today: date) -> tuple[Finding, ...]:
    """Return what has to be said about a report; an error among it keeps it from being sent.

    ``asked`` is None when no standing award of the operator has this zone.
    """
    return (
        *_of_zone(wish, asked),
        *_of_day(wish, asked, today),
        *_of_service(wish),
        *_of_measuring(wish, today),
        *_of_site(asked),
    )


def _of_zone(wish: OnAirWish, asked: AskedZone | None) -> list[Finding]:
    if wish.zone_id is None:
        return [finding("on_air.zone_missing")]
    if asked is None:
        return [finding("on_air.zone_not_yours", zone=wish.zone_id)]
    if asked.status is ZoneStatus.CONFIRMED:
        return [finding("on_air.confirmed_already", village=asked.village)]
    if asked.status not in {ZoneStatus.AWARDED, ZoneStatus.ON_AIR}:
        return [finding("on_air.zone_not_awarded", village=asked.village)]
    if asked.same:
        return [finding("on_air.unchanged", village=asked.village)]
    return [finding("on_air.replaces", village=asked.village)] if asked.earlier else []


def _of_day(wish: OnAirWish, asked: AskedZone | None, today: date) -> list[Finding]:
    day = wish.on_air_on
    if day is None:
        return [finding("on_air.date_missing")]
    if day > today:
        return [finding("on_air.date_to_come", date=in_words(day), today=in_words(today))]
    if (today - day).days > _OLDEST_DAYS:
        return [finding("on_air.date_too_old", date=in_words(day))]
    if asked is None:
        return []
    if day < asked.awarded_on:
        awarded = in_words(asked.awarded_on)
        return [finding("on_air.before_award", date=in_words(day), awarded=awarded)]
    late = days_late(asked.due_on, day)
    return [finding("on_air.late", days=late, due=in_words(asked.due_on))] if late > 0 else []


def _of_service(wish: OnAirWish) -> list[Finding]:
    if wish.technology is None:
        return [finding("on_air.technology_missing")]
    if wish.technology not in _BROADBAND:
        return [finding("on_air.not_broadband", technology=wish.technology.value)]
    return []


def _of_measuring(wish: OnAirWish, today: date) -> list[Finding]:
    measured = wish.measured
    found: list[Finding] = []
    low, high = _LEVELS_DBM
    if measured.level_dbm is not None and not low <= measured.level_dbm <= high:
        found.append(finding("on_air.level_unlikely", read=_told(measured.level_dbm)))
    found.extend(
        finding("on_air.speed_unlikely", read=_told(speed))
        for speed in (measured.down_mbps, measured.up_mbps)
        if speed is not None and not 0 <= speed <= _MOST_MBPS
    )
    share = measured.availability_percent
    if share is not None and not 0 <= share <= 100:  # noqa: PLR2004 - per cent
        found.append(finding("on_air.availability_unlikely", read=_told(share)))
    if measured.nothing:
        found.append(finding("on_air.not_measured"))
    day = wish.measured_on
    if day is None:
        if not measured.nothing:
            found.append(finding("on_air.measured_when"))
        return found
    if day > today:
        found.append(finding("on_air.measured_to_come", date=in_words(day), today=in_words(today)))
    elif wish.on_air_on is not None and day < wish.on_air_on:
        on_air = in_words(wish.on_air_on)
        found.append(finding("on_air.measured_before", date=in_words(day), on_air=on_air))
    return found


def _of_site(asked: AskedZone | None) -> list[Finding]:
    if asked is None or asked.site_m is None or asked.site_m <= asked.reach_m:
        return []
    far, reach = f"{asked.site_m / 1000:.1f}", f"{asked.reach_m / 1000:.1f}"
    return [
        finding("on_air.site_far", distance=far.replace(".", ","), reach=reach.replace(".", ","))
    ]


def _told(figure: float) -> str:
    return f"{figure:g}".replace(".", ",")
