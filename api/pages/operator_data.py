"""What an operator has loaded, and sending more: its register and its service areas."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from api import dependencies as asked
from api.pages.operator_checks import check_waiting
from api.pages.operator_forms import page_of, systems
from api.pages.rendering import render
from api.pending import Pending
from api.refusals import Fault, RequestUnreadable
from api.surveys import raw_file_answer
from api.uploads import read_file
from coverage.actions import service_areas
from coverage.people import Act
from coverage.towers import Technology

router = APIRouter(prefix="/operator-data")
KINDS = ("register", "service_areas")
_LONGEST = 100


@router.get("")
def operator_data_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting,
    loaded: Annotated[str, Query(max_length=20, pattern="^(register|service_areas|unchanged)?$")] = "",
) -> Response:  # fmt: skip
    """Show what of the visitor's is loaded, and the forms."""
    return render(request, page_of(request, opened, holder.actor, loaded=loaded))


@router.post("/check")
async def check(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:
    """Check the file and keep it until its sender loads or forgets it."""
    said = _said(fields)
    holder.actor.must(Act.LOAD_TOWERS if said["kind"] == "register" else Act.LOAD_SERVICE_AREAS)
    upload = await read_file(fields)
    waiting = Pending("", upload, "", said, asked.language(request), {})
    return await run_in_threadpool(check_waiting, request, opened, holder, waiting)


@router.get("/files/{file_id}")
def raw_file(opened: asked.Opened, holder: asked.Visiting, file_id: uuid.UUID) -> Response:
    """Hand out a loaded file as it was sent."""
    return raw_file_answer(*service_areas.raw_file(opened, holder.actor, file_id))


def _said(fields: FormData) -> dict[str, str]:
    """What the form says beside the file; each value is one of those that it offers.

    Raises:
        RequestUnreadable: one is not.
    """
    said = {
        name: str(fields.get(name, "")).strip()[:_LONGEST]
        for name in ("kind", "operator", "technology", "crs", "published", "rows", "mode")
    }
    faults = []
    if said["kind"] not in KINDS:
        faults.append(Fault("body.kind", "enum"))
    if said["technology"] and said["technology"] not in {each.value for each in Technology}:
        faults.append(Fault("body.technology", "enum"))
    if said["crs"] and said["crs"] not in {code for code, _ in systems()}:
        faults.append(Fault("body.crs", "enum"))
    if said["published"]:
        try:
            date.fromisoformat(said["published"])
        except ValueError:
            faults.append(Fault("body.published", "date_parsing"))
    if faults:
        raise RequestUnreadable(faults)
    return said
