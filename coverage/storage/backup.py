"""Back-up and restore of the whole database with PostgreSQL's own programs."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from coverage.errors import DatabaseUnavailable
from coverage.storage.cluster import find_program
from coverage.storage.migrations import APPLICATION_ROLE
from coverage.storage.tables import SCHEMA


def dump(owner_url: str, file: Path) -> None:
    """Write the whole schema to ``file`` in PostgreSQL's compressed form; a part is removed.

    Raises:
        DatabaseUnavailable: pg_dump failed; its own word is given.
    """
    part = file.with_name(file.name + ".part")
    try:
        _run("pg_dump", owner_url, ["--format=custom", f"--schema={SCHEMA}", f"--file={part}"])
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)


def restore(owner_url: str, file: Path) -> None:
    """Replace the whole schema by the back-up's, in one transaction.

    Raises:
        DatabaseUnavailable: the file is no back-up, or does not fit; nothing has changed then.
    """
    engine = create_engine(owner_url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            for extension in ("postgis", "btree_gist"):
                connection.execute(
                    text(f"CREATE EXTENSION IF NOT EXISTS {extension} SCHEMA public")
                )
            known = connection.execute(
                text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": APPLICATION_ROLE}
            ).scalar()
            if not known:
                connection.execute(text(f"CREATE ROLE {APPLICATION_ROLE} LOGIN"))
    finally:
        engine.dispose()
    _run(
        "pg_restore", owner_url,
        ["--clean", "--if-exists", "--single-transaction", "--exit-on-error", str(file)],
    )  # fmt: skip


def _run(program: str, owner_url: str, arguments: Sequence[str]) -> None:
    """Run a client program; the password goes by the environment, never on the command line."""
    url = make_url(owner_url)
    query = dict(url.query)
    environment = {
        "LC_ALL": "C.UTF-8",
        "PATH": "/usr/bin:/bin",
        "PGHOST": str(url.host or query.get("host", "")),
        "PGPORT": str(url.port or query.get("port", 5432)),
        "PGUSER": url.username or "",
        "PGPASSWORD": url.password or "",
        "PGDATABASE": url.database or "",
    }
    target = [f"--dbname={url.database}"] if program == "pg_restore" else []
    done = subprocess.run(
        [find_program(program), *target, *arguments],
        env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise DatabaseUnavailable(f"{program}: {done.stderr.strip()}")
