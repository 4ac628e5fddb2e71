"""Lots (phần/lô): groups of zones of one province that are awarded together."""

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, ExcludeConstraint

from coverage.readiness import ReadinessKind, ReadinessState
from coverage.storage.tables.base import METADATA, UTC, WGS84, one_of
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
    Column("island", Boolean, nullable=False, server_default=text("false")),
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
    ExcludeConstraint(
        ("zone_id", "="), using="btree", where=text("active"), name="lot_zone_one_active_excl"
    ),
    Index("lot_zone_zone_id_idx", "zone_id"),
)

# What the planner decided by hand: zones of one group stay in one lot.
lot_pin = Table(
    "lot_pin",
    METADATA,
    Column("zone_id", ForeignKey(zone.c.id), primary_key=True),
    Column("province_code", Text, nullable=False),
    Column("lot_group", Uuid, nullable=False),
    Column("pinned_by", Text, nullable=False),
    Column("pinned_at", UTC, nullable=False, server_default=text("now()")),
    Index("lot_pin_province_code_lot_group_idx", "province_code", "lot_group"),
)

# The bounds that the planner gave; NULL asks what the settings ask.
lot_bounds = Table(
    "lot_bounds",
    METADATA,
    Column("province_code", Text, primary_key=True),
    Column("lots", Integer),
    Column("max_zones", Integer),
    Column("max_households", Integer),
    Column("max_cost_vnd", BigInteger),
    Column("set_by", Text, nullable=False),
    Column("set_at", UTC, nullable=False, server_default=text("now()")),
    CheckConstraint(
        "lots > 0 AND max_zones > 0 AND max_households > 0 AND max_cost_vnd > 0",
        name="above_zero",
    ),
)

zone_readiness = Table(
    "zone_readiness",
    METADATA,
    Column("zone_id", ForeignKey(zone.c.id), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("said_by", Text, nullable=False),
    Column("said_at", UTC, nullable=False, server_default=text("now()")),
    CheckConstraint(one_of("kind", ReadinessKind), name="kind"),
    CheckConstraint(one_of("state", ReadinessState), name="state"),
)

# The sites chosen for a lot, with the proven bound. Positions of standing masts are in here.
lot_siting = Table(
    "lot_siting",
    METADATA,
    Column("lot_id", ForeignKey(lot.c.id), primary_key=True),
    Column("inputs_sha256", Text, nullable=False),
    Column("asked", JSONB, nullable=False),
    # What the candidates were made from.
    Column("inputs", JSONB, nullable=False, server_default=text("'{}'")),
    Column("households_covered", Integer, nullable=False),
    Column("households_total", Integer, nullable=False),
    Column("cost_vnd", BigInteger, nullable=False),
    Column("bound", Float, nullable=False),
    Column("gap", Float, nullable=False),
    Column("chosen_by", Text, nullable=False),
    Column("chosen_at", UTC, nullable=False, server_default=text("now()")),
)

lot_site = Table(
    "lot_site",
    METADATA,
    Column("lot_id", ForeignKey(lot_siting.c.lot_id, ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("site_id", BigInteger),  # of a mast that stands; it may leave its register later
    Column("point", Geometry("POINT", srid=WGS84, spatial_index=False), nullable=False),
    Column("commune_code", Text, nullable=False),
    Column("zone_ids", ARRAY(Uuid), nullable=False),
    Column("households", Integer, nullable=False),
    Column("cost", JSONB, nullable=False),
    CheckConstraint("kind IN ('shared', 'new')", name="kind"),
)
