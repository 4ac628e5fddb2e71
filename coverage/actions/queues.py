"""Who pays for a zone: by a person's word with a reason, by the rules again, and why."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from coverage.actions.queueing import decide_queues
from coverage.actions.zone_moves import Locked, Seen, lock_seen, subject, today
from coverage.criteria import (
    CriteriaSet,
    Payer,
    QueueFacts,
    RuleTried,
    explain,
    queue_of,
)
from coverage.errors import Conflict, NotAllowed, NotFound
from coverage.evidence import OPEN_STATUSES, is_served
from coverage.lots import ELIGIBLE_STATUSES, is_eligible
from coverage.people import Act, Actor, OrganisationKind
from coverage.storage import audit, zone_life
from coverage.storage import review_cases as cases
from coverage.storage import zones as stored_zones
from coverage.storage.criteria import criteria_in_force, queue_rules_in_force
from coverage.storage.queues import promised_zones
from coverage.storage.review_cases import LotOfZone, SeenVerdict, Sending, StandingPromise
from coverage.storage.sessions import Database, because
from coverage.storage.zones import ListedZone
from coverage.zones import Queue, Zone, ZoneStatus


class LotBar(StrEnum):
    """What keeps a zone out of a new lot."""

    NOT_FUND = "not_fund"
    NOT_APPROVED = "not_approved"
    IN_A_LOT = "in_a_lot"  # one that is proposed already
    IN_A_PACKAGE = "in_a_package"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Entry:
    """Whether a zone may enter a new lot, every reason why not, and the lot it is in."""

    may: bool
    bars: tuple[LotBar, ...]
    lot: LotOfZone | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a zone is, or is not, in the fund's queue on ``day``.

    ``payer`` is what the rules in force say of ``facts``; the zone's own queue may differ: by a
    person's word (``by_hand``), or because nobody assessed it since something changed
    (``stale``). ``tried`` ends with the rule that decided. ``reported`` is the row that grid power
    and difficulty come from, ``deciding`` the verdicts that show the village served, ``verdicts``
    all of them, ``promises`` what stands (their operators only for those who may know).
    """

    listed: ListedZone
    day: dt.date
    facts: QueueFacts
    payer: Payer
    tried: tuple[RuleTried, ...]
    by_hand: bool
    stale: bool
    criteria: CriteriaSet | None
    deciding: tuple[SeenVerdict, ...]
    verdicts: tuple[SeenVerdict, ...]
    promises: tuple[StandingPromise, ...]
    reported: Sending | None
    in_lot_why: Entry


def set_queue(
    database: Database, actor: Actor, seen: Sequence[Seen], queue: Queue, reason: str
) -> tuple[uuid.UUID, ...]:
    """Put zones into a queue by a person's word; the rules leave them there.

    Raises:
        NotAllowed, NotFound: no such right; no such zone.
        ZonesChanged: a zone changed since it was seen.
        Conflict: there is no reason; a zone's queue may not change any more.
    """
    actor.must(Act.SET_QUEUE)
    _must_have(reason)
    with database.transaction(actor) as connection:
        locked = lock_seen(connection, seen)
        _must_be_open(locked)
        if queue is Queue.FUND and promised_zones(connection, locked, today()):
            raise Conflict("zone", "zone_promised")
        zone_life.set_queue(connection, locked, queue, reason.strip(), actor.name)
        before = {str(key): listed.zone.queue.value for key, listed in locked.items()}
        detail = {"queue": queue.value, "reason": reason.strip(), "before": before}
        audit.append(connection, "zone.queue_set", subject(locked), detail)
    return tuple(locked)


def let_rules_decide(
    database: Database, actor: Actor, seen: Sequence[Seen], reason: str
) -> tuple[uuid.UUID, ...]:
    """Leave zones to the rules again, which decide at once by what is known today.

    Raises:
        NotAllowed, NotFound, ZonesChanged, Conflict: as :func:`set_queue`.
    """
    actor.must(Act.SET_QUEUE)
    _must_have(reason)
    day = today()
    with database.transaction(actor) as connection:
        locked = lock_seen(connection, seen)
        _must_be_open(locked)
        with because(connection, reason.strip()):
            zone_life.leave_to_rules(connection, locked)
        payers = decide_queues(connection, locked, day)
        decided = {str(key): payers[key].queue.value for key in locked if key in payers}
        detail = {"reason": reason.strip(), "day": day.isoformat(), "queues": decided}
        audit.append(connection, "zone.queue_left_to_rules", subject(locked), detail)
    return tuple(locked)


def why(database: Database, actor: Actor, zone_id: uuid.UUID, day: dt.date) -> Explanation:
    """Explain who pays for a zone on ``day``, from the facts to the rule, and whether it may be tendered.

    An operator does not see the others' verdicts, so that it would be told half of the reasons.

    Raises:
        NotFound: there is no such zone, or none that the actor may see.
        NotAllowed: the actor is an operator.
    """
    if actor.kind is OrganisationKind.OPERATOR:
        raise NotAllowed("explain_queue", actor.role.value)
    with database.transaction(actor) as connection:
        listed = stored_zones.one(connection, zone_id)
        if listed is None:
            raise NotFound("zone", zone_id)
        return explained(
            connection, listed, day,
            cases.verdicts(connection, zone_id), cases.sendings(connection, zone_id),
            cases.promises(connection, zone_id, day), cases.lot_of_zone(connection, zone_id),
        )  # fmt: skip


def explained(  # noqa: PLR0917 - what the explanation rests on
    connection: Connection, listed: ListedZone, day: dt.date, verdicts: tuple[SeenVerdict, ...],
    sendings: Sequence[Sending], promises: tuple[StandingPromise, ...], lot: LotOfZone | None,
) -> Explanation:  # fmt: skip
    """Explain who pays for a zone of which the rest is read already, in an action's transaction."""
    zone = listed.zone
    rules = queue_rules_in_force(connection, day)
    criteria = criteria_in_force(connection, day)
    deciding = tuple(one for one in verdicts if _serves(one, criteria))
    promised = zone.id in promised_zones(connection, [zone.id], day)
    facts = QueueFacts(zone.grid_power, zone.specially_difficult, bool(deciding), promised)
    payer = queue_of(rules, facts)
    standing = [one for one in sendings if one.standing == "submitted"]
    return Explanation(
        listed, day, facts, payer, explain(rules, facts),
        by_hand=zone.queue_by is not None,
        stale=zone.queue_by is None and zone.status in OPEN_STATUSES
        and payer.queue is not zone.queue,
        criteria=criteria,
        deciding=deciding,
        verdicts=verdicts,
        promises=promises,
        reported=standing[-1] if standing else None,
        in_lot_why=_entry(zone, lot),
    )  # fmt: skip


def _must_have(reason: str) -> None:
    if not reason.strip():
        raise Conflict("zone", "needs_reason", move="set_queue")


def _must_be_open(locked: Locked) -> None:
    """What is in a package was put there on its queue's word; what has ended is paid by nobody."""
    for key, listed in locked.items():
        if listed.zone.status not in OPEN_STATUSES:
            raise Conflict("zone", "queue_stands", zone=key, status=listed.zone.status.value)


def _serves(seen: SeenVerdict, criteria: CriteriaSet | None) -> bool:
    return criteria is not None and is_served([seen.judgement], criteria)


def _entry(zone: Zone, lot: LotOfZone | None) -> Entry:
    bars = []
    if zone.queue is not Queue.FUND:
        bars.append(LotBar.NOT_FUND)
    if zone.status in {ZoneStatus.REJECTED, ZoneStatus.MERGED, ZoneStatus.WITHDRAWN}:
        bars.append(LotBar.ENDED)
    elif zone.status not in ELIGIBLE_STATUSES:
        bars.append(LotBar.IN_A_PACKAGE if zone.status in _TENDERED else LotBar.NOT_APPROVED)
    if lot is not None and LotBar.IN_A_PACKAGE not in bars:
        bars.append(LotBar.IN_A_LOT)
    return Entry(is_eligible(zone) and lot is None, tuple(bars), lot)


_TENDERED = frozenset(
    {ZoneStatus.IN_PACKAGE, ZoneStatus.AWARDED, ZoneStatus.ON_AIR, ZoneStatus.CONFIRMED}
)
