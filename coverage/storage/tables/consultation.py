"""Consultation: rounds, the zones asked about, and operators' promises to build alone."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Table,
    Text,
    Uuid,
    text,
)

from coverage.storage.tables.base import METADATA, UTC
from coverage.storage.tables.people import organisation
from coverage.storage.tables.zones import zone

consultation_round = Table(
    "consultation_round",
    METADATA,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("number", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("basis", Text, nullable=False),  # the document that opens it
    Column("opens_at", UTC, nullable=False),
    Column("closes_at", UTC, nullable=False),
    Column("opened_by", Text, nullable=False),
    Column("created_at", UTC, nullable=False, server_default=text("now()")),
    Column("cancelled_at", UTC),
    Column("cancelled_by", Text),
    Column("cancel_reason", Text, nullable=False, server_default=""),
)

consultation_zone = Table(
    "consultation_zone",
    METADATA,
    Column("round_id", ForeignKey(consultation_round.c.id), primary_key=True),
    Column("zone_id", ForeignKey(zone.c.id), primary_key=True),
    Index("consultation_zone_zone_id_idx", "zone_id"),
)

# Outside of a round it is one that the authority recorded from `document`.
promise = Table(
    "promise",
    METADATA,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("round_id", ForeignKey(consultation_round.c.id)),
    Column("zone_id", ForeignKey(zone.c.id), nullable=False),
    Column("operator_id", ForeignKey(organisation.c.id), nullable=False),
    Column("on_air_by", Date, nullable=False),
    Column("document", Text, nullable=False, server_default=""),
    Column("promised_by", Text, nullable=False),
    Column("promised_at", UTC, nullable=False, server_default=text("now()")),
    Column("status", Text, nullable=False, server_default="standing"),
    Column("ended_by", Text),
    Column("ended_at", UTC),
    Column("end_reason", Text, nullable=False, server_default=""),
    Index("promise_round_id_idx", "round_id"),
    Index("promise_zone_id_idx", "zone_id"),
    Index("promise_operator_id_idx", "operator_id"),
    Index(
        "promise_one_standing_key", "zone_id", "operator_id", unique=True,
        postgresql_where=text("status = 'standing'"),
    ),
)  # fmt: skip
