"""Ground layers: roads, power lines, schools, health posts. One of each kind stands."""

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
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
from sqlalchemy.dialects.postgresql import JSONB

from coverage.layers import LayerKind
from coverage.storage.tables.base import METADATA, UTC, WGS84, one_of

# The raw file stays for ever, also after another has taken its place.
layer = Table(
    "layer",
    METADATA,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("kind", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("layer_name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("reading", JSONB, nullable=False),  # how it was to be read
    Column("crs", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("features", Integer, nullable=False),
    Column("length_km", Float),  # of lines
    Column("findings", JSONB, nullable=False),
    Column("loaded_by", Text, nullable=False),
    Column("loaded_at", UTC, nullable=False, server_default=text("now()")),
    Column("replaced_at", UTC),
    CheckConstraint(one_of("kind", LayerKind), name="kind"),
    Index(
        "layer_one_standing_key", "kind", unique=True, postgresql_where=text("replaced_at IS NULL")
    ),
)

# Points, and lines cut into short runs so that the index parts them well; of standing layers.
layer_feature = Table(
    "layer_feature",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("layer_id", ForeignKey(layer.c.id), nullable=False, index=True),
    Column("geometry", Geometry("GEOMETRY", srid=WGS84, spatial_index=False), nullable=False),
    Index("layer_feature_geometry_idx", "geometry", postgresql_using="gist"),
)
