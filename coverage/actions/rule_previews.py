"""What a change of the rules would do to today's zones, inside the transaction that asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from coverage.actions.priorities import weights_effect
from coverage.errors import ChangeRefused
from coverage.findings import Finding, Severity, finding, worst
from coverage.rule_changes import (
    Change,
    RuleKind,
    SettingKind,
    Standing,
    changed_by,
    check_change,
    criteria_on,
    known_settings,
    read_change,
    rules_on,
)
from coverage.rule_changes.previews import as_json, queue_effect, verdict_effect
from coverage.storage import rule_changes as stored
from coverage.storage import rule_previews as inputs


@dataclass(frozen=True, slots=True)
class Previewed:
    """A change that may be proposed, its warnings, and what it would do as JSON.

    ``before`` is the row that it replaces or follows, as the standing rows have it.
    """

    change: Change
    findings: tuple[Finding, ...]
    preview: Mapping[str, Any]
    standing: Standing


def preview_change(
    connection: Connection,
    kind: RuleKind,
    content: Mapping[str, Any],
    today: date,
    *,
    proposed_on: date | None = None,
) -> Previewed:
    """Return what a change would do; the day it was proposed on is what may not be back-dated.

    Raises:
        ChangeRefused: the content cannot be read, or contradicts what stands.
    """
    change, found = read_change(kind, content)
    if change is None:
        raise ChangeRefused(found)
    standing = stored.standing(connection)
    found = check_change(change, standing, proposed_on or today)
    if worst(found) is Severity.ERROR:
        raise ChangeRefused(found)
    day = max(today, change.valid_from)
    told = {
        "day": day.isoformat(), "today": today.isoformat(),
        "findings": [_finding_as_json(each) for each in found],
        **_effect(connection, change, standing, day, today),
    }  # fmt: skip
    return Previewed(change, tuple(found), told, standing)


def _effect(
    connection: Connection, change: Change, standing: Standing, day: date, today: date
) -> dict[str, object]:
    if change.kind is RuleKind.SETTING:
        known = known_settings()[change.value.name]  # type: ignore[union-attr]
        if known.kind is SettingKind.CLOCK:
            return as_json(None, None, inputs.clock_reach(connection, known.key, change.valid_from))
        if known.key == "score_weights":
            weights = change.value.value  # type: ignore[union-attr]
            return {"ranks": weights_effect(connection, today, weights)}
    if change.kind not in {RuleKind.CRITERIA_SET, RuleKind.QUEUE_RULE}:
        return {}
    changed = changed_by(standing, change)
    without, with_change = criteria_on(standing, day), criteria_on(changed, day)
    zones = inputs.zones(connection, today)
    verdicts = None
    if change.kind is RuleKind.CRITERIA_SET and without and with_change:
        verdicts = verdict_effect(inputs.judgements(connection), without.value, with_change.value)
        served = verdicts.served_without, verdicts.served_with
    else:
        ids = [zone.id for zone in zones]
        before, after = (
            inputs.served_zones(connection, ids, row.value if row else None)
            for row in (without, with_change)
        )
        served = before, after
    rules = [[row.value for row in rules_on(rows, day)] for rows in (standing, changed)]
    return as_json(queue_effect(zones, rules[0], rules[1], *served), verdicts)


def _finding_as_json(each: Finding) -> dict[str, object]:
    return {
        "rule": each.rule, "severity": each.severity.value, "column": each.column,
        "value": each.value, "facts": dict(each.facts),
    }  # fmt: skip


def findings_of_preview(preview: Mapping[str, Any]) -> Sequence[Finding]:
    """Return the warnings that a stored preview has."""
    return tuple(
        finding(
            each["rule"], severity=Severity(each["severity"]), column=each["column"],
            value=each["value"], **each["facts"],
        )
        for each in preview.get("findings", ())
    )  # fmt: skip
