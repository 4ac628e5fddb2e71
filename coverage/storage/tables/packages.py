"""Tender packages: immutable, numbered, versioned; and who downloaded them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from coverage.packages import PackageKind, ProcurementMode
from coverage.storage.tables.base import METADATA, UTC, one_of
from coverage.storage.tables.lots import lot
from coverage.storage.tables.people import organisation
from coverage.storage.tables.places import vintage

signing_key = Table(
    "signing_key",
    METADATA,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("fingerprint", Text, nullable=False, unique=True),
    Column("pem", Text, nullable=False),  # of the public key; the private one is never in here
    Column("made_by", Text, nullable=False),
    Column("made_at", UTC, nullable=False, server_default=text("now()")),
    Column("retired_at", UTC),
    Index(
        "signing_key_current_key",
        text("(retired_at IS NULL)"),
        unique=True,
        postgresql_where=text("retired_at IS NULL"),
    ),
)

PACKAGE_STATUSES = ("draft", "published", "superseded", "cancelled")

package = Table(
    "package",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("number", Text, nullable=False),  # GT-2026-42-001
    Column("version", Integer, nullable=False, server_default="1"),
    Column("province_code", Text, nullable=False),
    Column("vintage", ForeignKey(vintage.c.name), nullable=False),
    Column("approximate", Boolean, nullable=False),  # built on areas made from centroids
    Column("status", Text, nullable=False, server_default="draft"),
    Column("totals", JSONB, nullable=False),
    Column("manifest", JSONB, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("built_by", Text, nullable=False),
    Column("built_at", UTC, nullable=False, server_default=text("now()")),
    Column("published_at", UTC),
    Column("kind", Text, nullable=False, server_default="first"),
    Column("mode", Text, nullable=False, server_default="tender"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("difference", JSONB, nullable=False, server_default=text("'{}'")),
    Column("said", JSONB, nullable=False, server_default=text("'{}'")),  # packages.changes.Said
    Column("opens_at", UTC),  # nobody but the authority and the auditor reads it before
    Column("closes_at", UTC),  # bids are taken until then
    Column("cancelled_at", UTC),
    Column("cancelled_by", Text),
    Column("cancel_reason", Text, nullable=False, server_default=""),
    Column("signature", LargeBinary),
    Column("signing_key_id", ForeignKey(signing_key.c.id)),
    CheckConstraint(one_of("status", PACKAGE_STATUSES), name="status"),
    CheckConstraint("(status = 'draft') = (published_at IS NULL)", name="published"),
    CheckConstraint(one_of("kind", PackageKind), name="kind"),
    CheckConstraint(one_of("mode", ProcurementMode), name="mode"),
    CheckConstraint("kind = 'first' OR reason <> ''", name="reason"),
    CheckConstraint("opens_at IS NULL OR status <> 'draft'", name="opens_at"),
    CheckConstraint("closes_at IS NULL OR status <> 'draft'", name="closes_at"),
    CheckConstraint(
        "(status = 'cancelled') = (cancelled_at IS NOT NULL)"
        " AND (cancelled_at IS NULL) = (cancelled_by IS NULL)"
        " AND (cancelled_at IS NULL OR cancel_reason <> '')",
        name="cancelled",
    ),
    Index("package_number_version_key", "number", "version", unique=True),
)

# What a published version does to lots and zones when it opens; nothing of it is seen before.
package_opening = Table(
    "package_opening",
    METADATA,
    Column("package_id", ForeignKey(package.c.id), primary_key=True),
    Column("organisation_id", ForeignKey(organisation.c.id), nullable=False),
    Column("actor", Text, nullable=False),
    Column("entering", ARRAY(Uuid), nullable=False),
    Column("leaving", ARRAY(Uuid), nullable=False),
    Column("staying", ARRAY(Uuid), nullable=False),
    Column("lots_in", ARRAY(Uuid), nullable=False),
    Column("lots_out", ARRAY(Uuid), nullable=False),
    Column("opened_at", UTC),
    Index("package_opening_waiting_idx", "package_id", postgresql_where=text("opened_at IS NULL")),
)

package_lot = Table(
    "package_lot",
    METADATA,
    Column("package_id", ForeignKey(package.c.id), primary_key=True),
    Column("lot_id", ForeignKey(lot.c.id), primary_key=True),
    Index("package_lot_lot_id_idx", "lot_id"),
)

download = Table(
    "download",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("package_id", ForeignKey(package.c.id), nullable=False, index=True),
    Column("organisation_id", ForeignKey(organisation.c.id), nullable=False),
    Column("person", Text, nullable=False),
    Column("at", UTC, nullable=False, server_default=text("now()")),
)

package_question = Table(
    "package_question",
    METADATA,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("package_number", Text, nullable=False, index=True),
    Column("organisation_id", ForeignKey(organisation.c.id), nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", UTC, nullable=False, server_default=text("now()")),
    Column("question", Text, nullable=False),
    Column("answer_id", ForeignKey("phusong.package_answer.id")),
    CheckConstraint("question <> ''", name="question"),
)

# Answered to all at once; who asked is not in here.
package_answer = Table(
    "package_answer",
    METADATA,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("package_number", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("asked_at", UTC, nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("answered_by", Text, nullable=False),
    Column("answered_at", UTC, nullable=False, server_default=text("now()")),
    UniqueConstraint("package_number", "number", name="package_answer_package_number_number_key"),
    CheckConstraint("question <> '' AND answer <> ''", name="answer"),
)

package_notice = Table(
    "package_notice",
    METADATA,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("organisation_id", ForeignKey(organisation.c.id), nullable=False),
    Column("package_number", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("version", Integer),
    Column("answer_id", ForeignKey(package_answer.c.id)),
    Column("shown_from", UTC, nullable=False, server_default=text("now()")),
    Column("read_at", UTC),
    CheckConstraint(
        "subject IN ('amendment', 'clarification', 'answer', 'cancellation')", name="subject"
    ),
    Index("package_notice_organisation_id_idx", "organisation_id", "shown_from"),
)
