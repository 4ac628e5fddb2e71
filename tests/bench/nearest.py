"""The nearest site of each operator to each zone, beside bare SQL and beside geopandas."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import geopandas
import numpy as np
from scipy.spatial import cKDTree
from sqlalchemy import text

from coverage.actions.evidence import assess
from coverage.distances import geocentric, metres
from coverage.storage import evidence
from tests.bench import places
from tests.bench.workbench import Table, Workbench

TITLE = "the nearest site on air of each operator, geodesic, to each zone"
ZONES, SITES = 20_000, 160_000
METRES = 3405  # VN-2000 UTM 48N: geopandas measures on a plane

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
    """Compare the query, then the whole assessment, with the bare SQL and with geopandas."""
    for sites in (27_000, SITES):
        operators = _country(bench, bench.amount(ZONES), bench.amount(sites))
        exact, bare = _ours(bench, operators), _bare(bench, operators)
        moved = sum(exact[pair][0] != bare[pair][0] for pair in exact)
        farther = max(bare[pair][1] - exact[pair][1] for pair in exact)
        yield bench.compare(
            f"{bench.amount(ZONES)} zones × {len(operators)} operators,"
            f" {bench.amount(sites)} sites",
            {
                "bare SQL, as the owner": lambda: _bare(bench, operators),  # noqa: B023 - called here
                "ours: exact, under row-level security": lambda: _ours(bench, operators),  # noqa: B023
                "ours, judged and stored (phusong evidence assess)": lambda: _assess(bench),
                "a tree in memory: read, queried, measured": lambda: _tree(bench, operators),  # noqa: B023
                "geopandas: read, then sjoin_nearest per operator": lambda: _geopandas(bench, operators),  # noqa: B023
            },
            {
                "the bare SQL orders by a sphere": f"{moved} of {len(exact)} answers are another"
                f" site, up to {farther:.1f} m farther on the spheroid",
            },
        )  # fmt: skip


def _country(bench: Workbench, zones: int, sites: int) -> list:
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
                " village, village_key, point, households, grid_power, specially_difficult)"
                " SELECT id, '42', '1', 'x', 'Bản ' || n, 'x', ST_SetSRID(ST_MakePoint(lon, lat), 4326),"
                " 9, n % 3 > 0, n % 2 > 0 FROM place, phusong.organisation WHERE kind = 'province'"
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
                " SELECT site.id, operator.id, '{4G}', site.id % 25 > 0, point FROM phusong.site JOIN"
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


def _ours(bench: Workbench, operators: list) -> dict:
    with bench.database.transaction(bench.authority) as connection:
        zones = connection.execute(text("SELECT id FROM phusong.zone")).scalars().all()
        found = evidence.nearest(connection, zones, operators)
        return {pair: (each.site_id, each.distance_m) for pair, each in found.items()}


def _assess(bench: Workbench) -> None:
    """Assess from nothing: every verdict and every queue is written."""
    with bench.owner.begin() as connection:
        connection.execute(text("TRUNCATE phusong.verdict"))
        connection.execute(text("UPDATE phusong.zone SET queue = 'undecided', queue_reason = ''"))
    assess(bench.database, bench.authority, date(2026, 11, 23))


def _tree(bench: Workbench, operators: list) -> None:
    """What is left when no query is asked for each pair: three candidates out of a tree."""
    with bench.owner.connect() as connection:
        cursor = connection.connection.cursor(binary=True)
        columns = "ST_Y(point), ST_X(point)"
        zones = np.array(cursor.execute(f"SELECT {columns} FROM phusong.zone").fetchall())
        latitudes, longitudes = zones.T
        for operator in operators:
            own = f"SELECT {columns} FROM phusong.site_operator WHERE operator_id = %s AND on_air"
            sites = np.array(cursor.execute(own, (operator,)).fetchall())
            near = cKDTree(geocentric(*sites.T)).query(geocentric(latitudes, longitudes), k=3)[1]
            for candidate in near.T:
                metres(latitudes, longitudes, *sites[candidate].T)


def _geopandas(bench: Workbench, operators: list) -> None:
    with bench.owner.connect() as connection:
        zones = geopandas.read_postgis(
            text("SELECT id, point FROM phusong.zone"), connection, geom_col="point"
        ).to_crs(METRES)
        sites = geopandas.read_postgis(
            text("SELECT site_id, operator_id, point FROM phusong.site_operator WHERE on_air IS NOT FALSE"),
            connection, geom_col="point",
        ).to_crs(METRES)  # fmt: skip
    for operator in operators:
        own = sites[sites.operator_id == operator]
        geopandas.sjoin_nearest(zones, own, distance_col="distance_m")
