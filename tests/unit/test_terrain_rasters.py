"""Profiles of the ground from GeoTIFF rasters of every kind; what is no terrain is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from pyproj import Geod, Transformer
from rasterio.transform import Affine

from coverage.coordinates import Extent, to_vn2000, to_wgs84
from coverage.errors import InputRefused
from coverage.intake.document import MEGABYTE, Limits
from coverage.intake.terrain import Heights, examine, profiles
from coverage.terrain import Paths, look, paths
from tests.rasters import north_up, of_degrees, write_raster

COUNTRY = Extent(west=102.0, south=6.5, east=118.0, north=23.5)
LIMITS = Limits(seconds=60, memory_bytes=1_200 * MEGABYTE)
GEOD = Geod(ellps="WGS84")


def ridge(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """A plain at 10 m with a ridge of 200 m along 104.05° east."""
    return 10 + 190 * np.exp(-(((lon - 104.05) / 0.002) ** 2)) + 0 * lat


def wavy(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    return 500 + 200 * np.sin(lon * 120) * np.cos(lat * 90)


def kept(path: Path, units: str | None = None) -> Heights:
    ground = examine(path, path.name, COUNTRY, units, LIMITS)
    lon, lat = zip(*ground.outline, strict=True)
    extent = Extent(west=min(lon), south=min(lat), east=max(lon), north=max(lat))
    return Heights(path, ground.crs, ground.units, ground.resolution_m, extent)


def along(*lines: tuple[float, float, float, float], spacing_m: float = 30.0) -> Paths:
    """Lines from (latitude, longitude) to (latitude, longitude)."""
    ends = np.array(lines)
    return paths((ends[:, 0], ends[:, 2]), (ends[:, 1], ends[:, 3]), spacing_m)


def by_points(taken: Paths, height) -> np.ndarray:
    """The ground at every point of the lines, each point found on its own geodesic."""
    found = []
    for lon, lat, count in zip(taken.longitudes, taken.latitudes, taken.counts, strict=True):
        azimuth, _, length = GEOD.inv(lon[0], lat[0], lon[2], lat[2])
        for number in range(count):
            at = GEOD.fwd(lon[0], lat[0], azimuth, length * number / (count - 1))
            found.append(float(height(np.array(at[0]), np.array(at[1]))))
    return np.array(found)


LINES = (
    (22.05, 104.01, 22.05, 104.09),
    (22.012, 104.02, 22.09, 104.03),
    (22.07, 104.08, 22.03, 104.02),
    (22.05, 104.05, 22.0502, 104.0501),
)


def test_a_profile_is_what_the_ground_is_there(tmp_path: Path) -> None:
    raster = of_degrees(tmp_path / "a.tif", 104.0, 22.0, 0.1, 0.0002, wavy, unit="m")
    taken = along(*LINES)
    found = profiles([kept(raster)], taken, LIMITS)
    assert found == pytest.approx(by_points(taken, wavy), abs=0.5)


def test_a_plane_is_read_to_the_centimetre(tmp_path: Path) -> None:
    """Bilinear interpolation of a plane is exact, whatever the pixel: half a pixel would show."""

    def plane(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        return 3000 * (lon - 104.0) + 5000 * (lat - 22.0)

    raster = of_degrees(tmp_path / "a.tif", 104.0, 22.0, 0.1, 0.002, plane, unit="m")
    taken = along(*LINES)
    assert profiles([kept(raster)], taken, LIMITS) == pytest.approx(
        by_points(taken, plane), abs=0.01
    )


@pytest.mark.parametrize("crs", ["EPSG:32648", "EPSG:3405", "EPSG:9210", "EPSG:3857"])
def test_any_system_gives_the_same_ground(tmp_path: Path, crs: str) -> None:
    if crs in {"EPSG:3405", "EPSG:9210"}:

        def back(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            return to_wgs84(int(crs[5:]), x, y)

        west, south = (float(each) for each in to_vn2000(int(crs[5:]), 104.0, 22.0))
    else:
        transformer = Transformer.from_crs(crs, 4326, always_xy=True)
        back = transformer.transform
        west, south = transformer.transform(104.0, 22.0, direction="INVERSE")
    pixel, count = 25.0, 480
    west, south = west - 500, south - 500
    middles = (np.arange(count) + 0.5) * pixel
    x, y = np.meshgrid(west + middles, south + count * pixel - middles)
    heights = wavy(*(np.asarray(each) for each in back(x, y))).astype(np.float32)
    raster = write_raster(
        tmp_path / "a.tif", heights, north_up(west, south + count * pixel, pixel), crs, unit="m"
    )
    taken = along((22.03, 104.02, 22.06, 104.07), (22.08, 104.03, 22.02, 104.08))
    found = profiles([kept(raster)], taken, LIMITS)
    assert found == pytest.approx(by_points(taken, wavy), abs=0.5)


def test_south_up_and_turned_rasters_are_the_same_ground(tmp_path: Path) -> None:
    count, pixel = 500, 0.0002
    middles = (np.arange(count) + 0.5) * pixel
    lon, lat = np.meshgrid(104.0 + middles, 22.0 + middles)
    south_up = write_raster(
        tmp_path / "s.tif", wavy(lon, lat).astype(np.float32),
        Affine(pixel, 0, 104.0, 0, pixel, 22.0), unit="m",
    )  # fmt: skip
    turned = write_raster(  # rows run east, columns run north
        tmp_path / "t.tif", wavy(lon, lat).T.astype(np.float32),
        Affine(0, pixel, 104.0, pixel, 0, 22.0), unit="m",
    )  # fmt: skip
    taken = along(*LINES)
    expected = by_points(taken, wavy)
    assert profiles([kept(south_up)], taken, LIMITS) == pytest.approx(expected, abs=0.5)
    assert profiles([kept(turned)], taken, LIMITS) == pytest.approx(expected, abs=0.5)


def test_the_ridge_between_hides_the_mast(tmp_path: Path) -> None:
    raster = kept(of_degrees(tmp_path / "a.tif", 104.0, 22.0, 0.1, 0.0003, ridge, unit="m"))
    taken = along((22.05, 104.03, 22.05, 104.07), (22.03, 104.01, 22.07, 104.03))
    found = look(profiles([raster], taken, LIMITS), taken, np.array([40.0, 40.0]), 1.5)
    assert found.answers() == [False, True]
    east = GEOD.inv(104.03, 22.05, 104.05, 22.05)[2]
    assert found.worst_at_m[0] == pytest.approx(east, abs=30)


def test_feet_are_the_same_ground(tmp_path: Path) -> None:
    def in_feet(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        return ridge(lon, lat) / 0.3048

    taken = along((22.05, 104.03, 22.05, 104.07))
    expected = by_points(taken, ridge)
    tagged = of_degrees(tmp_path / "t.tif", 104.0, 22.0, 0.1, 0.0002, in_feet, unit="foot")
    assert kept(tagged).units == "ft"
    assert profiles([kept(tagged)], taken, LIMITS) == pytest.approx(expected, abs=1)
    said = of_degrees(tmp_path / "s.tif", 104.0, 22.0, 0.1, 0.0002, in_feet)
    assert profiles([kept(said, "ft")], taken, LIMITS) == pytest.approx(expected, abs=1)
    ground = examine(tagged, "t.tif", COUNTRY, None, LIMITS)
    assert ground.highest_m == pytest.approx(200, abs=1)
    assert [found.rule for found in ground.findings] == ["terrain.feet"]


def test_the_vertical_system_tells_feet(tmp_path: Path) -> None:
    raster = of_degrees(
        tmp_path / "a.tif", 104.0, 22.0, 0.02, 0.0005, wavy, crs="EPSG:4326+6360"
    )  # NAVD88 height (ftUS)
    ground = examine(raster, "a.tif", COUNTRY, None, LIMITS)
    assert ground.units == "ft"
    assert ground.crs == "EPSG:4326"


def test_the_persons_word_on_units_stands_over_the_files(tmp_path: Path) -> None:
    raster = of_degrees(tmp_path / "a.tif", 104.0, 22.0, 0.02, 0.0005, wavy, unit="m")
    ground = examine(raster, "a.tif", COUNTRY, "ft", LIMITS)
    assert ground.units == "ft"
    assert "terrain.units_overridden" in [found.rule for found in ground.findings]


@pytest.mark.parametrize("unit", ["cm", "dm", "decimetre", "mm", "km", "thước"])
def test_a_stated_unit_that_is_not_read_is_never_taken_for_metres(
    tmp_path: Path, unit: str
) -> None:
    raster = of_degrees(tmp_path / "a.tif", 104.0, 22.0, 0.02, 0.0005, wavy, unit=unit)
    with pytest.raises(InputRefused) as refused:
        examine(raster, raster.name, COUNTRY, None, LIMITS)
    assert [found.rule for found in refused.value.findings] == ["terrain.units_other"]
    assert refused.value.findings[0].facts["unit"] == unit
    assert examine(raster, raster.name, COUNTRY, "m", LIMITS).units == "m"


def test_without_a_unit_metres_are_assumed_and_said(tmp_path: Path) -> None:
    raster = of_degrees(tmp_path / "a.tif", 104.0, 22.0, 0.02, 0.0005, wavy)
    ground = examine(raster, "a.tif", COUNTRY, None, LIMITS)
    assert ground.units == "m"
    assert [found.rule for found in ground.findings] == ["terrain.units_assumed"]


def test_pixels_without_height_are_unknown(tmp_path: Path) -> None:
    def holed(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        return np.where(np.abs(lon - 104.05) < 0.001, -9999, wavy(lon, lat))

    taken = along((22.05, 104.03, 22.05, 104.07), (22.03, 104.01, 22.07, 104.03))
    declared = of_degrees(
        tmp_path / "d.tif", 104.0, 22.0, 0.1, 0.0002, holed, unit="m", nodata=-9999
    )
    silent = of_degrees(tmp_path / "s.tif", 104.0, 22.0, 0.1, 0.0002, holed, unit="m")
    for raster in (declared, silent):
        found = look(profiles([kept(raster)], taken, LIMITS), taken, np.full(2, 4000.0), 1.5)
        assert found.answers() == [None, True]
    rules = [each.rule for each in examine(silent, "s.tif", COUNTRY, None, LIMITS).findings]
    assert rules == ["terrain.nodata_assumed"]


def test_a_village_on_the_middle_of_a_pixel_beside_a_gap_is_known(tmp_path: Path) -> None:
    heights = np.full((10, 10), 5.0, dtype=np.float32)
    heights[0, 0] = 6
    heights[:, 5:] = -9999
    raster = write_raster(
        tmp_path / "a.tif", heights, north_up(104.0, 22.01, 0.001), unit="m", nodata=-9999
    )
    taken = along((22.0055, 104.0045, 22.0035, 104.0045))
    assert not np.isnan(profiles([kept(raster)], taken, LIMITS)).any()


def test_the_finest_file_is_read_first_and_the_other_fills_its_gaps(tmp_path: Path) -> None:
    fine = of_degrees(
        tmp_path / "f.tif",
        104.0,
        22.0,
        0.05,
        0.0002,
        lambda lon, lat: 100 + 0 * lon + lat,
        unit="m",
    )
    coarse = of_degrees(
        tmp_path / "c.tif", 104.0, 22.0, 0.1, 0.001, lambda lon, lat: 900 + 0 * lon + lat, unit="m"
    )
    taken = along((22.02, 104.02, 22.02, 104.08), (22.02, 104.03, 22.02, 104.3))
    found = profiles([kept(fine), kept(coarse)], taken, LIMITS)
    first, second = found[: taken.counts[0]], found[taken.counts[0] :]
    half = len(first) // 2
    assert first[: half - 2] == pytest.approx(122, abs=0.1)
    assert first[half + 2 :] == pytest.approx(922, abs=0.1)
    assert np.isnan(second[-1])
    assert second[0] == pytest.approx(122, abs=0.1)


def test_a_border_between_two_sheets_leaves_no_gap(tmp_path: Path) -> None:
    sheets = [
        kept(of_degrees(tmp_path / f"{west}.tif", west, 22.0, 0.05, 0.0005, wavy, unit="m"))
        for west in (104.0, 104.05)
    ]
    taken = along((22.02, 104.01, 22.03, 104.09))
    found = profiles(sheets, taken, LIMITS)
    assert found == pytest.approx(by_points(taken, wavy), abs=4)


def refused(path: Path, units: str | None = None) -> list[str]:
    with pytest.raises(InputRefused) as raised:
        examine(path, path.name, COUNTRY, units, LIMITS)
    for found in raised.value.findings:
        assert found.message()
        assert found.fix()
    return [found.rule for found in raised.value.findings]


def level(height: float) -> Callable[..., np.ndarray]:
    return lambda lon, lat: height + 0 * (lon + lat)


def slope(height: float) -> Callable[..., np.ndarray]:
    return lambda lon, lat: height + lon + 0 * lat


def test_what_is_no_terrain_is_refused_in_words(tmp_path: Path) -> None:
    small = {"west": 104.0, "south": 22.0, "side": 0.02, "pixel": 0.001}

    def made(name: str, height=wavy, **options) -> Path:
        return of_degrees(tmp_path / name, height=height, **{**small, **options})

    assert refused(made("no_crs.tif", crs=None)) == ["terrain.no_crs"]
    assert refused(made("paris.tif", west=2.0, south=48.0)) == ["terrain.outside"]
    assert refused(made("swapped.tif", west=22.0, south=104.0)) == ["terrain.swapped"]
    assert refused(made("bytes.tif", height=slope(0), dtype=np.uint8)) == ["terrain.picture"]
    assert refused(made("zero.tif", height=level(0))) == ["terrain.constant"]
    assert refused(made("high.tif", height=slope(9000))) == ["terrain.units_unknown"]
    assert refused(made("tall.tif", height=slope(9000), unit="m")) == ["terrain.too_high"]
    assert refused(made("empty.tif", height=level(-1), nodata=-1)) == ["terrain.empty"]
    flat = Affine(0.001, 0.001, 104.0, 0.001, 0.001, 22.0)  # every pixel on one line
    line = write_raster(tmp_path / "line.tif", np.arange(100.0).reshape(10, 10), flat)
    assert refused(line) == ["terrain.no_position"]
    three = np.zeros((3, 20, 20), dtype=np.uint8)
    shade = write_raster(tmp_path / "shade.tif", three, north_up(104, 22, 0.001))
    assert refused(shade) == ["terrain.picture"]
    utm = of_degrees(tmp_path / "utm.tif", 500_000.0, 2_430_000.0, 900, 30, wavy)
    assert refused(utm) == ["terrain.wrong_crs"]
    degrees = made("degrees.tif", crs="EPSG:32648")
    assert refused(degrees) == ["terrain.wrong_crs"]
    (tmp_path / "text.tif").write_text("không phải ảnh")
    assert refused(tmp_path / "text.tif") == ["terrain.unreadable"]


def test_other_formats_and_what_they_point_to_are_not_opened(tmp_path: Path) -> None:
    real = of_degrees(tmp_path / "real.tif", 104.0, 22.0, 0.02, 0.001, wavy, unit="m")
    vrt = tmp_path / "vrt.tif"
    vrt.write_text(
        '<VRTDataset rasterXSize="20" rasterYSize="20"><SRS>EPSG:4326</SRS>'
        "<GeoTransform>104, 0.001, 0, 22.02, 0, -0.001</GeoTransform>"
        '<VRTRasterBand dataType="Float32" band="1"><SimpleSource>'
        f"<SourceFilename>{real}</SourceFilename><SourceBand>1</SourceBand>"
        "</SimpleSource></VRTRasterBand></VRTDataset>"
    )
    assert refused(vrt) == ["terrain.unreadable"]
    assert examine(real, "real.tif", COUNTRY, None, LIMITS).units == "m"


def test_a_raster_larger_than_memory_is_read_by_windows(tmp_path: Path) -> None:
    """40,000 × 40,000 heights are 3.2 GB; the reader may take 900 MB, libraries included."""
    path = tmp_path / "huge.tif"
    pixel = 0.001
    with rasterio.open(
        path, "w", driver="GTiff", width=40_000, height=40_000, count=1, dtype="int16",
        crs="EPSG:4326", transform=north_up(90.0, 40.0, pixel), tiled=True, blockxsize=512,
        blockysize=512, sparse_ok=True, nodata=-32768,
    ) as raster:  # fmt: skip
        window = rasterio.windows.Window(14_000, 17_900, 512, 512)
        ground = np.arange(512 * 512, dtype=np.int16).reshape(512, 512) % 100 + 50
        ground[:, 256] = 900
        raster.write(ground, 1, window=window)
    limits = Limits(seconds=120, memory_bytes=900 * MEGABYTE)
    ground_read = examine(path, "huge.tif", COUNTRY, "m", limits)
    assert ground_read.highest_m == 900
    assert "terrain.missing" in [found.rule for found in ground_read.findings]
    file = Heights(path, ground_read.crs, "m", ground_read.resolution_m, COUNTRY)
    taken = along((21.9, 104.2, 21.9, 104.3), (15.0, 108.0, 15.0, 108.02))
    found = look(profiles([file], taken, limits), taken, np.full(2, 40.0), 1.5)
    assert found.answers() == [False, None]


def test_a_raster_in_one_block_is_refused_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "strip.tif"
    heights = np.zeros((6000, 6000), dtype=np.float32)
    write_raster(path, heights, north_up(104, 22, 0.0001), blockysize=6000, compress="deflate")
    assert refused(path) == ["terrain.blocks"]
