"""Databases for tests: templates made once per state of the code, clones made per test."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, text

from coverage.storage.cluster import Cluster
from coverage.storage.migrations import APPLICATION_ROLE
from coverage.storage.sessions import CLUSTER_OWNER, Database


def state_of(*paths: Path) -> str:
    """Return a short hash of the files that a template is made from."""
    digest = hashlib.sha256()
    for path in paths:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


def made_once(cluster: Cluster, prefix: str, state: str, build: Callable[[Database], None],
              base: str = "template0") -> str:  # fmt: skip
    """Return the template database of this state, building it when it is not there yet.

    Older states of the same prefix are dropped. An advisory lock keeps parallel workers apart.
    """
    name = f"{prefix}_{state}"
    with _maintenance(cluster) as connection:
        connection.execute(text("SELECT pg_advisory_lock(hashtext(:prefix))"), {"prefix": prefix})
        known = set(connection.execute(text("SELECT datname FROM pg_database")).scalars())
        if name in known:
            return name
        for old in known:
            if old.startswith(f"{prefix}_"):
                connection.execute(text(f"DROP DATABASE IF EXISTS {old} WITH (FORCE)"))
        making = f"making_{name}"
        connection.execute(text(f"DROP DATABASE IF EXISTS {making} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {making} TEMPLATE {base} STRATEGY file_copy"))
        database = connect(cluster, making)
        try:
            build(database)
        finally:
            database.close()
        # Nobody connects to a template, autovacuum neither: a source in use cannot be cloned.
        connection.execute(text(f"ALTER DATABASE {making} ALLOW_CONNECTIONS false"))
        connection.execute(text(f"ALTER DATABASE {making} RENAME TO {name}"))
    return name


@contextmanager
def clone(cluster: Cluster, template: str) -> Iterator[Database]:
    """A database of the test's own, dropped at the end."""
    name = f"test_{uuid.uuid4().hex[:16]}"
    with _maintenance(cluster) as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"))
    database = connect(cluster, name)
    try:
        yield database
    finally:
        database.close()
        with _maintenance(cluster) as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def connect(cluster: Cluster, name: str) -> Database:
    """Open a database of the test cluster the way the application opens its own."""
    return Database(cluster.url(name, APPLICATION_ROLE), cluster.url(name, CLUSTER_OWNER), 3)


@contextmanager
def _maintenance(cluster: Cluster) -> Iterator[Connection]:
    engine = create_engine(cluster.url("postgres", CLUSTER_OWNER), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
