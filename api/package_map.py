"""A package's map: the one place where the maps and the dossier meet."""

from __future__ import annotations

from coverage.actions.packages import Writers
from coverage.people import Actor
from coverage.storage.sessions import Database

MAP = "ban-do.html"


def map_writers(database: Database, actor: Actor, province_code: str) -> Writers:  # noqa: ARG001
    """Return the writer of a package's one-file map, with the province's outlines in hand."""
    return {}
