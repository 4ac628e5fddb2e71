"""Operators' own service areas (vùng cung cấp dịch vụ), and the terrain that was loaded."""

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
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

from coverage.storage.tables.base import METADATA, UTC, WGS84
from coverage.storage.tables.people import organisation

# One file stands for an operator's technology; the raw file is kept for ever.
service_area_file = Table(
    "service_area_file",
    METADATA,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("organisation_id", ForeignKey(organisation.c.id), nullable=False),  # who loaded it
    Column("operator_id", ForeignKey(organisation.c.id), nullable=False),
    Column("technology", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("crs", Text, nullable=False),
    Column("published_on", Date),
    Column("reading", JSONB, nullable=False),
    Column("findings", JSONB, nullable=False),
    Column("totals", JSONB, nullable=False),
    Column("loaded_by", Text, nullable=False),
    Column("loaded_at", UTC, nullable=False, server_default=text("now()")),
    Column("replaced_at", UTC),
    Index(
        "service_area_file_one_standing_key", "operator_id", "technology", unique=True,
        postgresql_where=text("replaced_at IS NULL"),
    ),
)  # fmt: skip

# The standing file's areas, cut into small polygons so that a point is found fast.
service_area = Table(
    "service_area",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("file_id", ForeignKey(service_area_file.c.id, ondelete="CASCADE"), nullable=False),
    Column("operator_id", ForeignKey(organisation.c.id), nullable=False),
    Column("technology", Text, nullable=False),
    Column("weak", Boolean, nullable=False, server_default=text("false")),
    Column("area", Geometry("POLYGON", srid=WGS84, spatial_index=False), nullable=False),
    Index("service_area_area_idx", "area", postgresql_using="gist"),
    Index("service_area_file_id_idx", "file_id"),
)

# Heights of the ground; the GeoTIFF itself lies under var/terrain at `path`.
terrain = Table(
    "terrain",
    METADATA,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("file_name", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("crs", Text, nullable=False),
    Column("units", Text, nullable=False),  # of the file's heights: m or ft
    Column("resolution_m", Double, nullable=False),
    Column("lowest_m", Double, nullable=False),
    Column("highest_m", Double, nullable=False),
    Column("extent", Geometry("POLYGON", srid=WGS84, spatial_index=False), nullable=False),
    Column("loaded_by", Text, nullable=False),
    Column("loaded_at", UTC, nullable=False, server_default=text("now()")),
    Column("removed_at", UTC),
    Index("terrain_sha256_key", "sha256", unique=True, postgresql_where=text("removed_at IS NULL")),
)
