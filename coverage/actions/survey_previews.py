"""What submitting a waiting file would do: the report and its impact in one reading."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from coverage.actions.survey_matching import Matched, already_submitted, match
from coverage.actions.surveys import NO_PROGRESS, Progress
from coverage.errors import NotAllowed
from coverage.impact import Impact, impact_of
from coverage.intake.check import UNCOUNTED, Count
from coverage.intake.corrections import Correction
from coverage.intake.document import Limits
from coverage.intake.files import read
from coverage.intake.garbage import uncollected
from coverage.people import Act, Actor
from coverage.storage import reported_zones
from coverage.storage.sessions import Database
from coverage.surveys import SurveyReport


@dataclass(frozen=True, slots=True)
class Preview:
    """A file's report and what submitting it would do."""

    report: SurveyReport
    impact: Impact


def preview(  # noqa: PLR0913 - as surveys.submit
    database: Database, actor: Actor, content: bytes, name: str, province_code: str, *,
    mapping: Mapping[str, str] | None = None, corrections: Sequence[Correction] = (),
    limits: Limits | None = None, replaces: int | None = None, progress: Progress = NO_PROGRESS,
    counted: Count = UNCOUNTED,
) -> Preview:  # fmt: skip
    """Check a file and tell what surveys.submit with the same words would do; nothing is written.

    Raises:
        InputRefused: the file cannot be read, or holds no list of villages.
        NotFound, Conflict: no such province or submission; ``replaces`` stands no more.
        NotAllowed: a province previews what it may submit itself, only.
    """
    actor.must(Act.SUBMIT_SURVEY)
    if actor.province_code != province_code:
        raise NotAllowed(Act.SUBMIT_SURVEY.value, actor.role.value)
    progress("Đọc tệp")
    document = read(content, name, limits)
    sha256 = hashlib.sha256(content).hexdigest()
    with uncollected(), database.transaction(actor) as connection:
        progress("Kiểm tra từng dòng")
        matched = match(
            connection, actor, document, (name, sha256), province_code, mapping, replaces,
            corrections, counted,
        )  # fmt: skip
        progress("So với các vùng đã báo cáo")
        standing = already_submitted(connection, actor, sha256, mapping, corrections)
        impact = impact_of_match(connection, actor, matched, said=replaces)
    if standing is not None:
        impact = Impact(repeated=impact.repeated, already=standing.number)
    return Preview(matched.checked.report, impact)


def impact_of_match(
    connection: Connection, actor: Actor, matched: Matched, said: int | None
) -> Impact:
    """Return what submitting a matched file would do.

    ``said`` is the submission that its sender says it corrects.
    """
    known = reported_zones.known_zones(connection, actor.organisation_id)
    by_id = {zone.id: zone for zone in known}
    withdrawn: frozenset[uuid.UUID] = frozenset()
    if matched.replaced is not None:
        alone = reported_zones.only_reported_by(connection, matched.replaced.id)
        withdrawn = frozenset(
            zone_id
            for zone_id in alone
            if zone_id in by_id and by_id[zone_id].status in reported_zones.CORRECTABLE
        )
    return impact_of(
        matched.checked.report,
        {place: by_id.get(zone_id) for place, zone_id in matched.zone_ids.items()},
        known, correctable=reported_zones.CORRECTABLE, withdrawn=withdrawn, replaces=said,
        kept=matched.kept,
    )  # fmt: skip
