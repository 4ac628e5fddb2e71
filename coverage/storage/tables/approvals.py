"""Lists that wait for the word of their province's approver; nobody else sees them."""

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from coverage.approvals import ApprovalStatus
from coverage.storage.tables.base import METADATA, UTC, one_of
from coverage.storage.tables.people import organisation

# Once approved the submission has the file and its report; what stays here is who gave the word.
approval = Table(
    "approval",
    METADATA,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("number", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("organisation_id", ForeignKey(organisation.c.id), nullable=False, index=True),
    Column("province_code", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("raw", LargeBinary),
    Column("mapping", JSONB, nullable=False),
    Column("corrections", JSONB, nullable=False),
    Column("replaces", BigInteger),  # the number of the submission that the file corrects
    Column("report", JSON),
    Column("impact", JSON),
    Column("totals", JSONB, nullable=False),
    Column("fingerprint", Text, nullable=False),  # of what the approver is shown
    Column("was", JSON),  # how it differed before it was checked again
    Column("note", Text, nullable=False, server_default=""),
    Column("due_on", Date),
    Column("status", Text, nullable=False, server_default="waiting"),
    Column("prepared_by", Text, nullable=False),
    Column("handed_in_at", UTC, nullable=False, server_default=text("now()")),
    Column("decided_by", Text),
    Column("decided_at", UTC),
    Column("reason", Text, nullable=False, server_default=""),
    CheckConstraint(one_of("status", ApprovalStatus), name="status"),
    CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
    CheckConstraint("(status = 'approved') = (raw IS NULL)", name="raw"),
    CheckConstraint("status <> 'returned' OR reason <> ''", name="reason"),
    Index(
        "approval_same_file_key",
        "organisation_id",
        "sha256",
        unique=True,
        postgresql_where=text("status = 'waiting'"),
    ),
)
