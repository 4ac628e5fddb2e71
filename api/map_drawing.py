"""Maps for paper, from what was read to the PDF: the same for pages, programs and commands."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

from api.drawing import content_of, content_of_surroundings
from coverage.actions.map_papers import criteria_on
from coverage.actions.overview import see_country, see_lot, see_province, see_surroundings
from coverage.criteria import CriteriaSet
from coverage.dossier import map_paper
from coverage.findings import Language
from coverage.packages import VIETNAM_TIME
from coverage.people import Actor
from coverage.storage.sessions import Database
from maps.atlas import Paper, draw
from maps.content import MapContent

PDF = "application/pdf"
_AUTHOR = "Phủ Sóng"


def country_paper(
    database: Database, actor: Actor, paper: Paper, language: Language
) -> tuple[str, bytes]:
    """Return name and bytes of the country's map; no site is on it, as none could be told apart."""
    content = content_of(see_country(database, actor), restricted=True, language=language)
    return f"ban-do-ca-nuoc-{paper}.pdf", _printed(database, actor, content, paper)


def province_paper(
    database: Database, actor: Actor, code: str, paper: Paper, language: Language, *,
    with_sites: bool = False,
) -> tuple[str, bytes]:  # fmt: skip
    """Return name and bytes of a province's map.

    Raises:
        NotFound: there is no such province in the list in force.
    """
    overview = see_province(database, actor, code, with_sites=with_sites)
    content = content_of(overview, restricted=True, language=language)
    return f"ban-do-{code}-{paper}.pdf", _printed(database, actor, content, paper)


def lot_paper(
    database: Database, actor: Actor, lot_id: uuid.UUID, paper: Paper, language: Language, *,
    with_sites: bool = False,
) -> tuple[str, bytes]:  # fmt: skip
    """Return name and bytes of a lot's map.

    Raises:
        NotFound: there is no such lot, it was dissolved, or the actor may not see it.
    """
    overview = see_lot(database, actor, lot_id, with_sites=with_sites)
    content = content_of(overview, restricted=True, language=language)
    number = overview.lot.number if overview.lot else 0
    name = f"ban-do-{overview.province_code}-lo-{number}-{paper}.pdf"
    return name, _printed(database, actor, content, paper)


def zone_paper(
    database: Database, actor: Actor, zone_id: uuid.UUID, paper: Paper, language: Language
) -> tuple[str, bytes]:
    """Return name and bytes of the map around a zone, with the sites that the actor may see.

    Raises:
        NotFound: there is no such zone, or none that the actor may see.
    """
    seen = see_surroundings(database, actor, zone_id)
    content = content_of_surroundings(seen, restricted=True, language=language)
    return f"ban-do-vung-{zone_id}-{paper}.pdf", _printed(database, actor, content, paper)


def _printed(database: Database, actor: Actor, content: MapContent, paper: Paper) -> bytes:
    """The PDF of a content as it stands today; it is dated at the beginning of the day."""
    today = dt.datetime.now(VIETNAM_TIME).date()
    criteria = criteria_on(database, actor, today)
    return pdf_of(replace(content, day=today), paper, criteria)


def pdf_of(content: MapContent, paper: Paper, criteria: CriteriaSet | None) -> bytes:
    """Return the PDF of a content; the same content, day and criteria give the same bytes."""
    made = draw(content, paper, criteria)
    index = made.index
    sheet = map_paper.MapPaper(
        made.title, made.alt, made.svg, made.page_mm, made.drawing_mm, made.language.value,
        made.footer,
    )  # fmt: skip
    if index is not None:
        sheet = replace(
            sheet, heading=index.title, columns=index.columns, figures=sorted(index.figures),
            rows=index.rows,
        )  # fmt: skip
    dated = dt.datetime.combine(content.day, dt.time(), VIETNAM_TIME)
    return map_paper.write(sheet, author=_AUTHOR, dated=dated)
