"""The administration of people: who there is, what they may do, and when that ends."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from coverage.errors import Conflict, NotFound
from coverage.passwords import name_of
from coverage.people import ROLES_OF, Act, Actor, OrganisationKind, Role
from coverage.storage import accounts as stored
from coverage.storage import audit, password_links
from coverage.storage.accounts import Account, AccountFilter, KeptToken, Organisation
from coverage.storage.sessions import Database


@dataclass(frozen=True, slots=True)
class FoundAccounts:
    """A page of accounts, how many the filter finds, and the key behind which the next begins."""

    accounts: Sequence[Account]
    total: int
    next_key: stored.Key | None


def list_accounts(
    database: Database, actor: Actor, wanted: AccountFilter, *, after: Sequence[str] | None = None,
    limit: int, idle_minutes: int,
) -> FoundAccounts:  # fmt: skip
    """Return one page of the accounts that the filter finds, by organisation and login."""
    actor.must(Act.MANAGE_PEOPLE)
    with database.transaction(actor) as connection:
        found = stored.accounts(connection, wanted, after, limit + 1, idle_minutes)
        total = stored.count_accounts(connection, wanted)
    shown = found[:limit]
    last = shown[-1] if len(found) > limit else None
    key = (last.organisation, last.login, str(last.id)) if last else None
    return FoundAccounts(shown, total, key)


def account(
    database: Database, actor: Actor, who: uuid.UUID | str, *, idle_minutes: int = 60
) -> Account:
    """Return one account, by id or login."""
    actor.must(Act.MANAGE_PEOPLE)
    with database.transaction(actor) as connection:
        found = stored.account(connection, who, idle_minutes=idle_minutes)
    if found is None:
        raise NotFound("person", who)
    return found


def change(
    database: Database, actor: Actor, who: uuid.UUID | str, *, full_name: str, role: Role
) -> None:
    """Give a person another name or role; a role takes effect at their next request.

    Raises:
        Conflict: the role is not of the organisation; it is one's own; nobody would administer.
    """
    actor.must(Act.MANAGE_PEOPLE)
    full_name = name_of(full_name)
    with database.transaction(actor) as connection:
        administrators = stored.lock_administrators(connection)
        known = _known(stored.account(connection, who, lock=True), who)
        if role not in ROLES_OF[known.kind]:
            raise Conflict("role", "not_of_organisation", role=role.value, kind=known.kind.value)
        if role is not known.role:
            _must_stay(actor, known, administrators, "own_role")
        if (full_name, role) == (known.full_name, known.role):
            return
        stored.change(connection, known.id, full_name, role)
        detail: dict[str, object] = {"role": role.value, "role_before": known.role.value}
        detail |= {"renamed": True} if full_name != known.full_name else {}
        audit.append(connection, "person.changed", known.login, detail)


def disable(database: Database, actor: Actor, who: uuid.UUID | str) -> None:
    """Close a person's account; open sessions and a waiting link end with it.

    Raises:
        NotFound: there is no open account of this id or login.
        Conflict: it is one's own, or the last administrator's.
    """
    actor.must(Act.MANAGE_PEOPLE)
    with database.transaction(actor) as connection:
        administrators = stored.lock_administrators(connection)
        known = stored.account(connection, who, lock=True)
        if known is None or known.disabled_at is not None:
            raise NotFound("person", who)
        _must_stay(actor, known, administrators, "own_account")
        stored.set_closed(connection, known.id, closed=True)
        stored.end_sessions(connection, known.id)
        password_links.end(connection, known.id)
        audit.append(connection, "person.disabled", known.login)


def enable(database: Database, actor: Actor, who: uuid.UUID | str) -> None:
    """Open a closed account again; its password is the one it had.

    Raises:
        NotFound: there is no closed account of this id or login.
    """
    actor.must(Act.MANAGE_PEOPLE)
    with database.transaction(actor) as connection:
        known = stored.account(connection, who, lock=True)
        if known is None or known.disabled_at is None:
            raise NotFound("person", who)
        stored.set_closed(connection, known.id, closed=False)
        audit.append(connection, "person.enabled", known.login)


def end_sessions(database: Database, actor: Actor, who: uuid.UUID | str) -> int:
    """End every session of a person; return how many there were."""
    actor.must(Act.MANAGE_PEOPLE)
    with database.transaction(actor) as connection:
        known = _known(stored.account(connection, who), who)
        ended = stored.end_sessions(connection, known.id)
        audit.append(connection, "person.sessions_ended", known.login, {"sessions": ended})
    return ended


def list_organisations(
    database: Database, actor: Actor, kind: OrganisationKind | None = None
) -> list[Organisation]:
    """Return the organisations, with how many people and tokens each has."""
    actor.must(Act.MANAGE_PEOPLE)
    with database.transaction(actor) as connection:
        return stored.organisations(connection, kind)


def list_tokens(database: Database, actor: Actor) -> list[KeptToken]:
    """Return every API token without its secret."""
    actor.must(Act.MANAGE_PEOPLE)
    with database.transaction(actor) as connection:
        return stored.tokens(connection)


def revoke_token(database: Database, actor: Actor, token_id: uuid.UUID) -> None:
    """Revoke one API token.

    Raises:
        NotFound: there is no open token of this id.
    """
    actor.must(Act.MANAGE_PEOPLE)
    with database.transaction(actor) as connection:
        label = stored.revoke_token(connection, token_id)
        if label is None:
            raise NotFound("token", token_id)
        audit.append(connection, "token.revoked", label)


def _known(found: Account | None, who: uuid.UUID | str) -> Account:
    if found is None:
        raise NotFound("person", who)
    return found


def _must_stay(actor: Actor, known: Account, administrators: set[uuid.UUID], own: str) -> None:
    """Refuse what would shut oneself or everybody out."""
    if known.id == actor.person_id:
        raise Conflict("person", own, login=known.login)
    if administrators == {known.id}:
        raise Conflict("person", "last_administrator", login=known.login)
