"""Tower registers: physical sites, and which operators stand on each with what."""

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
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
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from coverage.storage.tables.base import METADATA, UTC, WGS84
from coverage.storage.tables.people import organisation

register = Table(
    "register",
    METADATA,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("organisation_id", ForeignKey(organisation.c.id), nullable=False),  # who loaded it
    Column("file_name", Text, nullable=False),
    Column("sha256", Text, nullable=False, index=True),
    Column("raw", LargeBinary, nullable=False),
    Column("crs", Text, nullable=False),
    Column("reading", JSONB, nullable=False, server_default=text("'{}'")),  # how it was to be read
    Column("totals", JSONB, nullable=False),
    Column("loaded_at", UTC, nullable=False, server_default=text("now()")),
)

site = Table(
    "site",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column(
        "register_id", ForeignKey(register.c.id, ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("shared_code", Text),
    Column("point", Geometry("POINT", srid=WGS84, spatial_index=False), nullable=False),
    Index("site_point_idx", "point", postgresql_using="gist"),
)

# One operator's equipment on a physical site. Its point is the one its own row of the register
# states: the nearest site *of each operator* is asked for, and an operator sees its own rows only.
site_operator = Table(
    "site_operator",
    METADATA,
    Column("site_id", ForeignKey(site.c.id, ondelete="CASCADE"), primary_key=True),
    Column("operator_id", ForeignKey(organisation.c.id), primary_key=True),
    Column("site_code", Text, primary_key=True, server_default=""),
    Column("technologies", ARRAY(Text), nullable=False),  # 2G, 3G, 4G, 5G
    Column("bands_mhz", ARRAY(Integer), nullable=False, server_default=text("'{}'")),
    Column("antenna_height_m", Float),
    Column("on_air", Boolean),
    Column("shareable", Boolean),
    Column("point", Geometry("POINT", srid=WGS84, spatial_index=False), nullable=False),
    Index(
        "site_operator_nearest_idx",
        "operator_id",
        text("(point::geography)"),
        postgresql_using="gist",
        postgresql_where=text("on_air IS NOT FALSE"),  # a planned site is never the nearest
    ),
    Index(
        "site_operator_point_idx",
        "point",
        postgresql_using="gist",
        postgresql_where=text("on_air IS NOT FALSE"),  # and on no map
    ),
)
