"""A whole country at work: 20,000 zones in every state, 160,000 sites, lots, packages, awards.

It grows out of a country that lives (tests/lived_in.py), whose rows are the patterns; everything
else is put straight into the database. Nothing of it is real.
"""

from __future__ import annotations

from sqlalchemy import text

from coverage.actions import surveys
from coverage.people import OrganisationKind
from coverage.storage.people import ensure_organisation
from tests.bench import places
from tests.lived_in import LivedIn, live
from tests.reported import as_owner

ZONES, SITES = 20_000, 160_000
MONTHS = 18
REVIEWER = "nguoi.reviewer"
_SURVEY = "Tên thôn,Xã,Vĩ độ,Kinh độ,Số hộ\nBản Rào Mẫu,{commune},{latitude},{longitude},42\n"

# Zones by their place in their province: the first half in lots of 25, then lots that nobody
# packed, then every state of the review. Villages lie somewhere in their own commune.
_ZONES = """
CREATE TEMP TABLE placed ON COMMIT DROP AS
SELECT gen_random_uuid() AS id, organisation.id AS organisation_id, commune.province_code,
    commune.code, commune.vintage, dumped.geom AS point,
    row_number() OVER (PARTITION BY commune.province_code ORDER BY commune.code, dumped.path) - 1 AS place,
    count(*) OVER (PARTITION BY commune.province_code) AS many,
    row_number() OVER (ORDER BY commune.code, dumped.path) AS n
FROM (SELECT unit.*, row_number() OVER (ORDER BY code) AS place,
             count(*) OVER () AS communes FROM phusong.unit
      WHERE level = 'commune' AND area IS NOT NULL
        AND vintage = (SELECT vintage FROM phusong.standing())) AS commune
JOIN phusong.organisation ON organisation.province_code = commune.province_code
CROSS JOIN LATERAL (SELECT :zones * commune.place / communes - :zones * (commune.place - 1) / communes AS points) AS share
CROSS JOIN LATERAL ST_Dump(ST_GeneratePoints(
    ST_Envelope(ST_Buffer(ST_PointOnSurface(commune.area), 0.02)), points::int, commune.place::int)) AS dumped
WHERE points > 0;

INSERT INTO phusong.zone (id, organisation_id, province_code, commune_code, vintage, village,
    village_key, point, households, population, signal, grid_power, specially_difficult, status,
    queue, queue_reason, status_reason, status_by, reviewer, version, created_at, updated_at)
SELECT placed.id, organisation_id, province_code, code, vintage, 'Bản Khe ' || n, 'ban khe ' || n, point,
    10 + (n * 37) % 190, 40 + (n * 101) % 800, (ARRAY['none', 'patchy', NULL])[1 + n % 3], true,
    n % 7 < 5, way.status,
    CASE WHEN place < many * :grouped OR way.status = 'reported' THEN 'fund'
         ELSE (ARRAY['fund', 'operator', 'power', 'undecided', 'covered'])[1 + n % 5] END,
    'Nghị định thử', CASE WHEN way.status IN ('returned', 'rejected') THEN 'lý do thử' ELSE '' END,
    CASE WHEN way.status <> 'reported' THEN 'thẩm định viên' END,
    CASE WHEN way.status = 'under_review' THEN :reviewer END, 8, began.at, began.at + interval '20 days'
FROM placed
CROSS JOIN LATERAL (SELECT now() - make_interval(days => (30 + (n * 131) % (30 * :months))::int) AS at) AS began
CROSS JOIN LATERAL (SELECT CASE
    WHEN place < many * :packed THEN CASE WHEN (1 + place / 25) % :every = 0 THEN 'in_package'
        ELSE (ARRAY['awarded', 'awarded', 'on_air', 'confirmed'])[1 + n % 4] END
    WHEN place < many * :grouped THEN 'approved'
    ELSE (ARRAY['reported', 'reported', 'reported', 'under_review', 'returned', 'approved',
                'approved', 'approved', 'rejected', 'withdrawn'])[1 + n % 10] END AS status) AS way;

INSERT INTO phusong.zone_event (zone_id, at, organisation_id, actor, version, reason, before, after)
SELECT zone.id, zone.created_at + (now() - zone.created_at) * (0.9 * k / 8.0), zone.organisation_id,
    'thử', k + 1, '', told.before, told.after
FROM phusong.zone JOIN placed ON placed.id = zone.id
CROSS JOIN LATERAL (SELECT coalesce(array_position(CAST(:path AS text[]), zone.status), 3) - 1 AS steps) AS walked
CROSS JOIN generate_series(1, 8) AS k
CROSS JOIN LATERAL (SELECT
    CASE WHEN k <= walked.steps THEN jsonb_build_object('status', (CAST(:path AS text[]))[k],
             'status_by', NULL, 'reviewer', 'An', 'status_reason', '')
         WHEN k = 7 AND zone.households % 7 = 0 THEN jsonb_build_object('households', zone.households + 5)
         ELSE jsonb_build_object('queue', 'undecided', 'queue_reason', 'thử', 'queue_rule_id', NULL) END AS before,
    CASE WHEN k <= walked.steps THEN jsonb_build_object('status', CASE WHEN k = walked.steps THEN zone.status
             ELSE (CAST(:path AS text[]))[k + 1] END, 'status_by', 'Bình', 'reviewer', NULL, 'status_reason', 'đủ căn cứ')
         WHEN k = 7 AND zone.households % 7 = 0 THEN jsonb_build_object('households', zone.households)
         ELSE jsonb_build_object('queue', zone.queue, 'queue_reason', 'Nghị định thử', 'queue_rule_id', 3) END AS after) AS told
ORDER BY zone.id, k;
"""

_JUDGED = """
INSERT INTO phusong.verdict (zone_id, operator_id, technology, criteria_set_id, verdict, reasons,
    distance_m, bearing_deg, site_id)
SELECT placed.id, operator.id, technology, 1,
    CASE WHEN (n + place_of) % 5 = 0 THEN 'unknown' ELSE 'none' END,
    CASE WHEN (n + place_of) % 5 = 0 THEN ARRAY['evidence.site_within_reach']
         ELSE ARRAY['evidence.site_beyond_reach'] END, 3000 + n % 9000, n % 360, 1
FROM placed, (SELECT id, row_number() OVER (ORDER BY name) AS place_of FROM phusong.organisation
              WHERE kind = 'operator') AS operator, unnest(ARRAY['2G', '3G', '4G', '5G']) AS technology;

INSERT INTO phusong.former_verdict (zone_id, operator_id, technology, criteria_set_id, verdict,
    reasons, distance_m, assessed_at, ended_at)
SELECT zone_id, operator_id, technology, 1, 'unknown', reasons, distance_m + 500,
    now() - interval '200 days', now() - interval '20 days' FROM phusong.verdict WHERE technology = '4G';
"""

_LOTS = """
CREATE TEMP TABLE member ON COMMIT DROP AS
SELECT id AS zone_id, province_code, place / 25 AS lot_place, place < many * :packed AS packed FROM placed
WHERE place < many * :grouped;
CREATE TEMP TABLE grouped ON COMMIT DROP AS
SELECT gen_random_uuid() AS lot_id, province_code, lot_place, packed, count(*) AS zones,
    100 + row_number() OVER (PARTITION BY province_code ORDER BY lot_place, packed DESC) AS number
FROM member GROUP BY province_code, lot_place, packed;

INSERT INTO phusong.lot (id, province_code, vintage, number, name, status, totals, island)
SELECT lot_id, grouped.province_code, pattern.vintage, grouped.number, 'Lô ' || grouped.number || ' – Thử',
    CASE WHEN packed THEN 'in_package' ELSE 'proposed' END,
    pattern.totals || jsonb_build_object('zones', zones, 'households', zones * 90, 'population', zones * 400), false
FROM grouped, (SELECT * FROM phusong.lot ORDER BY number LIMIT 1) AS pattern;
INSERT INTO phusong.lot_zone (lot_id, zone_id)
SELECT lot_id, zone_id FROM member JOIN grouped USING (province_code, lot_place, packed);
INSERT INTO phusong.lot_siting SELECT grouped.lot_id, md5(grouped.lot_id::text) || md5('x'), asked, inputs,
    90 * zones, 90 * zones, cost_vnd, bound, gap, chosen_by, chosen_at
FROM grouped, (SELECT * FROM phusong.lot_siting LIMIT 1) AS pattern;
INSERT INTO phusong.lot_site SELECT lot_id, row_number() OVER (PARTITION BY lot_id ORDER BY zone_id), 'new', NULL,
    zone.point, zone.commune_code, ARRAY[zone_id], zone.households, pattern.cost
FROM member JOIN grouped USING (province_code, lot_place, packed) JOIN phusong.zone ON zone.id = zone_id,
    (SELECT cost FROM phusong.lot_site LIMIT 1) AS pattern;
INSERT INTO phusong.zone_readiness (zone_id, kind, state, said_by)
SELECT zone_id, kind, 'ready', 'thử' FROM member, unnest(ARRAY['road', 'power']) AS kind ON CONFLICT DO NOTHING;
"""

# Two packages a province, in the first 26 of 34; the others' lots have one.
_PACKAGES = """
CREATE TEMP TABLE packed ON COMMIT DROP AS
SELECT gen_random_uuid() AS package_id, province_code, half,
    'GT-2025-' || province_code || '-' || lpad((half + 1)::text, 3, '0') AS number
FROM (SELECT province_code, (lot_place / 6 % 2)::int AS half, dense_rank() OVER (ORDER BY province_code) AS place
      FROM grouped WHERE packed GROUP BY province_code, lot_place) AS lots
WHERE half = 0 OR place <= 26 GROUP BY province_code, half;

INSERT INTO phusong.package (id, number, version, province_code, vintage, approximate, status, totals,
    manifest, file_name, sha256, content, built_by, built_at, published_at, said)
SELECT package_id, packed.number, 1, packed.province_code, pattern.vintage, pattern.approximate, 'published',
    pattern.totals || jsonb_build_object('lots', counted.lots, 'zones', counted.zones), pattern.manifest,
    packed.number || '.zip', md5(packed.number) || md5(packed.province_code), decode(repeat('50', 1000000), 'hex'), 'thử',
    now() - interval '300 days', now() - interval '300 days',
    jsonb_build_object('mode', 'tender', 'criteria', '["Bộ tiêu chí tạm"]'::jsonb, 'lots', counted.said_lots,
                       'zones', counted.said_zones)
FROM packed, (SELECT * FROM phusong.package WHERE status = 'published' ORDER BY version DESC LIMIT 1) AS pattern,
LATERAL (SELECT count(DISTINCT lot_id) AS lots, count(*) AS zones,
    jsonb_object_agg(grouped.number, jsonb_build_object('id', lot_id, 'name', 'Lô ' || grouped.number, 'sites', 4,
        'months', 24, 'cost_vnd', 7700000000)) AS said_lots,
    jsonb_object_agg(zone_id, (SELECT value FROM jsonb_each(pattern.said -> 'zones') LIMIT 1)
        || jsonb_build_object('lot', grouped.number)) AS said_zones
    FROM grouped JOIN member USING (province_code, lot_place, packed)
    WHERE packed AND grouped.province_code = packed.province_code AND (lot_place / 6 % 2)::int = packed.half) AS counted;
INSERT INTO phusong.package_lot SELECT package_id, lot_id FROM grouped JOIN packed
    ON packed.province_code = grouped.province_code AND packed.half = (lot_place / 6 % 2)::int WHERE grouped.packed;
INSERT INTO phusong.download (package_id, organisation_id, person, at)
SELECT package_id, organisation.id, 'thử', now() - make_interval(days => k) FROM packed, phusong.organisation,
    generate_series(1, 20) AS k WHERE kind = 'operator';
INSERT INTO phusong.package_question (package_number, organisation_id, asked_by, question)
SELECT number, organisation.id, 'thử', 'Cột có sẵn có dùng chung được không? ' || k FROM packed, phusong.organisation,
    generate_series(1, 5) AS k WHERE kind = 'operator';
INSERT INTO phusong.package_notice (organisation_id, package_number, subject, version)
SELECT organisation.id, number, 'amendment', 1 FROM packed, phusong.organisation
WHERE kind IN ('operator', 'province');
"""

_DELIVERED = """
CREATE TEMP TABLE given ON COMMIT DROP AS
SELECT gen_random_uuid() AS award_id, lot_id, package_id, operator.id AS operator_id, lot_place
FROM phusong.package_lot JOIN packed USING (package_id) JOIN grouped USING (lot_id)
JOIN (SELECT id, row_number() OVER (ORDER BY name) - 1 AS place_of, count(*) OVER () AS many FROM phusong.organisation
      WHERE kind = 'operator') AS operator ON lot_place % many = place_of
WHERE (1 + lot_place) % :every <> 0;

INSERT INTO phusong.award (id, package_id, lot_id, operator_id, price_vnd, decision, awarded_on, months,
    clock_reason, due_on, awarded_by)
SELECT award_id, package_id, lot_id, operator_id, 1000000000 + lot_place, 'Quyết định thử',
    current_date - 280 - (lot_place * 13 % 100)::int, 12 + 2 * (lot_place % 7)::int, 'usual',
    current_date - 280 - (lot_place * 13 % 100)::int + 30 * (12 + 2 * (lot_place % 7)::int), 'thử' FROM given;
INSERT INTO phusong.award_extension (award_id, due_on, reason, decision, extended_by)
SELECT id, due_on + 60, 'bão', 'Công văn thử', 'thử' FROM phusong.award WHERE months % 4 = 0;
INSERT INTO phusong.on_air_report (award_id, zone_id, operator_id, on_air_on, point, technology, level_dbm,
    down_mbps, up_mbps, availability_percent, measured_on, status, reported_by, answered_by, answered_at)
SELECT award_id, zone_id, operator_id, current_date - 20, zone.point, '4G', -98.5, 12, 4, 97, current_date - 20,
    CASE zone.status WHEN 'on_air' THEN 'reported' ELSE 'accepted' END, 'thử',
    CASE zone.status WHEN 'confirmed' THEN 'thử' END, CASE zone.status WHEN 'confirmed' THEN now() END
FROM given JOIN phusong.lot_zone USING (lot_id) JOIN phusong.zone ON zone.id = zone_id
WHERE zone.status IN ('on_air', 'confirmed');
"""

# Every province sent a file every quarter; operators were asked, promised, and disputed.
_PAPERS = """
INSERT INTO phusong.submission (id, organisation_id, province_code, vintage, file_name, sha256, raw, form,
    findings, totals, submitted_by, submitted_at)
SELECT md5('tệp' || sender.province_code || k)::uuid, sender.organisation_id, sender.province_code,
    pattern.vintage, 'Khảo sát ' || k || '.csv', md5(sender.province_code || k) || md5('x'), pattern.raw, pattern.form, '[]',
    '{"rows": 100, "accepted": 100, "warned": 0, "rejected": 0}', 'thử', now() - make_interval(months => k::int)
FROM (SELECT DISTINCT organisation_id, province_code FROM placed) AS sender, generate_series(1, 6) AS k,
    (SELECT * FROM phusong.submission LIMIT 1) AS pattern;
INSERT INTO phusong.survey_row (submission_id, position, sheet, row, status, findings, zone_id, village,
    commune_code, latitude, longitude, households)
SELECT md5('tệp' || zone.province_code || 1 + place % 6)::uuid, place, '', place + 2, 'accepted', '[]', placed.id,
    zone.village, zone.commune_code, ST_Y(zone.point), ST_X(zone.point), zone.households
FROM placed JOIN phusong.zone USING (id);

INSERT INTO phusong.consultation_round (id, name, basis, opens_at, closes_at, opened_by)
SELECT md5('đợt' || k)::uuid, 'Đợt ' || k, 'Công văn thử', now() - make_interval(days => 30 * k),
    now() + make_interval(days => 40 - 30 * k), 'thử' FROM generate_series(1, 10) AS k;
INSERT INTO phusong.consultation_zone SELECT md5('đợt' || 1 + n % 10)::uuid, id FROM placed WHERE n % 4 = 0;
INSERT INTO phusong.promise (round_id, zone_id, operator_id, on_air_by, promised_by, status, ended_by, ended_at, end_reason)
SELECT round_id, zone_id, operator.id, current_date + 200, 'thử',
    CASE WHEN n % 3 = 0 THEN 'standing' ELSE 'withdrawn' END, CASE WHEN n % 3 <> 0 THEN 'thử' END,
    CASE WHEN n % 3 <> 0 THEN now() END, CASE WHEN n % 3 <> 0 THEN 'thử' ELSE '' END
FROM phusong.consultation_zone JOIN placed ON placed.id = zone_id,
    (SELECT id FROM phusong.organisation WHERE kind = 'operator' ORDER BY name LIMIT 2) AS operator WHERE n % 8 = 0;
INSERT INTO phusong.dispute (number, zone_id, operator_id, technology, disputed, disputed_at, claimed, reason,
    file_name, sha256, raised_by, answer_by)
SELECT 5000000 + n, placed.id, pattern.operator_id, '4G', 'none', now(), 'served', 'thử', 'x.csv',
    pattern.sha256, 'thử', current_date + 30
FROM placed, (SELECT operator_id, sha256 FROM phusong.dispute LIMIT 1) AS pattern WHERE n % 50 = 1;

INSERT INTO phusong.job (id, kind, organisation_id, actor, role, argument, about, state, asked_at, begun_at, ended_at)
SELECT gen_random_uuid(), 'evidence.assess', id, 'thử', 'administrator', '{}', 'thử', 'done', now() - make_interval(hours => k),
    now(), now() FROM phusong.organisation, generate_series(1, 500) AS k WHERE kind = 'authority';
INSERT INTO phusong.person (organisation_id, login, full_name, role)
SELECT id, 'nguoi.thu.' || k || '.' || left(id::text, 8), 'Nguyễn Văn Thử ' || k, 'province_officer'
FROM phusong.organisation, generate_series(1, 6) AS k WHERE kind = 'province';
"""

_SITES = """
INSERT INTO phusong.register (id, organisation_id, file_name, sha256, raw, crs, totals)
SELECT md5('đăng ký')::uuid, id, 'x', 'x', '', 'x', '{}' FROM phusong.organisation WHERE kind = 'authority' LIMIT 1;
INSERT INTO phusong.site (id, register_id, point) OVERRIDING SYSTEM VALUE
SELECT 10000 + n, md5('đăng ký')::uuid, ST_SetSRID(ST_MakePoint(lon, lat), 4326)
FROM unnest(CAST(:lon AS float8[]), CAST(:lat AS float8[])) WITH ORDINALITY AS told (lon, lat, n);
INSERT INTO phusong.site_operator (site_id, operator_id, site_code, technologies, on_air, point)
SELECT site.id, operator.id, 'T' || site.id, '{2G,4G}', true, point FROM phusong.site JOIN
    (SELECT id, row_number() OVER (ORDER BY name) - 1 AS place, count(*) OVER () AS many FROM phusong.organisation
     WHERE kind = 'operator') AS operator ON operator.place = site.id % many
WHERE register_id = md5('đăng ký')::uuid;
"""

PATH = ("reported", "under_review", "approved", "in_package", "awarded", "on_air", "confirmed")


def put_full_country(
    database, *, zones: int = ZONES, sites: int = SITES, all_awarded: bool = False
) -> LivedIn:
    """Let a country with its units in force live, and grow; return what lives in it by name.

    ``all_awarded``: every zone is in a lot that somebody was awarded.
    """
    world = live(database, REVIEWER)
    with database.transaction(world.authority) as connection:
        for code in connection.execute(
            text("SELECT code FROM phusong.unit WHERE level = 'province'"
                 " AND vintage = (SELECT vintage FROM phusong.standing())")
        ).scalars().all():  # fmt: skip
            ensure_organisation(
                connection, OrganisationKind.PROVINCE, f"Sở KH&CN tỉnh {code}", code
            )
        for name in places.OPERATORS:
            ensure_organisation(connection, OrganisationKind.OPERATOR, name)
    surveys.submit(
        database, world.officer, _SURVEY.format(commune="", latitude=18.34, longitude=105.9).encode(),
        "khao-sat.csv", "42",
    )  # fmt: skip
    asked = {
        "zones": zones, "months": MONTHS, "path": list(PATH), "reviewer": REVIEWER,
        "packed": 1.0 if all_awarded else 0.45, "grouped": 1.0 if all_awarded else 0.55,
        "every": 1_000_000_007 if all_awarded else 3,
    }  # fmt: skip
    longitudes, latitudes = places.masts(sites).T.tolist()
    with as_owner(database, world.authority) as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statements in (_ZONES, _JUDGED, _LOTS, _PACKAGES, _DELIVERED, _PAPERS):
            for statement in statements.split(";\n"):
                if statement.strip():
                    connection.execute(text(statement), asked)
        for statement in _SITES.split(";\n")[:3]:
            connection.execute(text(statement), {"lon": longitudes, "lat": latitudes})
    engine = database.owner()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()
    return world
