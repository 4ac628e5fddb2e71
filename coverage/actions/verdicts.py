"""The verdicts on one zone, each with the criteria set that it was given under."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from coverage.criteria import CriteriaSet
from coverage.errors import NotFound
from coverage.people import Actor
from coverage.storage import review_cases as stored
from coverage.storage import zones
from coverage.storage.criteria import criteria_sets
from coverage.storage.evidence import FormerVerdict, former_verdicts
from coverage.storage.review_cases import SeenVerdict
from coverage.storage.sessions import Database


@dataclass(frozen=True, slots=True)
class ZoneVerdicts:
    """The verdicts that the actor sees, by operator and technology; ``criteria`` by their id."""

    verdicts: tuple[SeenVerdict, ...]
    criteria: Mapping[int, CriteriaSet]


def verdicts_of(database: Database, actor: Actor, zone_id: uuid.UUID) -> ZoneVerdicts:
    """Return the verdicts on a zone; an operator sees those about itself only.

    Raises:
        NotFound: there is no such zone, or none that the actor may see.
    """
    with database.transaction(actor) as connection:
        if zones.one(connection, zone_id) is None:
            raise NotFound("zone", zone_id)
        return ZoneVerdicts(stored.verdicts(connection, zone_id), criteria_sets(connection))


def former_verdicts_of(
    database: Database, actor: Actor, zone_id: uuid.UUID
) -> tuple[FormerVerdict, ...]:
    """Return what verdicts on a zone said before they changed, the newest first.

    Raises:
        NotFound: there is no such zone, or none that the actor may see.
    """
    with database.transaction(actor) as connection:
        if zones.one(connection, zone_id) is None:
            raise NotFound("zone", zone_id)
        return former_verdicts(connection, zone_id)
