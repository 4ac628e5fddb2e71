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
        ("x,y,weight\n1,2,nan\n", "siting.not_numbers"),
        ("x,y\n", "siting.no_table"),
        ("x,y,weight\n1,2,1e308\n", "siting.too_large"),
        ("id,x,y\na,1,2,5\nb,2,3\n", "siting.ragged"),
        ("id,x,y\na,1,2\nb,2,3,4\n", "siting.ragged"),
        ("id,x,y\na,1\n", "siting.not_numbers"),
        ("id,x,y\na,1,2\n,3,4\n", "siting.no_id"),
        ("id,x,y\na,1,2\n a,3,4\n", "siting.same_id"),
        ("x,y\n105.1,21.2\n105.3,21.4\n", "siting.not_metres"),
        ("lon,lat\n500000,2300000\n", "siting.not_degrees"),
        ("x,y,weight\n1,2,0\n3,4,0\n", "siting.no_weight"),
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
        ["--radius-m", "0", "--sites", "1"],
        ["--radius-m", "nan", "--sites", "1"],
        ["--radius-m", "inf", "--sites", "1"],
        ["--radius-m", "5", "--budget", "nan"],
        ["--radius-m", "5", "--budget", "0"],
        ["--radius-m", "5", "--sites", "1", "--time-limit-s", "nan"],
    ],
)
def test_wrong_usage_is_two(choose, arguments):
    assert choose("--demand", "d.csv", *arguments, d=DEMAND) == (2, None)


def test_more_sites_than_candidates_are_all_that_help(choose):
    status, found = choose("--demand", "d.csv", "--radius-m", "1", "--sites", "99", d=DEMAND)
    assert (status, len(found["sites"]), found["gap"], found["limited"]) == (0, 4, 0, False)


def test_a_budget_below_the_cheapest_site_is_refused(choose, capsys):
    candidates = "id,x,y,cost\nnear,100,0,7\nlone,90000,0,1\n"
    status, found = choose(
        "--demand", "d.csv", "--candidates", "c.csv", "--radius-m", "800", "--budget", "6",
        d=DEMAND, c=candidates,
    )  # fmt: skip
    assert (status, found) == (1, None)
    assert "siting.budget_below" in capsys.readouterr().err


def test_a_cost_of_nothing_is_refused(choose, capsys):
    status, found = choose(
        "--demand", "d.csv", "--candidates", "c.csv", "--radius-m", "800", "--budget", "6",
        d=DEMAND, c="id,x,y,cost\nnear,100,0,0\n",
    )  # fmt: skip
    assert (status, found) == (1, None)
    assert "siting.below_zero" in capsys.readouterr().err


def test_metres_beside_degrees_are_refused(choose, capsys):
    status, found = choose(
        "--demand", "d.csv", "--candidates", "c.csv", "--radius-m", "800", "--sites", "1",
        d=DEMAND, c="lon,lat\n105.1,21.0\n",
    )  # fmt: skip
    assert (status, found) == (1, None)
    assert "siting.points_differ" in capsys.readouterr().err


def test_a_candidate_that_reaches_nobody_is_told(choose, capsys):
    status, found = choose(
        "--demand", "d.csv", "--candidates", "c.csv", "--radius-m", "800", "--sites", "2",
        d=DEMAND, c="id,x,y\nnear,100,0\nlone,90000,0\n",
    )  # fmt: skip
    assert (status, found["sites"]) == (0, ["near"])
    assert [each["rule"] for each in found["findings"]] == ["siting.reach_nobody"]
    assert "lone" in capsys.readouterr().err


def test_lines_of_distances_with_unknown_ids_are_rejected_and_the_rest_answered(choose, capsys):
    status, found = choose(
        "--demand", "d.csv", "--candidates", "c.csv", "--distances", "t.csv", "--within", "500",
        "--sites", "1", d="id,weight\nt1,5\nt2,7\n", c="id\ns1\n",
        t="demand,site,distance\nt1,s1,400\nt9,s1,100\nt2,s9,100\n",
    )  # fmt: skip
    assert (status, found["sites"], found["covered"]) == (1, ["s1"], 5)
    assert [each["rule"] for each in found["findings"]] == ["siting.unknown_ids"] * 2
    told = capsys.readouterr().err
    assert "t9" in told
    assert "s9" in told


def test_a_distance_below_zero_is_refused(choose, capsys):
    status, found = choose(
        "--demand", "d.csv", "--distances", "t.csv", "--within", "500", "--sites", "1",
        d="id\nt1\n", t="demand,site,distance\nt1,s1,-4\n",
    )  # fmt: skip
    assert (status, found) == (1, None)
    assert "siting.below_zero" in capsys.readouterr().err


def test_a_radius_that_reaches_everything_of_much_is_refused(choose, capsys, monkeypatch):
    monkeypatch.setattr("coverage.siting.reach.MOST_PAIRS", 15)
    status, found = choose("--demand", "d.csv", "--radius-m", "9000", "--sites", "1", d=DEMAND)
    assert (status, found) == (1, None)
    assert "siting.too_many_pairs" in capsys.readouterr().err
    status, found = choose("--demand", "d.csv", "--radius-m", "400", "--sites", "1")
    assert (status, found["covered"]) == (0, 8)


def test_a_whole_matrix_of_distances_answers_as_the_points_do(choose):
    places = [(x * 310 % 4700, x * 770 % 3900) for x in range(40)]
    demand = "id,x,y,weight\n" + "".join(
        f"v{n},{x},{y},{n * 7 % 11}\n" for n, (x, y) in enumerate(places)
    )
    matrix = "demand,candidate,distance\n" + "".join(
        f"v{n},v{m},{((x - a) ** 2 + (y - b) ** 2) ** 0.5}\n"
        for n, (x, y) in enumerate(places)
        for m, (a, b) in enumerate(places)
    )
    _, by_points = choose("--demand", "d.csv", "--radius-m", "800", "--sites", "4", d=demand)
    status, found = choose(
        "--demand", "d.csv", "--distances", "t.csv", "--within", "800", "--sites", "4", t=matrix
    )
    assert (status, found["optimal"]) == (0, True)
    assert (found["covered"], found["bound"]) == (by_points["covered"], by_points["bound"])
