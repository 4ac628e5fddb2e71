"""The life of a change: proposed by one person, adopted or rejected by another, or withdrawn."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from coverage.rule_changes.rows import RuleKind

_TOKEN = "mã truy cập "  # noqa: S105 - how an API token's label is told, not a password
_COMMAND = "phusong "


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


def same_person(one: str, other: str) -> bool:
    """Tell whether two names of actors must be taken for one person.

    A login in other letters, a token labelled with somebody's login, and any two commands on the
    server itself are nobody else.
    """
    return _known_as(one) == _known_as(other)


def _known_as(name: str) -> str:
    plain = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    if f"{plain} ".startswith(_COMMAND):
        return _COMMAND
    return plain.removeprefix(_TOKEN)
