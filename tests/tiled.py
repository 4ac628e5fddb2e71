"""Zones and sites by the thousand for tests of tiles, and the tiles as the database makes them."""

from __future__ import annotations

import math

from sqlalchemy import text

from tests.reported import as_owner


def put_zones(database, officer, points, village="'Bản ' || n"):
    """Zones of 1, 2, 3… households at these places, in turn of every kind."""
    with as_owner(database, officer) as connection:
        connection.execute(
            text(
                "INSERT INTO phusong.zone (organisation_id, province_code, commune_code, vintage,"
                " village, village_key, point, households, queue, status, status_by)"
                f" SELECT :me, '42', '18073', '2026-04-30', {village}, 'x',"
                " ST_SetSRID(ST_MakePoint(lon, lat), 4326), n,"
                " (ARRAY['fund', 'operator', 'power', 'undecided'])[1 + n % 4],"
                " (ARRAY['reported', 'approved', 'on_air', 'withdrawn'])[1 + n / 3 % 4], 'thử'"
                " FROM unnest(CAST(:lon AS float8[]), CAST(:lat AS float8[]))"
                " WITH ORDINALITY AS given (lon, lat, n)"
            ),
            {"me": officer.organisation_id, "lon": [p[0] for p in points],
             "lat": [p[1] for p in points]},
        )  # fmt: skip


def put_sites(database, authority, operator, points):
    with as_owner(database, authority) as connection:
        connection.execute(
            text(
                "WITH kept AS (INSERT INTO phusong.register (organisation_id, file_name, sha256,"
                " raw, crs, totals) VALUES (:me, 'x', 'x', '', 'x', '{}') RETURNING id),"
                " put AS (INSERT INTO phusong.site (register_id, point)"
                "  SELECT kept.id, ST_SetSRID(ST_MakePoint(lon, lat), 4326)"
                "  FROM kept, unnest(CAST(:lon AS float8[]), CAST(:lat AS float8[])) AS given (lon, lat)"
                "  RETURNING id, point)"
                " INSERT INTO phusong.site_operator (site_id, operator_id, site_code, technologies,"
                "  point, on_air) SELECT id, :operator, 'SITE' || id, '{2G,3G,4G}', point,"
                "  CASE id % 3 WHEN 0 THEN true END FROM put"
            ),
            {"me": authority.organisation_id, "operator": operator.organisation_id,
             "lon": [p[0] for p in points], "lat": [p[1] for p in points]},
        )  # fmt: skip


def tile(connection, actor, layer, z, x, y):  # noqa: PLR0917 - as its address
    function = "zone_tile" if layer == "zones" else "site_tile"
    more = ", NULL" if layer == "zones" else ""
    return bytes(
        connection.execute(
            text(f"SELECT phusong.{function}(:me, :z, :x, :y{more})"),
            {"me": actor.organisation_id, "z": z, "x": x, "y": y},
        ).scalar_one()
    )


def down_of(latitude):
    return (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2


def around(points, z):
    """Every tile that could hold one of the points, and its neighbours."""
    side, found = 1 << z, set()
    for longitude, latitude in points:
        across = int((longitude + 180) / 360 * side)
        down = int(down_of(max(-89, min(89, latitude))) * side)
        found |= {
            (min(side - 1, max(0, across + dx)), min(side - 1, max(0, down + dy)))
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
        }
    return sorted(found)
