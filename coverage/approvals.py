"""The approver's word (lãnh đạo duyệt): when a list needs it, what may be done with it, what changed.

A province whose leader has an account submits only with that leader's word. Until it is given the
list goes back and forth between officer and approver, and nobody else sees it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from coverage.errors import Conflict
from coverage.findings import Finding
from coverage.people import MAY, Act, Role
from coverage.surveys import RowStatus, SurveyReport


class ApprovalStatus(StrEnum):
    """Where a list stands: with the approver, with the officer again, or submitted."""

    WAITING = "waiting"
    RETURNED = "returned"  # by the approver, with a reason
    TAKEN_BACK = "taken_back"  # by the officer
    APPROVED = "approved"


class Step(StrEnum):
    """What is done with a list that was handed in."""

    HAND_IN = "hand_in"  # again
    APPROVE = "approve"
    RETURN = "return"
    TAKE_BACK = "take_back"
    DROP = "drop"  # nothing of it stays


WITH_APPROVER = frozenset({ApprovalStatus.WAITING})
WITH_OFFICER = frozenset({ApprovalStatus.RETURNED, ApprovalStatus.TAKEN_BACK})
FROM: Mapping[Step, frozenset[ApprovalStatus]] = {
    Step.HAND_IN: WITH_OFFICER,
    Step.APPROVE: WITH_APPROVER,
    Step.RETURN: WITH_APPROVER,
    Step.TAKE_BACK: WITH_APPROVER,
    Step.DROP: WITH_OFFICER,
}
"""From where each step may be taken."""


def must_permit(step: Step, status: ApprovalStatus) -> None:
    """Refuse a step that cannot be taken from where the list stands.

    Raises:
        Conflict: the reason is ``list_`` and where it stands.
    """
    if status not in FROM[step]:
        raise Conflict("approval", f"list_{status}")


def needs_approver(role: Role, *, has_approver: bool) -> bool:
    """Tell whether who has this role submits with another's word only."""
    return has_approver and role not in MAY[Act.APPROVE_SURVEY]


@dataclass(frozen=True, slots=True)
class RowDifference:
    """What was said of a row and what is said now; ``place`` None: of the whole file.

    ``gone`` are the findings that are no more, ``came`` the new ones.
    """

    place: int | None
    sheet: str
    row: int | None
    village: str | None
    before: RowStatus | None
    after: RowStatus | None
    gone: tuple[Finding, ...]
    came: tuple[Finding, ...]


def differences(before: SurveyReport, after: SurveyReport) -> list[RowDifference]:
    """Return what two checks of the same file say differently, in the order of the file."""
    found = []
    gone, came = _apart(before.findings, after.findings)
    if gone or came:
        found.append(RowDifference(None, "", None, None, None, None, gone, came))
    for place in range(max(len(before.rows), len(after.rows))):
        old = before.rows[place] if place < len(before.rows) else None
        new = after.rows[place] if place < len(after.rows) else None
        gone, came = _apart(old.findings if old else (), new.findings if new else ())
        if gone or came or (old and old.reading()) != (new and new.reading()):
            shown = new or old
            if shown is not None:
                found.append(
                    RowDifference(
                        place, shown.sheet, shown.row, shown.village,
                        old.status if old else None, new.status if new else None, gone, came,
                    )
                )  # fmt: skip
    return found


def _apart(
    before: tuple[Finding, ...], after: tuple[Finding, ...]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Findings that only the first has, and those that only the second has."""
    was, now = list(map(_said, before)), list(map(_said, after))
    return (
        tuple(each for each in before if _said(each) not in now),
        tuple(each for each in after if _said(each) not in was),
    )


def fingerprint(report: SurveyReport, impact: Mapping[str, object]) -> str:
    """Return the SHA-256 of what an approver is shown: the file, its rows, findings and impact.

    ``impact`` is the JSON of coverage.impact. How a zone stands that the file does not name is
    left out: the authority works on, and that is no news of the list.
    """
    missing = impact.get("missing")
    named = [
        [each.get("zone"), each.get("withdrawn"), each.get("rejected_row")]
        for each in (missing if isinstance(missing, list) else ())
    ]
    shown = {
        "sha256": report.sha256,
        "vintage": report.vintage,
        "findings": [_said(each) for each in report.findings],
        "rows": [[row.reading(), *map(_said, row.findings)] for row in report.rows],
        "impact": {**impact, "missing": named},
    }
    plain = json.dumps(shown, sort_keys=True, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()


def _said(found: Finding) -> str:
    """A finding as one text that is alike when it says the same."""
    told = [found.rule, found.severity.value, found.column, found.value, dict(found.facts)]
    return json.dumps(told, sort_keys=True, default=str)
