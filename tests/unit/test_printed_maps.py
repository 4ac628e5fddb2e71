"""Maps for paper: the scale is true, names do not lie on one another, secrets are not drawn."""

import itertools
import math
import re
from dataclasses import replace

import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from shapely import MultiPolygon, box

from coverage.packages import SiteKind
from maps.basemap import abroad
from maps.content import Area
from maps.printed import HEIGHT_MM, WIDTH_MM, draw
from maps.printed.frame import degrees_text, grid_for, metres_of, projected, window
from maps.printed.ground import prepare
from maps.printed.labels import Room, width_mm
from maps.printed.margin import wrapped
from tests.builders import a_package, a_package_zone
from tests.full_package import a_first_version
from tests.printed import ground_of

SVG = "{http://www.w3.org/2000/svg}"
BOX = (4.5, 4.5, 187.5, 147.5)
NAMES = ["Hoàng Sa", "Trường Sa"]


def texts_of(drawing):
    return [element.text for element in etree.fromstring(drawing.encode()).iter(f"{SVG}text")]


def drawings_of(package, **facts):
    made = draw(ground_of(package, **facts), package)
    return [made.overview, *made.lots.values()]


def one_lot(package, zones, **facts):
    return replace(package, lots=(replace(package.lots[0], zones=tuple(zones), **facts),))


@given(
    longitude=st.floats(103, 109), latitude=st.floats(9, 23),
    east=st.floats(-0.2, 0.2), north=st.floats(-0.2, 0.2), grid=st.sampled_from([None, 9209, 5899]),
)  # fmt: skip
@settings(max_examples=60)
def test_the_scale_is_true(longitude, latitude, east, north, grid):
    """A length on the sheet times the scale is the way on the ground, as the spheroid has it."""
    epsg = grid_for(None, longitude) if grid is None else grid
    ends = [(longitude, latitude), (longitude + east, latitude + north)]
    points = metres_of(epsg, [at[0] for at in ends], [at[1] for at in ends])
    view = window(epsg, points, BOX, margin=0.3, closest=50_000)
    here, there = (view.place(point) for point in points)
    for x, y in (here, there):
        assert BOX[0] <= x <= BOX[2]
        assert BOX[1] <= y <= BOX[3]
    told_m = math.dist(here, there) * view.scale / 1000
    true_m = Geodesic.WGS84.Inverse(latitude, longitude, ends[1][1], ends[1][0])["s12"]
    central = {9209: 105.5, 5899: 107.75}.get(epsg, 105 if longitude < 108 else 111)
    if abs(longitude - central) < 1.6:  # a province is drawn on a grid of its own
        assert told_m == pytest.approx(true_m, rel=6e-4, abs=0.5)


@given(st.lists(st.tuples(st.floats(6, 186), st.floats(6, 146)), min_size=1, max_size=60))
@settings(max_examples=60)
def test_no_name_lies_on_another_or_on_a_symbol(spots):
    room = Room(BOX)
    for spot in spots:
        room.take(*spot, 1.25)
    placed = [
        label
        for number, spot in enumerate(spots, start=1)
        if (label := room.label([f"L1-{number:02d} Bản Rào", f"L1-{number:02d}"], spot,
                                size=2.5, clear=1.25)) is not None
    ]  # fmt: skip
    boxes = [
        (label.x, label.y - 1.9, label.x + width_mm(label.text, label.size), label.y + 0.4)
        for label in placed
    ]
    symbols = [(x - 1.2, y - 1.2, x + 1.2, y + 1.2) for x, y in spots]
    for one, other in [*itertools.combinations(boxes, 2), *itertools.product(boxes, symbols)]:
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one, other)
    for left, top, right, bottom in boxes:
        assert BOX[0] <= left
        assert right <= BOX[2] + 0.01
        assert BOX[1] <= top + 0.5
        assert bottom <= BOX[3] + 0.5


@pytest.mark.parametrize(("step", "least"), [(0.0, 4), (0.003, 20), (0.01, 25)])
def test_every_zone_is_named_or_counted_as_unnamed(step, least):
    """Twenty-five villages at one place, 300 m apart, and a kilometre apart."""
    zones = [
        a_package_zone(
            number + 1, label=f"L1-{number + 1:02d}",
            longitude=105.6 + step * (number % 5), latitude=18.2 + step * (number // 5),
        )
        for number in range(25)
    ]  # fmt: skip
    package = one_lot(a_package(), zones)
    (_, sheet) = drawings_of(package)
    named = {told for told in texts_of(sheet) if re.fullmatch(r"L1-\d\d", told)}
    unnamed = re.search(r"(\d+) vùng không đủ chỗ", " ".join(texts_of(sheet)))
    assert len(named) + (int(unnamed[1]) if unnamed else 0) == 25
    assert len(named) >= least


def test_each_sheet_has_both_archipelagos_scale_north_legend_and_sources():
    for drawing in drawings_of(a_first_version()):
        texts = texts_of(drawing)
        words = " ".join(texts)
        assert all(name in words for name in NAMES)
        assert re.search(r"Tỷ lệ 1:[\d.]+ ", words)
        assert {"B", "CHÚ GIẢI"} <= set(texts)
        assert "danh mục thử" in words
        assert "EPSG:9209" in words
        assert any(re.fullmatch(r"105°\d\d′(\d\d″)?Đ", told) for told in texts)
        root = etree.fromstring(drawing.encode())
        assert (root.get("width"), root.get("height")) == (f"{WIDTH_MM:g}mm", f"{HEIGHT_MM:g}mm")


def test_a_shared_site_is_counted_and_not_drawn():
    package = a_first_version()
    _, south, _ = drawings_of(package)
    texts = " ".join(texts_of(south))
    assert "T1-01" in texts
    assert "T1-02" not in texts
    assert "Có 1 trạm trên hạ tầng có sẵn" in texts
    only_shared = [site for site in package.lots[0].sites if site.kind is SiteKind.SHARED]
    _, bare = drawings_of(one_lot(package, package.lots[0].zones, sites=tuple(only_shared)))
    assert "Vị trí trạm dự kiến" not in bare


@pytest.mark.parametrize("draft", [True, False])
def test_the_marks_are_on_each_sheet(draft):
    for drawing in drawings_of(a_package(draft=draft)):
        assert ("DỰ THẢO" in texts_of(drawing)) is draft
        assert "Ranh giới gần đúng" in texts_of(drawing)


def test_the_same_package_gives_the_same_drawings():
    assert drawings_of(a_first_version()) == drawings_of(a_first_version())


@pytest.mark.parametrize(
    "village",
    ["<b>&amp;\"'", "]]>", "x" * 300, "\u202eשָׁ", "😀" * 40, "#image(\"a\")", "\x00\x1b", "  "],
)  # fmt: skip
def test_no_name_is_markup_or_leaves_the_sheet(village):
    zone = a_package_zone(1, village=village)
    _, sheet = drawings_of(one_lot(a_package(), [zone]))
    told = [text for text in texts_of(sheet) if text.startswith("L1-01")]
    assert len(told) == 1
    assert len(told[0]) <= 40


def test_without_a_grid_the_countrys_zone_serves():
    package = a_first_version(grid=None)
    for drawing in drawings_of(package):
        assert "EPSG:3405" in " ".join(texts_of(drawing))
    assert grid_for(None, 108.2) == 3406


def test_without_outlines_zones_are_drawn_all_the_same():
    package = a_first_version()
    for drawing in drawings_of(package, provinces=(), communes=(), focus=None):
        etree.fromstring(drawing.encode())
    for drawing in drawings_of(package, communes=()):
        assert "Địa giới cấp tỉnh" in texts_of(drawing)


def test_degrees_and_lines_as_papers_have_them():
    assert degrees_text(105.5, ("Đ", "T")) == "105°30′Đ"
    assert degrees_text(-(18 + 7 / 60 + 30 / 3600), ("B", "N")) == "18°07′30″N"
    lines = wrapped("Gói thầu " + "x" * 90, 2.5)
    assert "".join(lines).replace(" ", "") == "Góithầu" + "x" * 90
    assert all(width_mm(line, 2.5) <= 58 for line in lines)


def test_truong_sa_is_named_on_the_sheet_itself():
    zones = [a_package_zone(1, longitude=114.33, latitude=11.43)]
    package = replace(one_lot(a_package(), zones), province_code="56", province="Tỉnh Khánh Hòa")
    for drawing in drawings_of(package):
        assert "Quần đảo Trường Sa (Việt Nam)" in texts_of(drawing)


def test_no_land_of_others_reaches_the_waters_of_our_islands():
    """Phú Quốc lies beside a wide outline of foreign land; 91 is made of it and the mainland."""
    island, mainland = box(103.84, 10.0, 104.08, 10.43), box(104.5, 9.9, 105.4, 10.6)
    area = Area("91", "An Giang", "Tỉnh An Giang", MultiPolygon([island, mainland]))
    package = a_package(province_code="91", province="Tỉnh An Giang")
    ground = prepare(ground_of(package, provinces=(area,), communes=()), 9208)
    around = projected(9208, island).buffer(5_000)
    assert not ground.abroad.is_empty
    assert around.disjoint(ground.abroad)
    assert not around.disjoint(projected(9208, abroad()))
