"""Organisations, the people in them, their sessions, links and API tokens; attempts to sign in."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from coverage.people import OrganisationKind, Role
from coverage.storage.tables.base import METADATA, UTC, one_of

organisation = Table(
    "organisation",
    METADATA,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False, unique=True),
    Column("province_code", Text),  # in the active vintage; provinces only
    Column("created_at", UTC, nullable=False, server_default=text("now()")),
    CheckConstraint(one_of("kind", OrganisationKind), name="kind"),
    CheckConstraint("(kind = 'province') = (province_code IS NOT NULL)", name="province"),
    Index("organisation_province_code_key", "province_code", unique=True),
)

person = Table(
    "person",
    METADATA,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("organisation_id", ForeignKey(organisation.c.id), nullable=False, index=True),
    Column("login", Text, nullable=False, unique=True),
    Column("full_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password_hash", Text),  # Argon2id; NULL until the first password is set
    Column("created_at", UTC, nullable=False, server_default=text("now()")),
    Column("disabled_at", UTC),
    Column("signed_in_at", UTC),  # the last time
    CheckConstraint(one_of("role", Role), name="role"),
    CheckConstraint("login = lower(login) AND login <> ''", name="login"),
)

web_session = Table(
    "web_session",
    METADATA,
    Column("token_sha256", LargeBinary, primary_key=True),
    Column("person_id", ForeignKey(person.c.id), nullable=False, index=True),
    Column("csrf_token", Text, nullable=False),
    Column("created_at", UTC, nullable=False, server_default=text("now()")),
    Column("seen_at", UTC, nullable=False, server_default=text("now()")),
    Column("expires_at", UTC, nullable=False),
)

api_token = Table(
    "api_token",
    METADATA,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("organisation_id", ForeignKey(organisation.c.id), nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("token_sha256", LargeBinary, nullable=False, unique=True),
    Column("created_at", UTC, nullable=False, server_default=text("now()")),
    Column("revoked_at", UTC),
    Column("used_at", UTC),  # the last time, to the hour
    CheckConstraint(one_of("role", Role), name="role"),
)

# A link that lets its holder choose a password once; a person has one at most.
password_link = Table(
    "password_link",
    METADATA,
    Column("person_id", ForeignKey(person.c.id), primary_key=True),
    Column("token_sha256", LargeBinary, nullable=False, unique=True),
    Column("created_at", UTC, nullable=False, server_default=text("now()")),
    Column("expires_at", UTC, nullable=False),
)

# Failed attempts by the hash of what they are counted under; only functions of the database read it.
attempt = Table(
    "attempt",
    METADATA,
    Column("key_sha256", LargeBinary, primary_key=True),
    Column("failed_at", ARRAY(UTC), nullable=False),
    Column("counts_until", UTC, nullable=False, index=True),
)
