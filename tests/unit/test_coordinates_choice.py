"""The declared place decides: meridians, lost points, and when not to decide at all."""

from __future__ import annotations

import pytest

from coverage.coordinates import (
    Cell,
    Choice,
    Declared,
    Order,
    Premises,
    Reading,
    choose,
    crs_of_epsg,
    grids_of_province,
    resolve,
    to_vn2000,
)
from coverage.findings import Severity
from tests.boxes import Box, box_around, metres_between

# Tuyên Quang (106°00′), merged with Hà Giang (105°30′).
POINT = (22.62924, 105.34808)
COMMUNE = box_around("Xã Côn Lôn", *POINT)
PROVINCE = Box("Tỉnh Tuyên Quang", 21.5, 104.4, 23.4, 105.65)
HERE = Declared(COMMUNE, PROVINCE)
GRIDS_HERE = grids_of_province("08")


def on(epsg: int, point: tuple[float, float] = POINT) -> tuple[float, float]:
    """The point as (northing, easting) on a grid, to the centimetre."""
    easting, northing = to_vn2000(epsg, point[1], point[0])
    return round(float(northing), 2), round(float(easting), 2)


@pytest.mark.parametrize(("epsg", "grid"), [(9211, "106°00′"), (9209, "105°30′")])
@pytest.mark.parametrize("swap", [False, True])
def test_a_meridian_of_the_province_is_inferred_and_told(epsg: int, grid: str, swap: bool) -> None:
    cells = on(epsg)[::-1] if swap else on(epsg)
    choice = resolve(*cells, Premises(grids=GRIDS_HERE), HERE)
    assert is_here(choice)
    assert rules(choice) == ["meridian_inferred"]
    told = choice.findings[0]
    assert told.severity is Severity.INFO
    assert grid in told.message()
    assert "Xã Côn Lôn" in told.message()


def test_a_stated_meridian_that_lands_is_silent() -> None:
    choice = resolve(*on(9211), Premises(stated=crs_of_epsg(9211), grids=GRIDS_HERE), HERE)
    assert is_here(choice)
    assert choice.findings == ()


def test_a_stated_meridian_outside_the_province_gives_way_with_a_warning() -> None:
    premises = Premises(stated=crs_of_epsg(9208), grids=GRIDS_HERE)
    choice = resolve(*on(9211), premises, HERE)
    assert is_here(choice)
    assert rules(choice) == ["meridian_overridden"]
    assert choice.findings[0].severity is Severity.WARNING
    assert "104°45′" in choice.findings[0].message()
    assert "106°00′" in choice.findings[0].message()


def test_a_stated_meridian_inside_the_province_is_kept_and_doubted() -> None:
    # Half a degree west is still Tuyên Quang; the point check will reject the row.
    premises = Premises(stated=crs_of_epsg(9209), grids=GRIDS_HERE)
    choice = resolve(*on(9211), premises, HERE)
    assert choice.reading is not None
    assert choice.reading.crs == "EPSG:9209"
    assert rules(choice) == ["meridian_doubtful"]
    assert not is_here(choice)


def test_a_heading_that_the_whole_file_disproves_gives_way() -> None:
    premises = Premises(
        stated=crs_of_epsg(9209), grids=GRIDS_HERE, grids_in_use=frozenset({"EPSG:9211"})
    )
    choice = resolve(*on(9211), premises, HERE)
    assert is_here(choice)
    assert rules(choice) == ["meridian_overridden"]


def test_a_stated_meridian_that_lands_by_chance_is_not_silent() -> None:
    wide = Declared(box_around("Xã", *POINT, reach_m=60_000), PROVINCE)
    premises = Premises(
        stated=crs_of_epsg(9209), grids=GRIDS_HERE, grids_in_use=frozenset({"EPSG:9211"})
    )
    assert rules(resolve(*on(9211), premises, wide)) == ["ambiguous"]


def test_the_file_decides_between_two_meridians_that_land() -> None:
    wide = Declared(box_around("Xã", *POINT, reach_m=60_000), PROVINCE)
    premises = Premises(grids=GRIDS_HERE, grids_in_use=frozenset({"EPSG:9211"}))
    assert is_here(resolve(*on(9211), premises, wide))


def test_a_stated_meridian_is_not_overridden_by_a_stranger() -> None:
    # 107°15′ is no meridian of Tuyên Quang: landing with it is chance.
    premises = Premises(stated=crs_of_epsg(9211), grids=GRIDS_HERE)
    choice = resolve(*on(9215), premises, HERE)
    assert choice.reading is not None
    assert choice.reading.crs == "EPSG:9211"
    assert not is_here(choice)


def test_a_strange_meridian_is_taken_with_a_warning() -> None:
    choice = resolve(*on(9215), Premises(grids=GRIDS_HERE), HERE)
    assert is_here(choice)
    assert rules(choice) == ["meridian_inferred"]
    assert choice.findings[0].severity is Severity.WARNING


def test_a_strange_meridian_does_not_beat_the_file() -> None:
    premises = Premises(grids=GRIDS_HERE, grids_in_use=frozenset({"EPSG:9211"}))
    choice = resolve(*on(9215), premises, HERE)
    assert choice.reading is None
    assert rules(choice) == ["ambiguous"]
    assert "107°15′" in choice.findings[0].message()
    assert "106°00′" in choice.findings[0].message()


def test_metres_on_105_may_be_utm_and_the_file_can_tell() -> None:
    doubted = resolve(*on(3405), Premises(grids=GRIDS_HERE), HERE)
    assert doubted.reading is not None
    assert doubted.reading.crs == "EPSG:5897"
    assert rules(doubted) == ["meridian_inferred", "utm_possible"]
    proved = resolve(
        *on(3405),
        Premises(grids=GRIDS_HERE, grids_in_use=frozenset({"EPSG:3405"})),
        HERE,
    )
    assert is_here(proved)
    assert rules(proved) == ["utm_inferred"]


def test_utm_49_is_taken_where_nothing_else_fits() -> None:
    point = (12.5, 109.2)
    declared = Declared(box_around("Xã", *point), box_around("Tỉnh", *point, reach_m=60_000))
    choice = resolve(*on(3406, point), Premises(grids=grids_of_province("66")), declared)
    assert choice.reading is not None
    assert choice.reading.crs == "EPSG:3406"
    assert rules(choice) == ["utm_inferred"]
    assert choice.findings[0].severity is Severity.WARNING


def test_a_stated_zone_is_found_by_the_place() -> None:
    choice = resolve(*on(32648), Premises(stated=crs_of_epsg(4326), grids=GRIDS_HERE), HERE)
    assert is_here(choice)
    assert choice.reading is not None
    assert choice.reading.crs == "EPSG:32648"
    assert rules(choice) == ["utm_inferred"]


def test_two_meridians_that_both_land_are_not_chosen_between() -> None:
    wide = Declared(box_around("Xã", *POINT, reach_m=60_000), PROVINCE)
    choice = resolve(*on(9211), Premises(grids=GRIDS_HERE), wide)
    assert choice.reading is None
    assert rules(choice) == ["ambiguous"]
    assert "105°30′" in choice.findings[0].message()
    assert "106°00′" in choice.findings[0].message()


def test_the_border_band_comes_before_the_tolerance() -> None:
    # 1.2 km outside with 106°00′, inside with 105°30′: the one inside.
    other = resolve(*on(9211), Premises(stated=crs_of_epsg(9209))).reading
    assert other is not None
    west, south = other.longitude - 0.01, other.latitude - 0.01
    strip = Box("Xã", south, west, other.latitude + 0.01, POINT[1] - 1_200 / 102_600)
    choice = resolve(*on(9211), Premises(grids=GRIDS_HERE), Declared(strip, PROVINCE))
    assert choice.reading is not None
    assert choice.reading.crs == "EPSG:9209"


def test_within_the_tolerance_is_enough_when_nothing_is_nearer() -> None:
    outside = box_around("Xã", POINT[0] + 0.055, POINT[1])  # about 1.1 km north of the point
    choice = resolve(*on(9211), Premises(grids=GRIDS_HERE), Declared(outside, PROVINCE))
    assert is_here(choice)
    assert [told.severity for told in choice.findings] == [Severity.INFO]


def test_a_point_outside_its_commune_is_kept_for_the_place_check() -> None:
    elsewhere = Declared(box_around("Xã khác", 22.0, 105.0), PROVINCE)
    choice = resolve(*on(9211), Premises(grids=GRIDS_HERE), elsewhere)
    assert is_here(choice)
    assert choice.findings[0].severity is Severity.WARNING


def test_metres_that_land_nowhere_are_an_error() -> None:
    far = on(9211, (10.0, 106.0))
    choice = resolve(*far, Premises(grids=GRIDS_HERE), HERE)
    assert choice.reading is None
    assert rules(choice) == ["meridian_unknown"]


def test_without_a_commune_the_province_decides_with_a_warning() -> None:
    # With 105°30′ the point would be outside this narrower province.
    province = Box("Tỉnh", 21.5, 105.2, 23.4, 105.65)
    choice = resolve(*on(9211), Premises(grids=GRIDS_HERE), Declared(None, province))
    assert is_here(choice)
    assert [told.severity for told in choice.findings] == [Severity.WARNING]


def test_without_a_commune_two_meridians_in_the_province_are_ambiguous() -> None:
    choice = resolve(*on(9211), Premises(grids=GRIDS_HERE), Declared(None, PROVINCE))
    assert rules(choice) == ["ambiguous"]
    proved = Premises(grids=GRIDS_HERE, grids_in_use=frozenset({"EPSG:9211"}))
    assert is_here(resolve(*on(9211), proved, Declared(None, PROVINCE)))


LOST = [
    (2262924.0, 10534808.0, "mangled"),
    (2262924.0, 105.34808, "mangled"),
    ("2.262.924", "10.534.808", "mangled"),
    ("223745.3", "1052053.1", "packed"),
    ("2237.755", "10520.885", "packed"),
    (-22.62924, 105.34808, "sign"),
]


@pytest.mark.parametrize(("first", "second", "repair"), LOST)
def test_lost_marks_are_restored_inside_the_commune(first: Cell, second: Cell, repair: str) -> None:
    choice = resolve(first, second, Premises(grids=GRIDS_HERE), HERE)
    assert is_here(choice)
    assert rules(choice) == [repair]
    assert choice.findings[0].severity is Severity.INFO


@pytest.mark.parametrize(("first", "second", "repair"), LOST)
def test_lost_marks_are_not_believed_elsewhere(first: Cell, second: Cell, repair: str) -> None:
    elsewhere = Declared(box_around("Xã khác", 22.0, 105.0), PROVINCE)
    assert resolve(first, second, Premises(grids=GRIDS_HERE), elsewhere).reading is None
    assert resolve(first, second, Premises(grids=GRIDS_HERE)).reading is None
    in_province = resolve(first, second, Premises(grids=GRIDS_HERE), Declared(None, PROVINCE))
    if in_province.reading is not None:
        assert rules(in_province) == [repair]
        assert in_province.findings[0].severity is Severity.WARNING


def test_metres_that_lost_their_point_are_restored() -> None:
    northing, easting = on(9211)
    choice = resolve(round(northing * 100), round(easting * 100), Premises(grids=GRIDS_HERE), HERE)
    assert is_here(choice)
    assert rules(choice) == ["mangled", "meridian_inferred"]


def test_the_heading_settles_which_lost_number_is_north() -> None:
    # 10.6128, 106.1068 and 10.6107, 106.1279 lie 2.5 km apart: both in one commune.
    declared = Declared(box_around("Xã", 10.612, 106.117))
    cells = (106106813.0, 10612791.0)
    assert rules(resolve(*cells, None, declared)) == ["ambiguous"]
    east_first = resolve(*cells, Premises(expected_order=Order.EAST_FIRST), declared)
    assert east_first.reading is not None
    assert round(east_first.reading.latitude, 6) == 10.612791


def test_degrees_never_ask_a_place() -> None:
    class Nowhere:
        name = "?"

        def distance_m(self, latitude: float, longitude: float) -> float:
            raise AssertionError((latitude, longitude))

    choice = resolve("22,62924", "105,34808", None, Declared(Nowhere(), Nowhere()))
    assert is_here(choice)


def test_choosing_from_nothing_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="no candidates"):
        choose(())


def test_two_typed_readings_are_shown_when_nothing_decides() -> None:
    candidates = (Reading(10.5, 106.5), Reading(10.7, 106.7))
    choice = choose(candidates)
    assert choice.reading is None
    assert rules(choice) == ["ambiguous"]
    assert "10.500000, 106.500000" in choice.findings[0].message()
    assert "10.700000, 106.700000" in choice.findings[0].message()


def is_here(choice: Choice) -> bool:
    reading = choice.reading
    return reading is not None and metres_between((reading.latitude, reading.longitude), POINT) < 4


def rules(choice: Choice) -> list[str]:
    return [told.rule.removeprefix("coordinate.") for told in choice.findings]
