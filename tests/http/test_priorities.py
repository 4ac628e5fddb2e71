"""The ranking on its page, in the API, as CSV, on a zone's page and on the command line."""

import csv
import html
import io
import json
import re

import pytest

from api import command_line
from coverage.people import Role

pytestmark = pytest.mark.usefixtures("one_commune")

# ruff: noqa: PLR0917 - fixtures


def test_the_ranking_is_shown_tried_and_proposed(database, authority, signed_in, officer, zone):
    planner = signed_in(authority, Role.PLANNER)
    page = planner.get("/priorities")
    assert page.status_code == 200
    assert "Đề xuất trọng số này" not in page.text
    tried = planner.get("/priorities?households=100")
    assert "Đề xuất trọng số này thành quy định" in tried.text
    link = re.search(r'href="(/rules/changes/new[^"]*)"', tried.text)
    form = planner.get(html.unescape(link[1]))
    assert 'name="value.households" value="1.000000000"' in form.text
    assert 'name="value.waiting" value="0.000000000"' in form.text
    values = dict(re.findall(r'name="(value\.[a-z_]+)" value="([^"]*)"', form.text))
    previewed = planner.fill(
        "/rules/changes/preview", kind="setting", name="score_weights", valid_from="2027-01-01",
        citation="Biên bản 7", reason="Ưu tiên thôn đông hộ", **values,
    )  # fmt: skip
    assert previewed.status_code == 200
    assert "Thứ hạng ưu tiên hôm nay" in previewed.text


def test_weights_that_cannot_be_tried_are_told_beside_the_standing_ranks(
    database, authority, signed_in, zone
):
    planner = signed_in(authority, Role.PLANNER)
    for typed in ("households=-5", "households=nhiều", "households=0&waiting=0"):
        page = planner.get(f"/priorities?{typed}")
        assert page.status_code == 200
        assert "Chưa thử được trọng số này" in page.text


def test_the_csv_has_every_zone_and_no_formula(database, authority, signed_in, zone):
    handed = signed_in(authority, Role.PLANNER).get("/priorities?form=csv&households=50")
    rows = list(csv.DictReader(io.StringIO(handed.content.decode("utf-8-sig"))))
    assert str(zone) in {row["zone_id"] for row in rows}
    for row in rows:
        assert int(row["best_rank"]) <= int(row["rank"]) <= int(row["worst_rank"])
        assert row["village"][:1] not in set("=+-@")
        assert row["points_school_or_health_post"] == ""


def test_a_zone_shows_its_parts_to_its_province_and_no_score_to_operators(
    database, authority, signed_in, officer, zone, operator
):
    own = signed_in(officer).get(f"/zones/{zone}")
    assert 'id="priority"' in own.text
    assert "/priorities?province" not in own.text
    assert "/priorities?province" in signed_in(authority, Role.PLANNER).get(f"/zones/{zone}").text
    rival = signed_in(operator("Viettel"))
    assert 'id="priority"' not in rival.get(f"/zones/{zone}").text
    assert rival.get("/priorities").status_code == 403
    assert signed_in(officer).get("/priorities").status_code == 403


def test_the_api_tells_what_the_page_tells(database, authority, signed_in, officer, zone):
    planner = signed_in(authority, Role.PLANNER)
    listed = planner.get("/api/v1/priorities?weights=households=0.5,waiting=0.5").json()
    mine = next(each for each in listed["zones"] if each["zone_id"] == str(zone))
    assert mine["what_if"]["rank"] >= 1
    assert listed["tried"]["waiting"] == 0.5
    alone = planner.get(f"/api/v1/zones/{zone}/priority").json()
    assert alone["score"] == mine["score"]
    assert planner.get("/api/v1/priorities?weights=so=1").status_code == 422
    assert planner.get("/api/v1/priorities?weights=households=1.2.3").status_code == 422
    assert signed_in(officer).get(f"/api/v1/zones/{zone}/priority").status_code == 200


def test_the_command_ranks_and_writes_the_same(database, zone, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("DATABASE_URL", database.url)
    monkeypatch.setenv("DATABASE_OWNER_URL", database.owner_url)
    out = tmp_path / "hang.json"
    assert command_line.run(["zones", "rank", "--json", str(out)]) == 0
    assert "được xếp hạng" in capsys.readouterr().out
    told = json.loads(out.read_text(encoding="utf-8"))
    assert str(zone) in {each["zone_id"] for each in told["zones"]}
    assert command_line.run(["zones", "rank", "--weights", "households=x"]) == 2
    assert command_line.run(["zones", "rank", "--weights", "ho=1"]) == 1
    listed = tmp_path / "xa.csv"
    listed.write_text("code\n00000\n", encoding="utf-8")
    assert command_line.run(["places", "priorities", str(listed)]) == 1
