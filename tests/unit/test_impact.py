"""What a file would do, as a rule: every row one effect, every change old and new."""

import uuid
from dataclasses import replace

import pytest

from coverage.findings import finding
from coverage.impact import Effect, impact_of
from coverage.surveys import SurveyReport, SurveyRow
from coverage.zones import Signal, Zone, ZoneStatus

ZONE = Zone(
    uuid.UUID(int=1), "15", "00001", "00001", "2026-04-30", "Bản Một", 22.1, 104.1, 50, 200,
    Signal.NONE, True, None,
)  # fmt: skip
ROW = SurveyRow(
    "", 2, "Bản Một", "00001", "00001", 22.1, 104.1, 50, 200, Signal.NONE, True, None
)  # fmt: skip
OPEN = (ZoneStatus.REPORTED, ZoneStatus.RETURNED, ZoneStatus.WITHDRAWN)


def seen(row, zone=ZONE, known=(ZONE,), **more):
    report = SurveyReport("a.csv", "0" * 64, "2026-04-30", {}, (), (row,))
    zones = {} if zone is False else {0: zone}
    return impact_of(report, zones, known, correctable=OPEN, **more)


def test_a_zone_that_says_the_same_is_unchanged():
    assert seen(ROW).totals()["unchanged"] == 1
    assert seen(ROW).missing == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [("village", "Bản Mốt"), ("households", 51), ("population", None), ("signal", Signal.PATCHY),
     ("grid_power", None), ("specially_difficult", False), ("commune_code", "00002"),
     ("declared_commune_code", "00002")],
)  # fmt: skip
def test_every_fact_counts(field, value):
    (one,) = seen(replace(ROW, **{field: value})).of(Effect.CHANGED)
    assert [(c.fact, c.old, c.new) for c in one.changes] == [(field, getattr(ZONE, field), value)]


def test_false_and_unknown_are_not_the_same():
    zone = replace(ZONE, grid_power=False)
    (one,) = seen(replace(ROW, grid_power=None), zone).of(Effect.CHANGED)
    assert one.changes[0].as_json() == {"fact": "grid_power", "old": False, "new": None}


def test_a_moved_point_says_how_far():
    (one,) = seen(replace(ROW, latitude=22.101)).of(Effect.CHANGED)
    told = one.changes[0].as_json()
    assert (told["fact"], told["old"], told["new"]) == ("point", [22.1, 104.1], [22.101, 104.1])
    assert told["moved_m"] == pytest.approx(110.7, abs=0.2)  # a thousandth of a degree north


def test_a_withdrawn_zone_comes_back_and_is_not_missed_before():
    zone = replace(ZONE, status=ZoneStatus.WITHDRAWN)
    (one,) = seen(ROW, zone, (zone,)).of(Effect.CHANGED)
    assert [(c.fact, c.old, c.new) for c in one.changes] == [
        ("status", ZoneStatus.WITHDRAWN, ZoneStatus.REPORTED)
    ]
    assert seen(ROW, False, (zone,)).missing == ()


def test_a_zone_under_judgement_is_kept():
    zone = replace(ZONE, status=ZoneStatus.APPROVED)
    impact = seen(replace(ROW, households=51), zone, (zone,))
    assert impact.totals()["kept"] == 1
    assert seen(ROW, zone, (zone,)).totals()["unchanged"] == 1


def test_what_is_left_out_is_told_with_the_rejected_row_of_its_name():
    bad = replace(ROW, households=None, findings=(finding("households.missing"),))
    (lost,) = seen(bad, False, withdrawn={ZONE.id}).missing
    assert (lost.zone, lost.rejected_row, lost.withdrawn) == (ZONE, bad, True)
    (other,) = seen(replace(bad, village="Bản Hai"), False).missing
    assert (other.rejected_row, other.withdrawn) == (None, False)


def test_whose_a_repetition_is():
    near = finding("duplicate.other_province", province="tỉnh Lai Châu", distance_m="120")
    again = finding("duplicate.reported_before", village="Bản Một", distance_m="3")
    impact = seen(replace(ROW, findings=(near, again)))
    (one,) = impact.repeated
    assert one.as_json()["of"] == {"province": "tỉnh Lai Châu"}
    assert one.as_json()["distance_m"] == "120"
    assert seen(replace(ROW, findings=(again,)), None).repeated[0].as_json()["of"] == {
        "village": "Bản Một"
    }
