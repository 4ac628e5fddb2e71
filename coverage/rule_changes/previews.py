"""What a change would do to today's zones: the same pure rules, run with it and without it.

A zone is counted where the two outcomes differ, so that what would change at the next assessment
anyway (``stale``) is told apart from what the change does.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from coverage.criteria import CriteriaSet, Payer, QueueFacts, QueueRule, queue_of
from coverage.evidence import Inputs, Service, Verdict, judge
from coverage.towers import Technology
from coverage.zones import Queue

EXAMPLES = 20
EXAMPLES_PER_MOVE = 5


@dataclass(frozen=True, slots=True)
class Grounds:
    """What zones are decided by. ``criteria`` is None on a day without any."""

    criteria: CriteriaSet | None
    rules: Sequence[QueueRule]


@dataclass(frozen=True, slots=True)
class PreviewedZone:
    """A zone as it is stored. ``kept`` says why no rule moves it: ``package``, ``by_hand`` or ""."""

    id: uuid.UUID
    village: str
    province_code: str
    households: int
    grid_power: bool | None
    specially_difficult: bool | None
    promised: bool
    queue: Queue
    rule_id: int | None
    kept: str = ""


@dataclass(frozen=True, slots=True)
class StoredJudgement:
    """A verdict as it is stored, with the inputs it rested on."""

    zone_id: uuid.UUID
    technology: Technology
    verdict: Verdict
    inputs: Inputs


@dataclass(slots=True)
class VerdictEffect:
    """What another criteria set would say of the stored inputs.

    ``unseen`` are verdicts whose site comes within reach, so that the next assessment looks at
    the ground between; ``stale`` are those that the present set would give otherwise today.
    """

    moves: Counter[tuple[Verdict, Verdict]] = field(default_factory=Counter)
    served_without: set[uuid.UUID] = field(default_factory=set)
    served_with: set[uuid.UUID] = field(default_factory=set)
    judged: int = 0
    unseen: int = 0
    stale: int = 0


@dataclass(frozen=True, slots=True)
class MovedZone:
    """One zone that the change would move."""

    zone: PreviewedZone
    source: Queue
    target: Queue


@dataclass(slots=True)
class QueueEffect:
    """Which zones would move between queues.

    ``moved`` are those that pay otherwise, ``other_rule`` those decided by another rule or
    citation alone, ``kept`` those that would move were they not in a package or put there by
    hand, by that reason; ``stale`` would move at the next assessment without any change.
    """

    zones: int = 0
    moved: list[MovedZone] = field(default_factory=list)
    other_rule: int = 0
    kept: Counter[str] = field(default_factory=Counter)
    stale: int = 0


def verdict_effect(
    judgements: Iterable[StoredJudgement], without: CriteriaSet, with_change: CriteriaSet
) -> VerdictEffect:
    """Judge the stored inputs under two criteria sets; each different case is judged once."""
    effect = VerdictEffect()
    known: dict[tuple[object, ...], tuple[Verdict, Verdict]] = {}
    for each in judgements:
        case = _case(each.inputs, without, with_change)
        if case not in known:
            known[case] = (
                judge(each.inputs, without)[0],
                judge(each.inputs, with_change)[0],
            )
        before, after = known[case]
        effect.judged += 1
        effect.stale += before is not each.verdict
        if before is not after:
            effect.moves[before, after] += 1
        if _serves(each.technology, before, without):
            effect.served_without.add(each.zone_id)
        if _serves(each.technology, after, with_change):
            effect.served_with.add(each.zone_id)
        effect.unseen += _comes_within_reach(each.inputs, without, with_change)
    return effect


def _case(inputs: Inputs, without: CriteriaSet, with_change: CriteriaSet) -> tuple[object, ...]:
    """Everything a verdict depends on; of the distance only on which side of a reach it lies."""
    distance_m = inputs.nearest.distance_m
    sides = distance_m and (distance_m <= without.reach_m, distance_m <= with_change.reach_m)
    return (
        distance_m is None, sides, inputs.registered, inputs.line_of_sight, inputs.service,
        inputs.signal, inputs.upheld,
    )  # fmt: skip


def _serves(technology: Technology, verdict: Verdict, criteria: CriteriaSet) -> bool:
    return verdict is Verdict.SERVED and technology.value in criteria.broadband


def _comes_within_reach(inputs: Inputs, without: CriteriaSet, with_change: CriteriaSet) -> bool:
    distance_m = inputs.nearest.distance_m
    return (
        distance_m is not None
        and without.reach_m < distance_m <= with_change.reach_m
        and inputs.line_of_sight is None
        and inputs.terrain_loaded
        and inputs.service is Service.INSIDE
        and inputs.upheld is None
    )


def queue_effect(
    zones: Iterable[PreviewedZone],
    without: Sequence[QueueRule],
    with_change: Sequence[QueueRule],
    served_without: set[uuid.UUID],
    served_with: set[uuid.UUID],
) -> QueueEffect:
    """Return who would pay with the change where it is not as without it."""
    effect = QueueEffect()
    known: dict[tuple[QueueFacts, bool], Payer] = {}

    def payer(zone: PreviewedZone, *, changed: bool) -> Payer:
        served = zone.id in (served_with if changed else served_without)
        facts = QueueFacts(zone.grid_power, zone.specially_difficult, served, zone.promised)
        if (facts, changed) not in known:
            known[facts, changed] = queue_of(with_change if changed else without, facts)
        return known[facts, changed]

    for zone in zones:
        before, after = payer(zone, changed=False), payer(zone, changed=True)
        if zone.kept:
            effect.kept[zone.kept] += after.queue is not before.queue
            continue
        effect.zones += 1
        effect.stale += (before.queue, before.rule_id) != (zone.queue, zone.rule_id)
        if before.queue is not after.queue:
            effect.moved.append(MovedZone(zone, before.queue, after.queue))
        elif (before.rule_id, before.reason) != (after.rule_id, after.reason):
            effect.other_rule += 1
    return effect


def as_json(
    queues: QueueEffect | None,
    verdicts: VerdictEffect | None = None,
    clocks: Mapping[str, int] | None = None,
) -> dict[str, object]:
    """Return a preview as it is stored and shown; every list in a fixed order."""
    told: dict[str, object] = {}
    if queues is not None:
        told["queues"] = _queues_as_json(queues)
    if verdicts is not None:
        told["verdicts"] = {
            "judged": verdicts.judged,
            "moves": [
                {"from": source.value, "to": target.value, "verdicts": count}
                for (source, target), count in sorted(verdicts.moves.items())
            ],
            "unseen": verdicts.unseen,
            "stale": verdicts.stale,
        }
    if clocks is not None:
        told["clocks"] = dict(sorted(clocks.items()))
    return told


def _queues_as_json(effect: QueueEffect) -> dict[str, object]:
    provinces = sorted({moved.zone.province_code for moved in effect.moved})
    shown: Counter[tuple[Queue, Queue]] = Counter()
    examples: list[dict[str, object]] = []
    for moved in sorted(effect.moved, key=_largest_first):
        move = moved.source, moved.target
        shown[move] += 1
        if shown[move] <= EXAMPLES_PER_MOVE and len(examples) < EXAMPLES:
            examples.append(
                {
                    "id": str(moved.zone.id), "village": moved.zone.village,
                    "province_code": moved.zone.province_code,
                    "households": moved.zone.households,
                    "from": moved.source.value, "to": moved.target.value,
                }
            )  # fmt: skip
    return {
        "zones": effect.zones,
        "moves": _moves(effect.moved),
        "provinces": [
            {
                "province_code": code,
                "moves": _moves(
                    moved for moved in effect.moved if moved.zone.province_code == code
                ),
            }
            for code in provinces
        ],
        "examples": examples,
        "other_rule": effect.other_rule,
        "kept": {reason: count for reason, count in sorted(effect.kept.items()) if count},
        "stale": effect.stale,
    }


def _largest_first(moved: MovedZone) -> tuple[int, str]:
    return -moved.zone.households, str(moved.zone.id)


def _moves(moved: Iterable[MovedZone]) -> list[dict[str, object]]:
    zones: Counter[tuple[Queue, Queue]] = Counter()
    households: Counter[tuple[Queue, Queue]] = Counter()
    for each in moved:
        zones[each.source, each.target] += 1
        households[each.source, each.target] += each.zone.households
    return [
        {"from": source.value, "to": target.value, "zones": count,
         "households": households[source, target]}
        for (source, target), count in sorted(zones.items())
    ]  # fmt: skip


def digest(preview: Mapping[str, object]) -> str:
    """Return a short name of what a preview counts: the same counts, the same name.

    Examples and what is stale are left out: they may differ while the change does the same.
    """
    queues, verdicts = preview.get("queues"), preview.get("verdicts")
    counted: dict[str, object] = {}
    if isinstance(queues, Mapping):
        counted["queues"] = [queues["moves"], queues["provinces"]]
    if isinstance(verdicts, Mapping):
        counted["verdicts"] = verdicts["moves"]
    text = json.dumps(counted, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
