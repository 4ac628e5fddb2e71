"""Printed maps at the doors: pages, the API, the command line; each shows what its reader may see."""

import re
import shutil
import subprocess

import pytest

from api import command_line
from coverage.actions import people
from coverage.actions.lots import propose_lots
from coverage.storage.lot_pins import AskedBounds
from tests.builders import a_zone, zone_id
from tests.reported import load_places, report

KM = 1 / 111.32
needs_pdftotext = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext is not on this machine"
)


def read(content):
    """The words of a PDF, as somebody who searches in it finds them."""
    assert content.startswith(b"%PDF-")
    told = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True
    )
    return re.sub(r"\s+", " ", told.stdout.decode().replace("\u200b", ""))


@pytest.fixture
def plan(database, authority, province):
    load_places(database, authority)
    zones = [a_zone(n, latitude=18.0 + 5 * n * KM, village=f"Bản Rào Tre {n}") for n in range(1, 9)]
    report(database, province("42"), *zones)
    return propose_lots(database, authority, "42", AskedBounds(lots=2))


@pytest.fixture
def phusong(database, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", database.url)
    monkeypatch.setenv("DATABASE_OWNER_URL", database.owner_url)

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["phusong", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        return ended.value.code, capsys.readouterr()

    return run


@needs_pdftotext
def test_each_map_is_a_paper_whose_words_can_be_searched(plan, signed_in, authority):
    visitor = signed_in(authority)
    lot = plan.lots[0]
    for address, told in (
        ("/map/print", "Vùng lõm sóng di động toàn quốc"),
        ("/map/print?province=42&paper=a3", "Bản đồ vùng lõm sóng di động"),
        (f"/lots/{lot.id}/map.pdf", f"Bản đồ lô {lot.number}"),
        (f"/zones/{zone_id(3)}/map.pdf?paper=a3", "Vùng lõm sóng: Bản Rào Tre 3"),
    ):
        answer = visitor.get(address)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-disposition"].startswith("inline; filename*=UTF-8''ban-do")
        words = read(answer.content)
        assert told in words
        assert "Hoàng Sa" in words
        assert "Bộ tiêu chí" in words or "bộ tiêu chí" in words
        assert b"/StructTreeRoot" in answer.content
    listed = read(visitor.get("/map/print?province=42").content)
    assert all(f"Bản Rào Tre {number}" in listed for number in range(1, 9))


def test_the_same_day_gives_the_same_file_and_another_map_another(plan, signed_in, authority):
    visitor = signed_in(authority)
    first, again, other = (
        visitor.get(f"/map/print?province=42&paper={paper}").content for paper in ("a4", "a4", "a3")
    )
    assert first == again
    assert first != other


@needs_pdftotext
def test_nobody_is_shown_on_paper_what_they_may_not_see(plan, authority, province, signed_in):
    assert "Bản Rào Tre 1" in read(signed_in(authority).get("/map/print?province=42").content)
    stranger = signed_in(province("40"))
    words = read(stranger.get("/map/print?province=42").content)
    assert "Rào Tre" not in words
    assert "Chưa có điểm lõm sóng nào" in words
    assert "Chưa có điểm lõm sóng nào" in read(stranger.get("/map/print").content)
    assert stranger.get(f"/zones/{zone_id(1)}/map.pdf").status_code == 404
    assert stranger.get(f"/lots/{plan.lots[0].id}/map.pdf").status_code == 404


def test_pages_lead_to_their_papers(plan, signed_in, authority):
    visitor = signed_in(authority)
    for page, paper in (
        ("/map?province=42", "/map/print?province=42&amp;paper=a3"),
        ("/map", "/map/print?paper=a4"),
        (f"/lots/{plan.lots[0].id}", f"/lots/{plan.lots[0].id}/map.pdf?paper=a4"),
        (f"/zones/{zone_id(1)}", f"/zones/{zone_id(1)}/map.pdf?paper=a3"),
    ):
        assert f'href="{paper}"' in visitor.get(page).text


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/map/print?province=99", 404), ("/map/print?province=x", 422), ("/map/print?paper=a0", 422),
        ("/lots/00000000-0000-4000-8000-000000000000/map.pdf", 404),
    ],
)  # fmt: skip
def test_what_is_not_there_is_said(plan, signed_in, authority, address, status):
    assert signed_in(authority).get(address).status_code == status


def test_the_command_writes_what_the_files_ending_says(plan, phusong, tmp_path):
    paper, page = tmp_path / "x.pdf", tmp_path / "x.html"
    assert phusong("map", "province", "42", "-o", paper, "--paper", "a3")[0] == 0
    assert phusong("map", "province", "42", "-o", page)[0] == 0
    assert paper.read_bytes().startswith(b"%PDF-")
    assert page.read_bytes().startswith(b"<!DOCTYPE html>")
    for arguments in (("national",), ("lot", plan.lots[0].id), ("zone", zone_id(2))):
        assert phusong("map", *arguments, "-o", paper)[0] == 0
        assert paper.read_bytes().startswith(b"%PDF-")
    status, told = phusong("map", "national", "-o", paper, "--sites")
    assert status == 2
    assert "hãy in từng tỉnh" in told.err


def test_a_program_gets_the_same_papers(database, plan, signed_in, authority, program_of):
    visitor = signed_in(authority)
    token = people.issue_token(
        database, authority, organisation_id=authority.organisation_id, role=authority.role,
        label="thử",
    )  # fmt: skip
    client, lot, zone = program_of(token), plan.lots[0].id, zone_id(3)
    for page, address in (
        ("/map/print?paper=a3", "national.pdf?paper=a3"),
        ("/map/print?province=42", "provinces/42.pdf"),
        (f"/lots/{lot}/map.pdf", f"lots/{lot}.pdf"),
        (f"/zones/{zone}/map.pdf", f"zones/{zone}.pdf"),
    ):
        answer = client.get(f"/api/v1/maps/{address}")
        assert answer.status_code == 200
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.content == visitor.get(page).content
