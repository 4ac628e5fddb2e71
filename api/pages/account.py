"""One's own account: who I am here, a new password, and where I am signed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.pages.form_texts import text_of
from api.pages.rendering import render
from api.pages.sign_in import CHECKS_AT_ONCE
from api.throttle import attempt
from coverage.actions import attempts, people
from coverage.errors import Conflict
from coverage.passwords import LONGEST_PASSWORD, PASSWORD_LENGTH
from coverage.storage.people import OpenSession, SessionHolder
from coverage.storage.sessions import Database

router = APIRouter()


@dataclass(frozen=True, slots=True)
class AccountPage:
    """The account; ``fault`` is why the last change was refused, or empty.

    ``ended``: how many other sessions have just been ended, None when nobody asked.
    """

    organisation: str
    sessions: Sequence[OpenSession]
    idle_minutes: int
    hours: int
    fault: str = ""
    changed: bool = False
    ended: int | None = None
    least: int = PASSWORD_LENGTH
    most: int = LONGEST_PASSWORD
    template: ClassVar[str] = "account.html"


@router.get("/account")
def account_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting,
    changed: Annotated[bool, Query()] = False,
    ended: Annotated[int | None, Query(ge=0, le=10_000)] = None,
) -> Response:  # fmt: skip
    """Show the account."""
    return render(request, _page(request, opened, holder, changed=changed, ended=ended))


@router.post("/account")
def change_password(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:
    """Change the password, or say why not."""
    present, wanted, again = (text_of(fields, name) for name in ("present", "wanted", "again"))
    if wanted != again:
        page = _page(request, opened, holder, fault="differ")
        return render(request, page, status=409)
    windows = attempts.for_own_password(holder.actor.name)
    attempt(request, opened, windows)
    try:
        with CHECKS_AT_ONCE:
            people.change_password(
                opened, holder, asked.session_token(request) or "", present=present, wanted=wanted
            )
    except Conflict as refused:
        fault = str(refused.facts["reason"])
        if fault != "wrong_password":
            attempts.forgive(opened, windows)
        return render(request, _page(request, opened, holder, fault=fault), status=409)
    attempts.forgive(opened, windows)
    return RedirectResponse("/account?changed=true", 303)


@router.post("/account/end-others", dependencies=asked.FORM_CHECKED)
def end_others(request: Request, opened: asked.Opened, holder: asked.Visiting) -> Response:
    """End every other session of one's own."""
    token = asked.session_token(request) or ""
    ended = people.end_other_sessions(opened, holder.actor, token)
    return RedirectResponse(f"/account?ended={ended}", 303)


def _page(
    request: Request, opened: Database, holder: SessionHolder, *, fault: str = "",
    changed: bool = False, ended: int | None = None,
) -> AccountPage:  # fmt: skip
    web = asked.settings(request).web
    token = asked.session_token(request) or ""
    return AccountPage(
        people.organisation_name(opened, holder.actor),
        people.own_sessions(opened, token, idle_minutes=web.session_idle_minutes),
        web.session_idle_minutes, web.session_hours, fault, changed, ended,
    )  # fmt: skip
