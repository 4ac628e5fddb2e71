"""The life of a change: proposed by one person, adopted or rejected by another, or withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from coverage.rule_changes.rows import RuleKind


class RuleChangeStatus(StrEnum):
    """Where a change stands; each but the first is an end."""

    PROPOSED = "proposed"
    ADOPTED = "adopted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A change as it was proposed, with the preview of that moment, and how it was decided."""

    id: int
    kind: RuleKind
    content: Mapping[str, Any]
    reason: str
    preview: Mapping[str, Any]
    proposed_by: str
    proposed_at: datetime
    status: RuleChangeStatus
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str
