"""Lots on pages: a province's lots beside a map, one lot with its zones, a change before it is kept."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.headers import map_policy
from api.lot_drawing import content_of_lots
from api.pages.lot_balance import BalanceTable, balance_table
from api.pages.lot_forms import id_of, province_of, zones_of
from api.pages.rendering import render
from api.zones import PROVINCE
from coverage.actions import units
from coverage.actions.lot_plans import shape_of
from coverage.actions.lot_readiness import say_readiness
from coverage.actions.lot_views import ProvinceLots, SeenLot, see_lot, see_lots
from coverage.actions.overview import see_province
from coverage.costs import CostPart
from coverage.lots import ByHand, HandAct, LotChange, LotStatus
from coverage.readiness import ReadinessKind, ReadinessState
from coverage.storage.units import NamedUnit
from maps.document import inline_hashes, map_document

router = APIRouter(prefix="/lots")
Province = Annotated[str, Query(pattern=rf"^$|{PROVINCE}")]


@dataclass(frozen=True, slots=True)
class LotsPage:
    """A province's lots; without ``seen`` only the choice of a province.

    ``taken_back`` is the act that would take back the change that was just kept.
    """

    provinces: Sequence[NamedUnit]
    province_code: str
    seen: ProvinceLots | None
    table: BalanceTable | None = None
    kept: bool = False
    taken_back: ByHand | None = None
    kinds: Sequence[ReadinessKind] = tuple(ReadinessKind)
    template: ClassVar[str] = "lots.html"


@dataclass(frozen=True, slots=True)
class LotPage:
    """One lot; ``proposed``: it may still be changed."""

    seen: SeenLot
    proposed: bool
    dissolved: bool
    kept: bool
    kinds: Sequence[ReadinessKind] = tuple(ReadinessKind)
    states: Sequence[ReadinessState] = tuple(ReadinessState)
    template: ClassVar[str] = "lot.html"

    def added(self, part: CostPart) -> int:
        """Return what one more unit of a part costs."""
        return self.seen.rates.added(part.kind)


@router.get("")
def lots_page(  # noqa: PLR0913, PLR0917 - what a change left behind to take it back by
    request: Request, opened: asked.Opened, holder: asked.Visiting, province: Province = "",
    kept: int = 0, undo: HandAct | None = None, lot: uuid.UUID | None = None,
    other: uuid.UUID | None = None, zone: Annotated[Sequence[uuid.UUID], Query()] = (),
) -> Response:  # fmt: skip
    """Show the lots of a province; an officer's own, without asking."""
    listed = units.provinces(opened, holder.actor)
    code = province or holder.actor.province_code or ""
    seen = see_lots(opened, holder.actor, code) if code else None
    table = None
    if seen is not None:
        shapes = [shape_of(view.lot) for view in seen.proposed or seen.lots]
        table = balance_table([LotChange(shape, shape) for shape in shapes], {})
    taken_back = ByHand(undo, frozenset(zone), lot, other) if undo and kept else None
    return render(
        request, LotsPage(listed, code, seen, table, kept=bool(kept), taken_back=taken_back)
    )


@router.get("/map")
def lots_map(
    request: Request, opened: asked.Opened, holder: asked.Visiting,
    province: Annotated[str, Query(pattern=PROVINCE)], lot: uuid.UUID | None = None,
) -> Response:  # fmt: skip
    """Draw a province's lots; with ``lot`` opened on that one's zones."""
    overview = see_province(opened, holder.actor, province)
    about = next((each.zone_ids for each in overview.lots if each.id == lot), ())
    content = content_of_lots(overview, language=asked.language(request), about=about)
    document = map_document(content)
    return Response(
        document, media_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": map_policy(*inline_hashes(document))},
    )  # fmt: skip


@router.post("/readiness")
async def readiness(
    opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:  # fmt: skip
    """Keep how ready the ticked zones are."""
    province, lot = province_of(fields), id_of(fields, "lot")
    states = {
        kind: ReadinessState(str(fields[kind.value]))
        for kind in ReadinessKind
        if str(fields.get(kind.value, "")) in set(ReadinessState)
    }
    note = str(fields.get("note", ""))
    await run_in_threadpool(
        say_readiness, opened, holder.actor, province, zones_of(fields), states, note
    )
    return RedirectResponse(f"/lots/{lot}?kept=1#zones", 303)


@router.get("/{lot_id}")
def lot_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting, lot_id: uuid.UUID,
    kept: int = 0,
) -> Response:  # fmt: skip
    """Show one lot: its zones, map, cost, readiness, sites, and what may be done to it."""
    seen = see_lot(opened, holder.actor, lot_id)
    status = seen.view.lot.status
    return render(
        request,
        LotPage(seen, status is LotStatus.PROPOSED, status is LotStatus.DISSOLVED, bool(kept)),
    )
