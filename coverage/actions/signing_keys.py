"""Keys that publications are signed with: the file on the server and the rows of public ones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from coverage.dossier.signing import KeyUnreadable, Signer
from coverage.errors import Conflict, SigningKeyUnusable
from coverage.people import Act, Actor
from coverage.settings import SigningSettings
from coverage.storage import audit, key_files
from coverage.storage import signing_keys as stored
from coverage.storage.sessions import Database
from coverage.storage.signing_keys import SigningKeyRecord


@dataclass(frozen=True, slots=True)
class ReadySigner:
    """What signs now. ``made`` says that there was no key at all and this one was just made."""

    signer: Signer
    path: Path
    made: bool = False


def list_keys(database: Database) -> list[SigningKeyRecord]:
    """Return every public key, the newest first; nobody needs a right to read them."""
    with database.at_the_door() as connection:
        return stored.signing_keys(connection)


def ready_signer(database: Database, actor: Actor, settings: SigningSettings) -> ReadySigner:
    """Return what signs a publication; the first publication of a server makes the key.

    Raises:
        NotAllowed: the role may not publish; or there is no key, and it may not make one.
        SigningKeyUnusable: the file of the private key is missing, open to others, unreadable,
            or not that of the database's current key.
    """
    actor.must(Act.PUBLISH_PACKAGE)
    with database.transaction(actor) as connection:
        stored.lock(connection)
        current = stored.current_key(connection)
        if current is not None:
            return ReadySigner(_signer_of(current, settings), settings.path)
        signer = _make(connection, actor, settings)
    key_files.settle(settings.path, signer.public.fingerprint)
    return ReadySigner(signer, settings.path, made=True)


def create_key(database: Database, actor: Actor, settings: SigningSettings) -> SigningKeyRecord:
    """Make the first key; a key file that lies there already is taken up.

    Raises:
        NotAllowed: the role may not keep keys.
        Conflict: there is a key; it is changed by :func:`rotate_key`.
        SigningKeyUnusable: the file cannot be written, or what lies there is no key.
    """
    actor.must(Act.MANAGE_KEYS)
    with database.transaction(actor) as connection:
        stored.lock(connection)
        if stored.current_key(connection) is not None:
            raise Conflict("signing_key", "key_exists")
        signer = _make(connection, actor, settings)
    key_files.settle(settings.path, signer.public.fingerprint)
    return list_keys(database)[0]


def rotate_key(
    database: Database, actor: Actor, settings: SigningSettings, reason: str
) -> SigningKeyRecord:
    """Sign with a new key from now on; what old ones signed stays verifiable.

    The old private key is not needed, and gone afterwards: so a lost one is replaced too.

    Raises:
        NotAllowed: the role may not keep keys.
        Conflict: there is no key yet; or no reason was given.
        SigningKeyUnusable: the file cannot be written.
    """
    actor.must(Act.MANAGE_KEYS)
    if not reason.strip():
        raise Conflict("signing_key", "needs_reason")
    with database.transaction(actor) as connection:
        stored.lock(connection)
        current = stored.current_key(connection)
        if current is None:
            raise Conflict("signing_key", "no_key_yet")
        if key_files.next_of(settings.path, current.fingerprint).exists():
            # It has not taken its place yet; should this change come to nothing, it still signs.
            key_files.settle(settings.path, current.fingerprint)
        signer = Signer.new(settings.address)
        fingerprint = _keep(connection, actor, signer, settings)
        audit.append(
            connection, "signing_key.rotated", fingerprint,
            {"before": current.fingerprint, "reason": reason.strip()},
        )  # fmt: skip
    key_files.settle(settings.path, fingerprint)
    return list_keys(database)[0]


def must_sign_now(connection: Connection, signer: Signer) -> None:
    """Refuse a signer whose key is not the current one any more; keep it so to the commit.

    Raises:
        Conflict: the key was changed meanwhile.
    """
    stored.lock(connection, shared=True)
    current = stored.current_key(connection)
    if current is None or current.fingerprint != signer.public.fingerprint:
        raise Conflict("signing_key", "key_changed_meanwhile")


def must_be_usable(record: SigningKeyRecord, settings: SigningSettings) -> None:
    """Refuse unless this server has the private key of ``record`` and may read it alone.

    Raises:
        SigningKeyUnusable: it has not; the reason is named.
    """
    _signer_of(record, settings)


def _make(connection: Connection, actor: Actor, settings: SigningSettings) -> Signer:
    """Make the first key in the transaction, from the file where one lies there already."""
    lying = _read(settings.path, settings)
    signer = lying or Signer.new(settings.address)
    fingerprint = _keep(connection, actor, signer, settings)
    audit.append(connection, "signing_key.made", fingerprint, {"from_file": lying is not None})
    return signer


def _keep(connection: Connection, actor: Actor, signer: Signer, settings: SigningSettings) -> str:
    """Keep a key: its private half waits beside its place until the transaction has ended."""
    actor.must(Act.MANAGE_KEYS)
    public = signer.public
    key_files.write(settings.path, public.fingerprint, signer.private_pem(settings.passphrase))
    stored.add(connection, public.fingerprint, public.pem, actor.name)
    return public.fingerprint


def _signer_of(record: SigningKeyRecord, settings: SigningSettings) -> Signer:
    """The private key of the current public one."""
    signer = _read(settings.path, settings)
    if signer is not None and signer.public.fingerprint == record.fingerprint:
        return signer
    waiting = _take_up(record, settings)
    if waiting is not None:
        return waiting
    raise SigningKeyUnusable(
        "key_missing" if signer is None else "key_other",
        path=settings.path, fingerprint=record.fingerprint,
    )  # fmt: skip


def _take_up(record: SigningKeyRecord, settings: SigningSettings) -> Signer | None:
    """The current key, put in its place when whoever made it was killed before doing so."""
    waiting = _read(key_files.next_of(settings.path, record.fingerprint), settings)
    if waiting is None or waiting.public.fingerprint != record.fingerprint:
        return None
    key_files.settle(settings.path, record.fingerprint)
    return waiting


def _read(path: Path, settings: SigningSettings) -> Signer | None:
    content = key_files.read(path)
    if content is None:
        return None
    try:
        return Signer.read(content, settings.passphrase, settings.address)
    except KeyUnreadable:
        raise SigningKeyUnusable("key_unreadable", path=path) from None
