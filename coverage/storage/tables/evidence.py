"""Criteria sets, queue rules and the verdicts given under them."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from coverage.evidence import Verdict
from coverage.storage.tables.base import METADATA, UTC, one_of
from coverage.storage.tables.people import organisation
from coverage.storage.tables.zones import zone
from coverage.towers import Technology
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
    Column("change_id", ForeignKey("phusong.rule_change.id")),  # NULL: stood from the first day
    CheckConstraint("valid_to >= valid_from - 1", name="ended"),
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
    Column("served", Boolean),
    Column("promised", Boolean),
    Column("change_id", ForeignKey("phusong.rule_change.id")),
    CheckConstraint(one_of("queue", Queue), name="queue"),
    CheckConstraint("valid_to >= valid_from - 1", name="ended"),
)

# Tolerances, clocks, weights that the authority may change: the newest row in force counts, of
# two rows of one day the later one. The database refuses to change or delete any row.
setting = Table(
    "setting",
    METADATA,
    Column("name", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("value", JSONB, nullable=False),
    Column("citation", Text, nullable=False),
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("change_id", ForeignKey("phusong.rule_change.id")),
    Index("setting_name_idx", "name", "valid_from", "id"),
)

legal_basis = Table(
    "legal_basis",
    METADATA,
    Column("id", Integer, Identity(start=101), primary_key=True),
    Column("document", Text, nullable=False),  # Nghị định 295/2025/NĐ-CP
    Column("title", Text, nullable=False),
    Column("issued_on", Date),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("source", Text, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("change_id", ForeignKey("phusong.rule_change.id")),
    CheckConstraint("valid_to >= valid_from - 1", name="ended"),
)

# What a planner proposes to change in the dated rows above, and who adopted it.
rule_change = Table(
    "rule_change",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("content", JSONB, nullable=False),
    Column("reason", Text, nullable=False),
    Column("preview", JSONB, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", UTC, nullable=False, server_default=text("now()")),
    Column("status", Text, nullable=False, server_default="proposed"),
    Column("decided_by", Text),
    Column("decided_at", UTC),
    Column("decision_reason", Text, nullable=False, server_default=""),
)


def _verdict_columns() -> list[Column[Any]]:
    return [
        Column("criteria_set_id", ForeignKey(criteria_set.c.id), nullable=False),
        Column("verdict", Text, nullable=False),
        Column("reasons", ARRAY(Text), nullable=False, server_default=text("'{}'")),
        Column("site_id", BigInteger),  # the nearest; it may leave its register later
        Column("distance_m", Float),  # geodesic
        Column("bearing_deg", Float),  # from the village to the site
        Column("line_of_sight", Boolean),  # NULL: no terrain there
        Column("service", Text),  # where the operator's own service area puts the village
        Column("service_file_id", Uuid),
        Column("dispute_id", Uuid),
    ]


verdict = Table(
    "verdict",
    METADATA,
    Column("zone_id", ForeignKey(zone.c.id, ondelete="CASCADE"), primary_key=True),
    Column("operator_id", ForeignKey(organisation.c.id), primary_key=True),
    Column("technology", Text, primary_key=True),
    *_verdict_columns(),
    Column("assessed_at", UTC, nullable=False, server_default=text("now()")),
    CheckConstraint(one_of("verdict", Verdict), name="verdict"),
    CheckConstraint(one_of("technology", Technology), name="technology"),
    ForeignKeyConstraint(
        ["service_file_id"], ["phusong.service_area_file.id"], name="verdict_service_file_id_fkey"
    ),
    ForeignKeyConstraint(["dispute_id"], ["phusong.dispute.id"], name="verdict_dispute_id_fkey"),
    Index("verdict_operator_id_idx", "operator_id", "zone_id"),
    Index("verdict_operator_id_assessed_at_idx", "operator_id", "assessed_at"),
)

# What a verdict said before it changed; the database itself writes it.
former_verdict = Table(
    "former_verdict",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("zone_id", ForeignKey(zone.c.id), nullable=False),
    Column("operator_id", ForeignKey(organisation.c.id), nullable=False),
    Column("technology", Text, nullable=False),  # empty: given before technologies were told apart
    *_verdict_columns(),
    Column("assessed_at", UTC, nullable=False),
    Column("ended_at", UTC, nullable=False, server_default=text("now()")),
    Index("former_verdict_zone_id_idx", "zone_id", "operator_id", "technology", "id"),
)
