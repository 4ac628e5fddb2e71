"""Awarding lots: to whom, at what price, by which decision; cancelling and extending.

An award makes every zone of its lot stand awarded, and starts the clock that the rules give.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from coverage.actions.zone_moves import Wish, carry_out, check, lock, told
from coverage.consultation import in_words
from coverage.days import vietnam_day
from coverage.deadlines import Clock, clock_told
from coverage.deliveries import AskedLot, AwardWish, ReportStatus, award_objections
from coverage.deliveries.repetition import repeated
from coverage.errors import Conflict, DeliveryRefused, NotFound
from coverage.findings import Finding, Severity, finding, worst
from coverage.intake import files
from coverage.intake.deliveries.awards import lot_number, read_awards
from coverage.intake.document import Limits
from coverage.people import Act, Actor, OrganisationKind
from coverage.storage import audit, deadlines, on_air
from coverage.storage import awards as stored
from coverage.storage.awards import Award, NewAward
from coverage.storage.people import organisation_names
from coverage.storage.sessions import Database
from coverage.zone_life import Move
from coverage.zones import ZoneStatus

_LONGEST = 500
_UNREADABLE = {"award.price_unreadable": "award.price_missing",
               "award.date_unreadable": "award.date_missing"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CheckedAward:
    """An award that somebody wants, what has to be said about it, and the clock it would get."""

    wish: AwardWish
    lot: AskedLot | None
    operator_id: uuid.UUID | None
    clock: Clock | None
    findings: tuple[Finding, ...]

    @property
    def may_be_made(self) -> bool:
        """Tell whether nothing stands in its way."""
        return worst(self.findings) is not Severity.ERROR

    @property
    def due_on(self) -> date | None:
        """The last day to be on air, as far as it can be told."""
        if self.clock is None or self.wish.awarded_on is None:
            return None
        if self.wish.awarded_on.year > MAXYEAR - self.clock.months:
            return None  # no calendar has that day
        return self.clock.due_on(self.wish.awarded_on)


def check_awards(
    database: Database, actor: Actor, wishes: Sequence[AwardWish]
) -> list[CheckedAward]:
    """Say of every award whether it may be made now, and which clock it would get.

    Raises:
        NotAllowed: the role may not award lots.
    """
    actor.must(Act.AWARD_LOT)
    with database.transaction(actor) as connection:
        return _checked(connection, wishes)


def lots_to_award(database: Database, actor: Actor, number: str) -> list[AskedLot]:
    """Return the lots of a package's open version, by number; none where it may not be awarded.

    Raises:
        NotAllowed: the role may not award lots.
    """
    actor.must(Act.AWARD_LOT)
    with database.transaction(actor) as connection:
        found = stored.asked_lots(connection, [number]).get(number, {})
    return sorted({lot.id: lot for lot in found.values()}.values(), key=lambda lot: lot.number)


def read_award_list(
    database: Database, actor: Actor, content: bytes, *, name: str, limits: Limits | None = None
) -> list[CheckedAward]:
    """Say of every row of a list of awards whether it may be made now; nothing is kept.

    Raises:
        NotAllowed: the role may not award lots.
        InputRefused: the file cannot be read; findings of the families file, text and award.
    """
    actor.must(Act.AWARD_LOT)
    read = read_awards(files.read(content, name, limits))
    checked = check_awards(database, actor, [each.wish for each in read])
    merged = []
    for one, row in zip(checked, read, strict=True):
        # What could not be read is missing too; one word about it is enough.
        said = {_UNREADABLE.get(found.rule) for found in row.findings}
        rest = tuple(found for found in one.findings if found.rule not in said)
        merged.append(
            CheckedAward(one.wish, one.lot, one.operator_id, one.clock, (*row.findings, *rest))
        )
    return merged


def award_lots(database: Database, actor: Actor, wishes: Sequence[AwardWish]) -> list[Award]:
    """Award lots, each to its operator: all of them, or none.

    Raises:
        NotAllowed: the role may not award lots.
        Conflict: there is no wish; somebody changed the zones or the award meanwhile.
        DeliveryRefused: with what stands in the way of each.
    """
    actor.must(Act.AWARD_LOT)
    if not wishes:
        raise Conflict("award", "no_zones_chosen")
    try:
        with database.transaction(actor) as connection:
            stored.lock(connection)
            checked = _checked(connection, wishes)
            if not all(each.may_be_made for each in checked):
                raise DeliveryRefused(of_rows(checked))
            ids = [_make(connection, actor, each) for each in checked]
            made = [_standing(connection, award_id) for award_id in ids]
            subject = made[0].package_number if len(made) == 1 else f"{len(made)} lots"
            audit.append(
                connection, "award.made", subject, {"awards": [_told(one) for one in made]}
            )
            return made
    except IntegrityError as error:
        raise Conflict("award", "awarded_meanwhile") from error


def award_list(
    database: Database, actor: Actor, content: bytes, *, name: str, limits: Limits | None = None
) -> list[Award]:
    """Award the lots of a list: every row, or none.

    Raises:
        NotAllowed, InputRefused: as :func:`read_award_list`.
        Conflict, DeliveryRefused: as :func:`award_lots`.
    """
    checked = read_award_list(database, actor, content, name=name, limits=limits)
    if not all(each.may_be_made for each in checked):
        raise DeliveryRefused(of_rows(checked))
    return award_lots(database, actor, [each.wish for each in checked])


def cancel_award(
    database: Database, actor: Actor, award_id: uuid.UUID, reason: str, *,
    keep_in_package: bool = False,
) -> Award:  # fmt: skip
    """Cancel a standing award. Its zones that are not on air yet go back.

    They go back to the approved zones, out of the lot; with ``keep_in_package`` they stay in the
    package's lot, which may then be awarded to somebody else.

    Raises:
        NotAllowed, NotFound: no such right or award.
        Conflict: no reason; it was cancelled before; a report waits for an answer; every zone is
            on air already.
    """
    actor.must(Act.AWARD_LOT)
    move = Move.TAKE_BACK_AWARD if keep_in_package else Move.CANCEL_AWARD
    if not reason.strip():
        raise Conflict("award", "award_needs_reason")
    with database.transaction(actor) as connection:
        stored.lock(connection)
        found = _standing(connection, award_id)
        if on_air.reports(connection, award_id=award_id, status=ReportStatus.REPORTED):
            raise Conflict("award", "award_reports_wait")
        zones = [each for each in stored.zones_of(connection, [found])[award_id] if each.active]
        back = [each.zone_id for each in zones if each.status is ZoneStatus.AWARDED]
        if not back:
            raise Conflict("award", "award_confirmed")
        wish = Wish(move, f"hủy giao cho {found.operator}: {reason.strip()}")
        today = vietnam_day(stored.moment(connection))
        if not stored.cancel(connection, award_id, today, actor.name, reason.strip()):
            raise Conflict("award", "award_cancelled")
        locked = lock(connection, back)
        check(connection, actor, locked, wish)
        carried = carry_out(connection, actor, locked, wish)
        ended = _one(connection, award_id)
        audit.append(
            connection, "award.cancelled", found.package_number,
            _told(ended) | {"reason": reason.strip(), "zones": told(carried, wish)},
        )  # fmt: skip
    return ended


def extend_award(
    database: Database, actor: Actor, award_id: uuid.UUID, due_on: date, *,
    reason: str, decision: str,
) -> Award:  # fmt: skip
    """Let a standing award's clock end later: it stood still, by force majeure for instance.

    Raises:
        NotAllowed, NotFound: no such right or award.
        Conflict: no reason or document; it was cancelled; the day is not later.
    """
    actor.must(Act.AWARD_LOT)
    if not (reason.strip() and decision.strip()):
        raise Conflict("award", "extension_unnamed")
    with database.transaction(actor) as connection:
        stored.lock(connection)
        found = _standing(connection, award_id)
        if due_on <= found.due_on:
            raise Conflict("award", "extension_not_later")
        stored.extend(
            connection, award_id, due_on,
            reason=reason.strip(), decision=decision.strip()[:_LONGEST], by=actor.name,
        )  # fmt: skip
        extended = _one(connection, award_id)
        audit.append(
            connection, "award.extended", found.package_number,
            _told(extended) | {
                "former_due_on": found.due_on.isoformat(), "reason": reason.strip(),
                "document": decision.strip(),
            },
        )  # fmt: skip
    return extended


def list_awards(
    database: Database, actor: Actor, *, number: str | None = None, standing: bool = False
) -> list[Award]:
    """Return the awards that the actor may see: an operator its own, a province those of its lots."""
    with database.transaction(actor) as connection:
        return awards_of(connection, actor, number=number, standing=standing)


def awards_of(
    connection: Connection, actor: Actor, *, number: str | None = None, standing: bool = True
) -> list[Award]:
    """Return the awards that an actor comes for: an operator and a province their own."""
    operator = actor.organisation_id if actor.kind is OrganisationKind.OPERATOR else None
    return stored.awards(
        connection, number=number, standing=standing, operator_id=operator,
        province_code=actor.province_code,
    )  # fmt: skip


def wish_of(  # noqa: PLR0917 - an award's parts
    package_number: str, lot: str, operator: str, price_vnd: int | None,
    awarded_on: date | None, decision: str,
) -> AwardWish:  # fmt: skip
    """Return an award as a form says it, its texts tidied."""
    return AwardWish(
        package_number.strip(), lot_number(lot), " ".join(operator.split()), price_vnd,
        awarded_on, " ".join(decision.split())[:_LONGEST],
    )  # fmt: skip


def of_rows(checked: Sequence[CheckedAward]) -> list[Finding]:
    """Return every finding, with the lot that it is about among its facts."""
    return [
        Finding(
            found.rule, found.severity,
            {**found.facts, "about": f"{each.wish.package_number} {each.wish.lot}".strip()},
            found.column, found.value,
        )
        for each in checked
        for found in each.findings
    ]  # fmt: skip


def _checked(connection: Connection, wishes: Sequence[AwardWish]) -> list[CheckedAward]:
    today = vietnam_day(stored.moment(connection))
    lots = stored.asked_lots(connection, {wish.package_number for wish in wishes})
    operators = {
        name.casefold(): key
        for key, name in organisation_names(connection, OrganisationKind.OPERATOR).items()
    }
    asked = [lots.get(wish.package_number, {}).get(lot_number(wish.lot)) for wish in wishes]
    by_day: dict[date | None, list[uuid.UUID]] = defaultdict(list)
    for wish, lot in zip(wishes, asked, strict=True):
        if lot is not None:
            by_day[wish.awarded_on].append(lot.id)
    clocks = {day: deadlines.clocks(connection, ids, day) for day, ids in by_day.items()}
    months = {day: deadlines.rule_months(connection, day) for day in by_day}
    twice = repeated([lot.id if lot else None for lot in asked])
    checked = []
    for place, (wish, lot) in enumerate(zip(wishes, asked, strict=True)):
        operator_id = operators.get(" ".join(wish.operator.split()).casefold())
        found = award_objections(
            wish, lot, package_open=wish.package_number in lots,
            operator_known=operator_id is not None, today=today,
        )  # fmt: skip
        if place in twice:
            other = wishes[twice[place]].row or twice[place] + 1
            found = (*found, finding("award.lot_twice", other=other))
        clock = None
        if lot is not None:
            by_rule = clocks[wish.awarded_on][lot.id]
            clock = clock_told(by_rule, lot.told_months, months[wish.awarded_on])
            if clock.months != by_rule.months:
                differs = finding(
                    "award.clock_differs", lot=lot.name, told=clock.months, now=by_rule.months
                )
                found = (*found, differs)
        checked.append(CheckedAward(wish, lot, operator_id, clock, found))
    return checked


def _make(connection: Connection, actor: Actor, checked: CheckedAward) -> uuid.UUID:
    """Keep one award that may be made, and let its zones stand awarded."""
    wish, lot = checked.wish, checked.lot
    if not (lot and checked.clock and checked.operator_id and wish.price_vnd and wish.awarded_on):
        raise ValueError(wish)
    new = NewAward(
        lot, checked.operator_id, wish.price_vnd, wish.decision, wish.awarded_on, checked.clock,
        actor.name,
    )  # fmt: skip
    award_id = stored.add(connection, new)
    made = _one(connection, award_id)
    zones = [each.zone_id for each in stored.zones_of(connection, [made])[award_id]]
    awarding = Wish(
        Move.AWARD,
        f"{made.operator}; {wish.decision}; phát sóng chậm nhất {in_words(made.due_on)}",
    )
    locked = lock(connection, zones)
    check(connection, actor, locked, awarding)
    carry_out(connection, actor, locked, awarding)
    return award_id


def _one(connection: Connection, award_id: uuid.UUID) -> Award:
    found = stored.awards(connection, award_id=award_id)
    if not found:
        raise NotFound("award", award_id)
    return found[0]


def _standing(connection: Connection, award_id: uuid.UUID) -> Award:
    found = _one(connection, award_id)
    if not found.stands:
        raise Conflict("award", "award_cancelled")
    return found


def _told(one: Award) -> dict[str, object]:
    """What the audit log keeps of an award."""
    return {
        "award": str(one.id), "package": one.package_number, "version": one.version,
        "lot": str(one.lot_id), "lot_number": one.lot_number, "operator": one.operator,
        "price_vnd": one.price_vnd, "decision": one.decision,
        "awarded_on": one.awarded_on.isoformat(), "months": one.months, "clock": one.rule.value,
        "due_on": one.due_on.isoformat(),
    }  # fmt: skip
