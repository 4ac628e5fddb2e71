"""Rows to physical sites, against a slow reading of the rule in coverage/towers.py."""

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from coverage.towers import Listing, SiteLimits, Technology, collapse

GEOD = Geod(ellps="WGS84")
LIMITS = SiteLimits()
NORTH_M = 1 / 110_714  # degrees of latitude in a metre at 21° N, near enough to place rows


def metres(one, other):
    return GEOD.inv(one[1], one[0], other[1], other[0])[2]


def listing(north_m=0.0, operator="Viettel", *, row=2, code="", shared="", **facts):
    return Listing(
        "",
        row,
        operator,
        21 + north_m * NORTH_M,
        105.0,
        site_code=code,
        shared_code=shared,
        **facts,
    )


def sites_of(*rows):
    return collapse(rows, LIMITS)[0]


def test_rows_at_most_30_m_apart_are_one_site():
    [site] = sites_of(listing(0), listing(29.5, "VNPT"))
    assert [entry.operator for entry in site.equipment] == ["VNPT", "Viettel"]
    assert len(sites_of(listing(0), listing(30.5, "VNPT"))) == 2


def test_a_chain_of_masts_is_not_one_site():
    chain = [listing(20 * step, row=step) for step in range(4)]
    assert [len(site.equipment) for site in sites_of(*chain)] == [1, 1]
    two = sites_of(*[listing(20 * step, code=f"T{step}") for step in range(4)])
    assert [[entry.site_code for entry in site.equipment] for site in two] == [
        ["T0", "T1"],
        ["T2", "T3"],
    ]


def test_the_nearest_pair_is_joined_first():
    sites = sites_of(listing(0, code="A"), listing(25, code="B"), listing(45, code="C"))
    assert [[entry.site_code for entry in site.equipment] for site in sites] == [["A"], ["B", "C"]]


def test_a_shared_code_joins_what_distance_would_not():
    sites = sites_of(listing(0, shared="DC1"), listing(200, "VNPT", shared="DC1"))
    assert [site.shared_code for site in sites] == ["DC1"]


def test_two_shared_codes_stay_two_sites():
    sites = sites_of(
        listing(0, shared="DC1"), listing(5, "VNPT", shared="DC2"), listing(1, "MobiFone")
    )
    assert [site.shared_code for site in sites] == ["DC1", "DC2"]
    assert [len(site.equipment) for site in sites] == [2, 1]


def test_a_shared_code_over_kilometres_is_doubted_and_not_believed():
    sites, [doubt] = collapse(
        [listing(0, shared="DC1"), listing(9000, "VNPT", shared="DC1")], LIMITS
    )
    assert len(sites) == 2
    assert {site.shared_code for site in sites} == {""}
    assert doubt.rule == "tower.shared_code_far"
    assert doubt.facts["span_m"] == "9000"


def test_each_operator_keeps_the_point_of_its_own_row():
    [site] = sites_of(listing(0), listing(20, "VNPT"), listing(10, "MobiFone"))
    assert site.latitude == listing(10).latitude
    assert {entry.operator: entry.latitude for entry in site.equipment} == {
        "Viettel": listing(0).latitude, "VNPT": listing(20).latitude, "MobiFone": listing(10).latitude,
    }  # fmt: skip


def test_rows_of_one_station_on_one_site_are_one_entry():
    g2, g4 = Technology.G2, Technology.G4
    [site] = sites_of(
        listing(0, technologies=(g4,), bands_mhz=(1800,), antenna_height_m=30, on_air=False),
        listing(5, technologies=(g2, g4), bands_mhz=(900,), antenna_height_m=42, on_air=True),
        listing(9, technologies=(), shareable=False),
    )
    [entry] = site.equipment
    assert entry.technologies == (g2, g4)
    assert entry.bands_mhz == (900, 1800)
    assert (entry.antenna_height_m, entry.on_air, entry.shareable) == (42, True, False)
    assert entry.latitude == site.latitude == listing(5).latitude
    [site] = sites_of(listing(0), listing(1))
    assert [entry.on_air for entry in site.equipment] == [None]


def test_a_station_code_at_two_sites_is_told():
    _, [doubt] = collapse([listing(0, code="HN1"), listing(500, code="HN1")], LIMITS)
    assert doubt.rule == "tower.code_repeated"
    assert doubt.facts == {"operator": "Viettel", "code": "HN1", "count": "2"}


def test_a_heap_of_points_is_refused_quickly():
    heap = [listing(step / 100, row=step) for step in range(3000)]
    sites, findings = collapse(heap, LIMITS)
    assert sites == ()
    assert findings[-1].rule == "tower.crowded"
    heap = [listing(step / 100, row=step, shared="Có") for step in range(3000)]
    assert {finding.rule for finding in collapse(heap, LIMITS)[1]} == {
        "tower.shared_code_far",
        "tower.crowded",
    }


def test_no_rows_are_no_sites():
    assert collapse([], LIMITS) == ((), ())


@st.composite
def registers(draw):
    """A few streets of masts, some so near that the rule has to choose."""
    grid = st.integers(0, 12)
    rows = draw(
        st.lists(
            st.tuples(grid, st.integers(0, 3), st.sampled_from(["", "", "", "P", "Q"])),
            min_size=1,
            max_size=14,
        )
    )
    step_m = draw(st.sampled_from([7.0, 11.0, 15.0, 29.99]))
    return [
        Listing("", row, f"mạng {row}", 21 + north * step_m * NORTH_M, 105 + east * 1e-4,
                shared_code=code)
        for row, (north, east, code) in enumerate(rows)
    ]  # fmt: skip


def slow_collapse(rows):
    """The rule as its docstring says it, with lists and loops: sets of row numbers."""
    codes = {row.shared_code for row in rows} - {""}
    points = []  # (position, code, rows)
    for code in codes:
        group = [row for row in rows if row.shared_code == code]
        positions = sorted({row.position for row in group})
        centre = min(
            positions, key=lambda at: (round(sum(metres(at, to) for to in positions), 3), at)
        )
        points.append((centre, code, {row.row for row in group}))
    loose = [row for row in rows if not row.shared_code]
    points += [
        (position, "", {row.row for row in loose if row.position == position})
        for position in {row.position for row in loose}
    ]
    points.sort(key=lambda point: point[:2])
    groups = [[place] for place in range(len(points))]
    pairs = sorted(
        (metres(points[one][0], points[other][0]), one, other)
        for one, other in itertools.combinations(range(len(points)), 2)
    )
    for distance, one, other in pairs:
        if distance > LIMITS.width_m:
            break
        a, b = (next(group for group in groups if place in group) for place in (one, other))
        if a is b:
            continue
        union = a + b
        width = max(metres(points[i][0], points[j][0]) for i, j in itertools.combinations(union, 2))
        if width <= LIMITS.width_m and sum(bool(points[place][1]) for place in union) <= 1:
            groups = [group for group in groups if group is not a and group is not b] + [union]
    return {frozenset().union(*(points[place][2] for place in group)) for group in groups}


def partition(sites):
    return {frozenset(int(entry.operator[5:]) for entry in site.equipment) for site in sites}


@settings(max_examples=150, deadline=None)
@given(rows=registers(), data=st.data())
def test_sites_equal_the_slow_reading_in_any_order_of_rows(rows, data):
    sites, _ = collapse(rows, LIMITS)
    assert partition(sites) == slow_collapse(rows)
    shuffled = data.draw(st.permutations(rows))
    assert collapse(shuffled, LIMITS)[0] == sites


@settings(max_examples=100, deadline=None)
@given(rows=registers())
def test_no_row_is_lost_and_no_uncoded_site_is_wider_than_30_m(rows):
    sites, _ = collapse(rows, LIMITS)
    assert sum(len(site.equipment) for site in sites) == len(rows)
    for site in sites:
        positions = [(entry.latitude, entry.longitude) for entry in site.equipment]
        assert (site.latitude, site.longitude) in positions
        if not site.shared_code:
            widths = (metres(one, other) for one, other in itertools.combinations(positions, 2))
            assert max(widths, default=0) <= LIMITS.width_m


def test_the_synthetic_register_has_its_thirteen_thousand_sites(shared_data):
    lines = (shared_data / "towers_vn_synthetic.csv").read_text(encoding="utf-8").splitlines()[1:]
    rows = []
    for number, line in enumerate(lines, 2):
        cells = line.split(",")
        rows.append(
            Listing("", number, cells[1], float(cells[3]), float(cells[4]), cells[0], cells[9])
        )
    sites, doubts = collapse(rows, LIMITS)
    assert doubts == ()
    # The register's codes know 13,053 sites; 22 pairs of them lie within 30 m by chance, and a
    # few sites of three rows are just wider than that.
    assert math.isclose(len(sites), 13_053, abs_tol=15)
    assert pytest.approx(27_091) == sum(len(site.equipment) for site in sites)
