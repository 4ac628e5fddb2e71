"""Communes on the land border and on islands: a part of the priority score."""

from sqlalchemy import Boolean, Column, Table, Text, text

from coverage.storage.tables.base import METADATA, UTC

priority_commune = Table(
    "priority_commune",
    METADATA,
    Column("commune_code", Text, primary_key=True),
    Column("vintage", Text, primary_key=True),
    Column("border", Boolean, nullable=False),
    Column("island", Boolean, nullable=False),
    Column("source", Text, nullable=False),
    Column("loaded_by", Text, nullable=False),
    Column("loaded_at", UTC, nullable=False, server_default=text("now()")),
)
