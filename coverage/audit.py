"""The audit log's chain: each entry's hash covers its content and the hash before it.

Whoever changes, removes or inserts an old entry breaks every hash after it. The database's
``audit_append`` computes the same SHA-256 over the same text; a test holds the two together.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

FIRST_HASH = "0" * 64


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act. ``at`` is UTC in ISO 8601 with microseconds; ``detail`` is canonical JSON."""

    sequence: int
    at: str
    organisation: str
    actor: str
    act: str
    subject: str
    detail: str
    previous_hash: str
    hash: str


def canonical(detail: Mapping[str, object]) -> str:
    """Return ``detail`` as JSON that is the same for the same content: sorted, no spaces."""
    return json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(entry: AuditEntry) -> str:
    """Return the SHA-256 (hex) that ``entry`` must carry."""
    parts = (
        entry.previous_hash, str(entry.sequence), entry.at, entry.organisation,
        entry.actor, entry.act, entry.subject, entry.detail,
    )  # fmt: skip
    # A length before each part, so that no text can be moved across the border of two parts.
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()


def first_broken(entries: Iterable[AuditEntry]) -> int | None:
    """Return the sequence number of the first entry that breaks the chain, or None.

    ``entries`` must come in order from the very first one.
    """
    previous_hash, expected = FIRST_HASH, 1
    for entry in entries:
        whole = entry.sequence == expected and entry.previous_hash == previous_hash
        if not whole or entry.hash != hash_of(entry):
            return entry.sequence
        previous_hash, expected = entry.hash, expected + 1
    return None
