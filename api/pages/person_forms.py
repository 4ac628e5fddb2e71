"""One person's account: invited, changed, closed and opened, let in by a link, put out."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, TypeVar

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.addresses import told_address
from api.pages.form_texts import text_of
from api.pages.people import may_manage
from api.pages.rendering import render
from coverage.actions import accounts, password_links
from coverage.actions.password_links import MadeLink
from coverage.errors import Conflict
from coverage.people import ROLES_OF, OrganisationKind, Role
from coverage.storage.accounts import Account, Organisation
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database

router = APIRouter(dependencies=[Depends(may_manage)])
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class InvitePage:
    """The form for a new person of one kind of organisation; ``fault`` is why it was refused."""

    kind: OrganisationKind
    organisations: Sequence[Organisation]
    roles: Sequence[Role]
    chosen: str = ""
    login: str = ""
    full_name: str = ""
    role: str = ""
    fault: str = ""
    kinds: Sequence[OrganisationKind] = tuple(OrganisationKind)
    template: ClassVar[str] = "person_new.html"


@dataclass(frozen=True, slots=True)
class PersonPage:
    """An account; ``done`` is what has just been done, ``fault`` why something was not."""

    person: Account
    roles: Sequence[Role]
    own: bool
    done: str = ""
    fault: str = ""
    template: ClassVar[str] = "person.html"


@dataclass(frozen=True, slots=True)
class LinkPage:
    """A new link, shown this once; ``invited``: its person is new.

    ``address`` is a path alone while the settings name no public address.
    """

    person: Account
    address: str
    expires_at: datetime
    invited: bool
    template: ClassVar[str] = "person_link.html"


@router.get("/people/new")
def invite_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting,
    kind: OrganisationKind = OrganisationKind.PROVINCE,
    organisation: Annotated[str, Query(max_length=40)] = "",
) -> Response:  # fmt: skip
    """Show the form for a new person."""
    return render(request, _invite_page(opened, holder, kind, chosen=organisation))


@router.post("/people/new")
def invite(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:
    """Make the person and show their link, or say why not."""
    login, full_name, chosen, role = (
        text_of(fields, name) for name in ("login", "full_name", "organisation", "role")
    )
    named = {each.value: each for each in OrganisationKind}
    kind = named.get(text_of(fields, "kind"), OrganisationKind.PROVINCE)
    try:
        made = password_links.invite(
            opened, holder.actor, login=login, full_name=full_name, role=chosen_role(role),
            organisation_id=chosen_id(chosen), hours=asked.settings(request).web.password_link_hours,
        )  # fmt: skip
    except Conflict as refused:
        page = _invite_page(
            opened, holder, kind, chosen=chosen, login=login, full_name=full_name, role=role,
            fault=str(refused.facts["reason"]),
        )  # fmt: skip
        return render(request, page, status=409)
    return _link_page(request, opened, holder, made, invited=True)


@router.get("/people/{person_id}")
def person_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting, person_id: uuid.UUID,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:  # fmt: skip
    """Show one account."""
    return render(request, _person_page(request, opened, holder, person_id, done=done))


@router.post("/people/{person_id}")
def change(
    request: Request, opened: asked.Opened, holder: asked.Visiting, person_id: uuid.UUID,
    fields: asked.Sent,
) -> Response:  # fmt: skip
    """Change the name or the role."""
    return _done(
        request, opened, holder, person_id, "changed",
        lambda: accounts.change(
            opened, holder.actor, person_id, full_name=text_of(fields, "full_name"),
            role=chosen_role(text_of(fields, "role")),
        ),
    )  # fmt: skip


@router.post("/people/{person_id}/disable", dependencies=asked.FORM_CHECKED)
def disable(
    request: Request, opened: asked.Opened, holder: asked.Visiting, person_id: uuid.UUID
) -> Response:
    """Close the account."""
    return _done(
        request, opened, holder, person_id, "disabled",
        lambda: accounts.disable(opened, holder.actor, person_id),
    )  # fmt: skip


@router.post("/people/{person_id}/enable", dependencies=asked.FORM_CHECKED)
def enable(
    request: Request, opened: asked.Opened, holder: asked.Visiting, person_id: uuid.UUID
) -> Response:
    """Open the account again."""
    return _done(
        request, opened, holder, person_id, "enabled",
        lambda: accounts.enable(opened, holder.actor, person_id),
    )  # fmt: skip


@router.post("/people/{person_id}/end-sessions", dependencies=asked.FORM_CHECKED)
def end_sessions(
    request: Request, opened: asked.Opened, holder: asked.Visiting, person_id: uuid.UUID
) -> Response:
    """End every session of the person."""
    return _done(
        request, opened, holder, person_id, "sessions",
        lambda: accounts.end_sessions(opened, holder.actor, person_id),
    )  # fmt: skip


@router.post("/people/{person_id}/link", dependencies=asked.FORM_CHECKED)
def make_link(
    request: Request, opened: asked.Opened, holder: asked.Visiting, person_id: uuid.UUID
) -> Response:
    """Make a link by which the person chooses a new password, and show it this once."""
    hours = asked.settings(request).web.password_link_hours
    return _acted(
        request, opened, holder, person_id,
        lambda: password_links.make_link(opened, holder.actor, person_id, hours=hours),
        lambda made: _link_page(request, opened, holder, made, invited=False),
    )  # fmt: skip


def _done(  # noqa: PLR0917 - what every act on one person needs
    request: Request, opened: Database, holder: SessionHolder, person_id: uuid.UUID, done: str,
    act: Callable[[], object],
) -> Response:  # fmt: skip
    """Do it, and show the account again with what was done."""
    told = RedirectResponse(f"/people/{person_id}?done={done}", 303)
    return _acted(request, opened, holder, person_id, act, lambda _: told)


def _acted(  # noqa: PLR0917 - what every act on one person needs
    request: Request, opened: Database, holder: SessionHolder, person_id: uuid.UUID,
    act: Callable[[], Made], answer: Callable[[Made], Response],
) -> Response:  # fmt: skip
    """Do something to an account and answer with what was made, or show it with why not."""
    try:
        made = act()
    except Conflict as refused:
        fault = str(refused.facts["reason"])
        page = _person_page(request, opened, holder, person_id, fault=fault)
        return render(request, page, status=409)
    return answer(made)


def _person_page(
    request: Request, opened: Database, holder: SessionHolder, person_id: uuid.UUID, *,
    done: str = "", fault: str = "",
) -> PersonPage:  # fmt: skip
    idle = asked.settings(request).web.session_idle_minutes
    known = accounts.account(opened, holder.actor, person_id, idle_minutes=idle)
    own = known.id == holder.actor.person_id
    return PersonPage(known, _roles_of(known.kind), own, done, fault)


def _invite_page(  # noqa: PLR0913 - each is one field of the form
    opened: Database, holder: SessionHolder, kind: OrganisationKind, *, chosen: str = "",
    login: str = "", full_name: str = "", role: str = "", fault: str = "",
) -> InvitePage:  # fmt: skip
    known = accounts.list_organisations(opened, holder.actor, kind)
    return InvitePage(kind, known, _roles_of(kind), chosen, login, full_name, role, fault)


def _link_page(
    request: Request, opened: Database, holder: SessionHolder, made: MadeLink, *, invited: bool
) -> Response:
    person = accounts.account(opened, holder.actor, made.person_id)
    address = told_address(request, f"/reset/{made.token}")
    page = LinkPage(person, address, made.expires_at, invited)
    return render(request, page, status=201)


def _roles_of(kind: OrganisationKind) -> list[Role]:
    return [role for role in Role if role in ROLES_OF[kind]]


def chosen_role(text: str) -> Role:
    """Return the role of this name, or refuse."""
    if text not in set(Role):
        raise Conflict("role", "role_missing")
    return Role(text)


def chosen_id(text: str) -> uuid.UUID:
    """Return the organisation's id, or refuse."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Conflict("organisation", "organisation_missing") from None
