"""On-air reports: checked, sent one by one or as a list, replaced by newer ones.

A list is taken row by row: what is right is kept, what is wrong is told and left out. A report
makes its zone stand on air; :mod:`coverage.actions.acceptance` answers it.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from coverage.actions.on_air_checks import CheckedReport, OnAirList, checked, checked_list
from coverage.deliveries import OnAirWish, ReportStatus
from coverage.errors import Conflict, DeliveryRefused
from coverage.intake import files
from coverage.intake.deliveries.reports import read_reports
from coverage.intake.document import Limits
from coverage.intake.proofs import media_type_of
from coverage.people import Act, Actor
from coverage.storage import audit
from coverage.storage import awards as stored_awards
from coverage.storage import on_air as stored
from coverage.storage.on_air import OnAirReport, Proof
from coverage.storage.sessions import Database
from coverage.surveys import RowStatus
from coverage.zones import ZoneStatus

_LONGEST_NOTE = 2000


def check_reports(
    database: Database, actor: Actor, content: bytes, *, name: str, limits: Limits | None = None
) -> OnAirList:
    """Say of every row of a list whether it can be taken, and how it would be accepted.

    Nothing is written.

    Raises:
        NotAllowed: the role may not report.
        NothingToDo: nothing stands awarded to the operator.
        InputRefused: the file cannot be read; findings of the families file, text and on_air.
    """
    actor.must(Act.REPORT_ON_AIR)
    read = read_reports(files.read(content, name, limits))
    with database.transaction(actor) as connection:
        rows = checked_list(connection, actor, read.rows)
    return OnAirList(name, hashlib.sha256(content).hexdigest(), tuple(rows), read.findings)


def submit_reports(
    database: Database, actor: Actor, content: bytes, *, name: str, limits: Limits | None = None
) -> OnAirList:
    """Take the good rows of a list: each is a report, and its zone stands on air.

    The raw file is kept as soon as one report is. The same list again changes nothing.

    Raises:
        NotAllowed, NothingToDo, InputRefused: as :func:`check_reports`.
        Conflict: somebody of the same operator reported one of the zones at the same time.
    """
    actor.must(Act.REPORT_ON_AIR)
    read = read_reports(files.read(content, name, limits))
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        with database.transaction(actor) as connection:
            stored_awards.lock(connection)
            rows = checked_list(connection, actor, read.rows)
            outcome = OnAirList(name, sha256, tuple(rows), read.findings)
            new = [row for row in rows if row.new]
            if not new:
                return outcome
            file_id = stored.keep_file(
                connection, actor.organisation_id, name, sha256, content, actor.name
            )
            moved = _keep(connection, actor, new, file_id=file_id)
            audit.append(
                connection, "on_air.reported", name,
                {"file": name, "sha256": sha256, "totals": outcome.totals(),
                 "reports": [_told(row) for row in new], "went_on_air": [str(key) for key in moved]},
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict("on_air", "zones_changed_meanwhile") from error
    return replace(outcome, file_id=file_id)


def report(
    database: Database, actor: Actor, wish: OnAirWish, attached: Proof | None = None
) -> OnAirReport:
    """Report one zone on air, with a file that proves it if there is one.

    Raises:
        NotAllowed, NothingToDo: as :func:`check_reports`.
        InputRefused: the file is none that may prove anything.
        DeliveryRefused: what is wrong with the report.
        Conflict: the report that waits says the same; another was sent at the same time.
    """
    actor.must(Act.REPORT_ON_AIR)
    if attached is not None:
        media_type_of(attached.content, attached.name)
    wish = replace(wish, note=" ".join(wish.note.split())[:_LONGEST_NOTE])
    try:
        with database.transaction(actor) as connection:
            stored_awards.lock(connection)
            (seen,) = checked(connection, actor, [(wish, ())], with_proof=attached is not None)
            if seen.status is RowStatus.REJECTED:
                raise DeliveryRefused(seen.findings)
            if not seen.new:
                raise Conflict("on_air", "nothing_new")
            moved = _keep(connection, actor, [seen], attached=attached)
            found = stored.reports(
                connection, zone_ids=[seen.wish.zone_id] if seen.wish.zone_id else [],
                status=ReportStatus.REPORTED, operator_id=actor.organisation_id,
            )[0]  # fmt: skip
            proved = None if attached is None else hashlib.sha256(attached.content).hexdigest()
            audit.append(
                connection, "on_air.reported", str(wish.zone_id),
                _told(seen) | {"proof_sha256": proved, "went_on_air": bool(moved)},
            )  # fmt: skip
            return found
    except IntegrityError as error:
        raise Conflict("on_air", "zones_changed_meanwhile") from error


def list_reports(
    database: Database, actor: Actor, *, award_id: uuid.UUID | None = None, waiting: bool = False
) -> list[OnAirReport]:
    """Return the reports that the actor may see, the newest first."""
    status = ReportStatus.REPORTED if waiting else None
    with database.transaction(actor) as connection:
        return stored.reports(connection, award_id=award_id, status=status)


def _keep(
    connection: Connection, actor: Actor, rows: Sequence[CheckedReport], *,
    file_id: uuid.UUID | None = None, attached: Proof | None = None,
) -> list[uuid.UUID]:  # fmt: skip
    """Keep reports in place of those that wait; return the zones that went on air by them."""
    waiting = [
        row.zone.zone_id for row in rows if row.zone and row.zone.status is ZoneStatus.AWARDED
    ]
    for row in rows:
        if row.award is None or row.wish.zone_id is None:
            raise ValueError(row.wish)
        stored.replace_waiting(connection, row.award.id, [row.wish.zone_id])
        stored.add(
            connection, row.award.id, actor.organisation_id, row.wish, actor.name,
            file_id=file_id, attached=attached,
        )  # fmt: skip
    moved = stored.go_on_air(
        connection, waiting, actor.name, "doanh nghiệp được giao báo cáo đã phát sóng"
    )
    if sorted(moved) != sorted(waiting):
        raise Conflict("on_air", "zones_changed_meanwhile")
    return moved


def _told(row: CheckedReport) -> dict[str, object]:
    """What the audit log keeps of a report."""
    wish, measured = row.wish, row.wish.measured
    return {
        "zone": str(wish.zone_id), "award": str(row.award.id) if row.award else None,
        "on_air_on": wish.on_air_on.isoformat() if wish.on_air_on else None,
        "technology": wish.technology.value if wish.technology else None,
        "measured": {
            "level_dbm": measured.level_dbm, "down_mbps": measured.down_mbps,
            "up_mbps": measured.up_mbps, "availability_percent": measured.availability_percent,
        },
        "measured_on": wish.measured_on.isoformat() if wish.measured_on else None,
    }  # fmt: skip
