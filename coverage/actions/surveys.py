"""A province's survey files: checking one, submitting it, reading back what was submitted."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from coverage.actions.survey_matching import (
    Matched,
    already_submitted,
    checked_against,
    match,
    own_standing,
)
from coverage.approvals import needs_approver
from coverage.criteria import QueueRule
from coverage.days import VIETNAM_TIME
from coverage.errors import Conflict, InputRefused, NotAllowed, NothingToDo
from coverage.findings import finding
from coverage.intake.check import UNCOUNTED, Count
from coverage.intake.corrections import Correction
from coverage.intake.document import Limits
from coverage.intake.files import read
from coverage.intake.garbage import uncollected
from coverage.intake.selection import is_example
from coverage.intake.template import Template, TemplatePlace, write_template
from coverage.people import Act, Actor, OrganisationKind
from coverage.storage import approvals, audit, places, reported_zones
from coverage.storage import surveys as stored
from coverage.storage.criteria import queue_rules_in_force
from coverage.storage.sessions import Database
from coverage.storage.surveys import Submission
from coverage.surveys import SurveyReport

Progress = Callable[[str], None]
NO_PROGRESS: Progress = lambda _: None  # noqa: E731
RULE_FAMILIES = frozenset(
    {
        "file", "text", "survey", "column", "place", "coordinate", "village", "households",
        "population", "signal", "power", "difficulty", "duplicate",
    },
)  # fmt: skip
"""The families of the rules that a survey is checked by."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was submitted and what became of it. ``submitted_at`` is UTC.

    ``totals``: rows, accepted, warned, rejected, zones_added, zones_changed. ``already`` tells
    that the same file stood before and nothing was changed. ``prepared_by`` is who handed the list
    in when ``submitted_by`` has approved it.
    """

    id: uuid.UUID
    number: int
    province_code: str
    file_name: str
    sha256: str
    vintage: str
    status: str
    submitted_by: str
    submitted_at: dt.datetime
    totals: Mapping[str, int]
    replaces: uuid.UUID | None
    already: bool
    report: SurveyReport
    prepared_by: str | None = None

    def as_json(self) -> dict[str, object]:
        """Return the receipt without its report."""
        return {
            "number": self.number, "province": self.province_code, "file": self.file_name,
            "sha256": self.sha256, "vintage": self.vintage, "status": self.status,
            "submitted_by": self.submitted_by, "submitted_at": self.submitted_at.isoformat(),
            "totals": dict(self.totals), "already": self.already, "prepared_by": self.prepared_by,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Prepared:
    """Who handed in the list that is submitted with the actor's word, and its approval."""

    by: str
    approval_id: uuid.UUID
    approval_number: int


def check(  # noqa: PLR0913 - the file, who sends it, and what was said of it
    database: Database, actor: Actor, content: bytes, name: str, province_code: str, *,
    mapping: Mapping[str, str] | None = None, corrections: Sequence[Correction] = (),
    limits: Limits | None = None, progress: Progress = NO_PROGRESS, counted: Count = UNCOUNTED,
) -> SurveyReport:  # fmt: skip
    """Check a file as ``province_code`` would submit it; nothing is written.

    ``mapping`` is what the officer says of the columns, as columns.mapping_of gives it;
    ``corrections`` stand in place of cells. ``progress`` is told what begins, ``counted`` how far
    the rows are; what either raises ends the check.

    Raises:
        InputRefused: the file cannot be read, or holds no list of villages.
        NotFound: no such province in the vintage in force.
        NotAllowed: a province may check for itself only.
    """
    for_itself(actor, province_code)
    progress("Đọc tệp")
    document = read(content, name, limits)
    with uncollected(), database.transaction(actor) as connection:
        progress("Kiểm tra từng dòng")
        checked = checked_against(
            connection, actor, document, (name, _sha256(content)), province_code, mapping,
            corrections, counted,
        )  # fmt: skip
    return checked.report


def submit(  # noqa: PLR0913 - as check, and how to take it
    database: Database, actor: Actor, content: bytes, name: str, province_code: str, *,
    mapping: Mapping[str, str] | None = None, corrections: Sequence[Correction] = (),
    limits: Limits | None = None, all_or_nothing: bool = False, replaces: int | None = None,
    progress: Progress = NO_PROGRESS, counted: Count = UNCOUNTED,
) -> Receipt:  # fmt: skip
    """Check a file and keep it: the raw file, every row, and zones of the rows not rejected.

    Corrections are kept beside the file, in its form; its bytes and cells stay as they were sent.
    The same file again changes nothing and gives the same receipt, unless its columns are
    mapped or its rows corrected otherwise. A village reported before is corrected, not made twice; ``replaces`` names
    the submission that this file corrects, whose villages are then known wherever they moved,
    and whose other villages are withdrawn.

    Raises:
        InputRefused: as :func:`check`; survey.rows_rejected with ``all_or_nothing``.
        NotAllowed, NotFound, Conflict: no right; no such submission; it stands no more; the
            province has an approver, and the actor is none.
    """
    actor.must(Act.SUBMIT_SURVEY)
    for_itself(actor, province_code)
    sha256 = _sha256(content)
    with database.transaction(actor) as connection:
        before = already_submitted(connection, actor, sha256, mapping, corrections)
        if before is not None:
            return _receipt(before, stored.report_of(connection, before), already=True)
        must_have_the_word(connection, actor)
    progress("Đọc tệp")
    document = read(content, name, limits)
    with uncollected(), database.transaction(actor) as connection:
        places.hold_still(connection)
        stored.lock_organisation(connection, actor.organisation_id)
        progress("Kiểm tra từng dòng")
        matched = match(
            connection, actor, document, (name, sha256), province_code, mapping, replaces,
            corrections, counted,
        )  # fmt: skip
        refuse(matched.checked.report, all_or_nothing=all_or_nothing)
        progress("Ghi vào cơ sở dữ liệu")
        return keep(connection, actor, content, matched, province_code)


def template(database: Database, actor: Actor, province_code: str) -> bytes:
    """Return the workbook that a province fills in, with its communes in force.

    Raises:
        NotFound: no such province in the vintage in force.
        NothingToDo: no commune of it has an area, so that no point could be checked.
    """
    with database.transaction(actor) as connection:
        places.province_name(connection, province_code)
        gazetteer = places.gazetteer(connection)
    communes = gazetteer.communes_of(province_code)
    listed = [TemplatePlace(commune.code, commune.full_name) for commune in communes]
    outlined = (
        place for place, unit in zip(listed, communes, strict=True) if unit.area is not None
    )
    example = next(outlined, None)
    if example is None:
        raise NothingToDo("no_areas", province=province_code)
    inside = gazetteer.commune(example.code).shape.representative_point()
    return write_template(
        Template(
            gazetteer.province_name(province_code), gazetteer.vintage, listed, example,
            _to_the_metre(inside.y), _to_the_metre(inside.x),
        )
    )  # fmt: skip


def _to_the_metre(degrees: float) -> float:
    """Degrees with six decimals of which the last is none: so an example looks measured."""
    return round(degrees, 5) + 0.000001


def list_submissions(
    database: Database, actor: Actor, province_code: str | None = None, limit: int = 100,
    before: int | None = None,
) -> list[Submission]:  # fmt: skip
    """Return the submissions that the actor may see, the newest first; those ``before`` a number."""
    with database.transaction(actor) as connection:
        return stored.submissions(connection, province_code, limit, before)


def get_submission(database: Database, actor: Actor, number: int) -> Receipt:
    """Return one submission with its report, as it was when it was submitted.

    Raises:
        NotFound: there is none of this number, or none that the actor may see.
    """
    with database.transaction(actor) as connection:
        found = stored.find(connection, number)
        return _receipt(found, stored.report_of(connection, found), already=True)


def raw_file(database: Database, actor: Actor, number: int) -> tuple[str, bytes]:
    """Return the name and the bytes of a submitted file.

    Raises:
        NotFound: there is none of this number, or none that the actor may see.
    """
    with database.transaction(actor) as connection:
        return stored.raw_file(connection, number)


def withdraw(database: Database, actor: Actor, number: int) -> Submission:
    """Take a submission back while no zone of it is under review.

    Zones that only it reports are withdrawn; those that another submission reports go back to
    what that one says. The raw file and its rows stay.

    Raises:
        NotAllowed, NotFound: no right; no such submission.
        Conflict: it stands no more, a zone of it is under review, or the province has an
            approver, and the actor is none.
    """
    actor.must(Act.SUBMIT_SURVEY)
    with database.transaction(actor) as connection:
        places.hold_still(connection)
        stored.lock_organisation(connection, actor.organisation_id)
        found = own_standing(connection, actor, number)
        must_have_the_word(connection, actor)
        reported_zones.lock_of_submission(connection, found.id)
        statuses = reported_zones.zones_of_submission(connection, found.id)
        if any(status not in reported_zones.CORRECTABLE for status in statuses.values()):
            raise Conflict("submission", "under_review", number=number)
        gone = reported_zones.only_reported_by(connection, found.id)
        stored.set_status(connection, found.id, "withdrawn")
        reported_zones.put_back(connection, actor.organisation_id, found.id, _rules(connection))
        withdrawn = reported_zones.withdraw(
            connection, gone, actor.name, f"Rút lần nộp số {number}"
        )
        audit.append(connection, "survey.withdrawn", str(number), {"zones": withdrawn})
    return replace(found, status="withdrawn")


# --- How it is done, here and where an approver gives the word -----------------------------------


def must_have_the_word(connection: Connection, actor: Actor) -> None:
    """Refuse what only a province's approver may do, once it has one.

    Raises:
        Conflict: the list has to be handed in for approval.
    """
    has_one = approvals.has_approver(connection, actor.organisation_id)
    if needs_approver(actor.role, has_approver=has_one):
        raise Conflict("submission", "needs_approver")


def for_itself(actor: Actor, province_code: str) -> None:
    """Refuse a province that acts for another one.

    Raises:
        NotAllowed: it does.
    """
    if actor.kind is OrganisationKind.PROVINCE and actor.province_code != province_code:
        raise NotAllowed(Act.SUBMIT_SURVEY.value, actor.role.value)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def refuse(report: SurveyReport, *, all_or_nothing: bool) -> None:
    """Refuse what was asked not to be taken, and a template that was sent back unfilled.

    Raises:
        InputRefused: survey.example_only, survey.rows_rejected.
    """
    if all(is_example(row.village) for row in report.rows):
        raise InputRefused([finding("survey.example_only")])
    totals = report.totals()
    if all_or_nothing and totals["rejected"]:
        raise InputRefused(
            [finding("survey.rows_rejected", rejected=totals["rejected"], rows=totals["rows"])]
        )


def keep(  # noqa: PLR0917 - the file, who submits it, and who prepared it
    connection: Connection, actor: Actor, content: bytes, matched: Matched, province_code: str,
    prepared: Prepared | None = None,
) -> Receipt:  # fmt: skip
    """Store a checked file: submission, zones, rows; settle what it replaces; append to the log."""
    checked, replaced = matched.checked, matched.replaced
    report = checked.report
    stored.stage(connection, report.rows, matched.zone_ids)
    added, changed = reported_zones.report_staged(
        connection, actor.organisation_id, province_code, report.vintage, _rules(connection),
        kept=matched.kept, replaced=None if replaced is None else replaced.id,
    )  # fmt: skip
    totals = {**report.totals(), "zones_added": added, "zones_changed": changed}
    if replaced is not None:
        stored.set_status(connection, replaced.id, "replaced")
    submission_id = uuid.uuid4()
    number, submitted_at = stored.add(
        connection, content, report, id=submission_id, organisation_id=actor.organisation_id,
        province_code=province_code, totals=totals, submitted_by=actor.name,
        replaces=None if replaced is None else replaced.id,
        prepared_by=prepared.by if prepared else None,
        approval_id=prepared.approval_id if prepared else None,
    )  # fmt: skip
    stored.keep_staged(connection, submission_id, report.rows)
    if replaced is not None:
        gone = reported_zones.only_reported_by(connection, replaced.id)
        totals["zones_withdrawn"] = reported_zones.withdraw(
            connection, gone, actor.name, f"Không còn trong lần nộp số {number}"
        )
    if checked.mapping:
        for header in checked.headers:
            stored.remember_mapping(connection, actor.organisation_id, header, checked.mapping)
    by_whom = {"prepared_by": prepared.by, "approval": prepared.approval_number} if prepared else {}
    audit.append(
        connection, "survey.submitted", str(number),
        {"file": report.file, "sha256": report.sha256, "vintage": report.vintage, "totals": totals,
         "corrections": report.form.get("corrections", []),
         "replaces": None if replaced is None else replaced.number, **by_whom},
    )  # fmt: skip
    return Receipt(
        submission_id, number, province_code, report.file, report.sha256, report.vintage,
        "submitted", actor.name, submitted_at, totals,
        None if replaced is None else replaced.id, already=False, report=report,
        prepared_by=prepared.by if prepared else None,
    )  # fmt: skip


def _rules(connection: Connection) -> list[QueueRule]:
    """The rules of who pays that are in force today, in Việt Nam."""
    return queue_rules_in_force(connection, dt.datetime.now(VIETNAM_TIME).date())


def _receipt(found: Submission, report: SurveyReport, *, already: bool) -> Receipt:
    return Receipt(
        found.id, found.number, found.province_code, found.file_name, found.sha256, found.vintage,
        found.status, found.submitted_by, found.submitted_at, found.totals, found.replaces,
        already, report, found.prepared_by,
    )  # fmt: skip
