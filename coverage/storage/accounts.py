"""People and API tokens as the administration sees them: lists, one of them, what may be changed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, delete, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from coverage.people import OrganisationKind, Role
from coverage.storage.tables.people import (
    api_token,
    organisation,
    password_link,
    person,
    web_session,
)

Key = tuple[str, str, str]  # organisation, login, id
KEY_SHAPE: tuple[type[str], ...] = (str, str, str)


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """Which accounts; ``closed`` None: open and closed ones."""

    kind: OrganisationKind | None = None
    role: Role | None = None
    closed: bool | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account; ``sessions`` are the open ones, ``link_until`` the end of an open link."""

    id: uuid.UUID
    login: str
    full_name: str
    role: Role
    organisation: str
    kind: OrganisationKind
    created_at: datetime
    disabled_at: datetime | None
    signed_in_at: datetime | None
    has_password: bool
    sessions: int
    link_until: datetime | None


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation with how many open accounts and tokens it has."""

    id: uuid.UUID
    kind: OrganisationKind
    name: str
    people: int
    tokens: int


@dataclass(frozen=True, slots=True)
class KeptToken:
    """An API token without its secret; ``used_at`` is exact to the hour."""

    id: uuid.UUID
    label: str
    role: Role
    organisation: str
    created_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


def accounts(
    connection: Connection, wanted: AccountFilter, after: Sequence[str] | None, limit: int,
    idle_minutes: int,
) -> list[Account]:  # fmt: skip
    """Return accounts by organisation and login, behind the key ``after``."""
    query = _filtered(_account_columns(idle_minutes), wanted).limit(limit)
    query = query.order_by(organisation.c.name, person.c.login, person.c.id)
    if after is not None:
        name, login, last = after
        query = query.where(
            tuple_(organisation.c.name, person.c.login, person.c.id)
            > tuple_(name, login, uuid.UUID(last))
        )
    return [_account(row) for row in connection.execute(query).mappings()]


def count_accounts(connection: Connection, wanted: AccountFilter) -> int:
    """Return how many accounts the filter finds."""
    query = _filtered(select(func.count()).select_from(person), wanted)
    return int(connection.execute(query).scalar_one())


def account(
    connection: Connection, who: uuid.UUID | str, *, lock: bool = False, idle_minutes: int = 60
) -> Account | None:
    """Return the account of this id or login; ``lock`` keeps others from changing it meanwhile."""
    is_it = person.c.login == who.lower() if isinstance(who, str) else person.c.id == who
    if lock:
        connection.execute(select(person.c.id).where(is_it).with_for_update())
    query = _account_columns(idle_minutes).where(is_it)
    query = query.join(organisation, organisation.c.id == person.c.organisation_id)
    row = connection.execute(query).mappings().first()
    return None if row is None else _account(row)


def lock_administrators(connection: Connection) -> set[uuid.UUID]:
    """Return the open administrators; nobody else closes one until the transaction ends."""
    rows = connection.execute(
        select(person.c.id)
        .where(person.c.role == Role.ADMINISTRATOR.value, person.c.disabled_at.is_(None))
        .order_by(person.c.id)
        .with_for_update()
    )
    return set(rows.scalars())


def change(connection: Connection, person_id: uuid.UUID, full_name: str, role: Role) -> None:
    """Give a person another name or role."""
    connection.execute(
        update(person).where(person.c.id == person_id).values(full_name=full_name, role=role.value)
    )


def set_closed(connection: Connection, person_id: uuid.UUID, *, closed: bool) -> None:
    """Close an account or open it again."""
    at = func.now() if closed else None
    connection.execute(update(person).where(person.c.id == person_id).values(disabled_at=at))


def end_sessions(connection: Connection, person_id: uuid.UUID) -> int:
    """End every session of a person; return how many there were."""
    ended = connection.execute(delete(web_session).where(web_session.c.person_id == person_id))
    return int(ended.rowcount)


def organisations(
    connection: Connection, kind: OrganisationKind | None = None
) -> list[Organisation]:
    """Return the organisations by name, with their open accounts and tokens."""
    people = select(func.count()).where(
        person.c.organisation_id == organisation.c.id, person.c.disabled_at.is_(None)
    )
    tokens = select(func.count()).where(
        api_token.c.organisation_id == organisation.c.id, api_token.c.revoked_at.is_(None)
    )
    query = select(
        organisation.c.id, organisation.c.kind, organisation.c.name,
        people.scalar_subquery().label("people"), tokens.scalar_subquery().label("tokens"),
    ).order_by(organisation.c.name)  # fmt: skip
    if kind is not None:
        query = query.where(organisation.c.kind == kind.value)
    return [
        Organisation(row.id, OrganisationKind(row.kind), row.name, row.people, row.tokens)
        for row in connection.execute(query)
    ]


def kind_of(connection: Connection, organisation_id: uuid.UUID) -> OrganisationKind | None:
    """Return an organisation's kind, None when there is none of this id."""
    kind = connection.execute(
        select(organisation.c.kind).where(organisation.c.id == organisation_id)
    ).scalar()
    return None if kind is None else OrganisationKind(kind)


def add_operator(connection: Connection, name: str) -> bool:
    """Enter an operator; False when an organisation of any kind has this name."""
    added = connection.execute(
        insert(organisation)
        .values(kind=OrganisationKind.OPERATOR.value, name=name)
        .on_conflict_do_nothing(index_elements=["name"])
        .returning(organisation.c.id)
    )
    return added.first() is not None


def tokens(connection: Connection) -> list[KeptToken]:
    """Return every API token, the open ones first, the newest first."""
    rows = connection.execute(
        select(
            api_token.c.id, api_token.c.label, api_token.c.role,
            organisation.c.name.label("organisation"), api_token.c.created_at,
            api_token.c.used_at, api_token.c.revoked_at,
        )
        .join(organisation, organisation.c.id == api_token.c.organisation_id)
        .order_by(
            api_token.c.revoked_at.is_not(None), api_token.c.created_at.desc(), api_token.c.id
        )
    )  # fmt: skip
    return [
        KeptToken(
            row.id, row.label, Role(row.role), row.organisation, row.created_at, row.used_at,
            row.revoked_at,
        )
        for row in rows
    ]  # fmt: skip


def revoke_token(connection: Connection, token_id: uuid.UUID) -> str | None:
    """Revoke one open token; return its label, None when there is none."""
    label: str | None = connection.execute(
        update(api_token)
        .where(api_token.c.id == token_id, api_token.c.revoked_at.is_(None))
        .values(revoked_at=func.now())
        .returning(api_token.c.label)
    ).scalar()
    return label


def _account_columns(idle_minutes: int) -> Select[Any]:
    sessions = select(func.count()).where(
        web_session.c.person_id == person.c.id,
        web_session.c.expires_at > func.now(),
        web_session.c.seen_at > func.now() - func.make_interval(0, 0, 0, 0, 0, idle_minutes),
    )
    link = select(password_link.c.expires_at).where(
        password_link.c.person_id == person.c.id, password_link.c.expires_at > func.now()
    )
    return select(
        person.c.id, person.c.login, person.c.full_name, person.c.role,
        organisation.c.name.label("organisation"), organisation.c.kind, person.c.created_at,
        person.c.disabled_at, person.c.signed_in_at,
        person.c.password_hash.is_not(None).label("has_password"),
        sessions.scalar_subquery().label("sessions"), link.scalar_subquery().label("link_until"),
    )  # fmt: skip


def _filtered(query: Select[Any], wanted: AccountFilter) -> Select[Any]:
    query = query.join(organisation, organisation.c.id == person.c.organisation_id)
    if wanted.kind is not None:
        query = query.where(organisation.c.kind == wanted.kind.value)
    if wanted.role is not None:
        query = query.where(person.c.role == wanted.role.value)
    if wanted.closed is not None:
        closed = person.c.disabled_at
        query = query.where(closed.is_not(None) if wanted.closed else closed.is_(None))
    if wanted.words:
        named = (person.c.login, person.c.full_name, organisation.c.name)
        query = query.where(
            or_(*(column.icontains(wanted.words, autoescape=True) for column in named))
        )
    return query


def _account(row: RowMapping) -> Account:
    named = {name: row[name] for name in Account.__slots__ if name not in {"role", "kind"}}
    return Account(**named, role=Role(row["role"]), kind=OrganisationKind(row["kind"]))
