"""Lots on pages: a province's lots beside a map, one lot with its zones, a change before it is kept."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Annotated, ClassVar

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.headers import map_policy
from api.job_desk import ask
from api.lot_drawing import content_of_lots
from api.pages.rendering import render
from api.refusals import Fault, RequestUnreadable
from api.zones import PROVINCE
from coverage.actions import units
from coverage.actions.lot_readiness import say_readiness
from coverage.actions.lot_views import ProvinceLots, SeenLot, see_lot, see_lots
from coverage.actions.lots import LotPreview, LotWish, change_lots, preview_lots
from coverage.actions.overview import see_province
from coverage.costs import CostPart
from coverage.lots import Balance, ByHand, HandAct, LotStatus, balance
from coverage.people import Act
from coverage.readiness import ReadinessKind, ReadinessState
from coverage.storage.lot_pins import AskedBounds
from coverage.storage.units import NamedUnit
from maps.document import inline_hashes, map_document

router = APIRouter(prefix="/lots")
Province = Annotated[str, Query(pattern=rf"^$|{PROVINCE}")]
_THOUSANDS = str.maketrans("", "", " .,\u00a0\u202f")
_MOST = 10**15


@dataclass(frozen=True, slots=True)
class LotsPage:
    """A province's lots; without ``seen`` only the choice of a province."""

    provinces: Sequence[NamedUnit]
    province_code: str
    seen: ProvinceLots | None
    kept: bool = False
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


@dataclass(frozen=True, slots=True)
class LotPreviewPage:
    """What a wish changes, with the fields that confirm it."""

    preview: LotPreview
    fields: Sequence[tuple[str, str]]
    back: str
    act: str
    balances: dict[str, tuple[Balance, Balance]] = field(default_factory=dict)
    template: ClassVar[str] = "lot_preview.html"

    def villages(self, zone_ids: Iterable[uuid.UUID]) -> list[str]:
        """Return the names of zones that are known, in the order people look for them."""
        known = self.preview.zones
        return sorted(known[key].zone.village for key in zone_ids if key in known)


@router.get("")
def lots_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting, province: Province = "",
    kept: int = 0,
) -> Response:  # fmt: skip
    """Show the lots of a province; an officer's own, without asking."""
    listed = units.provinces(opened, holder.actor)
    code = province or holder.actor.province_code or ""
    seen = see_lots(opened, holder.actor, code) if code else None
    return render(request, LotsPage(listed, code, seen, kept=bool(kept)))


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
        headers={"Content-Security-Policy": map_policy(*inline_hashes(document)),
                 "Cache-Control": "private, no-cache"},
    )  # fmt: skip


@router.post("/preview")
async def preview(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:
    """Show what a form asks for would change; nothing is written."""
    province, wish = _province(fields), _wish(fields)
    found = await run_in_threadpool(preview_lots, opened, holder.actor, province, wish)
    return render(request, _preview_page(found, wish, fields))


@router.post("/changes")
async def change(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:  # fmt: skip
    """Keep what was previewed."""
    province, wish = _province(fields), _wish(fields)
    seen = str(fields.get("seen", ""))[:64]
    if wish.bounds is not None:  # by hand is done at once; a province's proposal may take long
        holder.actor.must(Act.PROPOSE_LOTS)
        argument = {
            "province": province, "bounds": asdict(wish.bounds), "anew": wish.anew, "seen": seen,
        }  # fmt: skip
        return await run_in_threadpool(
            ask, request, opened, holder, "change_lots", argument, about=province
        )
    await run_in_threadpool(change_lots, opened, holder.actor, province, wish, seen)
    return RedirectResponse(f"/lots?province={province}&kept=1", 303)


@router.post("/readiness")
async def readiness(
    opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:  # fmt: skip
    """Keep how ready the ticked zones are."""
    province, lot = _province(fields), _id(fields, "lot")
    states = {
        kind: ReadinessState(str(fields[kind.value]))
        for kind in ReadinessKind
        if str(fields.get(kind.value, "")) in set(ReadinessState)
    }
    note = str(fields.get("note", ""))
    await run_in_threadpool(
        say_readiness, opened, holder.actor, province, _zones(fields), states, note
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


def _preview_page(found: LotPreview, wish: LotWish, fields: FormData) -> LotPreviewPage:
    before = [change.before for change in found.changes if change.before]
    after = [change.after for change in found.changes if change.after]
    sent = [
        (name, str(value))
        for name, value in fields.multi_items()
        if name not in {asked.CSRF_FIELD, "seen"} and isinstance(value, str)
    ]
    lot = str(fields.get("page", ""))
    back = f"/lots/{uuid.UUID(lot)}" if _is_id(lot) else f"/lots?province={found.province_code}"
    return LotPreviewPage(
        found,
        [*sent, ("seen", found.seen)],
        back,
        wish.by_hand.act.value if wish.by_hand else "propose",
        {
            "households": (
                balance(shape.households for shape in before),
                balance(shape.households for shape in after),
            ),
            "cost": (
                balance(shape.cost_vnd for shape in before if shape.cost_vnd is not None),
                balance(shape.cost_vnd for shape in after if shape.cost_vnd is not None),
            ),
        },
    )


def _wish(fields: FormData) -> LotWish:
    """What a form asks: an act by hand, or a proposal within bounds."""
    act = str(fields.get("act", ""))
    if act == "propose":
        bounds = AskedBounds(
            _number(fields, "lots"), _number(fields, "max_zones"),
            _number(fields, "max_households"), _number(fields, "max_cost_vnd"),
        )  # fmt: skip
        return LotWish(bounds=bounds, anew=bool(fields.get("anew")))
    if act not in set(HandAct):
        raise RequestUnreadable([Fault("body.act", "unknown")])
    chosen = HandAct(act)
    other = _id(fields, "other") if chosen in {HandAct.MOVE, HandAct.MERGE} else None
    lot = _id(fields, "lot") if chosen is HandAct.MERGE else None
    return LotWish(ByHand(chosen, _zones(fields), lot, other))


def _zones(fields: FormData) -> frozenset[uuid.UUID]:
    told = [str(value) for value in fields.getlist("zone")]
    if not all(_is_id(each) for each in told):
        raise RequestUnreadable([Fault("body.zone", "uuid")])
    return frozenset(uuid.UUID(each) for each in told)


def _province(fields: FormData) -> str:
    code = str(fields.get("province", ""))
    if len(code) != 2 or not code.isdecimal() or not code.isascii():  # noqa: PLR2004 - digits
        raise RequestUnreadable([Fault("body.province", "missing")])
    return code


def _id(fields: FormData, name: str) -> uuid.UUID | None:
    told = str(fields.get(name, ""))
    if not told:
        return None
    if not _is_id(told):
        raise RequestUnreadable([Fault(f"body.{name}", "uuid")])
    return uuid.UUID(told)


def _number(fields: FormData, name: str) -> int | None:
    """A whole number above zero with any separators of thousands; nothing for an empty field."""
    told = str(fields.get(name, "")).translate(_THOUSANDS)
    if not told:
        return None
    if not (told.isdecimal() and told.isascii() and 0 < int(told[:20]) <= _MOST):
        raise RequestUnreadable([Fault(f"body.{name}", "not_a_count")])
    return int(told)


def _is_id(told: str) -> bool:
    try:
        uuid.UUID(told)
    except ValueError:
        return False
    return True
