"""COPY from the transaction's own connection, in PostgreSQL's text form."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

NULL = "\\N"
_LINES = 2_000
_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPED = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def copy_lines(connection: Connection, statement: str, lines: Iterable[str]) -> None:
    """Run ``statement`` (COPY … FROM STDIN) with ``lines``: fields made below, tabs between."""
    driver: Any = connection.connection.cursor()  # psycopg's cursor behind SQLAlchemy's type
    remaining = iter(lines)
    with driver, driver.copy(statement) as copy:
        while block := list(itertools.islice(remaining, _LINES)):
            copy.write("\n".join(block) + "\n")


def text_field(value: str | None) -> str:
    """Return a text as a field of a line."""
    if value is None:
        return NULL
    if _SPECIAL.search(value):
        return _SPECIAL.sub(lambda found: _ESCAPED[found[0]], value)
    return value


def field(value: float | None) -> str:
    """Return a number, or a truth, as a field of a line."""
    return NULL if value is None else repr(value)
