"""Disputes: an operator contradicts a verdict about itself, with a file, within a clock."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)

from coverage.storage.tables.base import METADATA, UTC
from coverage.storage.tables.people import organisation
from coverage.storage.tables.zones import zone

# One drive test may speak for a whole district: a file is kept once, whatever rests on it.
dispute_file = Table(
    "dispute_file",
    METADATA,
    Column("operator_id", ForeignKey(organisation.c.id), primary_key=True),
    Column("sha256", Text, primary_key=True),
    Column("media_type", Text, nullable=False),  # by its bytes, not by its name
    Column("raw", LargeBinary, nullable=False),
)

dispute = Table(
    "dispute",
    METADATA,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("number", BigInteger, nullable=False, unique=True),  # a trigger counts by operator
    Column("zone_id", ForeignKey(zone.c.id), nullable=False),
    Column("operator_id", ForeignKey(organisation.c.id), nullable=False),
    Column("technology", Text, nullable=False),
    Column("disputed", Text, nullable=False),  # the verdict as it stood
    Column("disputed_at", UTC, nullable=False),  # when that verdict was given
    Column("claimed", Text, nullable=False),  # what the operator says it is
    Column("reason", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("raised_by", Text, nullable=False),
    Column("raised_at", UTC, nullable=False, server_default=text("now()")),
    Column("answer_by", Date, nullable=False),
    Column("status", Text, nullable=False, server_default="open"),
    Column("answer", Text, nullable=False, server_default=""),
    Column("answered_by", Text),
    Column("answered_at", UTC),
    ForeignKeyConstraint(
        ["operator_id", "sha256"],
        [dispute_file.c.operator_id, dispute_file.c.sha256],
        name="dispute_file_fkey",
    ),
    Index("dispute_zone_id_idx", "zone_id"),
    Index(
        "dispute_one_open_key", "zone_id", "operator_id", "technology", unique=True,
        postgresql_where=text("status = 'open'"),
    ),
)  # fmt: skip
