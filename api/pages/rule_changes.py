"""Changes of the rules: the list, one change with its preview, and the decision on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.door import today
from api.pages.rendering import render
from api.pages.rule_forms import province_names
from api.pages.rule_said import field_by_field, in_one_line
from api.problems import detail, problem_of
from api.rule_changes import adopted
from coverage.actions import rule_changes as actions
from coverage.actions.rule_changes import ShownChange
from coverage.actions.rule_previews import findings_of_preview
from coverage.errors import ChangeRefused, Conflict, PhusongError
from coverage.findings import Finding, Language
from coverage.people import MAY, Act, same_person
from coverage.rule_changes import KnownSetting, RuleChange, known_settings
from coverage.rule_changes.previews import digest
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database

router = APIRouter(prefix="/rules/changes")
ChangeNumber = Annotated[int, Path(ge=1, le=2**62)]


@dataclass(frozen=True, slots=True)
class RuleChangesPage:
    """The changes, the newest first, each in one line of words."""

    changes: Sequence[tuple[RuleChange, str]]
    may_change: bool
    template: ClassVar[str] = "rule_changes.html"


@dataclass(frozen=True, slots=True)
class RuleChangePage:
    """One change: what it says, what it would do, and who may decide on it.

    ``refused`` is an answer to what was just tried; ``own`` that the visitor proposed it.
    """

    shown: ShownChange
    in_words: str
    said: Sequence[tuple[str, str, str]]  # field, before, after
    warnings: Sequence[Finding]
    provinces: Mapping[str, str]
    own: bool
    may_adopt: bool
    may_withdraw: bool
    seen: str
    typed: str
    refused: str | None
    news: str | None
    template: ClassVar[str] = "rule_change.html"

    @property
    def known(self) -> KnownSetting | None:
        """The setting that is changed, when it is one."""
        return known_settings().get(str(self.shown.change.content.get("name")))


@router.get("")
def changes_page(request: Request, opened: asked.Opened, holder: asked.Visiting) -> Response:
    """List the changes that the visitor may see."""
    language = asked.language(request)
    found = actions.list_changes(opened, holder.actor)
    told = [(change, in_one_line(change, language)) for change in found]
    return render(request, RuleChangesPage(told, holder.actor.role in MAY[Act.CHANGE_RULES]))


@router.get("/{number}")
def change_page(
    request: Request,
    opened: asked.Opened,
    holder: asked.Visiting,
    number: ChangeNumber,
    news: Annotated[Literal["proposed", "adopted", "rejected", "withdrawn"] | None, Query()] = None,
) -> Response:
    """Show one change."""
    return _show(request, opened, holder, number, news=news)


@router.post("/{number}/adopt")
def adopt(
    request: Request,
    opened: asked.Opened,
    holder: asked.Visiting,
    fields: asked.Sent,
    number: ChangeNumber,
) -> Response:
    """Adopt it; the preview that the page showed is the one that was read."""
    seen = fields.get("seen")
    try:
        adopted(opened, holder.actor, number, seen if isinstance(seen, str) else None)
    except (ChangeRefused, Conflict) as refused:
        return _show(request, opened, holder, number, refused=refused)
    return RedirectResponse(f"/rules/changes/{number}?news=adopted", 303)


@router.post("/{number}/reject")
def reject(
    request: Request,
    opened: asked.Opened,
    holder: asked.Visiting,
    fields: asked.Sent,
    number: ChangeNumber,
) -> Response:
    """Refuse it with a reason."""
    reason = fields.get("reason")
    typed = reason if isinstance(reason, str) else ""
    try:
        actions.reject(opened, holder.actor, number, typed)
    except (ChangeRefused, Conflict) as refused:
        return _show(request, opened, holder, number, refused=refused, typed=typed)
    return RedirectResponse(f"/rules/changes/{number}?news=rejected", 303)


@router.post("/{number}/withdraw", dependencies=asked.FORM_CHECKED)
def withdraw(
    request: Request, opened: asked.Opened, holder: asked.Visiting, number: ChangeNumber
) -> Response:
    """Take one's own change back."""
    try:
        actions.withdraw(opened, holder.actor, number)
    except Conflict as refused:
        return _show(request, opened, holder, number, refused=refused)
    return RedirectResponse(f"/rules/changes/{number}?news=withdrawn", 303)


def _show(
    request: Request, opened: Database, holder: SessionHolder, number: int, *,
    news: str | None = None, refused: PhusongError | None = None, typed: str = "",
) -> Response:  # fmt: skip
    language, role = asked.language(request), holder.actor.role
    shown = actions.show_change(opened, holder.actor, number, today())
    own = same_person(shown.change.proposed_by, holder.actor.name)
    page = RuleChangePage(
        shown,
        in_one_line(shown.change, language),
        field_by_field(shown.change, shown.standing, language),
        findings_of_preview(shown.now or shown.change.preview),
        province_names(opened, holder.actor),
        own,
        role in MAY[Act.ADOPT_RULES] and not (own and shown.four_eyes),
        own and role in MAY[Act.CHANGE_RULES],
        digest(shown.now or shown.change.preview),
        typed,
        None if refused is None else _why(refused, language),
        news,
    )
    return render(request, page, status=200 if refused is None else problem_of(refused).status)


def _why(refused: PhusongError, language: Language) -> str:
    told = [detail(refused, language)]
    if isinstance(refused, ChangeRefused):
        told = [f"{each.message(language)} {each.fix(language)}" for each in refused.findings]
    return " ".join(told)
