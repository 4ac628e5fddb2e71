"""Transactions: each runs as an organisation, under the database's row-level security."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Hashable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from psycopg.conninfo import make_conninfo
from psycopg.errors import DeadlockDetected
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import DataError, OperationalError

from coverage.errors import Conflict, DatabaseUnavailable, TextUnreadable
from coverage.people import Actor
from coverage.settings import DatabaseSettings
from coverage.storage.cluster import Cluster, choose_folder
from coverage.storage.migrations import APPLICATION_ROLE, current_revision

DATABASE_NAME = "phusong"
CLUSTER_OWNER = "phusong"
_VAR = "phusong_var"
_READ = "phusong_read"
_T = TypeVar("_T")
_NUL = ("NUL (0x00)", "\\u0000")  # what the driver, and the server of JSON, say of that letter


class Database:
    """The application's way into one database.

    ``transaction`` is what actions and doors use: it takes the application's role, which owns
    nothing and bypasses nothing, and names the organisation whose rows may be seen. A package
    whose minute has come is opened before anybody reads.
    """

    def __init__(
        self, url: str, owner_url: str, pool_size: int = 5, *, var: Path | None = None
    ) -> None:
        self.url = url
        self.owner_url = owner_url
        self._engine = _engine(url, pool_size).execution_options(**{_VAR: var})

    @contextmanager
    def transaction(self, actor: Actor, *, many: bool = False) -> Iterator[Connection]:
        """Open one transaction as ``actor``'s organisation; commit at the end of the block.

        ``many``: it reads long lists. The same rows are seen, sooner: an operator's walls ask once
        which zones and lots are published, instead of once for each of them (migration 31).
        """
        with self._begin() as connection:
            if _begin_as(connection, actor, many=many):
                # In a transaction of its own, so that nobody waits for the end of this one.
                with self._begin() as opening:
                    opening.execute(text("SELECT phusong.open_due_packages()"))
            yield connection

    @contextmanager
    def at_the_door(self) -> Iterator[Connection]:
        """Open a transaction as nobody: it sees no rows, and may only ask who somebody is."""
        with self._begin() as connection:
            connection.execute(
                text(
                    "SELECT set_config('role', :role, true),"
                    " set_config('phusong.organisation', '', true),"
                    " set_config('phusong.actor', '', true)"
                ),
                {"role": APPLICATION_ROLE},
            )
            yield connection

    def revision(self) -> str | None:
        """Return the newest migration that was run, None before the first.

        Before the first there is no application's role, so that nobody comes to the door: the
        owner knows.

        Raises:
            DatabaseUnavailable: it cannot be reached.
        """
        try:
            with self.at_the_door() as connection:
                return current_revision(connection)
        except (DatabaseUnavailable, DataError):
            if self._is_empty():
                return None
            raise

    def owner(self) -> Engine:
        """Return a new engine as the owner of the tables; for migrations and back-ups only.

        Its search path leaves our schema out: Alembic takes the first one for the unnamed one.
        """
        return _engine(self.owner_url, 1, search_path="public")

    def address(self, search_path: str) -> str:
        """Return libpq's form of the application's address, for libraries with a driver of their own."""
        url = make_url(self.url)
        return make_conninfo(
            host=url.host or str(url.query.get("host", "")),
            port=url.port or str(url.query.get("port", "")) or None,
            dbname=url.database,
            user=url.username,
            password=url.password,
            options=f"-c search_path={search_path} -c timezone=UTC",
        )

    def close(self) -> None:
        """Close the pool's connections."""
        self._engine.dispose()

    def _is_empty(self) -> bool:
        owner = self.owner()
        try:
            with owner.connect() as connection:
                return current_revision(connection) is None
        except OperationalError:
            return False  # it cannot be known; what came first is told
        finally:
            owner.dispose()

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        try:
            connection = self._engine.connect()
        except OperationalError as error:
            raise DatabaseUnavailable(str(error.orig).strip()) from error
        try:
            with connection, connection.begin():
                yield connection.execution_options(**{_READ: {}})
        except OperationalError as error:
            if isinstance(error.orig, DeadlockDetected):
                raise Conflict("database", "busy") from error
            raise
        except DataError as error:
            if any(word in str(error.orig) for word in _NUL):
                raise TextUnreadable from error
            raise


def _begin_as(connection: Connection, actor: Actor, *, many: bool) -> bool:
    """Name who acts; tell whether a package waits to be opened."""
    started = connection.execute(
        text(
            "SELECT set_config('role', :role, true),"
            " set_config('phusong.organisation', :organisation, true),"
            " set_config('phusong.actor', :actor, true), set_config('phusong.many', :many, true),"
            " phusong.openings_due() AS due"
        ),
        {
            "role": APPLICATION_ROLE, "organisation": str(actor.organisation_id),
            "actor": actor.name, "many": "yes" if many else "",
        },
    )  # fmt: skip
    return bool(started.one().due)


def var_of(connection: Connection) -> Path:
    """Return the folder of the files that belong to the connection's database.

    Raises:
        LookupError: whoever opened the database did not say.
    """
    var: Path | None = connection.get_execution_options().get(_VAR)
    if var is None:
        raise LookupError(_VAR)
    return var


def read_once(connection: Connection, what: Hashable, read: Callable[[], _T]) -> _T:
    """Return what ``read`` reads, asked once in the connection's transaction.

    For the dated rows that many parts of one answer rest on: they are read as they stood when the
    transaction first asked, and forgotten with it. Outside of :class:`Database` nothing is kept.
    """
    kept: dict[Hashable, Any] | None = connection.get_execution_options().get(_READ)
    if kept is None:
        return read()
    if what not in kept:
        kept[what] = read()
    found: _T = kept[what]
    return found


def read_anew(connection: Connection) -> None:
    """Forget what was read once: the transaction itself has changed it, or is another's now."""
    connection.get_execution_options().get(_READ, {}).clear()


def speak_for(connection: Connection, organisation_id: uuid.UUID, name: str) -> None:
    """Let the rest of the transaction be an organisation's, under its row-level security."""
    connection.execute(
        text(
            "SELECT set_config('phusong.organisation', :organisation, true),"
            " set_config('phusong.actor', :actor, true)"
        ),
        {"organisation": str(organisation_id), "actor": name},
    )
    read_anew(connection)


@contextmanager
def because(connection: Connection, reason: str) -> Iterator[None]:
    """Let the changes of zones in the block bear a reason in their history."""
    told = text("SELECT set_config('phusong.reason', :reason, true)")
    connection.execute(told, {"reason": reason})
    yield
    connection.execute(told, {"reason": ""})


@contextmanager
def open_database(settings: DatabaseSettings, var: Path) -> Iterator[Database]:
    """Open the database of ``settings``, or the private cluster under ``var``.

    Raises:
        DatabaseUnavailable: it cannot be reached or started.
    """
    with ExitStack() as stack:
        if settings.url is not None:
            database = Database(
                settings.url, settings.owner_url or settings.url, settings.pool_size, var=var
            )
        else:
            cluster = Cluster(choose_folder(var / "cluster"))
            stack.enter_context(cluster.in_use())
            _create_database(cluster)
            database = Database(
                cluster.url(DATABASE_NAME, APPLICATION_ROLE),
                cluster.url(DATABASE_NAME, CLUSTER_OWNER),
                settings.pool_size,
                var=var,
            )
        stack.callback(database.close)
        yield database


def _create_database(cluster: Cluster) -> None:
    """Create our database and its application role in a new cluster."""
    engine = create_engine(cluster.url("postgres", CLUSTER_OWNER), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(452)"))  # two first users at once
            exists = connection.execute(
                text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": DATABASE_NAME}
            ).scalar()
            if not exists:
                connection.execute(text(f"CREATE DATABASE {DATABASE_NAME}"))
    finally:
        engine.dispose()


def _engine(url: str, pool_size: int, search_path: str = "phusong,public") -> Engine:
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        connect_args={"options": f"-c search_path={search_path} -c timezone=UTC"},
    )
