"""The ranking of the zones, and what other weights would make of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import dependencies as asked
from api.door import today
from api.pages.rendering import render
from api.zones import PROVINCE
from coverage.actions import units
from coverage.actions.priorities import Priorities, PriorityFilter, priorities
from coverage.dossier.listing import BYTE_ORDER_MARK, guarded
from coverage.errors import InputRefused
from coverage.evidence import OPEN_STATUSES
from coverage.people import MAY, Act
from coverage.priority import PART_NAMES
from coverage.storage.units import NamedUnit
from coverage.zones import Queue, ZoneStatus

router = APIRouter()
PER_PAGE = 50
_EVERY = 1_000_000  # more than a country has villages
_FIRST = 100  # zones that a change of weights is looked at for
_MOVERS = 20  # shown of those that come in or fall out
_PERCENT = 100


@dataclass(frozen=True, slots=True)
class WeightField:
    """One weight: its name, what is in force and what is tried, both in per cent."""

    name: str
    in_force: float
    typed: float
    absent: bool


@dataclass(frozen=True, slots=True)
class PrioritiesPage:
    """A page of the ranking. ``faults`` say why the weights that were typed cannot be tried."""

    found: Priorities
    fields: Sequence[WeightField]
    wanted: PriorityFilter
    provinces: Sequence[NamedUnit]
    faults: Sequence[str]
    before: str | None
    after: str | None
    export: str
    propose: str | None
    names: Sequence[str] = PART_NAMES
    movers: int = _MOVERS
    queues: Sequence[Queue] = tuple(one for one in Queue if one is not Queue.COVERED)
    statuses: Sequence[ZoneStatus] = tuple(
        one for one in ZoneStatus if one in OPEN_STATUSES | {ZoneStatus.IN_PACKAGE}
    )
    template: ClassVar[str] = "priorities.html"


@router.get("/priorities")
def priorities_page(  # noqa: PLR0913, PLR0917 - each is one field of the page's form
    request: Request,
    opened: asked.Opened,
    holder: asked.Visiting,
    province: Annotated[str, Query(pattern=rf"^$|{PROVINCE}")] = "",
    queue: Queue | Literal[""] = "",
    status: ZoneStatus | Literal[""] = "",
    start: Annotated[int, Query(ge=0, le=_EVERY)] = 0,
    form: Literal["", "csv"] = "",
) -> Response:
    """Show a page of the ranking, or hand out the whole of it as CSV."""
    wanted = PriorityFilter(
        province or None, Queue(queue) if queue else None, ZoneStatus(status) if status else None
    )
    typed = _typed(request.query_params)
    faults: list[str] = []

    def read(weights: Mapping[str, float] | None) -> Priorities:
        return priorities(
            opened, holder.actor, today(), wanted, weights=weights, first=_FIRST,
            start=0 if form else start, limit=_EVERY if form else PER_PAGE,
        )  # fmt: skip

    try:
        found = read(typed)
    except InputRefused as refused:
        language = asked.language(request)
        faults = [f"{each.message(language)} {each.fix(language)}" for each in refused.findings]
        found = read(None)
    if form == "csv":
        return _as_csv(found)
    carried = {
        name: value
        for name, value in request.query_params.items()
        if value and name not in {"start", "form"}
    }

    def address(**more: object) -> str:
        return "/priorities?" + urlencode(carried | more)

    return render(
        request,
        PrioritiesPage(
            found=found,
            fields=_fields(found, typed),
            wanted=wanted,
            provinces=units.provinces(opened, holder.actor),
            faults=faults,
            before=address(start=max(0, start - PER_PAGE)) if start else None,
            after=address(start=start + PER_PAGE) if start + PER_PAGE < found.total else None,
            export=address(form="csv"),
            propose=_proposal(found) if holder.actor.role in MAY[Act.CHANGE_RULES] else None,
        ),
    )


def _typed(query: Mapping[str, str]) -> dict[str, float] | None:
    """The weights typed, in per cent; what cannot be read is told as below zero is."""
    weights = {}
    for name in PART_NAMES:
        text = query.get(name, "").strip().replace(",", ".")
        if not text:
            continue
        try:
            weights[name] = float(text) / _PERCENT
        except ValueError:
            weights[name] = float("nan")
    return weights or None


def _fields(found: Priorities, typed: Mapping[str, float] | None) -> list[WeightField]:
    shown = found.tried or found.weights
    return [
        WeightField(
            name, found.weights[name] * _PERCENT,
            ((typed or {}).get(name, 0.0) if typed and found.tried is None else shown[name])
            * _PERCENT,
            name in found.absent,
        )
        for name in PART_NAMES
    ]  # fmt: skip


def _proposal(found: Priorities) -> str | None:
    """Where the tried weights can be proposed as a change of the rules."""
    if found.tried is None:
        return None
    tried = {f"value.{name}": f"{weight:.9f}" for name, weight in found.tried.items()}
    return "/rules/changes/new?" + urlencode({"kind": "setting", "name": "score_weights"} | tried)


_HEADINGS = (
    "zone_id", "village", "commune", "province", "status", "queue", "households", "score",
    "score_low", "score_high", "rank", "best_rank", "worst_rank", "tried_score", "tried_rank",
)  # fmt: skip


def _as_csv(found: Priorities) -> Response:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*_HEADINGS, *(f"points_{name}" for name in PART_NAMES)])
    for each in found.zones:
        zone, score = each.scored.zone, each.scored.score
        tried = each.what_if
        writer.writerow([
            zone.id, guarded(zone.village), guarded(zone.commune), zone.province, zone.status.value,
            zone.queue.value, zone.households, f"{score.score:.6f}", f"{score.low:.6f}",
            f"{score.high:.6f}", each.rank, each.best, each.worst,
            f"{tried[0].score:.6f}" if tried else "", tried[1] if tried else "",
            *("" if points is None else f"{points:.6f}" for points in score.points),
        ])  # fmt: skip
    return Response(
        (BYTE_ORDER_MARK + text.getvalue()).encode(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="uu-tien-{found.day}.csv"'},
    )
