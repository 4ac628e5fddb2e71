"""VN-2000: the grids, the pinned datum, the provinces' meridians, and what headings state."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pyproj import CRS
from pyproj.transformer import TransformerGroup

from coverage.coordinates import (
    FORMER_PROVINCIAL,
    GRIDS,
    PROVINCIAL,
    crs_of_epsg,
    geographic_to_wgs84,
    grids_of_province,
    meridian_of_province,
    meridian_text,
    stated_crs,
    to_vn2000,
    to_wgs84,
)
from tests.boxes import metres_between


def test_the_published_point() -> None:
    longitude, latitude = to_wgs84(9217, 568_262.924, 1_255_172.510)
    assert float(latitude) == pytest.approx(11.349358, abs=5e-7)
    assert float(longitude) == pytest.approx(108.877201, abs=5e-7)


@pytest.mark.parametrize("epsg", sorted(GRIDS))
def test_grids_are_those_of_the_register(epsg: int) -> None:
    operation = CRS.from_epsg(epsg).coordinate_operation
    assert operation is not None
    registered = {parameter.name: parameter.value for parameter in operation.params}
    grid = GRIDS[epsg]
    assert registered["Longitude of natural origin"] == grid.meridian
    assert registered["Scale factor at natural origin"] == grid.scale
    assert registered["False easting"] == 500_000
    assert registered["False northing"] == 0


@pytest.mark.parametrize("epsg", sorted(epsg for epsg in GRIDS if GRIDS[epsg].vn2000))
def test_the_datum_operation_is_6960_everywhere(epsg: int) -> None:
    longitudes, latitudes = np.meshgrid(np.arange(102.5, 109.5, 0.5), np.arange(8.5, 23.5, 0.5))
    eastings, northings = to_vn2000(epsg, longitudes, latitudes)
    operations = TransformerGroup(4326, epsg, always_xy=True).transformers
    named = [one for one in operations if "VN-2000 to WGS 84 (2)" in one.description]
    expected_eastings, expected_northings = named[0].transform(longitudes, latitudes)
    assert np.hypot(eastings - expected_eastings, northings - expected_northings).max() < 1e-3
    back = to_wgs84(epsg, eastings, northings)
    assert np.abs(back[0] - longitudes).max() < 2e-8
    assert np.abs(back[1] - latitudes).max() < 2e-8


def test_a_point_of_the_mekong_delta_does_not_move() -> None:
    # By itself PROJ takes EPSG:5194 here and answers 0.8 m away.
    easting, northing = to_vn2000(5897, 105.78, 10.03)
    operations = TransformerGroup(5897, 4326, always_xy=True).transformers
    answers = {
        name: next(one for one in operations if f"({name})" in one.description).transform(
            float(easting), float(northing)
        )
        for name in ("1", "2")
    }
    ours = to_wgs84(5897, easting, northing)
    here = (float(ours[1]), float(ours[0]))
    assert metres_between(here, answers["2"][::-1]) < 0.001
    assert 0.5 < metres_between(here, answers["1"][::-1]) < 1.0


def test_the_datum_shift_is_not_forgotten() -> None:
    longitude, latitude = geographic_to_wgs84(105.0, 21.0)
    assert 222 < metres_between((21.0, 105.0), (float(latitude), float(longitude))) < 226


@pytest.mark.parametrize("epsg", [6956, 6957, 6958, 6959])
def test_exchanged_duplicates_are_refused(epsg: int) -> None:
    with pytest.raises(KeyError):
        to_wgs84(epsg, 500_000.0, 2_000_000.0)
    stated = stated_crs([f"EPSG:{epsg}"])
    assert stated is not None
    assert stated.epsg is None
    assert [told.rule for told in stated.findings] == ["coordinate.crs_refused"]


def test_impossible_metres_give_no_point_and_no_exception() -> None:
    longitude, latitude = to_wgs84(5897, [math.inf, math.nan, 1e300], [0.0, 1.0, 1e300])
    assert not np.isfinite(longitude).any()
    assert not np.isfinite(latitude).any()


def test_every_province_has_its_meridian() -> None:
    assert len(PROVINCIAL) == 34
    assert len(FORMER_PROVINCIAL) == 63
    assert {former.present_code for former in FORMER_PROVINCIAL.values()} == set(PROVINCIAL)
    on_grid = {grid.meridian for grid in GRIDS.values() if grid.three_degrees}
    assert {province.meridian for province in PROVINCIAL.values()} <= on_grid
    assert {one for former in FORMER_PROVINCIAL.values() for one in former.meridians} <= on_grid


def test_provinces_that_changed_their_meridian() -> None:
    """The five of the same name whose meridian circular 24/2025 moved (domain.md §4.2)."""
    present = {province.name: province.meridian for province in PROVINCIAL.values()}
    changed = {
        former.name: (former.meridians[0], present[former.name])
        for former in FORMER_PROVINCIAL.values()
        if former.name in present and present[former.name] not in former.meridians
    }
    assert changed == {
        "Bắc Ninh": (105.5, 107.0),
        "Gia Lai": (108.5, 108.25),
        "Lai Châu": (103.0, 104.75),
        "Quảng Trị": (106.25, 106.0),
        "Tây Ninh": (105.5, 105.75),
    }


def test_a_merged_province_keeps_the_grids_of_its_parts() -> None:
    phu_tho = grids_of_province("25")
    assert phu_tho is not None
    assert phu_tho.present == 9208
    assert set(phu_tho.former) == {9211, 5897}
    assert meridian_of_province("12") == 104.75
    assert grids_of_province("99") is None
    assert meridian_of_province("99") is None


def test_meridians_print_as_on_paper() -> None:
    assert [meridian_text(degrees) for degrees in (105.5, 107.75, 103.0)] == [
        "105°30′",
        "107°45′",
        "103°00′",
    ]
    assert GRIDS[3405].label == "VN-2000 UTM 48N"
    assert GRIDS[32649].label == "WGS 84 UTM 49N"


HEADINGS = [
    ("Tọa độ (VN2000, Kinh tuyến trục 104⁰45’, múi chiếu 3⁰)", 9208),
    ("Tọa độ (VN2000, Kinh tuyến trục 104⁰, múi chiếu 3⁰)", 9206),
    ("VN-2000 KTT 105 30", 9209),
    ("KTT105-30", 9209),
    ("KTT: 105°30'", 9209),
    ("KTT 10530", 9209),
    ("KTT 105.5", 9209),
    ("KTT 105,75", 9210),
    ("KTT 105.30", 9209),
    ("KTT 105.45", 9210),
    ("VN2000 105°45'", 9210),
    ("VN-2000 / TM-3 105-30", 9209),
    ("Kinh tuyến trục: 105 độ 45 phút, múi 3 độ", 9210),
    ("kinh tuyến trục 107045’", 5899),
    ("kinh tuyến trục 103000′, múi chiếu 30", 9205),
    ("Kinh tuyến trục 1050", 5897),
    ("HỆ TỌA ĐỘ VN-2000, KINH TUYẾN TRỤC 108°15', MÚI CHIẾU 3°", 9217),
    ("VN2000 UTM zone 49N", 3406),
    ("VN-2000, kinh tuyến trục 105°, múi chiếu 6°", 3405),
    ("kinh tuyến trục 1050 múi chiếu 60", 3405),
    ("UTM 48N", 3405),
    ("UTM WGS84 48N", 32648),
    ("WGS84 48N", 32648),
    ("WGS 84 / UTM zone 49N", 32649),
    ("WGS84", 4326),
    ("Tọa độ GPS", 4326),
    ("EPSG:9209", 9209),
    ("epsg 4756", 4756),
]


@pytest.mark.parametrize(("heading", "epsg"), HEADINGS)
def test_headings_state_a_system(heading: str, epsg: int) -> None:
    stated = stated_crs(["DANH SÁCH THÔN", heading, "X", "Y"])
    assert stated is not None
    assert stated.epsg == epsg
    assert stated.crs == f"EPSG:{epsg}"


def test_headings_without_a_grid() -> None:
    for silent in ("Vĩ độ", "Kinh độ", "Kinh tuyến", "Vĩ tuyến (B)", "Số hộ 105", ""):
        assert stated_crs([silent]) is None
    only_datum = stated_crs(["Tọa độ VN2000"])
    assert only_datum is not None
    assert (only_datum.datum, only_datum.epsg, only_datum.utm) == ("VN-2000", None, False)
    for count in ("Hệ VN-2000: 105 thôn", "WGS84; 48 thôn"):
        counted = stated_crs([count])
        assert counted is not None
        assert counted.epsg in {None, 4326}
    any_zone = stated_crs(["VN-2000 múi 6"])
    assert any_zone is not None
    assert any_zone.utm


def test_a_heading_that_states_nonsense_is_told() -> None:
    for heading in ("Kinh tuyến trục 105°15'", "EPSG:2154"):
        stated = stated_crs([heading])
        assert stated is not None
        assert stated.epsg is None
        assert [told.rule for told in stated.findings] == ["coordinate.crs_unknown"]


def test_utm_without_a_datum_is_doubted() -> None:
    stated = stated_crs(["UTM 48N"])
    assert stated is not None
    assert [told.rule for told in stated.findings] == ["coordinate.datum_assumed"]


def test_a_file_states_its_system_by_code() -> None:
    assert crs_of_epsg(2154) is None
    stated = crs_of_epsg(9209)
    assert stated is not None
    assert stated.label == "VN-2000 105°30′"
