"""Disputes (phản hồi kết luận): the clocks of an operator's word against a verdict about itself.

Days are calendar days in Việt Nam, and the last day counts whole: a verdict given at any hour
of 1 March may, with 60 days, be disputed until midnight after 30 April. What is in force on the
day a verdict was given, or a dispute was raised, holds for it to the end: nobody's clock is
turned while it runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar

from coverage.days import VIETNAM_TIME, vietnam_day
from coverage.evidence import Verdict
from coverage.findings import Finding, finding

LONGEST_REASON = 5_000  # letters; what is longer belongs into the file

T = TypeVar("T")
Rows = Sequence[tuple[date, T]]
"""The values of one dated setting with the day each begins, in the order of those days."""


class DisputeStatus(StrEnum):
    """Where a dispute stands."""

    OPEN = "open"
    UPHELD = "upheld"  # the operator was right: what it claimed stands
    DISMISSED = "dismissed"  # the verdict stands
    WITHDRAWN = "withdrawn"


class Silence(StrEnum):
    """What it means that an operator let its clock run out (the setting ``dispute_silence``)."""

    ACCEPTED = "accepted"  # it agrees with the verdict
    NEUTRAL = "neutral"  # it said nothing; the verdict stands all the same


class Unanswered(StrEnum):
    """What it means that the authority let its clock run out (``dispute_answer_silence``)."""

    OPEN = "open"  # the dispute stays open, and late
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class VerdictState(StrEnum):
    """How a verdict stands between the authority and the operator it is about."""

    DISPUTABLE = "disputable"  # the clock runs
    IN_DISPUTE = "in_dispute"
    UPHELD = "upheld"  # it says what the operator claimed
    DISMISSED = "dismissed"  # it was disputed, and stands
    ACCEPTED = "accepted"  # the clock ran out, and silence counts as agreement
    LAPSED = "lapsed"  # the clock ran out, and silence counts as nothing


@dataclass(frozen=True, slots=True)
class Clocks:
    """The dated settings that disputes run by."""

    dispute_days: Rows[int]
    silence: Rows[Silence]
    answer_days: Rows[int]
    answer_silence: Rows[Unanswered]

    def dispute_until(self, given_at: datetime) -> date:
        """Return the last day on which a verdict given at this moment may be disputed."""
        given = vietnam_day(given_at)
        return given + timedelta(days=in_force(self.dispute_days, given))

    def silence_means(self, given_at: datetime) -> Silence:
        """Return what it means that nobody disputed a verdict given at this moment."""
        return in_force(self.silence, vietnam_day(given_at))

    def answer_by(self, raised: date) -> date:
        """Return the last day on which the authority answers in time."""
        return raised + timedelta(days=in_force(self.answer_days, raised))

    def unanswered_means(self, raised_at: datetime) -> Unanswered:
        """Return what it means that a dispute raised at this moment was not answered in time."""
        return in_force(self.answer_silence, vietnam_day(raised_at))

    def disputable_given(self, today: date) -> list[tuple[datetime, datetime]]:
        """Return when the verdicts were given that may be disputed today: from, and before.

        The same as asking :meth:`dispute_until` of every verdict, in a form a query can use.
        """
        spans = []
        ends = [begins for begins, _ in self.dispute_days[1:]] + [date.max]
        for place, ((begins, days), end) in enumerate(zip(self.dispute_days, ends, strict=True)):
            first = today - timedelta(days=days)
            if place > 0:  # what was given before the first row goes by the first row
                first = max(first, begins)
            before = min(end, today + timedelta(days=1))
            if first < before:
                spans.append((_midnight(first), _midnight(before)))
        return spans


def in_force(rows: Rows[T], day: date) -> T:
    """Return the value in force on ``day``: the newest begun; before the first, the first."""
    return next((value for begins, value in reversed(rows) if begins <= day), rows[0][1])


def days_left(today: date, until: date) -> int:
    """Return how many whole days remain after today; 0 on the last day, below 0 when over."""
    return (until - today).days


def state_of(
    given_at: datetime, about: DisputeStatus | None, clocks: Clocks, today: date
) -> VerdictState:
    """Return how a verdict stands; ``about`` is the dispute that it met or rests on, if any."""
    if about is DisputeStatus.OPEN:
        return VerdictState.IN_DISPUTE
    if about in {DisputeStatus.UPHELD, DisputeStatus.DISMISSED}:
        return VerdictState(about.value)
    if today <= clocks.dispute_until(given_at):
        return VerdictState.DISPUTABLE
    accepted = clocks.silence_means(given_at) is Silence.ACCEPTED
    return VerdictState.ACCEPTED if accepted else VerdictState.LAPSED


def claims_against(verdict: Verdict) -> tuple[Verdict, ...]:
    """Return what an operator may claim instead; that something is unknown is no claim."""
    return tuple(
        claim for claim in (Verdict.SERVED, Verdict.WEAK, Verdict.NONE) if claim is not verdict
    )


def objection(
    stands: tuple[Verdict, datetime, DisputeStatus | None], claimed: Verdict, clocks: Clocks,
    today: date, where: str,
) -> Finding | None:  # fmt: skip
    """Return why a verdict may not be disputed today, None when it may.

    ``stands`` is the verdict as it stands, when it was given, and the dispute that it met, if
    any; ``where`` names it in the sentence.
    """
    verdict, given_at, about = stands
    until = clocks.dispute_until(given_at)
    if about is DisputeStatus.OPEN:
        return finding("dispute.already_open", where=where)
    if about is DisputeStatus.DISMISSED:
        return finding("dispute.already_answered", where=where)
    if today > until:
        return finding("dispute.too_late", where=where, until=until.strftime("%d/%m/%Y"))
    if claimed not in claims_against(verdict):
        return finding("dispute.claims_nothing", where=where)
    return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM_TIME)
