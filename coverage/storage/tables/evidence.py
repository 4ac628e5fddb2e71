"""Criteria sets, queue rules and the verdicts given under them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Integer,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from coverage.evidence import Verdict
from coverage.storage.tables.base import METADATA, UTC, one_of
from coverage.storage.tables.people import organisation
from coverage.storage.tables.towers import site
from coverage.storage.tables.zones import zone
from coverage.zones import Queue

criteria_set = Table(
    "criteria_set",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("document", Text, nullable=False),  # the citation
    Column("official", Boolean, nullable=False),
    Column("thresholds", JSONB, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
)

queue_rule = Table(
    "queue_rule",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("grid_power", Boolean),  # NULL: holds for either
    Column("specially_difficult", Boolean),
    Column("queue", Text, nullable=False),
    Column("citation", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    CheckConstraint(one_of("queue", Queue), name="queue"),
)

# Tolerances and limits that the authority may change: the newest row in force counts.
setting = Table(
    "setting",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("value", JSONB, nullable=False),
    Column("citation", Text, nullable=False),
)

verdict = Table(
    "verdict",
    METADATA,
    Column("zone_id", ForeignKey(zone.c.id, ondelete="CASCADE"), primary_key=True),
    Column("operator_id", ForeignKey(organisation.c.id), primary_key=True),
    Column("criteria_set_id", ForeignKey(criteria_set.c.id), nullable=False),
    Column("site_id", BigInteger, ForeignKey(site.c.id, ondelete="SET NULL")),  # the nearest
    Column("distance_m", Float),  # geodesic
    Column("verdict", Text, nullable=False),
    Column("reasons", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("assessed_at", UTC, nullable=False, server_default=text("now()")),
    CheckConstraint(one_of("verdict", Verdict), name="verdict"),
)
