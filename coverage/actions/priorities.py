"""Scoring and ranking the zones, with the weights in force and with others, and loading lists."""

from __future__ import annotations

import functools
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Connection

from coverage.costs import site_cost
from coverage.errors import NotFound
from coverage.layers import LayerKind
from coverage.people import Act, Actor
from coverage.priority import (
    PART_NAMES,
    Facts,
    Ranking,
    Score,
    part_values,
    rank,
    rank_bounds,
    score,
    weights_of,
)
from coverage.priority.scoring import Floats
from coverage.storage import layers, lots
from coverage.storage import priorities as stored
from coverage.storage.criteria import setting_in_force
from coverage.storage.priorities import ScoredZone
from coverage.storage.sessions import Database
from coverage.zones import Queue, ZoneStatus

_METRES_PER_KM = 1000
_EXAMPLES = 10  # of zones that come in or fall out, in a preview
_KEPT = 4  # rankings in memory: of the authority and the auditor, before and after a change


@dataclass(frozen=True, slots=True)
class PriorityFilter:
    """Which of the ranked zones are wanted; ranks are always those among all."""

    province_code: str | None = None
    queue: Queue | None = None
    status: ZoneStatus | None = None


@dataclass(frozen=True, slots=True)
class ScoredFacts:
    """A zone with the facts that its score is made from, its parts, and the weights they had."""

    zone: ScoredZone
    facts: Facts
    score: Score
    weights: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class RankedZone:
    """A scored zone with its rank and the interval of it when the weights vary.

    ``what_if`` are score and rank with the other weights that were asked about.
    """

    scored: ScoredFacts
    rank: int
    best: int
    worst: int
    what_if: tuple[Score, int] | None


@dataclass(frozen=True, slots=True)
class Priorities:
    """A page of the ranking.

    ``weights`` are those in force, ``tried`` the others asked about, both with sum 1; ``total``
    counts the zones that the filter keeps, ``ranked`` all. ``absent`` are the parts that no zone
    has. ``entering`` and ``leaving`` are zones that the other weights bring among the first
    ``first``, or take out of them.
    """

    zones: Sequence[RankedZone]
    total: int
    ranked: int
    weights: Mapping[str, float]
    tried: Mapping[str, float] | None
    share: float
    absent: frozenset[str]
    day: date
    first: int
    entering: Sequence[RankedZone] = ()
    leaving: Sequence[RankedZone] = ()


@dataclass(frozen=True, slots=True)
class _Field:
    """Every ranked zone with its parts, as of one day."""

    scored: Sequence[tuple[ScoredZone, Facts]]
    values: Floats


def priorities(  # noqa: PLR0913 - what is asked of one list
    database: Database,
    actor: Actor,
    today: date,
    wanted: PriorityFilter,
    *,
    weights: Mapping[str, float] | None = None,
    first: int = 100,
    start: int = 0,
    limit: int = 50,
) -> Priorities:
    """Return a part of the ranking of all zones; with ``weights``, in the order these give.

    Nothing is kept. Ranks and intervals are among all zones that still wait, whatever the filter.

    Raises:
        NotAllowed: the role may not see ranks.
        InputRefused: the weights cannot be used.
    """
    actor.must(Act.RANK_ZONES)
    tried = weights_of(weights) if weights is not None else None
    with database.transaction(actor) as connection:
        field = _field(connection, actor, today)
        in_force = weights_of(stored.weights_in_force(connection))
        share = float(setting_in_force(connection, "score_weight_share"))
    standing = rank(field.values, in_force)
    other = rank(field.values, tried) if tried is not None else None
    order = [
        place
        for place in (other or standing).order.tolist()
        if _keeps(wanted, field.scored[place][0])
    ]

    def told(places: Sequence[int]) -> list[RankedZone]:
        return _told(field, standing, other, (in_force, tried, share), places)

    entering, leaving = _moved(standing, other, first)
    return Priorities(
        zones=told(order[start : start + limit]),
        total=len(order),
        ranked=len(field.scored),
        weights=_named(in_force),
        tried=None if tried is None else _named(tried),
        share=share,
        absent=_absent(field.values),
        day=today,
        first=first,
        entering=told(entering),
        leaving=told(leaving),
    )


def score_of(database: Database, actor: Actor, today: date, zone_id: uuid.UUID) -> ScoredFacts:
    """Return the score of one zone with its parts; provinces see those of their own zones.

    Raises:
        NotFound: there is no such zone, or none that the actor may see scored.
    """
    if actor.kind.value == "operator":
        raise NotFound("zone", zone_id)
    with database.transaction(actor) as connection:
        scored = scored_zone(connection, today, zone_id)
    if scored is None:
        raise NotFound("zone", zone_id)
    return scored


def scored_zone(connection: Connection, today: date, zone_id: uuid.UUID) -> ScoredFacts | None:
    """Return the score of one zone in an action's transaction; None: the actor sees no such zone."""
    found = stored.scored_zones(connection, zone_id)
    if not found:
        return None
    facts = _facts(connection, found, today)[0]
    in_force = weights_of(stored.weights_in_force(connection))
    values = part_values(facts, stored.scale_in_force(connection))
    return ScoredFacts(found[0], facts, score(values, in_force), _named(in_force))


def weights_effect(
    connection: Connection, today: date, weights: Mapping[str, float], first: int = 100
) -> dict[str, object]:
    """Return what other weights would do to today's ranks, as JSON: how many move, who comes in."""
    field = _read_field(connection, today)
    standing = rank(field.values, weights_of(stored.weights_in_force(connection)))
    other = rank(field.values, weights_of(weights))
    entering, leaving = _moved(standing, other, first)
    return {
        "ranked": len(field.scored), "first": first,
        "moved": int((standing.ranks != other.ranks).sum()),
        "entering": [_in_short(field, standing, other, place) for place in entering[:_EXAMPLES]],
        "leaving": [_in_short(field, standing, other, place) for place in leaving[:_EXAMPLES]],
        "exchanged": len(entering),
    }  # fmt: skip


def _in_short(field: _Field, standing: Ranking, other: Ranking, place: int) -> dict[str, object]:
    zone = field.scored[place][0]
    return {
        "id": str(zone.id), "village": zone.village, "province": zone.province,
        "before": int(standing.ranks[place]), "after": int(other.ranks[place]),
    }  # fmt: skip


class _Memory:
    """The last few fields, so that a page of the list does not measure the country again."""

    def __init__(self) -> None:
        self._fields: dict[tuple[object, ...], _Field] = {}
        self._lock = threading.Lock()

    def get(self, key: tuple[object, ...], make: Callable[[], _Field]) -> _Field:
        """Return the field of ``key``, made when it is not at hand."""
        with self._lock:
            found = self._fields.pop(key, None)
        if found is None:
            found = make()
        with self._lock:
            self._fields[key] = found
            while len(self._fields) > _KEPT:
                del self._fields[next(iter(self._fields))]
        return found


_MEMORY = _Memory()


def _field(connection: Connection, actor: Actor, today: date) -> _Field:
    database = connection.engine.url.render_as_string(hide_password=True)
    key = (database, actor.organisation_id, today, *stored.newest_input(connection))
    return _MEMORY.get(key, functools.partial(_read_field, connection, today))


def _read_field(connection: Connection, today: date) -> _Field:
    zones = stored.scored_zones(connection)
    facts = _facts(connection, zones, today)
    scale = stored.scale_in_force(connection)
    values = np.array(
        [
            [np.nan if value is None else value for value in part_values(each, scale)]
            for each in facts
        ]
    ).reshape(len(zones), len(PART_NAMES))
    return _Field(list(zip(zones, facts, strict=True)), values)


def _facts(connection: Connection, zones: Sequence[ScoredZone], today: date) -> list[Facts]:
    points = [(zone.longitude, zone.latitude) for zone in zones]
    rates = lots.rates(connection)
    reach_m = float(setting_in_force(connection, "school_reach_m"))
    away = {kind: layers.distances_m(connection, kind, points) for kind in LayerKind}

    def metres(kind: LayerKind, place: int) -> float | None:
        found = away[kind]
        return None if found is None else found[place]

    def near(place: int) -> bool | None:
        either = [metres(kind, place) for kind in (LayerKind.SCHOOL, LayerKind.HEALTH_POST)]
        if any(found is not None and found <= reach_m for found in either):
            return True
        loaded = (away[LayerKind.SCHOOL], away[LayerKind.HEALTH_POST])
        return None if None in loaded else False

    def kilometres(found: float | None) -> float | None:
        return None if found is None else found / _METRES_PER_KM

    told = []
    for place, zone in enumerate(zones):
        cost, whole = zone.lot_cost_per_household_vnd, True
        if cost is None:
            estimate = site_cost(
                rates, shared=False, households=zone.households,
                road_km=kilometres(metres(LayerKind.ROAD, place)),
                power_km=kilometres(metres(LayerKind.POWER_LINE, place)),
                site_km=kilometres(zone.site_m),
            )  # fmt: skip
            cost, whole = estimate.total_vnd / zone.households, not estimate.absent
        told.append(
            Facts(
                zone.households, zone.population, zone.specially_difficult, zone.border_or_island,
                near(place), cost, whole, (today - zone.reported_on).days,
            )
        )  # fmt: skip
    return told


def _told(
    field: _Field,
    standing: Ranking,
    other: Ranking | None,
    weighing: tuple[Floats, Floats | None, float],
    places: Sequence[int],
) -> list[RankedZone]:
    if not places:
        return []
    in_force, tried, share = weighing
    best, worst = rank_bounds(field.values, in_force, share, places)
    named = _named(in_force)
    told = []
    for nth, place in enumerate(places):
        values = [None if np.isnan(value) else float(value) for value in field.values[place]]
        what_if = None
        if other is not None and tried is not None:
            what_if = score(values, tried), int(other.ranks[place])
        zone, facts = field.scored[place]
        told.append(
            RankedZone(
                ScoredFacts(zone, facts, score(values, in_force), named), int(standing.ranks[place]),
                int(best[nth]), int(worst[nth]), what_if,
            )
        )  # fmt: skip
    return told


def _moved(standing: Ranking, other: Ranking | None, first: int) -> tuple[list[int], list[int]]:
    """Who comes among the first by other weights, and who falls out, the best of each first."""
    if other is None:
        return [], []
    before, after = standing.ranks <= first, other.ranks <= first
    entering, leaving = np.flatnonzero(after & ~before), np.flatnonzero(before & ~after)
    return (
        entering[np.argsort(other.ranks[entering], kind="stable")].tolist(),
        leaving[np.argsort(standing.ranks[leaving], kind="stable")].tolist(),
    )


def _keeps(wanted: PriorityFilter, zone: ScoredZone) -> bool:
    return (
        wanted.province_code in (None, zone.province_code)
        and wanted.queue in (None, zone.queue)
        and wanted.status in (None, zone.status)
    )


def _absent(values: Floats) -> frozenset[str]:
    if not len(values):
        return frozenset()
    return frozenset(
        name for place, name in enumerate(PART_NAMES) if np.isnan(values[:, place]).all()
    )


def _named(weights: Floats) -> dict[str, float]:
    return {name: float(weight) for name, weight in zip(PART_NAMES, weights, strict=True)}
