"""Looking up the names and codes of provinces and communes in force."""

from __future__ import annotations

from coverage.errors import NotFound
from coverage.people import Actor
from coverage.storage import units as stored
from coverage.storage.sessions import Database
from coverage.storage.units import NamedUnit


def provinces(database: Database, actor: Actor) -> list[NamedUnit]:
    """Return the provinces of the list in force, in the order of their codes."""
    with database.transaction(actor) as connection:
        return stored.named_units(connection, "province")


def communes(database: Database, actor: Actor, province_code: str) -> list[NamedUnit]:
    """Return a province's communes, in the order of their codes.

    Raises:
        NotFound: the list in force has no such province.
    """
    with database.transaction(actor) as connection:
        if not stored.named_units(connection, "province", province_code):
            raise NotFound("province", province_code)
        return stored.named_units(connection, "commune", province_code)
