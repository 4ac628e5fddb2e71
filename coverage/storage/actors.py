"""Who acts, out of what the database says of somebody at the door."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from coverage.people import Actor, OrganisationKind, Role


def actor_of(row: Mapping[Any, Any], name: str, person_id: uuid.UUID | None = None) -> Actor:
    """Return who acts; ``row`` has ``organisation_id``, ``kind``, ``role`` and ``province_code``."""
    return Actor(
        row["organisation_id"], OrganisationKind(row["kind"]), Role(row["role"]), name,
        row["province_code"], person_id,
    )  # fmt: skip
