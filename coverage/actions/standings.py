"""Loading zones as they already stand: covered, awarded elsewhere, promised by an operator.

The list is read as a province's survey is: the same checks, places and duplicates. Every good
row is a zone of the province, found again or entered, and is then moved, or promised, in one
transaction with all others; a row that says what cannot be is left out whole.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import Connection

from coverage.actions.queueing import decide_queues
from coverage.actions.survey_matching import checked_against, new_ids
from coverage.actions.zone_moves import Wish, carry_out, lock, today
from coverage.consultation import Asked, PromiseStatus, last_day, objections
from coverage.consultation import Wish as PromiseWish
from coverage.errors import NotFound
from coverage.findings import Finding, Language, finding
from coverage.intake.check import Checked
from coverage.intake.document import Document, Limits
from coverage.intake.fields import Field
from coverage.intake.files import read
from coverage.intake.garbage import uncollected
from coverage.intake.selection import is_example
from coverage.intake.standings import StandingColumns, find_columns, read_row
from coverage.jobs import Telling, untold
from coverage.people import Act, Actor, OrganisationKind
from coverage.standings import IN_WORDS, STATUS, Said, Standing, move_of, stands_already
from coverage.storage import audit, consultation, places, reported_zones
from coverage.storage import standings as stored
from coverage.storage import surveys as stored_surveys
from coverage.storage.consultation import NewPromise
from coverage.storage.criteria import queue_rules_in_force, setting_in_force
from coverage.storage.people import find_organisation, organisation_names
from coverage.storage.sessions import Database
from coverage.surveys import RowStatus, SurveyReport, SurveyRow
from coverage.zone_life import Move, must_permit
from coverage.zones import Zone, ZoneStatus

Owner = tuple[uuid.UUID, str]
"""A province's organisation and code."""

_SURVEYS_WORD = (
    "duplicate.reported_before", "duplicate.former_name", "duplicate.returned_unchanged",
)  # fmt: skip
"""What these say of figures being updated holds for a province's own report only."""


@dataclass(frozen=True, slots=True)
class StandingRow:
    """What became of one row, or would become of it.

    ``zone_id`` is None for a rejected row, and for a zone that is only foretold. ``found`` tells
    a zone reported before from one entered by this row; ``done`` is the move that is made,
    "promise", or "" where the zone stands so already.
    """

    row: SurveyRow
    said: Said | None = None
    zone_id: uuid.UUID | None = None
    found: bool = False
    done: str = ""
    rejected: bool = False

    def as_json(self, language: Language = Language.VI) -> dict[str, object]:
        """Return the row as a survey's row has it, with what it says and what was done."""
        said = self.said
        return {
            **self.row.as_json(language),
            "state": None if said is None else said.standing.value,
            "operators": [] if said is None else list(said.operators),
            "document": None if said is None else said.document,
            "date": None if said is None or said.day is None else said.day.isoformat(),
            "zone": None if self.zone_id is None else str(self.zone_id),
            "zone_known": None if self.rejected else self.found,
            "done": self.done or None,
        }


@dataclass(frozen=True, slots=True)
class StandingsLoad:
    """What came of a list. ``file_id`` is None where nothing was done and nothing kept."""

    province_code: str
    report: SurveyReport
    rows: tuple[StandingRow, ...]
    file_id: uuid.UUID | None = None

    def totals(self) -> dict[str, int]:
        """Return how many rows there are of each outcome, and what was done with the zones."""
        done = Counter(row.done for row in self.rows if row.done)
        good = [row for row in self.rows if not row.rejected]
        return {
            "rows": len(self.rows),
            "rejected": len(self.rows) - len(good),
            "zones_added": sum(not row.found for row in good),
            "zones_found": sum(row.found for row in good),
            "unchanged": sum(not row.done for row in good),
            **{name: done[name] for name in _DONE},
        }

    def as_json(self, language: Language = Language.VI) -> dict[str, object]:
        """Return the exact answer: the file as it was understood, every row, the totals."""
        return {
            "file": self.report.file, "sha256": self.report.sha256,
            "province": self.province_code, "vintage": self.report.vintage,
            "form": dict(self.report.form),
            "findings": [found.as_json(language) for found in self.report.findings],
            "rows": [row.as_json(language) for row in self.rows],
            "totals": self.totals(),
        }  # fmt: skip


_PROMISE = "promise"
_DONE = (Move.RECORD_COVERED.value, Move.GO_ON_AIR.value, Move.RECORD_AWARDED.value, _PROMISE)


@dataclass(slots=True)
class _Row:
    """A row on its way: what is said of it grows until it is done or rejected."""

    place: int
    row: SurveyRow
    said: Said | None
    zone: Zone | None  # None: to be entered
    promises: list[uuid.UUID] = field(default_factory=list)  # the operators that still have to
    move: Move | None = None
    zone_id: uuid.UUID | None = None  # once it is carried out

    @property
    def rejected(self) -> bool:
        return self.row.status is RowStatus.REJECTED

    def outcome(self) -> StandingRow:
        if self.rejected:
            return StandingRow(self.row, self.said, rejected=True)
        done = self.move.value if self.move is not None else _PROMISE if self.promises else ""
        zone_id = self.zone_id if self.zone is None else self.zone.id
        return StandingRow(self.row, self.said, zone_id, found=self.zone is not None, done=done)

    def tell(self, *found: Finding) -> None:
        self.row = replace(self.row, findings=(*self.row.findings, *found))


def load_standings(  # noqa: PLR0913 - a list and how to read it
    database: Database, actor: Actor, content: bytes, name: str, province_code: str, *,
    limits: Limits | None = None, mapping: Mapping[str, str] | None = None,
    told: Telling = untold,
) -> StandingsLoad:  # fmt: skip
    """Load a list of a province's zones that stand somewhere already.

    The figures of zones reported before are left as they are. The same list again changes
    nothing. ``told`` hears of ``read``, ``rows`` and ``keep``.

    Raises:
        NotAllowed: the role may not.
        NotFound: no such province in the vintage in force.
        InputRefused: the file cannot be read, lists no villages, or has no column of states.
    """
    told("read", 0, 0)
    document, sha256 = _read(actor, content, name, limits)
    told("rows", 0, 0)
    with uncollected(), database.transaction(actor) as connection:
        places.hold_still(connection)
        owner = _owner(connection, province_code)
        stored_surveys.lock_organisation(connection, owner[0])
        checked, rows = _understood(
            connection, actor, document, (name, sha256), owner, mapping, hold=True
        )
        told("keep", 0, 0)
        _carry_out(connection, actor, rows, owner, checked)
        done = [row.outcome() for row in rows]
        outcome = StandingsLoad(province_code, checked.report, tuple(done))
        if not any(row.done or not (row.found or row.rejected) for row in done):
            return outcome
        totals = outcome.totals()
        file_id = stored.keep(
            connection, owner, (name, sha256, content),
            ([row.as_json() for row in done], totals), actor.name,
        )  # fmt: skip
        audit.append(
            connection, "standings.loaded", province_code,
            {"file": name, "sha256": sha256, "totals": totals, "zones": _told(done)},
        )  # fmt: skip
    return replace(outcome, file_id=file_id)


def check_standings(  # noqa: PLR0913 - a list and how to read it
    database: Database, actor: Actor, content: bytes, name: str, province_code: str, *,
    limits: Limits | None = None, mapping: Mapping[str, str] | None = None,
    told: Telling = untold,
) -> StandingsLoad:  # fmt: skip
    """Tell what :func:`load_standings` would do with a list now; nothing is written.

    ``told`` hears of ``read`` and ``rows``.

    Raises:
        NotAllowed, NotFound, InputRefused: as :func:`load_standings`.
    """
    told("read", 0, 0)
    document, sha256 = _read(actor, content, name, limits)
    told("rows", 0, 0)
    with uncollected(), database.transaction(actor) as connection:
        owner = _owner(connection, province_code)
        checked, rows = _understood(connection, actor, document, (name, sha256), owner, mapping)
    foretold = tuple(row.outcome() for row in rows)
    return StandingsLoad(province_code, checked.report, foretold)


def _read(actor: Actor, content: bytes, name: str, limits: Limits | None) -> tuple[Document, str]:
    """The document and its SHA-256, for those who may load it."""
    actor.must(Act.LOAD_STANDINGS)
    for move in (Move.RECORD_COVERED, Move.RECORD_AWARDED, Move.GO_ON_AIR):
        must_permit(move, actor.role)
    return read(content, name, limits), hashlib.sha256(content).hexdigest()


def _owner(connection: Connection, province_code: str) -> Owner:
    places.province_name(connection, province_code)
    found = find_organisation(connection, OrganisationKind.PROVINCE, province_code=province_code)
    if found is None:
        raise NotFound("province", province_code)
    return found[0], province_code


def _understood(  # noqa: PLR0917 - as surveys.check
    connection: Connection, actor: Actor, document: Document, named: tuple[str, str],
    owner: Owner, mapping: Mapping[str, str] | None, *, hold: bool = False,
) -> tuple[Checked, list[_Row]]:  # fmt: skip
    """The list as a survey, its own columns kept out of the survey's facts, and its rows.

    ``hold``: the zones found are locked, and stand as they do then.
    """
    gazetteer = places.gazetteer(connection)
    organisation_id, province_code = owner
    columns = find_columns(document, named[0], gazetteer, province_code)
    labels = {label for each in columns.values() for label in each.labels()}
    said = dict.fromkeys(sorted(labels), Field.IGNORED.value) | dict(mapping or {})
    checked = checked_against(
        connection, actor, document, named, province_code, said, owner=organisation_id
    )
    if hold and checked.zones:
        # Nobody decides on them any more; what was decided while the list was read counts.
        held = lock(connection, {zone.id for zone in checked.zones.values()})
        now = {place: held[zone.id].zone for place, zone in checked.zones.items()}
        checked = replace(checked, zones=now)
    return checked, list(_rows(connection, checked, columns))


def _rows(
    connection: Connection, checked: Checked, columns: Mapping[str, StandingColumns]
) -> Iterator[_Row]:
    """Every row with what it says, and what stands in its way."""
    day = today()
    operators = {
        name: key for key, name in organisation_names(connection, OrganisationKind.OPERATOR).items()
    }
    latest = last_day(day, int(setting_in_force(connection, "promise_max_months", day)))
    promised = _promised(connection, [zone.id for zone in checked.zones.values()])
    first: dict[uuid.UUID, int] = {}
    for place, survey_row in enumerate(checked.report.rows):
        if is_example(survey_row.village):
            continue
        kept = tuple(one for one in survey_row.findings if one.rule not in _SURVEYS_WORD)
        said, found = read_row(
            survey_row, columns.get(survey_row.sheet) or StandingColumns(),
            operators.__contains__, day,
        )  # fmt: skip
        row = _Row(place, replace(survey_row, findings=(*kept, *found)), said, None)
        zone = row.zone = checked.zones.get(place)
        if zone is not None and not row.rejected:
            if zone.id in first:
                row.tell(finding("standing.zone_twice", village=zone.village, row=first[zone.id]))
            first.setdefault(zone.id, survey_row.row)
        if said is not None and not row.rejected:
            _decide(
                row, said, [operators[name] for name in said.operators], promised, (day, latest)
            )
        yield row


def _promised(
    connection: Connection, zone_ids: Sequence[uuid.UUID]
) -> dict[tuple[uuid.UUID, uuid.UUID], date]:
    standing = consultation.promises(connection, zone_ids=zone_ids, status=PromiseStatus.STANDING)
    return {(each.zone_id, each.operator_id): each.on_air_by for each in standing}


def _decide(
    row: _Row, said: Said, operators: Sequence[uuid.UUID],
    promised: Mapping[tuple[uuid.UUID, uuid.UUID], date], days: tuple[date, date],
) -> None:  # fmt: skip
    """What has to be done with a row's zone, or why it cannot be."""
    status = ZoneStatus.REPORTED if row.zone is None else row.zone.status
    village = (row.zone.village if row.zone else row.row.village) or ""
    if said.standing is Standing.PROMISED:
        _decide_promise(row, said, operators, promised, days)
    else:
        row.move = move_of(said.standing, status)
        state = IN_WORDS[said.standing]
        if row.move is None and stands_already(said.standing, status):
            row.tell(finding("standing.already", village=village, state=state))
        elif row.move is None:
            stands = STATUS[status]
            row.tell(finding("standing.not_from_here", village=village, state=state, status=stands))
    if row.rejected or row.zone is None:
        return
    if row.zone.reviewer is not None and row.move is not None:
        row.tell(finding("standing.in_review", village=village, reviewer=row.zone.reviewer))
    elif row.move is not None or row.promises:
        row.tell(finding("standing.matched", village=village))


def _decide_promise(
    row: _Row, said: Said, operators: Sequence[uuid.UUID],
    promised: Mapping[tuple[uuid.UUID, uuid.UUID], date], days: tuple[date, date],
) -> None:  # fmt: skip
    zone_id = uuid.UUID(int=0) if row.zone is None else row.zone.id
    status = ZoneStatus.REPORTED if row.zone is None else row.zone.status
    village = (row.zone.village if row.zone else row.row.village) or ""
    for operator in operators:
        standing = promised.get((zone_id, operator))
        asked = Asked(village, status, in_round=True, own_promise=standing)
        told = objections(PromiseWish(zone_id, said.day), asked, *days)
        row.tell(*told)
        if not told:
            row.promises.append(operator)


def _carry_out(
    connection: Connection, actor: Actor, rows: Sequence[_Row], owner: Owner, checked: Checked,
) -> None:  # fmt: skip
    """Enter the new zones, then move and promise; each good row gets its zone's id."""
    good = [row for row in rows if not row.rejected]
    fresh = new_ids()
    for row in good:
        row.zone_id = next(fresh) if row.zone is None else row.zone.id
    _enter(connection, good, owner, checked)
    _move(connection, actor, good)
    _promise(connection, actor, good)


def _enter(connection: Connection, good: Sequence[_Row], owner: Owner, checked: Checked) -> None:
    entered = [row for row in good if row.zone is None]
    if not entered:
        return
    staged = {place: row.zone_id for place, row in enumerate(entered) if row.zone_id is not None}
    stored_surveys.stage(connection, [row.row for row in entered], staged)
    reported_zones.add_staged(
        connection, *owner, checked.report.vintage,
        queue_rules_in_force(connection, today()),
    )  # fmt: skip


def _move(connection: Connection, actor: Actor, good: Sequence[_Row]) -> None:
    """Move the zones, those of one move and one reason together."""
    wishes: dict[tuple[Move, str], list[uuid.UUID]] = defaultdict(list)
    for row in good:
        if row.move is not None and row.said is not None and row.zone_id is not None:
            wishes[row.move, row.said.reason()].append(row.zone_id)
    for (move, reason), zone_ids in wishes.items():
        carry_out(connection, actor, lock(connection, zone_ids), Wish(move, reason))


def _promise(connection: Connection, actor: Actor, good: Sequence[_Row]) -> None:
    """Keep the promises with their documents, and decide anew who pays for their zones."""
    made = [
        NewPromise(row.zone_id, operator, row.said.day, actor.name, document=row.said.document)
        for row in good
        for operator in row.promises
        if row.said is not None and row.said.day is not None and row.zone_id is not None
    ]
    if made:
        consultation.keep(connection, made)
        decide_queues(connection, {each.zone_id for each in made}, today())


def _told(rows: Sequence[StandingRow]) -> dict[str, list[str]]:
    """What the audit log keeps of the zones: by what was done."""
    told: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.zone_id is not None and row.done:
            told[row.done].append(str(row.zone_id))
    return dict(told)
