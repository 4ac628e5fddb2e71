"""Tender packages: building drafts, publishing them, listing, handing out, checking."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from coverage.actions.package_downloads import begin_download
from coverage.actions.package_records import latest, must_lie_ahead, new_content
from coverage.actions.package_records import told as package_told
from coverage.actions.package_sources import PackageSource, asked_lots, dissolved, read_source
from coverage.actions.signing_keys import must_sign_now
from coverage.actions.zone_moves import Carried, Wish, check, lock
from coverage.actions.zone_moves import told as zones_told
from coverage.dossier import seal, verification
from coverage.dossier.seal import Writer
from coverage.dossier.signing import Signer
from coverage.dossier.verification import Verification
from coverage.errors import Conflict, NothingToDo, PackageAltered
from coverage.jobs import Telling, untold
from coverage.packages import PackageStatus, ProcurementMode, assemble, next_number, sha256
from coverage.people import Act, Actor
from coverage.storage import audit, openings, places
from coverage.storage import lots as stored_lots
from coverage.storage import packages as stored
from coverage.storage.openings import Opening
from coverage.storage.packages import Download, PackageRecord
from coverage.storage.sessions import Database
from coverage.zone_life import Move
from coverage.zones import ZoneStatus

Writers = Mapping[str, Writer]
"""The files that the door adds to a package, by name: its map."""


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A package with its content. ``changed`` is False when it stood already, byte for byte."""

    record: PackageRecord
    content: bytes
    changed: bool = False


def build_package(
    database: Database,
    actor: Actor,
    province_code: str,
    writers: Writers,
    lot_ids: Collection[uuid.UUID] | None = None,
    *,
    mode: ProcurementMode | None = None,
    told: Telling = untold,
) -> PackageFile:
    """Build a draft of these proposed lots, or of all that are proposed in the province.

    ``mode`` is how the operator will be found; by default what the draft, or the setting, says.
    ``told`` hears of ``zones`` and of what the seal tells.

    A draft whose lots are all among them, or dissolved since, is built anew under its number;
    otherwise the package gets the next number. The same data gives the same bytes, and then
    nothing is written. With no lot proposed, the province's last published package is returned.

    Raises:
        NotAllowed, NotFound: no such right, province or lot.
        NothingToDo: the province has no lots.
        Conflict: a lot is not proposed any more, or one of its zones may not be tendered.
    """
    actor.must(Act.BUILD_PACKAGE)
    told("zones", 0, 0)
    with database.transaction(actor) as connection:
        province = places.province_name(connection, province_code)
        stored_lots.lock_province(connection, province_code)
        lots = asked_lots(connection, province_code, lot_ids)
        if not lots:
            return _last_published(connection, province_code, province)
        source = read_source(connection, actor, province_code, province, lots)
        before = stored.packages(connection, province_code=province_code)
        draft = _draft_to_renew(before, source)
        source = replace(source, mode=mode or (draft.mode if draft else source.mode))
        number = (
            draft.number
            if draft
            else next_number({one.number for one in before}, source.dated, province_code)
        )
        package = assemble(source.frame(number, draft=True), source.lots, source.evidence)
        sealed = seal.seal(package, writers, told=told)
        if draft and draft.sha256 == sealed.sha256:
            return PackageFile(draft, sealed.content)
        built = new_content(package, sealed, actor)
        if draft:
            stored.replace_draft(connection, draft.id, built, lots)
        else:
            stored.add_draft(
                connection, number=number, version=1, province_code=province_code, built=built,
                lots=lots,
            )  # fmt: skip
        record = latest(connection, number)
        audit.append(connection, "package.built", number, package_told(record))
    return PackageFile(record, sealed.content, changed=True)


def publish_package(
    database: Database, actor: Actor, number: str, writers: Writers, signer: Signer, *,
    opens_at: datetime | None = None, closes_at: datetime | None = None,
) -> PackageFile:  # fmt: skip
    """Publish a draft: the same content without the draft's mark, for every organisation.

    With ``opens_at`` only the authority and the auditor see it, its lots and what became of its
    zones until that minute; then everybody does, without anybody's act. Bids are taken until
    ``closes_at``.

    What is published is what was read in the draft: when the data has changed since, the draft
    has to be built, and read, again. Its lots and zones are then in a package.

    Raises:
        NotAllowed, NotFound: no such right or package.
        Conflict: it is published already; its data has changed since it was built; a lot is in
            another package; the signing key was changed meanwhile; it would open in the past, or
            while operators are still asked about one of its zones.
    """
    actor.must(Act.PUBLISH_PACKAGE)
    with database.transaction(actor) as connection:
        must_sign_now(connection, signer)
        must_lie_ahead(connection, opens_at, closes_at)
        province_code = latest(connection, number).province_code
        stored_lots.lock_province(connection, province_code)
        record = latest(connection, number)
        if record.status is not PackageStatus.DRAFT:
            raise Conflict("package", "already_published", number=number)
        if dissolved(connection, province_code, record.lot_ids):
            raise Conflict("package", "data_changed", number=number)
        lots = asked_lots(connection, province_code, record.lot_ids)
        zones = lock(connection, [zone_id for lot in lots for zone_id in lot.zone_ids])
        province = places.province_name(connection, province_code)
        if opens_at is not None:
            _must_not_be_asked_about(connection, zones)
        source = replace(
            read_source(connection, actor, province_code, province, lots), mode=record.mode
        )
        draft = assemble(source.frame(number, draft=True), source.lots, source.evidence)
        if seal.seal(draft, writers).sha256 != record.sha256:
            raise Conflict("package", "data_changed", number=number)
        package = replace(draft, draft=False)
        sealed = seal.seal(package, writers, signer)
        entering = Wish(Move.ENTER_PACKAGE, number)
        check(connection, actor, zones, entering)
        stored.publish(
            connection, record.id, new_content(package, sealed, actor),
            opens_at=opens_at, closes_at=closes_at,
        )  # fmt: skip
        openings.add(
            connection, record.id, Opening(entering=zones, lots_in=record.lot_ids),
            organisation_id=actor.organisation_id, actor=actor.name,
        )  # fmt: skip
        published = latest(connection, number)
        moved = zones_told(Carried({ZoneStatus.APPROVED: sorted(zones)}), entering)
        audit.append(
            connection, "package.published", number, package_told(published) | {"zones": moved}
        )
    return PackageFile(published, sealed.content, changed=True)


def list_packages(
    database: Database, actor: Actor, *, province_code: str | None = None
) -> list[PackageRecord]:
    """Return the packages that the actor may see: others than the authority, published ones."""
    with database.transaction(actor) as connection:
        return stored.packages(connection, province_code=province_code)


def download_package(
    database: Database, actor: Actor, number: str, version: int | None = None
) -> PackageFile:
    """Hand out a package's file, by default its newest version, and write down who took it.

    Raises:
        NotFound: there is no such package, or none that the actor may see.
        PackageAltered: the stored bytes are not those that were published.
    """
    taken = begin_download(database, actor, number, version)
    return PackageFile(taken.record, b"".join(taken.pieces(0, taken.record.size - 1)))


def verify_package(content: bytes) -> Verification:
    """Check a package file by itself: no database and no right is needed."""
    return verification.verify(content)


def package_versions(database: Database, actor: Actor, number: str) -> list[PackageRecord]:
    """Return every version of a package that the actor may see, the newest first.

    Raises:
        NotFound: there is none.
    """
    with database.transaction(actor) as connection:
        latest(connection, number)
        return stored.packages(connection, number=number)


def draft_stands(database: Database, actor: Actor, number: str) -> bool:
    """Whether a draft's lots and zones are still there to be published as it was built.

    Raises:
        NotFound: there is no such package, or none that the actor may see.
    """
    with database.transaction(actor) as connection:
        record = latest(connection, number)
        if dissolved(connection, record.province_code, record.lot_ids):
            return False
        free = stored_lots.fund_zones(connection, record.province_code)
        lots = stored_lots.lots_of(connection, record.province_code)
        return all(
            zone_id in free for lot in lots if lot.id in record.lot_ids for zone_id in lot.zone_ids
        )


def list_downloads(database: Database, actor: Actor, number: str) -> list[Download]:
    """Return who took which version of a package; others than the authority read their own.

    Raises:
        NotFound: there is no such package, or none that the actor may see.
    """
    with database.transaction(actor) as connection:
        latest(connection, number)
        return stored.downloads(connection, number)


def versions_taken(database: Database, actor: Actor) -> dict[str, int]:
    """Return the newest version of each package that the actor's organisation took, by number."""
    with database.transaction(actor) as connection:
        return stored.versions_taken(connection, actor.organisation_id)


def _draft_to_renew(
    packages: Collection[PackageRecord], source: PackageSource
) -> PackageRecord | None:
    """The first draft that this build replaces: none of its standing lots is left out."""
    asked = {lot.id for lot in source.lots}
    return next(
        (
            one
            for one in packages
            if one.status is PackageStatus.DRAFT
            and all(lot_id in asked or lot_id in source.dissolved for lot_id in one.lot_ids)
        ),
        None,
    )


def _last_published(connection: Connection, province_code: str, province: str) -> PackageFile:
    """The newest package of a province that has nothing left to build."""
    published = sorted(
        stored.packages(connection, province_code=province_code, status=PackageStatus.PUBLISHED),
        key=lambda record: (record.number, record.version),
    )
    if not published:
        reason = "no_lots" if stored_lots.fund_zones(connection, province_code) else "no_fund_zones"
        raise NothingToDo(reason, province=province)
    record = published[-1]
    content = stored.content(connection, record.id)
    if sha256(content) != record.sha256:
        raise PackageAltered(record.number, record.version)
    return PackageFile(record, content)


def _must_not_be_asked_about(connection: Connection, zones: Collection[uuid.UUID]) -> None:
    """A promise that could not be taken would tell an operator of the embargo."""
    for number in openings.consulted(connection, zones).values():
        raise Conflict("package", "zone_in_open_round", round=number)
