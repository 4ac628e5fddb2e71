"""What a single zone's move must leave to the award that the zone is delivered under."""

from __future__ import annotations

from sqlalchemy import Connection

from coverage.actions.zone_moves import Locked
from coverage.deliveries import ReportStatus
from coverage.errors import Conflict
from coverage.storage import awards, on_air
from coverage.zone_life import Move


def leave_to_award(connection: Connection, locked: Locked, move: Move) -> None:
    """Refuse a move of zones one by one that would contradict their lot's award.

    Raises:
        Conflict: the zone is in a lot that is awarded as a whole; it stands awarded; its on-air
            report waits for an answer.
    """
    match move:
        case Move.AWARD:
            held, reason = awards.in_published_lots(connection, locked), "zone_in_lot"
        case Move.CANCEL_AWARD:
            held, reason = set(awards.award_of_zones(connection, locked)), "zone_in_award"
        case Move.CONFIRM | Move.REFUSE_ON_AIR:
            waiting = on_air.reports(connection, zone_ids=locked, status=ReportStatus.REPORTED)
            held, reason = {each.zone_id for each in waiting}, "report_waits"
        case _:
            return
    if held:
        raise Conflict("zone", reason, zone=min(held))
