"""The administration of people and organisations: who there is, and a new operator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.pages.form_texts import text_of
from api.pages.rendering import render
from api.paging import read_cursor, write_cursor
from api.people import ORDER
from coverage.actions import accounts, people
from coverage.errors import Conflict
from coverage.people import Act, OrganisationKind, Role
from coverage.storage.accounts import KEY_SHAPE, Account, AccountFilter, Organisation


def may_manage(holder: asked.Visiting) -> None:
    """Refuse whoever does not manage people, before anything is read of what they sent."""
    holder.actor.must(Act.MANAGE_PEOPLE)


router = APIRouter(dependencies=[Depends(may_manage)])
PEOPLE_PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """A page of accounts; ``more`` is the address of the next one."""

    accounts: Sequence[Account]
    total: int
    wanted: AccountFilter
    begins: bool
    more: str | None
    kinds: Sequence[OrganisationKind] = tuple(OrganisationKind)
    roles: Sequence[Role] = tuple(Role)
    template: ClassVar[str] = "people.html"


@dataclass(frozen=True, slots=True)
class OrganisationsPage:
    """Every organisation; ``fault`` is why the last operator was not entered, or empty."""

    organisations: Sequence[Organisation]
    added: str
    name: str = ""
    fault: str = ""
    template: ClassVar[str] = "organisations.html"


@router.get("/people")
def people_page(  # noqa: PLR0913, PLR0917 - each is one field of the filter's form
    request: Request,
    opened: asked.Opened,
    holder: asked.Visiting,
    words: Annotated[str, Query(max_length=100)] = "",
    kind: OrganisationKind | Literal[""] = "",
    role: Role | Literal[""] = "",
    state: Literal["", "open", "closed"] = "",
    cursor: str | None = None,
) -> Response:
    """Show one page of the people."""
    wanted = AccountFilter(
        kind or None, role or None, {"open": False, "closed": True}.get(state),
        words.replace("\x00", "").strip() or None,
    )  # fmt: skip
    after = read_cursor(cursor, ORDER, KEY_SHAPE)
    found = accounts.list_accounts(
        opened, holder.actor, wanted, after=[str(part) for part in after] if after else None,
        limit=PEOPLE_PER_PAGE, idle_minutes=asked.settings(request).web.session_idle_minutes,
    )  # fmt: skip
    more = None
    if found.next_key is not None:
        asked_for = {
            "words": words, "kind": kind, "role": role, "state": state,
            "cursor": write_cursor(ORDER, found.next_key),
        }  # fmt: skip
        more = "/people?" + urlencode({name: text for name, text in asked_for.items() if text})
    return render(request, PeoplePage(found.accounts, found.total, wanted, after is None, more))


@router.get("/organisations")
def organisations_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting,
    added: Annotated[str, Query(max_length=120)] = "",
) -> Response:  # fmt: skip
    """Show the organisations."""
    known = accounts.list_organisations(opened, holder.actor)
    return render(request, OrganisationsPage(known, added))


@router.post("/organisations")
def add_operator(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:
    """Enter an operator, or say why not."""
    name = text_of(fields, "name")
    try:
        people.add_operator(opened, holder.actor, name)
    except Conflict as refused:
        known = accounts.list_organisations(opened, holder.actor)
        page = OrganisationsPage(known, "", name, str(refused.facts["reason"]))
        return render(request, page, status=409)
    return RedirectResponse(f"/organisations?{urlencode({'added': name})}", 303)
