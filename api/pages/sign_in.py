"""Signing in and out, and choosing a language: the pages that need no session."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.headers import FORGET
from api.pages.form_texts import text_of
from api.pages.rendering import render
from api.throttle import address_of, attempt
from coverage.actions import attempts, people
from coverage.errors import NotSignedIn
from coverage.findings import Language
from coverage.storage.sessions import Database

router = APIRouter()
Open = Annotated[FormData, Depends(asked.open_form)]
# Each check takes 64 MB and a sixth of a second: a flood of guesses must not take the machine.
CHECKS_AT_ONCE = threading.BoundedSemaphore(2)
_HOURS_TO_TELL = 24  # a cookie outlives its session by so much, so that the page can say it ran out


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The sign-in form; ``failed`` says that the last try was refused, never why.

    ``ended``: the browser still has the cookie of a session that ran out or was ended.
    """

    back: str
    login: str
    failed: bool
    ended: bool = False
    template: ClassVar[str] = "sign_in.html"


@router.get("/sign-in")
def sign_in_page(
    request: Request,
    opened: asked.Opened,
    back: Annotated[str, Query(alias="next", max_length=2000)] = "/",
) -> Response:
    """Show the form, or go on when somebody is signed in already."""
    try:
        asked.visitor(request, opened, asked.settings(request))
    except NotSignedIn:
        ended = asked.session_token(request) is not None
        response = render(request, SignInPage(_own_path(back), "", failed=False, ended=ended))
        response.headers.update(FORGET if ended else {})
        return response
    return RedirectResponse(_own_path(back), 303)


@router.post("/sign-in")
def sign_in(request: Request, opened: asked.Opened, fields: Open) -> Response:
    """Open a session, always a new one, or show the form again."""
    login, password = text_of(fields, "login").strip(), text_of(fields, "password")
    back = _own_path(text_of(fields, "next"))
    windows = attempts.for_sign_in(login, address_of(request))
    attempt(request, opened, windows)
    hours = asked.settings(request).web.session_hours
    try:
        with CHECKS_AT_ONCE:
            token = people.sign_in(opened, login, password, hours=hours)
    except NotSignedIn:
        return render(request, SignInPage(back, login, failed=True), status=401)
    attempts.forgive(opened, windows)
    return enter(request, opened, token, back)


def enter(request: Request, opened: Database, token: str, back: str) -> Response:
    """Give the browser its new session; the one it had, whoever's that was, ends."""
    former = asked.session_token(request)
    if former is not None:
        people.sign_out(opened, former)
    chosen = asked.settings(request).web
    response = RedirectResponse(back, 303)
    response.set_cookie(
        asked.cookie_name(request, asked.SESSION_COOKIE), token, httponly=True, samesite="lax",
        secure=chosen.secure_cookies, path="/",
        max_age=(chosen.session_hours + _HOURS_TO_TELL) * 3600,
    )  # fmt: skip
    return response


@router.post("/sign-out", dependencies=asked.FORM_CHECKED)
def sign_out(request: Request, opened: asked.Opened) -> Response:
    """End the session, in the database and in the browser."""
    token = asked.session_token(request)
    if token is not None:
        people.sign_out(opened, token)
    response = RedirectResponse("/sign-in", 303)
    name = asked.cookie_name(request, asked.SESSION_COOKIE)
    response.delete_cookie(
        name, path="/", secure=asked.settings(request).web.secure_cookies, httponly=True
    )
    response.headers.update(FORGET)
    return response


@router.post("/language")
def choose_language(request: Request, fields: Open) -> Response:
    """Remember the language in a cookie of the browser."""
    response = RedirectResponse(_own_path(text_of(fields, "next")), 303)
    wanted = text_of(fields, "language")
    if wanted in set(Language):
        response.set_cookie(
            asked.LANGUAGE_COOKIE, wanted, httponly=True, samesite="lax", path="/",
            secure=asked.settings(request).web.secure_cookies, max_age=365 * 86400,
        )  # fmt: skip
    return response


def _own_path(back: str) -> str:
    """Return the path to go back to; anything that might lead to another host is the home page."""
    safe = back.startswith("/") and not back.startswith(("//", "/\\"))
    return back if safe and back.isprintable() and "\\" not in back else "/"
