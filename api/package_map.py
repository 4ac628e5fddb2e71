"""A package's maps and its annex: the one place where the maps and the dossier meet."""

from __future__ import annotations

import functools

from api.drawing import content_of_package
from coverage.actions.overview import Ground, see_ground
from coverage.actions.packages import Writers
from coverage.dossier import sheets
from coverage.dossier.annex import annex_of, docx, pdf
from coverage.packages import Package
from coverage.people import Actor
from coverage.storage.sessions import Database
from maps.content import MapContent
from maps.document import map_document
from maps.printed import PrintedMaps, draw

MAP, PRINTED = "ban-do.html", "ban-do-in.pdf"
ANNEX_PDF, ANNEX_DOCX = "phu-luc-ky-thuat.pdf", "phu-luc-ky-thuat.docx"


def map_writers(database: Database, actor: Actor) -> Writers:
    """Return the writers of what has maps: the one-file map, the sheets, the annex in both forms."""

    @functools.cache  # a publication writes its package twice, on the same ground
    def ground(province_code: str, vintage: str) -> Ground:
        return see_ground(database, actor, province_code, vintage)

    @functools.lru_cache(maxsize=1)
    def content(package: Package) -> MapContent:
        return content_of_package(package, ground(package.province_code, package.vintage.name))

    @functools.lru_cache(maxsize=1)  # three files show the same drawings
    def drawn(package: Package) -> PrintedMaps:
        return draw(content(package), package)

    return {
        MAP: lambda package: map_document(content(package)),
        PRINTED: lambda package: sheets.write(package, drawn(package)),
        ANNEX_PDF: lambda package: pdf.write(annex_of(package), drawn(package)),
        ANNEX_DOCX: lambda package: docx.write(annex_of(package), drawn(package)),
    }
