"""A package's map: the one place where the maps and the dossier meet."""

from __future__ import annotations

import functools

from api.drawing import content_of_package
from coverage.actions.overview import Ground, see_ground
from coverage.actions.packages import Writers
from coverage.packages import Package
from coverage.people import Actor
from coverage.storage.sessions import Database
from maps.document import map_document

MAP = "ban-do.html"


def map_writers(database: Database, actor: Actor) -> Writers:
    """Return the writer of a package's one-file map: its lots and zones on the outlines."""

    @functools.cache  # a publication writes its package twice, on the same ground
    def ground(province_code: str, vintage: str) -> Ground:
        return see_ground(database, actor, province_code, vintage)

    def write(package: Package) -> bytes:
        return map_document(
            content_of_package(package, ground(package.province_code, package.vintage.name))
        )

    return {MAP: write}
