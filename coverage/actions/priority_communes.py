"""Loading which communes lie on the land border and on islands."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from coverage.errors import InputRefused
from coverage.findings import finding
from coverage.intake.priority_communes import read_priority_communes
from coverage.people import Act, Actor
from coverage.places.units import Level
from coverage.storage import audit, places
from coverage.storage import priorities as stored
from coverage.storage.priorities import PriorityCommune
from coverage.storage.sessions import Database


@dataclass(frozen=True, slots=True)
class LoadedCommunes:
    """How many communes of a vintage are listed now, on the border and on islands."""

    vintage: str
    communes: int
    border: int
    island: int


def load_priority_communes(
    database: Database, actor: Actor, content: bytes, name: str
) -> LoadedCommunes:
    """Keep a list of communes for the vintage in force, in place of the one before.

    Raises:
        NotAllowed: the role may not load lists.
        NotFound: no list of units is in force.
        InputRefused: the list cannot be read, or names a commune that the vintage has not.
    """
    actor.must(Act.LOAD_PLACES)
    listed = read_priority_communes(content, name)
    with database.transaction(actor) as connection:
        vintage = places.active_vintage(connection)
        known = {
            unit.code for unit in places.units(connection, vintage, Level.COMMUNE, areas=False)
        }
        unknown = [
            finding("priority.unknown_code", line=each.line, code=each.code, vintage=vintage)
            for each in listed
            if each.code not in known
        ]
        if unknown:
            raise InputRefused(unknown)
        communes = [PriorityCommune(each.code, each.border, each.island) for each in listed]
        stored.replace_communes(connection, vintage, communes, name, actor.name)
        loaded = LoadedCommunes(
            vintage, len(communes), sum(each.border for each in communes),
            sum(each.island for each in communes),
        )  # fmt: skip
        audit.append(
            connection, "priority_communes.loaded", vintage,
            {"file": name, "sha256": hashlib.sha256(content).hexdigest(), "communes": loaded.communes},
        )  # fmt: skip
    return loaded
