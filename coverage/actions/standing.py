"""How the program stands: what a probe, a status page and a report's footnote ask."""

from __future__ import annotations

from coverage.storage import standing as stored
from coverage.storage.sessions import Database
from coverage.storage.standing import Standing


def standing(database: Database) -> Standing:
    """Return the versions of migration, administrative list and criteria.

    Raises:
        DatabaseUnavailable: the database cannot be reached.
    """
    with database.at_the_door() as connection:
        return stored.standing(connection)
