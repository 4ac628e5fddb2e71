"""The dated rules in force on a day, with their citations, earlier and coming rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import dependencies as asked
from api.door import today
from api.pages.rendering import render
from api.rule_rows import ShownRow, rows_of, service_in_words, setting_in_words
from coverage.actions import rule_changes as actions
from coverage.criteria import CriteriaSet
from coverage.findings import Language
from coverage.people import MAY, Act
from coverage.rule_changes import (
    KnownSetting,
    RowState,
    RuleChange,
    RuleChangeStatus,
    RuleKind,
    SettingKind,
    known_settings,
    rule_in_words,
)

router = APIRouter()


@dataclass(frozen=True, slots=True)
class ShownSetting:
    """One setting: its words, the row in force, and the other rows."""

    known: KnownSetting
    in_force: ShownRow | None
    others: Sequence[ShownRow]


@dataclass(frozen=True, slots=True)
class RuleSettingsPage:
    """Everything in force on ``day``; ``changes`` name what brought a row, where one may see it."""

    day: date
    is_today: bool
    rows: Mapping[RuleKind, Sequence[ShownRow]]
    settings: Mapping[SettingKind, Sequence[ShownSetting]]
    changes: Mapping[int, RuleChange]
    waiting: Sequence[RuleChange]
    language: Language
    may_change: bool
    kinds: type[RuleKind] = RuleKind
    template: ClassVar[str] = "rule_settings.html"

    def in_force(self, kind: RuleKind) -> list[ShownRow]:
        """Return the rows of a kind that count on the day."""
        return [row for row in self.rows[kind] if row.state is RowState.IN_FORCE]

    def others(self, kind: RuleKind) -> list[ShownRow]:
        """Return the rows of a kind that do not count on the day."""
        return [row for row in self.rows[kind] if row.state is not RowState.IN_FORCE]

    def rule(self, row: ShownRow) -> str:
        """Return a queue rule in words."""
        return rule_in_words(row.row.value, self.language)

    def service(self, criteria: CriteriaSet) -> str:
        """Return what a criteria set asks of the service in words; "" where it asks nothing."""
        return service_in_words(criteria.service_asked(), self.language)

    def value(self, row: ShownRow) -> str:
        """Return a setting's value in words."""
        return setting_in_words(row.row.value.name, row.row.value.value, self.language)


@router.get("/rules/settings")
def rule_settings_page(
    request: Request,
    opened: asked.Opened,
    holder: asked.Visiting,
    on: Annotated[date | None, Query()] = None,
) -> Response:
    """Show what is in force, to everybody who is signed in."""
    day = on or today()
    found = actions.in_force(opened, holder.actor, day)
    rows = {kind: rows_of(found, kind) for kind in RuleKind}
    page = RuleSettingsPage(
        day, day == today(), rows, _settings(rows[RuleKind.SETTING]), found.changes,
        [each for each in found.changes.values() if each.status is RuleChangeStatus.PROPOSED],
        asked.language(request), holder.actor.role in MAY[Act.CHANGE_RULES],
    )  # fmt: skip
    return render(request, page)


def _settings(rows: Sequence[ShownRow]) -> dict[SettingKind, list[ShownSetting]]:
    """The settings by room, in the registry's order."""
    rooms: dict[SettingKind, list[ShownSetting]] = {kind: [] for kind in SettingKind}
    for known in known_settings().values():
        own = [row for row in rows if row.row.value.name == known.key]
        counts = next((row for row in own if row.state is RowState.IN_FORCE), None)
        rooms[known.kind].append(
            ShownSetting(known, counts, [row for row in own if row is not counts])
        )
    return rooms
