"""The first page after signing in: what waits for me, what to do next, and how things stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from api import dependencies as asked
from api.door import today
from api.pages.home_tasks import Awaited, Known, TimedTask, awaited_by, tasks_of
from api.pages.rendering import render
from coverage.actions import packages, people, units, zones
from coverage.people import Actor, OrganisationKind
from coverage.storage.sessions import Database
from coverage.storage.zones import ZoneCount
from coverage.zones import ENDED, Queue

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Sum:
    """Zones and households counted together."""

    zones: int
    households: int


@dataclass(frozen=True, slots=True)
class ProvinceLine:
    """One province beside the others: its sums by queue, and all of them."""

    code: str
    name: str
    queues: Mapping[Queue, Sum]
    whole: Sum


@dataclass(frozen=True, slots=True)
class HomePage:
    """What one person has before them.

    ``tasks`` are theirs, the most urgent first; ``awaited`` is what others have to do before they
    can go on; ``provinces`` stand side by side for who sees the country.
    """

    organisation: str
    tasks: Sequence[TimedTask]
    awaited: Sequence[Awaited]
    queues: Sequence[tuple[Queue, Sum]]
    whole: Sum
    provinces: Sequence[ProvinceLine]
    template: ClassVar[str] = "home.html"


@router.get("/")
def home(request: Request, opened: asked.Opened, holder: asked.Visiting) -> Response:
    """Show the visitor's own start."""
    actor = holder.actor
    counts = [count for count in zones.count_zones(opened, actor) if count.status not in ENDED]
    lines, silent = _provinces(opened, actor, counts)
    known = Known(counts, packages.list_packages(opened, actor), silent, today())
    page = HomePage(
        organisation=people.organisation_name(opened, actor),
        tasks=tasks_of(opened, actor, known),
        awaited=awaited_by(opened, actor, known),
        queues=[(queue, _sum(c for c in counts if c.queue is queue)) for queue in Queue],
        whole=_sum(counts),
        provinces=lines,
    )
    return render(request, page)


def _sum(counts: Iterable[ZoneCount]) -> Sum:
    listed = list(counts)
    return Sum(sum(c.zones for c in listed), sum(c.households for c in listed))


def _provinces(
    opened: Database, actor: Actor, counts: Sequence[ZoneCount]
) -> tuple[list[ProvinceLine], list[str]]:
    """The provinces side by side, the most households first; and those that are silent."""
    if actor.kind not in {OrganisationKind.AUTHORITY, OrganisationKind.AUDITOR}:
        return [], []
    names = {place.code: place.name for place in units.provinces(opened, actor)}
    reported = {count.province_code for count in counts}
    lines = []
    for code in reported:
        own = [count for count in counts if count.province_code == code]
        queues = {queue: _sum(c for c in own if c.queue is queue) for queue in Queue}
        lines.append(ProvinceLine(code, names.get(code, code), queues, _sum(own)))
    lines.sort(key=lambda line: (-line.whole.households, line.code))
    return lines, [name for code, name in names.items() if code not in reported]
