"""Vector tiles beside the bare SQL in pgbench, MapServer and tipg, all under row-level security."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
from sqlalchemy import text

from coverage.actions import people
from coverage.people import Role
from coverage.storage.cluster import find_program
from tests.bench import load, nearest, tile_peers
from tests.bench.workbench import Table, Workbench

TITLE = "a map's tiles of 20,000 zones and 160,000 sites, as the authority sees them"
TILES, SECONDS, WEIGHED = 200, 5, 10
LIMIT = "the limit: the same SQL in pgbench"
FRESH = "ours, made anew"
KEPT = "ours, nothing has changed"
KNOWN = "ours, nothing has changed, and the asker has it (304)"
MAPSERVER = "MapServer"
TIPG = "tipg"


@dataclass(frozen=True)
class Subject:
    """A layer at a zoom: the SQL of one tile, and the same columns for the peers."""

    layer: str
    z: int
    source: str
    sql: str
    columns: str
    key: str


SUBJECTS = (
    Subject("zones", 9, "zone", "phusong.zone_tile(:me, 9, x, y, NULL)",
            "id,village,queue,status,signal,grid_power,specially_difficult,households", "id"),
    Subject("sites", 10, "site_operator", "phusong.site_tile(:me, 10, x, y)",
            "operator_id,technologies,site_code", "site_id"),
)  # fmt: skip
DRAWN = {
    "zone": "status NOT IN ('rejected', 'merged', 'withdrawn')",
    "site_operator": "on_air IS NOT FALSE",
}


def run(bench: Workbench) -> Iterator[Table]:
    """Load every server with the same tiles: first made anew, then unchanged."""
    nearest._country(
        bench, bench.amount(nearest.ZONES), bench.amount(nearest.SITES), nearest.SEVERAL
    )
    me = str(bench.authority.organisation_id)
    token = people.issue_token(
        bench.database, bench.authority, organisation_id=bench.authority.organisation_id,
        role=Role.ADMINISTRATOR, label="bench",
    )  # fmt: skip
    shown = {"Authorization": f"Bearer {token}"}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=bench.project / "var")))
        fresh = stack.enter_context(tile_peers.own(bench, folder, 0))
        kept = stack.enter_context(tile_peers.own(bench, folder, 64_000_000))
        python = bench.tipg_python
        tipg = stack.enter_context(tile_peers.tipg(bench, python, me)) if python else None
        queries = {one.source: (one.key, _query(one)) for one in SUBJECTS}
        mapserver = (
            stack.enter_context(tile_peers.mapserver(bench, folder, me, queries))
            if tile_peers.has_mapserver()
            else None
        )
        for subject in SUBJECTS:
            places = _places(bench, subject)
            own = [f"/tiles/{subject.layer}/{subject.z}/{x}/{y}" for x, y in places]
            ways: dict[str, Callable[[float], float]] = {
                LIMIT: lambda seconds, subject=subject: _pgbench(bench, subject, me, seconds),
                FRESH: _loaded(fresh, own, shown),
                KEPT: _loaded(kept, own, shown),
                KNOWN: _loaded(kept, own, shown | {"If-None-Match": "*"}),
            }
            notes = {
                "load": f"{load.name()}, {load.CONNECTIONS} connections, {TILES} tiles in turn"
            }
            notes[FRESH] = _weight(fresh, own, shown)
            if mapserver:
                asked = [
                    f"/mapserv?mode=tile&tilemode=gmap&map.imagetype=mvt&layers={subject.source}"
                    f"&tile={x}+{y}+{subject.z}"
                    for x, y in places
                ]
                ways[MAPSERVER] = _loaded(mapserver, asked, {})
                notes[MAPSERVER] = _weight(mapserver, asked, {})
            if tipg:
                asked = [
                    f"/collections/phusong.{subject.source}/tiles/WebMercatorQuad/{subject.z}/{x}/{y}"
                    f"?properties={subject.columns}"
                    for x, y in places
                ]
                ways[TIPG] = _loaded(tipg, asked, {})
                notes[TIPG] = _weight(tipg, asked, {})
            yield _compared(bench, subject, ways, notes)


def _compared(
    bench: Workbench, subject: Subject, ways: Mapping[str, Callable[[float], float]],
    notes: dict[str, str],
) -> Table:  # fmt: skip
    """Measure every way in turns; the table holds the seconds that a thousand tiles take."""
    seconds = max(0.3, SECONDS * min(1.0, bench.scale))
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(bench.runs):
        for name, way in ways.items():
            taken[name].append(1000 / way(seconds))
    rates = {name: 1000 / statistics.median(each) for name, each in taken.items()}
    notes["tiles a second"] = ", ".join(f"{name} {rate:.0f}" for name, rate in rates.items())
    notes["of the limit"] = f"{rates[FRESH] / rates[LIMIT]:.2f} made anew"
    if TIPG in rates:
        notes["beside tipg"] = (
            f"{rates[FRESH] / rates[TIPG]:.1f} × made anew, {rates[KEPT] / rates[TIPG]:.1f} × and"
            f" {rates[KNOWN] / rates[TIPG]:.1f} × (304) unchanged"
        )
    return Table(f"seconds for 1,000 tiles: {subject.layer} at zoom {subject.z}", taken, notes)


def _places(bench: Workbench, subject: Subject) -> list[tuple[int, int]]:
    """Tiles that show something, the same in every run; kept in a table for pgbench too."""
    with bench.owner.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS public.bench_tile"))
        connection.execute(
            text(
                "CREATE TABLE public.bench_tile AS SELECT row_number() OVER () AS n, x, y FROM"
                " (SELECT x, y FROM (SELECT DISTINCT phusong.tile_across(point) >> (26 - :z) AS x,"
                f" phusong.tile_down(point) >> (26 - :z) AS y FROM phusong.{subject.source}) AS seen"
                " ORDER BY md5(x::text || y) LIMIT :tiles) AS chosen"
            ),
            {"z": subject.z, "tiles": TILES},
        )
        connection.execute(text("ALTER TABLE public.bench_tile ADD PRIMARY KEY (n)"))
        connection.execute(text("GRANT SELECT ON public.bench_tile TO phusong_app"))
        rows = connection.execute(text("SELECT x, y FROM public.bench_tile ORDER BY n"))
        return [(row.x, row.y) for row in rows]


def _query(subject: Subject) -> str:
    columns = subject.columns.split(",")
    told = ["array_to_string(technologies, ',') AS technologies" if name == "technologies"
            else f"{name}::text" if name in {"id", "operator_id"} else name
            for name in columns]  # fmt: skip
    key = [] if subject.key in columns else [subject.key]
    return (
        f"SELECT point, {', '.join([*key, *told])} FROM phusong.{subject.source}"
        f" WHERE {DRAWN[subject.source].replace(chr(34), '')}"
    )


def _pgbench(bench: Workbench, subject: Subject, me: str, seconds: float) -> float:
    where = tile_peers.Address.of(bench)
    with bench.owner.connect() as connection:
        tiles = connection.execute(text("SELECT count(*) FROM public.bench_tile")).scalar_one()
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(
            f"\\set n random(1, {tiles})\nSELECT {subject.sql.replace(':me', f'{me!r}')}"
            " FROM public.bench_tile WHERE n = :n;\n"
        )
        script.flush()
        said = subprocess.run(
            [find_program("pgbench"), "-n", "-M", "prepared", "-c", str(load.CONNECTIONS), "-j", "1",
             "-T", str(max(1, round(seconds))), "-f", script.name, "-h", where.host, "-p",
             where.port, "-U", where.user, where.name],
            check=True, capture_output=True, text=True,
            env=os.environ | {"PGOPTIONS": "-c search_path=phusong,public -c jit=off"},
        ).stdout  # fmt: skip
    return float(re.search(r"tps = ([\d.]+)", said)[1])


def _loaded(port: int, paths: list[str], headers: Mapping[str, str]) -> Callable[[float], float]:
    return lambda seconds: load.requests_per_second(port, paths, headers, seconds)


def _weight(port: int, paths: list[str], headers: Mapping[str, str]) -> str:
    """What some of the tiles weigh; asking also warms each server."""
    sizes = []
    for path in paths[:WEIGHED]:
        answer = httpx.get(f"http://127.0.0.1:{port}{path}", headers=dict(headers), timeout=60)
        assert "html" not in answer.raise_for_status().headers.get("content-type", ""), answer.text
        sizes.append(len(answer.content))
    return f"{statistics.mean(sizes) / 1000:.1f} kB a tile, at most {max(sizes) / 1000:.1f} kB"
