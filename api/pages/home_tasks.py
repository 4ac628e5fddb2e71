"""What waits for a person, the most urgent first; and what they wait for from others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from coverage.actions import (
    approvals,
    deliveries,
    disputes,
    own_verdicts,
    package_questions,
    rule_changes,
    surveys,
    zones,
)
from coverage.actions.approvals import Approval
from coverage.actions.consultation import list_rounds
from coverage.actions.review_queue import review_queue
from coverage.actions.standing import standing
from coverage.approvals import WITH_APPROVER, ApprovalStatus
from coverage.consultation import RoundState
from coverage.days import vietnam_day
from coverage.lots import ELIGIBLE_STATUSES
from coverage.packages import PackageStatus
from coverage.people import MAY, Act, Actor, OrganisationKind
from coverage.rule_changes import RuleChangeStatus
from coverage.storage.packages import PackageRecord
from coverage.storage.sessions import Database
from coverage.storage.zones import ZoneCount
from coverage.zones import Queue, ZoneStatus

NEAR = timedelta(days=7)  # a day that comes within a week is told as near


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: ``kind`` names its words in the template; ``by`` is the last day or moment.

    ``count`` is how many things it is about, ``facts`` are what its words tell beside them.
    """

    kind: str
    count: int
    address: str
    by: date | datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def last_day(self) -> date | None:
        """The last day in Việt Nam on which it is done in time."""
        return vietnam_day(self.by) if isinstance(self.by, datetime) else self.by


@dataclass(frozen=True, slots=True)
class TimedTask:
    """A task with what its last day means today; ``days`` remain, fewer than none when it is late."""

    task: Task
    days: int | None

    @property
    def late(self) -> bool:
        """Whether its last day has passed."""
        return self.days is not None and self.days < 0

    @property
    def near(self) -> bool:
        """Whether its last day comes within a week."""
        return self.days is not None and 0 <= self.days <= NEAR.days


@dataclass(frozen=True, slots=True)
class Awaited:
    """What a person waits for from others: told in one line."""

    kind: str
    count: int
    address: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What the page has read already, and the day it is."""

    counts: Sequence[ZoneCount]
    built: Sequence[PackageRecord]
    silent: Sequence[str]
    day: date

    def zones(self, *statuses: ZoneStatus, queue: Queue | None = None) -> int:
        """How many zones stand in one of these, of those that ``queue`` pays for if it is given."""
        return sum(
            one.zones
            for one in self.counts
            if one.status in statuses and queue in {None, one.queue}
        )

    def undecided(self) -> int:
        """How many zones nobody pays for yet, because something is not known."""
        return sum(one.zones for one in self.counts if one.queue is Queue.UNDECIDED)


def tasks_of(opened: Database, actor: Actor, known: Known) -> list[TimedTask]:
    """Return what the person can do now: what is late or has a day first, by that day."""
    found: list[Task]
    match actor.kind:
        case OrganisationKind.PROVINCE:
            found = [*_of_province(opened, actor, known)]
        case OrganisationKind.OPERATOR:
            found = [*_of_operator(opened, actor, known)]
        case OrganisationKind.AUTHORITY:
            found = [*_of_authority(opened, actor, known)]
        case _:
            found = []
    timed = [
        TimedTask(task, (task.last_day - known.day).days if task.last_day else None)
        for task in found
        if task.count
    ]
    # Only what presses goes before the order of the chain: a day that is far away does not.
    return sorted(timed, key=lambda one: one.days if one.days is not None and (one.late or one.near) else NEAR.days + 1)  # fmt: skip


def _of_province(opened: Database, actor: Actor, known: Known) -> Iterable[Task]:
    submits = actor.role in MAY[Act.SUBMIT_SURVEY]
    handed_in = approvals.list_approvals(opened, actor) if submits else []
    yield from _of_approval(actor, handed_in)
    sent = surveys.list_submissions(opened, actor)
    latest = next((one for one in sent if one.status == "submitted"), None)
    if latest is None:
        yield Task("first_survey", int(submits and not handed_in), "/surveys/new")
        return
    fates = zones.fates_of_rows(opened, actor, latest.number).values()
    inside = any(fate.status is ZoneStatus.RETURNED for fate in fates)
    back = f"/surveys/{latest.number}#returned" if inside else "/zones?status=returned"
    yield Task("returned", known.zones(ZoneStatus.RETURNED), back)
    yield Task("rejected_rows", latest.totals["rejected"], f"/surveys/{latest.number}",
               facts={"number": latest.number})  # fmt: skip
    yield Task("undecided_own", known.undecided(), "/zones?queue=undecided&status=current")
    yield Task("late_here", deliveries.delivery_desk(opened, actor).late, "/deliveries?state=late")


def _of_approval(actor: Actor, handed_in: Sequence[Approval]) -> Iterable[Task]:
    """The lists that wait for this person: for their word, or to be mended."""
    if actor.role in MAY[Act.APPROVE_SURVEY]:
        waiting = [one for one in handed_in if one.status in WITH_APPROVER]
        days = [one.due_on for one in waiting if one.due_on]
        facts = {"by": waiting[0].prepared_by, "file": waiting[0].file_name} if waiting else {}
        yield Task("to_approve", len(waiting), _where(waiting), min(days, default=None), facts)
    else:
        for kind, status in (
            ("list_returned", ApprovalStatus.RETURNED), ("list_taken_back", ApprovalStatus.TAKEN_BACK),
        ):  # fmt: skip
            back = [one for one in handed_in if one.status is status]
            facts = {"reason": back[0].reason, "file": back[0].file_name} if back else {}
            yield Task(kind, len(back), _where(back), facts=facts)


def _where(lists: Sequence[Approval]) -> str:
    """The page of one list, or where all stand."""
    return f"/approvals/{lists[0].number}" if len(lists) == 1 else "/surveys#approvals"


def _of_operator(opened: Database, actor: Actor, known: Known) -> Iterable[Task]:
    desk = deliveries.delivery_desk(opened, actor)
    yield Task("late_own", desk.late, "/deliveries?state=late", known.day - timedelta(days=1))
    yield Task("to_deliver", desk.awarded - desk.late, "/deliveries", desk.next_due)
    for seen in list_rounds(opened, actor):
        if seen.state is RoundState.OPEN:
            facts = {"number": seen.round.number, "name": seen.round.name}
            yield Task(
                "promise", 1, f"/consultations/{seen.round.number}", seen.round.closes_at, facts
            )
    disputable, until = own_verdicts.count_disputable(opened, actor, known.day)
    yield Task("disputable", disputable, "/verdicts?clock=running", until)
    offered = [one for one in known.built if one.status is PackageStatus.PUBLISHED]
    closing = [
        one.closes_at
        for one in offered
        if one.closes_at and vietnam_day(one.closes_at) >= known.day
    ]
    newest = max(offered, key=lambda one: one.public_from or one.built_at, default=None)
    facts = {"number": newest.number, "since": newest.public_from} if newest else {}
    yield Task("bid", len(offered), "/packages", min(closing, default=None), facts)


def _of_authority(opened: Database, actor: Actor, known: Known) -> Iterable[Task]:
    may = {act for act, roles in MAY.items() if actor.role in roles}
    if Act.ANSWER_DISPUTE in may:
        waiting, late, first = disputes.waiting(opened, actor, known.day)
        status = "late" if late else "open"
        yield Task("answer_disputes", waiting, f"/disputes?status={status}", first, {"late": late})
    if Act.REVIEW_ZONES in may:
        queue = review_queue(opened, actor)
        yield Task("in_hand", len(queue.mine), "/review")
        yield Task("to_confirm", len(queue.to_confirm), "/review#proposals")
        yield Task("to_take_up", sum(one.zones for one in queue.waiting), "/review#waiting")
    if Act.ANSWER_QUESTION in may:
        asked = package_questions.count_waiting(opened, actor)
        where = next(iter(asked), "")
        yield Task("questions", sum(asked.values()), f"/packages/{where}", facts={"number": where})
    desk = deliveries.delivery_desk(opened, actor)
    if Act.ACCEPT_ON_AIR in may:
        yield Task("reports", desk.waiting, "/deliveries?state=on_air")
        yield Task("late_zones", desk.late, "/deliveries?state=late")
    if Act.ADOPT_RULES in may:
        waiting_rules = rule_changes.list_changes(opened, actor, RuleChangeStatus.PROPOSED)
        others = [one for one in waiting_rules if one.proposed_by != actor.name]
        yield Task("rules", len(others), "/rules/changes")
    drafts = [one for one in known.built if one.status is PackageStatus.DRAFT]
    if Act.PUBLISH_PACKAGE in may:
        where = f"/packages/{drafts[0].number}" if len(drafts) == 1 else "/packages"
        yield Task("drafts", len(drafts), where)
    if Act.PROPOSE_LOTS in may:
        ready = [
            one
            for one in known.counts
            if one.queue is Queue.FUND and one.status in ELIGIBLE_STATUSES
        ]
        yield Task("without_package", sum(one.zones for one in ready), "/lots")
        yield Task("undecided", known.undecided(), "/zones?queue=undecided&status=current")
    if Act.LOAD_PLACES in may:
        yield Task("approximate", int(bool(standing(opened).vintage_approximate)), "/map")


def awaited_by(opened: Database, actor: Actor, known: Known) -> list[Awaited]:
    """Return what the person waits for from others, in the order of the chain."""
    reviewed = known.zones(ZoneStatus.REPORTED, ZoneStatus.UNDER_REVIEW)
    # Who builds alone and who waits for power is not waited for by a package.
    approved = known.zones(ZoneStatus.APPROVED, queue=Queue.FUND)
    awarded = Awaited("on_air", known.zones(ZoneStatus.AWARDED), "/deliveries")
    found: list[Awaited] = []
    if actor.kind is OrganisationKind.PROVINCE:
        found = [
            *_word_awaited(opened, actor),
            Awaited("review", reviewed, "/zones?status=review"),
            Awaited("package", approved, "/zones?queue=fund&status=approved"),
            Awaited("award", known.zones(ZoneStatus.IN_PACKAGE), "/zones?status=in_package"),
            awarded,
        ]
    elif actor.kind is OrganisationKind.OPERATOR:
        waiting = deliveries.delivery_desk(opened, actor).waiting
        found = [Awaited("acceptance", waiting, "/deliveries?state=on_air")]
    else:
        seen = list_rounds(opened, actor)
        found = [
            Awaited("silent", len(known.silent), "/surveys", {"names": known.silent[:4]}),
            Awaited("mending", known.zones(ZoneStatus.RETURNED), "/zones?status=returned"),
            *(
                Awaited("round", 1, f"/consultations/{one.round.number}",
                        {"number": one.round.number, "until": one.round.closes_at})
                for one in seen if one.state is RoundState.OPEN
            ),
            *(
                Awaited("opening", 1, f"/packages/{one.number}",
                        {"number": one.number, "at": one.opens_at})
                for one in known.built if one.waits and one.opens_at
            ),
            awarded,
        ]  # fmt: skip
    return [one for one in found if one.count]


def _word_awaited(opened: Database, actor: Actor) -> Iterable[Awaited]:
    """The lists that wait for an approver, told to who is none."""
    if actor.role in MAY[Act.SUBMIT_SURVEY] and actor.role not in MAY[Act.APPROVE_SURVEY]:
        lists = approvals.list_approvals(opened, actor)
        waiting = [one for one in lists if one.status in WITH_APPROVER]
        yield Awaited("approval", len(waiting), _where(waiting))
