"""Answers for everything that is raised: problem+json for programs, a page for people."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from api import dependencies as asked
from api import problems
from api.pages.problem import problem_page
from api.refusals import (
    Fault,
    MethodUnknown,
    PrintersBusy,
    ProgramFault,
    RangeUnsatisfiable,
    RequestUnreadable,
    RouteUnknown,
    TooManyAttempts,
    TooManyPrints,
    UploadTooLarge,
)
from coverage.errors import NotSignedIn, PhusongError

PROBLEM_JSON = "application/problem+json"
FOR_PROGRAMS = ("/api/", "/health", "/.well-known/", "/tiles/")
logger = logging.getLogger(__name__)


def install(app: FastAPI) -> None:
    """Make ``app`` answer every error through the one table of api/problems.py."""
    app.add_exception_handler(PhusongError, _domain_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _our_mistake)


def answer(request: Request, error: PhusongError) -> Response:
    """Return the answer to an error: JSON below /api, else a page, or the way to sign in."""
    headers = _headers(error)
    language = asked.language(request)
    if request.url.path.startswith(FOR_PROGRAMS):
        told = problems.as_json(error, language)
        return JSONResponse(
            told, problems.problem_of(error).status, headers, media_type=PROBLEM_JSON
        )
    if isinstance(error, NotSignedIn):
        return _way_in(request)
    response = problem_page(request, error, language)
    response.headers.update(headers)
    return response


def _way_in(request: Request) -> Response:
    """Lead to the sign-in page, and from there back to where the person was reading.

    A script that asked for a part of a page gets no page in its place: htmx goes there itself.
    """
    if request.headers.get("HX-Request") == "true":
        seen = urlsplit(request.headers.get("HX-Current-URL", ""))
        return Response(status_code=401, headers={"HX-Redirect": _sign_in(seen.path, seen.query)})
    if request.method != "GET":
        return RedirectResponse(_sign_in("/", ""), 303)
    return RedirectResponse(_sign_in(request.url.path, request.url.query), 303)


def _sign_in(path: str, query: str) -> str:
    back = f"{path}?{query}" if query else path or "/"
    return f"/sign-in?next={quote(back, safe='/')}"


def _headers(error: PhusongError) -> Mapping[str, str]:
    if isinstance(error, TooManyAttempts | TooManyPrints | PrintersBusy):
        return {"Retry-After": str(error.seconds)}
    if isinstance(error, RangeUnsatisfiable):
        return {"Content-Range": f"bytes */{error.size}"}
    if isinstance(error, NotSignedIn):
        return {"WWW-Authenticate": "Bearer"}
    return {}


async def _domain_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, PhusongError):
        raise error
    if problems.problem_of(error).status >= 500:  # noqa: PLR2004 - the class of server errors
        logger.error("%s: %s", type(error).__name__, error)
    return answer(request, error)


async def _invalid_request(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    faults = {  # where several types may stand, each complains of the same part, under its name
        ".".join(str(part) for part in fault["loc"] if "[" not in str(part)): str(fault["type"])
        for fault in error.errors()
    }
    return answer(
        request, RequestUnreadable([Fault(where, kind) for where, kind in faults.items()])
    )


async def _http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    told: PhusongError
    match error.status_code:
        case 404:
            path = request.url.path
            if request.method in {"GET", "HEAD"} and path != "/" and path.endswith("/"):
                return RedirectResponse(_without_slash(path, request.url.query), 307)
            told = RouteUnknown()
            await _recognise(request)
        case 405:
            told = MethodUnknown()
        case 413:
            limit = asked.settings(request).intake.max_bytes
            told = UploadTooLarge(limit // 1_000_000)
        case _:
            told = RequestUnreadable([Fault("body", "unreadable")])
    response = answer(request, told)
    response.headers.update(error.headers or {})
    return response


def _without_slash(path: str, query: str) -> str:
    """The address that was meant: people and programs end one with a slash.

    It names no host: neither the one in ``Host`` nor one that the path begins with.
    """
    own = "/" + path.strip("/")  # quoted already
    return f"{own}?{query}" if query else own


async def _recognise(request: Request) -> None:
    """Let a page that is not there keep its visitor's bar: no route has asked who they are."""
    if request.url.path.startswith(FOR_PROGRAMS):
        return
    with suppress(PhusongError):
        opened, chosen = asked.database(request), asked.settings(request)
        await run_in_threadpool(asked.visitor, request, opened, chosen)


async def _our_mistake(request: Request, error: Exception) -> Response:
    """The traceback goes to the log, its number to the person.

    The route is logged, not the address, which may hold a secret; and as this answer is made
    outside of everything else, it is given its headers here.
    """
    incident = secrets.token_hex(4)
    route = getattr(request.scope.get("route"), "path", "?")
    logger.error("incident %s: %s %s", incident, request.method, route, exc_info=error)
    response = answer(request, ProgramFault(incident))
    for name, value in request.app.state.headers.items():
        response.headers.setdefault(name, value)
    return response
