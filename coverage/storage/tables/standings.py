"""Files of zones that already stand somewhere, as the authority loaded them."""

from sqlalchemy import Column, ForeignKey, LargeBinary, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from coverage.storage.tables.base import METADATA, UTC
from coverage.storage.tables.people import organisation

standing_file = Table(
    "standing_file",
    METADATA,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("organisation_id", ForeignKey(organisation.c.id), nullable=False),  # the province's
    Column("province_code", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("rows", JSONB, nullable=False),  # what became of each row
    Column("totals", JSONB, nullable=False),
    Column("loaded_by", Text, nullable=False),
    Column("loaded_at", UTC, nullable=False, server_default=text("now()")),
)
