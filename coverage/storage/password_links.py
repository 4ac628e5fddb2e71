"""Links that let a person choose a password once; only their hashes are kept."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, text
from sqlalchemy.dialects.postgresql import insert

from coverage.people import Actor
from coverage.storage.actors import actor_of
from coverage.storage.tables.people import password_link


@dataclass(frozen=True, slots=True)
class LinkHolder:
    """For whom a link was made, and until when it may be used."""

    actor: Actor
    full_name: str
    organisation: str
    expires_at: datetime


def keep(connection: Connection, person_id: uuid.UUID, token_sha256: bytes, hours: int) -> datetime:
    """Keep a person's link in place of any older one; return until when it may be used."""
    row = insert(password_link).values(
        person_id=person_id,
        token_sha256=token_sha256,
        expires_at=func.now() + func.make_interval(0, 0, 0, 0, hours),
    )
    newer = {
        name: row.excluded[name] for name in ("token_sha256", "expires_at")
    } | {"created_at": func.now()}  # fmt: skip
    kept = row.on_conflict_do_update(index_elements=["person_id"], set_=newer)
    until: datetime = connection.execute(
        kept.returning(password_link.c.expires_at)
    ).scalar_one()  # fmt: skip
    return until


def end(connection: Connection, person_id: uuid.UUID) -> None:
    """End a person's link, if there is one."""
    connection.execute(delete(password_link).where(password_link.c.person_id == person_id))


def holder(connection: Connection, token_sha256: bytes) -> LinkHolder | None:
    """Return for whom an open link was made; at the door."""
    row = connection.execute(
        text("SELECT * FROM phusong.password_link_holder(:token)"), {"token": token_sha256}
    ).mappings().first()  # fmt: skip
    if row is None:
        return None
    actor = actor_of(row, row["login"], row["person_id"])
    return LinkHolder(actor, row["full_name"], row["organisation"], row["expires_at"])


def use(connection: Connection, token_sha256: bytes, password_hash: str) -> bool:
    """Set the password, end the link and every session; False when the link has ended already."""
    used = connection.execute(
        text("SELECT phusong.use_password_link(:token, :hash)"),
        {"token": token_sha256, "hash": password_hash},
    )
    return bool(used.scalar_one())
