"""One zone's page: where it stands, who pays and why, the verdicts, its story, what may be done."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.catalogue import mark as _
from api.catalogue import translate
from api.pages.conflicts import conflict_page
from api.pages.decision_forms import (
    LONGEST_REASON,
    Typed,
    fault_of,
    read_seen,
    read_typed,
    written,
)
from api.pages.payers import Why, why_of
from api.pages.rendering import render
from api.pages.stories import ToldEvent, reader_of, told_history
from api.pages.verdicts import Matrix, matrix_of
from api.worker import ask_for_assessment_after
from api.zones import sees_people, sees_reasons, sees_sites
from coverage.actions import queues, review
from coverage.actions.priorities import ScoredFacts
from coverage.actions.review import MOVES_ALONE, Seen
from coverage.actions.review_cases import Case
from coverage.actions.zone_deliveries import ZoneDelivery
from coverage.actions.zone_moves import today
from coverage.actions.zone_names import FormerName, names_in
from coverage.actions.zone_pages import see_zone
from coverage.errors import Conflict, ZonesChanged
from coverage.evidence import OPEN_STATUSES
from coverage.people import MAY, Act
from coverage.priority import PART_NAMES
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database
from coverage.storage.zones import ListedZone
from coverage.zone_life import DECISIONS, Move
from coverage.zones import Queue, ZoneStatus

router = APIRouter(prefix="/zones")
MOST_NEAR = 8
RULES = "rules"  # in the place of a queue: leave it to the rules
NEXT = {
    ZoneStatus.REPORTED: _("Cục Viễn thông nhận thẩm định vùng này theo thứ tự địa bàn."),
    ZoneStatus.UNDER_REVIEW: _("Cục Viễn thông duyệt, trả lại tỉnh hoặc không chấp nhận."),
    ZoneStatus.APPROVED: _(
        "Vùng do Quỹ chi trả được gom vào lô và gói thầu; các vùng khác theo nguồn chi trả của mình."
    ),
    ZoneStatus.RETURNED: _("Tỉnh sửa dòng này rồi nộp lại; vùng trở lại hàng chờ thẩm định."),
    ZoneStatus.REJECTED: _("Vùng đã kết thúc. Lãnh đạo phụ trách có thể mở lại khi có lý do."),
    ZoneStatus.MERGED: _("Vùng đã kết thúc; số hộ được tính ở vùng đã nhận vùng này."),
    ZoneStatus.IN_PACKAGE: _("Gói thầu chọn nhà thầu; kết quả được ghi ở đây."),
    ZoneStatus.AWARDED: _("Doanh nghiệp được giao phát sóng trong thời hạn của hợp đồng."),
    ZoneStatus.ON_AIR: _("Cục Viễn thông đo kiểm để xác nhận đã có sóng."),
    ZoneStatus.CONFIRMED: _("Vùng đã xóa lõm sóng, có đo kiểm xác nhận."),
    ZoneStatus.WITHDRAWN: _("Tỉnh đã rút vùng này; tỉnh có thể báo cáo lại."),
}
"""What comes after each status, in words of the catalogue."""


@dataclass(frozen=True, slots=True)
class ZonePage:
    """One zone. ``why`` is None for operators, who would be told half of the reasons.

    ``moves`` are the other moves that the visitor may make, of which ``reviews`` tells whether
    the reviewer's screen has some; ``chosen`` is the zone in the version that is shown.
    """

    case: Case
    comes_next: str
    took_in: Sequence[ListedZone]
    matrix: Matrix
    why: Why | None
    story: Sequence[ToldEvent]
    own: bool
    reasons: bool
    people: bool
    reviews: bool
    moves: Sequence[Move]
    sets_queue: bool
    chosen: str
    typed: Typed
    fault: str
    done: Move | None
    former: Sequence[FormerName] = ()
    scored: ScoredFacts | None = None  # operators see no score
    delivery: ZoneDelivery | None = None
    parts: Sequence[str] = PART_NAMES
    near_shown: int = MOST_NEAR
    rules: str = RULES
    queues: Sequence[Queue] = tuple(Queue)
    longest: int = LONGEST_REASON
    template: ClassVar[str] = "zone.html"


@router.get("/{zone_id}")
def zone_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting, zone_id: uuid.UUID,
    done: Annotated[Move | None, Query()] = None,
) -> Response:  # fmt: skip
    """Show one zone."""
    return _show(request, opened, holder, zone_id, Typed(), done=done)


@router.post("/{zone_id}/move")
def move(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent,
    zone_id: uuid.UUID,
) -> Response:  # fmt: skip
    """Make one of the moves that are not a reviewer's decision, with its reason."""
    typed, seen = read_typed(fields), _own(fields, zone_id)
    language = asked.language(request)
    if typed.move not in MOVES_ALONE:
        fault = translate(_("Hãy chọn một việc."), language)
        return _show(request, opened, holder, zone_id, typed, fault=fault)
    try:
        review.make_move(opened, holder.actor, typed.move, seen, typed.reason)
    except ZonesChanged as error:
        return _conflict(request, opened, holder, error, seen, typed)
    except Conflict as error:
        return _show(request, opened, holder, zone_id, typed, fault=fault_of(error, language))
    ask_for_assessment_after(opened, typed.move, [zone_id])
    return RedirectResponse(f"/zones/{zone_id}?done={typed.move}", 303)


@router.post("/{zone_id}/queue")
def set_queue(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent,
    zone_id: uuid.UUID,
) -> Response:  # fmt: skip
    """Say by hand who pays, or leave it to the rules again; either with a reason."""
    typed, seen = read_typed(fields), _own(fields, zone_id)
    queue = str(fields.get("queue", ""))
    language = asked.language(request)
    try:
        if queue == RULES:
            queues.let_rules_decide(opened, holder.actor, seen, typed.reason)
        elif queue in set(Queue):
            queues.set_queue(opened, holder.actor, seen, Queue(queue), typed.reason)
        else:
            fault = translate(_("Hãy chọn ai chi trả."), language)
            return _show(request, opened, holder, zone_id, typed, fault=fault)
    except ZonesChanged as error:
        return _conflict(request, opened, holder, error, seen, typed)
    except Conflict as error:
        return _show(request, opened, holder, zone_id, typed, fault=fault_of(error, language))
    return RedirectResponse(f"/zones/{zone_id}#why", 303)


def _own(fields: FormData, zone_id: uuid.UUID) -> list[Seen]:
    return [one for one in read_seen(fields) if one.zone_id == zone_id]


def _conflict(  # noqa: PLR0917
    request: Request, opened: Database, holder: SessionHolder, error: ZonesChanged,
    seen: Sequence[Seen], typed: Typed,
) -> Response:  # fmt: skip
    reader = reader_of(request, opened, holder)
    return conflict_page(request, reader, error, seen=seen, typed=typed, action=None)


def _show(
    request: Request, opened: Database, holder: SessionHolder, zone_id: uuid.UUID, typed: Typed, *,
    fault: str = "", done: Move | None = None,
) -> Response:  # fmt: skip
    actor, language = holder.actor, asked.language(request)
    seen = see_zone(opened, actor, zone_id, today())
    found, zone = seen.case, seen.case.listed.zone
    why = None
    if seen.explanation is not None:
        why = why_of(seen.explanation, language, people=sees_people(actor))
    # A lot is awarded, and its award cancelled, as a whole.
    of_lot = {Move.AWARD, Move.CANCEL_AWARD} if found.lot and found.lot.package else set()
    page = ZonePage(
        found,
        translate(NEXT[zone.status], language),
        seen.took_in,
        matrix_of(seen.verdicts, language, exact=sees_sites(actor)),
        why,
        told_history(found.history, reader_of(request, opened, holder, zone.province_code)),
        actor.role in MAY[Act.SUBMIT_SURVEY],
        sees_reasons(actor),
        sees_people(actor),
        any(each in _REVIEWED for each in found.moves),
        [each for each in found.moves if each in MOVES_ALONE and each not in of_lot],
        actor.role in MAY[Act.SET_QUEUE] and zone.status in OPEN_STATUSES,
        written([Seen(zone_id, found.listed.version)])[0],
        typed,
        fault,
        done,
        names_in(found.history),
        seen.scored,
        seen.delivery,
    )
    return render(request, page, status=422 if fault else 200)


_REVIEWED = frozenset({*DECISIONS, Move.TAKE_UP, Move.PUT_BACK})
