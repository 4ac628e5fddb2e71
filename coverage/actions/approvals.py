"""The approver's word: a list is handed in, taken back, returned, or approved and so submitted."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from coverage.actions.survey_matching import Matched, already_submitted, match
from coverage.actions.survey_previews import impact_of_match
from coverage.actions.surveys import (
    NO_PROGRESS,
    Prepared,
    Progress,
    Receipt,
    for_itself,
    keep,
    refuse,
)
from coverage.approvals import (
    WITH_OFFICER,
    ApprovalStatus,
    Step,
    differences,
    fingerprint,
    must_permit,
    needs_approver,
)
from coverage.errors import Conflict, NotFound
from coverage.intake.check import UNCOUNTED, Count
from coverage.intake.corrections import Correction, correction_of
from coverage.intake.document import Document, Limits
from coverage.intake.files import read
from coverage.intake.garbage import uncollected
from coverage.people import Act, Actor
from coverage.storage import approvals as stored
from coverage.storage import audit, places
from coverage.storage import surveys as submitted
from coverage.storage.approvals import Approval, Differences, Shown
from coverage.storage.sessions import Database

__all__ = [
    "Approval", "Differences", "ListFile", "Shown", "approve", "drop", "drop_submitted", "get_approval",
    "hand_in", "list_approvals", "list_file", "lists_that_came_back", "needs_word", "return_list", "take_back",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ListFile:
    """A file with what its officer said of it: columns, corrected rows, what it replaces."""

    content: bytes
    name: str
    province_code: str
    mapping: Mapping[str, str] = field(default_factory=dict)
    corrections: Sequence[Correction] = ()
    replaces: int | None = None

    @property
    def sha256(self) -> str:
        """The SHA-256 of the bytes."""
        return hashlib.sha256(self.content).hexdigest()


def needs_word(database: Database, actor: Actor) -> bool:
    """Tell whether the actor's lists need an approver's word."""
    with database.transaction(actor) as connection:
        has_one = stored.has_approver(connection, actor.organisation_id)
    return needs_approver(actor.role, has_approver=has_one)


def hand_in(  # noqa: PLR0913 - the file, and what is said to the approver
    database: Database, actor: Actor, sent: ListFile, *, note: str = "",
    due_on: dt.date | None = None, again: int | None = None, limits: Limits | None = None,
    progress: Progress = NO_PROGRESS, counted: Count = UNCOUNTED,
) -> Approval:  # fmt: skip
    """Check a file and keep it with its report until the province's approver has decided.

    ``again`` is the number of a list that came back, in whose place this file is handed in.
    ``due_on`` is the day by which the officer needs the word.

    Raises:
        InputRefused: as surveys.submit.
        NotAllowed, NotFound: no right; no such list, or submission that it replaces.
        Conflict: the province has no approver; the same file waits, or stands submitted; the list
            ``again`` did not come back.
    """
    actor.must(Act.SUBMIT_SURVEY)
    for_itself(actor, sent.province_code)
    progress("Đọc tệp")
    document = read(sent.content, sent.name, limits)
    with uncollected(), database.transaction(actor) as connection:
        if not stored.has_approver(connection, actor.organisation_id):
            raise Conflict("approval", "no_approver")
        submitted.lock_organisation(connection, actor.organisation_id)
        before = None if again is None else stored.find(connection, again, lock=True)
        if before is not None:
            must_permit(Step.HAND_IN, before.status)
        _must_be_new(connection, actor, sent)
        progress("Kiểm tra từng dòng")
        matched, impact = _checked(connection, actor, document, sent, counted)
        report = matched.checked.report
        refuse(report, all_or_nothing=False)
        values = {
            "file_name": sent.name, "sha256": sent.sha256, "raw": sent.content,
            "mapping": dict(sent.mapping), "replaces": sent.replaces,
            "corrections": [one.as_json() for one in sent.corrections],
            "fingerprint": fingerprint(report, impact), "was": None, "note": note.strip(),
            "due_on": due_on, "status": ApprovalStatus.WAITING.value, "prepared_by": actor.name,
            "handed_in_at": dt.datetime.now(dt.UTC), **stored.content_columns(report, impact),
        }  # fmt: skip
        if before is None:
            number = stored.add(
                connection, organisation_id=actor.organisation_id,
                province_code=sent.province_code, **values,
            )  # fmt: skip
        else:
            number = before.number
            stored.change(connection, before.id, **values)
        found = stored.find(connection, number)
        # The authority reads the log: it learns no more than that there is a list.
        audit.append(connection, "survey.handed_in", str(number), {"sha256": sent.sha256})
    return found


def list_approvals(database: Database, actor: Actor, *, open_only: bool = True) -> list[Approval]:
    """Return the lists of the actor's province, the oldest first; not approved yet, or all.

    Raises:
        NotAllowed: the actor is of no province.
    """
    actor.must(Act.SUBMIT_SURVEY)
    with database.transaction(actor) as connection:
        return stored.approvals(connection, open_only=open_only)


def lists_that_came_back(database: Database, actor: Actor) -> list[Approval]:
    """Return the lists that the actor's province may hand in again, the oldest first."""
    return [one for one in list_approvals(database, actor) if one.status in WITH_OFFICER]


def get_approval(database: Database, actor: Actor, number: int) -> tuple[Approval, Shown | None]:
    """Return a list and what is shown of it; nothing more of one that is approved.

    Raises:
        NotAllowed, NotFound: the actor is of no province; there is no such list of it.
    """
    actor.must(Act.SUBMIT_SURVEY)
    with database.transaction(actor) as connection:
        found = stored.find(connection, number)
        if found.status is ApprovalStatus.APPROVED:
            return found, None
        return found, stored.shown(connection, found)


def list_file(database: Database, actor: Actor, number: int) -> ListFile:
    """Return the file of a list with what was said of it.

    What it replaced and was replaced or withdrawn by others since is left out: the file is taken
    up again as one that stands for itself.

    Raises:
        NotAllowed, NotFound: as :func:`get_approval`.
        Conflict: it is approved, and the submission has the file.
    """
    actor.must(Act.SUBMIT_SURVEY)
    with database.transaction(actor) as connection:
        found = stored.find(connection, number)
        if found.status is ApprovalStatus.APPROVED:
            raise Conflict("approval", f"list_{found.status}")
        sent = _file_of(found, stored.raw_file(connection, found.id))
        return sent if _may_replace(connection, sent) else replace(sent, replaces=None)


def approve(
    database: Database, actor: Actor, number: int, seen: str, *, limits: Limits | None = None,
    progress: Progress = NO_PROGRESS, counted: Count = UNCOUNTED,
) -> Receipt:  # fmt: skip
    """Check a list again and submit it: the actor gives the word, its officer has prepared it.

    ``seen`` is the fingerprint of what the actor was shown. When another check finds something
    else by now, nothing is submitted: what is new is kept to be shown first.

    Raises:
        NotAllowed, NotFound: the actor is no approver; there is no such list.
        Conflict: another approver was first, the officer has taken it back or handed it in
            otherwise, the same file stands submitted, what it replaces does not;
            ``findings_changed``: look again.
        InputRefused: the file cannot be read any more.
    """
    actor.must(Act.APPROVE_SURVEY)
    with database.transaction(actor) as connection:
        found = _waiting(connection, number, seen)
        sent = _file_of(found, stored.raw_file(connection, found.id))
    for_itself(actor, sent.province_code)
    progress("Đọc tệp")
    document = read(sent.content, sent.name, limits)
    with uncollected(), database.transaction(actor) as connection:
        places.hold_still(connection)
        submitted.lock_organisation(connection, actor.organisation_id)
        found = _waiting(connection, number, seen, lock=True)
        _must_stand_nowhere(connection, actor, sent)
        if not _may_replace(connection, sent):
            raise Conflict("approval", "replaced_meanwhile", number=sent.replaces)
        progress("Kiểm tra từng dòng")
        matched, impact = _checked(connection, actor, document, sent, counted)
        report = matched.checked.report
        now = fingerprint(report, impact)
        if now == found.fingerprint:
            progress("Ghi vào cơ sở dữ liệu")
            stored.decide(connection, found.id, ApprovalStatus.APPROVED, actor.name, "")
            prepared = Prepared(found.prepared_by, found.id, found.number)
            return keep(connection, actor, sent.content, matched, sent.province_code, prepared)
        before = stored.shown(connection, found)
        was = Differences(differences(before.report, report), before.impact["totals"])
        stored.change(
            connection, found.id, fingerprint=now, was=stored.was_column(was),
            **stored.content_columns(report, impact),
        )  # fmt: skip
        audit.append(connection, "survey.checked_again", str(number))
    raise Conflict("approval", "findings_changed")


def return_list(database: Database, actor: Actor, number: int, reason: str) -> Approval:
    """Give a list back to its officer, with a reason.

    Raises:
        NotAllowed, NotFound: the actor is no approver; there is no such list.
        Conflict: it does not wait any more, or no reason is given.
    """
    actor.must(Act.APPROVE_SURVEY)
    if not reason.strip():
        raise Conflict("approval", "return_needs_reason")
    with database.transaction(actor) as connection:
        found = stored.find(connection, number, lock=True)
        must_permit(Step.RETURN, found.status)
        stored.decide(connection, found.id, ApprovalStatus.RETURNED, actor.name, reason.strip())
        found = stored.find(connection, number)
        audit.append(connection, "survey.returned", str(number))
    return found


def take_back(database: Database, actor: Actor, number: int) -> Approval:
    """Take a list back from the approver before the word is given.

    Raises:
        NotAllowed, NotFound: the actor is of no province; there is no such list of it.
        Conflict: it does not wait any more.
    """
    actor.must(Act.SUBMIT_SURVEY)
    with database.transaction(actor) as connection:
        found = stored.find(connection, number, lock=True)
        must_permit(Step.TAKE_BACK, found.status)
        stored.change(connection, found.id, status=ApprovalStatus.TAKEN_BACK.value)
        found = stored.find(connection, number)
        audit.append(connection, "survey.taken_back", str(number))
    return found


def drop(database: Database, actor: Actor, number: int) -> None:
    """Forget a list that came back; nothing of it stays but the lines of the log.

    Raises:
        NotAllowed, NotFound: the actor is of no province; there is no such list of it.
        Conflict: it waits for the approver, or is approved.
    """
    actor.must(Act.SUBMIT_SURVEY)
    with database.transaction(actor) as connection:
        found = stored.find(connection, number, lock=True)
        must_permit(Step.DROP, found.status)
        stored.drop(connection, found.id)
        audit.append(connection, "survey.dropped", str(number))


def drop_submitted(database: Database, actor: Actor, number: int) -> None:
    """Forget a list that came back and whose file was submitted without an approver's word since."""
    with suppress(NotFound, Conflict):
        drop(database, actor, number)


# --- How it is done ----------------------------------------------------------------------------


def _waiting(connection: Connection, number: int, seen: str, *, lock: bool = False) -> Approval:
    """The list that waits, as it was seen."""
    found = stored.find(connection, number, lock=lock)
    must_permit(Step.APPROVE, found.status)
    if found.fingerprint != seen:
        raise Conflict("approval", "handed_in_otherwise")
    return found


def _file_of(found: Approval, content: bytes) -> ListFile:
    return ListFile(
        content, found.file_name, found.province_code, found.mapping,
        tuple(map(correction_of, found.corrections)), found.replaces,
    )  # fmt: skip


def _may_replace(connection: Connection, sent: ListFile) -> bool:
    """Whether the submission that the file replaces still stands; true of one that replaces none."""
    if sent.replaces is None:
        return True
    return submitted.find(connection, sent.replaces, for_update=False).status == "submitted"


def _must_be_new(connection: Connection, actor: Actor, sent: ListFile) -> None:
    if stored.waiting_of_file(connection, actor.organisation_id, sent.sha256) is not None:
        raise Conflict("approval", "same_file_waits")
    _must_stand_nowhere(connection, actor, sent)


def _must_stand_nowhere(connection: Connection, actor: Actor, sent: ListFile) -> None:
    standing = already_submitted(connection, actor, sent.sha256, sent.mapping, sent.corrections)
    if standing is not None:
        raise Conflict("approval", "same_file_submitted", number=standing.number)


def _checked(
    connection: Connection, actor: Actor, document: Document, sent: ListFile, counted: Count
) -> tuple[Matched, Mapping[str, object]]:
    """A file as it would be submitted now, and what that would do."""
    matched = match(
        connection, actor, document, (sent.name, sent.sha256), sent.province_code, sent.mapping,
        sent.replaces, sent.corrections, counted,
    )  # fmt: skip
    return matched, impact_of_match(connection, actor, matched, said=sent.replaces).as_json()
