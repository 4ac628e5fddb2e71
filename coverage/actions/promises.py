"""Promises to build alone: made in an open round, recorded from a document, ended.

Whatever makes or ends a promise decides anew who pays for its zone, in the same transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from coverage.actions.queueing import as_the_rules, decide_queues
from coverage.consultation import (
    Asked,
    PromiseStatus,
    Round,
    RoundState,
    Wish,
    ending,
    in_words,
    last_day,
    objections,
    repetitions,
)
from coverage.days import vietnam_day
from coverage.errors import Conflict, NotFound, PromiseRefused
from coverage.findings import Finding, Severity, finding, worst
from coverage.intake import files
from coverage.intake.document import Limits
from coverage.intake.promises import read_promises
from coverage.people import Act, Actor, OrganisationKind
from coverage.storage import audit, openings
from coverage.storage import consultation as stored
from coverage.storage.consultation import NewPromise, Promised
from coverage.storage.criteria import setting_in_force
from coverage.storage.people import find_organisation, organisation_names
from coverage.storage.sessions import Database

_KEPT = "vùng đã phát sóng"
_UNREADABLE = {"promise.zone_unreadable": "promise.zone_missing",
               "promise.date_unreadable": "promise.date_missing"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CheckedWish:
    """What an operator wants to promise, and what has to be said about it."""

    wish: Wish
    village: str | None
    findings: tuple[Finding, ...]

    @property
    def may_be_made(self) -> bool:
        """Tell whether nothing stands in its way."""
        return worst(self.findings) is not Severity.ERROR

    @property
    def is_new(self) -> bool:
        """Tell whether it would be a promise that does not stand yet."""
        return self.may_be_made and not self.findings


@dataclass(frozen=True, slots=True)
class Lapse:
    """What ended on a day, and for which zones who pays was decided anew."""

    day: date
    lapsed: tuple[Promised, ...]
    kept: tuple[Promised, ...]
    returned: tuple[uuid.UUID, ...]


def preview_promises(
    database: Database, actor: Actor, number: int, content: bytes, *, name: str,
    limits: Limits | None = None,
) -> list[CheckedWish]:  # fmt: skip
    """Say of every row of a filled-in list whether it may be promised now; nothing is kept.

    Raises:
        NotAllowed, NotFound: no such right or round.
        Conflict: the round is not open.
        InputRefused: the file cannot be read; findings of the families file, text and promise.
    """
    actor.must(Act.PROMISE)
    read = read_promises(files.read(content, name, limits))
    with database.transaction(actor) as connection:
        asked = _open(connection, number)
        checked = _checked(connection, actor, asked, [each.wish for each in read])
    merged = []
    for one, row in zip(checked, read, strict=True):
        # What could not be read is missing too; one word about it is enough.
        said = {_UNREADABLE.get(found.rule) for found in row.findings}
        rest = tuple(found for found in one.findings if found.rule not in said)
        merged.append(CheckedWish(one.wish, one.village, (*row.findings, *rest)))
    return merged


def promise(
    database: Database, actor: Actor, number: int, wishes: Sequence[Wish]
) -> list[Promised]:
    """Promise to build in zones of an open round, each by its day: all of them, or none.

    A promise that stands already, by the same day, is left as it is. Returns the new ones.

    Raises:
        NotAllowed, NotFound: no such right or round.
        Conflict: the round is not open; there is no wish; somebody of the same operator promised
            at the same time.
        PromiseRefused: with what stands in the way of each.
    """
    actor.must(Act.PROMISE)
    if not wishes:
        raise Conflict("promise", "no_zones_chosen")
    try:
        with database.transaction(actor) as connection:
            asked = _open(connection, number)
            checked = _checked(connection, actor, asked, wishes)
            if not all(each.may_be_made for each in checked):
                raise PromiseRefused(_of_zones(checked), round=number)
            made = [
                NewPromise(
                    each.wish.zone_id, actor.organisation_id, each.wish.on_air_by, actor.name,
                    round_id=asked.id,
                )
                for each in checked
                if each.is_new and each.wish.zone_id and each.wish.on_air_by
            ]  # fmt: skip
            return _keep(connection, actor, made, str(number))
    except IntegrityError as error:
        raise Conflict("promise", "promised_meanwhile") from error


def record_promise(
    database: Database, actor: Actor, operator: str, zone_id: uuid.UUID, *, on_air_by: date,
    document: str,
) -> Promised:  # fmt: skip
    """Record, outside of a round, what an operator promised the authority in a document.

    Raises:
        NotAllowed: the role may not open consultations.
        NotFound: no such operator.
        Conflict: no document; it was promised at the same time; the zone waits for the opening
            of a package.
        PromiseRefused: the zone does not wait, or the day cannot be promised.
    """
    actor.must(Act.OPEN_CONSULTATION)
    if not document.strip():
        raise Conflict("promise", "no_document")
    try:
        with database.transaction(actor) as connection:
            found = find_organisation(connection, OrganisationKind.OPERATOR, name=operator)
            if found is None:
                raise NotFound("operator", operator)
            operator_id = found[0]
            if openings.held_by(connection, [zone_id]):
                raise Conflict("zone", "waits_for_opening", name=zone_id)
            (checked,) = _checked_of(
                connection, operator_id, None, [Wish(zone_id, on_air_by)]
            )  # fmt: skip
            if checked.findings:
                raise PromiseRefused(_of_zones([checked]))
            new = NewPromise(zone_id, operator_id, on_air_by, actor.name, document=document.strip())
            return _keep(connection, actor, [new], str(zone_id))[0]
    except IntegrityError as error:
        raise Conflict("promise", "promised_meanwhile") from error


def withdraw_promise(
    database: Database, actor: Actor, promise_id: uuid.UUID, reason: str
) -> Promised:
    """End a promise with a reason: an operator its own, the authority what it was told to end.

    Raises:
        NotAllowed, NotFound: no such right, or no promise that the actor may see.
        Conflict: no reason, or the promise does not stand any more.
    """
    actor.must(Act.PROMISE if actor.kind is OrganisationKind.OPERATOR else Act.OPEN_CONSULTATION)
    with database.transaction(actor) as connection:
        found = _promise(connection, promise_id)
        if not reason.strip():
            raise Conflict("promise", "needs_reason")
        if not stored.end(
            connection, promise_id, PromiseStatus.WITHDRAWN, actor.name, reason.strip()
        ):
            raise Conflict("promise", "promise_ended")
        today = vietnam_day(stored.moment(connection))
        with as_the_rules(connection, actor):
            decide_queues(connection, {found.zone_id, found.now_zone_id}, today)
        ended = _promise(connection, promise_id)
        audit.append(
            connection, "consultation.withdrawn", str(promise_id),
            {"zone": str(found.zone_id), "operator": found.operator, "reason": reason.strip()},
        )  # fmt: skip
    return ended


def list_operators(database: Database, actor: Actor) -> list[str]:
    """Return the names of the operators, in order."""
    with database.transaction(actor) as connection:
        return list(organisation_names(connection, OrganisationKind.OPERATOR).values())


def list_promises(
    database: Database, actor: Actor, *, status: PromiseStatus | None = None
) -> list[Promised]:
    """Return the promises the actor may see, in rounds or recorded, the newest first."""
    with database.transaction(actor, many=True) as connection:
        return stored.promises(connection, status=status)


def lapse(database: Database, actor: Actor, day: date) -> Lapse:
    """End the promises that are kept or whose day passed before ``day``; return their zones.

    Done twice it does nothing the second time.

    Raises:
        NotAllowed: the role may not open consultations.
    """
    actor.must(Act.OPEN_CONSULTATION)
    with database.transaction(actor) as connection:
        stored.lock(connection)
        ended: dict[PromiseStatus, list[Promised]] = {}
        for each in stored.promises(connection, status=PromiseStatus.STANDING):
            status = ending(each.on_air_by, each.zone_status, day)
            if status is PromiseStatus.STANDING:
                continue
            reason = _KEPT if status is PromiseStatus.KEPT else _passed(each)
            # A withdrawal at the same time has ended it already, and decided who pays.
            if stored.end(connection, each.id, status, actor.name, reason):
                ended.setdefault(status, []).append(each)
        lapsed = ended.get(PromiseStatus.LAPSED, [])
        kept = ended.get(PromiseStatus.KEPT, [])
        returned: list[uuid.UUID] = []
        for passed in sorted({each.on_air_by for each in lapsed}):
            own = [each for each in lapsed if each.on_air_by == passed]
            zones = {each.zone_id for each in own} | {each.now_zone_id for each in own}
            returned += decide_queues(connection, zones, day, because=_passed(own[0]))
        if ended:
            audit.append(
                connection, "consultation.lapsed", day.isoformat(),
                {
                    "lapsed": [_told(each) for each in lapsed],
                    "kept": [_told(each) for each in kept],
                    "zones_returned": sorted(map(str, returned)),
                },
            )  # fmt: skip
    return Lapse(day, tuple(lapsed), tuple(kept), tuple(returned))


def _passed(each: Promised) -> str:
    """What is said of a lapsed promise beside the zone; it does not name the operator."""
    return f"cam kết tự đầu tư đã quá hạn {in_words(each.on_air_by)} mà vùng chưa phát sóng"


def _keep(
    connection: Connection, actor: Actor, made: Sequence[NewPromise], subject: str
) -> list[Promised]:
    """Keep promises, decide anew who pays, and log both; nothing new leaves no line."""
    if not made:
        return []
    ids = set(stored.keep(connection, made))
    zones = {each.zone_id for each in made}
    with as_the_rules(connection, actor):
        decide_queues(connection, zones, vietnam_day(stored.moment(connection)))
    kept = [each for each in stored.promises(connection, zone_ids=zones) if each.id in ids]
    told = [_told(each) for each in sorted(kept, key=lambda each: each.zone_id)]
    audit.append(connection, "consultation.promised", subject, {"promises": told})
    return kept


def _open(connection: Connection, number: int) -> Round:
    found = stored.one_round(connection, number)
    if found is None:
        raise NotFound("consultation", number)
    state = found.state(stored.moment(connection))
    if state is not RoundState.OPEN:
        raise Conflict("consultation", f"round_{state.value}")
    return found


def _promise(connection: Connection, promise_id: uuid.UUID) -> Promised:
    found = stored.one_promise(connection, promise_id)
    if found is None:
        raise NotFound("promise", promise_id)
    return found


def _checked(
    connection: Connection, actor: Actor, asked: Round, wishes: Sequence[Wish]
) -> list[CheckedWish]:
    return _checked_of(connection, actor.organisation_id, asked, wishes)


def _checked_of(
    connection: Connection, operator_id: uuid.UUID, asked: Round | None, wishes: Sequence[Wish]
) -> list[CheckedWish]:
    """What stands in the way of each wish; outside of a round every zone may be asked for."""
    at: datetime = stored.moment(connection)
    today = vietnam_day(at)
    latest = last_day(today, int(setting_in_force(connection, "promise_max_months", today)))
    zone_ids: Collection[uuid.UUID] = {each.zone_id for each in wishes if each.zone_id}
    round_id = asked.id if asked else uuid.UUID(int=0)
    zones = stored.asked_zones(connection, round_id, zone_ids)
    own = {
        each.zone_id: each.on_air_by
        for each in stored.promises(
            connection, zone_ids=zone_ids, status=PromiseStatus.STANDING, operator_id=operator_id
        )
    }
    twice = repetitions(wishes)
    checked = []
    for place, wish in enumerate(wishes):
        known = zones.get(wish.zone_id) if wish.zone_id else None
        about = None
        if known is not None and wish.zone_id is not None:
            village, status, within = known
            about = Asked(village, status, within or asked is None, own.get(wish.zone_id))
        findings = objections(wish, about, today, latest)
        if place in twice:
            again = finding("promise.zone_twice", zone=wish.zone_id, other=twice[place])
            findings = (*findings, again)
        checked.append(CheckedWish(wish, about.village if about else None, findings))
    return checked


def _of_zones(checked: Sequence[CheckedWish]) -> list[Finding]:
    """Every finding beside the zone that it is about, with the village's name among its facts."""
    return [
        replace(
            found, column="zone_id",
            value=str(each.wish.zone_id) if each.wish.zone_id else None,
            facts={**found.facts, "village": each.village or ""},
        )
        for each in checked
        for found in each.findings
    ]  # fmt: skip


def _told(each: Promised) -> dict[str, str]:
    """What the audit log keeps of a promise."""
    return {
        "promise": str(each.id),
        "zone": str(each.zone_id),
        "operator": each.operator,
        "on_air_by": each.on_air_by.isoformat(),
    }
