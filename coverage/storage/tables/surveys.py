"""What provinces sent: the raw file, every data row with its raw cells, what was understood."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
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

from coverage.storage.tables.approvals import approval
from coverage.storage.tables.base import METADATA, UTC, one_of
from coverage.storage.tables.people import organisation
from coverage.storage.tables.places import vintage
from coverage.zones import Signal

SUBMISSION_STATUSES = ("submitted", "replaced", "withdrawn")
ROW_STATUSES = ("accepted", "warned", "rejected")

# The raw file is kept for ever once submitted (design.md §6).
submission = Table(
    "submission",
    METADATA,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("number", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("organisation_id", ForeignKey(organisation.c.id), nullable=False),
    Column("province_code", Text, nullable=False),
    Column("vintage", ForeignKey(vintage.c.name), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("form", JSONB, nullable=False),
    Column("findings", JSONB, nullable=False),
    Column("totals", JSONB, nullable=False),
    Column("status", Text, nullable=False, server_default="submitted"),
    Column("replaces", ForeignKey("phusong.submission.id")),
    Column("submitted_by", Text, nullable=False),
    Column("submitted_at", UTC, nullable=False, server_default=text("now()")),
    Column("prepared_by", Text),  # when another gave the word
    Column("approval_id", ForeignKey(approval.c.id)),
    CheckConstraint(one_of("status", SUBMISSION_STATUSES), name="status"),
    CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
    # The same file sent twice by the same province is the same submission.
    Index(
        "submission_same_file_key",
        "organisation_id",
        "sha256",
        unique=True,
        postgresql_where=text("status = 'submitted'"),
    ),
)

survey_row = Table(
    "survey_row",
    METADATA,
    Column("submission_id", ForeignKey(submission.c.id), primary_key=True),
    # The place in the file: two layers of a map may bear one name.
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("sheet", Text, nullable=False),
    Column("row", Integer, nullable=False),  # the number the user sees
    Column("status", Text, nullable=False),
    Column("findings", JSONB, nullable=False),
    Column("zone_id", Uuid, index=True),  # the zone it became, or updated
    # The row of design.md §5; NULL where the file does not say, or cannot be read.
    Column("village", Text),
    Column("declared_commune_code", Text),
    Column("commune_code", Text),
    Column("latitude", Double),
    Column("longitude", Double),
    Column("households", Integer),
    Column("population", Integer),
    Column("signal", Text),
    Column("grid_power", Boolean),
    Column("specially_difficult", Boolean),
    CheckConstraint(one_of("status", ROW_STATUSES), name="status"),
    CheckConstraint(f"signal IS NULL OR {one_of('signal', Signal)}", name="signal"),
)

# Raw cells by column label, of some hundred rows each: a list of objects from a position on.
survey_cells = Table(
    "survey_cells",
    METADATA,
    Column("submission_id", ForeignKey(submission.c.id), primary_key=True),
    Column("first_position", Integer, primary_key=True, autoincrement=False),
    Column("cells", JSON, nullable=False),
)

# What an officer said once about odd headers serves the province's next file of that form.
column_mapping = Table(
    "column_mapping",
    METADATA,
    Column("organisation_id", ForeignKey(organisation.c.id), primary_key=True),
    Column("header_sha256", Text, primary_key=True),
    Column("mapping", JSONB, nullable=False),
    Column("updated_at", UTC, nullable=False, server_default=text("now()")),
)
