"""Ground layers: roads, power lines, schools, health posts, each as it was loaded last."""

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)

from coverage.storage.tables.base import METADATA, UTC, WGS84

layer = Table(
    "layer",
    METADATA,
    Column("kind", Text, primary_key=True),
    Column("file_name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("crs", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("features", Integer, nullable=False),
    Column("loaded_by", Text, nullable=False),
    Column("loaded_at", UTC, nullable=False, server_default=text("now()")),
    CheckConstraint("kind IN ('road', 'power_line', 'school', 'health_post')", name="kind"),
)

layer_feature = Table(
    "layer_feature",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("kind", ForeignKey(layer.c.kind, ondelete="CASCADE"), nullable=False),
    Column("geometry", Geometry("GEOMETRY", srid=WGS84, spatial_index=False), nullable=False),
    Index("layer_feature_geometry_idx", "geometry", postgresql_using="gist"),
    Index("layer_feature_kind_idx", "kind"),
)
