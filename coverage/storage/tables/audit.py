"""The hash-chained audit log; only the database function ``audit_append`` writes to it."""

from sqlalchemy import BigInteger, Column, Table, Text, Uuid

from coverage.storage.tables.base import METADATA

audit_entry = Table(
    "audit_entry",
    METADATA,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),  # UTC as text: exactly what was hashed
    Column("organisation_id", Uuid, nullable=False),
    Column("organisation", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),  # canonical JSON
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False, unique=True),
)
