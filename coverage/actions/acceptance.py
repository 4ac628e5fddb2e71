"""Answering on-air reports: accepted against the package's criteria, or returned with a reason."""

from __future__ import annotations

import uuid

from sqlalchemy import Connection

from coverage.actions.zone_moves import Wish, carry_out, check, lock, told
from coverage.consultation import in_words
from coverage.deliveries import ReportStatus, accept
from coverage.errors import Conflict, NotFound
from coverage.intake.proofs import media_type_of
from coverage.people import Act, Actor
from coverage.storage import audit
from coverage.storage import awards as stored_awards
from coverage.storage import on_air as stored
from coverage.storage.awards import Award
from coverage.storage.on_air import OnAirReport, Proof
from coverage.storage.sessions import Database
from coverage.zone_life import Move


def accept_report(
    database: Database, actor: Actor, report_id: uuid.UUID, reason: str = ""
) -> OnAirReport:
    """Accept a report: its zone is confirmed. Whoever accepts what is not met says why.

    Raises:
        NotAllowed, NotFound: no such right or report.
        Conflict: it was answered before; a figure is missed or not measured and no reason is
            given; the zone stands elsewhere by now.
    """
    actor.must(Act.ACCEPT_ON_AIR)
    with database.transaction(actor) as connection:
        found, award = _waiting(connection, report_id)
        asked = stored_awards.requirements(connection, award.package_id)
        done = accept(asked, found.technology, found.measured)
        if done.short and not reason.strip():
            raise Conflict("on_air", "accept_needs_reason")
        said = f"nghiệm thu báo cáo phát sóng ngày {in_words(found.on_air_on)}"
        if reason.strip():
            said = f"{said}: {reason.strip()}"
        wish = Wish(Move.CONFIRM, said)
        detail = _answer(connection, actor, found, wish, reason)
        outcomes = {one.measure.value: one.outcome.value for one in done.checks}
        audit.append(
            connection, "on_air.accepted", str(found.zone_id), detail | {"checks": outcomes}
        )
        return _one(connection, report_id)


def refuse_report(
    database: Database, actor: Actor, report_id: uuid.UUID, reason: str
) -> OnAirReport:
    """Return a report to its operator with a reason: the zone stands awarded again.

    Raises:
        NotAllowed, NotFound: no such right or report.
        Conflict: no reason; it was answered before; the zone stands elsewhere by now.
    """
    actor.must(Act.ACCEPT_ON_AIR)
    if not reason.strip():
        raise Conflict("on_air", "refuse_needs_reason")
    with database.transaction(actor) as connection:
        found, _ = _waiting(connection, report_id)
        wish = Wish(Move.REFUSE_REPORT, f"trả lại báo cáo phát sóng: {reason.strip()}")
        detail = _answer(connection, actor, found, wish, reason)
        audit.append(connection, "on_air.refused", str(found.zone_id), detail)
        return _one(connection, report_id)


def proof_of(database: Database, actor: Actor, report_id: uuid.UUID) -> tuple[Proof, str]:
    """Return the file that goes with a report and its media type, for those who may see it.

    Raises:
        NotFound: no such report, none that the actor may see, or none with a file.
    """
    with database.transaction(actor) as connection:
        found = stored.proof(connection, report_id)
    if found is None:
        raise NotFound("proof", report_id)
    return found, media_type_of(found.content, found.name)


def _waiting(connection: Connection, report_id: uuid.UUID) -> tuple[OnAirReport, Award]:
    """A report that waits, and its award; nobody awards, cancels or answers meanwhile."""
    stored_awards.lock(connection)
    found = _one(connection, report_id)
    if found.status is not ReportStatus.REPORTED:
        raise Conflict("on_air", "report_answered")
    return found, stored_awards.awards(connection, award_id=found.award_id)[0]


def _one(connection: Connection, report_id: uuid.UUID) -> OnAirReport:
    found = stored.one(connection, report_id)
    if found is None:
        raise NotFound("on_air", report_id)
    return found


def _answer(
    connection: Connection, actor: Actor, found: OnAirReport, wish: Wish, reason: str
) -> dict[str, object]:
    """Answer a report that waits and move its zone; return what the log keeps of it."""
    status = ReportStatus.ACCEPTED if wish.move is Move.CONFIRM else ReportStatus.REFUSED
    locked = lock(connection, [found.zone_id])
    check(connection, actor, locked, wish)
    if not stored.answer(connection, found.id, status, actor.name, reason.strip()):
        raise Conflict("on_air", "report_answered")
    carried = carry_out(connection, actor, locked, wish)
    return {
        "report": str(found.id), "award": str(found.award_id), "operator": found.operator,
        "reason": reason.strip(), "zones": told(carried, wish),
    }  # fmt: skip
