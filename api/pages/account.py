"""One's own account: who I am here, and a new password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.pages.rendering import render
from coverage.actions import people
from coverage.errors import Conflict

router = APIRouter()
_LONGEST = 200  # characters; Argon2 need not chew on more


@dataclass(frozen=True, slots=True)
class AccountPage:
    """The account; ``fault`` is why the last change was refused, or empty."""

    organisation: str
    fault: str
    changed: bool
    least: int = people.PASSWORD_LENGTH
    template: ClassVar[str] = "account.html"


@router.get("/account")
def account_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting,
    changed: Annotated[bool, Query()] = False,
) -> Response:  # fmt: skip
    """Show the account."""
    organisation = people.organisation_name(opened, holder.actor)
    return render(request, AccountPage(organisation, "", changed))


@router.post("/account")
def change_password(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:
    """Change the password, or say why not."""
    present, wanted, again = (
        str(fields.get(name, ""))[:_LONGEST] for name in ("present", "wanted", "again")
    )
    fault = "differ" if wanted != again else ""
    if not fault:
        try:
            people.change_password(
                opened, holder.actor, asked.session_token(request) or "",
                present=present, wanted=wanted,
            )  # fmt: skip
        except Conflict as refused:
            fault = str(refused.facts["reason"])
    if not fault:
        return RedirectResponse("/account?changed=true", 303)
    organisation = people.organisation_name(opened, holder.actor)
    return render(request, AccountPage(organisation, fault, changed=False), status=409)
