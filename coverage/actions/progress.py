"""How far the whole has come, as far as the actor may see it: one look at everything, now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from coverage.criteria import CriteriaSet
from coverage.days import vietnam_day
from coverage.dossier import progress as dossier
from coverage.dossier.progress import FiguresTable
from coverage.errors import NotFound
from coverage.people import Actor, OrganisationKind
from coverage.progress import (
    Backlog,
    BacklogLine,
    BesideOrder,
    Headline,
    LateLot,
    MonthEnd,
    ProvinceFigures,
    Stage,
    Tally,
    WaitingLine,
    WaitingOrder,
    added,
    backlog_lines,
    beside,
    headline,
    month_ends,
    stages_of,
    under_criteria,
    waiting_lines,
)
from coverage.storage import progress as stored
from coverage.storage.awards import moment
from coverage.storage.criteria import criteria_in_force, setting_in_force
from coverage.storage.sessions import Database
from coverage.storage.units import named_units

SEES_COUNTRY = frozenset({OrganisationKind.AUTHORITY, OrganisationKind.AUDITOR})


@dataclass(frozen=True, slots=True)
class ProgressWish:
    """What is asked: one province or all that the actor sees, and in which orders."""

    province_code: str | None = None
    waiting_by: WaitingOrder = WaitingOrder.HOUSEHOLDS
    beside_by: BesideOrder = BesideOrder.ON_AIR


@dataclass(frozen=True, slots=True)
class Progress:
    """The figures of one day, under the criteria set in force on it.

    ``names`` has the provinces' names by code. ``months`` is the history of all zones, or for an
    operator of what was awarded to it. ``soon`` are the lots due within ``soon_days``. The
    backlogs and ``provinces`` are empty for an operator; ``silent`` are the provinces of the list
    in force that sent nothing. ``not_open_yet`` counts zones of the running month that are in
    packages whose minute has not come.
    """

    day: date
    criteria: CriteriaSet | None
    wish: ProgressWish
    names: Mapping[str, str]
    headline: Headline
    waiting: tuple[WaitingLine, ...]
    months: tuple[MonthEnd, ...]
    soon_days: int
    late: tuple[LateLot, ...]
    soon: tuple[LateLot, ...]
    review: tuple[BacklogLine, ...]
    correction: tuple[BacklogLine, ...]
    provinces: tuple[ProvinceFigures, ...]
    silent: tuple[str, ...]
    not_open_yet: Tally
    told_to: OrganisationKind

    def name_of(self, province_code: str) -> str:
        """Return a province's name, or its code where the list in force does not know it."""
        return self.names.get(province_code, province_code)

    @property
    def payers_told(self) -> bool:
        """Whether the actor is told who pays before a zone is in a package."""
        return self.told_to is not OrganisationKind.OPERATOR

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages that the months tell of: an operator's begin with its award."""
        every = tuple(Stage)
        return every if self.payers_told else every[every.index(Stage.AWARDED) :]

    @property
    def waiting_sum(self) -> Tally:
        """All that waits."""
        return added(line.whole for line in self.waiting)


def see_progress(database: Database, actor: Actor, wish: ProgressWish | None = None) -> Progress:
    """Return how far the whole has come, today by the database's clock.

    Raises:
        NotFound: the list in force has no such province.
    """
    wanted = wish or ProgressWish()
    with database.transaction(actor, many=True) as connection:
        names = {unit.code: unit.name for unit in named_units(connection, "province")}
        code = wanted.province_code
        if code is not None and code not in names:
            raise NotFound("province", code)
        day = vietnam_day(moment(connection))
        soon_days = int(setting_in_force(connection, "due_soon_days", day))
        operator = actor.organisation_id if actor.kind is OrganisationKind.OPERATOR else None
        lots = stored.late_lots(
            connection, day + timedelta(days=soon_days), operator, code or actor.province_code
        )
        counts = stored.counts(connection, code)
        ages = stored.ages(connection, code, day)
        if operator is None:
            changes = stored.changes(connection, code)
            months = month_ends(changes, day, stages_of(counts))
            recorded = month_ends(changes, day)
        else:
            months = recorded = month_ends(stored.own_changes(connection, operator), day)
        aged = () if operator else tuple(stored.backlog(connection, code, day))
        figures = () if operator else tuple(stored.beside(connection))
        in_force = {end.day: criteria_in_force(connection, end.day) for end in months}
        criteria = in_force.get(day) or criteria_in_force(connection, day)
    late = tuple(lot for lot in lots if lot.late_days(day) > 0)
    sent = {one.province_code for one in figures}
    return Progress(
        day, criteria, wanted, names, headline(counts, added(lot.tally for lot in late)),
        waiting_lines(counts, ages, wanted.waiting_by), under_criteria(months, in_force),
        soon_days, late, tuple(lot for lot in lots if lot.late_days(day) <= 0),
        backlog_lines(aged, Backlog.REVIEW), backlog_lines(aged, Backlog.CORRECTION),
        beside(figures, wanted.beside_by),
        tuple(name for key, name in names.items() if key not in sent)
        if actor.kind in SEES_COUNTRY else (),
        _not_open_yet(months, recorded), actor.kind,
    )  # fmt: skip


def table_csv(table: FiguresTable) -> bytes:
    """Return a table as CSV for Excel."""
    return dossier.table_csv(table)


def table_xlsx(table: FiguresTable) -> bytes:
    """Return a table as a workbook."""
    return dossier.table_xlsx(table)


def _not_open_yet(told: Sequence[MonthEnd], recorded: Sequence[MonthEnd]) -> Tally:
    """What is told as in a package already, and is not yet so written in the history."""
    if not told:
        return Tally()
    now, then = (ends[-1].stages[Stage.IN_PACKAGE] for ends in (told, recorded))
    return Tally(now.zones - then.zones, now.households - then.households)
