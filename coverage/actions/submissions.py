"""A submission as its province reads it back: what became of every row, a page at a time."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from coverage.actions.surveys import Receipt
from coverage.people import Actor
from coverage.storage import audit, surveys
from coverage.storage import row_fates as stored
from coverage.storage.row_fates import FateCount, FatedRow, LotOfRow, RowsWanted
from coverage.storage.sessions import Database
from coverage.surveys import RowFate, RowStatus

__all__ = ["FateCount", "FatedRow", "FatesPage", "LotOfRow", "RowsWanted",
           "SeenSubmission", "list_fates", "rows_for_file", "see_submission"]  # fmt: skip

MOST_RETURNED = 10  # that are told at once, above the rows


@dataclass(frozen=True, slots=True)
class SeenSubmission:
    """A page of a submission's rows. ``receipt`` has no rows; its findings are the file's.

    ``counts`` tells how many rows have which fate, whatever is wanted; ``found`` how many rows
    are wanted. ``returned`` are those that came back for more, the first of them. ``lots`` has
    the published lots of the zones on the page.
    """

    receipt: Receipt
    counts: Sequence[FateCount]
    wanted: RowsWanted
    rows: Sequence[FatedRow]
    found: int
    page: int
    pages: int
    several_sheets: bool
    has_points: bool
    returned: Sequence[FatedRow]
    lots: Mapping[uuid.UUID, LotOfRow]


def see_submission(
    database: Database, actor: Actor, number: int, wanted: RowsWanted | None, *,
    page: int, limit: int,
) -> SeenSubmission:  # fmt: skip
    """Return a page of a submission's rows with what became of each.

    Without ``wanted`` the gravest that there are come: the rejected, else those to look at again.

    Raises:
        NotFound: there is none, or none that the actor may see.
    """
    with database.transaction(actor) as connection:
        found = surveys.find(connection, number)
        if wanted is None:
            wanted = RowsWanted(next(
                (status for status in (RowStatus.REJECTED, RowStatus.WARNED)
                 if found.totals.get(status.value)), None,
            ))  # fmt: skip
        counts = stored.count(connection, found.id)
        matching = stored.matching(connection, found.id, wanted)
        pages = max(1, -(-matching // limit))
        page = min(page, pages)
        rows = stored.rows(connection, found.id, wanted, (page - 1) * limit, limit)
        came_back = any(one.fate is RowFate.RETURNED for one in counts)
        returned = stored.rows(
            connection, found.id, RowsWanted(fate=RowFate.RETURNED), 0, MOST_RETURNED
        ) if came_back else []  # fmt: skip
        zone_ids = [one.zone.zone_id for one in rows if one.zone is not None]
        return SeenSubmission(
            Receipt(
                found.id, found.number, found.province_code, found.file_name, found.sha256,
                found.vintage, found.status, found.submitted_by, found.submitted_at, found.totals,
                found.replaces, already=False, report=surveys.report_without_rows(found),
                prepared_by=found.prepared_by,
            ),
            counts, wanted, rows, matching, page, pages,
            several_sheets=stored.sheets(connection, found.id) > 1,
            has_points=stored.has_points(connection, found.id),
            returned=returned,
            lots=stored.lots_of(connection, zone_ids),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class FatesPage:
    """Some of a submission's rows, and the place behind which the next ones are; see SeenSubmission."""

    counts: Sequence[FateCount]
    rows: Sequence[FatedRow]
    found: int
    next_place: int | None
    lots: Mapping[uuid.UUID, LotOfRow]


def list_fates(
    database: Database, actor: Actor, number: int, wanted: RowsWanted, *, after: int, limit: int
) -> FatesPage:
    """Return the rows of a submission behind the place ``after``, with what became of each.

    Raises:
        NotFound: there is none, or none that the actor may see.
    """
    with database.transaction(actor) as connection:
        found = surveys.find(connection, number)
        rows = stored.behind(connection, found.id, wanted, after, limit + 1)
        shown = rows[:limit]
        zone_ids = [one.zone.zone_id for one in shown if one.zone is not None]
        return FatesPage(
            stored.count(connection, found.id), shown,
            stored.matching(connection, found.id, wanted),
            shown[-1].place if len(rows) > limit else None,
            stored.lots_of(connection, zone_ids),
        )  # fmt: skip


def rows_for_file(database: Database, actor: Actor, number: int) -> Iterator[FatedRow]:
    """Return every row with what became of it, few in memory at once; who took the file is logged.

    Raises:
        NotFound: there is none, or none that the actor may see.
    """
    with database.transaction(actor) as connection:
        found = surveys.find(connection, number)
        audit.append(connection, "survey.fates_downloaded", str(number), dict(found.totals))
    return _every(database, actor, found.id)


def _every(database: Database, actor: Actor, submission_id: uuid.UUID) -> Iterator[FatedRow]:
    with database.transaction(actor) as connection:
        yield from stored.every(connection, submission_id)
