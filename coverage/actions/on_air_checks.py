"""What has to be said of on-air reports before they are sent: one by one, and row by row."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from coverage.actions.awards import awards_of
from coverage.days import vietnam_day
from coverage.deliveries import (
    Acceptance,
    AskedZone,
    OnAirWish,
    ReportStatus,
    accept,
    report_objections,
)
from coverage.deliveries.repetition import repeated
from coverage.errors import NothingToDo
from coverage.findings import Finding, Language, Severity, finding, worst
from coverage.intake.deliveries.reports import Around, ReadReport, metres_between, site_of
from coverage.people import Actor
from coverage.storage import awards as stored_awards
from coverage.storage import on_air as stored
from coverage.storage.awards import Award, AwardedZone
from coverage.storage.criteria import criteria_in_force
from coverage.storage.on_air import OnAirReport
from coverage.surveys import RowStatus
from coverage.vietnamese import name_key

_NAMED = 4  # zones in a sentence
_UNREADABLE = {
    "on_air.zone_unreadable": "on_air.zone_missing",
    "on_air.village_unknown": "on_air.zone_missing",
    "on_air.zone_ambiguous": "on_air.zone_missing",
    "on_air.date_unreadable": "on_air.date_missing",
    "on_air.technology_unknown": "on_air.technology_missing",
    "on_air.figure_unreadable": "on_air.not_measured",
}
"""What could not be read is missing too; one word about it is enough."""


@dataclass(frozen=True, slots=True)
class CheckedReport:
    """An on-air report, what has to be said about it, and how it would be accepted.

    ``zone`` is None where no zone of the operator's awards was found. ``new`` tells one that
    would be kept: nothing is wrong with it, and the report that waits says something else.
    """

    wish: OnAirWish
    zone: AwardedZone | None
    award: Award | None
    findings: tuple[Finding, ...]
    acceptance: Acceptance | None
    new: bool

    @property
    def status(self) -> RowStatus:
        """How the row is told: rejected, warned or accepted."""
        severity = worst(self.findings)
        if severity is Severity.ERROR:
            return RowStatus.REJECTED
        return RowStatus.WARNED if severity is Severity.WARNING else RowStatus.ACCEPTED

    def as_json(self, language: Language = Language.VI) -> dict[str, object]:
        """Return the row as the command and the API tell it."""
        wish, measured = self.wish, self.wish.measured
        return {
            "sheet": wish.sheet, "row": wish.row, "status": self.status.value,
            "new": self.new,
            "zone_id": None if self.zone is None else str(self.zone.zone_id),
            "label": None if self.zone is None else self.zone.label,
            "village": None if self.zone is None else self.zone.village,
            "package": None if self.award is None else self.award.package_number,
            "on_air_on": None if wish.on_air_on is None else wish.on_air_on.isoformat(),
            "technology": None if wish.technology is None else wish.technology.value,
            "latitude": wish.latitude, "longitude": wish.longitude,
            "level_dbm": measured.level_dbm, "down_mbps": measured.down_mbps,
            "up_mbps": measured.up_mbps, "availability_percent": measured.availability_percent,
            "measured_on": None if wish.measured_on is None else wish.measured_on.isoformat(),
            "checks": [
                {"measure": one.measure.value, "asked": one.asked, "measured": one.measured,
                 "outcome": one.outcome.value}
                for one in (self.acceptance.checks if self.acceptance else ())
            ],
            "findings": [found.as_json(language) for found in self.findings],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class OnAirList:
    """What came of a list. ``file_id`` is None where nothing was kept."""

    file: str
    sha256: str
    rows: tuple[CheckedReport, ...]
    findings: tuple[Finding, ...]
    file_id: uuid.UUID | None = None

    def totals(self) -> dict[str, int]:
        """Return how many rows there are of each outcome."""
        statuses = [row.status for row in self.rows]
        return {
            "rows": len(self.rows),
            "accepted": statuses.count(RowStatus.ACCEPTED),
            "warned": statuses.count(RowStatus.WARNED),
            "rejected": statuses.count(RowStatus.REJECTED),
            "new": sum(row.new for row in self.rows),
        }

    def as_json(self, language: Language = Language.VI) -> dict[str, object]:
        """Return the exact answer."""
        return {
            "file": self.file, "sha256": self.sha256,
            "file_id": None if self.file_id is None else str(self.file_id),
            "findings": [found.as_json(language) for found in self.findings],
            "rows": [row.as_json(language) for row in self.rows],
            "totals": self.totals(),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Held:
    """What the operator was awarded: zones by id, by label, by village; awards by id."""

    zones: Mapping[uuid.UUID, AwardedZone]
    awards: Mapping[uuid.UUID, Award]
    waiting: Mapping[uuid.UUID, OnAirReport]
    reach_m: float
    today: date


def checked_list(
    connection: Connection, actor: Actor, rows: Sequence[ReadReport]
) -> list[CheckedReport]:
    """Find the zone and the site of every row, and say what has to be said of it.

    Raises:
        NothingToDo: nothing stands awarded to the operator.
    """
    held = _held(connection, actor)
    placed = []
    for row in rows:
        zone, about_zone = _zone_of(row, held)
        wish = row.wish
        about_site: tuple[Finding, ...] = ()
        if zone is not None:
            wish = replace(wish, zone_id=zone.zone_id)
            if row.site is not None:
                around = Around(zone.village, zone.latitude, zone.longitude, held.reach_m)
                point, about_site = site_of(row.site, around, zone.province_code)
                if point is not None:
                    wish = replace(wish, latitude=point[0], longitude=point[1])
        placed.append((wish, (*about_zone, *row.findings, *about_site)))
    return _judged(connection, held, placed)


def checked(
    connection: Connection, actor: Actor, wishes: Sequence[tuple[OnAirWish, tuple[Finding, ...]]],
    *, with_proof: bool = False,
) -> list[CheckedReport]:  # fmt: skip
    """Say what has to be said of reports whose zones are known; ``with_proof`` is never nothing new.

    Raises:
        NothingToDo: nothing stands awarded to the operator.
    """
    return _judged(connection, _held(connection, actor), wishes, with_proof=with_proof)


def _judged(
    connection: Connection, held: _Held,
    wishes: Sequence[tuple[OnAirWish, tuple[Finding, ...]]], *, with_proof: bool = False,
) -> list[CheckedReport]:  # fmt: skip
    """What has to be said of each report; a file that comes with one makes it a new one."""
    asked = {
        each.package_id: stored_awards.requirements(connection, each.package_id)
        for each in held.awards.values()
    }
    twice = repeated([wish.zone_id for wish, _ in wishes])
    judged = []
    for place, (wish, said) in enumerate(wishes):
        zone = held.zones.get(wish.zone_id) if wish.zone_id else None
        award = held.awards[zone.award_id] if zone else None
        about = _asked(wish, zone, award, held, with_proof=with_proof)
        unread = {_UNREADABLE.get(found.rule) for found in said}
        found = [*said, *(one for one in report_objections(wish, about, held.today)
                          if one.rule not in unread)]  # fmt: skip
        if place in twice:
            other = wishes[twice[place]][0].row or twice[place] + 1
            found.append(finding("on_air.zone_twice", other=other))
        acceptance = None
        if award is not None and wish.technology is not None:
            acceptance = accept(asked[award.package_id], wish.technology, wish.measured)
        good = worst(found) is not Severity.ERROR
        new = good and about is not None and not about.same
        judged.append(CheckedReport(wish, zone, award, tuple(found), acceptance, new))
    return judged


def _asked(
    wish: OnAirWish, zone: AwardedZone | None, award: Award | None, held: _Held, *,
    with_proof: bool,
) -> AskedZone | None:  # fmt: skip
    if zone is None or award is None:
        return None
    waiting = held.waiting.get(zone.zone_id)
    site_m = None
    if wish.latitude is not None and wish.longitude is not None:
        around = Around(zone.village, zone.latitude, zone.longitude, held.reach_m)
        site_m = metres_between(around, wish.latitude, wish.longitude)
    return AskedZone(
        zone.village, zone.status, award.awarded_on, award.due_on, earlier=waiting is not None,
        same=waiting is not None and waiting.says(wish) and not with_proof, site_m=site_m,
        reach_m=held.reach_m,
    )  # fmt: skip


def _held(connection: Connection, actor: Actor) -> _Held:
    found = awards_of(connection, actor)
    if not found:
        raise NothingToDo("no_awards")
    today = vietnam_day(stored_awards.moment(connection))
    zones = [
        zone for of_award in stored_awards.zones_of(connection, found).values()
        for zone in of_award if zone.active
    ]  # fmt: skip
    waiting = stored.reports(
        connection, operator_id=actor.organisation_id, status=ReportStatus.REPORTED
    )
    in_force = criteria_in_force(connection, today)
    return _Held(
        {zone.zone_id: zone for zone in zones}, {each.id: each for each in found},
        {each.zone_id: each for each in waiting}, in_force.reach_m if in_force else 0.0, today,
    )  # fmt: skip


def _zone_of(row: ReadReport, held: _Held) -> tuple[AwardedZone | None, tuple[Finding, ...]]:
    """The zone that a row means: by its id, else its label, else its village and commune."""
    if row.wish.zone_id is not None:
        zone = held.zones.get(row.wish.zone_id)
        return zone, ()
    read = row.label or row.said_zone
    found: list[AwardedZone] = []
    if read:
        found = [
            zone for zone in held.zones.values()
            if zone.label.casefold() == read.strip().casefold()
            and row.package_number in {"", held.awards[zone.award_id].package_number}
        ]  # fmt: skip
    if not found and row.village:
        read = row.village
        village, commune = name_key(row.village), name_key(row.commune)
        found = [
            zone for zone in held.zones.values()
            if name_key(zone.village) == village
            and (not commune or commune in name_key(zone.commune))
        ]  # fmt: skip
        if not found:
            told = finding("on_air.village_unknown", read=read)
            return None, (told.at(row.zone_column, read),)
    if len(found) > 1:
        return None, (_ambiguous(found, read, held).at(row.zone_column, read),)
    if not found:
        rule = "on_air.zone_unreadable" if read else None
        told_of = (finding(rule, read=read).at(row.zone_column, read),) if rule else ()
        return None, told_of
    zone = found[0]
    matched = finding("on_air.matched", read=read, village=zone.village, commune=zone.commune)
    return zone, (matched.at(row.zone_column, read),)


def _ambiguous(found: Sequence[AwardedZone], read: str, held: _Held) -> Finding:
    named = "; ".join(
        f"{zone.village}, {zone.commune} ({held.awards[zone.award_id].package_number} {zone.label})"
        for zone in found[:_NAMED]
    )
    more = "…" if len(found) > _NAMED else ""
    return finding("on_air.zone_ambiguous", read=read, count=len(found), zones=named + more)
