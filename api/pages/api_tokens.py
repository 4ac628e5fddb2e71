"""API tokens of organisations: which there are, a new one, an end to one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.pages.form_texts import text_of
from api.pages.people import may_manage
from api.pages.person_forms import chosen_id, chosen_role
from api.pages.rendering import render
from coverage.actions import accounts, people
from coverage.errors import Conflict
from coverage.people import ROLES_OF, OrganisationKind, Role
from coverage.storage.accounts import KeptToken, Organisation
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database

router = APIRouter(prefix="/tokens", dependencies=[Depends(may_manage)])


@dataclass(frozen=True, slots=True)
class TokensPage:
    """The tokens, and a form for one of one kind of organisation; ``made`` is shown this once."""

    tokens: Sequence[KeptToken]
    kind: OrganisationKind
    organisations: Sequence[Organisation]
    roles: Sequence[Role]
    label: str = ""
    chosen: str = ""
    made: str = ""
    fault: str = ""
    revoked: bool = False
    kinds: Sequence[OrganisationKind] = tuple(OrganisationKind)
    template: ClassVar[str] = "tokens.html"


@router.get("")
def tokens_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting,
    kind: OrganisationKind = OrganisationKind.OPERATOR,
    revoked: Annotated[bool, Query()] = False,
) -> Response:  # fmt: skip
    """Show the tokens."""
    return render(request, _page(opened, holder, kind, revoked=revoked))


@router.post("")
def issue(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:
    """Make a token and show it this once, or say why not."""
    label, chosen, role = (text_of(fields, name) for name in ("label", "organisation", "role"))
    named = {each.value: each for each in OrganisationKind}
    kind = named.get(text_of(fields, "kind"), OrganisationKind.OPERATOR)
    try:
        made = people.issue_token(
            opened,
            holder.actor,
            organisation_id=chosen_id(chosen),
            role=chosen_role(role),
            label=label,
        )
    except Conflict as refused:
        fault = str(refused.facts["reason"])
        page = _page(opened, holder, kind, label=label, chosen=chosen, fault=fault)
        return render(request, page, status=409)
    return render(request, _page(opened, holder, kind, label=label, made=made), status=201)


@router.post("/{token_id}/revoke", dependencies=asked.FORM_CHECKED)
def revoke(opened: asked.Opened, holder: asked.Visiting, token_id: uuid.UUID) -> Response:
    """Revoke a token."""
    accounts.revoke_token(opened, holder.actor, token_id)
    return RedirectResponse("/tokens?revoked=true", 303)


def _page(  # noqa: PLR0913 - each is one thing that the page tells
    opened: Database, holder: SessionHolder, kind: OrganisationKind, *, label: str = "",
    chosen: str = "", made: str = "", fault: str = "", revoked: bool = False,
) -> TokensPage:  # fmt: skip
    return TokensPage(
        accounts.list_tokens(opened, holder.actor), kind,
        accounts.list_organisations(opened, holder.actor, kind),
        [role for role in Role if role in ROLES_OF[kind]], label, chosen, made, fault, revoked,
    )  # fmt: skip
