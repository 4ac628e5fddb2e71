"""Changing what was published: amendments and clarifications. No version ever changes."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from coverage.actions.lot_readiness import must_be_ready
from coverage.actions.package_records import ids, latest, must_lie_ahead, new_content, told
from coverage.actions.package_sources import read_source
from coverage.actions.package_versions import (
    Amendment,
    NextVersion,
    lock_zones,
    must_be_open,
    next_version,
)
from coverage.actions.packages import PackageFile, Writers
from coverage.actions.queueing import decide_queues
from coverage.actions.signing_keys import must_sign_now
from coverage.actions.zone_moves import Wish, check, lock, today
from coverage.audit import canonical
from coverage.dossier import seal
from coverage.dossier.signing import Signer
from coverage.dossier.unpacking import file_in, said_in
from coverage.errors import Conflict, NothingToDo
from coverage.packages import (
    VIETNAM_TIME,
    Changed,
    Difference,
    Package,
    PackageAnswer,
    PackageChange,
    PackageKind,
    PackageStatus,
    assemble,
    change_of,
    difference,
    labels_given,
    said_of,
)
from coverage.people import Act, Actor
from coverage.storage import audit, openings, places
from coverage.storage import lots as stored_lots
from coverage.storage import package_letters as letters
from coverage.storage import packages as stored
from coverage.storage.openings import Opening
from coverage.storage.packages import PackageRecord
from coverage.storage.sessions import Database
from coverage.zone_life import Move

_RELEASE = "ocds-release.json"


@dataclass(frozen=True, slots=True)
class PreviewedVersion:
    """What a version would be; ``token`` names exactly this, for whoever confirms it."""

    before: PackageRecord
    version: int
    difference: Difference
    totals: Mapping[str, int | None]
    answers: tuple[PackageAnswer, ...]
    token: str


@dataclass(frozen=True, slots=True)
class _Drafted:
    """A version before it is sealed."""

    package: Package
    next: NextVersion
    difference: Difference
    token: str


def preview_amendment(
    database: Database, actor: Actor, number: str, amendment: Amendment
) -> PreviewedVersion:
    """Say what an amendment would change; nothing is kept.

    Raises:
        NotAllowed, NotFound, Conflict: as :func:`amend_package`.
    """
    return _preview(database, actor, number, amendment, PackageKind.AMENDMENT)


def amend_package(
    database: Database, actor: Actor, number: str, amendment: Amendment, *,
    writers: Writers, signer: Signer,
) -> PackageFile:  # fmt: skip
    """Publish the next version of a package: other zones, lots or facts, with the reason.

    The version before is superseded when the new one opens and stands as it was. Zones that go are
    free again, zones that come are in the package; a lot whose zones changed is a new lot under the
    same number. Zones keep their labels.

    Raises:
        NotAllowed, NotFound: no such right, package, lot or zone.
        Conflict: no reason; the version may not be amended, or another is newer; an awarded lot
            would change; a zone may not enter; nothing would differ; it is not what was previewed.
    """
    return _publish(
        database,
        actor,
        number,
        amendment,
        kind=PackageKind.AMENDMENT,
        writers=writers,
        signer=signer,
    )


def preview_clarification(
    database: Database, actor: Actor, number: str, amendment: Amendment
) -> PreviewedVersion:
    """Say which answers a clarification would bring; nothing is kept.

    Raises:
        NotAllowed, NotFound, Conflict: as :func:`clarify_package`.
    """
    return _preview(database, actor, number, amendment, PackageKind.CLARIFICATION)


def clarify_package(
    database: Database, actor: Actor, number: str, amendment: Amendment, *,
    writers: Writers, signer: Signer,
) -> PackageFile:  # fmt: skip
    """Publish the next version of a package with the answers since; its zones are as they were.

    Raises:
        NotAllowed, NotFound: no such right or package.
        Conflict: as for an amendment; the data has changed, so it would be one.
        NothingToDo: no question was answered since the version before.
    """
    return _publish(
        database,
        actor,
        number,
        amendment,
        kind=PackageKind.CLARIFICATION,
        writers=writers,
        signer=signer,
    )


def _preview(
    database: Database, actor: Actor, number: str, amendment: Amendment, kind: PackageKind
) -> PreviewedVersion:
    actor.must(Act.PUBLISH_PACKAGE)
    with database.transaction(actor) as connection:
        record = latest(connection, number)
        nothing_kept = connection.begin_nested()
        drafted = _draft(connection, actor, record, amendment, kind)
        nothing_kept.rollback()
    package = drafted.package
    return PreviewedVersion(
        record, package.version, drafted.difference, package.totals(), package.answers,
        drafted.token,
    )  # fmt: skip


def _publish(
    database: Database, actor: Actor, number: str, amendment: Amendment, *, kind: PackageKind,
    writers: Writers, signer: Signer,
) -> PackageFile:  # fmt: skip
    actor.must(Act.PUBLISH_PACKAGE)
    with database.transaction(actor) as connection:
        must_sign_now(connection, signer)
        stored_lots.lock_province(connection, latest(connection, number).province_code)
        record = latest(connection, number)
        lock_zones(connection, record)
        drafted = _draft(connection, actor, record, amendment, kind)
        if amendment.preview not in (None, drafted.token):
            raise Conflict("package", "not_as_previewed", number=number)
        package, opening = drafted.package, drafted.next.opening
        if opening.entering:
            entering = lock(connection, opening.entering)
            check(connection, actor, entering, Wish(Move.ENTER_PACKAGE, number))
        sealed = seal.seal(package, writers, signer)
        package_id = stored.add_draft(
            connection, number=number, version=package.version,
            province_code=record.province_code, lots=drafted.next.lots,
            built=new_content(
                package, sealed, actor, reason=amendment.reason.strip(),
                difference=drafted.difference.as_json(),
            ),
        )  # fmt: skip
        stored.publish(
            connection, package_id, None, opens_at=amendment.opens_at,
            closes_at=amendment.closes_at or record.closes_at,
        )  # fmt: skip
        opened = openings.add(
            connection, package_id, opening,
            organisation_id=actor.organisation_id, actor=actor.name,
        )  # fmt: skip
        if opened:
            decide_queues(connection, set(opening.leaving), today())
        published = latest(connection, number)
        audit.append(connection, _ACTS[kind], number,
                     told(published) | _told_change(amendment, opening))  # fmt: skip
    return PackageFile(published, sealed.content, changed=True)


_ACTS: Mapping[PackageKind, str] = {
    PackageKind.AMENDMENT: "package.amended",
    PackageKind.CLARIFICATION: "package.clarified",
}


def _draft(
    connection: Connection, actor: Actor, record: PackageRecord, amendment: Amendment,
    kind: PackageKind,
) -> _Drafted:  # fmt: skip
    """Make the next version's content; new lots are written, a preview takes them back."""
    number = record.number
    if not amendment.reason.strip():
        raise Conflict("package", "needs_reason")
    must_be_open(record, amendment.seen_version)
    must_lie_ahead(connection, amendment.opens_at, amendment.closes_at)
    coming = next_version(connection, record, amendment)
    _must_not_be_asked_about(connection, amendment, coming.opening.entering)
    openings.add_waiting_lots(connection, coming.fresh, coming.made_of)
    must_be_ready(connection, coming.fresh, only=amendment.add)
    source = read_source(
        connection, actor, record.province_code,
        places.province_name(connection, record.province_code), coming.lots,
        standing=coming.standing,
    )  # fmt: skip
    answers = letters.answers(connection, number)
    versions = _said(connection, number)
    former = stored.packages(connection, number=number)
    frame = replace(
        source.frame(number, draft=False),
        version=max(one.version for one in former) + 1,
        dated=max(
            [source.dated, record.published_at or source.dated, *(a.answered_at for a in answers)]
        ),
        kind=kind,
        mode=amendment.mode or record.mode,
        changes=tuple(_change(one) for one in reversed(former) if _is_told(one)),
        answers=tuple(each.as_told() for each in answers),
        labels=labels_given(versions.values()),
        former_releases=_releases(connection, former),
    )
    package = assemble(frame, source.lots, source.evidence)
    content = difference(versions[record.version], said_of(package))
    differs = replace(content, changed=(*content.changed, *_later_close(record, amendment)))
    _must_be_of_kind(
        kind, record, content if kind is PackageKind.CLARIFICATION else differs,
        [each.answered_at for each in answers],
    )  # fmt: skip
    change = change_of(
        package.version, kind, package.dated, amendment.reason.strip(), differs.as_json()
    )
    return _Drafted(
        replace(package, changes=(*package.changes, change)),
        coming,
        differs,
        _token(record, amendment, differs, package),
    )


def _later_close(record: PackageRecord, amendment: Amendment) -> list[Changed]:
    """Another closing of bids is a change that bidders must read of, though no zone changed."""
    if amendment.closes_at in {None, record.closes_at}:
        return []
    before, after = (
        at.astimezone(VIETNAM_TIME).strftime("%H:%M ngày %d/%m/%Y") if at else "chưa ấn định"
        for at in (record.closes_at, amendment.closes_at)
    )
    return [("Gói thầu", "Thời điểm đóng thầu", before, after)]


def _said(connection: Connection, number: str) -> dict[int, Mapping[str, Any]]:
    """What each version said; of one from before that was kept, what its files tell."""
    return {
        version: told or said_in(stored.content(connection, latest(connection, number, version).id))
        for version, told in stored.said(connection, number).items()
    }


def _must_be_of_kind(
    kind: PackageKind, record: PackageRecord, differs: Difference, answered: list[datetime]
) -> None:
    """An amendment changes something; a clarification answers something and changes nothing."""
    if kind is PackageKind.AMENDMENT:
        if not differs:
            raise Conflict("package", "no_difference", number=record.number)
        return
    if differs:
        raise Conflict("package", "clarification_changes", number=record.number)
    if not any(record.published_at and at > record.published_at for at in answered):
        raise NothingToDo("no_new_answers", number=record.number)


def _must_not_be_asked_about(
    connection: Connection, amendment: Amendment, entering: Collection[uuid.UUID]
) -> None:
    """As for a first version: a promise that could not be taken would tell of the embargo."""
    if amendment.opens_at is not None:
        for number in openings.consulted(connection, entering).values():
            raise Conflict("package", "zone_in_open_round", round=number)


def _is_told(record: PackageRecord) -> bool:
    """Whether a version is part of the history that everybody reads."""
    return record.kind is not PackageKind.FIRST and record.status in {
        PackageStatus.PUBLISHED,
        PackageStatus.SUPERSEDED,
    }


def _change(record: PackageRecord) -> PackageChange:
    dated = datetime.fromisoformat(str(record.manifest["date"]))
    return change_of(record.version, record.kind, dated, record.reason, record.difference)


def _releases(connection: Connection, former: list[PackageRecord]) -> tuple[bytes, ...]:
    """The OCDS file of each version that opened, the oldest first."""
    found = (
        file_in(stored.content(connection, one.id), _RELEASE)
        for one in reversed(former)
        if one.status in {PackageStatus.PUBLISHED, PackageStatus.SUPERSEDED}
    )
    return tuple(release for release in found if release is not None)


def _token(
    record: PackageRecord, amendment: Amendment, differs: Difference, package: Package
) -> str:
    """Name what was previewed: another difference, reason or time is another token."""
    shown: dict[str, Any] = {
        "before": record.sha256,
        "difference": differs.as_json(),
        "reason": amendment.reason.strip(),
        "opens_at": amendment.opens_at and amendment.opens_at.isoformat(),
        "closes_at": amendment.closes_at and amendment.closes_at.isoformat(),
        "said": said_of(package),
        "answers": [answer.number for answer in package.answers],
    }
    return hashlib.sha256(canonical(shown).encode()).hexdigest()


def _told_change(amendment: Amendment, opening: Opening) -> dict[str, object]:
    return {
        "reason": amendment.reason.strip(),
        "entering": ids(opening.entering),
        "leaving": ids(opening.leaving),
        "lots_in": ids(opening.lots_in),
        "lots_out": ids(opening.lots_out),
    }
