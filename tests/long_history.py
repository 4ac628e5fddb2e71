"""Many zones with a long history, put straight into a database: for looking at it and for figures.

Every province has zones that were reported over ``months`` months and went each its own way;
nothing of it is real.
"""

from __future__ import annotations

from sqlalchemy import text

from coverage.people import OrganisationKind
from coverage.storage.people import ensure_organisation
from tests.reported import as_owner

# The way of a zone: after so many steps it stands there.
PATH = ("reported", "under_review", "approved", "in_package", "awarded", "on_air", "confirmed")

_ZONES = """
INSERT INTO phusong.zone (organisation_id, province_code, commune_code, vintage, village,
    village_key, point, households, signal, grid_power, specially_difficult, status, queue,
    queue_reason, status_reason, status_by, reviewer, version, created_at, updated_at)
SELECT organisation.id, unit.code, unit.code, vintage.name, 'Bản thử ' || n, 'ban thu ' || n,
    ST_SetSRID(ST_MakePoint(103 + (n % 500) * 0.01, 11 + (n / 500) * 0.1), 4326),
    10 + (n * 37) % 190, CASE WHEN n % 5 < 3 THEN 'none' ELSE 'patchy' END, true, true,
    way.status,
    CASE WHEN way.steps >= 3 THEN 'fund'
         ELSE (ARRAY['fund', 'fund', 'operator', 'power', 'undecided', 'covered'])[1 + (n / 34 + n) % 6] END,
    'thử', 'thử', 'thử',
    CASE WHEN way.status = 'under_review' THEN 'thử' END, 1 + 8, began.at, began.at
FROM generate_series(1, :zones) AS n
CROSS JOIN LATERAL (SELECT code, vintage FROM phusong.unit WHERE level = 'province'
    AND vintage = :vintage ORDER BY code OFFSET (n * 7 + n / 11) % :provinces LIMIT 1) AS unit
JOIN phusong.vintage ON vintage.name = unit.vintage
JOIN phusong.organisation ON organisation.province_code = unit.code
CROSS JOIN LATERAL (SELECT now() - make_interval(days => 1 + (n * 131) % (30 * :months)) AS at) AS began
CROSS JOIN LATERAL (SELECT extract(day FROM now() - began.at)::int AS age) AS old
CROSS JOIN LATERAL (SELECT least(6, (n * 13) % 9, old.age / 45)::int AS steps) AS walked
CROSS JOIN LATERAL (SELECT walked.steps,
    CASE WHEN n % 17 = 0 THEN 'returned' WHEN n % 41 = 0 THEN 'withdrawn'
         ELSE (CAST(:path AS text[]))[1 + walked.steps] END AS status) AS way
"""

# Eight changes each: the steps of the way, and between them who pays and the households.
_EVENTS = """
INSERT INTO phusong.zone_event (zone_id, at, organisation_id, actor, version, reason, before, after)
SELECT zone.id, zone.created_at + (now() - zone.created_at) * (0.9 * k / 8.0), zone.organisation_id,
    'thử', k + 1, '', told.before, told.after
FROM phusong.zone
CROSS JOIN LATERAL (SELECT coalesce(array_position(CAST(:path AS text[]), zone.status), 3) - 1 AS steps) AS walked
CROSS JOIN generate_series(1, 8) AS k
CROSS JOIN LATERAL (SELECT
    CASE WHEN k <= walked.steps THEN jsonb_build_object(
             'status', (CAST(:path AS text[]))[k], 'status_by', NULL, 'reviewer', 'An', 'status_reason', '')
         WHEN k = 7 AND zone.households % 7 = 0 THEN jsonb_build_object('households', zone.households + 5)
         ELSE jsonb_build_object('queue', 'undecided', 'queue_reason', 'grid_power', 'queue_rule_id', NULL) END AS before,
    CASE WHEN k <= walked.steps THEN jsonb_build_object(
             'status', CASE WHEN k = walked.steps THEN zone.status ELSE (CAST(:path AS text[]))[k + 1] END,
             'status_by', 'Bình', 'reviewer', NULL, 'status_reason', 'đủ căn cứ')
         WHEN k = 7 AND zone.households % 7 = 0 THEN jsonb_build_object('households', zone.households)
         ELSE jsonb_build_object('queue', zone.queue, 'queue_reason', 'Nghị định thử', 'queue_rule_id', 3) END AS after) AS told
WHERE zone.village LIKE 'Bản thử %'
ORDER BY zone.id, k
"""


def fill(database, authority, vintage, *, zones, months=18, provinces=34):
    """Put the zones and their history in; the provinces of ``vintage`` must stand there already."""
    with database.transaction(authority) as connection:
        named = connection.execute(
            text("SELECT code, name FROM phusong.unit WHERE level = 'province' AND vintage = :vintage"),
            {"vintage": vintage},
        ).all()  # fmt: skip
        for code, name in named:
            ensure_organisation(connection, OrganisationKind.PROVINCE, f"Sở KH&CN {name}", code)
    with as_owner(database, authority) as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(
            text(_ZONES),
            {"zones": zones, "vintage": vintage, "provinces": min(provinces, len(named)),
             "months": months, "path": list(PATH)},
        )  # fmt: skip
        connection.execute(text(_EVENTS), {"path": list(PATH)})
    with as_owner(database, authority) as connection:
        connection.execute(text("ANALYZE phusong.zone, phusong.zone_event"))
