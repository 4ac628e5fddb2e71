"""What a route asks for: the database, who acts, in which language, how many at once.

``Acting`` and ``Visiting`` are the two ways in: a program's token or a person's session for the
API, a person's session for the pages. A route without one of them is open to everybody; a test
walks every route and knows the few that may be.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.security import APIKeyCookie, HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.refusals import FormStale
from coverage.actions import people
from coverage.errors import NotSignedIn
from coverage.findings import Language
from coverage.people import Actor
from coverage.settings import Settings
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database

SESSION_COOKIE = "phusong_session"
FORM_COOKIE = "phusong_form"  # ties the forms of somebody who has not signed in to the browser
LANGUAGE_COOKIE = "phusong_language"
CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF-Token"
_READING = {"GET", "HEAD", "OPTIONS"}

_bearer = HTTPBearer(auto_error=False, description="Mã truy cập do `phusong user token` cấp.")
_cookie = APIKeyCookie(
    name=SESSION_COOKIE, auto_error=False, description="Phiên của người đã đăng nhập."
)


def settings(request: Request) -> Settings:
    """Return the settings the application was made with."""
    found: Settings = request.app.state.settings
    return found


def database(request: Request) -> Database:
    """Return the open database."""
    found: Database = request.app.state.database
    return found


def language(request: Request) -> Language:
    """Return the language to answer in: the visitor's choice, else Vietnamese.

    A program chooses by ``Accept-Language: en``, a person by the button (a cookie): browsers
    are sold in English, officers read Vietnamese.
    """
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in set(Language):
        return Language(chosen)
    asked = request.headers.get("Accept-Language", "")
    from_program = "Authorization" in request.headers
    return Language.EN if from_program and asked.lower().startswith("en") else Language.VI


def cookie_name(request: Request, name: str) -> str:
    """Return the cookie's full name: over HTTPS it is tied to this very host."""
    return f"__Host-{name}" if settings(request).web.secure_cookies else name


def session_token(request: Request) -> str | None:
    """Return the session's token in the request's cookie, if there is one."""
    return request.cookies.get(cookie_name(request, SESSION_COOKIE))


def visitor(
    request: Request,
    opened: Annotated[Database, Depends(database)],
    chosen: Annotated[Settings, Depends(settings)],
) -> SessionHolder:
    """Return who holds the session of this request.

    Raises:
        NotSignedIn: nobody.
    """
    token = session_token(request)
    if token is None:
        raise NotSignedIn
    holder = people.session(opened, token, idle_minutes=chosen.web.session_idle_minutes)
    request.state.holder = holder
    return holder


def actor(
    request: Request,
    opened: Annotated[Database, Depends(database)],
    chosen: Annotated[Settings, Depends(settings)],
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    cookie: Annotated[str | None, Depends(_cookie)],  # noqa: ARG001 - for the API's description
) -> Actor:
    """Return who acts through the API: by a token, or by the session of a signed-in person.

    Raises:
        NotSignedIn: nobody.
        FormStale: a session's cookie alone may not change anything.
    """
    if "Authorization" in request.headers:
        if bearer is None:
            raise NotSignedIn
        return people.token_actor(opened, bearer.credentials)
    holder = visitor(request, opened, chosen)
    if request.method not in _READING:
        must_match(request.headers.get(CSRF_HEADER), holder.csrf_token)
    return holder.actor


async def form(
    request: Request, holder: Annotated[SessionHolder, Depends(visitor)]
) -> AsyncIterator[FormData]:
    """Yield the fields of a signed-in person's form, its file open until the answer is sent.

    Raises:
        FormStale: it does not carry the session's token.
    """
    async with request.form(max_files=1, max_fields=1000) as fields:
        must_match(fields.get(CSRF_FIELD), holder.csrf_token)
        yield fields


async def open_form(request: Request) -> FormData:
    """Return the fields of a form that needs no session: signing in, choosing a language.

    Raises:
        FormStale: it carries neither the session's token nor the one in the browser's cookie.
    """
    fields = await request.form(max_files=0, max_fields=20)
    sent = fields.get(CSRF_FIELD)
    expected = request.cookies.get(cookie_name(request, FORM_COOKIE))
    if session_token(request) is not None:
        try:
            holder = await run_in_threadpool(visitor, request, database(request), settings(request))
        except NotSignedIn:
            pass
        else:
            expected = holder.csrf_token
    must_match(sent, expected)
    return fields


def must_match(sent: object, expected: str | None) -> None:
    """Refuse a form or request whose token is not the expected one.

    Raises:
        FormStale: they differ, or one is missing.
    """
    if not (
        isinstance(sent, str)
        and expected
        and secrets.compare_digest(sent.encode(errors="replace"), expected.encode())
    ):
        raise FormStale


Opened = Annotated[Database, Depends(database)]
Acting = Annotated[Actor, Depends(actor)]
Visiting = Annotated[SessionHolder, Depends(visitor)]
Speaking = Annotated[Language, Depends(language)]
Sent = Annotated[FormData, Depends(form)]
PageSize = Annotated[int, Query(ge=1, le=1000, description="Số mục mỗi trang.")]
FORM_CHECKED = [Depends(form)]  # for a form whose token is all that is asked of it
SIGNED_IN = [Depends(visitor)]  # for a page that needs to know no more of its visitor
