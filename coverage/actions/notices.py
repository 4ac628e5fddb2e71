"""Notices to an organisation about packages that it took: read, count, mark as read."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from coverage.people import Actor
from coverage.storage import audit
from coverage.storage import package_letters as stored
from coverage.storage.package_letters import Notice
from coverage.storage.sessions import Database


def list_notices(database: Database, actor: Actor) -> list[Notice]:
    """Return the notices to the actor's organisation whose time has come, the newest first."""
    with database.transaction(actor) as connection:
        return stored.notices(connection, actor.organisation_id)


def count_unread(database: Database, actor: Actor) -> int:
    """Count the notices that nobody in the organisation has marked as read."""
    with database.transaction(actor) as connection:
        return stored.unread(connection, actor.organisation_id)


def mark_read(
    database: Database, actor: Actor, notice_ids: Collection[uuid.UUID] | None = None
) -> int:
    """Mark notices as read, all of the organisation without ids; return how many there were."""
    with database.transaction(actor) as connection:
        done = stored.mark_read(connection, actor.organisation_id, notice_ids)
        if done:
            audit.append(connection, "notices.read", str(actor.organisation_id), {"count": done})
    return done
