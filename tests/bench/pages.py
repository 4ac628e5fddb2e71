"""Pages and lists of a whole country, as the people who come for them see them.

The bars: no page over 0.3 s of our own and the database's work on a quiet machine, none over
500 kB, a zone's page in at most 25 statements. The limit beside which a page's time is put is its
own SQL: the same statements, one after another on one connection.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import event

from api.main import create_app
from coverage.settings import read_settings
from tests.bench.packages import load_places
from tests.bench.workbench import Table, Workbench
from tests.full_country import SITES, ZONES, put_full_country
from tests.http import walked
from tests.http.every_route import LINES

TITLE = "every page of 20,000 zones and 160,000 sites in the whole, beside its own SQL"
WALKERS = ("officer", "reviewer", "operator")
PAGES = re.compile(
    r"GET /(?!api/|tiles/|static/)(?!.*\.pdf)(?!.*(/file|/download|/export|/events))"
)
SLOWEST, LIMIT = 25, "its SQL alone"
_WHOLE, _SAMPLED = 0.1, 8  # on a pinch of data the places stand already, and some pages are enough


def run(bench: Workbench) -> Iterator[Table]:
    """Ask every page as a province, the authority and an operator; the slowest have a table each."""
    if bench.scale >= _WHOLE:
        load_places(bench)
    world = put_full_country(bench.database, zones=bench.amount(ZONES), sites=bench.amount(SITES))
    said: list[tuple[float, str]] = []
    _listen(bench, said)
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings({"PHUSONG_VAR": folder}, Path(folder))
        app = create_app(settings, bench.database)
        app.state.jobs.here = True
        try:
            asked = asyncio.run(_asked(bench, app, world, said))
        finally:
            app.state.jobs.end()
    slowest = sorted(asked, key=lambda one: -min(one.seconds["page"]))[: bench.amount(SLOWEST) + 1]
    yield from slowest
    whole = {
        LIMIT: [sum(min(one.seconds[LIMIT]) for one in asked)],
        "page": [sum(min(one.seconds["page"]) for one in asked)],
    }
    yield Table(f"all {len(asked)} pages together", whole, {})


def _listen(bench: Workbench, said: list[tuple[float, str]]) -> None:
    engine = bench.database._engine

    @event.listens_for(engine, "before_cursor_execute")
    def _begun(_connection, _cursor, _statement, _parameters, context, _many):
        context.begun = time.perf_counter()

    @event.listens_for(engine, "after_cursor_execute")
    def _done(_connection, _cursor, statement, _parameters, context, _many):
        said.append((time.perf_counter() - context.begun, statement))


async def _asked(bench, app, world, said) -> list[Table]:
    schemas = walked._Schemas(app)
    clients = {
        name: await walked._signed_in(app, world, name, actor)
        for name, actor in walked.actors(world).items()
        if name in WALKERS
    }
    tables = []
    async with walked.tiles_of(app.state).kept():
        pages = [line for line in sorted(LINES) if PAGES.match(line)]
        for line in pages if bench.scale >= _WHOLE else pages[::_SAMPLED]:
            asked = LINES[line]
            request = walked._request(line, asked, world, schemas)
            for name, client in clients.items():
                if name in asked.may:
                    tables.append(
                        await _measured(bench, client, request, f"{line} as {name}", said)
                    )
    for client in clients.values():
        await client.aclose()
    return [table for table in tables if table is not None]


async def _measured(bench, client, request, title, said) -> Table | None:
    """A page's seconds and those of its statements; None: nothing to look at."""
    seconds: dict[str, list[float]] = {LIMIT: [], "page": []}
    for _ in range(bench.runs):
        said.clear()
        started, busy = time.perf_counter(), time.process_time()
        answer = await walked._ask(client, *request)
        seconds["page"].append(time.perf_counter() - started)
        seconds[LIMIT].append(sum(spent for spent, _statement in said))
        busy = time.process_time() - busy
    if answer.status_code != 200:
        return None
    notes = {
        "": f"{len(said)} statements, {busy:.3f} s of our processor, {len(answer.content) / 1000:.0f} kB"
    }
    return Table(title, seconds, notes)
