"""``phusong lots`` and ``phusong package``: what they print, write, and exit with."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile

import pytest

from tests.builders import a_zone, zone_id
from tests.reported import change, judge, report

pytestmark = pytest.mark.usefixtures("small_places")

KM = 1 / 111.32


@pytest.fixture
def zones(database, authority, officer):
    report(
        database, officer,
        a_zone(1, village="=1+1"), a_zone(2, latitude=18.3 + 5 * KM),
        a_zone(3, latitude=18.3 + 60 * KM, commune_code="18103"),
    )  # fmt: skip
    judge(database, authority, zone_id(1), Viettel=1234.5, VNPT=4567.8)


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_from_zones_to_a_published_package(phusong, zones, tmp_path):
    answer = tmp_path / "answer.json"
    status, told, _ = phusong("lots", "propose", "--province", "42", "--json", answer)
    assert status == 0
    assert "Tỉnh Hà Tĩnh: 2 lô, 3 vùng, 120 hộ (đề xuất mới)." in told
    plan = read(answer)
    totals = plan["totals"]
    assert (totals["lots"], totals["zones"], totals["households"]) == (2, 3, 120)
    assert sorted(len(lot["zones"]) for lot in plan["lots"]) == [1, 2]
    assert "không thay đổi" in phusong("lots", "propose", "--province", "42")[1]

    status, told, _ = phusong("package", "build", "--province", "42", "-o", tmp_path / "gói thầu",
                              "--json", answer)  # fmt: skip
    assert status == 0
    built = read(answer)
    (file,) = (tmp_path / "gói thầu").iterdir()
    assert (built["file"], built["changed"]) == (str(file), True)
    assert file.name == f"{built['number']}_v1_du-thao.zip"
    first = file.read_bytes()
    phusong("package", "build", "--province", "42", "-o", tmp_path / "gói thầu", "--json", answer)
    assert (read(answer)["changed"], file.read_bytes()) == (False, first)

    status, told, _ = phusong("package", "verify", file, "--json", answer)
    assert status == 0
    assert "nguyên vẹn" in told
    assert read(answer)["whole"] is True

    status, told, _ = phusong("package", "publish", built["number"], "-o", tmp_path / "công bố")
    assert status == 0
    assert "đã công bố" in told
    (published,) = (tmp_path / "công bố").iterdir()
    assert phusong("package", "verify", published)[0] == 0
    assert re.fullmatch(
        rf"{built['number']} v1 \[đã công bố \d\d/\d\d/\d{{4}} \d\d:\d\d\]: 2 lô, 3 vùng, 120 hộ\. "
        r"[0-9a-f]{12}\n",
        phusong("package", "list")[1],
    )


def test_the_package_has_its_map_which_keeps_the_marks_and_the_secrets(phusong, zones, tmp_path):
    phusong("lots", "propose", "--province", "42")
    phusong("package", "build", "--province", "42", "-o", tmp_path)
    (file,) = tmp_path.glob("*.zip")
    with zipfile.ZipFile(file) as archive:
        page = archive.read("ban-do.html").decode()
    assert "DỰ THẢO" in page
    assert "Ranh giới gần đúng" in page
    assert "Trường Sa" in page
    for secret in ("SECRET-SITE", "105.123456", "18.654321", "1234.5", "4567.8", "Viettel"):
        assert secret not in page


def test_other_processes_build_the_same_bytes_map_included(
    phusong, database, project, zones, tmp_path
):
    phusong("lots", "propose", "--province", "42")
    answers = []
    for seed, zone in (("0", "UTC"), ("4711", "Pacific/Auckland")):
        subprocess.run(
            [sys.executable, "-c", "from api.command_line import main; main()",
             "package", "build", "--province", "42", "-o", tmp_path, "--json", tmp_path / "a.json"],
            cwd=project, check=True, capture_output=True,
            env={"PATH": os.environ["PATH"], "DATABASE_URL": database.url,
                 "PYTHONHASHSEED": seed, "TZ": zone},
        )  # fmt: skip
        answers.append(read(tmp_path / "a.json"))
    assert answers[0]["sha256"] == answers[1]["sha256"]
    assert [answer["changed"] for answer in answers] == [True, False]


def test_chosen_lots_only(phusong, zones, tmp_path):
    answer = tmp_path / "answer.json"
    phusong("lots", "propose", "--province", "42", "--json", answer)
    lots = [lot["id"] for lot in read(answer)["lots"]]
    phusong("package", "build", "--province", "42", "--lots", lots[0], "-o", tmp_path, "--json",
            answer)  # fmt: skip
    assert read(answer)["lots"] == lots[:1]
    status, _, told = phusong("package", "build", "--province", "42", "--lots", "x", "-o", tmp_path)
    assert (status, "không phải mã lô: x" in told) == (2, True)


def test_a_province_without_fund_zones_ends_with_a_sentence(phusong, officer, tmp_path):
    answer = tmp_path / "answer.json"
    status, _, told = phusong("lots", "propose", "--province", "42", "--json", answer)
    assert status == 1
    assert "chưa có vùng lõm sóng nào do Quỹ chi trả" in told
    assert read(answer)["lots"] == []
    status, _, told = phusong("package", "build", "--province", "42", "-o", tmp_path / "ra")
    assert (status, "chưa có vùng lõm sóng" in told) == (1, True)
    assert not (tmp_path / "ra").exists()


def test_zones_without_lots_say_what_to_do(phusong, zones, tmp_path):
    status, _, told = phusong("package", "build", "--province", "42", "-o", tmp_path)
    assert (status, "phusong lots propose" in told) == (1, True)


@pytest.mark.parametrize("code", ["99", "x", ""])
def test_an_unknown_province_is_refused(phusong, officer, tmp_path, code):
    assert phusong("lots", "propose", "--province", code)[0] == 1
    status, _, told = phusong("package", "build", "--province", code, "-o", tmp_path)
    assert (status, "Không tìm thấy tỉnh" in told) == (1, True)


def test_changed_data_stops_a_publication_with_a_sentence(
    phusong, database, officer, zones, tmp_path
):
    answer = tmp_path / "answer.json"
    phusong("lots", "propose", "--province", "42")
    phusong("package", "build", "--province", "42", "-o", tmp_path, "--json", answer)
    change(database, officer, zone_id(1), households=77)
    status, _, told = phusong("package", "publish", read(answer)["number"])
    assert (status, "số liệu đã thay đổi từ khi lập dự thảo" in told) == (1, True)
    status, _, told = phusong("package", "publish", "GT-2026-42-404")
    assert (status, "Không tìm thấy gói thầu" in told) == (1, True)


def test_a_tampered_package_is_named_and_refused(phusong, zones, tmp_path):
    phusong("lots", "propose", "--province", "42")
    phusong("package", "build", "--province", "42", "-o", tmp_path)
    (file,) = tmp_path.glob("*.zip")
    content = bytearray(file.read_bytes())
    place = content.index(b"L1-01")
    content[place] ^= 1
    file.write_bytes(content)
    answer = tmp_path / "answer.json"
    status, _, told = phusong("package", "verify", file, "--json", answer)
    assert status == 1
    assert re.search(r"Tệp (danh-sach\.csv|ban-do\.html) đã bị thay đổi", told)
    assert read(answer)["findings"][0]["rule"] == "package.file_changed"
    (tmp_path / "không.zip").write_bytes(b"khong phai zip")
    status, _, told = phusong("package", "verify", tmp_path / "không.zip")
    assert (status, "không phải tệp ZIP" in told) == (1, True)
    assert phusong("package", "verify", tmp_path / "thiếu.zip")[0] == 2


@pytest.mark.skipif(shutil.which("unzip") is None, reason="no unzip on this machine")
def test_plain_tools_open_and_check_the_package(phusong, zones, tmp_path):
    phusong("lots", "propose", "--province", "42")
    phusong("package", "build", "--province", "42", "-o", tmp_path)
    (file,) = tmp_path.glob("*.zip")
    subprocess.run(["unzip", "-q", file, "-d", tmp_path / "x"], check=True)
    told = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path / "x", capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert "ban-do.html: OK" in told.stdout
