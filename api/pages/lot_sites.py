"""The sites of a lot: what was chosen and why it is good, and asking for another choice."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api import dependencies as asked
from api.job_desk import ask
from api.pages.rendering import render
from coverage.actions.lot_sites import ShownSites, lot_of, sites_of_lot
from coverage.lot_sites import SitesAsked
from coverage.lots import LotStatus
from coverage.people import Act
from coverage.storage.lots import StoredLot
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database

router = APIRouter(prefix="/lots")
_LONGEST = 20
_THOUSANDS = str.maketrans("", "", " .,\u00a0\u202f")


@dataclass(frozen=True, slots=True)
class LotSitesPage:
    """A lot with its sites; ``wrong`` names the field that could not be read."""

    lot: StoredLot
    shown: ShownSites | None
    choosable: bool
    said: Mapping[str, str] = field(default_factory=dict)
    wrong: str = ""
    template: ClassVar[str] = "lot_sites_page.html"


@router.get("/{lot_id}/sites")
def sites_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting, lot_id: uuid.UUID
) -> Response:
    """Show a lot's sites."""
    return render(request, page_of(opened, holder, lot_id))


@router.post("/{lot_id}/sites")
async def choose(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent,
    lot_id: uuid.UUID,
) -> Response:  # fmt: skip
    """Choose a lot's sites as the form asks."""
    said = {
        name: str(fields.get(name, "")).strip()[:_LONGEST] for name in ("goal", "sites", "budget")
    }
    question, wrong = _question(said)
    if question is None:
        page = await run_in_threadpool(page_of, opened, holder, lot_id, said=said, wrong=wrong)
        return render(request, page, status=422)
    holder.actor.must(Act.PROPOSE_LOTS)
    lot = await run_in_threadpool(lot_of, opened, holder.actor, lot_id)
    argument = {
        "lot": str(lot_id), "sites": question.sites, "budget_vnd": question.budget_vnd,
    }  # fmt: skip
    return await run_in_threadpool(
        ask, request, opened, holder, "choose_sites", argument, about=lot.name
    )


def page_of(
    opened: Database, holder: SessionHolder, lot_id: uuid.UUID, *,
    said: Mapping[str, str] | None = None, wrong: str = "",
) -> LotSitesPage:  # fmt: skip
    """Return what the page of a lot's sites shows.

    Raises:
        NotFound: no such lot, or none that the visitor may see.
    """
    lot = lot_of(opened, holder.actor, lot_id)
    shown = sites_of_lot(opened, holder.actor, lot_id)
    if said is None:
        kept = {} if shown is None else shown.sited.siting.asked
        said = {
            "goal": "sites" if kept.get("sites") else "budget" if kept.get("budget_vnd") else "all",
            "sites": str(kept.get("sites") or ""), "budget": str(kept.get("budget_vnd") or ""),
        }  # fmt: skip
    return LotSitesPage(lot, shown, lot.status is LotStatus.PROPOSED, said, wrong)


def _question(said: Mapping[str, str]) -> tuple[SitesAsked | None, str]:
    """What the form asks, or the field that cannot be read."""
    if said["goal"] not in {"sites", "budget"}:
        return SitesAsked(), ""
    number = said[said["goal"]].translate(_THOUSANDS)
    if not (re.fullmatch("[0-9]{1,18}", number) and int(number) > 0):
        return None, said["goal"]
    if said["goal"] == "sites":
        return SitesAsked(sites=int(number)), ""
    return SitesAsked(budget_vnd=int(number)), ""
