"""Every route of the application, asked by everybody: who they are, and how a route is asked."""

from __future__ import annotations

import asyncio
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI

from api.main import create_app
from api.tiles import tiles_of
from coverage.actions import people
from coverage.people import MAY, Act, Actor, Role
from coverage.settings import read_settings
from tests import databases
from tests.builders import zone_id
from tests.http.browsers import LOCAL
from tests.lived_in import LivedIn, live
from tests.signed import a_signer

ABSENT = "00000000-0000-4000-8000-000000000000"
NOBODY = "nobody"
ROLES = {
    "officer": Role.PROVINCE_OFFICER, "approver": Role.PROVINCE_APPROVER,
    "other_province": Role.PROVINCE_OFFICER, "reviewer": Role.REVIEWER, "planner": Role.PLANNER,
    "lead": Role.LEAD, "administrator": Role.ADMINISTRATOR, "auditor": Role.AUDITOR,
    "operator": Role.OPERATOR, "rival": Role.OPERATOR,
}  # fmt: skip
EVERYONE = frozenset(ROLES)
PROVINCES = frozenset({"officer", "approver", "other_province"})
OTHERS = frozenset({"other_province"})
OPERATORS = frozenset({"operator", "rival"})
AUTHORITY = frozenset({"reviewer", "planner", "lead", "administrator"})
OVERSIGHT = AUTHORITY | {"auditor"}
RIVAL = frozenset({"rival"})


@contextmanager
def a_country_at_work(cluster, country, folder):
    """The application over a country that lives, the people in it, and its database."""
    settings = read_settings({"PHUSONG_VAR": str(folder)}, folder)
    key = settings.signing.path
    key.parent.mkdir(mode=0o700)
    key.touch(mode=0o600)
    key.write_bytes(a_signer().private_pem(None))
    with databases.clone(cluster, country) as database:
        world = live(database, "nguoi.reviewer")
        app = create_app(settings, database)
        app.state.jobs.here = True  # no worker has to be started
        try:
            yield app, world, database
        finally:
            app.state.jobs.end()


@dataclass(frozen=True)
class Asked:
    """A route's line in the table: who may, who is told that there is nothing, how it is asked.

    ``told``: what those who may are answered; without it a reading route must answer 200 or lead
    on, another anything but a refusal of the person. ``form``, ``query``, ``body``, ``path``: what
    has to be sent so that the answer is about the person and not about what was sent; ``file``: the
    form of a page sends a file.
    """

    may: frozenset[str]
    absent: frozenset[str] = frozenset()
    told: tuple[int, ...] = ()
    form: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    path: dict[str, str] = field(default_factory=dict)
    file: bool = False


def to(*acts: Act, **more: Any) -> Asked:
    """For whose role permits one of the acts."""
    roles = frozenset().union(*(MAY[act] for act in acts))
    return Asked(frozenset(name for name, role in ROLES.items() if role in roles), **more)


def actors(world: LivedIn) -> dict[str, Actor]:
    """Who they are in the country that lives."""
    places = {"officer": world.officer, "approver": world.officer, "other_province": world.silent,
              "auditor": world.auditor, "operator": world.viettel, "rival": world.vnpt}  # fmt: skip
    return {name: places.get(name, world.authority) for name in ROLES}


def walk(
    app: FastAPI, world: LivedIn, lines: dict[str, Asked]
) -> dict[str, dict[str, httpx.Response]]:
    """Ask every line as everybody, what only reads first; return each one's answer."""
    return asyncio.run(_walk(app, world, lines))


async def _walk(app, world, lines):
    clients, schemas, got = {NOBODY: _client(app)}, _Schemas(app), {}
    for name, actor in actors(world).items():
        clients[name] = await _signed_in(app, world, name, actor)
    async with tiles_of(app.state).kept():
        for line in sorted(lines, key=lambda line: (not line.startswith("GET "), line)):
            ask = _request(line, lines[line], world, schemas)
            answers = await asyncio.gather(*(_ask(client, *ask) for client in clients.values()))
            got[line] = dict(zip(clients, answers, strict=True))
    for client in clients.values():
        await client.aclose()
    return got


async def _ask(client, method, address, sent):
    if "data" in sent and not address.startswith("/api/"):
        sent = sent | {"data": {"csrf": client.headers.get("X-CSRF-Token", "")} | sent["data"]}
    return await client.request(method, address, **sent)


def _client(app):
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=LOCAL)


async def _signed_in(app, world, name, actor):
    login = f"nguoi.{name}"
    password = people.add_person(
        app.state.database, world.authority, login=login, full_name="Nguyễn Thị Thử",
        role=ROLES[name], organisation_id=actor.organisation_id, kind=actor.kind,
    )  # fmt: skip
    client = _client(app)
    csrf = _csrf(await client.get("/sign-in"))
    form = {"csrf": csrf, "login": login, "password": password}
    assert (await client.post("/sign-in", data=form)).status_code == 303
    client.headers["X-CSRF-Token"] = _csrf(await client.get("/account"))
    return client


def _csrf(page):
    return re.search(r'name="csrf" value="([^"]+)"', page.text)[1]


def _request(line, asked, world, schemas):
    """A route's request: real names where something of the country has one, else absent ones."""
    method, path = line.split(" ", 1)
    numbers = {"packages": world.package, "disputes": world.dispute, "changes": world.change,
               "consultations": world.round}  # fmt: skip
    number = next((str(made) for noun, made in numbers.items() if f"/{noun}/" in path), "1")
    names = {
        "zone_id": str(zone_id(1)), "technology": "4G", "number": number, "z": "8", "x": "201",
        "y": "115", "lot_id": str(world.lot), "award_id": str(world.award), "place": "1",
        "change_id": str(world.change), "kind": "road", **asked.path,
    }  # fmt: skip
    address = re.sub(r"{(\w+)}", lambda found: names.get(found[1], ABSENT), path)
    sent = {"params": schemas.asked.get(line, {}) | asked.query}
    if method in {"GET", "HEAD"}:
        return method, address, sent
    content = schemas.contents.get(line, {})
    if asked.body is not None:
        sent["json"] = asked.body
    elif "application/json" in content:
        sent["json"] = schemas.least(content["application/json"]["schema"])
    elif asked.file or "multipart/form-data" in content:
        sent |= {"files": {"file": ("thu.csv", b"a,b\n1,2\n", "text/csv")}, "data": asked.form}
    elif not path.startswith("/api/"):
        sent["data"] = asked.form
    return method, address, sent


class _Schemas:
    """The least that each route of the API takes, made from its own description."""

    def __init__(self, app):
        described = app.openapi()
        self.parts = described["components"]["schemas"]
        self.contents, self.asked = {}, {}
        for path, methods in described["paths"].items():
            for method, operation in methods.items():
                line = f"{method.upper()} {path}"
                self.contents[line] = operation.get("requestBody", {}).get("content", {})
                self.asked[line] = {
                    each["name"]: self.least(each["schema"])
                    for each in operation.get("parameters", ())
                    if each["in"] == "query" and each.get("required")
                }

    def least(self, schema):
        while "$ref" in schema:
            schema = self.parts[schema["$ref"].rsplit("/", 1)[1]]
        for choice in ("anyOf", "oneOf", "allOf"):
            if choice in schema:
                return self.least(schema[choice][0])
        if "const" in schema or "enum" in schema:
            return schema.get("const") or schema["enum"][0]
        match schema.get("type"):
            case "object":
                needed = schema.get("required", ())
                return {name: self.least(schema["properties"][name]) for name in needed}
            case "array":
                return [self.least(schema["items"])]
            case "integer" | "number":
                return int(schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1))
            case "boolean":
                return True
            case _:
                formats = {
                    "uuid": ABSENT,
                    "date": "2027-01-01",
                    "date-time": "2027-01-01T00:00:00Z",
                }
                return formats.get(schema.get("format"), (schema.get("examples") or ["xxxxx"])[0])
