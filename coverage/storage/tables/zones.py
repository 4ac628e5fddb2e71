"""Zones: villages without mobile broadband, each with a permanent id."""

from geoalchemy2 import Geometry
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

from coverage.storage.tables.base import METADATA, UTC, WGS84, one_of
from coverage.storage.tables.people import organisation
from coverage.storage.tables.places import vintage
from coverage.zones import Queue, Signal, ZoneStatus

zone = Table(
    "zone",
    METADATA,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("organisation_id", ForeignKey(organisation.c.id), nullable=False),
    Column("province_code", Text, nullable=False),
    Column("commune_code", Text, nullable=False),
    Column("declared_commune_code", Text),
    Column("vintage", ForeignKey(vintage.c.name), nullable=False),
    Column("village", Text, nullable=False),
    Column("village_key", Text, nullable=False),  # vietnamese.name_key(village)
    Column("point", Geometry("POINT", srid=WGS84, spatial_index=False), nullable=False),
    Column("households", Integer, nullable=False),
    Column("population", Integer),
    Column("signal", Text),
    Column("grid_power", Boolean),
    Column("specially_difficult", Boolean),
    Column("status", Text, nullable=False, server_default="reported"),
    Column("queue", Text, nullable=False, server_default="undecided"),
    Column("queue_reason", Text, nullable=False, server_default=""),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", UTC, nullable=False, server_default=text("now()")),
    Column("updated_at", UTC, nullable=False, server_default=text("now()")),
    CheckConstraint("households > 0", name="households"),
    CheckConstraint("population IS NULL OR population > 0", name="population"),
    CheckConstraint(f"signal IS NULL OR {one_of('signal', Signal)}", name="signal"),
    CheckConstraint(one_of("status", ZoneStatus), name="status"),
    CheckConstraint(one_of("queue", Queue), name="queue"),
    Index("zone_point_idx", "point", postgresql_using="gist"),
    Index("zone_geography_idx", text("(point::geography)"), postgresql_using="gist"),
    Index("zone_province_code_idx", "province_code", "id"),
    Index("zone_organisation_id_idx", "organisation_id"),
)
