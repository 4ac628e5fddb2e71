"""Whether a list can be true, approximate areas, and what became of former units."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Point, Polygon

from coverage.findings import Severity
from coverage.places import Change, Level
from coverage.places.approximate import Seat, approximate_areas, archipelagos, mend_points
from coverage.places.checking import (
    check_list,
    compare,
    first_of_each,
    gaps_km2,
    mend_shapes,
    overlaps_km2,
)
from coverage.places.outlines import province_outlines
from coverage.places.succession import link, links_by_code, province_changes, successors
from coverage.places.units import is_vintage_name
from tests.small_country import BEFORE, NOW, changes, communes, current, former, provinces, square

PREVIOUS = {Level.PROVINCE: provinces(), Level.COMMUNE: communes()}


def rules(check):
    return sorted({found.rule.removeprefix("place.") for found in check.findings})


def checked(communes_now, provinces_now=None, *, derived=True, previous=PREVIOUS):
    return check_list(
        provinces_now or provinces(), communes_now, previous=previous, outlines_derived=derived
    )


def complete(units):
    """The small country has no archipelagos; the check asks for both."""
    islands = [
        replace(units[0], code=code, name=name, full_name=f"Đặc khu {name}",
                province_code="10", area=square(112.0, south))
        for code, name, south in (("20333", "Hoàng Sa", 16.5), ("22736", "Trường Sa", 8.6))
    ]  # fmt: skip
    return [*units, *islands]


def test_a_true_list_has_nothing_against_it():
    units = complete(communes())
    check = checked(units, previous={Level.PROVINCE: provinces(), Level.COMMUNE: units})
    assert check.findings == ()
    assert (check.gaps_km2, check.overlaps_km2) == (0.0, 0.0)


def test_both_archipelagos_must_be_there():
    check = checked(communes())
    assert [found.facts["name"] for found in check.errors] == ["Hoàng Sa", "Trường Sa"]
    by_name = [replace(unit, code=f"9{unit.code[1:]}") for unit in complete(communes())]
    assert "archipelago_missing" not in rules(checked(by_name))


@pytest.mark.parametrize(
    ("kept", "rule", "severity"),
    [(0, "level_missing", Severity.ERROR), (5, "incomplete", Severity.ERROR),
     (10, None, None), (9, "count", Severity.WARNING)],
)  # fmt: skip
def test_the_count_is_compared_with_the_list_before(kept, rule, severity):
    units = complete(communes())
    check = checked(units[:kept], previous={Level.COMMUNE: units, Level.PROVINCE: provinces()})
    found = {f.rule: f.severity for f in check.findings}
    assert (f"place.{rule}" in found) == (rule is not None)
    if rule:
        assert found[f"place.{rule}"] is severity


def test_a_first_list_is_compared_with_what_the_law_says():
    check = check_list(provinces(), communes(), previous={}, outlines_derived=True)
    counts = {f.facts["level"]: f.facts["expected"] for f in check.findings
              if f.rule == "place.incomplete"}  # fmt: skip
    assert counts == {"tỉnh (province)": "34", "xã (commune)": "3321"}


def test_gaps_and_overlaps_are_measured():
    units = communes()
    pierced = units[0].area.difference(Point(104.05, 22.15).buffer(0.01))
    hole = replace(units[0], area=MultiPolygon([pierced]))
    disc_km2 = np.pi * (0.01 * 111.0) ** 2 * np.cos(np.radians(22.15))
    measured = gaps_km2([hole, *units[1:]])
    assert measured == pytest.approx(disc_km2, rel=0.02)
    wide = replace(units[0], area=square(104.0, 22.1, 0.11))
    expected = shapely.transform(
        shapely.union_all([u.area for u in units[1:]]).intersection(wide.area),
        lambda xy: xy * [111.0 * np.cos(np.radians(22.15)), 111.0],
    ).area
    assert overlaps_km2([wide, *units[1:]]) == pytest.approx(expected, rel=0.02)


def test_a_commune_of_another_province_is_found_by_its_neighbours():
    units = communes()
    wrong = [replace(unit, province_code="15") if unit.code == "00008" else unit for unit in units]
    found = [f for f in checked(wrong).findings if f.rule == "place.wrong_province"]
    assert [f.facts["code"] for f in found] == ["00008"]
    assert found[0].facts["around"] == "10"


def test_the_outlines_of_other_provinces_are_a_second_witness():
    outlined = province_outlines(provinces(), communes())
    moved = [replace(unit, area=square(104.3, 22.0)) if unit.code == "00001" else unit
             for unit in communes()]  # fmt: skip
    found = [f for f in checked(moved, outlined, derived=False).findings
             if f.rule == "place.outside_province"]  # fmt: skip
    assert [f.facts["code"] for f in found] == ["00001"]
    assert found[0].facts["share"] == "100%"
    assert "outside_province" not in rules(checked(moved, outlined, derived=True))


def test_a_province_code_that_no_province_has():
    units = [replace(unit, province_code="99") if unit.code == "00008" else unit
             for unit in communes()]  # fmt: skip
    assert "province_unknown" in rules(checked(units))


def test_an_area_with_its_axes_exchanged_is_outside_the_country():
    swapped = shapely.transform(communes()[0].area, lambda xy: xy[:, ::-1])
    assert "outside_country" in rules(checked([replace(communes()[0], area=swapped)]))


def test_a_thousand_faults_of_one_kind_are_not_told_one_by_one():
    swapped = [
        replace(unit, area=shapely.transform(unit.area, lambda xy: xy[:, ::-1]))
        for unit in communes()
    ]
    told = first_of_each(checked(swapped).errors, most=3)
    rules_told = [found.rule for found in told if found.rule != "place.archipelago_missing"]
    assert rules_told == ["place.outside_country"] * 3 + ["place.more"]
    assert told[-1].facts["count"] == "5"


# --- Shapes ----------------------------------------------------------------------------------------


def test_a_small_fault_is_mended_and_told():
    spike = Polygon(
        [(104, 22), (104.1, 22), (104.1, 22.1), (104.1, 22.2), (104.1, 22.1), (104, 22.1)]
    )
    unit = replace(communes()[0], area=MultiPolygon([spike]))
    mended, findings = mend_shapes([unit])
    assert [f.rule for f in findings] == ["place.shape_repaired"]
    assert shapely.is_valid(mended[0].area)
    assert mended[0].area.area == pytest.approx(0.01)


def test_a_bow_tie_is_not_mended_in_silence():
    bow = Polygon([(104, 22), (104.1, 22.1), (104.1, 22), (104, 22.1)])
    unit = replace(communes()[0], area=MultiPolygon([bow]))
    mended, findings = mend_shapes([unit])
    assert [(f.rule, f.severity) for f in findings] == [("place.shape_invalid", Severity.ERROR)]
    assert mended == [unit]


# --- Names against codes ---------------------------------------------------------------------------


def test_names_are_compared_code_by_code():
    before = communes()
    after = [
        replace(before[0], full_name="Xã Tân Ân", name="Tân Ân"),
        replace(before[1], full_name="Phường Mường Nhé"),
        before[2],
        replace(before[3], full_name="Phường Ðăk Lắk"),
        replace(before[4], code="00095"),
        replace(before[7], full_name="Xã Thuỷ An"),
        replace(before[7], code="00099", name="Xã Mới", full_name="Xã Mới"),
    ]
    found = compare(before, after)
    assert (found.same, found.respelled) == (1, 2)
    assert [code for code, _, _ in found.renamed] == ["00001", "00002"]
    assert found.moved == (("00005", "00095", "Xã Hòa Bình"),)
    assert (found.new, found.vanished) == (("00099",), ("00006", "00007"))


def test_codes_given_out_anew_are_an_error():
    shuffled = [
        replace(unit, name=other.name, full_name=other.full_name)
        for unit, other in zip(communes(), reversed(communes()), strict=True)
    ]
    check = checked(shuffled)
    assert "place.codes_reused" in [found.rule for found in check.errors]


# --- Approximate areas -----------------------------------------------------------------------------


def seats():
    rng = np.random.default_rng(452)
    points = rng.uniform((104.0, 21.0), (105.0, 22.0), (40, 2)).round(4)
    return [
        Seat(
            f"{number:05}", (float(east), float(north)), 60.0, ((float(east) + 0.01, float(north)),)
        )
        for number, (east, north) in enumerate(points, start=1)
    ]


def test_each_point_of_an_area_is_nearest_to_its_own_commune():
    areas = approximate_areas(seats())
    rng = np.random.default_rng(1)
    flat = {
        seat.code: np.array([seat.point, *seat.former]) * [np.cos(np.radians(21.5)), 1.0]
        for seat in seats()
    }
    seen = 0
    for east, north in rng.uniform((104.0, 21.0), (105.0, 22.0), (400, 2)):
        inside = [code for code, area in areas.items() if area.covers(Point(east, north))]
        assert len(inside) <= 1
        there = np.array([east * np.cos(np.radians(21.5)), north])
        ranked = sorted(
            (np.hypot(*(points - there).T).min(), code) for code, points in flat.items()
        )
        if ranked[1][0] < 1.05 * ranked[0][0]:
            continue  # too near a border to tell on another plane
        seen += bool(inside)
        assert inside in ([], [ranked[0][1]])
    assert seen > 200


def test_areas_are_valid_and_do_not_overlap():
    areas = list(approximate_areas(seats()).values())
    assert shapely.is_valid(areas).all()
    assert not shapely.is_empty(areas).any()
    assert shapely.union_all(areas).area == pytest.approx(sum(a.area for a in areas), rel=1e-4)


def test_an_area_ends_near_its_points():
    lonely = Seat("00001", (104.0, 10.0), 4.0)
    others = [Seat("00002", (106.0, 10.0), 4.0), Seat("00003", (106.0, 11.0), 4.0)]
    area = approximate_areas([lonely, *others])["00001"]
    assert area.area * 111**2 < 60  # a disc of 4 km, not a third of the map


def test_two_communes_at_one_spot_still_have_an_area_each():
    areas = approximate_areas([Seat("00001", (104.0, 21.0), 40.0), Seat("00002", (104.0, 21.0), 40.0),
                               Seat("00003", (104.2, 21.0), 40.0)])  # fmt: skip
    assert all(area.area > 0 for area in areas.values())


def test_a_centroid_that_all_former_communes_contradict_is_replaced():
    away = Seat("00001", (106.0, 21.0), 50.0, ((104.00, 21.0), (104.02, 21.02)))
    mended, moved = mend_points([away])
    assert [(m.code, round(m.distance_km)) for m in moved] == [("00001", 205)]
    assert mended[0].point == pytest.approx((104.01, 21.01), abs=1e-4)
    assert len(mended[0].former) == 2


def test_one_former_point_alone_does_not_outweigh_the_centroid():
    away = Seat("00001", (106.0, 21.0), 50.0, ((104.0, 21.0),))
    mended, moved = mend_points([away])
    assert (mended[0].point, mended[0].former, moved) == ((106.0, 21.0), (), ())
    crowded = Seat("00002", (106.001, 21.0), 50.0)
    mended, moved = mend_points([away, crowded])
    assert [m.code for m in moved] == ["00001"]  # two communes claim one spot: one is wrong
    shared = Seat("00001", (106.0, 21.0), 50.0, ((104.0, 21.0), (104.0, 21.0)))
    assert mend_points([shared])[1] == ()  # one stand-in, given twice


def test_the_archipelagos_are_made_of_their_islands():
    far = [Seat(code, (112.0, 12.0), 300.0) for code in archipelagos()]
    mended, moved = mend_points([*far, Seat("00001", (109.0, 12.0), 300.0)])
    assert moved == ()
    areas = approximate_areas(mended)
    for code, places in archipelagos().items():
        assert all(areas[code].covers(Point(place)) for place in places)
    assert areas["22736"].covers(Point(111.92, 8.64))


def test_a_province_is_the_union_of_its_communes_without_slits():
    units = communes()
    slit = replace(units[0], area=MultiPolygon([Polygon(
        units[0].area.geoms[0].exterior, [[(104.04, 22.14), (104.041, 22.14), (104.041, 22.141)]]
    )]))  # fmt: skip
    outlined = {unit.code: unit for unit in province_outlines(provinces(), [slit, *units[1:]])}
    difference = outlined["15"].area.symmetric_difference(square(104.0, 22.0, 0.2))
    assert difference.area < 1e-9
    assert outlined["15"].area.covers(Point(outlined["15"].point))


# --- What became of former units -------------------------------------------------------------------


def test_successors_follow_several_lists():
    later = "2027-01-01"
    steps = [
        *changes(),
        Change(NOW, "00001", later, "00090", part=False),
        Change(NOW, "00003", later, "00090", part=True),
        Change(NOW, "00003", later, "00091", part=True),
    ]
    found = successors(steps, later)
    assert found[BEFORE, Level.COMMUNE, "00011"] == ("00090",)
    assert found[BEFORE, Level.COMMUNE, "00014"] == ("00090", "00091")
    assert found[NOW, Level.COMMUNE, "00003"] == ("00090", "00091")
    assert (BEFORE, Level.COMMUNE, "00017") not in found  # nobody said what became of 00004
    assert successors(steps, NOW)[BEFORE, Level.DISTRICT, "755"] == ("00008",)


def test_changes_in_a_circle_end():
    steps = [Change(NOW, "1", BEFORE, "1", part=False), Change(BEFORE, "1", NOW, "1", part=False)]
    assert successors(steps, "2030-01-01") == {}


def test_provinces_follow_their_communes():
    found = province_changes(former(), current(), changes())
    assert {(c.old_code, c.new_code, c.part) for c in found} == {
        ("10", "15", False), ("15", "15", False), ("11", "10", False)
    }  # fmt: skip
    split = [*changes(), Change(BEFORE, "00021", NOW, "00001", part=True)]
    assert ("11", "15", True) in {
        (c.old_code, c.new_code, c.part) for c in province_changes(former(), current(), split)
    }


def test_two_lists_are_linked_by_code_then_by_name():
    after = [replace(unit, code="00095") if unit.code == "00005" else unit for unit in communes()]
    linked = link(NOW, communes(), "2027-01-01", after[:-1])
    assert ("00005", "00095") in {(c.old_code, c.new_code) for c in linked}
    assert "00008" not in {c.old_code for c in linked}
    assert links_by_code(linked)
    assert not links_by_code([*linked, *changes()])


@pytest.mark.parametrize("text", ["2026-4-30", "30/04/2026", "2026-02-30", "", "mới", "20260430"])
def test_a_vintage_is_named_by_a_day(text):
    assert not is_vintage_name(text)
    assert is_vintage_name("2026-04-30")
