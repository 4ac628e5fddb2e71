"""The form of a change: fill in, preview, propose; whatever is wrong, what was typed stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.door import today
from api.pages.rendering import render
from api.pages.rule_fields import (
    SERVICE_KEYS,
    Values,
    content_of,
    parts_of,
    values_of_form,
    values_of_row,
)
from api.problems import problem_of
from coverage.actions import rule_changes as actions
from coverage.actions import units
from coverage.criteria import SERVICE_FIELDS
from coverage.errors import ChangeRefused, NotFound
from coverage.findings import Finding
from coverage.people import Act, Actor
from coverage.rule_changes import (
    DatedRow,
    KnownSetting,
    RuleKind,
    Standing,
    known_settings,
    setting_on,
)
from coverage.storage.sessions import Database
from coverage.towers import Technology
from coverage.zones import Queue

router = APIRouter(prefix="/rules/changes")


@dataclass(frozen=True, slots=True)
class RuleFormPage:
    """A form with what is typed in it, what is wrong with it, and what it would do.

    ``row`` is the row that stands now and would be replaced or followed; None for a new one.
    """

    kind: RuleKind
    values: Values
    row: DatedRow[Any] | None
    known: KnownSetting | None
    removed: bool
    errors: Sequence[Finding] = ()
    preview: Mapping[str, Any] | None = None
    warnings: Sequence[Finding] = ()
    provinces: Mapping[str, str] | None = None
    proposing: bool = False  # the reason was asked for already
    technologies: tuple[str, ...] = tuple(technology.value for technology in Technology)
    queues: tuple[Queue, ...] = tuple(queue for queue in Queue if queue is not Queue.UNDECIDED)
    service_fields: tuple[str, ...] = SERVICE_FIELDS
    template: ClassVar[str] = "rule_form.html"

    @property
    def service_told(self) -> bool:
        """Whether something is asked of the service already."""
        return any(self.values.get(key) for key in SERVICE_KEYS)

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of a setting's parts, when it has some."""
        return () if self.known is None else parts_of(self.known)


@router.get("/new")
def form_page(  # noqa: PLR0917 - path, query and who asks
    request: Request, opened: asked.Opened, holder: asked.Visiting, kind: RuleKind,
    row: Annotated[int | None, Query(ge=1, le=2**31)] = None,
    name: Annotated[str, Query(max_length=100)] = "",
    remove: bool = False,
) -> Response:  # fmt: skip
    """Show the form of a new row, of one that replaces another, or of the end of one."""
    holder.actor.must(Act.CHANGE_RULES)
    standing = actions.in_force(opened, holder.actor, today()).standing
    old = _row(standing, kind, row, name)
    values = values_of_row(kind, old, asked.language(request)) | {"valid_from": str(today())}
    if remove:
        values |= {"removed": "yes", "citation": ""}
    # Another page may bring the parts of a value that somebody has tried there.
    brought = request.query_params
    values |= {part: brought[part][:40] for part in brought if part.startswith("value.")}
    return render(request, _page(kind, values, old))


@router.post("/preview")
def preview_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:
    """Show what the change would do, beneath the form."""
    kind, values, old = _read(opened, holder.actor, fields)
    try:
        made = actions.preview(opened, holder.actor, kind, content_of(kind, values), today())
    except ChangeRefused as refused:
        return _refused(request, _page(kind, values, old, errors=refused.findings), refused)
    names = province_names(opened, holder.actor)
    page = _page(
        kind, values, old, preview=made.preview, warnings=made.findings, provinces=names
    )  # fmt: skip
    return render(request, page)


@router.post("")
def propose(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:
    """Keep the change for another person to adopt."""
    kind, values, old = _read(opened, holder.actor, fields)
    try:
        change = actions.propose(
            opened, holder.actor, kind, content_of(kind, values), values["reason"], today()
        )
    except ChangeRefused as refused:
        return _refused(
            request, _page(kind, values, old, errors=refused.findings, proposing=True), refused
        )
    return RedirectResponse(f"/rules/changes/{change.id}?news=proposed", 303)


def province_names(opened: Database, actor: Actor) -> dict[str, str]:
    """Return the provinces' names by their codes in force."""
    return {unit.code: unit.name for unit in units.provinces(opened, actor)}


def _read(
    opened: Database, actor: Actor, fields: FormData
) -> tuple[RuleKind, Values, DatedRow[Any] | None]:
    actor.must(Act.CHANGE_RULES)
    told = fields.get("kind")
    if told not in set(RuleKind):
        raise NotFound("rule_change", told)
    kind = RuleKind(str(told))
    values = values_of_form(kind, fields)
    standing = actions.in_force(opened, actor, today()).standing
    replaces = values["replaces"]
    number = int(replaces) if replaces.isascii() and replaces.isdigit() else None
    name = values.get("name", "") if kind is RuleKind.SETTING else ""
    return kind, values, _row(standing, kind, number, name)


def _row(standing: Standing, kind: RuleKind, number: int | None, name: str) -> DatedRow[Any] | None:
    """The row that a form is about.

    Raises:
        NotFound: there is none of this number, or no such setting.
    """
    if kind is RuleKind.SETTING:
        if name not in known_settings():
            raise NotFound("setting", name)
        return setting_on(standing, name, today())
    if number is None:
        return None
    for row in standing.rows(kind):
        if row.id == number:
            return row
    raise NotFound("rule_change", number)


def _page(
    kind: RuleKind, values: Values, old: DatedRow[Any] | None, **more: Any
) -> RuleFormPage:  # fmt: skip
    known = known_settings()[values["name"]] if kind is RuleKind.SETTING and old else None
    if kind is RuleKind.SETTING and known is None:
        known = known_settings().get(values.get("name", ""))
    removed = bool(values.get("removed"))
    return RuleFormPage(kind, values, old, known, removed, **more)


def _refused(request: Request, page: RuleFormPage, refused: ChangeRefused) -> Response:
    return render(request, page, status=problem_of(refused).status)
