"""What a printed map says beside what it draws: the criteria set in force on its day."""

from __future__ import annotations

from datetime import date

from coverage.criteria import CriteriaSet
from coverage.people import Actor
from coverage.storage.criteria import criteria_in_force
from coverage.storage.sessions import Database


def criteria_on(database: Database, actor: Actor, day: date) -> CriteriaSet | None:
    """Return the criteria set in force on a day, or None where there is none."""
    with database.transaction(actor) as connection:
        return criteria_in_force(connection, day)
