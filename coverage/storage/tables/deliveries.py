"""Delivery: who was awarded which lot until when, and what was reported on air."""

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
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

from coverage.storage.tables.base import METADATA, UTC, WGS84
from coverage.storage.tables.lots import lot
from coverage.storage.tables.packages import package
from coverage.storage.tables.people import organisation
from coverage.storage.tables.zones import zone

award = Table(
    "award",
    METADATA,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("package_id", ForeignKey(package.c.id), nullable=False),
    Column("lot_id", ForeignKey(lot.c.id), nullable=False),
    Column("operator_id", ForeignKey(organisation.c.id), nullable=False),
    Column("price_vnd", BigInteger, nullable=False),
    Column("decision", Text, nullable=False),  # the document that awards
    Column("awarded_on", Date, nullable=False),
    Column("months", Integer, nullable=False),
    Column("clock_reason", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("awarded_by", Text, nullable=False),
    Column("awarded_at", UTC, nullable=False, server_default=text("now()")),
    Column("cancelled_on", Date),
    Column("cancel_reason", Text, nullable=False, server_default=""),
    Column("cancelled_by", Text),
    CheckConstraint("price_vnd > 0", name="price_vnd"),
    CheckConstraint("due_on > awarded_on", name="due_on"),
    CheckConstraint(
        "(cancelled_on IS NULL) = (cancelled_by IS NULL)"
        " AND (cancelled_on IS NULL OR cancel_reason <> '')",
        name="cancelled",
    ),
    Index(
        "award_lot_id_standing_key",
        "lot_id",
        unique=True,
        postgresql_where=text("cancelled_on IS NULL"),
    ),
    Index("award_operator_id_idx", "operator_id"),
)

# A clock that stood still ends later; the newest row counts.
award_extension = Table(
    "award_extension",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("award_id", ForeignKey(award.c.id), nullable=False),
    Column("due_on", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("decision", Text, nullable=False),
    Column("extended_by", Text, nullable=False),
    Column("extended_at", UTC, nullable=False, server_default=text("now()")),
    CheckConstraint("reason <> '' AND decision <> ''", name="reason"),
    Index("award_extension_award_id_idx", "award_id", "id"),
)

on_air_file = Table(
    "on_air_file",
    METADATA,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("operator_id", ForeignKey(organisation.c.id), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("sent_by", Text, nullable=False),
    Column("sent_at", UTC, nullable=False, server_default=text("now()")),
)

on_air_report = Table(
    "on_air_report",
    METADATA,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("award_id", ForeignKey(award.c.id), nullable=False),
    Column("zone_id", ForeignKey(zone.c.id), nullable=False),
    Column("operator_id", ForeignKey(organisation.c.id), nullable=False),
    Column("file_id", ForeignKey(on_air_file.c.id)),
    Column("on_air_on", Date, nullable=False),
    Column("point", Geometry("POINT", srid=WGS84, spatial_index=False)),  # of the site, if told
    Column("technology", Text, nullable=False),
    Column("level_dbm", Float),
    Column("down_mbps", Float),
    Column("up_mbps", Float),
    Column("availability_percent", Float),
    Column("measured_on", Date),
    Column("proof_name", Text),
    Column("proof", LargeBinary),
    Column("note", Text, nullable=False, server_default=""),
    Column("status", Text, nullable=False, server_default="reported"),
    Column("reported_by", Text, nullable=False),
    Column("reported_at", UTC, nullable=False, server_default=text("now()")),
    Column("answered_by", Text),
    Column("answered_at", UTC),
    Column("answer", Text, nullable=False, server_default=""),
    CheckConstraint("status IN ('reported', 'accepted', 'refused', 'replaced')", name="status"),
    CheckConstraint(
        "(status IN ('accepted', 'refused')) = (answered_at IS NOT NULL)", name="answered"
    ),
    Index(
        "on_air_report_open_key",
        "award_id",
        "zone_id",
        unique=True,
        postgresql_where=text("status = 'reported'"),
    ),
    Index("on_air_report_zone_id_idx", "zone_id"),
    Index("on_air_report_award_id_idx", "award_id", "zone_id"),
    Index("on_air_report_operator_id_idx", "operator_id"),
)
