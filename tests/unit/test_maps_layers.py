"""Tables of zones, lots and sites: nothing lost, nothing shown that is no zone any more."""

import json

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.zones import Queue, ZoneStatus
from maps.basemap import ground_of_others
from maps.content import Commune, Lot, Site
from maps.layers import drawn_zones, lot_table, site_table, zone_table
from maps.popups import json_block, reason_text
from maps.symbols import NOT_DRAWN
from maps.texts import words_in
from tests.builders import a_zone
from tests.drawn import SQUARES, a_country, a_province, some_sites, some_zones
from tests.unit.test_maps_basemap import decoded

WORDS = words_in(a_country().language)

points = st.lists(st.tuples(st.floats(102, 118), st.floats(7, 23.4)), min_size=1, max_size=30)


@settings(max_examples=100, deadline=None)
@given(points)
def test_positions_come_back_within_a_tenth_of_a_metre(places):
    zones = [
        a_zone(number, longitude=x, latitude=y) for number, (x, y) in enumerate(places, start=1)
    ]
    table = zone_table(a_country(zones), zones, WORDS)
    back = np.cumsum([table["x"], table["y"]], axis=1) / 1e6
    assert np.abs(back.T - np.array(places)).max() <= 0.500001e-6


@settings(max_examples=100, deadline=None)
@given(points)
def test_sites_come_back_within_a_metre(places):
    sites = [Site(x, y, "Viettel") for x, y in places]
    [group] = site_table(sites, references=True)
    back = np.cumsum([group["x"], group["y"]], axis=1).T / 1e5
    want = sorted((round(x, 5), round(y, 5)) for x, y in places)
    assert np.abs(np.array(sorted(map(tuple, back))) - np.array(want)).max() <= 1.1e-5


def test_what_is_no_zone_any_more_is_not_drawn():
    zones = [a_zone(number, status=status) for number, status in enumerate(ZoneStatus, start=1)]
    assert {zone.status for zone in drawn_zones(zones)} == set(ZoneStatus) - NOT_DRAWN


def test_the_order_of_the_table_does_not_depend_on_the_order_given():
    zones = some_zones(30)
    assert drawn_zones(zones) == drawn_zones(reversed(zones))


def test_every_fact_of_a_zone_is_in_its_row():
    zone = a_zone(
        3, commune_code="18001", households=84, population=None, signal=None, grid_power=False,
        specially_difficult=None, queue=Queue.POWER, queue_reason="grid_power",
    )  # fmt: skip
    content = a_country([zone], references=True, lots=(Lot(4, "Hương Khê", (zone.id,)),))
    table = zone_table(content, [zone], WORDS)
    assert table["communes"] == [["18001", "Xã Hương Khê 1", "Hà Tĩnh", ["Xã Hương Đô 1"], "42"]]
    assert table["reasons"] == [WORDS("popup.missing_power")]
    row = {name: values[0] for name, values in table.items()}
    assert row["village"] == "Bản 3"
    assert (row["households"], row["population"], row["lot"]) == (84, None, 4)
    assert (row["signal"], row["power"], row["difficult"]) == (2, 1, 2)
    assert list(Queue)[row["queue"]] is Queue.POWER
    assert row["id"] == str(zone.id)


def test_a_commune_without_words_shows_its_code():
    zone = a_zone(commune_code="99999")
    table = zone_table(a_country([zone]), [zone], WORDS)
    assert table["communes"] == [["99999", "99999", "", [], "42"]]


def test_ids_and_labels_only_where_wanted():
    zones = some_zones(3)
    plain = zone_table(a_country(zones), zones, WORDS)
    assert "id" not in plain
    assert "label" not in plain
    assert "disputed" not in plain
    disputed = zone_table(a_country(zones, disputed={zones[2].id}), zones, WORDS)
    assert disputed["disputed"] == [0, 0, 1]
    labelled = zone_table(a_country(zones, labels={zones[1].id: "L1-02"}), zones, WORDS)
    assert labelled["label"] == ["", "L1-02", ""]


def test_an_outline_is_around_all_villages_of_its_lot():
    zones = some_zones(12)
    content = a_province(zones)
    for entry, lot in zip(lot_table(content.lots, zones), content.lots, strict=True):
        shape = decoded(entry["g"], entry["d"])
        members = [zone for zone in zones if zone.id in lot.zones]
        assert entry["zones"] == len(members)
        assert entry["households"] == sum(zone.households for zone in members)
        for zone in members:
            village = shapely.Point(zone.longitude, zone.latitude)
            assert shape.contains(village)
            assert shape.boundary.distance(village) > 0.01  # a kilometre of margin


def test_an_outline_does_not_cross_a_border():
    corners = [(105.05, 17.55), (105.05, 18.45), (105.003, 18.0), (106.4, 18.4)]
    zones = [
        a_zone(number, longitude=x, latitude=y) for number, (x, y) in enumerate(corners, start=1)
    ]
    content = a_province(zones, lots=(Lot(1, "Biên giới", tuple(zone.id for zone in zones)),))
    others = ground_of_others(content)
    [free], [kept] = lot_table(content.lots, zones), lot_table(content.lots, zones, others)
    wide, own = decoded(free["g"], free["d"]), decoded(kept["g"], kept["d"])
    home = shapely.box(*SQUARES["42"][:4])
    land = others.union(home)
    assert wide.intersection(land).difference(home.buffer(0.001)).area > 0
    assert own.intersection(land).difference(home.buffer(0.001)).area == 0
    assert all(own.contains(shapely.Point(place)) for place in corners)
    assert own.contains(shapely.Point(kept["p"]))


def test_a_village_beyond_an_approximate_border_keeps_its_spot():
    zones = [a_zone(1, longitude=104.9, latitude=18.0), a_zone(2, longitude=105.3, latitude=18.0)]
    content = a_province(zones, lots=(Lot(1, "Gần đúng", tuple(zone.id for zone in zones)),))
    [entry] = lot_table(content.lots, zones, ground_of_others(content))
    shape = decoded(entry["g"], entry["d"])
    assert all(shape.contains(shapely.Point(zone.longitude, zone.latitude)) for zone in zones)


def test_a_lot_of_one_village_and_a_lot_of_none():
    zone = a_zone()
    [only] = lot_table([Lot(1, "Một", (zone.id,)), Lot(2, "Không", ())], [zone])
    assert only["number"] == 1
    assert decoded(only["g"], only["d"]).area > 0


def test_sites_are_grouped_by_operator_with_one_mark_each():
    groups = site_table(some_sites(), references=True)
    assert [group["operator"] for group in groups] == ["Mạng Mới", "VNPT", "Viettel"]
    viettel = groups[2]
    assert viettel["code"] == ["HTH0001", "HTH0002"]
    shown = [viettel["technologies"][place] for place in viettel["technology"]]
    assert shown == ["2G, 4G", "4G, 5G"]
    assert all("code" not in group for group in site_table(some_sites(), references=False))


def test_a_reason_is_the_citation_or_the_missing_facts_in_words():
    assert reason_text("Nghị định 295/2025/NĐ-CP", WORDS) == "Nghị định 295/2025/NĐ-CP"
    both = reason_text("grid_power,specially_difficult", WORDS)
    assert both == f"{WORDS('popup.missing_power')}. {WORDS('popup.missing_difficult')}"
    assert reason_text("", WORDS) == ""


@settings(max_examples=300, deadline=None)
@given(st.recursive(st.none() | st.integers() | st.text(), st.lists))
def test_a_block_of_json_says_the_same_and_cannot_end_its_element(value):
    text = json_block(value)
    assert json.loads(text) == value
    assert not set("<>&\u2028\u2029") & set(text)


def test_commune_words_of_two_provinces():
    zones = [a_zone(1, commune_code="00001"), a_zone(2, commune_code="00002", province_code="11")]
    words = {"00001": Commune("Xã A", "Hà Tĩnh"), "00002": Commune("Xã B", "Điện Biên")}
    table = zone_table(a_country(zones, commune_words=words), zones, WORDS)
    assert [entry[4] for entry in table["communes"]] == ["42", "11"]
