"""Rounds of consultation: opened, extended, cancelled by the authority; seen by those concerned."""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from coverage.consultation import (
    WAITING,
    PromiseStatus,
    Round,
    RoundState,
    last_day,
)
from coverage.days import vietnam_day
from coverage.dossier.round import WRITERS, RoundZone, placed
from coverage.errors import Conflict, NotFound, NothingToDo
from coverage.people import Act, Actor
from coverage.storage import audit
from coverage.storage import consultation as stored
from coverage.storage import zones as stored_zones
from coverage.storage.consultation import Candidate, Promised, Sum
from coverage.storage.criteria import setting_in_force
from coverage.storage.sessions import Database
from coverage.storage.zones import ZoneFilter, ZoneOrder
from coverage.zones import Queue, ZoneStatus

_EVERY_ZONE = 1_000_000  # more than a country has villages
_USUALLY = (ZoneStatus.APPROVED, ZoneStatus.UNDER_REVIEW)


@dataclass(frozen=True, slots=True)
class NewRound:
    """A round to open. Moments with their zone; an opening that has passed is now.

    Without ``zone_ids`` the round asks about every approved or under-review zone of the fund's
    queue, in ``province_codes`` only when they are given.
    """

    name: str
    basis: str
    opens_at: datetime
    closes_at: datetime
    province_codes: Collection[str] | None = None
    zone_ids: Collection[uuid.UUID] | None = None


@dataclass(frozen=True, slots=True)
class ProvinceCandidates:
    """What a round would ask about in a province; ``taken`` are in a live round already."""

    province_code: str
    zones: int
    households: int
    taken: int


@dataclass(frozen=True, slots=True)
class SeenRound:
    """A round as the actor may see it at a moment.

    ``asked`` counts the zones the actor sees, ``promises`` are those the actor sees: an
    operator's are its own. ``latest`` is the last day that may be promised today.
    """

    round: Round
    state: RoundState
    at: datetime
    latest: date
    asked: Sum
    promises: tuple[Promised, ...]

    @property
    def standing(self) -> tuple[Promised, ...]:
        """Return the promises that stand."""
        return self._of(PromiseStatus.STANDING)

    @property
    def lapsed(self) -> tuple[Promised, ...]:
        """Return the promises whose day passed."""
        return self._of(PromiseStatus.LAPSED)

    @property
    def promised(self) -> Sum:
        """Return how many zones and households have a standing promise, each counted once."""
        zones = {each.zone_id: each.households for each in self.standing}
        return Sum(len(zones), sum(zones.values()))

    def _of(self, status: PromiseStatus) -> tuple[Promised, ...]:
        return tuple(each for each in self.promises if each.status is status)


@dataclass(frozen=True, slots=True)
class RoundFile:
    """The list of a round as one file."""

    name: str
    content: bytes
    sha256: str


def preview_round(
    database: Database, actor: Actor, province_codes: Collection[str] | None = None
) -> list[ProvinceCandidates]:
    """Return what a round would ask about, by province, before it is opened.

    Raises:
        NotAllowed: the role may not open rounds.
    """
    actor.must(Act.OPEN_CONSULTATION)
    with database.transaction(actor) as connection:
        found = stored.candidates(connection, _USUALLY, Queue.FUND, province_codes=province_codes)
    return [
        ProvinceCandidates(
            code,
            len(free := [each for each in own if each.round_number is None]),
            sum(each.households for each in free),
            len(own) - len(free),
        )
        for code in sorted({each.province_code for each in found})
        for own in [[each for each in found if each.province_code == code]]
    ]


def open_round(database: Database, actor: Actor, new: NewRound) -> SeenRound:
    """Open a round, now or at a moment to come, and return it.

    Raises:
        NotAllowed: the role may not open rounds.
        Conflict: no name or document, an end before the opening or before now; a zone does not
            wait any more, or is in another live round.
        NotFound: no such zone.
        NothingToDo: no zone to ask about.
    """
    actor.must(Act.OPEN_CONSULTATION)
    with database.transaction(actor) as connection:
        stored.lock(connection)
        at = stored.moment(connection)
        opens_at = max(new.opens_at, at)
        name, basis = new.name.strip(), new.basis.strip()
        if not name or not basis:
            raise Conflict("consultation", "round_unnamed")
        if new.closes_at <= opens_at:
            raise Conflict("consultation", "round_ends_too_early")
        zones = _on_the_table(connection, new)
        opened = stored.add_round(
            connection,
            {
                "name": name, "basis": basis, "opens_at": opens_at, "closes_at": new.closes_at,
                "opened_by": actor.name,
            },
        )  # fmt: skip
        stored.put_on_the_table(connection, opened.id, [each.zone_id for each in zones])
        seen = _seen(connection, opened)
        audit.append(
            connection, "consultation.opened", str(opened.number),
            {
                "name": name, "basis": basis, "opens_at": opens_at.isoformat(),
                "closes_at": new.closes_at.isoformat(), "zones": len(zones),
                "households": sum(each.households for each in zones),
                "by_province": dict(sorted(Counter(each.province_code for each in zones).items())),
            },
        )  # fmt: skip
    return seen


def extend_round(
    database: Database, actor: Actor, number: int, closes_at: datetime, reason: str
) -> SeenRound:
    """Let a round that is not over end later, for everybody.

    Raises:
        NotAllowed, NotFound: no such right or round.
        Conflict: no reason, the round is over or cancelled, or the new end is not later.
    """
    actor.must(Act.OPEN_CONSULTATION)
    with database.transaction(actor) as connection:
        stored.lock(connection)
        found = _live(connection, number)
        if not reason.strip():
            raise Conflict("consultation", "needs_reason")
        if closes_at <= found.closes_at:
            raise Conflict("consultation", "round_not_later")
        stored.change_round(connection, found.id, {"closes_at": closes_at})
        seen = _seen(connection, one_round(connection, number))
        audit.append(
            connection, "consultation.extended", str(number),
            {
                "from": found.closes_at.isoformat(), "to": closes_at.isoformat(),
                "reason": reason.strip(),
            },
        )  # fmt: skip
    return seen


def cancel_round(database: Database, actor: Actor, number: int, reason: str) -> SeenRound:
    """Cancel a round that is not over. The promises made in it stand until they end otherwise.

    Raises:
        NotAllowed, NotFound: no such right or round.
        Conflict: no reason, or the round is over or cancelled already.
    """
    actor.must(Act.OPEN_CONSULTATION)
    with database.transaction(actor) as connection:
        stored.lock(connection)
        found = _live(connection, number)
        if not reason.strip():
            raise Conflict("consultation", "needs_reason")
        values = {
            "cancelled_at": stored.moment(connection), "cancelled_by": actor.name,
            "cancel_reason": reason.strip(),
        }  # fmt: skip
        stored.change_round(connection, found.id, values)
        seen = _seen(connection, one_round(connection, number))
        audit.append(
            connection, "consultation.cancelled", str(number),
            {"reason": reason.strip(), "standing_promises": len(seen.standing)},
        )  # fmt: skip
    return seen


def list_rounds(database: Database, actor: Actor) -> list[SeenRound]:
    """Return every round the actor may see, the newest first."""
    with database.transaction(actor, many=True) as connection:
        return _all_seen(connection, stored.rounds(connection), stored.promises(connection))


def see_round(database: Database, actor: Actor, number: int) -> SeenRound:
    """Return a round with what the actor may see of its zones and promises.

    Raises:
        NotFound: there is none of this number, or it has not opened yet.
    """
    with database.transaction(actor, many=True) as connection:
        return _seen(connection, one_round(connection, number))


def zones_of_round(database: Database, actor: Actor, number: int) -> list[RoundZone]:
    """Return the zones a round asks about, as far as the actor sees them, in order of place.

    Raises:
        NotFound: no such round.
    """
    with database.transaction(actor, many=True) as connection:
        return _zones(connection, one_round(connection, number))


def round_file(database: Database, actor: Actor, number: int, ending: str) -> RoundFile:
    """Return the round's list as a file: csv, gpkg or geojson. Who took it is logged.

    Raises:
        NotFound: no such round, or no such kind of file.
    """
    if ending not in WRITERS:
        raise NotFound("page", ending)
    with database.transaction(actor, many=True) as connection:
        asked = one_round(connection, number)
        content = WRITERS[ending](asked, _zones(connection, asked))
        file = RoundFile(
            f"tham-van-{number}.{ending}", content, hashlib.sha256(content).hexdigest()
        )
        audit.append(
            connection, "consultation.downloaded", str(number),
            {"file": file.name, "sha256": file.sha256},
        )  # fmt: skip
    return file


def _on_the_table(connection: Connection, new: NewRound) -> list[Candidate]:
    """The zones that a new round asks about."""
    if new.zone_ids is not None:
        wanted = set(new.zone_ids)
        found = stored.candidates(connection, tuple(ZoneStatus), None, zone_ids=wanted)
        if missing := wanted - {each.zone_id for each in found}:
            raise NotFound("zone", min(missing))
        for each in found:
            if each.status not in WAITING:
                raise Conflict("zone", "zone_not_waiting", name=each.zone_id)
            if each.round_number is not None:
                raise Conflict("zone", "zone_in_round", name=each.zone_id)
    else:
        asked = stored.candidates(
            connection, _USUALLY, Queue.FUND, province_codes=new.province_codes
        )
        found = [each for each in asked if each.round_number is None]
    if not found:
        raise NothingToDo("no_zones_to_consult")
    return found


def _zones(connection: Connection, asked: Round) -> list[RoundZone]:
    wanted = ZoneFilter(round_number=asked.number)
    found = stored_zones.page(connection, wanted, ZoneOrder.PLACE, None, _EVERY_ZONE).zones
    return placed([(each.zone, each.commune, each.province) for each in found])


def one_round(connection: Connection, number: int) -> Round:
    """Return the round of this number, in the transaction of an action.

    Raises:
        NotFound: there is none, or none that the actor may see.
    """
    found = stored.one_round(connection, number)
    if found is None:
        raise NotFound("consultation", number)
    return found


def _live(connection: Connection, number: int) -> Round:
    """The round, when it is neither over nor cancelled."""
    found = one_round(connection, number)
    state = found.state(stored.moment(connection))
    if state in {RoundState.CLOSED, RoundState.CANCELLED}:
        raise Conflict("consultation", f"round_{state.value}")
    return found


def _seen(connection: Connection, asked: Round) -> SeenRound:
    promises = stored.promises(connection, round_id=asked.id)
    return _all_seen(connection, [asked], promises)[0]


def _all_seen(
    connection: Connection, rounds: Sequence[Round], promises: Sequence[Promised]
) -> list[SeenRound]:
    """The rounds in their order, each with those of the promises that were made in it."""
    at = stored.moment(connection)
    today = vietnam_day(at)
    months: Any = setting_in_force(connection, "promise_max_months", today)
    sums = stored.sums(connection)
    made: dict[int | None, list[Promised]] = defaultdict(list)
    for each in promises:
        made[each.round_number].append(each)
    return [
        SeenRound(
            one, one.state(at), at, last_day(today, int(months)),
            sums.get(one.id, Sum()), tuple(made[one.number]),
        )
        for one in rounds
    ]  # fmt: skip
