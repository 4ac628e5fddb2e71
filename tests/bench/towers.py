"""A national register of towers loaded, beside COPY of the very rows that it becomes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date

from sqlalchemy import text

from coverage.actions.towers import RegisterRequest, load_register
from coverage.coordinates import Extent
from tests.bench import places
from tests.bench.workbench import Table, Workbench

TITLE = "loading a register, whole: read, understood, carried to WGS 84, made sites, stored"
ROWS = 77_148
FRANCE = Extent(south=41.0, west=-5.5, north=51.5, east=10.0)
_TABLES = ("site", "site_operator")


def run(bench: Workbench) -> Iterator[Table]:
    """Compare a load with COPY into tables of the same columns and indexes, without policies."""
    request = _register(bench)
    totals = _load(bench, request)
    copies = _prepared_rows(bench)
    yield bench.compare(
        f"{request.name}: {totals['rows']} rows → {totals['sites']} sites",
        {
            "raw COPY of the rows it becomes": lambda: _copy(bench, copies),
            "phusong towers load": lambda: _load(bench, request),
        },
    )


def _register(bench: Workbench) -> RegisterRequest:
    """The real French register where it is at hand, else one of our own making."""
    file = bench.project.parent / "shared" / "data" / "towers_fr_2018.csv"
    if not file.exists():
        return RegisterRequest("generated.csv", places.register(bench.amount(ROWS)))
    lines = file.read_bytes().splitlines(keepends=True)
    content = b"".join(lines[: bench.amount(ROWS) + 1])
    return RegisterRequest(file.name, content, crs="EPSG:2154", extent=FRANCE)


def _load(bench: Workbench, request: RegisterRequest) -> dict:
    """Load into a database without any register."""
    with bench.owner.begin() as connection:
        connection.execute(text("TRUNCATE phusong.register CASCADE"))
    return load_register(bench.database, bench.authority, request, date(2026, 11, 23)).totals


def _prepared_rows(bench: Workbench) -> dict[str, bytes]:
    """The rows that a load has left, in COPY's own format, and empty tables to copy them into."""
    held = {}
    with bench.owner.begin() as connection:
        for table in _TABLES:
            connection.execute(
                text(f"CREATE TABLE public.bare_{table} (LIKE phusong.{table} INCLUDING ALL)")
            )
            out = io.BytesIO()
            with connection.connection.cursor().copy(f"COPY phusong.{table} TO STDOUT") as copy:
                for part in copy:
                    out.write(part)
            held[table] = out.getvalue()
        connection.execute(
            text(
                "ALTER TABLE public.bare_site ADD FOREIGN KEY (register_id) REFERENCES phusong.register;"
                "ALTER TABLE public.bare_site_operator"
                " ADD FOREIGN KEY (site_id) REFERENCES public.bare_site,"
                " ADD FOREIGN KEY (operator_id) REFERENCES phusong.organisation;"
            )
        )
        registers = connection.connection.cursor()
        with registers.copy("COPY phusong.register TO STDOUT") as copy:
            held["register"] = b"".join(bytes(part) for part in copy)
    return held


def _copy(bench: Workbench, copies: dict[str, bytes]) -> None:
    """COPY the prepared rows as the tables' owner, the raw file among them."""
    with bench.owner.begin() as connection:
        connection.execute(
            text("TRUNCATE public.bare_site_operator, public.bare_site, phusong.register CASCADE")
        )
        for table in ("phusong.register", "public.bare_site", "public.bare_site_operator"):
            name = table.partition(".")[2].removeprefix("bare_")
            with connection.connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(copies[name])
