"""Links that let a person choose a password once: made by an administrator, used by the person."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime

from coverage.actions.people import TOKEN_BYTES, fingerprint, hashed, open_session
from coverage.errors import Conflict, LinkEnded, NotFound
from coverage.passwords import check_password, login_of, name_of
from coverage.people import ROLES_OF, Act, Actor, Role
from coverage.storage import accounts as stored_accounts
from coverage.storage import audit
from coverage.storage import password_links as stored
from coverage.storage import people as stored_people
from coverage.storage.password_links import LinkHolder
from coverage.storage.sessions import Database


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A new link: the secret part of its address, shown once; whose it is; until when it holds."""

    token: str
    person_id: uuid.UUID
    login: str
    expires_at: datetime


def make_link(database: Database, actor: Actor, who: uuid.UUID | str, *, hours: int) -> MadeLink:
    """Make a link for a person, by id or login; an older one ends.

    Raises:
        NotAllowed, NotFound: no such right; no such person.
        Conflict: the account is closed.
    """
    actor.must(Act.MANAGE_PEOPLE)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with database.transaction(actor) as connection:
        known = stored_accounts.account(connection, who, lock=True)
        if known is None:
            raise NotFound("person", who)
        if known.disabled_at is not None:
            raise Conflict("person", "account_closed", login=known.login)
        until = stored.keep(connection, known.id, fingerprint(token), hours)
        audit.append(connection, "person.link_made", known.login)
    return MadeLink(token, known.id, known.login, until)


def invite(
    database: Database, actor: Actor, *, login: str, full_name: str, role: Role,
    organisation_id: uuid.UUID, hours: int,
) -> MadeLink:  # fmt: skip
    """Make a person without a password, and the link by which they choose one.

    Raises:
        NotAllowed, NotFound: no such right; no such organisation.
        Conflict: the login exists or cannot be one; the role is not of that organisation.
    """
    actor.must(Act.MANAGE_PEOPLE)
    login, full_name = login_of(login), name_of(full_name)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with database.transaction(actor) as connection:
        kind = stored_accounts.kind_of(connection, organisation_id)
        if kind is None:
            raise NotFound("organisation", organisation_id)
        if role not in ROLES_OF[kind]:
            raise Conflict("role", "not_of_organisation", role=role.value, kind=kind.value)
        person_id = stored_people.add_person(
            connection, organisation_id=organisation_id, login=login, full_name=full_name,
            role=role, password_hash=None,
        )  # fmt: skip
        if person_id is None:
            raise Conflict("person", "exists", login=login)
        until = stored.keep(connection, person_id, fingerprint(token), hours)
        audit.append(connection, "person.invited", login, {"role": role.value})
    return MadeLink(token, person_id, login, until)


def link_holder(database: Database, token: str) -> LinkHolder:
    """Return for whom a link was made.

    Raises:
        LinkEnded: it was used, is too old, or a newer one was made.
    """
    with database.at_the_door() as connection:
        found = stored.holder(connection, fingerprint(token))
    if found is None:
        raise LinkEnded
    return found


def use_link(database: Database, token: str, wanted: str, *, hours: int) -> str:
    """Set the link holder's password, end the link and every session, and open a new one.

    Returns the new session's token.

    Raises:
        LinkEnded: it was used meanwhile, is too old, or a newer one was made.
        Conflict: the password cannot be taken; the link still holds.
    """
    holder = link_holder(database, token)
    check_password(wanted, holder.actor.name, holder.full_name)
    password_hash = hashed(wanted)
    with database.transaction(holder.actor) as connection:
        if not stored.use(connection, fingerprint(token), password_hash):
            raise LinkEnded
        session_token = open_session(connection, holder.actor, hours)
        audit.append(connection, "person.password_set_by_link", holder.actor.name)
    return session_token
