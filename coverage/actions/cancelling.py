"""Cancelling what was published, and recalling what waits for its minute."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import Connection

from coverage.actions.package_records import ids, latest, told
from coverage.actions.package_versions import lock_zones, must_be_open
from coverage.actions.zone_moves import Wish, carry_out, check
from coverage.errors import Conflict
from coverage.packages import PackageStatus
from coverage.people import Act, Actor
from coverage.storage import audit, openings
from coverage.storage import lots as stored_lots
from coverage.storage import package_letters as letters
from coverage.storage import packages as stored
from coverage.storage.packages import PackageRecord
from coverage.storage.sessions import Database
from coverage.zone_life import Move


def cancel_package(
    database: Database, actor: Actor, number: str, reason: str, *, seen_version: int | None = None
) -> PackageRecord:
    """Cancel a package with a reason; a version that waits for its minute is recalled instead.

    The zones of a cancelled package are free again, its lots are history. What was recalled nobody
    else has seen, and the version before, if there is one, stands.

    Raises:
        NotAllowed, NotFound: no such right or package.
        Conflict: no reason; it is a draft, or cancelled already; a lot is awarded; another version
            is newer than the one seen; what was to be recalled has just opened.
    """
    actor.must(Act.PUBLISH_PACKAGE)
    if not reason.strip():
        raise Conflict("package", "needs_reason")
    with database.transaction(actor) as connection:
        stored_lots.lock_province(connection, latest(connection, number).province_code)
        record = latest(connection, number)
        recalled = record.waits and record.status is PackageStatus.PUBLISHED
        must_be_open(replace(record, waits=False), seen_version)
        if recalled and not openings.recall(connection, record.id):
            raise Conflict("package", "opened_meanwhile", number=number)
        stored.cancel(connection, record.id, reason.strip(), actor.name)
        leaving: Collection[uuid.UUID] = ()
        if not recalled:
            leaving = _set_free(connection, actor, record, reason.strip())
            letters.notify(connection, number, "cancellation", version=record.version)
        cancelled = latest(connection, number, record.version)
        audit.append(
            connection, "package.recalled" if recalled else "package.cancelled", number,
            told(cancelled) | {"reason": reason.strip(), "zones": ids(leaving)},
        )  # fmt: skip
    return cancelled


def _set_free(
    connection: Connection, actor: Actor, record: PackageRecord, reason: str
) -> list[uuid.UUID]:
    """Take every zone out of the package that stands in it, and dissolve its lots."""
    locked = lock_zones(connection, record)
    if openings.awarded_lots(connection, record.lot_ids):
        raise Conflict("package", "package_awarded", number=record.number)
    if locked:
        wish = Wish(Move.LEAVE_PACKAGE, reason, take_over=True)
        check(connection, actor, locked, wish)
        carry_out(connection, actor, locked, wish)
    openings.dissolve(connection, record.lot_ids)
    return sorted(locked)
