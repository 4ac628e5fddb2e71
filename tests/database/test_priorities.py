"""Scores and ranks from what is stored, and who may see them."""

import json
from datetime import date

import pytest
from sqlalchemy import text

from coverage.actions.priorities import PriorityFilter, priorities, score_of
from coverage.actions.priority_communes import load_priority_communes
from coverage.errors import InputRefused, NotAllowed, NotFound
from coverage.priority import Part
from coverage.zones import Queue, ZoneStatus
from tests.builders import a_zone, zone_id
from tests.reported import load_places, report

DAY = date(2026, 11, 23)
LIST = b"code,border,island\n18100,1,0\n18073,0,0\n"


@pytest.fixture
def zones(database, authority, province):
    load_places(database, authority)
    officer = province("42")
    report(
        database, officer,
        a_zone(1, households=40), a_zone(2, households=200, commune_code="18100"),
        a_zone(3, households=10, population=None, queue=Queue.OPERATOR, specially_difficult=False),
        a_zone(4, households=500, status=ZoneStatus.REJECTED),
        a_zone(5, households=500, queue=Queue.COVERED),
        a_zone(6, households=30, commune_code="18199", queue=Queue.POWER),
    )  # fmt: skip
    return officer


def ranked(database, actor, **asked):
    return priorities(database, actor, DAY, PriorityFilter(**asked.pop("wanted", {})), **asked)


def order(found):
    return [each.scored.zone.id for each in found.zones]


def points(found, number, part):
    mine = next(each for each in found.zones if each.scored.zone.id == zone_id(number))
    return mine.scored.score.points[list(Part).index(part)]


def test_those_that_still_wait_are_ranked(database, authority, zones):
    found = ranked(database, authority)
    assert set(order(found)) == {zone_id(number) for number in (1, 2, 3, 6)}
    assert order(found)[-1] == zone_id(3)
    assert [each.rank for each in found.zones] == [1, 2, 3, 4]
    assert found.absent == {"school_or_health_post", "cost_per_household"}
    for each in found.zones:
        assert each.best <= each.rank <= each.worst
        assert each.scored.score.low < each.scored.score.score < each.scored.score.high


def test_a_filter_lists_fewer_and_ranks_among_all(database, authority, zones):
    found = ranked(database, authority, wanted={"queue": Queue.OPERATOR})
    assert (order(found), found.total, found.ranked) == ([zone_id(3)], 1, 4)
    assert found.zones[0].rank == 4


def test_a_page_goes_on_where_the_one_before_ended(database, authority, zones):
    whole = order(ranked(database, authority))
    parts = [ranked(database, authority, start=start, limit=3) for start in (0, 3)]
    assert [key for part in parts for key in order(part)] == whole


def test_other_weights_are_tried_and_not_kept(database, authority, zones):
    tried = ranked(database, authority, weights={"specially_difficult": 1}, first=1)
    assert tried.zones[0].what_if[1] == 1
    assert {each.what_if[1] for each in tried.zones} == {1, 4}  # those that are, and the one not
    by_size = ranked(database, authority, weights={"households": 2}, first=2)
    assert order(by_size) == [zone_id(number) for number in (2, 1, 6, 3)]
    before = {each.scored.zone.id for each in ranked(database, authority).zones[:2]}
    assert {each.scored.zone.id for each in by_size.entering} == {zone_id(1), zone_id(2)} - before
    assert {each.scored.zone.id for each in by_size.leaving} == before - {zone_id(1), zone_id(2)}
    assert ranked(database, authority).tried is None
    with pytest.raises(InputRefused):
        ranked(database, authority, weights={"households": -1})


def test_a_border_list_is_kept_and_counts(database, authority, zones):
    assert points(ranked(database, authority), 1, Part.BORDER_OR_ISLAND) is None
    assert points(ranked(database, authority), 6, Part.BORDER_OR_ISLAND) > 0  # a đặc khu
    loaded = load_priority_communes(database, authority, LIST, "biên giới.csv")
    assert (loaded.communes, loaded.border, loaded.island) == (2, 1, 0)
    found = ranked(database, authority)
    assert points(found, 1, Part.BORDER_OR_ISLAND) == 0
    assert points(found, 2, Part.BORDER_OR_ISLAND) > 0
    load_priority_communes(database, authority, b"code\n18073\n", "chỉ mã.csv")
    found = ranked(database, authority)
    assert points(found, 1, Part.BORDER_OR_ISLAND) > 0
    assert points(found, 2, Part.BORDER_OR_ISLAND) == 0


@pytest.mark.parametrize(
    ("content", "rule"),
    [(b"", "priority.no_table"), (b"code,border\n", "priority.no_table"),
     (b"\xff\xfe\x00", "priority.no_table"), (b"name\nX\n", "priority.no_code"),
     (b"code,border\n18073,1\n99999,1\n", "priority.unknown_code"),
     (b"code\nA1\n", "priority.bad_code"), (b"code,border\n18073,maybe\n", "priority.no_answer"),
     (b"code,border\n18073,1\n18073,0\n", "priority.same_code")],
)  # fmt: skip
def test_a_wrong_list_changes_nothing(database, authority, zones, content, rule):
    load_priority_communes(database, authority, LIST, "đúng.csv")
    with pytest.raises(InputRefused) as refused:
        load_priority_communes(database, authority, content, "sai.csv")
    assert rule in {each.rule for each in refused.value.findings}
    assert points(ranked(database, authority), 2, Part.BORDER_OR_ISLAND) > 0


def test_only_the_authority_and_the_auditor_see_ranks(database, authority, zones, operator):
    for actor in (zones, operator("Viettel")):
        with pytest.raises(NotAllowed):
            ranked(database, actor)
    own = score_of(database, zones, DAY, zone_id(1))
    assert own.score == score_of(database, authority, DAY, zone_id(1)).score
    with pytest.raises(NotFound):
        score_of(database, operator("Viettel"), DAY, zone_id(1))
    with pytest.raises(NotAllowed):
        load_priority_communes(database, zones, LIST, "x.csv")


def test_what_changes_counts_at_once(database, authority, zones):
    before = ranked(database, authority).zones[0].scored.score
    weights = dict.fromkeys([part.value for part in Part], 0.0) | {"waiting": 1.0}
    with database.transaction(authority) as connection:
        connection.execute(
            text(
                "INSERT INTO phusong.setting (name, valid_from, value, citation)"
                " VALUES ('score_weights', '2021-12-31', CAST(:value AS jsonb), 'thử')"
            ),
            {"value": json.dumps(weights)},
        )
    after = ranked(database, authority)
    assert after.zones[0].scored.score != before
    assert after.weights["waiting"] == 1
