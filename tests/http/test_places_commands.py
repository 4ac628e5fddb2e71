"""``phusong places``: what it prints, writes, and exits with."""

import json

import pytest

from api import command_line
from coverage.actions import places
from tests.small_country import BEFORE, NOW
from tests.small_country_lists import NEXT, all_communes, everything, in_force, written


@pytest.fixture
def phusong(database, monkeypatch, capsys):
    """Runs ``phusong places …`` as the shell would, on the test's database."""
    monkeypatch.setenv("DATABASE_URL", database.url)
    monkeypatch.setenv("DATABASE_OWNER_URL", database.owner_url)

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["phusong", "places", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        told = capsys.readouterr()
        return ended.value.code, told.out, told.err

    return run


@pytest.fixture
def small(database, authority):
    """The small country's lists, the newer one in force."""
    return in_force(database, authority)


def test_load_check_activate_and_list(phusong, small, tmp_path):
    file, answer = written(tmp_path / "xa moi.gpkg"), tmp_path / "answer.json"
    status, told, steps = phusong(
        "load", file, "--vintage", NEXT, "--level", "commune", "--json", answer
    )
    assert status == 0
    assert "Đợt 2026-04-30: 10 xã, 2 tỉnh." in told
    assert f"Chưa đưa vào hiệu lực; đang hiệu lực: {NOW}." in told
    assert "Đọc xa moi.gpkg" in steps
    read = json.loads(answer.read_text(encoding="utf-8"))
    assert (read["changed"], read["active"], read["counts"]) == (
        True, NOW, {"commune": 10, "province": 2}
    )  # fmt: skip
    assert phusong("check", NEXT)[0] == 0
    status, told, _ = phusong("activate", NEXT)
    assert status == 0
    assert f"Đợt {NOW} thôi hiệu lực." in told
    status, told, _ = phusong("load", file, "--vintage", NEXT, "--level", "commune", "--activate")
    assert status == 0
    assert "không thay đổi gì" in told
    status, told, _ = phusong("list", "--json", answer)
    assert status == 0
    assert f"{NEXT}  ĐANG HIỆU LỰC  10 xã, 2 tỉnh; ranh giới thật; xa moi.gpkg" in told
    assert [entry["vintage"] for entry in json.loads(answer.read_text())] == [BEFORE, NOW, NEXT]


def test_an_empty_database_says_what_to_do(phusong, database):
    status, told, _ = phusong("list")
    assert status == 0
    assert "phusong places load" in told


def test_errors_are_one_sentence_each_with_what_to_do(phusong, small, authority, tmp_path):
    before = everything(small, authority)
    (tmp_path / "hong.gpkg").write_bytes(b"not a map")
    status, _, told = phusong(
        "load", tmp_path / "hong.gpkg", "--vintage", NEXT, "--level", "commune"
    )
    assert status == 1
    assert "place.unreadable" in told
    assert "hong.gpkg" in told
    assert "Traceback" not in told
    status, _, told = phusong(
        "load", written(tmp_path / "xa.gpkg"), "--vintage", "30-04-2026", "--level", "commune"
    )
    assert status == 1
    assert "2026-04-30" in told  # an example of a right name
    status, _, told = phusong("activate", "2030-01-01")
    assert (status, "2030-01-01" in told) == (1, True)
    assert everything(small, authority) == before


@pytest.mark.parametrize(
    "arguments",
    [("load", "a.gpkg"), ("load", "a.gpkg", "--vintage", NEXT), ("load", "--vintage", NEXT),
     ("load", "a.gpkg", "--vintage", NEXT, "--level", "district"), ("activate",)],
)  # fmt: skip
def test_wrong_usage(phusong, database, arguments):
    assert phusong(*arguments)[0] == 2


def test_a_check_with_errors_exits_with_one(phusong, small, authority, tmp_path):
    few = written(tmp_path / "it.gpkg", all_communes()[:5])
    assert phusong("load", few, "--vintage", NEXT, "--level", "commune")[0] == 0
    answer = tmp_path / "answer.json"
    status, told, _ = phusong("check", NEXT, "--json", answer)
    assert status == 1
    assert "place.incomplete (lỗi)" in told
    rules = {found["rule"] for found in json.loads(answer.read_text())["findings"]}
    assert "place.incomplete" in rules
    assert phusong("activate", NEXT)[0] == 1
    assert places.list_vintages(small, authority)[1].status == "active"
