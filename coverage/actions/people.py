"""Who may come in: people, their passwords, sessions and API tokens."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from coverage.errors import Conflict, NotFound, NotSignedIn
from coverage.passwords import check_password, login_of, name_of, one_spelling
from coverage.people import ROLES_OF, Act, Actor, OrganisationKind, Role
from coverage.storage import accounts, audit, password_links, units
from coverage.storage import people as stored
from coverage.storage.sessions import Database

if TYPE_CHECKING:
    import uuid

    from sqlalchemy import Connection

TOKEN_BYTES = 32
PASSWORD_BYTES = 12  # random bytes of a password made here: sixteen characters
FIRST_LOGIN = "quantri"
_HASHER = PasswordHasher()  # Argon2id with the library's current recommended cost
# A hash of nothing anybody knows: an unknown login costs as much time as a wrong password.
_NOBODY = _HASHER.hash(secrets.token_urlsafe())


def act_for(
    database: Database,
    kind: OrganisationKind,
    role: Role,
    name: str,
    *,
    province_code: str | None = None,
    organisation: str | None = None,
) -> Actor:
    """Return the actor for a command that runs on the server's own machine.

    Raises:
        NotFound: there is no such organisation (a province exists once places are loaded).
    """
    with database.at_the_door() as connection:
        found = stored.find_organisation(
            connection, kind, province_code=province_code, name=organisation
        )
    if found is None:
        raise NotFound("organisation", province_code or organisation or kind.value)
    return Actor(found[0], kind, role, name, found[1])


def organisation_name(database: Database, actor: Actor) -> str:
    """Return the name of the actor's own organisation."""
    with database.transaction(actor) as connection:
        return stored.organisation_name(connection, actor.organisation_id)


def own_names(
    database: Database, actor: Actor, province_code: str
) -> tuple[str, list[units.NamedUnit]]:
    """Return the name of the actor's own organisation, and a province's communes in force."""
    with database.transaction(actor) as connection:
        name = stored.organisation_name(connection, actor.organisation_id)
        if not province_code:
            return name, []
        return name, units.named_units(connection, "commune", province_code)


def add_operator(database: Database, actor: Actor, name: str) -> str:
    """Enter an operator, so that people and tokens can belong to it; return its name as written.

    Raises:
        Conflict: there is an organisation of this name, or it cannot be one.
    """
    actor.must(Act.MANAGE_PEOPLE)
    name = name_of(name, "operator")
    with database.transaction(actor) as connection:
        if not accounts.add_operator(connection, name):
            raise Conflict("operator", "exists", name=name)
        audit.append(connection, "operator.added", name)
    return name


def add_first_administrator(database: Database, actor: Actor) -> tuple[str, str, str] | None:
    """Make the first administrator; return login, password and API token, shown once.

    Return None, and do nothing, when there is an administrator already.
    """
    actor.must(Act.MANAGE_PEOPLE)
    password, token = secrets.token_urlsafe(PASSWORD_BYTES), secrets.token_urlsafe(TOKEN_BYTES)
    with database.transaction(actor) as connection:
        if any(
            known.role is Role.ADMINISTRATOR or known.login == FIRST_LOGIN
            for known in stored.people(connection)
        ):
            return None
        stored.add_person(
            connection, organisation_id=actor.organisation_id, login=FIRST_LOGIN,
            full_name="Quản trị hệ thống", role=Role.ADMINISTRATOR,
            password_hash=hashed(password),
        )  # fmt: skip
        stored.add_token(
            connection, organisation_id=actor.organisation_id, role=Role.ADMINISTRATOR,
            label=FIRST_LOGIN, sha256=fingerprint(token),
        )  # fmt: skip
        audit.append(connection, "person.added", FIRST_LOGIN, {"role": Role.ADMINISTRATOR.value})
    return FIRST_LOGIN, password, token


def add_person(
    database: Database, actor: Actor, *, login: str, full_name: str, role: Role,
    organisation_id: uuid.UUID, kind: OrganisationKind,
) -> str:  # fmt: skip
    """Make a person with a first password made here; return that password, shown once.

    Raises:
        NotAllowed, Conflict: no such right; the login exists; the role is not of that kind.
    """
    actor.must(Act.MANAGE_PEOPLE)
    if role not in ROLES_OF[kind]:
        raise Conflict("role", "not_of_organisation", role=role.value, kind=kind.value)
    login, full_name = login_of(login), name_of(full_name)
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    with database.transaction(actor) as connection:
        added = stored.add_person(
            connection, organisation_id=organisation_id, login=login, full_name=full_name,
            role=role, password_hash=hashed(password),
        )  # fmt: skip
        if added is None:
            raise Conflict("person", "exists", login=login)
        audit.append(connection, "person.added", login, {"role": role.value})
    return password


def reset_password(database: Database, actor: Actor, login: str) -> str:
    """Give a person a new password made here; return it, shown once. A waiting link ends."""
    actor.must(Act.MANAGE_PEOPLE)
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    with database.transaction(actor) as connection:
        known = accounts.account(connection, login, lock=True)
        if known is None:
            raise NotFound("person", login)
        stored.set_password(connection, login, hashed(password))
        accounts.end_sessions(connection, known.id)
        password_links.end(connection, known.id)
        audit.append(connection, "person.password_reset", known.login)
    return password


def list_people(database: Database, actor: Actor) -> list[stored.Person]:
    """Return the people the actor may see."""
    with database.transaction(actor) as connection:
        return stored.people(connection)


def issue_token(
    database: Database, actor: Actor, *, organisation_id: uuid.UUID, role: Role, label: str
) -> str:
    """Make an API token for an organisation in a role; return it, shown once.

    Raises:
        NotFound: there is no such organisation.
        Conflict: the role is not of it; there is no label.
    """
    actor.must(Act.MANAGE_PEOPLE)
    label = name_of(label, "token")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with database.transaction(actor) as connection:
        kind = accounts.kind_of(connection, organisation_id)
        if kind is None:
            raise NotFound("organisation", organisation_id)
        if role not in ROLES_OF[kind]:
            raise Conflict("role", "not_of_organisation", role=role.value, kind=kind.value)
        stored.add_token(
            connection, organisation_id=organisation_id, role=role, label=label,
            sha256=fingerprint(token),
        )  # fmt: skip
        audit.append(connection, "token.issued", label, {"role": role.value})
    return token


def revoke_token(database: Database, actor: Actor, label: str) -> None:
    """Revoke every open token of this label."""
    actor.must(Act.MANAGE_PEOPLE)
    with database.transaction(actor) as connection:
        if not stored.revoke_token(connection, label):
            raise NotFound("token", label)
        audit.append(connection, "token.revoked", label)


def sign_in(database: Database, login: str, password: str, *, hours: int) -> str:
    """Check a password and open a session; return the session's token for the cookie.

    Raises:
        NotSignedIn: no such login, or not its password; the two are not told apart.
    """
    with database.at_the_door() as connection:
        known = stored.credentials(connection, login)
    if not _is_password(known, password) or known is None:
        raise NotSignedIn
    with database.transaction(known.actor) as connection:
        token = open_session(connection, known.actor, hours)
        # From here on nobody else changes the person: a password that was replaced while it was
        # checked opens nothing.
        now = stored.credentials(connection, login)
        if now is None or now.password_hash != known.password_hash:
            raise NotSignedIn
        audit.append(connection, "person.signed_in", known.actor.name)
    return token


def open_session(connection: Connection, holder: Actor, hours: int) -> str:
    """Open a session for a person; return its token, always a new one.

    Raises:
        NotSignedIn: the actor is nobody in person.
    """
    if holder.person_id is None:
        raise NotSignedIn
    token = secrets.token_urlsafe(TOKEN_BYTES)
    stored.open_session(
        connection, token_sha256=fingerprint(token), person_id=holder.person_id,
        csrf=secrets.token_urlsafe(TOKEN_BYTES), hours=hours,
    )  # fmt: skip
    return token


def session(database: Database, token: str, *, idle_minutes: int) -> stored.SessionHolder:
    """Return who holds the session of this token.

    Raises:
        NotSignedIn: there is none, or it has run out.
    """
    with database.at_the_door() as connection:
        holder = stored.session_holder(connection, fingerprint(token), idle_minutes)
    if holder is None:
        raise NotSignedIn
    return holder


def change_password(
    database: Database, holder: stored.SessionHolder, session_token: str, *, present: str,
    wanted: str,
) -> None:  # fmt: skip
    """Give oneself a new password; every other session of the person ends, and a waiting link.

    Raises:
        Conflict: the present password is wrong, or the wanted one cannot be taken.
        NotSignedIn: the session has ended.
    """
    check_password(wanted, holder.actor.name, holder.full_name)
    with database.at_the_door() as connection:
        known = stored.credentials(connection, holder.actor.name)
    if not _is_password(known, present):
        raise Conflict("password", "wrong_password")
    with database.transaction(holder.actor) as connection:
        changed = stored.change_password(connection, fingerprint(session_token), hashed(wanted))
        if not changed:
            raise NotSignedIn
        audit.append(connection, "person.password_changed", holder.actor.name)


def own_sessions(
    database: Database, token: str, *, idle_minutes: int
) -> list[stored.OpenSession]:  # fmt: skip
    """Return the open sessions of who holds this one, the last seen first."""
    with database.at_the_door() as connection:
        return stored.sessions_beside(connection, fingerprint(token), idle_minutes)


def end_other_sessions(database: Database, actor: Actor, token: str) -> int:
    """End every session of one's own but this one; return how many there were."""
    with database.transaction(actor) as connection:
        ended = stored.end_sessions_beside(connection, fingerprint(token))
        audit.append(connection, "person.other_sessions_ended", actor.name, {"sessions": ended})
    return ended


def sign_out(database: Database, token: str) -> None:
    """End a session; ending one that is gone is no error."""
    with database.at_the_door() as connection:
        stored.close_session(connection, fingerprint(token))


def token_actor(database: Database, token: str) -> Actor:
    """Return for whom an API token acts.

    Raises:
        NotSignedIn: there is no such token, or it was revoked.
    """
    with database.at_the_door() as connection:
        actor = stored.token_holder(connection, fingerprint(token))
    if actor is None:
        raise NotSignedIn
    return actor


def fingerprint(token: str) -> bytes:
    """Return what is stored of a token: its SHA-256; tokens are long and random, no salt."""
    return hashlib.sha256(token.encode()).digest()


def hashed(password: str) -> str:
    """Return what is stored of a password: Argon2id of its one spelling."""
    return _HASHER.hash(one_spelling(password))


def _is_password(known: stored.Credentials | None, password: str) -> bool:
    """Tell whether this is the password; it takes as long for an unknown login."""
    stored_hash = known.password_hash if known and known.password_hash else _NOBODY
    try:
        return _HASHER.verify(stored_hash, one_spelling(password))
    except (VerifyMismatchError, InvalidHashError):
        return False
