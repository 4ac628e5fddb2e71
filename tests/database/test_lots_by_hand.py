"""Lots changed by hand: shown before they are kept, kept as shown, never over what has changed."""

import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from coverage.actions.lots import (
    LotWish,
    change_lots,
    preview_lots,
    propose_lots,
    standing_lots,
)
from coverage.errors import Conflict, LotCountRefused, LotsApart, NotAllowed, NothingToDo
from coverage.lots import ByHand, HandAct
from coverage.storage.lot_pins import AskedBounds
from tests.builders import a_zone, zone_id
from tests.reported import change, report

pytestmark = pytest.mark.usefixtures("small_places")

KM = 1 / 111.32
ROW = 12  # villages from south to north, 5 km apart


@pytest.fixture
def row(database, authority, officer):
    report(database, officer, *(a_zone(n, latitude=18.0 + 5 * n * KM) for n in range(1, ROW + 1)))
    return propose_lots(database, authority, "42", AskedBounds(lots=3))


def ids(*numbers):
    return frozenset(zone_id(number) for number in numbers)


def zones_of(plan):
    return {frozenset(lot.zone_ids) for lot in plan.lots}


def by_hand(database, authority, act, zones=(), **lots):
    wish = LotWish(ByHand(act, ids(*zones), **lots))
    shown = preview_lots(database, authority, "42", wish)
    assert not shown.kept
    return change_lots(database, authority, "42", wish, shown.seen)


def pins(database, authority):
    with database.transaction(authority) as connection:
        rows = connection.execute(text("SELECT zone_id, lot_group FROM phusong.lot_pin")).all()
    return {row.zone_id: row.lot_group for row in rows}


def test_three_lots_of_four_villages_are_even(row):
    assert zones_of(row) == {ids(1, 2, 3, 4), ids(5, 6, 7, 8), ids(9, 10, 11, 12)}
    assert all(lot.totals["cost_vnd"] for lot in row.lots)


def test_moved_zones_stay_where_they_were_put_whatever_is_proposed(database, authority, row):
    north, middle, south = row.lots
    done = by_hand(database, authority, HandAct.MOVE, [5], other=south.id)
    assert done.kept
    after = standing_lots(database, authority, "42")
    home = next(lot for lot in after.lots if zone_id(5) in lot.zone_ids)
    assert ids(1, 2, 3, 4, 5) <= set(home.zone_ids)
    assert not propose_lots(database, authority, "42").changed
    anew = propose_lots(database, authority, "42", AskedBounds(lots=3), anew=True)
    assert any(ids(1, 2, 3, 4, 5) <= set(lot.zone_ids) for lot in anew.lots)
    assert len(north.zone_ids) == len(middle.zone_ids) == 4


def test_what_is_shown_is_what_is_kept(database, authority, row):
    wish = LotWish(ByHand(HandAct.SPLIT, ids(1, 2)))
    before = zones_of(standing_lots(database, authority, "42"))
    shown = preview_lots(database, authority, "42", wish)
    assert zones_of(standing_lots(database, authority, "42")) == before, "a look changes nothing"
    assert pins(database, authority) == {}
    change_lots(database, authority, "42", wish, shown.seen)
    after = standing_lots(database, authority, "42")
    assert zones_of(after) == {each.after.zone_ids for each in shown.changes if each.after}
    assert {each.id for each in after.lots} == {e.after.id for e in shown.changes if e.after}


def test_split_zones_are_a_lot_of_their_own_and_stay_apart(database, authority, row):
    by_hand(database, authority, HandAct.SPLIT, [1, 2])
    plan = standing_lots(database, authority, "42")
    assert len(plan.lots) == 4
    of_zone = {key: lot.number for lot in plan.lots for key in lot.zone_ids}
    assert of_zone[zone_id(1)] == of_zone[zone_id(2)] != of_zone[zone_id(3)] == of_zone[zone_id(4)]
    again = propose_lots(database, authority, "42", AskedBounds(lots=3), anew=True)
    of_zone = {key: lot.number for lot in again.lots for key in lot.zone_ids}
    assert of_zone[zone_id(2)] != of_zone[zone_id(3)]


def test_merged_lots_are_one_even_beyond_a_bound_and_it_is_said(database, authority, officer, row):
    plan = propose_lots(database, authority, "42", AskedBounds(lots=3, max_zones=4), anew=True)
    done = by_hand(database, authority, HandAct.MERGE, lot=plan.lots[0].id, other=plan.lots[1].id)
    assert list(done.over.values()) == [("max_zones",)]
    merged = next(lot for lot in standing_lots(database, authority, "42").lots
                  if len(lot.zone_ids) == 8)  # fmt: skip
    assert merged.totals["over"] == ["max_zones"]


def test_pins_are_lifted_again(database, authority, row):
    by_hand(database, authority, HandAct.PIN, lot=row.lots[0].id)
    assert set(pins(database, authority)) == set(row.lots[0].zone_ids)
    assert len(set(pins(database, authority).values())) == 1
    by_hand(database, authority, HandAct.UNPIN, lot=row.lots[0].id)
    assert pins(database, authority) == {}
    with pytest.raises(NothingToDo) as refused:
        by_hand(database, authority, HandAct.UNPIN, [1])
    assert refused.value.facts["reason"] == "not_pinned"


def test_zones_that_lie_apart_are_refused_by_name(database, authority, row):
    with pytest.raises(LotsApart) as refused:
        by_hand(database, authority, HandAct.MERGE, lot=row.lots[0].id, other=row.lots[2].id)
    assert len(refused.value.facts["zones"]) == 4
    with pytest.raises(LotsApart) as refused:
        by_hand(database, authority, HandAct.MOVE, [1], other=row.lots[0].id)
    assert refused.value.facts["zones"] == ("Bản 1",)
    assert refused.value.facts["gap_km"] == "15"


@pytest.mark.parametrize(
    ("act", "zones", "lots", "reason"),
    [
        (HandAct.MOVE, [1], (None, 2), "same_lot"),
        (HandAct.MOVE, [1, 2, 3, 4], (None, 1), "whole_lot"),
        (HandAct.SPLIT, [1, 2, 3, 4], (None, None), "whole_lot"),
        (HandAct.SPLIT, [4, 5], (None, None), "several_lots"),
        (HandAct.PIN, [99], (None, None), "zone_not_in_lot"),
        (HandAct.MERGE, [], (1, 1), "same_lot"),
    ],
)
def test_what_makes_no_sense_is_refused(  # noqa: PLR0917 - a row of the table above
    database, authority, row, act, zones, lots, reason
):
    one, other = (None if place is None else row.lots[place].id for place in lots)
    with pytest.raises(Conflict) as refused:
        by_hand(database, authority, act, zones, lot=one, other=other)
    assert refused.value.facts["reason"] == reason
    assert zones_of(standing_lots(database, authority, "42")) == zones_of(row)


def test_a_lot_that_was_not_chosen_is_asked_for(database, authority, row):
    with pytest.raises(NothingToDo) as refused:
        by_hand(database, authority, HandAct.MERGE, [], lot=row.lots[1].id, other=None)
    assert refused.value.facts["reason"] == "no_lot_chosen"
    assert zones_of(standing_lots(database, authority, "42")) == zones_of(row)


def test_a_change_meanwhile_is_a_conflict_and_nothing_is_kept(database, authority, officer, row):
    wish = LotWish(ByHand(HandAct.SPLIT, ids(1, 2)))
    shown = preview_lots(database, authority, "42", wish)
    change(database, officer, zone_id(12), households=900)
    with pytest.raises(Conflict) as refused:
        change_lots(database, authority, "42", wish, shown.seen)
    assert refused.value.facts["reason"] == "plan_changed"
    assert pins(database, authority) == {}
    assert len(standing_lots(database, authority, "42").lots) == 3


def test_of_two_planners_who_saw_the_same_only_the_first_keeps(database, authority, row):
    wishes = [LotWish(ByHand(HandAct.SPLIT, ids(n, n + 1))) for n in (1, 9)]
    seen = [preview_lots(database, authority, "42", wish).seen for wish in wishes]
    start, told = threading.Barrier(2), []

    def keep(wish, fingerprint):
        start.wait()
        try:
            change_lots(database, authority, "42", wish, fingerprint)
            told.append("kept")
        except Conflict as refused:
            told.append(refused.facts["reason"])

    threads = [threading.Thread(target=keep, args=pair) for pair in zip(wishes, seen, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["kept", "plan_changed"]
    assert len(standing_lots(database, authority, "42").lots) == 4


def test_two_connections_cannot_put_a_zone_into_two_active_lots(database, authority, row):
    """The constraint waits for the other transaction, then refuses: no act's care is needed."""
    with database.transaction(authority) as connection:
        connection.execute(text("UPDATE phusong.lot_zone SET active = false"))
    outcome = []
    ready = threading.Barrier(2)

    def claim(lot):
        try:
            with database.transaction(authority) as connection:
                ready.wait()
                connection.execute(
                    text("INSERT INTO phusong.lot_zone (lot_id, zone_id, active)"
                         " VALUES (:lot, :zone, true)"
                         " ON CONFLICT (lot_id, zone_id) DO UPDATE SET active = true"),
                    {"lot": lot, "zone": zone_id(1)},
                )  # fmt: skip
            outcome.append("taken")
        except IntegrityError as refused:
            outcome.append("lot_zone_one_active_excl" in str(refused))

    threads = [threading.Thread(target=claim, args=(lot.id,)) for lot in row.lots[:2]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome, key=str) == [True, "taken"]


def test_bounds_are_kept_for_the_next_time_and_cost_bounds_lots(database, authority, row):
    assert not propose_lots(database, authority, "42").changed
    (costly,) = propose_lots(database, authority, "42", AskedBounds()).lots
    half = costly.totals["cost_vnd"] * 2 // 3
    plan = propose_lots(database, authority, "42", AskedBounds(max_cost_vnd=half))
    assert len(plan.lots) == 2
    assert all(lot.totals["cost_vnd"] <= half for lot in plan.lots)
    plan = propose_lots(database, authority, "42", AskedBounds(max_households=130))
    assert [lot.totals["households"] for lot in plan.lots] == [120] * 4


@pytest.mark.parametrize("lots", [1, 13])
def test_a_number_of_lots_that_cannot_be_is_refused_with_what_can(database, authority, row, lots):
    with pytest.raises(LotCountRefused) as refused:
        propose_lots(database, authority, "42", AskedBounds(lots=lots, max_zones=6))
    assert (refused.value.facts["least"], refused.value.facts["most"]) == (2, 12)
    assert zones_of(standing_lots(database, authority, "42")) == zones_of(row)


def test_nobody_else_may_change_lots(database, officer, row):
    wish = LotWish(ByHand(HandAct.SPLIT, ids(1)))
    with pytest.raises(NotAllowed):
        preview_lots(database, officer, "42", wish)
    with pytest.raises(NotAllowed):
        change_lots(database, officer, "42", wish, "")


def test_a_zone_that_leaves_lets_the_others_stand(database, authority, officer, row):
    change(database, officer, zone_id(1), status="withdrawn")
    report(database, officer, a_zone(20, latitude=18.0 + 65 * KM))
    plan = propose_lots(database, authority, "42")
    assert plan.changed
    assert zones_of(plan) == {ids(2, 3, 4), ids(5, 6, 7, 8), ids(9, 10, 11, 12, 20)}
    everyone = {key for lot in plan.lots for key in lot.zone_ids}
    assert everyone == ids(*range(2, ROW + 1), 20)
