"""Readiness of zones: said, shown as the worst of a lot, a gate before packages, told in them."""

import pytest
from sqlalchemy import text

from coverage.actions.lot_readiness import must_be_ready, say_readiness
from coverage.actions.lot_views import see_lot, see_lots
from coverage.actions.lots import propose_lots
from coverage.actions.package_sources import asked_lots, read_source
from coverage.errors import LotNotReady, NotAllowed, NotFound, NothingToDo
from coverage.readiness import ReadinessKind, ReadinessState, held_back
from tests.builders import a_zone, zone_id
from tests.reported import report

pytestmark = pytest.mark.usefixtures("small_places")

KM = 1 / 111.32
READY, NOT_READY, UNKNOWN = ReadinessState.READY, ReadinessState.NOT_READY, ReadinessState.UNKNOWN
LAND, POWER = ReadinessKind.LAND, ReadinessKind.POWER


@pytest.fixture
def lot(database, authority, officer):
    report(
        database, officer,
        a_zone(1, village="Rào Tre"), a_zone(2, latitude=18.3 + KM, grid_power=None, village="Cha Lo"),
    )  # fmt: skip
    return propose_lots(database, authority, "42").lots[0]


def rule(database, authority, name, value):
    with database.transaction(authority) as connection:
        connection.execute(
            text("INSERT INTO phusong.setting (name, valid_from, value, citation)"
                 " VALUES (:name, '2022-01-01', CAST(:value AS jsonb), 'thử')"),
            {"name": name, "value": value},
        )  # fmt: skip


def source(database, authority):
    with database.transaction(authority) as connection:
        lots = asked_lots(connection, "42", None)
        return read_source(connection, authority, "42", "Tỉnh Hà Tĩnh", lots)


def worst(database, authority, lot):
    return see_lot(database, authority, lot.id).view.readiness


def test_power_is_the_grids_until_somebody_says_more(database, authority, lot):
    assert worst(database, authority, lot) == dict.fromkeys(ReadinessKind, UNKNOWN)
    say_readiness(database, authority, "42", [zone_id(2)], {POWER: READY})
    assert worst(database, authority, lot)[POWER] is READY  # the first has its grid
    say_readiness(database, authority, "42", [zone_id(1)], {POWER: NOT_READY}, "hạ thế quá tải")
    assert worst(database, authority, lot)[POWER] is NOT_READY
    (one,) = [
        each for each in see_lot(database, authority, lot.id).zones if each.village == "Rào Tre"
    ]
    assert (one.said[POWER].note, one.said[POWER].by) == ("hạ thế quá tải", "kiểm thử")


def test_a_lot_that_is_not_ready_enters_no_package(database, authority, lot):
    assert [each.state for each in source(database, authority).lots[0].readiness] == [UNKNOWN] * 4
    say_readiness(database, authority, "42", [zone_id(1)], {LAND: NOT_READY}, "chờ đền bù")
    with pytest.raises(LotNotReady) as refused:
        source(database, authority)
    assert refused.value.facts["zones"] == ("Rào Tre",)
    assert refused.value.facts["kinds"] == (LAND,)
    rule(database, authority, "readiness_gate", '["power"]')
    told = {each.kind: each for each in source(database, authority).lots[0].readiness}
    assert (told[LAND].state, told[LAND].note) == (NOT_READY, "Rào Tre (chờ đền bù)")
    say_readiness(database, authority, "42", [zone_id(1), zone_id(2)], {LAND: READY})
    assert worst(database, authority, lot)[LAND] is READY


def test_unknown_gates_only_when_the_rules_say_so(database, authority, lot):
    source(database, authority)
    rule(database, authority, "readiness_unknown_gates", "true")
    with pytest.raises(LotNotReady) as refused:
        source(database, authority)
    assert set(refused.value.facts["zones"]) == {"Rào Tre", "Cha Lo"}
    assert refused.value.facts["kinds"] == tuple(ReadinessKind)


def test_of_an_amended_lot_only_what_comes_into_it_is_gated(database, authority, lot):
    """What was tendered already stays tendered, whatever is said of it since."""
    say_readiness(database, authority, "42", [zone_id(1)], {LAND: NOT_READY})
    with database.transaction(authority) as connection:
        lots = asked_lots(connection, "42", None)
        must_be_ready(connection, lots, only={zone_id(2)})
        with pytest.raises(LotNotReady):
            must_be_ready(connection, lots, only={zone_id(1)})


def test_saying_it_changes_the_packages_date(database, authority, lot):
    before = source(database, authority).dated
    say_readiness(database, authority, "42", [zone_id(1)], {LAND: READY})
    assert source(database, authority).dated > before


def test_what_cannot_be_said_is_refused(database, authority, officer, lot):
    with pytest.raises(NothingToDo):
        say_readiness(database, authority, "42", [], {LAND: READY})
    with pytest.raises(NothingToDo):
        say_readiness(database, authority, "42", [zone_id(1)], {})
    with pytest.raises(NotFound):
        say_readiness(database, authority, "42", [zone_id(77)], {LAND: READY})
    with pytest.raises(NotAllowed):
        say_readiness(database, officer, "42", [zone_id(1)], {LAND: READY})


def test_provinces_see_their_lots_without_readiness_and_operators_none(
    database, authority, officer, operator, lot
):
    view = see_lots(database, officer, "42").lots[0]
    assert view.readiness == {}
    assert view.pinned == frozenset()
    with pytest.raises(NotAllowed):
        see_lots(database, operator("Viettel"), "42")


@pytest.mark.parametrize("unknown_gates", [False, True])
def test_the_gate_kind_by_kind(unknown_gates):
    zone = {LAND: NOT_READY, POWER: READY}
    assert held_back(zone, [POWER], unknown_gates=unknown_gates) == ()
    assert held_back(zone, [LAND], unknown_gates=unknown_gates) == (LAND,)
    roads = held_back(zone, [ReadinessKind.ROAD], unknown_gates=unknown_gates)
    assert roads == ((ReadinessKind.ROAD,) if unknown_gates else ())
