"""Everything that one zone's page tells, read in one transaction and each thing once."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from coverage.actions.priorities import ScoredFacts, scored_zone
from coverage.actions.queues import Explanation, explained
from coverage.actions.review_cases import Case, case_of
from coverage.actions.verdicts import ZoneVerdicts
from coverage.actions.zone_deliveries import ZoneDelivery, deliveries_of
from coverage.people import Actor, OrganisationKind
from coverage.storage.criteria import criteria_sets
from coverage.storage.sessions import Database
from coverage.storage.zones import ListedZone

MOST_TAKEN_IN = 50


@dataclass(frozen=True, slots=True)
class SeenZone:
    """One zone as the actor may see it.

    ``explanation`` and ``scored`` are None for operators, who would be told half of the reasons.
    """

    case: Case
    took_in: tuple[ListedZone, ...]
    verdicts: ZoneVerdicts
    explanation: Explanation | None
    scored: ScoredFacts | None
    delivery: ZoneDelivery | None


def see_zone(database: Database, actor: Actor, zone_id: uuid.UUID, day: dt.date) -> SeenZone:
    """Return everything about one zone that its page tells the actor on ``day``.

    Raises:
        NotFound: there is no such zone, or none that the actor may see.
    """
    whole = actor.kind is not OrganisationKind.OPERATOR
    with database.transaction(actor) as connection:
        found = case_of(connection, actor, zone_id, sites=False)
        explanation = scored = None
        if whole:
            explanation = explained(
                connection, found.listed, day, found.verdicts, found.sendings, found.promises,
                found.lot,
            )  # fmt: skip
            scored = scored_zone(connection, day, zone_id)
        return SeenZone(
            found, found.took_in[:MOST_TAKEN_IN], ZoneVerdicts(found.verdicts, criteria_sets(connection)), explanation,
            scored, deliveries_of(connection, [zone_id]).get(zone_id),
        )  # fmt: skip
