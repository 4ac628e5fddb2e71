"""Maps for paper: scales are true, figures add up, nothing hidden is drawn, nothing leaves the paper."""

import re
from dataclasses import replace
from datetime import date

import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pyproj import Transformer
from shapely import MultiPolygon, Polygon, box

from coverage.criteria import CriteriaSet
from coverage.findings import Language
from coverage.zones import Queue, ZoneStatus
from maps.atlas import MARGIN_MM, Paper, draw
from maps.atlas.paper import layout
from maps.atlas.signs import pie
from maps.content import Area, Lot, MapContent, Site, Spot
from maps.printed.conic import from_conic, to_conic
from maps.printed.frame import CONIC, FINE_SCALES, metres_of, window
from tests.drawn import communes, provinces, some_sites, some_zones

SVG = "{http://www.w3.org/2000/svg}"
CRITERIA = CriteriaSet(1, "Bộ thử", "QĐ 1/QĐ-THỬ", True, date(2026, 1, 2), 5000.0)


def content_of(zones=(), **facts):
    given_facts = {
        "title": "Bản đồ vùng lõm sóng di động tỉnh Hà Tĩnh", "subtitle": "",
        "day": date(2026, 11, 23), "source": "danh mục thử.", "provinces": provinces(),
        "communes": communes(), "zones": zones, "focus": "42",
    }  # fmt: skip
    return MapContent(**(given_facts | facts))


def country_of(zones=(), **facts):
    return content_of(zones, **({"focus": None, "communes": ()} | facts))


def texts_of(atlas):
    return [
        element.text or "" for element in etree.fromstring(atlas.svg.encode()).iter(f"{SVG}text")
    ]


def words_of(atlas):
    return " ".join(texts_of(atlas))


SHEETS = {
    "country": lambda: country_of(some_zones(40)),
    "country of many": lambda: country_of(some_zones(900)),
    "province": lambda: content_of(some_zones(40)),
    "lot": lambda: content_of(
        (zones := some_zones(9)), title="Bản đồ lô 1: A", subtitle="Tỉnh Hà Tĩnh",
        frame=(105.0, 17.6, 106.4, 18.4), lots=(Lot(1, "A", tuple(zone.id for zone in zones)),),
    ),
    "zone": lambda: content_of(
        [replace(some_zones(1)[0], village="Bản Rào", longitude=105.7, latitude=18.0), *some_zones(9)[1:]],
        spot=Spot("Bản Rào", 105.7, 18.0), frame=(105.6, 17.9, 105.8, 18.1)
    ),
}  # fmt: skip


@pytest.mark.parametrize("paper", Paper)
@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_says_all_that_a_map_owes(name, paper):
    content = SHEETS[name]()
    atlas = draw(content, paper, CRITERIA)
    texts, words = texts_of(atlas), words_of(atlas)
    assert re.search(r"Tỷ lệ 1:[\d.]+ khi in đúng cỡ A[34]", words)
    assert "B" in texts
    assert all(island in words for island in ("Hoàng Sa", "Trường Sa"))
    assert "Số liệu đến ngày 23/11/2026" in words
    assert "Bộ tiêu chí: Bộ thử (QĐ 1/QĐ-THỬ), áp dụng từ" in words
    assert "danh mục thử" in words
    assert "Ai chi trả (màu)" in words
    assert ("105°30′" in words) is (content.focus is not None)
    assert ("VN-2000" in words) is (content.focus is not None)
    assert atlas.alt.startswith(atlas.title)
    assert "điểm lõm sóng" in atlas.alt
    wide, high = atlas.page_mm
    assert {wide, high} == set(paper.size_mm)
    assert atlas.drawing_mm == (wide - 2 * MARGIN_MM, high - 2 * MARGIN_MM)


@pytest.mark.parametrize("name", SHEETS)
def test_no_type_leaves_the_sheet(name):
    """Every text begins inside the drawing, wherever its group stands."""
    atlas = draw(SHEETS[name](), Paper.A4, CRITERIA)
    wide, high = atlas.drawing_mm
    for element in etree.fromstring(atlas.svg.encode()).iter(f"{SVG}text"):
        x, y = float(element.get("x")), float(element.get("y"))
        moved = (element.getparent().get("transform") or "").startswith("translate")
        if moved and "rotate" not in element.getparent().get("transform"):
            found = re.match(r"translate\((\S+) (\S+)\)", element.getparent().get("transform"))
            if element.getparent().getparent().tag == f"{SVG}svg":
                x, y = x + float(found[1]), y + float(found[2])
        assert -0.01 <= x <= wide + 0.01, element.text
        assert -0.01 <= y <= high + 0.01, element.text


@given(st.floats(102.1, 117.9), st.floats(7, 23.4), st.sampled_from([0.0, 90.0, 37.0]))
@settings(max_examples=40)
def test_the_country_is_drawn_to_scale(longitude, latitude, azimuth):
    """Between and near the standard parallels a length is true to 1 %, in every direction."""
    there = Geodesic.WGS84.Direct(latitude, longitude, azimuth, 10_000)
    points = metres_of(CONIC, [longitude, there["lon2"]], [latitude, there["lat2"]])
    across, up = points[1][0] - points[0][0], points[1][1] - points[0][1]
    assert (across**2 + up**2) ** 0.5 == pytest.approx(10_000, rel=0.01)


def test_the_conic_grid_against_another_definition():
    other = Transformer.from_crs(
        "EPSG:4326", "+proj=lcc +lat_1=11 +lat_2=21 +lat_0=16 +lon_0=108 +datum=WGS84",
        always_xy=True,
    )  # fmt: skip
    east, north = to_conic([105.85, 114.3], [21.03, 8.6])
    expected = other.transform([105.85, 114.3], [21.03, 8.6])
    assert east.tolist() == pytest.approx(list(expected[0]), abs=0.01)
    assert north.tolist() == pytest.approx(list(expected[1]), abs=0.01)
    back = from_conic(east, north)
    assert back[0].tolist() == pytest.approx([105.85, 114.3], abs=1e-9)


@pytest.mark.parametrize("name", SHEETS)
def test_the_bar_is_as_long_as_its_scale_says(name):
    atlas = draw(SHEETS[name](), Paper.A3, CRITERIA)
    scale = int(re.search(r"Tỷ lệ 1:([\d.]+)", words_of(atlas))[1].replace(".", ""))
    root = etree.fromstring(atlas.svg.encode())
    bars = [each for each in root.iter(f"{SVG}rect") if each.get("height") == "1.50"]
    assert len(bars) == 4
    bar_mm = sum(float(each.get("width")) for each in bars)
    told = next(text for text in texts_of(atlas) if re.fullmatch(r"[\d,]+ k?m", text))
    length_m = float(told.split()[0].replace(",", ".")) * (1000 if "km" in told else 1)
    assert bar_mm * scale / 1000 == pytest.approx(length_m, rel=0.002)


def test_the_figures_add_up_and_what_is_no_zone_is_not_drawn():
    zones = some_zones(60)
    gone = [replace(zone, status=ZoneStatus.MERGED, village="Bản Đã Nhập") for zone in zones[:7]]
    atlas = draw(content_of([*gone, *zones[7:]]), Paper.A4)
    households = sum(zone.households for zone in zones[7:])
    told = f"{households:,}".replace(",", ".")
    assert f"53 điểm lõm sóng · {told} hộ" in words_of(atlas)
    figures = [re.fullmatch(r"([\d.]+) điểm, ([\d.]+) hộ", text) for text in texts_of(atlas)]
    sums = [
        sum(int(found[place].replace(".", "")) for found in figures if found) for place in (1, 2)
    ]
    assert sums == [53, households]
    assert len(atlas.index.rows) == 53
    assert not any("Bản Đã Nhập" in row for row in atlas.index.rows)


def test_the_countrys_table_adds_up():
    zones = [*some_zones(400), *some_zones(200, seed=9, province="56")]
    zones = [replace(zone, id=type(zone.id)(int=place + 1)) for place, zone in enumerate(zones)]
    texts = texts_of(draw(country_of(zones), Paper.A4))
    for code, name in (("42", "Hà Tĩnh"), ("56", "Khánh Hòa")):
        own = [zone for zone in zones if zone.province_code == code]
        place = max(at for at, text in enumerate(texts) if text == name)
        households = f"{sum(zone.households for zone in own):,}".replace(",", ".")
        assert texts[place + 1 : place + 3] == [str(len(own)), households]


def test_each_number_on_the_map_is_in_the_list():
    zones = some_zones(24)
    atlas = draw(content_of(zones), Paper.A4)
    listed = {row[0]: row[1] for row in atlas.index.rows}
    assert sorted(listed.values()) == sorted(zone.village for zone in zones)
    drawn = [found for text in texts_of(atlas) if (found := re.fullmatch(r"(\d+)( Bản .*)", text))]
    assert len(drawn) >= 12
    for found in drawn:
        assert listed[found[1]].startswith(found[2].strip().rstrip("…"))
    missing = re.search(r"(\d+) điểm không đủ chỗ", words_of(atlas))
    numbers = {found[0] for text in texts_of(atlas) if (found := re.match(r"\d+(?= Bản |$)", text))}
    assert len(numbers & set(listed)) + (int(missing[1]) if missing else 0) >= 24


def test_many_zones_have_sums_by_commune_instead_of_numbers():
    atlas = draw(content_of(some_zones(700)), Paper.A4)
    assert len(atlas.index.columns) == 3
    assert sum(int(row[1]) for row in atlas.index.rows) == 700


def test_sites_only_where_the_content_has_them():
    bare = draw(content_of(some_zones(9)), Paper.A4)
    full = draw(content_of(some_zones(9), sites=some_sites(), restricted=True), Paper.A4)
    assert "Viettel" not in bare.svg
    assert "LƯU HÀNH NỘI BỘ" not in words_of(bare)
    assert "Viettel (2)" in words_of(full)
    assert "LƯU HÀNH NỘI BỘ" in texts_of(full)


def test_a_villages_sheet_has_its_surroundings_only():
    near = Site(105.71, 18.01, "VNPT")
    content = replace(SHEETS["zone"](), sites=(near, Site(106.4, 18.4, "Viettel")))
    atlas = draw(content, Paper.A4)
    assert "VNPT (1)" in words_of(atlas)
    assert "Viettel" not in words_of(atlas)
    assert "18.00000, 105.70000" in texts_of(atlas)


@pytest.mark.parametrize("mark", ["DỰ THẢO", "LƯU HÀNH NỘI BỘ", "RANH GIỚI GẦN ĐÚNG"])
def test_the_marks_stand_on_the_sheet_and_only_where_they_belong(mark):
    fact = {"DỰ THẢO": "draft", "LƯU HÀNH NỘI BỘ": "restricted"}.get(mark, "approximate")
    for sheet in SHEETS.values():
        assert mark in texts_of(draw(replace(sheet(), **{fact: True}), Paper.A4))
        assert mark not in texts_of(draw(sheet(), Paper.A4))


def test_who_may_not_know_payers_is_not_told_that_facts_are_missing():
    zones = [replace(zone, queue=Queue.UNDECIDED) for zone in some_zones(5)]
    told = words_of(draw(content_of(zones, payers_told=False), Paper.A4))
    assert "Chưa công bố" in told
    assert "Chưa đủ dữ kiện" not in told


def test_far_islands_have_a_map_of_their_own():
    """Khánh Hòa's mainland is not made tiny by Trường Sa, nor is a village there left out."""
    mainland, far = box(108.6, 11.4, 109.4, 12.8), box(114.32, 11.42, 114.34, 11.44)
    area = Area("56", "Khánh Hòa", "Tỉnh Khánh Hòa", MultiPolygon([mainland, far]), meridian=108.25)
    zones = [replace(zone, longitude=114.33, latitude=11.43) if place == 0 else zone
             for place, zone in enumerate(some_zones(12, province="56"))]  # fmt: skip
    atlas = draw(content_of(zones, provinces=(area,), communes=(), focus="56"), Paper.A4)
    words = words_of(atlas)
    assert int(re.search(r"Tỷ lệ 1:([\d.]+)", words)[1].replace(".", "")) <= 1_250_000
    assert "Quần đảo Trường Sa (Việt Nam)" in words
    assert "nằm ngoài khung" not in words


@pytest.mark.parametrize("village", ["<b>&\"'", "x" * 300, "😀" * 40, "\u202eשָׁ", "\x00\x1b", "  "])
def test_no_name_is_markup_or_leaves_the_sheet(village):
    zones = [replace(some_zones(1)[0], village=village)]
    for content in (content_of(zones), replace(SHEETS["zone"](), spot=Spot(village, 105.7, 18.0))):
        etree.fromstring(draw(content, Paper.A4).svg.encode())


def test_nothing_to_draw_is_said_and_drawn_all_the_same():
    for content in (content_of(), country_of(), content_of(provinces=(), communes=())):
        assert "Chưa có điểm lõm sóng nào" in words_of(draw(content, Paper.A4))


def test_in_english():
    words = words_of(draw(content_of(some_zones(9), language=Language.EN), Paper.A4))
    assert "Who pays (colour)" in words
    assert "Ai chi trả" not in words


def test_slices_of_a_circle_are_the_shares():
    """Three quarters of the area in one colour, a quarter in the other."""
    drawn = pie({Queue.FUND: 30, Queue.OPERATOR: 10}, 10.0, 10.0, 3.0)
    slices = re.findall(r'<path d="M([^"Z]+)Z" fill="(#\w+)"', drawn)
    shapes = {
        colour: Polygon([tuple(map(float, each.split())) for each in course.split("L")])
        for course, colour in slices
    }
    fund, operator = shapes["#0072b2"], shapes["#d55e00"]
    assert fund.area / operator.area == pytest.approx(3, rel=0.02)
    assert fund.intersection(operator).area < 0.01 * operator.area


def test_the_paper_is_filled():
    """The chosen scale is the largest at which the extent fits on either way of the paper."""
    points = [(500_000.0, 1_900_000.0), (650_000.0, 1_990_000.0)]
    for landscape in (True, False):
        view = window(9209, points, layout(Paper.A4, landscape=landscape).map, margin=0.04,
                      closest=25_000, scales=FINE_SCALES)  # fmt: skip
        finer = [one for one in FINE_SCALES if one < view.scale][-1]
        left, top, right, bottom = view.box
        assert (right - left) * finer / 1000 < 156_000 or (bottom - top) * finer / 1000 < 93_600
