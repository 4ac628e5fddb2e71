-- stations --
-- Every station of these operators: numbers one after the other as the machine writes them, because
-- a row for each would cost three times the search for the nearest. One row for each set of
-- technologies that an operator's registers name, on air and not.
SELECT operator_id, technologies, on_air IS NOT FALSE AS on_air,
       string_agg(int8send(site_id), '') AS site_ids,
       string_agg(float8send(ST_X(point)), '') AS longitudes,
       string_agg(float8send(ST_Y(point)), '') AS latitudes,
       string_agg(float8send(coalesce(antenna_height_m, 'NaN')), '') AS antenna_heights_m
FROM site_operator
WHERE operator_id = ANY (%(operators)s)
GROUP BY operator_id, technologies, on_air IS NOT FALSE

-- service --
-- Where the standing service areas put these zones: inside as soon as one area says so.
SELECT asked.place - 1 AS place, service_area.operator_id, service_area.technology,
       bool_and(service_area.weak) AS weak
FROM unnest(CAST(:zones AS uuid[])) WITH ORDINALITY AS asked (id, place)
JOIN zone ON zone.id = asked.id
JOIN service_area ON ST_Covers(service_area.area, zone.point)
JOIN service_area_file AS file ON file.id = service_area.file_id AND file.replaced_at IS NULL
WHERE service_area.operator_id = ANY (CAST(:operators AS uuid[]))
GROUP BY asked.place, service_area.operator_id, service_area.technology

-- upheld --
-- What upheld disputes put in place, the newest of each zone, operator and technology.
SELECT DISTINCT ON (asked.place, dispute.operator_id, dispute.technology)
       asked.place - 1 AS place, dispute.operator_id, dispute.technology, dispute.claimed, dispute.id
FROM unnest(CAST(:zones AS uuid[])) WITH ORDINALITY AS asked (id, place)
JOIN dispute ON dispute.zone_id = asked.id AND dispute.status = 'upheld'
WHERE dispute.operator_id = ANY (CAST(:operators AS uuid[]))
ORDER BY asked.place, dispute.operator_id, dispute.technology, dispute.answered_at DESC,
         dispute.number DESC

-- stage_verdicts --
CREATE TEMP TABLE IF NOT EXISTS staged_verdict (LIKE verdict INCLUDING DEFAULTS) ON COMMIT DROP

-- stage_differences --
CREATE TEMP TABLE IF NOT EXISTS verdict_difference (zone_id uuid, standing tid, staged tid)
ON COMMIT DROP

-- compare_verdicts --
-- What differs between what stands of these zones (on all operators, or on those asked for) and
-- what is staged, with the place of the standing row and of the staged one. A full join is made
-- by hashing both sides, however little the planner knows of tables that have just been filled.
INSERT INTO verdict_difference
SELECT coalesce(standing.zone_id, staged.zone_id) AS zone_id, standing.place AS standing,
       staged.place AS staged
FROM (
    SELECT verdict.*, verdict.ctid AS place FROM verdict
    WHERE zone_id = ANY (CAST(:zones AS uuid[]))
      AND (CAST(:operators AS uuid[]) IS NULL OR operator_id = ANY (CAST(:operators AS uuid[])))
    ) AS standing
FULL JOIN (SELECT staged_verdict.*, staged_verdict.ctid AS place FROM staged_verdict) AS staged
    USING (zone_id, operator_id, technology)
WHERE (standing.criteria_set_id, standing.verdict, standing.reasons, standing.site_id,
       standing.distance_m, standing.bearing_deg, standing.line_of_sight, standing.service,
       standing.service_file_id, standing.dispute_id)
      IS DISTINCT FROM
      (staged.criteria_set_id, staged.verdict, staged.reasons, staged.site_id, staged.distance_m,
       staged.bearing_deg, staged.line_of_sight, staged.service, staged.service_file_id,
       staged.dispute_id)

-- remove_verdicts --
-- Rows are fetched by their places, whatever the planner believes of the tables' sizes: a join
-- with a table that it still takes for empty would look at every pair of rows.
DELETE FROM verdict
WHERE ctid = ANY (ARRAY(SELECT standing FROM verdict_difference WHERE staged IS NULL))

-- change_verdicts --
UPDATE verdict
SET criteria_set_id = staged.criteria_set_id, verdict = staged.verdict, reasons = staged.reasons,
    site_id = staged.site_id, distance_m = staged.distance_m, bearing_deg = staged.bearing_deg,
    line_of_sight = staged.line_of_sight, service = staged.service,
    service_file_id = staged.service_file_id, dispute_id = staged.dispute_id,
    assessed_at = staged.assessed_at
FROM staged_verdict AS staged
WHERE verdict.ctid = ANY (ARRAY(SELECT standing FROM verdict_difference
                                WHERE standing IS NOT NULL AND staged IS NOT NULL))
  AND (staged.zone_id, staged.operator_id, staged.technology)
    = (verdict.zone_id, verdict.operator_id, verdict.technology)

-- add_verdicts --
INSERT INTO verdict
SELECT staged.* FROM staged_verdict AS staged
WHERE ctid = ANY (ARRAY(SELECT staged FROM verdict_difference WHERE standing IS NULL))

-- differences --
SELECT zone_id, count(*) AS verdicts FROM verdict_difference GROUP BY zone_id

-- served --
SELECT DISTINCT zone_id FROM verdict
WHERE zone_id = ANY (CAST(:zones AS uuid[])) AND verdict = :served
  AND technology = ANY (CAST(:broadband AS text[]))

-- put_into_queues --
UPDATE zone
SET queue = decided.queue, queue_reason = decided.reason, queue_rule_id = decided.rule_id,
    version = zone.version + 1, updated_at = now()
FROM unnest(CAST(:zones AS uuid[]), CAST(:queues AS text[]), CAST(:reasons AS text[]),
            CAST(:rules AS integer[])) AS decided (zone_id, queue, reason, rule_id)
WHERE zone.id = decided.zone_id
