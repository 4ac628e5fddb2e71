"""The verdict that distance alone allows."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.criteria import CriteriaSet
from coverage.evidence import Nearest, Reason, Verdict, judge
from coverage.findings import rulebook

OFFICIAL = CriteriaSet(2, "Bộ tiêu chí 1603", "Công văn 1603", True, date(2024, 4, 25), 3000.0)
PROVISIONAL = CriteriaSet(1, "Bộ tiêu chí tạm", "chưa chính thức", False, date(2024, 4, 25), 3000.0)


@pytest.mark.parametrize(
    ("distance_m", "verdict", "reason"),
    [
        (0.0, Verdict.SITE_WITHIN_REACH, Reason.DISTANCE_IS_NOT_SIGNAL),
        (3000.0, Verdict.SITE_WITHIN_REACH, Reason.DISTANCE_IS_NOT_SIGNAL),
        (3000.01, Verdict.NO_SITE_WITHIN_REACH, Reason.SITE_BEYOND_REACH),
        (None, Verdict.NO_SITE_WITHIN_REACH, Reason.NO_SITE_ON_AIR),
    ],
)
def test_verdict_by_distance(distance_m, verdict, reason):
    nearest = Nearest(None if distance_m is None else 7, distance_m)
    assert judge(nearest, OFFICIAL) == (verdict, (reason,))


def test_a_planned_site_is_told_but_changes_no_verdict():
    assert judge(Nearest(7, 9000.0, planned_within_reach=True), OFFICIAL) == (
        Verdict.NO_SITE_WITHIN_REACH,
        (Reason.SITE_BEYOND_REACH, Reason.PLANNED_SITE_WITHIN_REACH),
    )


def test_an_unofficial_criteria_set_is_told():
    assert judge(Nearest(7, 10.0), PROVISIONAL)[1][-1] is Reason.CRITERIA_NOT_OFFICIAL


@given(distance_m=st.none() | st.floats(0, 1e6), planned=st.booleans())
def test_distance_alone_never_says_served(distance_m, planned):
    verdict, reasons = judge(Nearest(None, distance_m, planned), PROVISIONAL)
    assert "served" not in verdict.value
    assert "covered" not in verdict.value
    assert (Reason.DISTANCE_IS_NOT_SIGNAL in reasons) == (verdict is Verdict.SITE_WITHIN_REACH)


def test_every_reason_is_in_the_rulebook():
    assert set(Reason) <= set(rulebook())
