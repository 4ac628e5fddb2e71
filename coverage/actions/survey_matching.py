"""Which zones the rows of a survey file report: known ones, those of a replaced file, new ones.

Submitting and its preview both ask here, so that what was foretold is what is done.
"""

from __future__ import annotations

import os
import time
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from coverage.duplicates import village_key
from coverage.errors import Conflict, NotAllowed
from coverage.findings import finding
from coverage.impact import says_the_same
from coverage.intake.check import UNCOUNTED, Checked, Count, Surroundings
from coverage.intake.check import check as check_document
from coverage.intake.corrections import Correction, correction_of
from coverage.intake.crowds import FormerVillage, Nearness
from coverage.intake.document import Document
from coverage.intake.selection import Remembered, is_example
from coverage.people import Act, Actor
from coverage.storage import places, reported_zones
from coverage.storage import surveys as stored
from coverage.storage.criteria import setting_in_force
from coverage.storage.surveys import Submission
from coverage.surveys import RowStatus
from coverage.zones import ZoneStatus


@dataclass(frozen=True, slots=True)
class Matched:
    """A checked file; ``zone_ids``: by a row's place in the report, the zone that it reports.

    ``replaced`` is the submission that it takes the place of. The rows in ``kept`` name their zone as
    it is called no more: they are counted to it, and do not change it.
    """

    checked: Checked
    replaced: Submission | None
    zone_ids: Mapping[int, uuid.UUID]
    kept: frozenset[int] = frozenset()


def match(  # noqa: PLR0913, PLR0917 - the file, who sends it, and what was said of it
    connection: Connection, actor: Actor, document: Document, named: tuple[str, str],
    province_code: str, mapping: Mapping[str, str] | None, replaces: int | None,
    corrections: Sequence[Correction] = (), counted: Count = UNCOUNTED,
) -> Matched:  # fmt: skip
    """Check a document, named by its name and SHA-256, and find the zones that its rows report.

    Raises:
        NotAllowed, NotFound, Conflict: ``replaces`` is none of the actor's standing submissions.
    """
    before = stored.same_file(connection, actor.organisation_id, named[1])
    replaced = before if replaces is None else own_standing(connection, actor, replaces)
    checked = checked_against(
        connection, actor, document, named, province_code, mapping, corrections, counted
    )
    zone_ids, kept = _zone_ids(connection, actor, checked, replaced)
    return Matched(checked, replaced, zone_ids, kept)


def already_submitted(
    connection: Connection, actor: Actor, sha256: str, mapping: Mapping[str, str] | None,
    corrections: Sequence[Correction] = (),
) -> Submission | None:  # fmt: skip
    """Return the standing submission of the same file, not mapped or corrected otherwise."""
    before = stored.same_file(connection, actor.organisation_id, sha256)
    if before is None or (mapping and before.form.get("mapping") != dict(mapping)):
        return None
    kept = map(correction_of, before.form.get("corrections", ()))
    if corrections and _typed(corrections) != _typed(kept):
        return None
    return before


def _typed(corrections: Iterable[Correction]) -> set[tuple[object, ...]]:
    """What was typed where, whoever typed it and when."""
    return {(one.sheet, one.row, *sorted(one.typed.items())) for one in corrections}


def checked_against(  # noqa: PLR0913, PLR0917
    connection: Connection, actor: Actor, document: Document, named: tuple[str, str],
    province_code: str, mapping: Mapping[str, str] | None,
    corrections: Sequence[Correction] = (), counted: Count = UNCOUNTED,
    owner: uuid.UUID | None = None,
) -> Checked:  # fmt: skip
    """Check a document against what the database knows; ``named`` is its name and SHA-256.

    The zones known are those of the organisation ``owner``, the actor's own unless given.

    Raises:
        InputRefused: it holds no list of villages.
        NotFound: no such province in the vintage in force.
    """
    places.province_name(connection, province_code)
    gazetteer = places.gazetteer(connection)
    nearness = Nearness(
        duplicate_m=float(setting_in_force(connection, "duplicate_distance_m")),
        alike_m=float(setting_in_force(connection, "alike_distance_m")),
        villages_per_cell=int(setting_in_force(connection, "villages_per_cell")),
    )

    def others_near(
        latitudes: Sequence[float], longitudes: Sequence[float]
    ) -> dict[int, tuple[str, float]]:
        near = reported_zones.others_near(connection, latitudes, longitudes, nearness.duplicate_m)
        return {
            place: (gazetteer.province_name(code), distance_m)
            for place, (code, distance_m) in near.items()
            if code != province_code
        }

    owner = owner or actor.organisation_id
    known = reported_zones.known_zones(connection, owner)
    by_id = {zone.id: zone for zone in known}
    former = [
        FormerVillage(each.village, each.latitude, each.longitude, by_id[each.zone_id])
        for each in reported_zones.former_villages(connection, owner)
        if each.zone_id in by_id
    ]
    around = Surroundings(
        gazetteer, province_code, places.limits(connection), nearness, known, former, others_near
    )
    remembered = Remembered(mapping or {}, stored.mappings(connection, actor.organisation_id))
    return _told_of_returned(
        check_document(document, *named, around, remembered, corrections, counted)
    )


def _told_of_returned(checked: Checked) -> Checked:
    """Say of rows that repeat what their zone was returned for that nothing of it is mended."""
    rows = list(checked.report.rows)
    for place, zone in checked.zones.items():
        if zone.status is ZoneStatus.RETURNED and says_the_same(rows[place], zone):
            told = finding(
                "duplicate.returned_unchanged", village=zone.village, reason=zone.status_reason
            )
            others = (
                each for each in rows[place].findings if each.rule != "duplicate.reported_before"
            )
            rows[place] = replace(rows[place], findings=(*others, told))
    return replace(checked, report=replace(checked.report, rows=tuple(rows)))


def own_standing(connection: Connection, actor: Actor, number: int) -> Submission:
    """Return the actor's own submission of this number, which must stand.

    Raises:
        NotAllowed, NotFound, Conflict: it is another's; there is none; it stands no more.
    """
    found = stored.find(connection, number, for_update=False)
    if found.organisation_id != actor.organisation_id:
        raise NotAllowed(Act.SUBMIT_SURVEY.value, actor.role.value)
    if found.status != "submitted":
        raise Conflict("submission", found.status, number=number)
    return found


def _zone_ids(
    connection: Connection, actor: Actor, checked: Checked, replaced: Submission | None
) -> tuple[dict[int, uuid.UUID], frozenset[int]]:
    """By a row's place, its zone: a known one, that of the file it replaces, or a new one.

    The places of rows that name their zone as it is called no more come beside.
    """
    moved = {} if replaced is None else _moved(connection, actor, checked, replaced)
    fresh = new_ids()
    found: dict[int, uuid.UUID] = {}
    kept = set(checked.under_former_name)
    for place, row in enumerate(checked.report.rows):
        if row.status is RowStatus.REJECTED or is_example(row.village):
            continue
        known = checked.zones.get(place)
        if known is not None:
            found[place] = known.id
            continue
        named = (village_key(row.village or ""), row.declared_commune_code) if moved else None
        found[place], former = moved.pop(named) if named in moved else (next(fresh), False)
        if former:
            kept.add(place)
    return found, frozenset(kept)


Named = tuple[str, str | None]


def _moved(
    connection: Connection, actor: Actor, checked: Checked, replaced: Submission
) -> dict[Named | None, tuple[uuid.UUID, bool]]:
    """The zones of a replaced submission that no row is near to, by village and declared commune.

    With each comes whether the name is one that it bore before. A rejected one is among them:
    the same row in a corrected file is no new report of it.
    """
    taken = {zone.id for zone in checked.zones.values()}
    names: dict[uuid.UUID, list[str]] = defaultdict(list)
    for former in reported_zones.former_villages(connection, actor.organisation_id):
        names[former.zone_id].append(former.village)
    earlier = reported_zones.zones_of_submission(connection, replaced.id)
    moved: dict[Named | None, tuple[uuid.UUID, bool]] = {}
    for zone in reported_zones.known_zones(connection, actor.organisation_id, with_rejected=True):
        if zone.id in earlier and zone.id not in taken and zone.status is not ZoneStatus.WITHDRAWN:
            code = zone.declared_commune_code
            moved.setdefault((village_key(zone.village), code), (zone.id, False))
            for name in names[zone.id]:
                moved.setdefault((village_key(name), code), (zone.id, True))
    return moved


def new_ids() -> Iterator[uuid.UUID]:
    """Make permanent ids (UUID version 7): those of one file lie together in the indexes."""
    moment = time.time_ns() // 1_000_000 << 80
    while True:
        chance = int.from_bytes(os.urandom(10))
        yield uuid.UUID(
            int=moment | 7 << 76 | chance >> 68 << 64 | 2 << 62 | chance & (1 << 62) - 1
        )
