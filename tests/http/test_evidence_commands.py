"""``phusong towers`` and ``phusong evidence``: what they print, write, and exit with."""

import json

import pytest
from sqlalchemy import text

from coverage.evidence import Reason

HEADER = "Mã trạm,Nhà mạng,Công nghệ,Vĩ độ,Kinh độ\n"


@pytest.fixture
def register(tmp_path):
    """Writes a register and returns its path."""

    def write(*rows, name="tram.csv"):
        path = tmp_path / name
        path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
        return path

    return write


@pytest.fixture
def zone(database, province):
    """A village at 21° N, 105° E."""
    owner = database.owner()
    with owner.begin() as connection:
        connection.execute(
            text("INSERT INTO phusong.vintage (name, approximate, source) VALUES ('thử', true, '')")
        )
        found = connection.execute(
            text(
                "INSERT INTO phusong.zone (organisation_id, province_code, commune_code, vintage,"
                " village, village_key, point, households, grid_power, specially_difficult) VALUES"
                " (:o, '42', '1', 'thử', 'Bản Thử', 'x', ST_SetSRID(ST_MakePoint(105, 21), 4326),"
                " 5, true, true) RETURNING id"
            ),
            {"o": province("42").organisation_id},
        ).scalar_one()
    owner.dispose()
    return str(found)


def test_a_register_is_loaded_and_told(phusong, register, tmp_path):
    file, answer = register("A,VTL,4G,21.02,105", "B,VNPT,4G,21.02,105"), tmp_path / "answer.json"
    status, told, _ = phusong("towers", "load", file, "--json", answer)
    assert status == 0
    assert "2 dòng, 2 được nạp" in told
    assert "1 vị trí trạm, 1 vị trí dùng chung" in told
    read = json.loads(answer.read_text(encoding="utf-8"))
    assert (read["file"], read["status"], read["crs"]) == ("tram.csv", "loaded", "EPSG:4326")
    assert read["totals"]["operators"]["Viettel"] == {"rows": 1, "sites": 1}
    assert read["findings"] == read["replaced"] == []
    status, told, _ = phusong("towers", "load", file, "--json", answer)
    assert status == 0
    assert "không có gì thay đổi" in told
    assert json.loads(answer.read_text())["status"] == "unchanged"


def test_a_refused_register_names_file_row_column_and_rule(
    phusong, register, database, authority, tmp_path
):
    file, answer = register("A,Viettel,4G,21,105", "B,Viettel,4G,4.5,100"), tmp_path / "answer.json"
    status, told, errors = phusong("towers", "load", file, "--json", answer)
    assert (status, told) == (1, "")
    for word in ("tram.csv", "Dòng 3", "Vĩ độ", "tower.outside_extent", "4.500000, 100.000000"):
        assert word in errors
    read = json.loads(answer.read_text(encoding="utf-8"))
    assert read["status"] == "refused"
    [found] = read["findings"]
    assert (found["sheet"], found["row"], found["column"], found["rule"], found["severity"]) == (
        "", 3, "Vĩ độ", "tower.outside_extent", "error",
    )  # fmt: skip
    with database.transaction(authority) as connection:
        assert connection.execute(text("SELECT count(*) FROM phusong.register")).scalar() == 0
    status, told, _ = phusong("towers", "load", file, "--accepted-only", "--json", answer)
    assert status == 1  # done, but a row was rejected
    assert json.loads(answer.read_text())["totals"]["rejected"] == 1


def test_options_are_read_and_wrong_ones_are_wrong_usage(phusong, tmp_path):
    file = tmp_path / "paris.csv"
    file.write_text("Operateur;x;y\n20801;652000;6862000\n", encoding="utf-8")
    assert phusong("towers", "load", file)[0] == 1
    status, told, _ = phusong(
        "towers", "load", file, "--crs", "EPSG:2154", "--extent", "-5.5,41,10,51.5"
    )
    assert status == 0
    assert "EPSG:2154" in told
    for extent in ("1,2,3", "a,b,c,d", "10,41,-5,51", "0,0,0,0", "-200,0,0,10"):
        assert phusong("towers", "load", file, "--extent", extent)[0] == 2
    status, _, errors = phusong("towers", "load", tmp_path / "không có.csv")
    assert status == 1
    assert "file.missing" in errors


def test_a_huge_file_is_refused_before_it_is_read(phusong, tmp_path):
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(2 * 1024**3)
    status, _, errors = phusong("towers", "load", huge)
    assert status == 1
    assert "file.too_large" in errors


def test_zones_are_assessed_and_told(phusong, register, zone, tmp_path):
    answer = tmp_path / "answer.json"
    phusong("towers", "load", register("A,Viettel,4G,21.02,105", "B,VNPT,4G,21.5,105"))
    status, told, _ = phusong("evidence", "assess", "--province", "42", "--json", answer)
    assert status == 0
    assert "1 vùng, 2 nhà mạng có sổ trạm" in told
    table = [line.split() for line in told.splitlines() if line.startswith("  V")]
    assert [line[0] for line in table] == ["Viettel", "VNPT"]
    assert (
        table[0][1:] == ["0", "/", "0", "/", "0", "/", "1"] * 4
    )  # nothing is known of any technology
    assert "Quỹ viễn thông công ích: 1 vùng" in told
    assert "Thay đổi: 8 kết luận, 1 vùng đổi nhóm chi trả" in told
    read = json.loads(answer.read_text(encoding="utf-8"))
    assert read["totals"] == {
        "zones": 1,
        "verdicts": {"none": 0, "weak": 0, "served": 0, "unknown": 8},
        "queues": {"fund": 1, "operator": 0, "power": 0, "covered": 0, "undecided": 0},
    }
    assert read["criteria_set"]["reach_m"] == 3000
    [assessed] = read["zones"]
    assert (assessed["id"], assessed["queue"], assessed["queue_rule_id"]) == (zone, "fund", 2)
    entries = {(each["operator"], each["technology"]): each for each in assessed["operators"]}
    assert len(entries) == 8
    viettel = entries["Viettel", "4G"]
    assert viettel["distance_m"] == pytest.approx(2214.0, abs=1)
    assert viettel["bearing_deg"] == 0.0
    assert viettel["reasons"][0] == Reason.SITE_WITHIN_REACH
    assert (viettel["verdict"], viettel["line_of_sight"], viettel["service"]) == (
        "unknown", None, None,
    )  # fmt: skip
    assert entries["VNPT", "4G"]["reasons"][0] == Reason.SITE_BEYOND_REACH
    assert entries["Viettel", "2G"]["site_id"] is None
    status, told, _ = phusong("evidence", "assess")
    assert "Thay đổi: 0 kết luận, 0 vùng" in told


def test_one_operator_can_be_assessed_by_name(phusong, register, zone, tmp_path):
    answer = tmp_path / "answer.json"
    phusong("towers", "load", register("A,Viettel,4G,21.02,105", "B,VNPT,4G,21.5,105"))
    status, told, _ = phusong("evidence", "assess", "--operator", "VNPT", "--json", answer)
    assert (status, "Thay đổi: 4 kết luận" in told) == (0, True)
    read = json.loads(answer.read_text(encoding="utf-8"))
    assert read["operators"] == ["VNPT"]
    assert {each["operator"] for each in read["zones"][0]["operators"]} == {"VNPT"}
    status, _, errors = phusong("evidence", "assess", "--operator", "Không có")
    assert status == 1
    assert "Không có" in errors


def test_a_zones_verdicts_are_told_with_their_reasons(phusong, register, zone, tmp_path):
    answer = tmp_path / "answer.json"
    status, told, _ = phusong("evidence", "show", zone)
    assert (status, "chưa có kết luận nào" in told) == (0, True)
    phusong("towers", "load", register("A,Viettel,4G,21.02,105"))
    phusong("evidence", "assess")
    phusong("towers", "load", register("A,Viettel,4G,21.1,105", name="mới.csv"))
    phusong("evidence", "assess")
    status, told, _ = phusong("evidence", "show", zone, "--json", answer)
    assert status == 0
    assert "Viettel 4G: Chưa rõ, chưa đo" in told
    assert "Trạm 4G đang phát sóng gần nhất của Viettel cách thôn 11.07" in told
    assert "chưa đo không có nghĩa là không có sóng" in told
    assert "Các kết luận trước đây" in told
    read = json.loads(answer.read_text(encoding="utf-8"))
    assert [each["technology"] for each in read["verdicts"]] == ["2G", "3G", "4G", "5G"]
    [former] = read["former"]
    assert (former["technology"], former["reasons"][0]) == ("4G", Reason.SITE_WITHIN_REACH)
    status, _, errors = phusong("evidence", "show", "00000000-0000-0000-0000-000000000000")
    assert status == 1
    assert "vùng lõm sóng" in errors
    assert phusong("evidence", "show", "x")[0] == 2


def test_without_registers_nothing_is_said_against_an_operator(phusong, zone):
    status, told, errors = phusong("evidence", "assess")
    assert status == 0
    assert "0 nhà mạng có sổ trạm" in told
    assert "Chưa nạp sổ trạm" in errors


def test_nothing_to_assess_is_said_in_words(phusong):
    status, _, errors = phusong("evidence", "assess", "--province", "42")
    assert status == 1
    assert "chưa có vùng lõm sóng nào để đánh giá" in errors
