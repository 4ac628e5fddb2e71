"""Who may come in: people, their passwords, sessions and API tokens."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from coverage.errors import Conflict, NotFound, NotSignedIn
from coverage.people import ROLES_OF, Act, Actor, OrganisationKind, Role
from coverage.storage import audit
from coverage.storage import people as stored
from coverage.storage.sessions import Database

if TYPE_CHECKING:
    import uuid

TOKEN_BYTES = 32
PASSWORD_LENGTH = 12  # shortest password a person may choose
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


def add_operator(database: Database, actor: Actor, name: str) -> None:
    """Enter an operator, so that people and tokens can belong to it.

    Raises:
        Conflict: there is an operator of this name.
    """
    actor.must(Act.MANAGE_PEOPLE)
    with database.transaction(actor) as connection:
        if name in stored.organisation_names(connection, OrganisationKind.OPERATOR).values():
            raise Conflict("operator", "exists", name=name)
        stored.ensure_organisation(connection, OrganisationKind.OPERATOR, name)
        audit.append(connection, "operator.added", name)


def add_first_administrator(database: Database, actor: Actor) -> tuple[str, str, str] | None:
    """Make the first administrator; return login, password and API token, shown once.

    Return None, and do nothing, when there is an administrator already.
    """
    actor.must(Act.MANAGE_PEOPLE)
    password, token = secrets.token_urlsafe(PASSWORD_LENGTH), secrets.token_urlsafe(TOKEN_BYTES)
    with database.transaction(actor) as connection:
        if any(
            known.role is Role.ADMINISTRATOR or known.login == FIRST_LOGIN
            for known in stored.people(connection)
        ):
            return None
        stored.add_person(
            connection, organisation_id=actor.organisation_id, login=FIRST_LOGIN,
            full_name="Quản trị hệ thống", role=Role.ADMINISTRATOR,
            password_hash=_HASHER.hash(password),
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
    password = secrets.token_urlsafe(PASSWORD_LENGTH)
    with database.transaction(actor) as connection:
        if any(known.login == login.lower() for known in stored.people(connection)):
            raise Conflict("person", "exists", login=login)
        stored.add_person(
            connection, organisation_id=organisation_id, login=login, full_name=full_name,
            role=role, password_hash=_HASHER.hash(password),
        )  # fmt: skip
        audit.append(connection, "person.added", login.lower(), {"role": role.value})
    return password


def reset_password(database: Database, actor: Actor, login: str) -> str:
    """Give a person a new password made here; return it, shown once."""
    actor.must(Act.MANAGE_PEOPLE)
    password = secrets.token_urlsafe(PASSWORD_LENGTH)
    with database.transaction(actor) as connection:
        if not stored.set_password(connection, login, _HASHER.hash(password)):
            raise NotFound("person", login)
        stored.close_sessions_of(connection, login)
        audit.append(connection, "person.password_reset", login.lower())
    return password


def disable_person(database: Database, actor: Actor, login: str) -> None:
    """Close a person's account; open sessions end with it."""
    actor.must(Act.MANAGE_PEOPLE)
    with database.transaction(actor) as connection:
        if not stored.disable_person(connection, login):
            raise NotFound("person", login)
        audit.append(connection, "person.disabled", login.lower())


def list_people(database: Database, actor: Actor) -> list[stored.Person]:
    """Return the people the actor may see."""
    with database.transaction(actor) as connection:
        return stored.people(connection)


def issue_token(
    database: Database, actor: Actor, *, organisation_id: uuid.UUID, role: Role, label: str
) -> str:
    """Make an API token for an organisation in a role; return it, shown once."""
    actor.must(Act.MANAGE_PEOPLE)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with database.transaction(actor) as connection:
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
    stored_hash = known.password_hash if known and known.password_hash else _NOBODY
    try:
        _HASHER.verify(stored_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        raise NotSignedIn from None
    if known is None or known.actor.person_id is None:
        raise NotSignedIn
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with database.transaction(known.actor) as connection:
        stored.open_session(
            connection, token_sha256=fingerprint(token), person_id=known.actor.person_id,
            csrf=secrets.token_urlsafe(TOKEN_BYTES), hours=hours,
        )  # fmt: skip
        audit.append(connection, "person.signed_in", known.actor.name)
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
    database: Database, actor: Actor, session_token: str, *, present: str, wanted: str
) -> None:
    """Give oneself a new password; every other session of the person ends.

    Raises:
        Conflict: the present password is wrong, or the wanted one is too short.
        NotSignedIn: the session has ended.
    """
    if len(wanted) < PASSWORD_LENGTH:
        raise Conflict("password", "too_short", least=PASSWORD_LENGTH)
    with database.at_the_door() as connection:
        known = stored.credentials(connection, actor.name)
    try:
        _HASHER.verify(known.password_hash if known and known.password_hash else _NOBODY, present)
    except (VerifyMismatchError, InvalidHashError):
        raise Conflict("password", "wrong_password") from None
    with database.transaction(actor) as connection:
        changed = stored.change_password(
            connection, fingerprint(session_token), _HASHER.hash(wanted)
        )
        if not changed:
            raise NotSignedIn
        audit.append(connection, "person.password_changed", actor.name)


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
