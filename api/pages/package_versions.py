"""Publishing a draft, amending, clarifying and cancelling what was published; each is confirmed."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api import problems
from api.package_map import map_writers
from api.package_versions import signer_of
from api.packages import Number, find_package
from api.pages.packages import one_package
from api.pages.rendering import render
from coverage.actions import amendments, cancelling, packages, signing_keys
from coverage.actions.amendable import Amendable, see_amendable
from coverage.actions.amendments import PreviewedVersion
from coverage.actions.package_versions import Amendment
from coverage.actions.packages import PackageFile
from coverage.days import VIETNAM_TIME
from coverage.errors import Conflict, NotFound, NothingToDo, PhusongError
from coverage.packages import ProcurementMode
from coverage.people import Act
from coverage.storage.packages import PackageRecord
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database

router = APIRouter()
_CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class PublishPage:
    """The form that publishes a draft."""

    record: PackageRecord
    said: Mapping[str, str] = field(default_factory=dict)
    error: str = ""
    first_key: bool = False  # no package was signed yet: the key is made with this one
    template: ClassVar[str] = "package_publish.html"


@dataclass(frozen=True, slots=True)
class AmendPage:
    """The form that amends a package; ``shown`` is what it would change, to be confirmed."""

    amendable: Amendable
    said: Mapping[str, str]
    lots: Sequence[str]
    drop: Sequence[str]
    add: Sequence[str]
    shown: PreviewedVersion | None = None
    error: str = ""
    modes: Sequence[ProcurementMode] = tuple(ProcurementMode)
    template: ClassVar[str] = "package_amend.html"


@dataclass(frozen=True, slots=True)
class ClarifyPage:
    """The form that publishes the answers since the version before."""

    record: PackageRecord
    said: Mapping[str, str] = field(default_factory=dict)
    shown: PreviewedVersion | None = None
    error: str = ""
    template: ClassVar[str] = "package_clarify.html"


@router.get("/packages/{number}/publish")
def publish_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting, number: Number
) -> Response:
    """Show the form."""
    holder.actor.must(Act.PUBLISH_PACKAGE)
    page = PublishPage(
        find_package(opened, holder.actor, number, None),
        first_key=not signing_keys.list_keys(opened),
    )
    return render(request, page)


@router.post("/packages/{number}/publish")
def publish(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent,
    number: Number,
) -> Response:  # fmt: skip
    """Publish the draft."""
    actor = holder.actor
    actor.must(Act.PUBLISH_PACKAGE)
    try:
        packages.publish_package(
            opened, actor, number, map_writers(opened, actor), signer_of(request, opened, actor),
            opens_at=_moment(fields, "opens_at"), closes_at=_moment(fields, "closes_at"),
        )  # fmt: skip
    except PhusongError as error:
        page = PublishPage(
            find_package(opened, actor, number, None), _said(fields), _told(request, error)
        )
        return render(request, page, status=problems.problem_of(error).status)
    return RedirectResponse(f"/packages/{number}?news=published", 303)


@router.get("/packages/{number}/amend")
def amend_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting, number: Number
) -> Response:
    """Show the package's lots and zones to choose from."""
    found = see_amendable(opened, holder.actor, number)
    said = {"seen_version": str(found.record.version)}
    return render(request, AmendPage(found, said, [str(one.lot.id) for one in found.lots], (), ()))


@router.post("/packages/{number}/amend")
def amend(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent,
    number: Number,
) -> Response:  # fmt: skip
    """Show what the amendment would change; once that is confirmed, publish it."""
    said, shown, told = _said(fields), None, ""
    lots, drop, add = (_chosen(fields, name) for name in ("lot", "drop", "add"))
    status = 200
    try:
        amendment = _amendment(said, lots, drop, add)
        if said.get("act") == _CONFIRM:
            _publish(request, opened, holder, amendments.amend_package, number, amendment)
            return RedirectResponse(f"/packages/{number}?news=amended", 303)
        shown = amendments.preview_amendment(opened, holder.actor, number, amendment)
    except (Conflict, NotFound, NothingToDo) as error:
        told, status = _told(request, error), problems.problem_of(error).status
    found = see_amendable(opened, holder.actor, number)
    page = AmendPage(found, said, lots, drop, add, shown, told)
    return render(request, page, status=status)


@router.get("/packages/{number}/clarify")
def clarify_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting, number: Number
) -> Response:
    """Show the form."""
    holder.actor.must(Act.PUBLISH_PACKAGE)
    record = find_package(opened, holder.actor, number, None)
    return render(request, ClarifyPage(record, {"seen_version": str(record.version)}))


@router.post("/packages/{number}/clarify")
def clarify(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent,
    number: Number,
) -> Response:  # fmt: skip
    """Show the answers that would be published; once that is confirmed, publish them."""
    said, shown, told, status = _said(fields), None, "", 200
    holder.actor.must(Act.PUBLISH_PACKAGE)
    try:
        amendment = _version(said)
        if said.get("act") == _CONFIRM:
            _publish(request, opened, holder, amendments.clarify_package, number, amendment)
            return RedirectResponse(f"/packages/{number}?news=clarified", 303)
        shown = amendments.preview_clarification(opened, holder.actor, number, amendment)
    except (Conflict, NotFound, NothingToDo) as error:
        told, status = _told(request, error), problems.problem_of(error).status
    record = find_package(opened, holder.actor, number, None)
    return render(request, ClarifyPage(record, said, shown, told), status=status)


@router.post("/packages/{number}/cancel")
def cancel(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent,
    number: Number,
) -> Response:  # fmt: skip
    """Cancel the package, or recall a version that waits."""
    said = _said(fields)
    try:
        cancelling.cancel_package(
            opened, holder.actor, number, said.get("reason", ""),
            seen_version=_number(said.get("seen_version", "")),
        )  # fmt: skip
    except Conflict as error:
        page = one_package(opened, holder, number, error=_told(request, error), said=said)
        return render(request, page, status=problems.problem_of(error).status)
    return RedirectResponse(f"/packages/{number}?news=cancelled", 303)


def _publish(
    request: Request, opened: Database, holder: SessionHolder, act: Callable[..., PackageFile],
    *what: object,
) -> None:  # fmt: skip
    actor = holder.actor
    act(
        opened, actor, *what, writers=map_writers(opened, actor),
        signer=signer_of(request, opened, actor),
    )  # fmt: skip


def _amendment(
    said: Mapping[str, str], lots: Sequence[str], drop: Sequence[str], add: Sequence[str]
) -> Amendment:
    version = _version(said)
    into, mode = said.get("into", ""), said.get("mode", "")
    return Amendment(
        version.reason,
        [_id("lot", one) for one in lots],
        [_id("zone", one) for one in drop],
        {_id("zone", one): _number(into) or 0 for one in add},
        mode=ProcurementMode(mode) if mode in set(ProcurementMode) else None,
        opens_at=version.opens_at, closes_at=version.closes_at,
        seen_version=version.seen_version, preview=version.preview,
    )  # fmt: skip


def _version(said: Mapping[str, str]) -> Amendment:
    return Amendment(
        said.get("reason", ""),
        opens_at=_read(said.get("opens_at", "")),
        closes_at=_read(said.get("closes_at", "")),
        seen_version=_number(said.get("seen_version", "")),
        preview=said.get("preview") or None,
    )


_SAID = ("reason", "into", "mode", "opens_at", "closes_at", "seen_version", "preview", "act")
_MOST = 4000


def _said(fields: FormData) -> dict[str, str]:
    """What a form says in single fields."""
    return {
        name: str(fields[name]).replace("\x00", "").strip()[:_MOST]
        for name in _SAID if name in fields
    }  # fmt: skip


def _number(said: str) -> int | None:
    """A version or a lot's number as a form says it; None where it says none, 0 where no number."""
    if not said:
        return None
    return int(said) if re.fullmatch("[0-9]{1,9}", said) else 0


def _chosen(fields: FormData, name: str) -> list[str]:
    return [str(one) for one in fields.getlist(name)]


def _id(thing: str, said: str) -> uuid.UUID:
    try:
        return uuid.UUID(said)
    except ValueError:
        raise NotFound(thing, said[:50]) from None


def _moment(fields: FormData, name: str) -> datetime | None:
    return _read(str(fields.get(name, "")).strip())


def _read(said: str) -> datetime | None:
    """The moment that a form says, in Viet Nam's time; None where it says none."""
    if not said:
        return None
    try:
        read = datetime.fromisoformat(said)
    except ValueError:
        raise Conflict("package", "moment_unreadable") from None
    return read if read.tzinfo else read.replace(tzinfo=VIETNAM_TIME)


def _told(request: Request, error: PhusongError) -> str:
    return problems.detail(error, asked.language(request))
