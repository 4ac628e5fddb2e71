-- changes --
-- By how much the zones in each status became more or fewer month by month, with the households
-- that they had then: every zone's life is replayed from its report on. A change names only what
-- it changed, so what stood before it is what the next change of that fact found, or what stands
-- now. Most zones never change households or province: those are counted without windows.
WITH told AS MATERIALIZED (
    SELECT zone_id, id, date_trunc('month', at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS month,
           before ->> 'status' AS status_before, after ->> 'status' AS status_after,
           (before ->> 'households')::integer AS households_before,
           before ->> 'province_code' AS province_before
    FROM zone_event
    WHERE jsonb_exists_any(before, ARRAY['status', 'households', 'province_code'])
), odd AS MATERIALIZED (
    SELECT DISTINCT zone_id FROM told
    WHERE households_before IS NOT NULL OR province_before IS NOT NULL
), known AS MATERIALIZED (
    SELECT id, province_code, status, households,
           date_trunc('month', created_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS month,
           id IN (SELECT zone_id FROM odd) AS is_odd
    FROM zone
), first_status AS (
    SELECT DISTINCT ON (zone_id) zone_id, status_before FROM told
    WHERE status_before IS NOT NULL ORDER BY zone_id, id
), plain AS (
    SELECT told.month, status_before, status_after, count(*) AS zones,
           sum(known.households) AS households
    FROM told JOIN known ON known.id = told.zone_id
    WHERE NOT is_odd AND (CAST(:province AS text) IS NULL OR known.province_code = :province)
    GROUP BY told.month, status_before, status_after
), grouped AS (
    SELECT told.*, known.status AS status_now, known.households AS households_now,
           known.province_code AS province_now,
           count(status_before) OVER later AS of_status,
           count(households_before) OVER later AS of_households,
           count(province_before) OVER later AS of_province
    FROM told JOIN known ON known.id = told.zone_id AND is_odd
    WINDOW later AS (PARTITION BY zone_id ORDER BY told.id DESC)
), found AS (
    SELECT zone_id, id, month, status_now, households_now, province_now,
           coalesce(max(status_before) OVER (PARTITION BY zone_id, of_status), status_now) AS status,
           coalesce(max(households_before) OVER (PARTITION BY zone_id, of_households),
                    households_now) AS households,
           coalesce(max(province_before) OVER (PARTITION BY zone_id, of_province),
                    province_now) AS province_code
    FROM grouped
), replayed AS (
    SELECT month, status, households, province_code, -1 AS sign FROM found
    UNION ALL
    SELECT month, lag(status, 1, status_now) OVER later,
           lag(households, 1, households_now) OVER later,
           lag(province_code, 1, province_now) OVER later, 1
    FROM found WINDOW later AS (PARTITION BY zone_id ORDER BY id DESC)
    UNION ALL
    SELECT known.month, first.status, first.households, first.province_code, 1
    FROM (SELECT DISTINCT ON (zone_id) * FROM found ORDER BY zone_id, id) AS first
    JOIN known ON known.id = first.zone_id
)
SELECT month, status, sum(zones)::integer AS zones, sum(households)::bigint AS households
FROM (
    SELECT month, status_before AS status, -zones AS zones, -households AS households FROM plain
    UNION ALL
    SELECT month, status_after, zones, households FROM plain
    UNION ALL
    SELECT known.month, coalesce(first_status.status_before, known.status), 1, households
    FROM known LEFT JOIN first_status ON first_status.zone_id = known.id
    WHERE NOT is_odd AND (CAST(:province AS text) IS NULL OR known.province_code = :province)
    UNION ALL
    SELECT month, status, sign, sign * households FROM replayed
    WHERE CAST(:province AS text) IS NULL OR province_code = :province
) AS moves
GROUP BY month, status ORDER BY month, status

-- own_changes --
-- The same for an operator, of what was awarded to it and what it reported itself: nothing else.
SELECT month, status, sum(zones)::integer AS zones, sum(households)::bigint AS households
FROM (
    SELECT date_trunc('month', step.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS month,
           step.status, step.sign AS zones, step.sign * zone.households AS households
    FROM award
    JOIN lot_zone ON lot_zone.lot_id = award.lot_id AND lot_zone.active
    JOIN zone ON zone.id = lot_zone.zone_id
    CROSS JOIN LATERAL (
        SELECT award.awarded_at AS at, 'awarded' AS status, 1 AS sign
        UNION ALL
        SELECT moved.at, moved.status, moved.sign
        FROM (
            SELECT min(reported_at) AS on_air_at, max(answered_at) FILTER (WHERE status = 'accepted')
                       AS confirmed_at
            FROM on_air_report
            WHERE award_id = award.id AND zone_id = zone.id AND status <> 'refused'
        ) AS report
        CROSS JOIN LATERAL (VALUES
            (on_air_at, 'awarded', -1), (on_air_at, 'on_air', 1),
            (confirmed_at, 'on_air', -1), (confirmed_at, 'confirmed', 1)
        ) AS moved (at, status, sign)
        WHERE moved.at IS NOT NULL
    ) AS step
    WHERE award.operator_id = :operator AND award.cancelled_on IS NULL
) AS steps
GROUP BY month, status ORDER BY month, status

-- backlog --
-- Zones that wait for a review or a correction, by age in days since the wait began: who takes a
-- report up and puts it back does not begin it anew.
WITH waiting AS MATERIALIZED (
    SELECT id, province_code, households, created_at,
           CASE status WHEN 'returned' THEN 'correction' ELSE 'review' END AS backlog
    FROM zone
    WHERE status IN ('reported', 'under_review', 'returned')
      AND (CAST(:province AS text) IS NULL OR province_code = :province)
), aged AS (
    SELECT province_code, backlog, households, CAST(:day AS date) - (
               coalesce(CASE backlog WHEN 'correction' THEN returned_at ELSE reported_at END,
                        created_at) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS days
    FROM waiting LEFT JOIN LATERAL (
        SELECT max(at) FILTER (WHERE after ->> 'status' = 'returned') AS returned_at,
               max(at) FILTER (WHERE after ->> 'status' <> 'returned'
                   AND before ->> 'status' NOT IN ('reported', 'under_review')) AS reported_at
        FROM zone_event
        WHERE zone_event.zone_id = waiting.id
            AND after ->> 'status' IN ('reported', 'under_review', 'returned')
    ) AS came ON true
)
SELECT province_code, backlog, width_bucket(days - 1, CAST(:bounds AS integer[])) AS bucket,
       count(*)::integer AS zones, sum(households)::bigint AS households,
       max(days)::integer AS oldest_days
FROM aged GROUP BY 1, 2, 3 ORDER BY 1, 2, 3

-- late_lots --
-- Standing awards with zones that are not on air, due until a day; the latest first.
SELECT award.id AS award_id, organisation.name AS operator, package.province_code,
       package.number AS package_number, lot.number AS lot_number, lot.name AS lot_name,
       coalesce(extended.due_on, award.due_on) AS due_on, count(*)::integer AS zones,
       sum(zone.households)::bigint AS households
FROM award
JOIN package ON package.id = award.package_id
JOIN lot ON lot.id = award.lot_id
JOIN organisation ON organisation.id = award.operator_id
JOIN lot_zone ON lot_zone.lot_id = award.lot_id AND lot_zone.active
JOIN zone ON zone.id = lot_zone.zone_id AND zone.status = 'awarded'
LEFT JOIN LATERAL (
    SELECT award_extension.due_on FROM award_extension
    WHERE award_extension.award_id = award.id ORDER BY award_extension.id DESC LIMIT 1
) AS extended ON true
WHERE award.cancelled_on IS NULL AND coalesce(extended.due_on, award.due_on) <= :soon
  AND (CAST(:operator AS uuid) IS NULL OR award.operator_id = :operator)
  AND (CAST(:province AS text) IS NULL OR package.province_code = :province)
GROUP BY award.id, organisation.name, package.province_code, package.number, lot.number, lot.name,
         extended.due_on
ORDER BY due_on, package.number, lot.number, award.id

-- beside --
-- Every province's figures, as far as the actor may be told them.
SELECT * FROM provinces_beside() ORDER BY province_code
