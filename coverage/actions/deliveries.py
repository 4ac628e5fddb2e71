"""What is due, late, on air and confirmed; one award with all that became of it; two counts."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from coverage.actions.around import Around, box_of
from coverage.actions.awards import awards_of
from coverage.criteria import ServiceLevel
from coverage.days import vietnam_day
from coverage.deliveries import (
    Acceptance,
    CountedSite,
    DeliveryCount,
    DeliveryState,
    DeliveryZone,
    NearPlanned,
    ReportStatus,
    accept,
    counted,
    late_days,
    minimal_sites,
    near_planned,
    state_of,
)
from coverage.dossier import deliveries as dossier
from coverage.errors import NotAllowed, NotFound, NothingToDo
from coverage.people import Act, Actor, OrganisationKind
from coverage.storage import award_counts, on_air
from coverage.storage import awards as stored
from coverage.storage.awards import Award, AwardedZone, DeliveryDesk, Extension
from coverage.storage.criteria import criteria_in_force, setting_in_force
from coverage.storage.on_air import OnAirReport, ToldOnAir
from coverage.storage.people import organisation_name
from coverage.storage.sessions import Database
from coverage.zones import ZoneStatus

_LEFT = ZoneStatus.WITHDRAWN  # a zone that is not in the lot any more stands nowhere for it
_ORDER = {state: place for place, state in enumerate(DeliveryState)}
INSIDE = frozenset({OrganisationKind.AUTHORITY, OrganisationKind.AUDITOR})


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """Which zones of a list are wanted; None and () take all."""

    state: DeliveryState | None = None
    province_code: str | None = None
    operator: str | None = None


@dataclass(frozen=True, slots=True)
class ListedDelivery:
    """A zone with where it stands today and by how many days it is, or came, late."""

    zone: DeliveryZone
    state: DeliveryState
    late_days: int

    @property
    def place(self) -> tuple[int, int, str, str, int, str, str, str]:
        """What the list is sorted by: the latest first, then what is due next."""
        zone = self.zone
        return (
            _ORDER[self.state], -self.late_days, zone.due_on.isoformat(), zone.package_number,
            zone.lot_number, zone.commune, zone.village, str(zone.zone_id),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Deliveries:
    """The list of deliveries on a day: zones, and the sums of all that the filter leaves.

    ``of_award`` has the sums of every award in the list, by its id.
    """

    day: date
    soon_days: int
    awards: tuple[Award, ...]
    zones: tuple[ListedDelivery, ...]
    total: DeliveryCount
    by_operator: Mapping[str, DeliveryCount]
    by_province: Mapping[tuple[str, str], DeliveryCount]
    of_award: Mapping[uuid.UUID, DeliveryCount]


@dataclass(frozen=True, slots=True)
class SeenZone:
    """A zone of an award, its newest report as far as the actor may see, and how it compares.

    ``told`` is what everybody may know of the report; ``report`` and ``acceptance`` are the
    operator's and the authority's.
    """

    zone: AwardedZone
    state: DeliveryState
    late_days: int
    told: ToldOnAir | None
    report: OnAirReport | None
    acceptance: Acceptance | None
    former: tuple[OnAirReport, ...] = ()


@dataclass(frozen=True, slots=True)
class SeenAward:
    """One award with its zones and extensions."""

    award: Award
    extensions: tuple[Extension, ...]
    zones: tuple[SeenZone, ...]
    requirements: tuple[ServiceLevel, ...]
    count: DeliveryCount
    day: date


@dataclass(frozen=True, slots=True)
class AwardCounts:
    """The two counts over one award, with the sites that are behind them."""

    award: Award
    reach_m: float
    least_share: float
    near_m: float
    sites: tuple[CountedSite, ...]
    near: tuple[NearPlanned, ...]

    @property
    def minimal(self) -> tuple[CountedSite, ...]:
        """The sites that bring little coverage that was not there before."""
        return tuple(site for site in self.sites if site.minimal)


def list_deliveries(
    database: Database, actor: Actor, wanted: DeliveryFilter | None = None
) -> Deliveries:
    """Return what is due, late and done of the awards that the actor comes for, as of today."""
    with database.transaction(actor, many=True) as connection:
        day = vietnam_day(stored.moment(connection))
        soon_days = int(setting_in_force(connection, "due_soon_days", day))
        awards = awards_of(connection, actor)
        zones = _zones(connection, awards)
    return _listed(awards, zones, wanted or DeliveryFilter(), day, soon_days)


def delivery_desk(database: Database, actor: Actor) -> DeliveryDesk:
    """Count what waits for the actor: late, soon due, reports without an answer."""
    with database.transaction(actor, many=True) as connection:
        day = vietnam_day(stored.moment(connection))
        soon = day + timedelta(days=int(setting_in_force(connection, "due_soon_days", day)))
        operator = actor.organisation_id if actor.kind is OrganisationKind.OPERATOR else None
        return stored.desk(connection, day, soon, operator, actor.province_code)


def see_award(database: Database, actor: Actor, award_id: uuid.UUID) -> SeenAward:
    """Return one award with its zones, reports and how they compare with what was asked.

    Raises:
        NotFound: there is no such award, or none that the actor comes for.
    """
    with database.transaction(actor) as connection:
        award = _award(connection, actor, award_id)
        day = vietnam_day(stored.moment(connection))
        soon_days = int(setting_in_force(connection, "due_soon_days", day))
        zones = stored.zones_of(connection, [award])[award_id]
        asked = stored.requirements(connection, award.package_id)
        reports: dict[uuid.UUID, list[OnAirReport]] = {}
        for report in on_air.reports(connection, award_id=award_id):
            reports.setdefault(report.zone_id, []).append(report)
        told = on_air.told(connection, [zone.zone_id for zone in zones])
        extensions = stored.extensions(connection, award_id)
    seen = []
    for zone in zones:
        of_zone = told.get((zone.zone_id, award_id))
        listed = delivery_of(award, zone, of_zone)
        mine = reports.get(zone.zone_id, [])
        newest = next((each for each in mine if each.status is not ReportStatus.REPLACED), None)
        seen.append(
            SeenZone(
                zone, state_of(listed, day, soon_days), late_days(listed, day), of_zone, newest,
                accept(asked, newest.technology, newest.measured) if newest else None,
                tuple(each for each in mine if each is not newest),
            )
        )  # fmt: skip
    deliveries = [delivery_of(award, one.zone, one.told) for one in seen]
    count = counted(deliveries, lambda _: 0, day, soon_days).get(0, DeliveryCount())
    return SeenAward(award, extensions, tuple(seen), asked, count, day)


def report_form(database: Database, actor: Actor) -> bytes:
    """Return the form of on-air reports, filled with the zones that still have to go on air.

    Raises:
        NotAllowed: only an operator reports.
        NothingToDo: nothing stands awarded to it.
    """
    actor.must(Act.REPORT_ON_AIR)
    with database.transaction(actor, many=True) as connection:
        awards = awards_of(connection, actor)
        if not awards:
            raise NothingToDo("no_awards")
        by_award = stored.zones_of(connection, awards)
        operator = organisation_name(connection, actor.organisation_id)
    rows = [
        (award.package_number, zone.label, str(zone.zone_id), zone.village, zone.commune, award.due_on)
        for award in awards
        for zone in by_award[award.id]
        if zone.active and zone.status is ZoneStatus.AWARDED
    ]  # fmt: skip
    return dossier.report_form(rows, operator)


def list_file(found: Deliveries, words: Mapping[DeliveryState, str]) -> bytes:
    """Return a list of deliveries as CSV, in the list's order."""
    zones = [(each.zone, each.state, each.late_days) for each in found.zones]
    return dossier.list_csv(zones, words)


def count_award(database: Database, actor: Actor, award_id: uuid.UUID) -> AwardCounts:
    """Make the two counts over one award.

    Raises:
        NotAllowed: the counts tell of every operator's plans; only the authority and the auditor
            see them.
        NotFound: there is no such award.
    """
    _must_be_inside(actor)
    with database.transaction(actor) as connection:
        return _counts(connection, [_award(connection, actor, award_id)])[0]


def count_awards(database: Database, actor: Actor) -> list[AwardCounts]:
    """Make the two counts over every standing award.

    Raises:
        NotAllowed: as :func:`count_award`.
    """
    _must_be_inside(actor)
    with database.transaction(actor) as connection:
        return _counts(connection, stored.awards(connection, standing=True))


def _must_be_inside(actor: Actor) -> None:
    if actor.kind not in INSIDE:
        raise NotAllowed("count_awards", actor.role.value)


def _counts(connection: Connection, awards: Sequence[Award]) -> list[AwardCounts]:
    day = vietnam_day(stored.moment(connection))
    in_force = criteria_in_force(connection, day)
    if in_force is None:
        raise NotFound("criteria_set", day)
    least_share = float(setting_in_force(connection, "minimal_new_share", day))
    near_m = float(setting_in_force(connection, "near_planned_m", day))
    zones = stored.zones_of(connection, awards)
    sites = award_counts.sites_of(connection, zones, awards)
    # One award is counted among what lies around it; of many everything is read once.
    most_m = max(in_force.reach_m, near_m)
    box = box_of(sites[awards[0].id], most_m) if len(awards) == 1 else None
    villages = Around(award_counts.villages(connection, box))
    plans = Around(award_counts.planned(connection, box))
    return [
        AwardCounts(
            award, in_force.reach_m, least_share, near_m,
            tuple(
                minimal_sites(
                    sites[award.id],
                    [each.before(award) for each in villages.of(sites[award.id], most_m)],
                    in_force.reach_m, least_share,
                )
            ),
            tuple(
                near_planned(
                    sites[award.id],
                    [each.place for each in plans.of(sites[award.id], most_m)
                     if each.operator_id != award.operator_id],
                    near_m,
                )
            ),
        )
        for award in awards
    ]  # fmt: skip


def _award(connection: Connection, actor: Actor, award_id: uuid.UUID) -> Award:
    """An award of this id that the actor comes for; of others an operator need not know more."""
    operator = actor.organisation_id if actor.kind is OrganisationKind.OPERATOR else None
    found = stored.awards(
        connection, award_id=award_id, operator_id=operator, province_code=actor.province_code
    )
    if not found:
        raise NotFound("award", award_id)
    return found[0]


def _zones(connection: Connection, awards: Sequence[Award]) -> list[DeliveryZone]:
    by_award = stored.zones_of(connection, awards)
    told = on_air.told(connection, [zone.zone_id for zones in by_award.values() for zone in zones])
    return [
        delivery_of(award, zone, told.get((zone.zone_id, award.id)))
        for award in awards
        for zone in by_award[award.id]
    ]


def delivery_of(award: Award, zone: AwardedZone, told: ToldOnAir | None) -> DeliveryZone:
    """Return a zone of an award as lists of deliveries have it; a returned report tells nothing."""
    on_air_on = None if told is None or told.status is ReportStatus.REFUSED else told.on_air_on
    return DeliveryZone(
        zone.zone_id, award.id, zone.village, zone.commune, award.province_code, award.province,
        zone.households, zone.status if zone.active else _LEFT, award.operator,
        award.package_number, award.lot_number, award.due_on,
        on_air_on,
    )  # fmt: skip


def _listed(
    awards: Sequence[Award], zones: Sequence[DeliveryZone], wanted: DeliveryFilter, day: date,
    soon_days: int,
) -> Deliveries:  # fmt: skip
    kept = [
        zone for zone in zones
        if wanted.province_code in {None, zone.province_code}
        and wanted.operator in {None, zone.operator}
        and wanted.state in {None, state_of(zone, day, soon_days)}
    ]  # fmt: skip
    with_zones = {zone.award_id for zone in kept}
    listed = [
        ListedDelivery(zone, state_of(zone, day, soon_days), late_days(zone, day)) for zone in kept
    ]
    listed.sort(key=lambda each: each.place)
    total = counted(kept, lambda _: 0, day, soon_days).get(0, DeliveryCount())
    by_operator = counted(kept, lambda zone: zone.operator, day, soon_days)
    by_province = counted(kept, lambda zone: (zone.province_code, zone.province), day, soon_days)
    return Deliveries(
        day, soon_days, tuple(award for award in awards if award.id in with_zones), tuple(listed),
        total, dict(sorted(by_operator.items())), dict(sorted(by_province.items())),
        counted(kept, lambda zone: zone.award_id, day, soon_days),
    )  # fmt: skip
