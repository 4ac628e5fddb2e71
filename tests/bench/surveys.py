"""A large survey workbook checked and stored, beside its bare reading and beside plain scripts."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import shapely
import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from coverage.actions import surveys
from coverage.actions.people import act_for
from coverage.people import Actor, OrganisationKind, Role
from coverage.places import Gazetteer
from tests.bench.packages import load_places
from tests.bench.workbench import Table, Workbench

TITLE = "a workbook of 20 columns: read, checked, stored with its raw cells"
ROWS = 50_000
PROVINCE = "68"
HEADERS = (
    "STT", "Tỉnh", "Xã", "Mã xã", "Thôn/Bản", "Vĩ độ", "Kinh độ", "Số hộ", "Số khẩu",
    "Hiện trạng sóng", "Điện lưới", "Thôn ĐBKK (x)", "Trạm BTS gần nhất", "Khoảng cách (km)",
    "Nhà mạng", "Địa hình", "Đường giao thông", "Truyền dẫn quang (km)", "Đề xuất", "Ghi chú",
)  # fmt: skip
_TABLES = ("submission", "survey_row", "survey_cells", "zone")


@dataclass(frozen=True)
class _Stage:
    """What every way works on: the workbook, the boundaries, the province's officer."""

    bench: Workbench
    workbook: Path
    boundaries: Path
    officer: Actor
    rows: dict[str, bytes]  # what ours leaves in each table, in COPY's own format


def run(bench: Workbench) -> Iterator[Table]:
    """Compare checking and storing with reading and COPY, and with what an analyst writes."""
    with tempfile.TemporaryDirectory() as folder:
        stage = _stage(bench, Path(folder))
        totals = _ours(stage)
        for table in _TABLES:
            stage.rows[table] = _copied_out(bench, table)
        yield bench.compare(
            f"{totals['rows']} rows × {len(HEADERS)} columns, {totals['warned']} warned",
            {
                "calamine's cells, then raw COPY of the rows they become": lambda: _bare(stage),
                "calamine's cells, then raw COPY of those cells": lambda: _cells(stage),
                "phusong survey submit": lambda: _ours(stage),
                "pandas.read_excel(engine='calamine'), sjoin, to_postgis": lambda: _script(
                    stage, "calamine"
                ),
                "pandas.read_excel as it comes, sjoin, to_postgis": lambda: _script(stage, None),
            },
            {"memory of phusong survey submit": f"{_memory_mb(stage):.0f} MB at most"},
        )


def _stage(bench: Workbench, folder: Path) -> _Stage:
    gazetteer = load_places(bench)
    workbook, boundaries = folder / "khao_sat.xlsx", folder / "xa.gpkg"
    _write_workbook(workbook, gazetteer, bench.amount(ROWS))
    communes = gazetteer.communes_of(PROVINCE)
    geopandas.GeoDataFrame(
        {"code": [commune.code for commune in communes]},
        geometry=[commune.area for commune in communes], crs="EPSG:4326",
    ).to_file(boundaries)  # fmt: skip
    officer = act_for(
        bench.database, OrganisationKind.PROVINCE, Role.PROVINCE_OFFICER, "script/bench",
        province_code=PROVINCE,
    )  # fmt: skip
    with bench.owner.begin() as connection:
        for table in _TABLES:
            connection.execute(
                text(f"CREATE TABLE public.bare_{table} (LIKE phusong.{table} INCLUDING ALL)")
            )
        columns = ", ".join(f"c{column} text" for column in range(len(HEADERS)))
        connection.execute(text(f"CREATE TABLE public.bare_cells ({columns})"))
    return _Stage(bench, workbook, boundaries, officer, {})


def _write_workbook(path: Path, gazetteer: Gazetteer, count: int) -> None:
    """Villages all over a province, each inside the commune that it declares."""
    chance = np.random.default_rng(7)
    communes = gazetteer.communes_of(PROVINCE)
    rows = []
    for commune in communes:
        west, south, east, north = commune.area.bounds
        wanted = -(-count // len(communes))
        found = np.empty((0, 2))
        shapely.prepare(commune.area)
        while len(found) < wanted:
            points = chance.uniform((west, south), (east, north), (wanted, 2)).round(6)
            inside = shapely.contains_xy(commune.area, points[:, 0], points[:, 1])
            found = np.concatenate((found, points[inside]))
        rows += [(commune, *point) for point in found[:wanted].tolist()]
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("DS")
        sheet.write_row(0, 0, HEADERS)
        for number, (commune, longitude, latitude) in enumerate(rows[:count], 1):
            homes = 10 + number % 190
            sheet.write_row(number, 0, [
                number, gazetteer.province_name(PROVINCE), commune.full_name, commune.code,
                f"Bản {('Nà Lại', 'Khe Sến', 'Đắk Mế', 'Tà Rụt')[number % 4]} {number}", latitude,
                longitude, homes, homes * 4, ("Trắng sóng", "Lõm sóng")[number % 2],
                ("Có", "Không")[number % 3 == 0], ("x", "")[number % 2], f"LDG{number % 3000:04}",
                number % 97 / 10, ("Viettel", "VNPT", "MobiFone")[number % 3], "Núi cao",
                ("Đường đất", "Bê tông")[number % 2], number % 211 / 10, "", "Mùa mưa khó đi",
            ])  # fmt: skip


def _ours(stage: _Stage) -> dict[str, int]:
    _empty(stage.bench)
    receipt = surveys.submit(
        stage.bench.database,
        stage.officer,
        stage.workbook.read_bytes(),
        stage.workbook.name,
        PROVINCE,
    )
    return dict(receipt.totals)


def _empty(bench: Workbench) -> None:
    names = ", ".join(f"phusong.{table}, public.bare_{table}" for table in _TABLES)
    with bench.owner.begin() as connection:
        # What is append-only for ever in the product is emptied between runs of the bench.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(f"TRUNCATE {names}, public.bare_cells CASCADE"))


def _copied_out(bench: Workbench, table: str) -> bytes:
    out = io.BytesIO()
    with bench.owner.begin() as connection:
        cursor = connection.connection.cursor()
        with cursor.copy(f"COPY phusong.{table} TO STDOUT") as copy:
            for part in copy:
                out.write(part)
    return out.getvalue()


def _read(stage: _Stage) -> list[list[object]]:
    return CalamineWorkbook.from_path(str(stage.workbook)).get_sheet_by_index(0).to_python()


def _bare(stage: _Stage) -> None:
    """Read the cells, then COPY the very rows that ours makes of them, as the owner."""
    _empty(stage.bench)
    _read(stage)
    with stage.bench.owner.begin() as connection:
        for table, content in stage.rows.items():
            cursor = connection.connection.cursor()
            with cursor.copy(f"COPY public.bare_{table} FROM STDIN") as copy:
                copy.write(content)


def _cells(stage: _Stage) -> None:
    """Read the cells, then COPY them as they are into a table without an index."""
    _empty(stage.bench)
    rows = _read(stage)
    with stage.bench.owner.begin() as connection:
        cursor = connection.connection.cursor()
        with cursor.copy("COPY public.bare_cells FROM STDIN") as copy:
            for row in rows:
                copy.write_row([str(cell) for cell in row])


def _script(stage: _Stage, engine: str | None) -> None:
    """What an analyst writes: no check, no raw cells, no explanation."""
    frame = pd.read_excel(stage.workbook, engine=engine)
    points = geopandas.GeoDataFrame(
        frame, geometry=geopandas.points_from_xy(frame["Kinh độ"], frame["Vĩ độ"]), crs="EPSG:4326"
    )
    communes = geopandas.read_file(stage.boundaries)
    placed = geopandas.sjoin(points, communes, how="left", predicate="within")
    placed.to_postgis("bare_frame", stage.bench.owner, schema="public", if_exists="replace")


def _memory_mb(stage: _Stage) -> float:
    """The most memory that the command held, or the process that reads cells for it."""
    _empty(stage.bench)
    addresses = {
        "DATABASE_URL": stage.bench.database.url, "DATABASE_OWNER_URL": stage.bench.database.owner_url,
    }  # fmt: skip
    command = [
        sys.executable, "-m", "api.command_line", "survey", "submit", str(stage.workbook),
        "--province", PROVINCE,
    ]  # fmt: skip
    if not (stage.bench.project / "api" / "__main__.py").exists():
        command[1:3] = ["-c", "from api.command_line import main; main()"]
    started = subprocess.Popen(
        command, env=os.environ | addresses, cwd=stage.bench.project, stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(started.pid, 0)
    if status != 0:
        raise RuntimeError(f"phusong survey submit ended with {status}")
    return used.ru_maxrss / 1024
