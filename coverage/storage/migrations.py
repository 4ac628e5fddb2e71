"""Brings a database to the newest migration, and tells where it stands."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection, Engine, make_url

from coverage.storage.tables import METADATA, SCHEMA

FOLDER = Path(__file__).resolve().parents[2] / "migrations"
APPLICATION_ROLE = "phusong_app"


def upgrade(owner: Engine, revision: str = "head") -> None:
    """Run the migrations that are missing, each in a transaction of its own.

    ``owner`` connects as the role that owns the tables (a superuser where PostGIS has to be
    created); the application itself never does.
    """
    with owner.connect() as connection:
        command.upgrade(_configuration(connection), revision)


def current_revision(connection: Connection) -> str | None:
    """Return the database's revision, or None before the first migration."""
    context = MigrationContext.configure(connection, opts={"version_table_schema": SCHEMA})
    return context.get_current_revision()


def newest_revision() -> str:
    """Return the newest revision that this program knows."""
    head = ScriptDirectory(str(FOLDER)).get_current_head()
    if head is None:
        raise RuntimeError("migrations/versions is empty")
    return head


def differences(connection: Connection) -> list[object]:
    """Return what differs between the migrated database and the tables in code."""
    context = MigrationContext.configure(
        connection,
        opts={
            "version_table_schema": SCHEMA,
            "include_schemas": True,
            "include_name": lambda name, kind, _: kind != "schema" or name == SCHEMA,
            "include_object": alembic_helpers.include_object,
            "compare_type": True,
        },
    )
    return list(compare_metadata(context, METADATA))


def give_application_password(owner: Engine, application_url: str) -> None:
    """Set the application role's password to the one in its own address, where it has one.

    Only needed beside a server that asks for passwords; the private cluster does not.
    """
    url = make_url(application_url)
    if url.username != APPLICATION_ROLE or url.password is None:
        return
    with owner.begin() as connection:
        password = connection.exec_driver_sql("SELECT quote_literal(%s)", (url.password,)).scalar()
        connection.exec_driver_sql(f"ALTER ROLE {APPLICATION_ROLE} LOGIN PASSWORD {password}")


def _configuration(connection: Connection) -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    configuration.attributes["connection"] = connection
    return configuration
