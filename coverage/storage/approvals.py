"""Lists that were handed in for approval: the file, what was found in it, and the word given."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    RowMapping,
    Text,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)

from coverage.approvals import ApprovalStatus, RowDifference
from coverage.errors import NotFound
from coverage.findings import Finding
from coverage.people import Role
from coverage.storage.surveys import finding_of, json_text, plain
from coverage.storage.tables.approvals import approval
from coverage.storage.tables.people import person
from coverage.storage.tables.surveys import submission
from coverage.surveys import RowStatus, SurveyReport, SurveyRow
from coverage.zones import Signal

OPEN = tuple(status.value for status in ApprovalStatus if status is not ApprovalStatus.APPROVED)
_HEAVY = {"raw", "report", "impact", "was"}


@dataclass(frozen=True, slots=True)
class Approval:
    """A list that was handed in, without its file and report. Times are UTC.

    ``replaces`` is the number of the submission that the file corrects, ``submission`` the one
    that it became. ``reason`` is why it was returned the last time, ``fingerprint`` stands for
    what the approver is shown.
    """

    id: uuid.UUID
    number: int
    organisation_id: uuid.UUID
    province_code: str
    file_name: str
    sha256: str
    mapping: Mapping[str, str]
    corrections: Sequence[Mapping[str, Any]]
    replaces: int | None
    totals: Mapping[str, int]
    fingerprint: str
    note: str
    due_on: dt.date | None
    status: ApprovalStatus
    prepared_by: str
    handed_in_at: dt.datetime
    decided_by: str | None
    decided_at: dt.datetime | None
    reason: str
    submission: int | None


@dataclass(frozen=True, slots=True)
class Differences:
    """What another check found otherwise: rows, and the impact's counts before it."""

    rows: Sequence[RowDifference]
    impact: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Shown:
    """What an approver is shown: the report, the impact's JSON, what is new since it was handed in."""

    report: SurveyReport
    impact: Mapping[str, Any]
    was: Differences | None


def has_approver(connection: Connection, organisation_id: uuid.UUID) -> bool:
    """Tell whether an organisation has an approver whose account is open."""
    open_ones = exists().where(
        person.c.organisation_id == organisation_id,
        person.c.role == Role.PROVINCE_APPROVER.value,
        person.c.disabled_at.is_(None),
    )
    return bool(connection.execute(select(open_ones)).scalar_one())


def approvals(connection: Connection, *, open_only: bool) -> list[Approval]:
    """Return the lists that the actor may see, the oldest first; those not approved yet only."""
    wanted = select(*_LISTED).order_by(approval.c.number)
    if open_only:
        wanted = wanted.where(approval.c.status.in_(OPEN))
    return [_approval(row) for row in connection.execute(wanted).mappings()]


def find(connection: Connection, number: int, *, lock: bool = False) -> Approval:
    """Return one list by its number; ``lock`` keeps others from deciding on it meanwhile.

    Raises:
        NotFound: there is none, or none that the actor may see.
    """
    if lock:
        held = select(approval.c.id).where(approval.c.number == number)
        connection.execute(held.with_for_update())
    wanted = select(*_LISTED).where(approval.c.number == number)
    row = connection.execute(wanted).mappings().one_or_none()
    if row is None:
        raise NotFound("approval", number)
    return _approval(row)


def waiting_of_file(
    connection: Connection, organisation_id: uuid.UUID, sha256: str
) -> Approval | None:
    """Return the list of the same content that waits, or None."""
    row = connection.execute(
        select(*_LISTED).where(
            approval.c.organisation_id == organisation_id, approval.c.sha256 == sha256,
            approval.c.status == ApprovalStatus.WAITING.value,
        )
    ).mappings().one_or_none()  # fmt: skip
    return None if row is None else _approval(row)


def raw_file(connection: Connection, approval_id: uuid.UUID) -> bytes:
    """Return the bytes of a list that is not approved yet, as they came."""
    raw = select(approval.c.raw).where(approval.c.id == approval_id)
    return bytes(connection.execute(raw).scalar_one())


def shown(connection: Connection, found: Approval) -> Shown:
    """Return what is shown of a list that is not approved yet."""
    heavy = select(approval.c.report, approval.c.impact, approval.c.was)
    row = connection.execute(heavy.where(approval.c.id == found.id)).one()
    return Shown(
        _report_of(row.report, found), row.impact, None if row.was is None else _was_of(row.was)
    )


def add(connection: Connection, **values: object) -> int:
    """Keep a list that is handed in; return its number."""
    row = insert(approval).values(**values).returning(approval.c.number)
    return int(connection.execute(row).scalar_one())


def change(connection: Connection, approval_id: uuid.UUID, **values: object) -> None:
    """Write columns of a list."""
    connection.execute(update(approval).where(approval.c.id == approval_id).values(**values))


def decide(
    connection: Connection, approval_id: uuid.UUID, status: ApprovalStatus, by: str, reason: str
) -> None:
    """Write down who returned or approved a list; an approved one has its file elsewhere."""
    values: dict[str, object] = {"reason": reason} if reason else {}
    if status is ApprovalStatus.APPROVED:
        values |= dict.fromkeys(("raw", "report", "impact", "was"), None)
    change(
        connection, approval_id, status=status.value, decided_by=by, decided_at=func.now(), **values
    )


def drop(connection: Connection, approval_id: uuid.UUID) -> None:
    """Forget a list with its file."""
    connection.execute(delete(approval).where(approval.c.id == approval_id))


def content_columns(report: SurveyReport, impact: Mapping[str, object]) -> dict[str, object]:
    """Return the columns of what is shown, as :func:`add` and :func:`change` take them."""
    kept = {
        "form": dict(report.form), "vintage": report.vintage, "findings": _plain_all(report.findings),
        "rows": [{**row.reading(), "findings": _plain_all(row.findings)} for row in report.rows],
    }  # fmt: skip
    return {"report": _json(kept), "impact": _json(impact), "totals": report.totals()}


def was_column(was: Differences) -> ColumnElement[Any]:
    """Return the column of what another check found otherwise."""
    rows = [
        {
            "place": one.place, "sheet": one.sheet, "row": one.row, "village": one.village,
            "before": one.before, "after": one.after, "gone": _plain_all(one.gone),
            "came": _plain_all(one.came),
        }
        for one in was.rows
    ]  # fmt: skip
    return _json({"rows": rows, "impact": dict(was.impact)})


_LISTED = [
    *(column for column in approval.c if column.name not in _HEAVY),
    select(submission.c.number)
    .where(submission.c.approval_id == approval.c.id)
    .scalar_subquery()
    .label("submission"),
]


def _approval(row: RowMapping) -> Approval:
    return Approval(**{**row, "status": ApprovalStatus(row["status"])})


def _json(value: object) -> ColumnElement[Any]:
    """JSON that was written here: without what the database cannot keep."""
    return cast(literal(json_text(value), Text), JSON)


def _plain_all(found: Iterable[Finding]) -> list[dict[str, object]]:
    return [plain(each) for each in found]


def _report_of(kept: Mapping[str, Any], found: Approval) -> SurveyReport:
    return SurveyReport(
        found.file_name, found.sha256, kept["vintage"], kept["form"],
        tuple(map(finding_of, kept["findings"])), tuple(map(_row_of, kept["rows"])),
    )  # fmt: skip


def _row_of(kept: Mapping[str, Any]) -> SurveyRow:
    facts = {name: kept[name] for name in kept if name not in {"status", "signal", "findings"}}
    return SurveyRow(
        **facts, signal=Signal(kept["signal"]) if kept["signal"] else None,
        findings=tuple(map(finding_of, kept["findings"])),
    )  # fmt: skip


def _was_of(kept: Mapping[str, Any]) -> Differences:
    rows = [
        RowDifference(
            one["place"], one["sheet"], one["row"], one["village"], _status(one["before"]),
            _status(one["after"]), tuple(map(finding_of, one["gone"])),
            tuple(map(finding_of, one["came"])),
        )
        for one in kept["rows"]
    ]  # fmt: skip
    return Differences(rows, kept["impact"])


def _status(value: str | None) -> RowStatus | None:
    return None if value is None else RowStatus(value)
