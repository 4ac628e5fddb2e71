"""A country's packages built through the real acts, with every writer: time by stage, memory.

The bars (issue 5): 34 provinces and 20,000 zones in under 10 minutes and 2 GB on two cores; the
cost of a zone flat from 1,000 to 20,000; one province of 600 zones in under 15 s. Each country is
built in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import shapely
from sqlalchemy import text

from coverage.actions import places
from coverage.actions.people import act_for
from coverage.people import OrganisationKind, Role
from coverage.places import Gazetteer
from coverage.places.units import Level
from coverage.storage import places as stored_places
from coverage.storage.people import ensure_organisation
from coverage.vietnamese import name_key
from tests.bench.workbench import Table, Workbench

TITLE = "packages of a country: lots and sites proposed, every file written, sealed, stored"
SIZES = (1_000, 5_000, 20_000)
ONE_PROVINCE = ("42", 600)
_FEWEST_IN_PROVINCE = 20
_MEAN_PER_CLUSTER = 12  # villages lie in valleys, not evenly
_STEMS = ("Bản Nà Lại", "Khe Sến", "Buôn Đắk Mế", "Thôn Tà Rụt", "Xóm Lũng Cú", "Plei Kơ Nia")
_EMPTIED = "zone, lot, package"


def run(bench: Workbench) -> Iterator[Table]:
    """Build one province, then ever larger countries; the ratio of a stage is its share."""
    gazetteer = load_places(bench)
    code, zones = ONE_PROVINCE
    yield _built(bench, gazetteer, {code: bench.amount(zones)}, "one province (bar: 15 s)")
    per_zone = {}
    for size in SIZES:
        many = max(2, bench.amount(size) // _FEWEST_IN_PROVINCE)  # few on a pinch of data
        provinces = sorted(gazetteer.provinces)[:many]
        shares = np.bincount(
            np.arange(bench.amount(size)) % len(provinces), minlength=len(provinces)
        )
        shared = zip(provinces, shares.tolist(), strict=True)
        wanted = {code: count for code, count in shared if count}  # on a pinch some have none
        bar = " (bar: 600 s, 2,000 MB)" if size == SIZES[-1] else ""
        table = _built(bench, gazetteer, wanted, f"{len(provinces)} provinces{bar}")
        per_zone[f"{sum(wanted.values())} zones, seconds a zone"] = [
            table.seconds["total"][0] / sum(wanted.values())
        ]
        yield table
    yield Table("what one zone costs, by the size of the country (bar: flat)", per_zone, {})


def load_places(bench: Workbench) -> Gazetteer:
    """Put the country's units in force, the real ones where they are, unless some are already."""
    with bench.database.transaction(bench.authority) as connection:
        in_force = any(known.status == "active" for known in stored_places.vintages(connection))
    if not in_force:
        _put_places_in_force(bench)
    with bench.database.transaction(bench.authority) as connection:
        return stored_places.gazetteer(connection)


def _put_places_in_force(bench: Workbench) -> None:
    places.load_national_list(bench.database, bench.authority, activate=True)
    shared = bench.project.parent / "shared" / "data"
    for level, name in (
        (Level.PROVINCE, "provinces_2026-04-30.geojson"), (Level.COMMUNE, "communes_2026-04-30.gpkg"),
    ):  # fmt: skip
        if (shared / name).exists():
            places.load_boundaries(
                bench.database, bench.authority, shared / name, "2026-04-30", level,
                activate=level is Level.COMMUNE,
            )  # fmt: skip


def _built(bench: Workbench, gazetteer: Gazetteer, wanted: dict[str, int], title: str) -> Table:
    """Put the zones in place, build every province's package in a child, read what it measured."""
    put_zones(bench, gazetteer, wanted)
    addresses = {
        "DATABASE_URL": bench.database.url,
        "DATABASE_OWNER_URL": bench.database.owner_url,
    }
    told = subprocess.run(
        [sys.executable, "-m", "tests.bench.packages_build", *wanted],
        cwd=bench.project, env=os.environ | addresses, stdout=subprocess.PIPE, check=True,
    ).stdout  # fmt: skip
    measured = json.loads(told)
    seconds = {name: [spent] for name, spent in measured["seconds"].items()}
    return Table(
        f"{title}: {measured['zones']} zones in {measured['lots']} lots",
        seconds,
        {
            "of it our own processor time": ", ".join(
                f"{name} {spent:.1f} s"
                for name, spent in sorted(measured["busy"].items(), key=lambda told: -told[1])
                if spent >= 0.05 * measured["busy"]["total"]
            ),
            "memory": f"{measured['memory_mb']:.0f} MB at most",
            "files": f"{measured['bytes'] / 1e6:.0f} MB in {measured['packages']} packages",
            "slowest package": f"{measured['slowest_s']:.1f} s",
        },
    )


def put_zones(bench: Workbench, gazetteer: Gazetteer, wanted: dict[str, int]) -> None:
    """Approved zones of the fund, clustered, past the intake and the review."""
    with bench.owner.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        names = ", ".join(f"phusong.{name}" for name in _EMPTIED.split(", "))
        connection.execute(text(f"TRUNCATE {names} CASCADE"))
    chance = np.random.default_rng(7)
    for code, count in wanted.items():
        with bench.database.transaction(bench.authority) as connection:
            ensure_organisation(
                connection, OrganisationKind.PROVINCE, f"Sở KH&CN tỉnh {code}", code
            )
        officer = act_for(
            bench.database, OrganisationKind.PROVINCE, Role.PROVINCE_OFFICER, "script/bench",
            province_code=code,
        )  # fmt: skip
        rows = [
            {
                "organisation": officer.organisation_id, "province": code, "commune": commune,
                "vintage": gazetteer.vintage, "village": (village := f"{_STEMS[number % 6]} {number}"),
                "key": name_key(village), "longitude": longitude, "latitude": latitude,
                "households": 15 + number % 160, "population": 60 + number % 640,
            }
            for number, (commune, longitude, latitude) in enumerate(
                _points(chance, gazetteer, code, count)
            )
        ]  # fmt: skip
        with bench.owner.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO phusong.zone (organisation_id, province_code, commune_code,"
                    " vintage, village, village_key, point, households, population, signal,"
                    " grid_power, specially_difficult, status, status_by, queue, queue_reason)"
                    " VALUES (:organisation, :province, :commune, :vintage, :village, :key,"
                    " ST_SetSRID(ST_MakePoint(:longitude, :latitude), 4326), :households,"
                    " :population, 'none', true, true, 'approved', 'script/bench', 'fund',"
                    " 'Nghị định 295/2025/NĐ-CP')"
                ),
                rows,
            )


def _points(
    chance: np.random.Generator, gazetteer: Gazetteer, code: str, count: int
) -> list[tuple[str, float, float]]:
    """Villages in clusters of a few kilometres, each inside the commune it is said to lie in."""
    communes = gazetteer.communes_of(code)
    found: list[tuple[str, float, float]] = []
    while len(found) < count:
        commune = communes[int(chance.integers(len(communes)))]
        shapely.prepare(commune.area)
        centre = commune.area.representative_point()
        around = chance.normal((centre.x, centre.y), 0.025, (_MEAN_PER_CLUSTER, 2)).round(6)
        inside = shapely.contains_xy(commune.area, around[:, 0], around[:, 1])
        found += [(commune.code, *point) for point in around[inside].tolist()]
    return found[:count]
