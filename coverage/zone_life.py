"""The life of a zone: one table of moves, who may make each, and what it needs.

reported → under review → approved / returned / rejected / merged → in a package → awarded →
on air → confirmed; withdrawn, reopened. The database refuses every other change of status
(migration 12 holds the same pairs; a test holds the two together).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from coverage.errors import Conflict, NotAllowed
from coverage.people import Role
from coverage.zones import Zone
from coverage.zones import ZoneStatus as S


class Move(StrEnum):
    """What is done to a zone; the value is also the act's name in the audit log."""

    REPORT = "report"  # báo cáo lại
    WITHDRAW = "withdraw"  # rút
    TAKE_UP = "take_up"  # nhận thẩm định
    PUT_BACK = "put_back"  # trả lại hàng chờ
    APPROVE = "approve"  # duyệt
    RETURN = "return"  # trả lại tỉnh
    REJECT = "reject"  # không chấp nhận
    MERGE = "merge"  # nhập vào vùng khác
    REOPEN = "reopen"  # mở lại
    ENTER_PACKAGE = "enter_package"  # vào gói thầu
    LEAVE_PACKAGE = "leave_package"  # ra khỏi gói thầu
    AWARD = "award"  # giao cho doanh nghiệp
    CANCEL_AWARD = "cancel_award"  # hủy giao
    TAKE_BACK_AWARD = "take_back_award"  # thu hồi để giao lại, lô vẫn trong gói
    RECORD_AWARDED = "record_awarded"  # ghi nhận đã giao ở chương trình khác
    GO_ON_AIR = "go_on_air"  # phát sóng
    RECORD_COVERED = "record_covered"  # ghi nhận đã có sóng
    REPORT_ON_AIR = "report_on_air"  # doanh nghiệp báo cáo phát sóng
    REFUSE_ON_AIR = "refuse_on_air"  # bác báo cáo phát sóng
    REFUSE_REPORT = "refuse_report"  # trả báo cáo phát sóng cho doanh nghiệp được giao
    CONFIRM = "confirm"  # xác nhận bằng đo kiểm


class Need(StrEnum):
    """What a move cannot do without."""

    REASON = "reason"
    OTHER_ZONE = "other_zone"  # the zone that takes this one in
    FUND_QUEUE = "fund_queue"  # only what the fund pays for is tendered


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table: the move, from where to where, by whom, with what."""

    move: Move
    sources: frozenset[S]
    target: S
    roles: frozenset[Role]
    needs: frozenset[Need] = frozenset()


_PROVINCE = frozenset({Role.PROVINCE_OFFICER, Role.PROVINCE_APPROVER})
_REVIEW = frozenset({Role.REVIEWER, Role.LEAD, Role.ADMINISTRATOR})
_PLAN = frozenset({Role.PLANNER, Role.LEAD, Role.ADMINISTRATOR})
_LEAD = frozenset({Role.LEAD, Role.ADMINISTRATOR})
_OPERATOR = frozenset({Role.OPERATOR})
_REASON = frozenset({Need.REASON})


def _row(move: Move, sources: set[S], target: S, roles: frozenset[Role],
         needs: frozenset[Need] = frozenset()) -> Transition:  # fmt: skip
    return Transition(move, frozenset(sources), target, roles, needs)


TRANSITIONS: tuple[Transition, ...] = (
    _row(Move.REPORT, {S.RETURNED, S.WITHDRAWN}, S.REPORTED, _PROVINCE),
    _row(Move.WITHDRAW, {S.REPORTED, S.RETURNED}, S.WITHDRAWN, _PROVINCE, _REASON),
    _row(Move.TAKE_UP, {S.REPORTED}, S.UNDER_REVIEW, _REVIEW),
    _row(Move.PUT_BACK, {S.UNDER_REVIEW}, S.REPORTED, _REVIEW),
    _row(Move.APPROVE, {S.UNDER_REVIEW}, S.APPROVED, _REVIEW),
    _row(Move.RETURN, {S.UNDER_REVIEW}, S.RETURNED, _REVIEW, _REASON),
    _row(Move.REJECT, {S.UNDER_REVIEW}, S.REJECTED, _REVIEW, _REASON),
    _row(Move.MERGE, {S.REPORTED, S.UNDER_REVIEW, S.APPROVED, S.RETURNED}, S.MERGED, _REVIEW,
         frozenset({Need.REASON, Need.OTHER_ZONE})),
    _row(Move.REOPEN, {S.APPROVED, S.REJECTED, S.MERGED, S.WITHDRAWN, S.CONFIRMED},
         S.UNDER_REVIEW, _LEAD, _REASON),
    _row(Move.ENTER_PACKAGE, {S.APPROVED}, S.IN_PACKAGE, _LEAD, frozenset({Need.FUND_QUEUE})),
    _row(Move.LEAVE_PACKAGE, {S.IN_PACKAGE}, S.APPROVED, _LEAD, _REASON),
    _row(Move.AWARD, {S.IN_PACKAGE}, S.AWARDED, _LEAD, _REASON),
    _row(Move.CANCEL_AWARD, {S.AWARDED}, S.APPROVED, _LEAD, _REASON),
    _row(Move.TAKE_BACK_AWARD, {S.AWARDED}, S.IN_PACKAGE, _LEAD, _REASON),
    _row(Move.RECORD_AWARDED, {S.REPORTED, S.UNDER_REVIEW, S.APPROVED}, S.AWARDED, _PLAN, _REASON),
    _row(Move.GO_ON_AIR, {S.AWARDED, S.APPROVED}, S.ON_AIR, _PLAN, _REASON),
    _row(Move.RECORD_COVERED, {S.REPORTED, S.UNDER_REVIEW}, S.ON_AIR, _PLAN, _REASON),
    _row(Move.REPORT_ON_AIR, {S.AWARDED}, S.ON_AIR, _OPERATOR, _REASON),
    _row(Move.REFUSE_REPORT, {S.ON_AIR}, S.AWARDED, _PLAN, _REASON),
    _row(Move.REFUSE_ON_AIR, {S.ON_AIR}, S.UNDER_REVIEW, _PLAN, _REASON),
    _row(Move.CONFIRM, {S.ON_AIR}, S.CONFIRMED, _PLAN, _REASON),
)  # fmt: skip

_BY_MOVE: Mapping[Move, Transition] = {row.move: row for row in TRANSITIONS}

# What a reviewer decides with one click, in the order of the buttons.
DECISIONS = (Move.APPROVE, Move.RETURN, Move.REJECT, Move.MERGE)


def transition(move: Move) -> Transition:
    """Return the table's row of a move."""
    return _BY_MOVE[move]


def must_permit(move: Move, role: Role) -> None:
    """Refuse a move that the role may not make.

    Raises:
        NotAllowed: the role is not in the table's row.
    """
    if role not in _BY_MOVE[move].roles:
        raise NotAllowed(f"move.{move.value}", role.value)


def moved(status: S, move: Move) -> S:
    """Return where ``move`` takes a zone that stands in ``status``.

    Raises:
        Conflict: the table has no such move from there.
    """
    row = _BY_MOVE[move]
    if status not in row.sources:
        raise Conflict("zone", "not_from_here", status=status.value, move=move.value)
    return row.target


def moves_from(status: S, role: Role) -> tuple[Move, ...]:
    """Return the moves that a role may make from a status, in the table's order."""
    return tuple(row.move for row in TRANSITIONS if status in row.sources and role in row.roles)


def must_bring(move: Move, reason: str, other_zone: uuid.UUID | None) -> None:
    """Refuse a move that comes without the reason, or the other zone, that the table asks for.

    Raises:
        Conflict: what is missing.
    """
    needs = _BY_MOVE[move].needs
    if Need.REASON in needs and not reason.strip():
        raise Conflict("zone", "needs_reason", move=move.value)
    if Need.OTHER_ZONE in needs and other_zone is None:
        raise Conflict("zone", "needs_other_zone", move=move.value)
    if Need.OTHER_ZONE not in needs and other_zone is not None:
        raise Conflict("zone", "needs_no_other_zone", move=move.value)


@dataclass(frozen=True, slots=True)
class ZoneEvent:
    """One change of a zone as the database wrote it down: only what changed, before and after.

    ``version`` is the zone's after the change; ``at`` is UTC. Values are as JSON has them.
    ``reason`` is that of a change whose reason the zone itself does not keep.
    """

    zone_id: uuid.UUID
    at: dt.datetime
    organisation: str
    actor: str
    version: int
    before: Mapping[str, object]
    after: Mapping[str, object]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ChangedZone:
    """A zone that somebody looked at in one version and that stands in another now.

    ``events`` are the changes between the two, the oldest first.
    """

    zone: Zone
    seen_version: int
    version: int
    events: tuple[ZoneEvent, ...]

    @property
    def before(self) -> dict[str, object]:
        """What stood when it was seen, of everything that has changed since."""
        told: dict[str, object] = {}
        for event in self.events:
            told = {**event.before, **told}
        return {name: told[name] for name in sorted(told)}

    @property
    def after(self) -> dict[str, object]:
        """What stands now, of everything that has changed since."""
        told: dict[str, object] = {}
        for event in self.events:
            told |= event.after
        return {name: told[name] for name in sorted(told)}
