"""Two people at once: what you saw, what it is now, who changed it, and how to go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from fastapi import Request
from starlette.responses import Response

from api.pages.decision_forms import Carried, Typed, carried
from api.pages.impacts import ToldChange
from api.pages.rendering import render
from api.pages.stories import Reader, told_facts
from coverage.actions.review import Seen
from coverage.errors import ZonesChanged
from coverage.zone_life import ZoneEvent
from coverage.zones import Zone


@dataclass(frozen=True, slots=True)
class ChangeBy:
    """Who changed a zone meanwhile, and when."""

    at: datetime
    who: str


@dataclass(frozen=True, slots=True)
class BothVersions:
    """A zone as it was seen beside how it stands now."""

    zone: Zone
    seen_version: int
    version: int
    changes: Sequence[ToldChange]
    by: Sequence[ChangeBy]


@dataclass(frozen=True, slots=True)
class ConflictPage:
    """Zones that changed while somebody decided on them.

    ``action`` is where the same decision may be sent again, now on the present versions of all
    zones in ``zones``, or on those alone that stand as they were seen: ``left`` of them, in
    ``unchanged``. None when there is nothing to send again.
    """

    both: Sequence[BothVersions]
    typed: Typed
    zones: Carried
    unchanged: Carried
    left: int
    action: str | None
    template: ClassVar[str] = "review_conflict.html"


def conflict_page(
    request: Request, reader: Reader, error: ZonesChanged, *,
    seen: Sequence[Seen], typed: Typed, action: str | None,
) -> Response:  # fmt: skip
    """Return the page that tells both versions, with status 409."""
    both = []
    now = {one.zone_id: one for one in seen}
    for change in error.changes:
        now[change.zone.id] = Seen(change.zone.id, change.version)
        both.append(
            BothVersions(
                change.zone, change.seen_version, change.version,
                told_facts(change.before, change.after, reader),
                [ChangeBy(event.at, _who(event, reader)) for event in change.events],
            )
        )  # fmt: skip
    changed = {change.zone.id for change in error.changes}
    unchanged = [one for one in seen if one.zone_id not in changed]
    page = ConflictPage(
        both, typed, carried(list(now.values())), carried(unchanged), len(unchanged), action
    )
    return render(request, page, status=409)


def _who(event: ZoneEvent, reader: Reader) -> str:
    """The organisation, and the person where the reader may know."""
    known = reader.people or event.organisation == reader.organisation
    return f"{event.actor}, {event.organisation}" if known else event.organisation
