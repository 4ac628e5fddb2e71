"""The page behind a link that lets its holder choose a password once; it needs no session."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from api import dependencies as asked
from api.pages.form_texts import text_of
from api.pages.rendering import render
from api.pages.sign_in import CHECKS_AT_ONCE, enter
from api.throttle import address_of, attempt
from coverage.actions import attempts, password_links
from coverage.errors import Conflict, NotSignedIn
from coverage.passwords import LONGEST_PASSWORD, PASSWORD_LENGTH
from coverage.storage.password_links import LinkHolder

router = APIRouter()
Open = Annotated[FormData, Depends(asked.open_form)]


@dataclass(frozen=True, slots=True)
class PasswordLinkPage:
    """The form for a new password; ``fault`` is why the last one was refused, or empty."""

    login: str
    full_name: str
    organisation: str
    expires_at: datetime
    fault: str
    least: int = PASSWORD_LENGTH
    most: int = LONGEST_PASSWORD
    template: ClassVar[str] = "password_link.html"


@router.get("/reset/{token}")
def password_link_page(request: Request, opened: asked.Opened, token: str) -> Response:
    """Show the form. Looking at it uses nothing up: messengers look at links before people do."""
    windows = attempts.for_link(address_of(request))
    attempt(request, opened, windows)
    holder = password_links.link_holder(opened, token)
    attempts.forgive(opened, windows)
    with suppress(NotSignedIn):  # somebody may be signed in here: the form is then their session's
        asked.visitor(request, opened, asked.settings(request))
    return _form(request, holder, "")


@router.post("/reset/{token}")
def choose_password(
    request: Request, opened: asked.Opened, token: str, fields: Open
) -> Response:  # fmt: skip
    """Set the password and go in, or show the form again with why not."""
    address = address_of(request)
    windows = attempts.for_link(address)
    attempt(request, opened, windows)
    holder = password_links.link_holder(opened, token)
    wanted, again = text_of(fields, "wanted"), text_of(fields, "again")
    if wanted != again:
        return _form(request, holder, "differ")
    hours = asked.settings(request).web.session_hours
    try:
        with CHECKS_AT_ONCE:
            session_token = password_links.use_link(opened, token, wanted, hours=hours)
    except Conflict as refused:
        return _form(request, holder, str(refused.facts["reason"]))
    attempts.forgive(opened, windows)
    # Whoever was held back for mistyping the old password is not any more.
    attempts.forget(opened, [next(iter(attempts.for_sign_in(holder.actor.name, address)))])
    return enter(request, opened, session_token, "/")


def _form(request: Request, holder: LinkHolder, fault: str) -> Response:
    """The address is a secret: no page that is asked for from here is told it."""
    page = PasswordLinkPage(
        holder.actor.name, holder.full_name, holder.organisation, holder.expires_at, fault
    )
    response = render(request, page, status=409 if fault else 200)
    # Not "no-referrer": the form would be sent with a null origin, as from a foreign page.
    response.headers["Referrer-Policy"] = "strict-origin"
    return response
