"""Runs migrations on the connection that coverage.storage.migrations hands over."""

from __future__ import annotations

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import text

from coverage.storage.tables import METADATA, SCHEMA

# One migrator at a time, whoever starts it: the number is ours alone in this database.
ADVISORY_LOCK = 452_2026


def include_name(name: str | None, type_: str, _parents: object) -> bool:
    """Compare our schema only: PostGIS keeps its own tables in `public`."""
    return type_ != "schema" or name == SCHEMA


connection = context.config.attributes["connection"]
connection.execute(text("SET lock_timeout = '10s'"))
connection.execute(text("SET statement_timeout = '5min'"))
connection.execute(text(f"SELECT pg_advisory_lock({ADVISORY_LOCK})"))
connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis SCHEMA public"))
connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
connection.commit()
try:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        version_table_schema=SCHEMA,
        include_schemas=True,
        include_name=include_name,
        include_object=alembic_helpers.include_object,
        process_revision_directives=alembic_helpers.writer,
        render_item=alembic_helpers.render_item,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
finally:
    connection.rollback()
    connection.execute(text(f"SELECT pg_advisory_unlock({ADVISORY_LOCK})"))
    connection.commit()
