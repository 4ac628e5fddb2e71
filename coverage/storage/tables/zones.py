"""Zones: villages without mobile broadband, each with a permanent id."""

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

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
    Column("status_reason", Text, nullable=False, server_default=""),
    Column("status_by", Text),  # who made it stand where it stands
    Column("merged_into", ForeignKey("phusong.zone.id")),
    Column("reviewer", Text),  # who has it in hand
    Column("queue_by", Text),  # who put it into its queue by hand
    Column("queue_rule_id", ForeignKey("phusong.queue_rule.id")),  # the rule that put it there
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
    Index("zone_status_idx", "status", "province_code", "id"),
    Index("zone_merged_into_idx", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
)

# What changed in a zone, written by the database itself at every change.
zone_event = Table(
    "zone_event",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("zone_id", ForeignKey(zone.c.id), nullable=False),
    # Of the change itself: under the zone's lock no later version has an earlier time.
    Column("at", UTC, nullable=False, server_default=text("clock_timestamp()")),
    Column("organisation_id", ForeignKey(organisation.c.id), nullable=False),
    Column("actor", Text, nullable=False),
    Column("version", Integer, nullable=False),  # the zone's, after the change
    # Of a change whose reason the zone itself does not keep: storage.sessions.because.
    Column("reason", Text, nullable=False, server_default=""),
    Column("before", JSONB, nullable=False),  # of the changed columns only
    Column("after", JSONB, nullable=False),
    Index("zone_event_zone_id_idx", "zone_id", "id"),
)

# The pairs of status that the database permits, by kind of organisation.
zone_move = Table(
    "zone_move",
    METADATA,
    Column("kind", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("target", Text, primary_key=True),
)

# A decision that waits for the second pair of eyes.
zone_proposal = Table(
    "zone_proposal",
    METADATA,
    Column("zone_id", ForeignKey(zone.c.id), primary_key=True),
    Column("move", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("merged_into", ForeignKey(zone.c.id)),
    Column("version", Integer, nullable=False),  # of the zone, when it was proposed
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", UTC, nullable=False, server_default=text("now()")),
)
