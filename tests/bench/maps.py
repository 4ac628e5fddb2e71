"""The live national map in Chromium, beside folium's own way with as many points in the same run.

The bars (issue 6): a first useful picture within 2 s, under 1 MB before tiles, no task longer than
200 ms while the map is moved, a one-file map under 5 MB.
"""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import folium
import httpx
from folium.plugins import FastMarkerCluster
from playwright.sync_api import BrowserContext, Frame, Page, Request, sync_playwright
from sqlalchemy import text

from api.dependencies import SESSION_COOKIE
from api.drawing import content_of
from coverage.actions import people
from coverage.actions.overview import see_country
from coverage.actions.people import act_for
from coverage.people import OrganisationKind, Role
from maps import assets
from maps.document import map_document
from tests.bench.country import put_country
from tests.bench.workbench import Table, Workbench
from tests.http.browsers import Browser

TITLE = "the live map of the country in Chromium: first picture, weight, longest task"
ZONES, SITES = 20_000, 160_000
CHROMIUM = "/usr/bin/chromium"
OURS, SITES_TOO = "live map: tiles on canvas", "live map, all operators' sites shown"
_SIZE = {"width": 1366, "height": 768}
_WATCH = """
window.longest = 0;
new PerformanceObserver((list) => {
    for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
}).observe({type: "longtask", buffered: true});
"""
_SHORTEST_SEEN_S = 0.05  # what Chromium calls a long task; shorter ones it does not tell


def run(bench: Workbench) -> Iterator[Table]:
    """Measure our map and, where its script is given, folium's cluster of markers."""
    put_country(bench, bench.amount(ZONES), bench.amount(SITES))
    picture: dict[str, list[float]] = {}
    longest: dict[str, list[float]] = {}
    notes: dict[str, str] = {}
    with _served(bench) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        session, laps = _session(bench, address), bench.amount(7)
        ways: dict[str, Callable[[BrowserContext], tuple[float, float, str]]] = {
            OURS: lambda context: _ours(context, address, laps),
            SITES_TOO: lambda context: _ours(context, address, laps, sites=True),
        }
        for count in (bench.amount(ZONES), bench.amount(SITES)) if bench.marker_cluster else ():
            page = _folium(bench, count)
            ways[f"folium FastMarkerCluster, {count} points"] = _peer(page, laps)
        for _ in range(bench.runs):
            for name, way in ways.items():
                context = browser.new_context(viewport=_SIZE, locale="vi-VN")
                context.add_init_script(_WATCH)
                context.add_cookies([{"name": SESSION_COOKIE, "value": session, "url": address}])
                first, slowest, notes[name] = way(context)
                picture.setdefault(name, []).append(first)
                longest.setdefault(name, []).append(slowest)
                context.close()
        browser.close()
    size = f"{bench.amount(ZONES)} zones, {bench.amount(SITES)} sites"
    yield Table(f"first useful picture of {size} (bar: 2 s, 1 MB before tiles)", picture, notes)
    yield Table(
        "longest task while the map is moved and zoomed (bar: 0.2 s; 0.05 s: none was seen)",
        longest, {},
    )  # fmt: skip
    yield _one_file(bench)


def _ours(
    context: BrowserContext, address: str, laps: int, *, sites: bool = False
) -> tuple[float, float, str]:
    page = context.new_page()
    finished: list[Request] = []
    page.on("requestfinished", lambda request: finished.append(request))  # noqa: PLW0108 - it is marked
    started = time.perf_counter()
    page.goto(f"{address}/map?province=", wait_until="commit")
    inside = page.frame_locator("iframe[data-asks]")
    inside.locator("html[data-tiles=drawn]").wait_for(state="attached", timeout=60_000)
    first = time.perf_counter() - started
    frame = next(each for each in page.frames if "/map/document" in each.url)
    if sites:
        for box in frame.locator("input[data-layer^=sites-]").all():
            box.check()
        page.wait_for_timeout(500)
    frame.evaluate("window.longest = 0")
    _move(page, "iframe[data-asks]", laps)
    document = context.request.get(f"{address}/map/document")
    tiles = [_sent(request) for request in finished if "/tiles/" in request.url]
    before = [_sent(request) for request in finished if "/tiles/" not in request.url]
    note = (
        f"{sum(before) / 1000:.0f} kB before tiles, {len(tiles)} tiles of"
        f" {sum(tiles) / 1000:.0f} kB in all; the document {len(document.body()) / 1000:.0f} kB"
        " without gzip"
    )
    return first, _longest(frame, page), note


def _sent(request: Request) -> int:
    sizes = request.sizes()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]


def _peer(file: Path, laps: int) -> Callable[[BrowserContext], tuple[float, float, str]]:
    def opened(context: BrowserContext) -> tuple[float, float, str]:
        page = context.new_page()
        started = time.perf_counter()
        page.goto(file.as_uri(), wait_until="commit")
        page.locator(".marker-cluster").first.wait_for(timeout=120_000)
        first = time.perf_counter() - started
        page.wait_for_load_state()
        page.evaluate("window.longest = 0")
        _move(page, ".folium-map", laps)
        weight = file.stat().st_size
        note = f"{weight / 1000:.0f} kB, gzip {len(gzip.compress(file.read_bytes())) / 1000:.0f} kB"
        return first, _longest(page), note

    return opened


def _move(page: Page, map_: str, laps: int) -> None:
    """Drag and wheel as a person does who looks for something."""
    box = page.locator(map_).first.bounding_box()
    x, y = box["x"] + box["width"] * 0.62, box["y"] + box["height"] * 0.45
    for closer in (True, False):
        for _ in range(laps):
            page.mouse.move(x, y)
            page.mouse.wheel(0, -240 if closer else 240)
            page.wait_for_timeout(350)
            page.mouse.down()
            page.mouse.move(x - 140, y + 60, steps=8)
            page.mouse.up()
            page.wait_for_timeout(250)
    page.wait_for_timeout(500)


def _longest(*places: Frame | Page) -> float:
    told = [float(place.evaluate("window.longest")) / 1000 for place in places]
    return max(_SHORTEST_SEEN_S, *told) if len(told) > 1 else max(_SHORTEST_SEEN_S, told[0])


def _folium(bench: Workbench, count: int) -> Path:
    """The peer's page with the same points, complete in one file as ours for packages is."""
    with bench.owner.connect() as connection:
        table = "zone" if count == bench.amount(ZONES) else "site_operator"
        points = connection.execute(
            text(f"SELECT ST_Y(point), ST_X(point) FROM phusong.{table} LIMIT :count"),
            {"count": count},
        ).all()
    drawn = folium.Map(location=[16, 107], zoom_start=6, tiles=None)
    drawn.options["maxZoom"] = 17  # without tiles folium leaves it out, and the cluster fails
    drawn.default_js, drawn.default_css = [], []
    cluster = FastMarkerCluster(
        [list(point) for point in points],
        callback="(row) => L.circleMarker([row[0], row[1]], {radius: 5})",
    )
    cluster.default_js, cluster.default_css = [], []
    drawn.add_child(cluster)
    page = drawn.get_root().render()
    styles = "".join(
        path.read_text() for path in sorted(bench.marker_cluster.parent.glob("MarkerCluster*.css"))
    )
    inside = (
        f"<style>{assets.text_of('leaflet/leaflet.css')}{styles}</style>"
        f"<script>{assets.text_of('leaflet/leaflet.js')}</script>"
        f"<script>{bench.marker_cluster.read_text()}</script>"
    )
    file = Path(tempfile.mkdtemp(prefix="bench-maps-")) / f"{count}.html"
    file.write_text(page.replace("<head>", "<head>" + inside, 1), encoding="utf-8")
    return file


def _one_file(bench: Workbench) -> Table:
    started = time.perf_counter()
    overview = see_country(bench.database, bench.authority)
    read = time.perf_counter() - started
    document = map_document(content_of(overview, restricted=False))
    made = time.perf_counter() - started - read
    return Table(
        f"one file with {len(overview.zones)} zones (bar: 5 MB)",
        {"read": [read], "drawn": [made]},
        {"size": f"{len(document) / 1e6:.2f} MB, gzip {len(gzip.compress(document)) / 1e6:.2f} MB"},
    )


@contextmanager
def _served(bench: Workbench) -> Iterator[str]:
    """``phusong serve`` on the bench's database, in a process of its own; its address."""
    with tempfile.TemporaryDirectory() as var:
        addresses = {
            "DATABASE_URL": bench.database.url, "DATABASE_OWNER_URL": bench.database.owner_url,
            "PHUSONG_VAR": var,
        }  # fmt: skip
        serving = subprocess.Popen(
            [sys.executable, "-c", "from api.command_line import main; main()", "serve", "--port", "0"],
            cwd=bench.project, env=os.environ | addresses, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            address = serving.stdout.readline().split()[2]
            httpx.get(f"{address}/health", timeout=30)
            yield address
        finally:
            serving.terminate()
            serving.wait()


def _session(bench: Workbench, address: str) -> str:
    """The session of a new reviewer."""
    reviewer = act_for(bench.database, OrganisationKind.AUTHORITY, Role.REVIEWER, "script/bench")
    login = f"nguoi.do.{os.getpid()}"
    password = people.add_person(
        bench.database, bench.authority, login=login, full_name="Người đo", role=reviewer.role,
        organisation_id=reviewer.organisation_id, kind=reviewer.kind,
    )  # fmt: skip
    visitor = Browser(base_url=address)
    visitor.sign_in(login, password)
    return visitor.cookies[SESSION_COOKIE]
