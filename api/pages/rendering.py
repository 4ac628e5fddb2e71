"""Turns a page's context into HTML: one Jinja environment, one layout, two languages."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import ClassVar, Protocol

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from jinja2_fragments import render_block
from markupsafe import Markup
from starlette.responses import HTMLResponse

from api import dependencies as asked
from api.catalogue import translate, translate_count
from api.pages.rooms import rooms_of
from api.words import word
from coverage.actions import notices
from coverage.days import VIETNAM_TIME
from coverage.errors import DatabaseUnavailable
from coverage.findings import Language
from coverage.intake.document import shown
from coverage.people import MAY, Act, Actor, OrganisationKind
from coverage.storage.people import SessionHolder

FOLDER = Path(__file__).resolve().parents[1] / "templates"
MEGABYTE = 1_000_000


class Page(Protocol):
    """What a page is made of: a dataclass that names its template."""

    template: ClassVar[str]


def environment(address_of: Callable[[str], str]) -> Environment:
    """Make the environment; ``address_of`` gives a static file's address by its name."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals["static"] = address_of
    made.filters |= {
        "number": _number, "day": _day, "period": _period, "moment": _moment, "word": _word, "degrees": _degrees, "size": _size, "cell": shown,
        "stored": _stored,
    }  # fmt: skip
    return made


def render(request: Request, page: Page, *, status: int = 200) -> HTMLResponse:
    """Return a page in the visitor's language, inside the layout for who they are.

    A request of HTMX for an element that a block of the template is named after (``zones-found``:
    the block ``zones_found``) gets that block alone; everybody else, and the browser that comes
    back in its history, gets the whole page. What is in it is the same.
    """
    holder: SessionHolder | None = getattr(request.state, "holder", None)
    language = asked.language(request)
    form_token = None
    if holder is None:
        form_token = request.cookies.get(asked.cookie_name(request, asked.FORM_COOKIE))
        form_token = form_token or secrets.token_urlsafe(32)
    template = request.app.state.pages.get_template(page.template)
    block = _wanted_block(request)
    shown = {
        "page": page,
        "holder": holder,
        "may": partial(_may, holder.actor if holder else None),
        "rooms": rooms_of(holder.actor, request.url.path) if holder else (),
        "unread": 0 if block else _unread(request, holder),
        "csrf": holder.csrf_token if holder else form_token,
        "language": language,
        "path": request.url.path,
        "here": _here(request),
        "refused": status >= 400,  # noqa: PLR2004 - what was asked was not done
        "now": datetime.now(UTC),
    }
    if block in template.blocks:
        html = render_block(request.app.state.pages, page.template, block, **shown)
    else:
        html = template.render(**shown)
    response = HTMLResponse(html, status_code=status)
    response.headers["Content-Language"] = language.value
    response.headers["Vary"] = "HX-Request"
    if form_token is not None:
        response.set_cookie(
            asked.cookie_name(request, asked.FORM_COOKIE), form_token, httponly=True,
            samesite="lax", secure=asked.settings(request).web.secure_cookies, path="/",
        )  # fmt: skip
    return response


def _wanted_block(request: Request) -> str:
    """The block that HTMX asks for by the id of the element it will fill; none for a whole page."""
    asked_by_script = request.headers.get("HX-Request") == "true"
    if not asked_by_script or "HX-History-Restore-Request" in request.headers:
        return ""
    return request.headers.get("HX-Target", "").replace("-", "_")


def _here(request: Request) -> str:
    """The page's own address, to come back to; after a refused form, only its path is safe."""
    query = request.url.query if request.method == "GET" else ""
    return request.url.path + (f"?{query}" if query else "")


def _unread(request: Request, holder: SessionHolder | None) -> int:
    """How many notices wait for the visitor's organisation; the bar says so on every page."""
    if holder is None or holder.actor.kind is OrganisationKind.AUTHORITY:
        return 0
    try:
        return notices.count_unread(asked.database(request), holder.actor)
    except DatabaseUnavailable:
        return 0  # the page that says so is being rendered


def _may(actor: Actor | None, act: str) -> bool:
    """Whether to show a link; the action itself is what refuses."""
    return actor is not None and actor.role in MAY[Act(act)]


@pass_context
def _gettext(context: Context, text: str) -> str:
    return translate(text, context["language"])


@pass_context
def _ngettext(context: Context, one: str, many: str, count: int) -> str:
    return translate_count(one, many, count, context["language"])


@pass_context
def _number(context: Context, value: float | None) -> str:
    return "" if value is None else format_decimal(value, locale=_locale(context))


@pass_context
def _day(context: Context, value: date | datetime | str | None) -> str:
    if not value:
        return ""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return str(value)  # a letterhead may say a month only
    if isinstance(value, datetime):
        value = value.astimezone(VIETNAM_TIME)
    return format_date(value, "dd/MM/yyyy", locale=_locale(context))


@pass_context
def _period(context: Context, value: str | None) -> str:
    """``2026-01-01..2026-01-10`` as people write it; either end may be open."""
    first, _, last = (value or "").partition("..")
    return " – ".join(day for day in (_day(context, first), _day(context, last)) if day)


@pass_context
def _moment(context: Context, value: datetime | str) -> str:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    return format_datetime(value, "HH:mm, dd/MM/yyyy", tzinfo=VIETNAM_TIME, locale=_locale(context))


@pass_context
def _word(context: Context, value: StrEnum | str, family: str | None = None) -> str:
    return word(value, context["language"], family)


@pass_context
def _stored(context: Context, text: str | None) -> str | Markup:
    """What somebody once wrote: Vietnamese, and on another language's page it says so (WCAG 3.1.2)."""
    if not text or context["language"] == Language.VI:
        return text or ""
    return Markup('<span lang="vi">{}</span>').format(text)


@pass_context
def _size(context: Context, size: int) -> str:
    """A file's size in the unit that people see in their folders."""
    if size < MEGABYTE:
        return f"{max(1, round(size / 1000))} kB"
    return f"{format_decimal(round(size / MEGABYTE, 1), locale=_locale(context))} MB"


def _degrees(value: float | None) -> str:
    """Degrees as people copy them into a map: five decimals are one metre."""
    return "" if value is None else f"{value:.5f}"


def _locale(context: Context) -> str:
    return "vi_VN" if context["language"] == Language.VI else "en_GB"
