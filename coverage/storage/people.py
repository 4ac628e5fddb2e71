"""Organisations, people, sessions and tokens: who somebody is, and who there is."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, text, update
from sqlalchemy.dialects import postgresql

from coverage.people import Actor, OrganisationKind, Role
from coverage.storage.actors import actor_of
from coverage.storage.tables.people import api_token, organisation, person


@dataclass(frozen=True, slots=True)
class Person:
    """A person as the administration sees them; the password's hash stays in the database."""

    login: str
    full_name: str
    role: Role
    organisation: str
    disabled: bool


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the sign-in needs to know of one login."""

    actor: Actor
    full_name: str
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class SessionHolder:
    """Who holds a web session, and the token its forms must carry."""

    actor: Actor
    full_name: str
    csrf_token: str


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One of a person's open sessions; ``this`` is the one that asked."""

    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    this: bool


def find_organisation(
    connection: Connection,
    kind: OrganisationKind,
    *,
    province_code: str | None = None,
    name: str | None = None,
) -> tuple[uuid.UUID, str | None] | None:
    """Return the id and province code of the first organisation that fits, or None."""
    row = connection.execute(
        text("SELECT id, province_code FROM phusong.organisation_for(:kind, :province, :name)"),
        {"kind": kind.value, "province": province_code, "name": name},
    ).first()
    return (row.id, row.province_code) if row else None


def organisation_names(connection: Connection, kind: OrganisationKind) -> dict[uuid.UUID, str]:
    """Return the organisations of a kind by id, in the order of their names."""
    rows = connection.execute(
        select(organisation.c.id, organisation.c.name)
        .where(organisation.c.kind == kind.value)
        .order_by(organisation.c.name)
    )
    return {row.id: row.name for row in rows}


def organisation_name(connection: Connection, organisation_id: uuid.UUID) -> str:
    """Return an organisation's name."""
    name = select(organisation.c.name).where(organisation.c.id == organisation_id)
    return str(connection.execute(name).scalar_one())


def ensure_organisation(
    connection: Connection, kind: OrganisationKind, name: str, province_code: str | None = None
) -> uuid.UUID:
    """Return the id of the organisation of this name, making it when there is none.

    A province has one organisation, whatever it is called: there the code decides.
    """
    is_it = organisation.c.name == name
    if province_code is not None:
        is_it = organisation.c.province_code == province_code
    found = connection.execute(
        select(organisation.c.id).where(organisation.c.kind == kind.value, is_it)
    ).scalar()
    if found is not None:
        return found  # type: ignore[no-any-return]
    return connection.execute(  # type: ignore[no-any-return]
        insert(organisation)
        .values(kind=kind.value, name=name, province_code=province_code)
        .returning(organisation.c.id)
    ).scalar_one()


def rename_organisation(connection: Connection, organisation_id: uuid.UUID, name: str) -> bool:
    """Give an organisation another name; tell whether it had a different one."""
    done = connection.execute(
        update(organisation)
        .where(organisation.c.id == organisation_id, organisation.c.name != name)
        .values(name=name)
    )
    return bool(done.rowcount)


def add_person(
    connection: Connection,
    *,
    organisation_id: uuid.UUID,
    login: str,
    full_name: str,
    role: Role,
    password_hash: str | None,
) -> uuid.UUID | None:
    """Store a new person, the login in lower case; None when it is somebody's already."""
    added: uuid.UUID | None = connection.execute(
        postgresql.insert(person)
        .values(
            organisation_id=organisation_id,
            login=login.lower(),
            full_name=full_name,
            role=role.value,
            password_hash=password_hash,
        )
        .on_conflict_do_nothing(index_elements=["login"])
        .returning(person.c.id)
    ).scalar()
    return added


def set_password(connection: Connection, login: str, password_hash: str) -> bool:
    """Replace a person's password; tell whether there is such a login."""
    done = connection.execute(
        update(person).where(person.c.login == login.lower()).values(password_hash=password_hash)
    )
    return bool(done.rowcount)


def people(connection: Connection) -> list[Person]:
    """Return the people the actor may see, by organisation and login."""
    rows = connection.execute(
        select(
            person.c.login, person.c.full_name, person.c.role,
            organisation.c.name.label("organisation"),
            person.c.disabled_at.is_not(None).label("disabled"),
        )
        .join(organisation, organisation.c.id == person.c.organisation_id)
        .order_by(organisation.c.name, person.c.login)
    )  # fmt: skip
    return [
        Person(row.login, row.full_name, Role(row.role), row.organisation, row.disabled)
        for row in rows
    ]


def add_token(
    connection: Connection, *, organisation_id: uuid.UUID, role: Role, label: str, sha256: bytes
) -> uuid.UUID:
    """Store a new API token by its hash; the token itself is shown once and never kept."""
    return connection.execute(  # type: ignore[no-any-return]
        insert(api_token)
        .values(organisation_id=organisation_id, role=role.value, label=label, token_sha256=sha256)
        .returning(api_token.c.id)
    ).scalar_one()


def revoke_token(connection: Connection, label: str) -> int:
    """Revoke the open tokens of this label; return how many there were."""
    done = connection.execute(
        update(api_token)
        .where(api_token.c.label == label, api_token.c.revoked_at.is_(None))
        .values(revoked_at=func.now())
    )
    return int(done.rowcount)


def credentials(connection: Connection, login: str) -> Credentials | None:
    """Return what the sign-in needs to check a password; at the door."""
    row = connection.execute(
        text("SELECT * FROM phusong.person_for_login(:login)"), {"login": login}
    ).mappings().first()  # fmt: skip
    if row is None:
        return None
    actor = actor_of(row, login.lower(), row["id"])
    return Credentials(actor, row["full_name"], row["password_hash"])


def open_session(
    connection: Connection, *, token_sha256: bytes, person_id: uuid.UUID, csrf: str, hours: int
) -> None:
    """Keep a new web session by the hash of its token; at the door."""
    connection.execute(
        text("SELECT phusong.open_session(:token, :person, :csrf, :hours)"),
        {"token": token_sha256, "person": person_id, "csrf": csrf, "hours": hours},
    )


def session_holder(
    connection: Connection, token_sha256: bytes, idle_minutes: int
) -> SessionHolder | None:
    """Return who holds an open session, and note that it was seen; at the door."""
    row = connection.execute(
        text("SELECT * FROM phusong.session_holder(:token, :idle)"),
        {"token": token_sha256, "idle": idle_minutes},
    ).mappings().first()  # fmt: skip
    if row is None:
        return None
    actor = actor_of(row, row["login"], row["person_id"])
    return SessionHolder(actor, row["full_name"], row["csrf_token"])


def sessions_beside(
    connection: Connection, token_sha256: bytes, idle_minutes: int
) -> list[OpenSession]:
    """Return every open session of who holds this one, the last seen first; at the door."""
    rows = connection.execute(
        text("SELECT * FROM phusong.sessions_beside(:token, :idle)"),
        {"token": token_sha256, "idle": idle_minutes},
    )
    return [OpenSession(*row) for row in rows]


def end_sessions_beside(connection: Connection, token_sha256: bytes) -> int:
    """End every other session of who holds this one; return how many there were."""
    ended = connection.execute(
        text("SELECT phusong.end_sessions_beside(:token)"), {"token": token_sha256}
    )
    return int(ended.scalar_one())


def change_password(connection: Connection, token_sha256: bytes, password_hash: str) -> bool:
    """Replace the password of who holds a session, ending their other sessions."""
    changed = connection.execute(
        text("SELECT phusong.change_password(:token, :hash)"),
        {"token": token_sha256, "hash": password_hash},
    )
    return bool(changed.scalar_one())


def close_session(connection: Connection, token_sha256: bytes) -> None:
    """Forget a web session; at the door."""
    connection.execute(text("SELECT phusong.close_session(:token)"), {"token": token_sha256})


def token_holder(connection: Connection, token_sha256: bytes) -> Actor | None:
    """Return for whom an API token acts, or None; at the door."""
    row = connection.execute(
        text("SELECT * FROM phusong.token_holder(:token)"), {"token": token_sha256}
    ).mappings().first()  # fmt: skip
    return None if row is None else actor_of(row, f"mã truy cập {row['label']}")
