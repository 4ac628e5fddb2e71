"""Lots (phần/lô): groups of zones of one province that are awarded together."""

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

from coverage.storage.tables.base import METADATA, UTC, one_of
from coverage.storage.tables.places import vintage
from coverage.storage.tables.zones import zone

LOT_STATUSES = ("proposed", "in_package", "dissolved")

lot = Table(
    "lot",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("province_code", Text, nullable=False),
    Column("vintage", ForeignKey(vintage.c.name), nullable=False),
    Column("number", Integer, nullable=False),  # 1, 2, … inside its province
    Column("name", Text, nullable=False),
    Column("status", Text, nullable=False, server_default="proposed"),
    Column("totals", JSONB, nullable=False),
    Column("created_at", UTC, nullable=False, server_default=text("now()")),
    CheckConstraint(one_of("status", LOT_STATUSES), name="status"),
    Index(
        "lot_number_key",
        "province_code",
        "number",
        unique=True,
        postgresql_where=text("status <> 'dissolved'"),
    ),
)

lot_zone = Table(
    "lot_zone",
    METADATA,
    Column("lot_id", ForeignKey(lot.c.id), primary_key=True),
    Column("zone_id", ForeignKey(zone.c.id), primary_key=True),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    # A zone is in at most one active lot.
    Index("lot_zone_one_active_key", "zone_id", unique=True, postgresql_where=text("active")),
)
