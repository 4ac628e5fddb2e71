"""Where villages lie in service areas, and what loading them would do to the verdicts of today."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.criteria import CriteriaSet
from coverage.evidence import Inputs, Nearest, Service, Verdict, judge
from coverage.service_areas import (
    NOT_JUDGED,
    JudgedZone,
    ServiceArea,
    inputs_of,
    preview,
    services_at,
)
from coverage.towers import Technology
from coverage.zones import Signal
from tests.maps_of_areas import BOX

G4 = Technology.G4
CRITERIA = CriteriaSet(1, "thử", "", True, None, 3000.0)  # type: ignore[arg-type]


@given(
    distance_m=st.one_of(st.none(), st.floats(0, 9000)), stated=st.booleans(),
    registered=st.booleans(), sight=st.sampled_from([None, True, False]),
    service=st.sampled_from([None, *Service]), signal=st.sampled_from([None, *Signal]),
    upheld=st.sampled_from([None, Verdict.NONE, Verdict.WEAK, Verdict.SERVED]),
    after=st.sampled_from(list(Service)),
)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_a_preview_judges_as_an_assessment_would(  # noqa: PLR0917 - the facts of a zone
    distance_m, stated, registered, sight, service, signal, upheld, after
):
    """From what a verdict says of its inputs the next verdict is the one judge itself gives."""
    nearest = Nearest(None if distance_m is None else 1, distance_m, stated=stated)
    if distance_m is None or distance_m > CRITERIA.reach_m or not registered:
        sight = None  # nobody looked
    before = Inputs(nearest, registered, line_of_sight=sight, service=service, signal=signal,
                    upheld=upheld)  # fmt: skip
    verdict, reasons = judge(before, CRITERIA)
    read_back = inputs_of(verdict, reasons, site_id=nearest.site_id, distance_m=distance_m,
                          line_of_sight=sight, service=service, signal=signal)  # fmt: skip
    expected, _ = judge(
        Inputs(nearest, registered, line_of_sight=sight, service=after, signal=signal,
               upheld=upheld), CRITERIA,
    )  # fmt: skip
    area = {Service.INSIDE: [ServiceArea(G4, False, shapely.MultiPolygon([BOX]), 1, 1)],
            Service.WEAK: [ServiceArea(G4, True, shapely.MultiPolygon([BOX]), 1, 1)],
            Service.OUTSIDE: []}[after]  # fmt: skip
    zone = JudgedZone(None, 18.2, 105.6, verdict, read_back)  # type: ignore[arg-type]
    seen = preview(G4, area, [zone], CRITERIA)
    assert seen.zones[after] == 1
    assert dict(seen.changes) == ({} if expected is verdict else {(verdict, expected): 1})


def test_a_zone_of_whom_nothing_is_known_gets_its_first_verdict():
    zone = JudgedZone(None, 18.2, 105.6, None, NOT_JUDGED)  # type: ignore[arg-type]
    inside = ServiceArea(G4, False, shapely.MultiPolygon([BOX]), 1, 1)
    assert dict(preview(G4, [inside], [zone], CRITERIA).changes) == {(None, Verdict.UNKNOWN): 1}
    assert dict(preview(G4, [], [zone], CRITERIA).changes) == {(None, Verdict.NONE): 1}


def test_strong_goes_before_weak_in_whatever_order_they_come():
    strong = ServiceArea(G4, False, shapely.MultiPolygon([BOX]), 1, 1)
    weak = ServiceArea(G4, True, shapely.MultiPolygon([BOX]), 1, 1)
    for areas in ([strong, weak], [weak, strong]):
        assert services_at(areas, np.array([18.2]), np.array([105.6])) == (Service.INSIDE,)


def test_a_point_on_the_border_is_inside():
    area = ServiceArea(G4, False, shapely.MultiPolygon([BOX]), 1, 1)
    assert services_at([area], np.array([18.1]), np.array([105.5])) == (Service.INSIDE,)
