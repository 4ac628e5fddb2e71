"""The first page after signing in: what waits for me, what to do next, and how things stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from api import dependencies as asked
from api.door import today
from api.pages.rendering import render
from coverage.actions import (
    deliveries,
    disputes,
    own_verdicts,
    packages,
    people,
    surveys,
    units,
    zones,
)
from coverage.actions.consultation import SeenRound, list_rounds
from coverage.actions.review_queue import review_queue
from coverage.actions.standing import standing
from coverage.consultation import RoundState
from coverage.lots import ELIGIBLE_STATUSES
from coverage.packages import PackageStatus
from coverage.people import MAY, Act, Actor, OrganisationKind
from coverage.storage.awards import DeliveryDesk
from coverage.storage.packages import PackageRecord
from coverage.storage.sessions import Database
from coverage.storage.surveys import Submission
from coverage.storage.zones import ZoneCount
from coverage.zones import ENDED, Queue, ZoneStatus

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Sum:
    """Zones and households counted together."""

    zones: int
    households: int


@dataclass(frozen=True, slots=True)
class ProvinceLine:
    """One province beside the others: its sums by queue, and all of them."""

    code: str
    name: str
    queues: Mapping[Queue, Sum]
    whole: Sum


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many zones wait for whom."""

    reported: int
    returned: int
    undecided: int
    without_package: int


@dataclass(frozen=True, slots=True)
class Desk:
    """What waits for a reviewer: zones in hand, decisions to confirm, zones nobody has taken up."""

    in_hand: int
    to_confirm: int
    waiting: int


@dataclass(frozen=True, slots=True)
class DisputeDesk:
    """Verdicts that an operator may dispute today; disputes that wait for the authority's answer."""

    disputable: int
    waiting: int
    late: int


@dataclass(frozen=True, slots=True)
class HomePage:
    """What one organisation has before it.

    ``desk`` is for those who review; ``latest`` is a province's newest standing submission,
    ``returned_in`` its number when rows of it came back for more; ``provinces`` and ``silent`` (those
    that reported nothing) are for who sees the country; ``asking`` the rounds that are open to an
    operator; ``deliveries`` what is late, soon due, or reported on air and not answered.
    """

    organisation: str
    queues: Sequence[tuple[Queue, Sum]]
    whole: Sum
    waiting: Waiting
    desk: Desk | None
    latest: Submission | None
    returned_in: int | None
    drafts: int
    published: Sequence[PackageRecord]
    provinces: Sequence[ProvinceLine]
    silent: Sequence[str]
    approximate: bool
    asking: Sequence[SeenRound] = ()
    disputes: DisputeDesk | None = None
    deliveries: DeliveryDesk | None = None
    template: ClassVar[str] = "home.html"


@router.get("/")
def home(request: Request, opened: asked.Opened, holder: asked.Visiting) -> Response:
    """Show the visitor's own start."""
    actor = holder.actor
    counts = [count for count in zones.count_zones(opened, actor) if count.status not in ENDED]
    built = packages.list_packages(opened, actor)
    published = [one for one in built if one.status is PackageStatus.PUBLISHED]
    published.sort(key=lambda one: one.published_at or one.built_at, reverse=True)
    lines, silent = _provinces(opened, actor, counts)
    latest = _latest(opened, actor)
    page = HomePage(
        organisation=people.organisation_name(opened, actor),
        queues=[(queue, _sum(c for c in counts if c.queue is queue)) for queue in Queue],
        whole=_sum(counts),
        waiting=_waiting(counts),
        desk=_desk(opened, actor),
        latest=latest,
        returned_in=_returned_in(opened, actor, latest),
        drafts=sum(one.status is PackageStatus.DRAFT for one in built),
        published=published,
        provinces=lines,
        silent=silent,
        approximate=bool(standing(opened).vintage_approximate),
        asking=_asking(opened, actor),
        disputes=_disputes(opened, actor),
        deliveries=deliveries.delivery_desk(opened, actor),
    )
    return render(request, page)


def _sum(counts: Iterable[ZoneCount]) -> Sum:
    listed = list(counts)
    return Sum(sum(c.zones for c in listed), sum(c.households for c in listed))


def _waiting(counts: Sequence[ZoneCount]) -> Waiting:
    def zones_of(chosen: Iterable[ZoneCount]) -> int:
        return _sum(chosen).zones

    return Waiting(
        reported=zones_of(c for c in counts if c.status is ZoneStatus.REPORTED),
        returned=zones_of(c for c in counts if c.status is ZoneStatus.RETURNED),
        undecided=zones_of(c for c in counts if c.queue is Queue.UNDECIDED),
        without_package=zones_of(
            c for c in counts if c.queue is Queue.FUND and c.status in ELIGIBLE_STATUSES
        ),
    )


def _desk(opened: Database, actor: Actor) -> Desk | None:
    if actor.role not in MAY[Act.REVIEW_ZONES]:
        return None
    queue = review_queue(opened, actor)
    return Desk(len(queue.mine), len(queue.to_confirm), sum(one.zones for one in queue.waiting))


def _disputes(opened: Database, actor: Actor) -> DisputeDesk | None:
    """What disputes ask of an operator, or of those who answer them."""
    if actor.role in MAY[Act.DISPUTE_VERDICT]:
        return DisputeDesk(own_verdicts.count_disputable(opened, actor, today()), 0, 0)
    if actor.role in MAY[Act.ANSWER_DISPUTE]:
        return DisputeDesk(0, *disputes.waiting(opened, actor, today()))
    return None


def _asking(opened: Database, actor: Actor) -> list[SeenRound]:
    """The rounds in which an operator may promise now."""
    if actor.kind is not OrganisationKind.OPERATOR:
        return []
    rounds = list_rounds(opened, actor)
    return [seen for seen in rounds if seen.state is RoundState.OPEN]


def _latest(opened: Database, actor: Actor) -> Submission | None:
    if actor.kind is not OrganisationKind.PROVINCE:
        return None
    found = surveys.list_submissions(opened, actor)
    return next((one for one in found if one.status == "submitted"), None)


def _returned_in(opened: Database, actor: Actor, latest: Submission | None) -> int | None:
    if latest is None:
        return None
    fates = zones.fates_of_rows(opened, actor, latest.number).values()
    returned = any(fate.status is ZoneStatus.RETURNED for fate in fates)
    return latest.number if returned else None


def _provinces(
    opened: Database, actor: Actor, counts: Sequence[ZoneCount]
) -> tuple[list[ProvinceLine], list[str]]:
    """The provinces side by side, the most households first; and those that are silent."""
    if actor.kind not in {OrganisationKind.AUTHORITY, OrganisationKind.AUDITOR}:
        return [], []
    names = {place.code: place.name for place in units.provinces(opened, actor)}
    reported = {count.province_code for count in counts}
    lines = []
    for code in reported:
        own = [count for count in counts if count.province_code == code]
        queues = {queue: _sum(c for c in own if c.queue is queue) for queue in Queue}
        lines.append(ProvinceLine(code, names.get(code, code), queues, _sum(own)))
    lines.sort(key=lambda line: (-line.whole.households, line.code))
    return lines, [name for code, name in names.items() if code not in reported]
