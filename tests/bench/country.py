"""A country to look at on maps: 20,000 zones at every stage with their history, 160,000 sites."""

from __future__ import annotations

import numpy as np
from sqlalchemy import text

from tests.bench import places
from tests.bench.packages import load_places, put_zones
from tests.bench.workbench import Workbench

# By the zone's own number: whoever pays, whatever its signal, and how far it has come.
_VARIED = """
WITH numbered AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM phusong.zone)
UPDATE phusong.zone SET
    status = (ARRAY['reported', 'under_review', 'approved', 'approved', 'in_package', 'in_package',
                    'awarded', 'on_air', 'confirmed', 'approved'])[1 + n % 10],
    reviewer = CASE WHEN n % 10 = 1 THEN 'script/bench' END,
    queue = (ARRAY['fund', 'fund', 'fund', 'operator', 'operator', 'power', 'undecided'])[1 + n % 7],
    signal = (ARRAY['none', 'patchy', NULL])[1 + n % 3],
    created_at = now() - (30 + n % 300) * interval '1 day'
FROM numbered WHERE numbered.id = zone.id
"""
_HISTORY = """
INSERT INTO phusong.zone_event (zone_id, organisation_id, actor, version, at, before, after)
SELECT zone.id, zone.organisation_id, 'script/bench', place + 1,
       created_at + place * (now() - created_at) / (many + 1),
       jsonb_build_object('status', steps[place]), jsonb_build_object('status', steps[place + 1])
FROM phusong.zone, LATERAL (SELECT
    ARRAY['reported', 'under_review', 'approved', 'in_package', 'awarded', 'on_air', 'confirmed']
        AS steps,
    array_position(ARRAY['reported', 'under_review', 'approved', 'in_package', 'awarded', 'on_air',
                         'confirmed'], status) - 1 AS many) AS path,
    LATERAL generate_series(1, many) AS place
ORDER BY zone.id, place
"""


def put_country(bench: Workbench, zones: int, sites: int) -> None:
    """Fill the bench's database, past the intake and the review."""
    gazetteer = load_places(bench)
    codes = sorted(gazetteer.provinces)
    shares = np.bincount(np.arange(zones) % len(codes), minlength=len(codes)).tolist()
    wanted = {code: share for code, share in zip(codes, shares, strict=True) if share}
    put_zones(bench, gazetteer, wanted)
    with bench.owner.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(_VARIED))
        connection.execute(text(_HISTORY))
    _put_sites(bench, sites)
    with bench.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _put_sites(bench: Workbench, sites: int) -> None:
    with bench.owner.begin() as connection:
        for name in places.OPERATORS:
            connection.execute(
                text(
                    "INSERT INTO phusong.organisation (kind, name) VALUES ('operator', :name)"
                    " ON CONFLICT DO NOTHING"
                ),
                {"name": name},
            )
        connection.execute(
            text(
                "CREATE TEMP TABLE place ON COMMIT DROP AS SELECT row_number() OVER () AS n, lon, lat"
                " FROM unnest(CAST(:lon AS float8[]), CAST(:lat AS float8[])) AS told (lon, lat)"
            ),
            dict(zip(("lon", "lat"), places.masts(sites).T.tolist(), strict=True)),
        )
        connection.execute(
            text(
                "WITH kept AS (INSERT INTO phusong.register (organisation_id, file_name, sha256,"
                " raw, crs, totals) SELECT id, 'x', 'x', '', 'x', '{}' FROM phusong.organisation"
                " WHERE kind = 'authority' LIMIT 1 RETURNING id)"
                " INSERT INTO phusong.site (id, register_id, point) OVERRIDING SYSTEM VALUE"
                " SELECT n, kept.id, ST_SetSRID(ST_MakePoint(lon, lat), 4326) FROM place, kept"
            )
        )
        connection.execute(
            text(
                "INSERT INTO phusong.site_operator (site_id, operator_id, site_code, technologies,"
                " on_air, point) SELECT site.id, operator.id, 'T' || site.id, '{2G,4G}', true, point"
                " FROM phusong.site JOIN"
                " (SELECT id, row_number() OVER (ORDER BY name) AS place FROM phusong.organisation"
                "  WHERE kind = 'operator') AS operator ON operator.place = site.id % 4 + 1"
            )
        )
