"""Changing the dated rules: propose with a preview, adopt by another person, reject, withdraw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from coverage.actions.rule_previews import Previewed, preview_change
from coverage.days import vietnam_day
from coverage.errors import ChangeRefused, Conflict
from coverage.findings import finding
from coverage.people import Act, Actor, same_person
from coverage.rule_changes import (
    RuleChange,
    RuleChangeStatus,
    RuleKind,
    Standing,
    criteria_on,
    read_change,
    rules_on,
)
from coverage.rule_changes.contents import LONGEST_TEXT
from coverage.rule_changes.previews import digest
from coverage.storage import audit
from coverage.storage import rule_changes as stored
from coverage.storage.criteria import setting_in_force
from coverage.storage.sessions import Database


@dataclass(frozen=True, slots=True)
class InForce:
    """Every dated row, and the day that is asked about; ``changes`` are what brought the rows.

    Only the authority and the auditor see changes; others see the rows alone.
    """

    day: date
    standing: Standing
    changes: Mapping[int, RuleChange]


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A change, and what it would do now while it is not decided.

    ``now`` is None for a decided change; ``refused`` says why a waiting one cannot be adopted any
    more. ``four_eyes`` tells whether another than its proposer must adopt it.
    """

    change: RuleChange
    now: Mapping[str, Any] | None
    refused: ChangeRefused | None
    four_eyes: bool
    standing: Standing

    @property
    def differs(self) -> bool:
        """Whether today's zones make it count otherwise than when it was proposed."""
        return self.now is not None and digest(self.now) != digest(self.change.preview)


def in_force(database: Database, actor: Actor, day: date) -> InForce:
    """Return the rows of every day beside the one asked about; everybody signed in may read."""
    with database.transaction(actor) as connection:
        changes = {change.id: change for change in stored.listed(connection)}
        return InForce(day, stored.standing(connection), changes)


def preview(
    database: Database, actor: Actor, kind: RuleKind, content: Mapping[str, Any], day: date
) -> Previewed:
    """Return what a change would do to today's zones; nothing is kept.

    Raises:
        NotAllowed: the role may not change rules.
        ChangeRefused: the content cannot be read, or contradicts what stands.
    """
    actor.must(Act.CHANGE_RULES)
    with database.transaction(actor) as connection:
        return preview_change(connection, kind, content, day)


def propose(  # noqa: PLR0917 - who, what, why and when
    database: Database,
    actor: Actor,
    kind: RuleKind,
    content: Mapping[str, Any],
    reason: str,
    day: date,
) -> RuleChange:
    """Keep a change with its preview, for another person to adopt.

    Raises:
        NotAllowed: the role may not change rules.
        ChangeRefused: the content or the reason cannot be taken.
    """
    actor.must(Act.CHANGE_RULES)
    told = _reason(reason)
    with database.transaction(actor) as connection:
        previewed = preview_change(connection, kind, content, day)
        number = stored.add(
            connection, previewed.change, content, told, previewed.preview, actor.name
        )
        made = stored.find(connection, number)
        audit.append(
            connection, "rules.proposed", str(number),
            {"kind": kind.value, "content": dict(content), "reason": told},
        )  # fmt: skip
    return made


def adopt(
    database: Database, actor: Actor, change_id: int, day: date, *, seen: str | None = None
) -> RuleChange:
    """Bring a change into force from its day on; what stood only ends.

    ``seen`` names the preview that the person has read when it is not the proposed one
    (:func:`coverage.rule_changes.previews.digest`).

    Raises:
        NotAllowed: the role may not adopt.
        NotFound: there is no such change.
        Conflict: it is decided already, its proposer may not adopt it, or today's zones make it
            count otherwise than what was read.
        ChangeRefused: what stands now contradicts it.
    """
    actor.must(Act.ADOPT_RULES)
    with database.transaction(actor) as connection:
        stored.lock(connection)
        change = _waiting(connection, change_id)
        if setting_in_force(connection, "rules_four_eyes", day) and same_person(
            change.proposed_by, actor.name
        ):
            raise Conflict("rule_change", "same_person", proposed_by=change.proposed_by)
        now = preview_change(
            connection, change.kind, change.content, day, proposed_on=_proposed_on(change)
        )
        if digest(now.preview) not in {digest(change.preview), seen}:
            raise Conflict("rule_change", "preview_differs")
        row = stored.adopt(connection, now.change, change.id)
        stored.decide(connection, change.id, RuleChangeStatus.ADOPTED, actor.name, "")
        adopted = stored.find(connection, change.id)
        audit.append(
            connection, "rules.adopted", str(change.id),
            {
                "kind": change.kind.value, "row": row, "replaces": now.change.replaces,
                "valid_from": now.change.valid_from.isoformat(),
                "proposed_by": change.proposed_by, "preview": digest(now.preview),
            },
        )  # fmt: skip
    return adopted


def reject(database: Database, actor: Actor, change_id: int, reason: str) -> RuleChange:
    """Refuse a proposed change, with a reason.

    Raises:
        NotAllowed: the role may not decide on changes.
        NotFound: there is no such change.
        Conflict: it is decided already.
        ChangeRefused: there is no reason.
    """
    actor.must(Act.ADOPT_RULES)
    return _end(database, actor, change_id, RuleChangeStatus.REJECTED, _reason(reason))


def withdraw(database: Database, actor: Actor, change_id: int) -> RuleChange:
    """Take back a change that one proposed oneself.

    Raises:
        NotAllowed: the role may not change rules.
        NotFound: there is no such change.
        Conflict: it is decided already, or another proposed it.
    """
    actor.must(Act.CHANGE_RULES)
    return _end(database, actor, change_id, RuleChangeStatus.WITHDRAWN, "")


def list_changes(
    database: Database, actor: Actor, status: RuleChangeStatus | None = None
) -> Sequence[RuleChange]:
    """Return the changes that the actor may see, the newest first."""
    with database.transaction(actor) as connection:
        return stored.listed(connection, status)


def show_change(database: Database, actor: Actor, change_id: int, day: date) -> ShownChange:
    """Return one change, with what it would do now while it waits.

    Raises:
        NotFound: there is none that the actor may see.
    """
    with database.transaction(actor) as connection:
        change = stored.find(connection, change_id)
        four_eyes = bool(setting_in_force(connection, "rules_four_eyes", day))
        now, refused = None, None
        if change.status is RuleChangeStatus.PROPOSED:
            try:
                now = preview_change(
                    connection, change.kind, change.content, day, proposed_on=_proposed_on(change)
                ).preview
            except ChangeRefused as error:
                refused = error
        return ShownChange(change, now, refused, four_eyes, stored.standing(connection))


def is_in_force(change: RuleChange, day: date) -> bool:
    """Tell whether an adopted change counts for who pays on ``day``: zones must be assessed anew."""
    read, _ = read_change(change.kind, change.content)
    return (
        read is not None
        and read.valid_from <= day
        and change.kind in {RuleKind.CRITERIA_SET, RuleKind.QUEUE_RULE}
    )


def begins_on(database: Database, actor: Actor, day: date) -> bool:
    """Tell whether another criteria set or other queue rules count on ``day`` than the day before.

    What was adopted for a coming day changes nothing until then; the door asks on every morning.
    """
    with database.transaction(actor) as connection:
        rows = stored.standing(connection)
    before = day - timedelta(days=1)
    return rules_on(rows, before) != rules_on(rows, day) or criteria_on(
        rows, before
    ) != criteria_on(rows, day)


def _end(
    database: Database, actor: Actor, change_id: int, status: RuleChangeStatus, reason: str
) -> RuleChange:
    with database.transaction(actor) as connection:
        change = _waiting(connection, change_id)
        own = same_person(change.proposed_by, actor.name)
        if status is RuleChangeStatus.WITHDRAWN and not own:
            raise Conflict("rule_change", "not_proposer", proposed_by=change.proposed_by)
        stored.decide(connection, change.id, status, actor.name, reason)
        ended = stored.find(connection, change.id)
        audit.append(connection, f"rules.{status.value}", str(change.id), {"reason": reason})
    return ended


def _waiting(connection: Connection, change_id: int) -> RuleChange:
    change = stored.find(connection, change_id, held=True)
    if change.status is not RuleChangeStatus.PROPOSED:
        raise Conflict("rule_change", f"change_{change.status.value}")
    return change


def _reason(reason: str) -> str:
    told = reason.replace("\x00", "").strip()
    if not told or len(told) > LONGEST_TEXT:
        raise ChangeRefused([finding("rule.reason_missing", column="reason")])
    return told


def _proposed_on(change: RuleChange) -> date:
    return vietnam_day(change.proposed_at)
