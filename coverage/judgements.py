"""Judgements on many zones at once: each different case is judged once.

A verdict depends on few facts (is a site within reach, is it seen, what does the operator
publish, what did the province see, was a dispute upheld), so that thousands of zones make some
dozens of cases. What is known stands in arrays, one zone beside the other, and
:func:`coverage.evidence.judge` is asked once for each case among them.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from coverage.criteria import CriteriaSet
from coverage.evidence import Inputs, Judgement, Nearest, Reason, Service, Verdict, judge
from coverage.nearest import NearestStations
from coverage.towers import Technology
from coverage.zones import Signal

Codes = NDArray[np.int8]
"""Places in one of the tuples below; 0 is what is not known."""

SIGNALS = (None, *Signal)
SERVICES = (None, *Service)
VERDICTS = (None, *Verdict)
SIGHTS = (None, True, False)
TRUTHS = (False, True)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one operator's technology at some zones, beside each other.

    ``planned`` are codes of :data:`TRUTHS` (a planned site is within reach), ``sight`` of
    :data:`SIGHTS`, ``service`` of :data:`SERVICES`, ``signal`` of :data:`SIGNALS`, ``upheld`` of
    :data:`VERDICTS`. ``disputes`` names the upheld dispute by the zone's place.
    """

    nearest: NearestStations
    planned: Codes
    sight: Codes
    service: Codes
    signal: Codes
    upheld: Codes
    registered: bool = True
    terrain_loaded: bool = False
    service_file_id: uuid.UUID | None = None
    disputes: Mapping[int, uuid.UUID] = field(default_factory=dict)

    def inputs(self, place: int) -> Inputs:
        """Return what the verdict on the zone at ``place`` rests on."""
        near = self.nearest
        found = Nearest(None, None)
        if near.site_ids[place]:
            found = Nearest(
                int(near.site_ids[place]), float(near.distances_m[place]),
                float(near.bearings_deg[place]), stated=bool(near.stated[place]),
            )  # fmt: skip
        return Inputs(
            found,
            registered=self.registered,
            planned_within_reach=TRUTHS[self.planned[place]],
            line_of_sight=SIGHTS[self.sight[place]],
            terrain_loaded=self.terrain_loaded,
            service=SERVICES[self.service[place]],
            signal=SIGNALS[self.signal[place]],
            upheld=VERDICTS[self.upheld[place]],
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """One operator's technology at some zones: ``outcomes[case[place]]`` is the outcome."""

    operator_id: uuid.UUID
    technology: Technology
    known: Known
    outcomes: Sequence[tuple[Verdict, tuple[Reason, ...]]]
    case: NDArray[np.intp]

    def at(self, place: int, zone_id: uuid.UUID) -> Judgement:
        """Return the judgement on the zone at ``place``."""
        verdict, reasons = self.outcomes[self.case[place]]
        inputs = self.known.inputs(place)
        return Judgement(
            zone_id, self.operator_id, self.technology, verdict, reasons,
            site_id=inputs.nearest.site_id,
            distance_m=inputs.nearest.distance_m,
            bearing_deg=inputs.nearest.bearing_deg,
            line_of_sight=inputs.line_of_sight,
            service=inputs.service,
            service_file_id=self.known.service_file_id,
            dispute_id=self.known.disputes.get(place),
        )  # fmt: skip

    def verdicts(self) -> Counter[Verdict]:
        """Return how many verdicts there are of each kind."""
        counts = np.bincount(self.case, minlength=len(self.outcomes)).tolist()
        found: Counter[Verdict] = Counter()
        for (verdict, _), count in zip(self.outcomes, counts, strict=True):
            found[verdict] += count
        return found


@dataclass(frozen=True, slots=True)
class Portion:
    """Some zones and what was judged of them: operators by name, technologies in order."""

    zones: Sequence[uuid.UUID]
    judged: Sequence[Judged]

    def judgements(self, place: int) -> tuple[Judgement, ...]:
        """Return every judgement on the zone at ``place``."""
        return tuple(each.at(place, self.zones[place]) for each in self.judged)


def judge_all(
    operator_id: uuid.UUID, technology: Technology, known: Known, criteria: CriteriaSet
) -> Judged:
    """Judge one operator's technology at every zone of which something is known."""
    distances_m = known.nearest.distances_m
    # What judge() looks at of a distance: whether there is one, and whether it is within reach.
    near = np.where(np.isnan(distances_m), 0, np.where(distances_m <= criteria.reach_m, 1, 2))
    facts = (
        (near, 3),
        (known.nearest.stated, 2),
        (known.planned, len(TRUTHS)),
        (known.sight, len(SIGHTS)),
        (known.service, len(SERVICES)),
        (known.signal, len(SIGNALS)),
        (known.upheld, len(VERDICTS)),
    )
    key = np.zeros(len(distances_m), dtype=np.int64)
    for codes, ways in facts:
        key = key * ways + codes
    _, examples, case = np.unique(key, return_index=True, return_inverse=True)
    outcomes = [judge(known.inputs(place), criteria) for place in examples.tolist()]
    return Judged(operator_id, technology, known, outcomes, case)
