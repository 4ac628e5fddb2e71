"""Choosing sites: beside a plain HiGHS model and spopt, and at national size with the gap."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from tests.bench.workbench import Table, Workbench

TITLE = "maximal covering and set covering within 5 km, uniform points, weights 1..200"
POINTS, SITES, SIDE_M = 2_000, 50, 100_000.0
NATIONAL_POINTS, NATIONAL_S = 20_000, 110.0
NATIONAL = ((575_000.0, 100), (575_000.0, 1_000), (316_000.0, 100), (316_000.0, 1_000))
COVERING_S = 60.0
BAR = 20  # spopt's seconds over ours
BAR_GAP, BAR_COVERING_GAP = 0.01, 0.02
RADIUS_M, SEED = 5_000.0, 42
OURS, PLAIN, SPOPT = "phusong sites choose", "plain HiGHS model", "spopt 0.7 with HiGHS"


@dataclass(frozen=True)
class _Run:
    """What a process of its own told: its seconds without imports, its peak memory, its answer."""

    seconds: float
    memory_mb: float
    answer: dict[str, float | str | bool]


def run(bench: Workbench) -> Iterator[Table]:
    """Compare one instance with the peers, then solve the national ones and tell the gaps."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "instance.npz"
        points = bench.amount(POINTS)
        _write(file, points, SIDE_M * math.sqrt(points / POINTS))
        yield _beside_peers(bench, file, points)
        points = bench.amount(NATIONAL_POINTS)
        cases = {}
        for side_m, sites in NATIONAL:
            _write(file, points, side_m * math.sqrt(points / NATIONAL_POINTS))
            name = f"{side_m / 1000:.0f} km square, {sites} sites"
            cases[name] = _ours(file, f"{max(1, round(sites * bench.scale))}", NATIONAL_S)
        yield _gaps(f"{points} × {points}, limit {NATIONAL_S:.0f} s", cases, BAR_GAP)
        points = bench.amount(POINTS)
        _write(file, points, SIDE_M * math.sqrt(points / POINTS))
        cases = {
            f"all, with the fewest sites, {seconds:.0f} s": _ours(file, "all", seconds)
            for seconds in (COVERING_S, COVERING_S / 6)
        }
        title = f"{points} × {points}, limit {COVERING_S:.0f} s"
        yield _gaps(title, cases, BAR_COVERING_GAP)


def _beside_peers(bench: Workbench, file: Path, points: int) -> Table:
    ways = {OURS: [sys.executable, "-m", "tests.bench.siting_ways", "ours"],
            PLAIN: [sys.executable, "-m", "tests.bench.siting_ways", "plain"]}  # fmt: skip
    if bench.spopt_python is not None:
        script = Path(__file__).with_name("siting_spopt.py")
        ways[SPOPT] = [str(bench.spopt_python), str(script)]
    found: dict[str, list[_Run]] = {name: [] for name in ways}
    for turn in range(bench.runs):
        for name, command in ways.items():
            if name != SPOPT or turn == 0:  # a minute each: once is enough
                found[name].append(_process([*command, str(file), str(SITES)]))
    table = Table(
        f"{points} × {points}, {SITES} sites, {SIDE_M / 1000:.0f} km square",
        {name: [run.seconds for run in runs] for name, runs in found.items()},
        {
            name: f"{max(run.memory_mb for run in runs):.0f} MB, covers"
            f" {runs[0].answer['covered']:,.0f}, {runs[0].answer['proof']}"
            for name, runs in found.items()
        },
    )
    bar = "spopt was not measured: --spopt-python PATH"
    if SPOPT in found:
        ratio = table.ratios()[SPOPT]
        bar = f"{BAR} ×, spopt takes {ratio:.0f} ×: {'held' if ratio >= BAR else 'MISSED'}"
    covered = {runs[0].answer["covered"] for runs in found.values()}
    same = "yes" if len(covered) == 1 else "NO"
    return Table(table.title, table.seconds, {**table.notes, "same optimum": same, "bar": bar})


def _gaps(title: str, cases: dict[str, _Run], bar: float) -> Table:
    return Table(
        title,
        {name: [found.seconds] for name, found in cases.items()},
        {
            name: f"gap {found.answer['gap']:.2%}"
            f" ({'held' if found.answer['gap'] <= bar else 'MISSED'}, bar {bar:.0%}),"
            f" covers {found.answer['covered']:,.0f} with {found.answer['cost']:,.0f} sites,"
            f" bound {found.answer['bound']:,.0f}, {found.memory_mb:.0f} MB"
            for name, found in cases.items()
        },
    )


def _write(file: Path, points: int, side_m: float) -> None:
    """Draw demand, then candidates, then weights."""
    chance = np.random.default_rng(SEED)
    demand = chance.uniform(0, side_m, (points, 2))
    candidates = chance.uniform(0, side_m, (points, 2))
    weights = chance.integers(1, 201, points)
    np.savez(file, demand=demand, candidates=candidates, weights=weights, radius=RADIUS_M)


def _ours(file: Path, sites: str, seconds: float) -> _Run:
    command = [sys.executable, "-m", "tests.bench.siting_ways", "ours", str(file), sites]
    return _process([*command, str(seconds)])


def _process(command: list[str]) -> _Run:
    """Run the command by itself, so that its memory is its own."""
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    answer = json.loads(told.strip().splitlines()[-1])
    return _Run(answer.pop("seconds"), answer.pop("memory_mb"), answer)
