"""Deciding anew who pays for given zones, within the transaction of whatever changed a fact."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from coverage.criteria import Payer, queue_of
from coverage.people import Actor, OrganisationKind
from coverage.storage import criteria
from coverage.storage import queues as stored
from coverage.storage.evidence import put_into_queues
from coverage.storage.people import find_organisation
from coverage.storage.sessions import speak_for

BY_THE_RULES = "chương trình (quy tắc chi trả)"
"""Who the history of a zone says put it into its queue, when no person did."""


def decide_queues(
    connection: Connection, zone_ids: Collection[uuid.UUID], day: date, *, because: str = ""
) -> dict[uuid.UUID, Payer]:
    """Put the zones into the queues that the rules in force on ``day`` give; return the changed.

    Every fact is read again: the province's, whether evidence shows the zone served, whether a
    promise stands. What is in a package, closed, or put into its queue by a person stays.
    ``because`` is added to the reason of the zones that change. The transaction must be the
    authority's; :func:`as_the_rules` makes it so inside another organisation's act.
    """
    if not zone_ids:
        return {}
    in_force = criteria.criteria_in_force(connection, day)
    rules = criteria.queue_rules_in_force(connection, day)
    changed: dict[uuid.UUID, Payer] = {}
    for each in stored.queued_zones(connection, sorted(zone_ids), day, in_force):
        payer = queue_of(rules, each.facts)
        if (payer.queue, payer.rule_id) != (each.queue, each.queue_rule_id) or not _says(
            each.queue_reason, payer
        ):
            told = payer.citation and because
            changed[each.id] = (
                replace(payer, citation=f"{payer.citation}; {told}") if told else payer
            )
    if changed:
        put_into_queues(connection, changed)
    return changed


def _says(kept: str, payer: Payer) -> bool:
    """Tell whether the reason that is kept is this one; what changed it may follow a citation.

    Of missing facts nothing follows: fewer of them are another reason.
    """
    return kept.startswith(payer.citation) if payer.citation else kept == payer.reason


@contextmanager
def as_the_rules(connection: Connection, actor: Actor) -> Iterator[None]:
    """Let the block write as the authority's rules, then let ``actor`` speak again.

    An operator's promise changes who pays, but an operator may write no zone, and a province
    may not read in the zone's history which operator it was.
    """
    found = find_organisation(connection, OrganisationKind.AUTHORITY)
    if found is None:
        raise LookupError(OrganisationKind.AUTHORITY)
    speak_for(connection, found[0], BY_THE_RULES)
    yield
    speak_for(connection, actor.organisation_id, actor.name)
