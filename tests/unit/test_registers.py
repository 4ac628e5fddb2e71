"""Tower registers as operators and regulators really write them, and as they should not."""

from __future__ import annotations

import io
import json

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from coverage.coordinates import Extent, to_vn2000
from coverage.errors import InputRefused
from coverage.intake.files import read
from coverage.intake.registers import RegisterReading, read_register
from coverage.towers import Technology

VIETNAM = Extent(south=6.5, west=102.0, north=23.5, east=118.0)
FRANCE = Extent(south=41.0, west=-5.5, north=51.5, east=10.0)
G2, G3, G4, G5 = Technology
HEADER = "Mã trạm,Nhà mạng,Công nghệ,Vĩ độ,Kinh độ"


def register(content, name="tram.csv", *, extent=VIETNAM, crs=None, operator=None):
    data = content.encode() if isinstance(content, str) else content
    return read_register(read(data, name), RegisterReading(extent, crs, operator))


def refusal(*arguments, **facts):
    with pytest.raises(InputRefused) as refused:
        register(*arguments, **facts)
    [found] = refused.value.findings
    return found


def rules(read_):
    return [found.rule for found in read_.findings]


def workbook(*sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_every_column_of_the_usual_form():
    done = register(
        "Mã trạm,Nhà mạng,Công nghệ,Vĩ độ,Kinh độ,Độ cao anten (m),Băng tần (MHz),Trạng thái,"
        "Dùng chung,Mã vị trí dùng chung\n"
        "VTL1,Viettel,2G;4G,21.037866,105.828881,24,900;1800,Phát sóng,Có,DC1\n"
        "VNP1,VinaPhone,4G,21.04,105.84,,,Kế hoạch,Không,\n"
    )
    first, second = done.listings
    assert (first.row, first.operator, first.site_code, first.shared_code) == (
        2, "Viettel", "VTL1", "DC1",
    )  # fmt: skip
    assert first.position == (21.037866, 105.828881)
    assert (first.technologies, first.bands_mhz, first.antenna_height_m) == (
        (G2, G4), (900, 1800), 24.0,
    )  # fmt: skip
    assert (first.on_air, first.shareable) == (True, True)
    assert second.operator == "VNPT"
    assert (second.shared_code, second.bands_mhz, second.antenna_height_m) == ("", (), None)
    assert (second.on_air, second.shareable) == (False, False)
    assert done.findings == []
    assert (done.rows, done.loaded, done.rejected, done.without_position) == (2, 2, 0, 0)
    assert done.crs == "EPSG:4326"
    assert done.form["sheets"][0]["columns"]["shared_code"] == "Mã vị trí dùng chung"


def test_the_french_register_with_flags_metres_and_an_empty_row():
    done = register(
        "Operateur;x;y;2G;3G;4G\n20801;102980;6847973;1;1;0\n20815;#N/A;#N/A;0;1;0\n",
        extent=FRANCE, crs="2154",
    )  # fmt: skip
    [listing] = done.listings
    to_degrees = Transformer.from_crs(2154, 4326, always_xy=True)
    assert listing.position == pytest.approx(to_degrees.transform(102980, 6847973)[::-1], abs=1e-9)
    assert listing.technologies == (G2, G3)
    assert listing.operator == "20801"
    assert (done.rows, done.loaded, done.without_position) == (2, 1, 1)
    assert rules(done) == ["tower.position_missing", "tower.operator_new"]
    missing = done.findings[0]
    assert (missing.facts["row"], missing.column, missing.value) == ("3", "x", "#N/A; #N/A")
    assert done.errors == []
    assert done.crs == "EPSG:2154"


@pytest.mark.parametrize("heading", ["x (EPSG:2154)", "X Lambert 93"])
def test_the_file_may_state_its_system(heading):
    done = register(f"Operateur;{heading};y\n20801;102980;6847973\n", extent=FRANCE)
    assert done.crs == "EPSG:2154"
    assert done.loaded == 1


def test_vn2000_with_x_as_northing_under_a_title():
    [east], [north] = to_vn2000(9206, [103.5], [21.5])
    done = register(
        workbook(
            (
                "Trạm",
                [
                    ["SỔ TRẠM BTS TỈNH SƠN LA"],
                    ["Hệ tọa độ VN-2000, kinh tuyến trục 104°00′, múi chiếu 3°"],
                    ["STT", "Nhà mạng", "Tọa độ", None],
                    [None, None, "X", "Y"],
                    [1, "MBF", north, east],
                    ["Tổng cộng", None, None, None],
                ],
            )
        ),
        "so.xlsx",
    )
    [listing] = done.listings
    assert listing.position == pytest.approx((21.5, 103.5), abs=1e-7)
    assert (listing.sheet, listing.row, listing.operator) == ("Trạm", 5, "MobiFone")
    assert done.crs == "EPSG:9206"
    assert rules(done) == ["tower.swapped", "tower.not_a_station"]
    assert done.rows == 1


def test_two_headings_in_one_row_of_letters():
    done = register(workbook(("DS", [["Lat", "Long", "Mạng"], [21.0, 105.0, "VNM"]])), "a.xlsx")
    assert done.form["sheets"][0]["columns"] == {"latitude": "A", "longitude": "B", "operator": "C"}
    assert done.form["sheets"][0]["header_row"] == 1
    assert done.listings[0].operator == "Vietnamobile"


def test_one_row_per_site_with_a_column_per_operator():
    done = register(
        "Mã vị trí,Vĩ độ,Kinh độ,Viettel,VinaPhone,MobiFone\n"
        "DC1,21,105,2G;4G,x,\nDC2,21.1,105,0,4G,?\n"
    )
    assert [(each.shared_code, each.operator, each.technologies) for each in done.listings] == [
        ("DC1", "Viettel", (G2, G4)), ("DC1", "VNPT", ()), ("DC2", "VNPT", (G4,)),
    ]  # fmt: skip
    assert rules(done) == ["tower.mark_unknown"]
    assert done.findings[0].column == "MobiFone"


def test_several_operators_in_one_cell():
    done = register(f"{HEADER}\nA1,Viettel; Vinaphone và MobiFone,4G,21,105\n")
    assert [each.operator for each in done.listings] == ["Viettel", "VNPT", "MobiFone"]
    assert done.loaded == 1


def test_a_yes_is_no_code_that_two_rows_share():
    done = register(
        "Nhà mạng,Vĩ độ,Kinh độ,Mã dùng chung\nViettel,21,105,Có\nVNPT,22,106,Có\nVNPT,21,106,DC 7\n"
    )
    assert [each.shared_code for each in done.listings] == ["", "", "DC 7"]


def test_geojson_in_longitude_and_latitude():
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [105.5, 21.5]},
        "properties": {"ma_tram": "A1", "nha_mang": "04", "cong_nghe": "LTE/NR"},
    }
    done = register(json.dumps({"type": "FeatureCollection", "features": [feature]}), "t.geojson")
    [listing] = done.listings
    assert listing.position == (21.5, 105.5)
    assert (listing.operator, listing.technologies, listing.row) == ("Viettel", (G4, G5), 1)


def test_a_whole_file_with_its_headings_exchanged():
    done = register(f"{HEADER}\nA,Viettel,4G,105.1,21.1\nB,Viettel,4G,105.2,21.2\n")
    assert [each.position for each in done.listings] == [(21.1, 105.1), (21.2, 105.2)]
    [told] = done.findings
    assert (told.rule, told.facts["rows"], told.severity.value) == ("tower.swapped", "2, 3", "info")


def test_one_exchanged_row_among_good_ones():
    done = register(f"{HEADER}\nA,Viettel,4G,21.1,105.1\nB,Viettel,4G,105.2,21.2\n")
    assert [each.position for each in done.listings] == [(21.1, 105.1), (21.2, 105.2)]
    assert done.findings[0].facts["rows"] == "3"


def test_bare_x_and_y_in_degrees_are_wgs84():
    assert register("Nhà mạng,x,y\nViettel,105.1,21.1\n").listings[0].position == (21.1, 105.1)


def test_decimal_commas_and_minutes():
    done = register(
        "Nhà mạng;Vĩ độ;Kinh độ\nViettel;21,0285;105,8542\nViettel;21°01′42.6″B;105°51′15.12″Đ\n"
    )
    for listing in done.listings:
        assert listing.position == pytest.approx((21.0285, 105.8542), abs=1e-6)


def test_a_tower_outside_the_country_is_an_error_at_its_row_and_column():
    done = register(f"{HEADER}\nA,Viettel,4G,21,105\nB,Viettel,4G,48.85,2.35\nC,VNPT,4G,21,106\n")
    [error] = done.errors
    assert (error.rule, error.facts["row"], error.column) == ("tower.outside_extent", "3", "Vĩ độ")
    assert error.value == "48.85; 2.35"
    assert "Dòng 3" in error.message()
    assert (done.loaded, done.rejected) == (2, 1)


def test_in_a_workbook_the_sheet_and_the_letter_are_named():
    content = workbook(
        (
            "Trạm",
            [["Mạng", "Vĩ độ", "Kinh độ"], ["VTL", 21, 105], ["VTL", 1, 2], ["VTL", 21, 105.1]],
        )
    )
    [error] = register(content, "a.xlsx").errors
    assert error.column == "B"
    assert error.message().startswith("[Trạm] Dòng 3:")


def test_a_register_read_in_the_wrong_system_is_one_error():
    rows = "".join(f"20801;{700000 + step};6600000;1\n" for step in range(50))
    [error] = register(f"Operateur;x;y;4G\n{rows}", crs="EPSG:32648").errors
    assert error.rule == "tower.mostly_outside"
    assert (error.facts["count"], error.facts["total"]) == ("50", "50")


def test_positions_that_are_no_numbers():
    done = register(f"{HEADER}\nA,Viettel,4G,gần chợ,105\nB,Viettel,4G,21,\nC,Viettel,4G,21,105\n")
    assert [(each.rule, each.facts["row"]) for each in done.errors] == [
        ("tower.position_unreadable", "2"),
        ("tower.position_unreadable", "3"),
    ]
    assert done.loaded == 1


def test_metres_without_a_system_are_refused():
    found = refusal("Operateur;x;y\n20801;102980;6847973\n", extent=FRANCE)
    assert found.rule == "tower.crs_missing"
    assert found.facts["example"] == "102980; 6847973"
    found = refusal("Nhà mạng,Vĩ độ,Kinh độ\nViettel,2376789,517823\n")
    assert found.rule == "tower.crs_missing"


@pytest.mark.parametrize("crs", ["EPSG:99999", "abc", "6956", "EPSG:0", "kinh tuyến 105"])
def test_an_unknown_or_withdrawn_system_is_refused(crs):
    assert refusal("Nhà mạng,x,y\nViettel,517823,2376789\n", crs=crs).rule == "tower.crs_unknown"


def test_files_without_what_a_register_needs():
    assert refusal("Họ tên,Lớp\nAn,1A\n").rule == "tower.no_columns"
    assert refusal(f"{HEADER}\n").rule == "tower.no_rows"
    assert refusal("Mã trạm,Vĩ độ,Kinh độ\nA,21,105\n").rule == "tower.operator_missing"
    found = refusal("Mã trạm,Nhà mạng,Công nghệ\nA,Viettel,4G\n")
    assert found.rule == "tower.no_position_columns"
    assert found.facts["headings"] == "Mã trạm, Nhà mạng, Công nghệ"


def test_a_file_of_one_operator():
    content = "Mã trạm,Vĩ độ,Kinh độ\nA,21,105\nTổng cộng: 1 trạm,,\n"
    done = register(content, operator="Viettel")
    assert [each.operator for each in done.listings] == ["Viettel"]
    done = register(
        f"{HEADER}\nA,VTL,4G,21,105\nB,VNPT,4G,21,105\n,,4G,21,106\n", operator="Viettel"
    )
    assert [each.operator for each in done.listings] == ["Viettel", "Viettel"]
    [error] = done.errors
    assert (error.rule, error.facts["row"]) == ("tower.other_operator", "3")
    assert (error.facts["operator"], error.facts["other"]) == ("Viettel", "VNPT")


def test_a_row_without_an_operator_is_an_error():
    [error] = register(f"{HEADER}\nA,,4G,21,105\nB,VNPT,4G,21,105\n").errors
    assert (error.rule, error.facts["row"], error.column) == (
        "tower.operator_blank",
        "2",
        "Nhà mạng",
    )


def test_sheets_that_are_no_register_are_named_and_hidden_ones_left():
    content = workbook(
        ("Ghi chú", [["Người lập"], ["An"]]),
        ("Trạm", [["Mạng", "Vĩ độ", "Kinh độ"], ["VTL", 21, 105]]),
        ("Trạm 2", [["Mạng", "Vĩ độ", "Kinh độ"], ["VNPT", 21, 106]]),
    )
    done = register(content, "a.xlsx")
    assert [(each.sheet, each.operator) for each in done.listings] == [
        ("Trạm", "Viettel"), ("Trạm 2", "VNPT"),
    ]  # fmt: skip
    assert rules(done) == ["tower.sheet_not_read"]


def test_many_rows_with_one_fault_are_told_shortly_and_counted():
    rows = "".join(f"A{step},Viettel,9G,21.{step:03},105\n" for step in range(100))
    done = register(f"{HEADER}\n{rows}")
    assert rules(done) == ["tower.technology_unknown"] * 20 + ["tower.and_more"]
    assert done.findings[-1].facts["count"] == "80"
    assert done.findings[-1].severity.value == "warning"
    assert done.loaded == 100


def test_doubtful_cells_are_told_and_taken_as_unknown():
    done = register(
        "Nhà mạng,Vĩ độ,Kinh độ,Độ cao anten,Băng tần,Trạng thái,Dùng chung\n"
        "Viettel,21,105,9999,B3,đang bảo trì,có lẽ\n"
    )
    assert rules(done) == [
        "tower.band_unknown", "tower.height_unlikely", "tower.status_unknown", "tower.mark_unknown",
    ]  # fmt: skip
    [listing] = done.listings
    assert (listing.antenna_height_m, listing.bands_mhz, listing.on_air, listing.shareable) == (
        None, (), None, None,
    )  # fmt: skip


def test_heights_in_feet_and_with_a_unit():
    done = register("Operator,Lat,Lon,Antenna height (ft)\nViettel,21,105,100\n")
    assert done.listings[0].antenna_height_m == 30.48
    done = register("Nhà mạng,Vĩ độ,Kinh độ,Độ cao anten\nViettel,21,105,42 m\n")
    assert done.listings[0].antenna_height_m == 42.0


def test_a_misspelt_operator_is_told():
    done = register(f"{HEADER}\nA,Vietel,4G,21,105\nB,FPT Telecom,4G,21,105\n")
    assert [(each.rule, each.facts["operator"]) for each in done.findings] == [
        ("tower.operator_likely", "Vietel"), ("tower.operator_new", "FPT Telecom"),
    ]  # fmt: skip
    assert done.findings[0].facts["likely"] == "Viettel"


def test_codes_whose_zero_a_spreadsheet_took():
    content = workbook(("S", [["MNC", "Lat", "Lon"], [4, 21, 105], [2, 21, 106], [1, 21, 107]]))
    assert [each.operator for each in register(content, "a.xlsx").listings] == [
        "Viettel", "VNPT", "MobiFone",
    ]  # fmt: skip


CELL = st.sampled_from(
    ["", "21.5", "105.5", "2G;4G", "Viettel", "VNPT;MBF", "#N/A", "x", "0", "Có", "999", "tổng"]
) | st.text(max_size=8)


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(st.lists(CELL, min_size=5, max_size=5), min_size=1, max_size=8))
def test_whatever_the_cells_hold_no_row_is_lost(rows):
    lines = [
        [cell.replace('"', "").replace("\n", " ").replace("\r", " ") for cell in row]
        for row in rows
    ]
    text = "\n".join([HEADER, *(",".join(f'"{cell}"' for cell in row) for row in lines)])
    try:
        done = register(text)
    except InputRefused:  # a sentence about the whole file, as no row is a station
        return
    assert done.rows == done.loaded + done.rejected + done.without_position
    passed_over = sum(found.rule == "tower.not_a_station" for found in done.findings)
    blank = sum(not any(cell.strip() for cell in row) for row in lines)
    assert done.rows + passed_over + blank == len(rows)
    assert {each.row for each in done.listings} <= set(range(2, len(rows) + 2))
    assert len({each.row for each in done.listings}) == done.loaded
    for found in done.findings:
        assert found.message()
        assert found.fix()
