"""Administrative units by vintage, and how the units of one vintage became those of the next."""

from geoalchemy2 import Geometry
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from coverage.storage.tables.base import METADATA, UTC, WGS84, one_of

VINTAGE_STATUSES = ("loaded", "checked", "active", "retired")
LEVELS = ("province", "district", "commune")

# A vintage is loaded while inactive, checked, then activated; exactly one is active.
vintage = Table(
    "vintage",
    METADATA,
    Column("name", Text, primary_key=True),  # the date of the list, ISO: 2026-04-30
    Column("status", Text, nullable=False, server_default="loaded"),
    Column("approximate", Boolean, nullable=False),  # areas made from centroids
    Column("source", Text, nullable=False),
    Column("report", JSONB),  # what the check found
    Column("loaded_at", UTC, nullable=False, server_default=text("now()")),
    Column("activated_at", UTC),
    CheckConstraint(one_of("status", VINTAGE_STATUSES), name="status"),
    Index(
        "vintage_one_active_key", "status", unique=True, postgresql_where=text("status = 'active'")
    ),
)

unit = Table(
    "unit",
    METADATA,
    Column("vintage", ForeignKey(vintage.c.name, ondelete="CASCADE"), primary_key=True),
    Column("level", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),  # Mường Nhé
    Column("full_name", Text, nullable=False),  # Xã Mường Nhé
    Column("name_en", Text),
    Column("province_code", Text, nullable=False),
    Column("district_code", Text),  # vintages before 1 July 2025 only
    Column("area_km2", Float),
    Column("point", Geometry("POINT", srid=WGS84, spatial_index=False)),
    Column("area", Geometry("MULTIPOLYGON", srid=WGS84, spatial_index=False)),
    CheckConstraint(one_of("level", LEVELS), name="level"),
    Index("unit_area_idx", "area", postgresql_using="gist"),
    Index("unit_province_code_idx", "vintage", "level", "province_code"),
)

unit_change = Table(
    "unit_change",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("old_vintage", ForeignKey(vintage.c.name, ondelete="CASCADE"), nullable=False),
    Column("old_code", Text, nullable=False),
    Column("new_vintage", ForeignKey(vintage.c.name, ondelete="CASCADE"), nullable=False),
    Column("new_code", Text, nullable=False),
    Column("part", Boolean, nullable=False),  # only a part of the old commune went there
    Column("note", Text, nullable=False, server_default=""),
    Column("level", Text, nullable=False, server_default="commune"),
    ForeignKeyConstraint(
        ["old_vintage", "level", "old_code"],
        ["phusong.unit.vintage", "phusong.unit.level", "phusong.unit.code"],
        ondelete="CASCADE",
        name="unit_change_old_fkey",
    ),
    Index("unit_change_old_idx", "old_vintage", "old_code", "new_vintage", "new_code", unique=True),
    Index("unit_change_new_idx", "new_vintage", "new_code"),
)
