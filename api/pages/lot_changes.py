"""Changing lots on pages: what a wish would change is shown while zones are chosen, then kept."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import ClassVar
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api import problems
from api.job_desk import ask
from api.pages.lot_balance import BalanceTable, balance_table
from api.pages.lot_forms import id_of, is_id, province_of, wish_of
from api.pages.rendering import render
from coverage.actions import units
from coverage.actions.lot_plans import shape_of
from coverage.actions.lots import (
    LotPreview,
    LotWish,
    change_lots,
    changes_since,
    preview_lots,
    standing_lots,
)
from coverage.errors import Conflict, LotCountRefused, LotsApart, NothingToDo, PhusongError
from coverage.lots import ByHand, LotChange, LotStatus
from coverage.people import Act
from coverage.readiness import ReadinessKind
from coverage.storage.lot_pins import AskedBounds
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database

router = APIRouter(prefix="/lots")
_REFUSED = (Conflict, LotCountRefused, LotsApart, NothingToDo)
_MOST_UNDONE = 60  # zones that an address can hold


@dataclass(frozen=True, slots=True)
class LotPreviewPage:
    """What a wish changes, with the fields that confirm it; ``problem`` says why it cannot be.

    ``since`` is how the lots changed since they were seen, where somebody else was first.
    """

    province_code: str
    preview: LotPreview | None
    table: BalanceTable | None
    fields: Sequence[tuple[str, str]]
    back: str
    act: str
    problem: str = ""
    since: Sequence[LotChange] = ()
    beaten: bool = False
    template: ClassVar[str] = "lot_preview.html"

    @property
    def moved(self) -> str:
        """The colour that each moved zone takes, as the map's script reads it."""
        moved = self.table.moved if self.table else {}
        return json.dumps({str(zone): colour for zone, colour in sorted(moved.items())})

    @property
    def unready(self) -> list[tuple[str, int, list[ReadinessKind]]]:
        """Changed lots that no package may take yet: name, zones that hold it back, in what."""
        if self.preview is None:
            return []
        found = []
        for change in self.preview.changes:
            if change.after is None or not change.changed:
                continue
            held = [self.preview.held_back.get(zone) for zone in change.after.zone_ids]
            kinds = {kind for each in held if each for kind in each}
            if kinds:
                listed = [kind for kind in ReadinessKind if kind in kinds]
                found.append((change.after.name, sum(map(bool, held)), listed))
        return found

    def villages(self, zone_ids: Iterable[uuid.UUID]) -> list[str]:
        """Return the names of zones that are known, in the order people look for them."""
        known = self.preview.zones if self.preview else {}
        return sorted(known[key].zone.village for key in zone_ids if key in known)


@router.post("/preview")
async def preview(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:
    """Show what a form asks for would change; nothing is written."""
    live = request.headers.get("HX-Request") == "true"
    try:
        page = await run_in_threadpool(_previewed, opened, holder, fields)
    except _REFUSED as error:
        if not live:
            raise
        # While zones are being chosen, what does not work yet is a word beside the balance.
        page = await run_in_threadpool(_refused, request, opened, holder, fields, error)
    return render(request, page)


@router.post("/changes")
async def change(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:
    """Keep what was previewed; where somebody else was first both versions are shown."""
    province, wish = province_of(fields), wish_of(fields)
    seen = str(fields.get("seen", ""))[:64]
    try:
        if wish.bounds is not None:  # a whole province may take long; by hand is done at once
            return await run_in_threadpool(_proposed, request, opened, holder, fields, seen)
        done = await run_in_threadpool(change_lots, opened, holder.actor, province, wish, seen)
    except _REFUSED as error:
        page = await run_in_threadpool(_beaten, request, opened, holder, fields, error)
        return render(request, page, status=problems.problem_of(error).status)
    return RedirectResponse(f"/lots?{_told(province, wish, done.reverse)}", 303)


def _proposed(
    request: Request, opened: Database, holder: SessionHolder, fields: FormData, seen: str
) -> Response:
    """Propose a province's lots as a job: at once when it is short."""
    holder.actor.must(Act.PROPOSE_LOTS)
    province, wish = province_of(fields), wish_of(fields)
    names = {each.code: each.name for each in units.provinces(opened, holder.actor)}
    argument = {
        "province": province, "bounds": asdict(wish.bounds or AskedBounds()), "anew": wish.anew,
        "seen": seen,
    }  # fmt: skip
    about = names.get(province, province)
    return ask(request, opened, holder, "change_lots", argument, about=about)


def _previewed(opened: Database, holder: SessionHolder, fields: FormData) -> LotPreviewPage:
    province, wish = province_of(fields), wish_of(fields)
    found = preview_lots(opened, holder.actor, province, wish)
    seen = [str(each.before.id) for each in found.changes if each.before]
    return LotPreviewPage(
        province, found, balance_table(found.changes, found.over),
        [*_sent(fields), ("seen", found.seen), ("seen_lots", ",".join(seen))], _back(fields, province),
        wish.by_hand.act.value if wish.by_hand else "propose",
    )  # fmt: skip


def _refused(
    request: Request, opened: Database, holder: SessionHolder, fields: FormData,
    error: PhusongError,
) -> LotPreviewPage:  # fmt: skip
    """What does not work said in words, beside the lots as they stand."""
    province = province_of(fields)
    plan = standing_lots(opened, holder.actor, province)
    shapes = [shape_of(lot) for lot in plan.lots if lot.status is LotStatus.PROPOSED]
    return LotPreviewPage(
        province, None, balance_table([LotChange(shape, shape) for shape in shapes], {}), (),
        _back(fields, province), str(fields.get("act", "")),
        problem=problems.detail(error, asked.language(request)),
    )  # fmt: skip


def _beaten(
    request: Request, opened: Database, holder: SessionHolder, fields: FormData,
    error: PhusongError,
) -> LotPreviewPage:  # fmt: skip
    """The page of a refused confirmation: what changed meanwhile, and what the wish means now."""
    told = problems.detail(error, asked.language(request))
    province = province_of(fields)
    seen = [uuid.UUID(each) for each in str(fields.get("seen_lots", "")).split(",") if is_id(each)]
    since = changes_since(opened, holder.actor, province, seen) if seen else ()
    try:
        page = _previewed(opened, holder, fields)
    except _REFUSED as now:
        page = _refused(request, opened, holder, fields, now)
    return LotPreviewPage(
        province, page.preview, page.table, page.fields, page.back, page.act,
        problem=told if page.preview else f"{told} {page.problem}",
        since=[one for one in since if one.changed], beaten=True,
    )  # fmt: skip


def _sent(fields: FormData) -> list[tuple[str, str]]:
    return [
        (name, str(value))
        for name, value in fields.multi_items()
        if name not in {asked.CSRF_FIELD, "seen", "seen_lots"} and isinstance(value, str)
    ]


def _back(fields: FormData, province: str) -> str:
    lot = id_of(fields, "page")
    return f"/lots/{lot}" if lot else f"/lots?province={province}"


def _told(province: str, wish: LotWish, reverse: ByHand | None) -> str:
    """The address of the lots after a change, with the act that takes it back."""
    said: list[tuple[str, str]] = [("province", province), ("kept", "1")]
    if reverse is not None and wish.by_hand is not None and len(reverse.zones) <= _MOST_UNDONE:
        said.append(("undo", reverse.act.value))
        said += [
            (name, str(key))
            for name, key in (("lot", reverse.lot), ("other", reverse.other))
            if key
        ]
        said += [("zone", str(key)) for key in sorted(reverse.zones)]
    return urlencode(said)
