"""What submitting a file would do to the zones of its province, fact by fact; nothing is done.

    seen = impact_of(report, {0: None, 1: zone}, known, correctable=CORRECTABLE)
    seen.totals()                                       # {"new": 1, "changed": 1, …}

A zone that the file does not name is only told: no file removes a zone by leaving it out.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from coverage.duplicates import distance_m, village_key
from coverage.findings import Finding
from coverage.surveys import RowStatus, SurveyReport, SurveyRow
from coverage.zones import Zone, ZoneStatus

_REPEATS = "duplicate."
_REPORTED_BEFORE = "duplicate.reported_before"
_FACTS = (
    "village", "households", "population", "signal", "grid_power", "specially_difficult",
    "commune_code", "declared_commune_code", "vintage", "status",
)  # fmt: skip
_STATED = (
    "village", "declared_commune_code", "latitude", "longitude", "households", "population",
    "signal", "grid_power", "specially_difficult",
)  # fmt: skip


class Effect(StrEnum):
    """What a row does: KEPT is a zone under the authority's judgement, which keeps its facts."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Change:
    """One fact of a zone before and after. Of ``point`` they are (latitude, longitude), WGS 84."""

    fact: str
    old: object
    new: object

    def as_json(self) -> dict[str, object]:
        """Return the change; of a moved point also ``moved_m``, in metres."""
        told: dict[str, object] = {
            "fact": self.fact,
            "old": _plain(self.old),
            "new": _plain(self.new),
        }
        if isinstance(self.old, tuple) and isinstance(self.new, tuple):
            told["moved_m"] = round(distance_m(self.old, self.new), 1)
        return told


@dataclass(frozen=True, slots=True)
class RowImpact:
    """What one row does to ``zone``, None for a new one; of KEPT the changes are not made."""

    row: SurveyRow
    effect: Effect
    zone: Zone | None
    changes: tuple[Change, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return the row's place in the file, the zone and its changes."""
        return {
            "sheet": self.row.sheet, "row": self.row.row, "village": self.row.village,
            "zone": None if self.zone is None else str(self.zone.id),
            "changes": [change.as_json() for change in self.changes],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Missing:
    """A zone reported before that no accepted row names.

    ``rejected_row`` is a rejected row of its name, which may be it; ``withdrawn`` says that the
    file takes the zone back, because it replaces the only submission that reports it.
    """

    zone: Zone
    rejected_row: SurveyRow | None = None
    withdrawn: bool = False

    def as_json(self) -> dict[str, object]:
        """Return the zone as the officer knows it."""
        row = self.rejected_row
        return {
            "zone": str(self.zone.id), "village": self.zone.village,
            "commune_code": self.zone.commune_code, "households": self.zone.households,
            "status": self.zone.status.value, "withdrawn": self.withdrawn,
            "rejected_row": None if row is None else {"sheet": row.sheet, "row": row.row},
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Repeated:
    """A row that may repeat another row, a zone of the province's own, or another province's."""

    row: SurveyRow
    finding: Finding

    def as_json(self) -> dict[str, object]:
        """Return the row, the rule, and whose the other is: a row, a village or a province."""
        facts = self.finding.facts
        name = next((name for name in ("row", "province", "village") if name in facts), None)
        whose = {} if name is None else {name: facts[name]}
        return {
            "sheet": self.row.sheet, "row": self.row.row, "village": self.row.village,
            "status": self.row.status.value, "rule": self.finding.rule, "of": whose,
            "distance_m": facts.get("distance_m"),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Impact:
    """What a file would do. ``already`` is the standing submission of this very file.

    Submitting it again would do nothing at all then. ``replaces`` is the submission that it
    was said to correct.
    """

    rows: tuple[RowImpact, ...] = ()
    missing: tuple[Missing, ...] = ()
    repeated: tuple[Repeated, ...] = ()
    already: int | None = None
    replaces: int | None = None

    def of(self, effect: Effect) -> list[RowImpact]:
        """Return the rows of one effect, in the order of the file."""
        return [row for row in self.rows if row.effect is effect]

    def totals(self) -> dict[str, int]:
        """Return how many zones there are of each effect, missing, withdrawn, and repetitions."""
        counts = Counter(row.effect for row in self.rows)
        return {
            **{effect.value: counts[effect] for effect in Effect},
            "missing": len(self.missing),
            "withdrawn": sum(zone.withdrawn for zone in self.missing),
            "repeated": len(self.repeated),
        }

    def as_json(self) -> dict[str, object]:
        """Return the totals and every list but that of the unchanged, which say nothing more."""
        return {
            "already": self.already,
            "replaces": self.replaces,
            "totals": self.totals(),
            **{
                effect.value: [row.as_json() for row in self.of(effect)]
                for effect in (Effect.NEW, Effect.CHANGED, Effect.KEPT)
            },
            "missing": [zone.as_json() for zone in self.missing],
            "repeated": [one.as_json() for one in self.repeated],
        }


def impact_of(
    report: SurveyReport, zones: Mapping[int, Zone | None], known: Sequence[Zone], *,
    correctable: Collection[ZoneStatus], withdrawn: Collection[uuid.UUID] = (),
    replaces: int | None = None, kept: Collection[int] = (),
) -> Impact:  # fmt: skip
    """Return what a checked file would do.

    ``zones``: by a row's place in the report, the zone that it reports, None for a new one; rows
    that report none are left out. ``known`` are the province's zones, ``correctable`` the
    statuses in which a report changes them, ``withdrawn`` those that a replaced file takes along,
    ``kept`` the places of rows that name their zone as it is called no more: they change none of
    its facts, and report it again where it was withdrawn.
    """
    rows = tuple(
        _kept_impact(report.rows[place], zone, report.vintage, correctable)
        if place in kept
        else _row_impact(report.rows[place], zone, report.vintage, correctable)
        for place, zone in sorted(zones.items(), key=lambda each: each[0])
    )
    named = {zone.id for zone in zones.values() if zone is not None}
    return Impact(
        rows, _missing(report, known, named, withdrawn), _repeated(report, zones), replaces=replaces
    )


def zone_after(row: SurveyRow, zone: Zone, vintage: str) -> Zone:
    """Return the zone as it stands once the row is taken; who pays is not decided here."""
    return replace(
        zone, commune_code=row.commune_code or row.declared_commune_code or "",
        declared_commune_code=row.declared_commune_code, vintage=vintage,
        village=row.village or "", latitude=row.latitude or 0.0, longitude=row.longitude or 0.0,
        households=row.households or 0, population=row.population, signal=row.signal,
        grid_power=row.grid_power, specially_difficult=row.specially_difficult,
        status=ZoneStatus.REPORTED,
    )  # fmt: skip


def says_the_same(row: SurveyRow, zone: Zone) -> bool:
    """Tell whether a row states of its zone what the zone's province stated before."""
    return all(getattr(row, fact) == getattr(zone, fact) for fact in _STATED)


def _kept_impact(
    row: SurveyRow, zone: Zone | None, vintage: str, correctable: Collection[ZoneStatus]
) -> RowImpact:
    if zone is None or zone.status is not ZoneStatus.WITHDRAWN or zone.status not in correctable:
        return _row_impact(row, zone, vintage, ())
    again = replace(zone, status=ZoneStatus.REPORTED)
    return RowImpact(row, Effect.CHANGED, zone, _changes(zone, again))


def _row_impact(
    row: SurveyRow, zone: Zone | None, vintage: str, correctable: Collection[ZoneStatus]
) -> RowImpact:
    if zone is None:
        return RowImpact(row, Effect.NEW, None)
    if zone.status is ZoneStatus.RETURNED and says_the_same(row, zone):
        return RowImpact(row, Effect.UNCHANGED, zone)
    open_to_change = zone.status in correctable
    after = zone_after(row, zone, vintage)
    if not open_to_change:
        after = replace(after, status=zone.status)
    changes = _changes(zone, after)
    if not changes:
        return RowImpact(row, Effect.UNCHANGED, zone)
    return RowImpact(row, Effect.CHANGED if open_to_change else Effect.KEPT, zone, changes)


def _changes(before: Zone, after: Zone) -> tuple[Change, ...]:
    found = [
        Change(fact, old, new)
        for fact in _FACTS
        if (old := getattr(before, fact)) != (new := getattr(after, fact))
    ]
    old_point = before.latitude, before.longitude
    new_point = after.latitude, after.longitude
    if old_point != new_point:
        found.insert(0, Change("point", old_point, new_point))
    return tuple(found)


def _missing(
    report: SurveyReport, known: Sequence[Zone], named: Collection[uuid.UUID],
    withdrawn: Collection[uuid.UUID],
) -> tuple[Missing, ...]:  # fmt: skip
    rejected = {
        (village_key(row.village), row.declared_commune_code): row
        for row in reversed(report.rows)
        if row.status is RowStatus.REJECTED and row.village
    }
    return tuple(
        Missing(
            zone, rejected.get((village_key(zone.village), zone.declared_commune_code)),
            zone.id in withdrawn,
        )
        for zone in known
        if zone.id not in named and zone.status is not ZoneStatus.WITHDRAWN
    )  # fmt: skip


def _repeated(report: SurveyReport, zones: Mapping[int, Zone | None]) -> tuple[Repeated, ...]:
    """What repeats something; that a row's own zone was reported before is its effect."""
    return tuple(
        Repeated(row, found)
        for place, row in enumerate(report.rows)
        for found in row.findings
        if found.rule.startswith(_REPEATS)
        and not (found.rule == _REPORTED_BEFORE and _own(row, zones.get(place)))
    )


def _own(row: SurveyRow, zone: Zone | None) -> bool:
    """Whether a row is of a zone already, or of none because it is rejected."""
    return zone is not None or row.status is RowStatus.REJECTED


def _plain(value: object) -> object:
    """The value as JSON has it."""
    match value:
        case StrEnum():
            return value.value
        case tuple():
            return list(value)
        case _:
            return value
