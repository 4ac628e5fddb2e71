"""Public keys that publications are signed for, as rows; the private ones never come here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, text, update

from coverage.storage.tables.packages import signing_key


@dataclass(frozen=True, slots=True)
class SigningKeyRecord:
    """A public key and when it signed: from ``made_at`` until ``retired_at`` (None: it does)."""

    id: int
    fingerprint: str
    pem: str
    made_by: str
    made_at: datetime
    retired_at: datetime | None

    @property
    def current(self) -> bool:
        """Whether publications are signed for it now."""
        return self.retired_at is None


def signing_keys(connection: Connection) -> list[SigningKeyRecord]:
    """Return every key, the newest first. Anybody may read them, also somebody at the door."""
    rows = connection.execute(select(signing_key).order_by(signing_key.c.id.desc()))
    return [SigningKeyRecord(*row) for row in rows]


def current_key(connection: Connection) -> SigningKeyRecord | None:
    """Return the key that publications are signed for now, if one was ever made."""
    return next((key for key in signing_keys(connection) if key.current), None)


def lock(connection: Connection, *, shared: bool = False) -> None:
    """Let nobody else make or change a key until the transaction's end; many sign at once."""
    kind = "_shared" if shared else ""
    connection.execute(text(f"SELECT pg_advisory_xact_lock{kind}(hashtext('phusong.signing_key'))"))


def add(connection: Connection, fingerprint: str, pem: str, made_by: str) -> None:
    """Make a key the current one, in the place of the one that was; old ones stay readable."""
    connection.execute(
        update(signing_key).where(signing_key.c.retired_at.is_(None)).values(retired_at=func.now())
    )
    connection.execute(
        insert(signing_key).values(fingerprint=fingerprint, pem=pem, made_by=made_by)
    )
