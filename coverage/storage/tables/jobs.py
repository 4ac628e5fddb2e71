"""Long work that people asked for; the queue itself is in the schema ``jobs`` of its library."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from coverage.jobs import JobState
from coverage.people import Role
from coverage.storage.tables.base import METADATA, UTC, one_of
from coverage.storage.tables.people import organisation, person

job = Table(
    "job",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("organisation_id", ForeignKey(organisation.c.id), nullable=False),
    Column("person_id", ForeignKey(person.c.id)),  # NULL: asked with an API token
    Column("actor", Text, nullable=False),  # as the audit log will name them
    Column("role", Text, nullable=False),
    Column("argument", JSONB, nullable=False),
    Column("about", Text, nullable=False, server_default=""),
    Column("once", Text),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("doing", Text, nullable=False, server_default=""),
    Column("done", Integer, nullable=False, server_default=text("0")),
    Column("total", Integer, nullable=False, server_default=text("0")),
    Column("address", Text, nullable=False, server_default=""),
    Column("refusal", JSONB),
    Column("acted", Text),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("asked_at", UTC, nullable=False, server_default=text("now()")),
    Column("begun_at", UTC),
    Column("heard_at", UTC),  # whoever does it says so while it lives
    Column("ended_at", UTC),
    Column("cancel_asked", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint(one_of("state", JobState), name="state"),
    CheckConstraint(one_of("role", Role), name="role"),
    CheckConstraint("(state IN ('waiting', 'running')) = (ended_at IS NULL)", name="ended"),
    Index("job_organisation_id_idx", "organisation_id", "asked_at"),
    Index(
        "job_once_key", "once", unique=True,
        postgresql_where=text("state IN ('waiting', 'running')"),
    ),
)  # fmt: skip
