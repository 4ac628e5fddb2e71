"""Reads the long queries: ``.sql`` files beside the modules, each query under ``-- name --``."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from importlib import resources

from sqlalchemy import TextClause, text

_NAME = re.compile(r"^-- ([a-z_]+) --$", re.MULTILINE)


def query(file: str, name: str) -> TextClause:
    """Return the query ``name`` of ``coverage/storage/<file>.sql``.

    Raises:
        KeyError: the file has no such query.
    """
    return text(_queries(file)[name])


@functools.cache
def _queries(file: str) -> Mapping[str, str]:
    content = (resources.files("coverage.storage") / f"{file}.sql").read_text(encoding="utf-8")
    _, *parts = _NAME.split(content)
    return dict(zip(parts[::2], (part.strip() for part in parts[1::2]), strict=True))
