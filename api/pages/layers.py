"""Ground layers: what is loaded, a file and what it would do, then the planner's word."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.list_works import LAYERS
from api.pages.checked_files import CheckedFiles, Refused
from api.pages.operator_forms import systems
from api.pages.rendering import render
from api.pending import Pending
from api.refusals import Fault, RequestUnreadable
from api.surveys import raw_file_answer
from api.uploads import read_file
from coverage.actions import layers
from coverage.errors import InputRefused
from coverage.findings import Finding
from coverage.layers import LayerKind
from coverage.people import MAY, Act, OrganisationKind
from coverage.storage.layers import LoadedLayer
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database

router = APIRouter(prefix="/layers")
FILES = CheckedFiles(LAYERS, "check_layer", "load_layer", "/layers")
_LONGEST = 300
_READERS = {OrganisationKind.AUTHORITY, OrganisationKind.AUDITOR}
Kind = Annotated[LayerKind | None, Query()]


@dataclass(frozen=True, slots=True)
class LayersPage:
    """What stands of each kind, and the form; after a refusal which file was not taken and why."""

    standing: Sequence[tuple[LayerKind, LoadedLayer | None]]
    replaced: Sequence[LoadedLayer]
    systems: Sequence[tuple[str, str]]
    max_bytes: int
    may_load: bool
    waiting: str | None
    running: str | None
    loaded: LayerKind | None = None
    removed: LayerKind | None = None
    file_name: str = ""
    findings: Sequence[Finding] = ()
    said: Mapping[str, str] | None = None
    template: ClassVar[str] = "layers.html"


@dataclass(frozen=True, slots=True)
class LayerCheckedPage:
    """What was understood of a waiting file and what loading it would do."""

    key: str
    report: Mapping[str, Any]
    said: Mapping[str, str]
    template: ClassVar[str] = "layer_checked.html"


@router.get("")
def layers_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting, loaded: Kind = None,
    removed: Kind = None,
) -> Response:  # fmt: skip
    """Show what is loaded, and the form to who may load."""
    page = _page(request, opened, holder)
    return render(request, replace(page, loaded=loaded, removed=removed))


@router.post("/check")
async def check(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:
    """Check the file and keep it until its sender loads or forgets it."""
    holder.actor.must(Act.LOAD_LAYERS)
    said = _said(fields)
    upload = await read_file(fields)
    waiting = Pending("", upload, "", said, asked.language(request), {})
    return await run_in_threadpool(_check, request, opened, holder, waiting)


@router.get("/pending/{key}")
def checked_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting, key: str
) -> Response:
    """Show what the waiting file would do."""
    holder.actor.must(Act.LOAD_LAYERS)
    waiting = FILES.find(request, holder, key)
    if waiting.language is not asked.language(request):
        again = replace(waiting, language=asked.language(request))
        return _check(request, opened, holder, again)
    return render(request, LayerCheckedPage(key, waiting.report, waiting.mapping))


@router.post("/pending/{key}/load", dependencies=asked.FORM_CHECKED)
def load(request: Request, opened: asked.Opened, holder: asked.Visiting, key: str) -> Response:
    """Load the waiting file."""
    return FILES.load(request, opened, holder, key, refused=_refused(request, opened, holder))


@router.post("/pending/{key}/forget", dependencies=asked.FORM_CHECKED)
def forget(request: Request, holder: asked.Visiting, key: str) -> Response:
    """Forget the waiting file; nothing of it stays."""
    return FILES.forget(request, holder, key)


@router.post("/{kind}/remove", dependencies=asked.FORM_CHECKED)
def remove(opened: asked.Opened, holder: asked.Visiting, kind: LayerKind) -> Response:
    """Take the layer of a kind out of use."""
    layers.remove_layer(opened, holder.actor, kind)
    return RedirectResponse(f"/layers?removed={kind.value}", 303)


@router.get("/files/{layer_id}")
def raw_file(opened: asked.Opened, holder: asked.Visiting, layer_id: uuid.UUID) -> Response:
    """Hand out a loaded file as it was sent."""
    return raw_file_answer(*layers.raw_layer(opened, holder.actor, layer_id))


def _check(
    request: Request, opened: Database, holder: SessionHolder, waiting: Pending
) -> Response:  # fmt: skip
    refused = _refused(request, opened, holder)
    return FILES.check(request, opened, holder, waiting, refused=refused)


def _refused(request: Request, opened: Database, holder: SessionHolder) -> Refused:
    def shown(waiting: Pending, refused: InputRefused) -> Response:
        page = replace(
            _page(request, opened, holder), file_name=waiting.upload.name,
            findings=refused.findings, said=waiting.mapping,
        )  # fmt: skip
        return render(request, page, status=422)

    return shown


def _page(request: Request, opened: Database, holder: SessionHolder) -> LayersPage:
    if holder.actor.kind not in _READERS:
        holder.actor.must(Act.LOAD_LAYERS)
    kept = layers.list_layers(opened, holder.actor)
    standing = {each.kind: each for each in kept if each.replaced_at is None}
    return LayersPage(
        [(kind, standing.get(kind)) for kind in LayerKind],
        [each for each in kept if each.replaced_at is not None], systems(),
        asked.settings(request).intake.max_bytes, holder.actor.role in MAY[Act.LOAD_LAYERS],
        FILES.waiting(request, holder), FILES.running(request, holder),
    )  # fmt: skip


def _said(fields: FormData) -> dict[str, str]:
    """What the form says beside the file.

    Raises:
        RequestUnreadable: a value is none of those that it offers.
    """
    said = {
        name: str(fields.get(name, "")).strip()[:_LONGEST]
        for name in ("kind", "crs", "layer", "source")
    }
    faults = []
    if said["kind"] not in set(LayerKind):
        faults.append(Fault("body.kind", "enum"))
    if said["crs"] and said["crs"] not in {code for code, _ in systems()}:
        faults.append(Fault("body.crs", "enum"))
    if faults:
        raise RequestUnreadable(faults)
    return said
