"""Judgements on many zones at once say of each what one judgement by itself would say."""

import uuid
from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from coverage.criteria import CriteriaSet
from coverage.evidence import Inputs, Nearest, Verdict, judge
from coverage.judgements import SERVICES, SIGHTS, SIGNALS, TRUTHS, VERDICTS, Known, judge_all
from coverage.nearest import NearestStations
from coverage.towers import Technology

CRITERIA = CriteriaSet(1, "Tạm", "", False, date(2024, 4, 25), 3000.0)
OPERATOR = uuid.UUID(int=7)
DISTANCES = st.none() | st.sampled_from([0.0, 2999.999, 3000.0, 3000.001, 9e5])

ZONES = st.lists(
    st.tuples(
        DISTANCES,
        st.booleans(),  # the register states the technology
        *(st.integers(0, len(ways) - 1) for ways in (TRUTHS, SIGHTS, SERVICES, SIGNALS, VERDICTS)),
    ),
    max_size=40,
)


def known_of(zones, *, registered, terrain_loaded):
    columns = list(zip(*zones, strict=True)) or [()] * 7
    distances = np.array([np.nan if each is None else each for each in columns[0]], dtype=float)
    count = len(distances)
    near = NearestStations(
        np.where(np.isnan(distances), 0, np.arange(1, count + 1)),
        distances,
        np.where(np.isnan(distances), np.nan, 90.0),
        *(np.full(count, np.nan) for _ in range(3)),
        np.array(columns[1], dtype=bool),
    )
    codes = (np.array(column, dtype=np.int8) for column in columns[2:])
    return Known(near, *codes, registered=registered, terrain_loaded=terrain_loaded)


@given(zones=ZONES, registered=st.booleans(), terrain_loaded=st.booleans())
def test_each_zone_is_judged_as_if_it_were_alone(zones, registered, terrain_loaded):
    known = known_of(zones, registered=registered, terrain_loaded=terrain_loaded)
    judged = judge_all(OPERATOR, Technology.G4, known, CRITERIA)
    zone_id = uuid.UUID(int=1)
    for place, (distance_m, stated, *codes) in enumerate(zones):
        planned, sight, service, signal, upheld = codes
        nearest = (
            Nearest(None, None)
            if distance_m is None
            else Nearest(place + 1, distance_m, 90.0, stated=stated)
        )
        inputs = Inputs(
            nearest, registered, TRUTHS[planned], SIGHTS[sight], terrain_loaded,
            SERVICES[service], SIGNALS[signal], VERDICTS[upheld],
        )  # fmt: skip
        told = judged.at(place, zone_id)
        assert (told.verdict, told.reasons) == judge(inputs, CRITERIA)
        assert (told.site_id, told.distance_m) == (nearest.site_id, nearest.distance_m)
        assert (told.line_of_sight, told.service) == (SIGHTS[sight], SERVICES[service])
    every = [judged.at(place, zone_id).verdict for place in range(len(zones))]
    assert judged.verdicts() == {each: every.count(each) for each in Verdict if each in every}
