"""Reading the audit log and proving that nobody changed it."""

from __future__ import annotations

from coverage.audit import first_broken
from coverage.people import Act, Actor
from coverage.storage import audit
from coverage.storage.sessions import Database


def verify(database: Database, actor: Actor) -> tuple[int, int | None]:
    """Return how many entries there are, and the first that breaks the chain or None."""
    actor.must(Act.READ_AUDIT)
    with database.transaction(actor) as connection:
        every = list(audit.entries(connection))
    return len(every), first_broken(every)
