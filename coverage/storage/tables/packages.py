"""Tender packages: immutable, numbered, versioned; and who downloaded them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from coverage.storage.tables.base import METADATA, UTC, one_of
from coverage.storage.tables.lots import lot
from coverage.storage.tables.people import organisation
from coverage.storage.tables.places import vintage

PACKAGE_STATUSES = ("draft", "published", "superseded")

package = Table(
    "package",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("number", Text, nullable=False),  # GT-2026-42-001
    Column("version", Integer, nullable=False, server_default="1"),
    Column("province_code", Text, nullable=False),
    Column("vintage", ForeignKey(vintage.c.name), nullable=False),
    Column("approximate", Boolean, nullable=False),  # built on areas made from centroids
    Column("status", Text, nullable=False, server_default="draft"),
    Column("totals", JSONB, nullable=False),
    Column("manifest", JSONB, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("built_by", Text, nullable=False),
    Column("built_at", UTC, nullable=False, server_default=text("now()")),
    Column("published_at", UTC),
    CheckConstraint(one_of("status", PACKAGE_STATUSES), name="status"),
    CheckConstraint("(status = 'draft') = (published_at IS NULL)", name="published"),
    Index("package_number_version_key", "number", "version", unique=True),
)

package_lot = Table(
    "package_lot",
    METADATA,
    Column("package_id", ForeignKey(package.c.id), primary_key=True),
    Column("lot_id", ForeignKey(lot.c.id), primary_key=True),
)

download = Table(
    "download",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("package_id", ForeignKey(package.c.id), nullable=False, index=True),
    Column("organisation_id", ForeignKey(organisation.c.id), nullable=False),
    Column("person", Text, nullable=False),
    Column("at", UTC, nullable=False, server_default=text("now()")),
)
