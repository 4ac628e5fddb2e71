"""The nearest site of each operator to each zone, beside bare SQL and beside geopandas."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import geopandas
import numpy as np
from sqlalchemy import text

from coverage.actions.evidence import assess
from coverage.nearest import nearest_of_each_technology
from coverage.storage import evidence_inputs
from coverage.towers import Technology
from tests.bench import places
from tests.bench.workbench import Table, Workbench

TITLE = "the nearest site on air of each operator, geodesic, to each zone"
ZONES, SITES = 20_000, 160_000
METRES = 3405  # VN-2000 UTM 48N: geopandas measures on a plane
TODAY = date(2026, 11, 23)
OURS = "ours: read, searched, measured, with bearings"
GEOPANDAS = "geopandas: read, then sjoin_nearest"

# Every site has 4G; or as registers are: five in ten with three generations, one in ten with 5G.
ONE = "'{4G}'"
SEVERAL = """CASE site.id % 10 WHEN 0 THEN '{4G}' WHEN 1 THEN '{4G}' WHEN 2 THEN '{2G,4G}'
 WHEN 3 THEN '{4G,5G}' ELSE '{2G,3G,4G}' END"""

# What one would write without thinking of the spheroid: the first by the index, then measured.
BARE = """
SELECT zone.id, operator.id, nearest.site_id, nearest.distance_m
FROM phusong.zone
CROSS JOIN unnest(CAST(%(operators)s AS uuid[])) AS operator (id)
CROSS JOIN LATERAL (
    SELECT site_id, ST_Distance(site_operator.point::geography, zone.point::geography) AS distance_m
    FROM phusong.site_operator
    WHERE operator_id = operator.id AND on_air IS NOT FALSE
    ORDER BY site_operator.point::geography <-> zone.point::geography
    LIMIT 1) AS nearest
"""


def run(bench: Workbench) -> Iterator[Table]:
    """Compare the search with the bare SQL and geopandas; then whole assessments."""
    zones, sites = bench.amount(ZONES), bench.amount(SITES)
    size = f"{zones} zones × {{}} operators × {{}} technologies, {sites} sites"
    operators = _country(bench, zones, sites, ONE)
    exact, bare = _ours(bench, operators), _bare(bench, operators)
    assert set(bare) == set(exact)
    moved = sum(exact[key][0] != bare[key][0] for key in bare)
    farther = max(bare[key][1] - exact[key][1] for key in bare)
    yield bench.compare(
        size.format(len(operators), 1),
        {
            "bare SQL, as the owner": lambda: _bare(bench, operators),
            OURS: lambda: _ours(bench, operators, told=False),
            GEOPANDAS: lambda: _geopandas(bench, operators, ("4G",)),
        },
        {
            "the bare SQL orders by a sphere": f"{moved} of {len(bare)} answers are another"
            f" site, up to {farther:.1f} m farther on the spheroid",
        },
    )
    operators = _country(bench, zones, sites, SEVERAL)
    yield bench.compare(
        size.format(len(operators), len(Technology)),
        {
            GEOPANDAS: lambda: _geopandas(bench, operators, tuple(Technology)),
            OURS: lambda: _ours(bench, operators, told=False),
        },
    )
    yield bench.compare(
        f"assessments of {zones} zones × {len(operators)} operators × {len(Technology)}"
        " technologies, verdicts and queues stored",
        {
            "from nothing: every verdict and queue is written": lambda: _from_nothing(bench),
            "again, nothing has changed": lambda: _again(bench, None),
            "one operator, nothing has changed": lambda: _again(bench, operators[:1]),
            "one operator with a hundred new sites": lambda: _changed(bench, operators[0]),
        },
    )  # fmt: skip


def _country(bench: Workbench, zones: int, sites: int, technologies: str) -> list:
    """Fill the database with zones and sites of four operators; return the operators' ids."""
    with bench.owner.begin() as connection:
        run_ = connection.execute
        # What was is kept for ever, except on a bench.
        run_(text("SET LOCAL session_replication_role = replica"))
        run_(text("TRUNCATE phusong.zone, phusong.register, phusong.vintage CASCADE"))
        run_(text("SET LOCAL session_replication_role = origin"))
        run_(text("INSERT INTO phusong.vintage (name, approximate, source) VALUES ('x', true, '')"))
        run_(
            text(
                "INSERT INTO phusong.organisation (kind, name, province_code)"
                " VALUES ('province', 'Sở thử', '42') ON CONFLICT DO NOTHING"
            )
        )
        for name in places.OPERATORS:
            run_(
                text(
                    "INSERT INTO phusong.organisation (kind, name) VALUES ('operator', :name)"
                    " ON CONFLICT DO NOTHING"
                ),
                {"name": name},
            )
        run_(text("CREATE TEMP TABLE place (n int, lon float8, lat float8) ON COMMIT DROP"))
        _copy_places(connection, places.villages(zones))
        run_(
            text(
                "INSERT INTO phusong.zone (organisation_id, province_code, commune_code, vintage,"
                " village, village_key, point, households, grid_power, specially_difficult, signal)"
                " SELECT id, '42', '1', 'x', 'Bản ' || n, 'x', ST_SetSRID(ST_MakePoint(lon, lat), 4326),"
                " 9, n % 3 > 0, n % 2 > 0, CASE n % 4 WHEN 0 THEN 'patchy' ELSE 'none' END"
                " FROM place, phusong.organisation WHERE kind = 'province'"
            )
        )
        run_(text("TRUNCATE place"))
        _copy_places(connection, places.masts(sites))
        run_(
            text(
                "WITH kept AS (INSERT INTO phusong.register (organisation_id, file_name, sha256, raw,"
                " crs, totals) SELECT id, 'x', 'x', '', 'x', '{}' FROM phusong.organisation"
                " WHERE kind = 'authority' RETURNING id)"
                " INSERT INTO phusong.site (id, register_id, point) OVERRIDING SYSTEM VALUE"
                " SELECT n, kept.id, ST_SetSRID(ST_MakePoint(lon, lat), 4326) FROM place, kept"
            )
        )
        run_(
            text(
                "INSERT INTO phusong.site_operator (site_id, operator_id, technologies, on_air, point)"
                f" SELECT site.id, operator.id, CAST({technologies} AS text[]), site.id % 25 > 0, point"
                " FROM phusong.site JOIN"
                " (SELECT id, row_number() OVER (ORDER BY name) AS place FROM phusong.organisation"
                "  WHERE kind = 'operator') AS operator ON operator.place = site.id % 4 + 1"
            )
        )
    with bench.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE phusong.zone, phusong.site, phusong.site_operator"))
        return list(
            connection.execute(
                text("SELECT id FROM phusong.organisation WHERE kind = 'operator'")
            ).scalars()
        )


def _copy_places(connection, found) -> None:
    with connection.connection.cursor().copy("COPY place FROM STDIN") as copy:
        copy.write("".join(f"{n}\t{lon}\t{lat}\n" for n, (lon, lat) in enumerate(found.tolist())))


def _bare(bench: Workbench, operators: list) -> dict:
    with bench.owner.connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute(BARE, {"operators": operators})
        return {(zone, operator): rest for zone, operator, *rest in cursor.fetchall()}


def _ours(bench: Workbench, operators: list, *, told: bool = True) -> dict:
    """The assessment's own step, under row-level security; ``told`` as the rows of a query."""
    with bench.database.transaction(bench.authority) as connection:
        cursor = connection.connection.cursor(binary=True)
        zones = cursor.execute("SELECT id, ST_Y(point), ST_X(point) FROM phusong.zone").fetchall()
        stations = evidence_inputs.stations(connection, operators)
    points = tuple(np.array([zone[axis] for zone in zones]) for axis in (1, 2))
    found = {
        operator: nearest_of_each_technology(points, stations[operator].on_air)
        for operator in operators
    }
    if not told:
        return {}
    return {
        (zone[0], operator): (site, away)
        for operator, answers in found.items()
        for zone, site, away in zip(
            zones,
            answers[Technology.G4].site_ids.tolist(),
            answers[Technology.G4].distances_m.tolist(),
            strict=True,
        )
    }


def _geopandas(bench: Workbench, operators: list, technologies: tuple[str, ...]) -> None:
    with bench.owner.connect() as connection:
        zones = geopandas.read_postgis(
            text("SELECT id, point FROM phusong.zone"), connection, geom_col="point"
        ).to_crs(METRES)
        sites = geopandas.read_postgis(
            text("SELECT site_id, operator_id, array_to_string(technologies, ',') AS technologies,"
                 " point FROM phusong.site_operator WHERE on_air IS NOT FALSE"),
            connection, geom_col="point",
        ).to_crs(METRES)  # fmt: skip
    for operator in operators:
        own = sites[sites.operator_id == operator]
        for technology in technologies:
            having = own[own.technologies.str.contains(str(technology))]
            geopandas.sjoin_nearest(zones, having, distance_col="distance_m")


def _from_nothing(bench: Workbench) -> None:
    with bench.owner.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("TRUNCATE phusong.verdict, phusong.former_verdict"))
        connection.execute(text("UPDATE phusong.zone SET queue = 'undecided', queue_reason = ''"))
    assess(bench.database, bench.authority, TODAY)


def _again(bench: Workbench, operators: list | None) -> None:
    done = assess(bench.database, bench.authority, TODAY, operators=operators)
    assert (done.verdicts_changed, done.queues_changed) == (0, 0)


def _changed(bench: Workbench, operator) -> None:
    """Sites beside every hundredth zone; each run they move on to others."""
    with bench.owner.begin() as connection:
        connection.execute(
            text(
                "WITH new AS (INSERT INTO phusong.site (id, register_id, point)"
                " OVERRIDING SYSTEM VALUE SELECT coalesce(-(SELECT count(*) FROM phusong.site"
                " WHERE id < 0), 0) - row_number() OVER (), register.id,"
                " ST_Translate(zone.point, 0.001, 0) FROM phusong.register,"
                " (SELECT point FROM phusong.zone ORDER BY random() LIMIT 100) AS zone"
                " RETURNING id, point)"
                " INSERT INTO phusong.site_operator (site_id, operator_id, technologies, on_air,"
                " point) SELECT id, :operator, '{4G}', true, point FROM new"
            ),
            {"operator": operator},
        )
    done = assess(bench.database, bench.authority, TODAY, operators=[operator])
    assert done.verdicts_changed
