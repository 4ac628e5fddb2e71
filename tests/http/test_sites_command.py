"""``phusong sites choose`` as a planner types it: the contract of design.md §5, and refusals."""

import json

import pytest

from api import command_line

DEMAND = "id,x,y,weight\na,0,0,5\nb,300,0,3\nc,5000,0,4\nd,5200,0,1\n"


@pytest.fixture
def choose(tmp_path):
    def run(*arguments, **files):
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        out = tmp_path / "out.json"
        out.unlink(missing_ok=True)
        named = [str(tmp_path / a) if a.endswith(".csv") else a for a in arguments]
        status = command_line.run(["sites", "choose", *named, "--json", str(out)])
        return status, json.loads(out.read_text()) if out.exists() else None

    return run


def test_the_most_with_one_site_and_then_all(choose):
    status, one = choose("--demand", "d.csv", "--radius-m", "800", "--sites", "1", d=DEMAND)
    assert status == 0
    assert (one["covered"], one["total"], one["bound"], one["gap"]) == (8, 13, 8, 0)
    assert one["sites"] in (["a"], ["b"])
    assert {"sites", "covered", "total", "cost", "bound", "gap", "seconds"} <= set(one)
    status, every = choose("--demand", "d.csv", "--radius-m", "800", "--cover-all")
    assert (status, every["covered"], every["cost"], every["bound"]) == (0, 13, 2, 2)


def test_a_budget_counts_what_candidates_cost(choose):
    candidates = "id,x,y,cost\nnear,100,0,2\nboth,2600,0,9\nfar,5100,0,2.5\n"
    status, found = choose(
        "--demand", "d.csv", "--candidates", "c.csv", "--radius-m", "2700", "--budget", "4",
        d=DEMAND, c=candidates,
    )  # fmt: skip
    assert status == 0
    assert (found["sites"], found["covered"], found["cost"]) == (["near"], 8, 2)


def test_points_without_ids_are_named_by_their_place_and_degrees_are_geodesic(choose):
    demand = "lon,lat,weight\n105.0,21.0,1\n105.0,21.004,2\n105.0,21.5,9\n"
    status, found = choose("--demand", "d.csv", "--radius-m", "500", "--sites", "1", d=demand)
    assert (status, found["sites"], found["covered"]) == (0, [2], 9)


def test_distances_say_who_reaches_whom_in_either_order(choose):
    demand = "id,weight\nt1,5\nt2,7\nt3,1\n"
    for header, cells in (("site,demand", "{0},{1}"), ("tract,store", "{1},{0}")):
        rows = [("s1", "t1", 400), ("s1", "t2", 900), ("s2", "t2", 100), ("s2", "t3", 501)]
        table = f"distance,{header}\n" + "".join(f"{m},{cells.format(s, t)}\n" for s, t, m in rows)
        status, found = choose(
            "--demand", "d.csv", "--candidates", "c.csv", "--distances", "t.csv",
            "--within", "500", "--sites", "1", d=demand, c="id\ns1\ns2\n", t=table,
        )  # fmt: skip
        assert (status, found["sites"], found["covered"]) == (0, ["s2"], 7)


def test_what_nobody_reaches_is_told(choose, capsys):
    demand = "id,weight\nt1,5\nt2,7\n"
    status, found = choose(
        "--demand", "d.csv", "--distances", "t.csv", "--within", "500", "--cover-all",
        d=demand, t="demand,site,distance\nt1,s1,400\nt2,s1,900\n",
    )  # fmt: skip
    assert (status, found["sites"], found["covered"], found["total"]) == (1, ["s1"], 5, 12)
    assert "7" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("table", "rule"),
    [
        ("", "siting.no_table"),
        ("name,x\nq,1\n", "siting.no_points"),
        ("x,y\n1,a\n", "siting.not_numbers"),
        ("x,y,weight\n1,2,-1\n", "siting.below_zero"),
        ("id,x,y\na,1,2\na,3,4\n", "siting.same_id"),
        ("lon,lat\n105,121\n", "siting.not_degrees"),
        ("x,y\n1,inf\n", "siting.not_numbers"),
    ],
)
def test_a_bad_table_is_refused_with_a_sentence(choose, capsys, table, rule):
    status, found = choose("--demand", "d.csv", "--radius-m", "5", "--sites", "1", d=table)
    assert (status, found) == (1, None)
    assert rule in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--radius-m", "5"],
        ["--radius-m", "5", "--sites", "1", "--cover-all"],
        ["--sites", "1"],
        ["--radius-m", "5", "--within", "3", "--sites", "1"],
        ["--radius-m", "-5", "--sites", "1"],
        ["--radius-m", "5", "--sites", "0"],
    ],
)
def test_wrong_usage_is_two(choose, arguments):
    assert choose("--demand", "d.csv", *arguments, d=DEMAND) == (2, None)
