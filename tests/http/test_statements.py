"""No page and no reading route asks the database more often because there is more in it."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict

import pytest
from sqlalchemy import event

from tests.http import walked
from tests.http.every_route import LINES
from tests.multiplied import multiply

WALKERS = ("officer", "reviewer", "operator")  # one of each kind that sees something else
TIMES = 3
# What is printed takes long to draw and reads what its page reads.
PRINTED = re.compile(r"\.pdf$|/print$")
READING = {
    line: asked
    for line, asked in LINES.items()
    if line.startswith("GET ") and not PRINTED.search(line)
}


@pytest.fixture(scope="module")
def counted(cluster, country, tmp_path_factory):
    """The statements of every route, by who asked, in a small country and in a larger one."""
    with walked.a_country_at_work(cluster, country, tmp_path_factory.mktemp("walk")) as (
        app,
        world,
        database,
    ):
        said = []
        event.listen(
            database._engine, "before_cursor_execute",
            lambda _connection, _cursor, statement, *_rest: said.append(statement),
        )  # fmt: skip
        yield asyncio.run(_both(app, world, said, database))


async def _both(app, world, said, database):
    schemas = walked._Schemas(app)
    clients = {
        name: await walked._signed_in(app, world, name, actor)
        for name, actor in walked.actors(world).items()
        if name in WALKERS
    }
    async with walked.tiles_of(app.state).kept():
        small = await _walk(clients, world, schemas, said)
        multiply(database, world.authority, TIMES)
        large = await _walk(clients, world, schemas, said)
    for client in clients.values():
        await client.aclose()
    return small, large


async def _walk(clients, world, schemas, said):
    told = {}
    for line, asked in sorted(READING.items()):
        request = walked._request(line, asked, world, schemas)
        for name, client in clients.items():
            if name not in asked.may or (name == "officer" and "reviewer" in asked.may):
                continue  # a province reads as the authority does, and less
            said.clear()
            answer = await walked._ask(client, *request)
            told[line, name] = (answer.status_code, list(said))
    return told


def test_the_country_did_grow(counted):
    small, large = counted
    grown = {key for key, (_status, said) in large.items() if said} & small.keys()
    assert len(grown) > 150
    changed = [key for key in grown if small[key][0] != large[key][0]]
    assert changed == [], "what was there is there no more, or the other way round"


def test_nothing_asks_more_often_because_there_is_more(counted):
    small, large = counted
    more = []
    for key, (_status, said) in sorted(large.items()):
        before = small[key][1]
        if len(said) > len(before):
            more.append(
                f"{key[0]} as {key[1]}: {len(before)}, then {len(said)}: {_grown(before, said)}"
            )
    assert more == [], "\n".join(more)


def _grown(before, after):
    """The statements that were asked more often, each in short."""
    times = defaultdict(int)
    for statement in after:
        times[_short(statement)] += 1
    for statement in before:
        times[_short(statement)] -= 1
    return {statement: more for statement, more in times.items() if more > 0}


def _short(statement):
    return re.sub(r"\s+", " ", statement)[:120]
