"""What stands twice in one list that is sent."""

from __future__ import annotations

import uuid
from collections.abc import Sequence


def repeated(asked: Sequence[uuid.UUID | None]) -> dict[int, int]:
    """Return by its place each lot or zone that stands before in the list, and its first place."""
    first: dict[uuid.UUID, int] = {}
    found: dict[int, int] = {}
    for place, key in enumerate(asked):
        if key is not None and key in first:
            found[place] = first[key]
        elif key is not None:
            first[key] = place
    return found
