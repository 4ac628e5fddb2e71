-- stations --
-- Every station of these operators: numbers one after the other as the machine writes them, because
-- a row for each would cost three times the search for the nearest. One row for each set of
-- technologies that an operator's registers name, on air and not.
SELECT operator_id, technologies, on_air IS NOT FALSE AS on_air,
       string_agg(int8send(site_id), '') AS site_ids,
       string_agg(float8send(ST_X(point)), '') AS longitudes,
       string_agg(float8send(ST_Y(point)), '') AS latitudes
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

-- remove_verdicts --
-- Verdicts of these zones, on all operators or only on those asked for, that are given no more.
DELETE FROM verdict
WHERE zone_id = ANY (CAST(:zones AS uuid[]))
  AND (CAST(:operators AS uuid[]) IS NULL OR operator_id = ANY (CAST(:operators AS uuid[])))
  AND NOT EXISTS (
      SELECT 1 FROM staged_verdict AS staged
      WHERE (staged.zone_id, staged.operator_id, staged.technology)
          = (verdict.zone_id, verdict.operator_id, verdict.technology))
RETURNING zone_id

-- change_verdicts --
-- What says the same as before is left alone, with the time it was given.
UPDATE verdict
SET criteria_set_id = staged.criteria_set_id, verdict = staged.verdict, reasons = staged.reasons,
    site_id = staged.site_id, distance_m = staged.distance_m, bearing_deg = staged.bearing_deg,
    line_of_sight = staged.line_of_sight, service = staged.service,
    service_file_id = staged.service_file_id, dispute_id = staged.dispute_id,
    assessed_at = staged.assessed_at
FROM staged_verdict AS staged
WHERE (staged.zone_id, staged.operator_id, staged.technology)
    = (verdict.zone_id, verdict.operator_id, verdict.technology)
  AND (staged.criteria_set_id, staged.verdict, staged.reasons, staged.site_id, staged.distance_m,
       staged.bearing_deg, staged.line_of_sight, staged.service, staged.service_file_id,
       staged.dispute_id)
      IS DISTINCT FROM
      (verdict.criteria_set_id, verdict.verdict, verdict.reasons, verdict.site_id,
       verdict.distance_m, verdict.bearing_deg, verdict.line_of_sight, verdict.service,
       verdict.service_file_id, verdict.dispute_id)
RETURNING verdict.zone_id

-- add_verdicts --
INSERT INTO verdict
SELECT * FROM staged_verdict AS staged
WHERE NOT EXISTS (
    SELECT 1 FROM verdict
    WHERE (staged.zone_id, staged.operator_id, staged.technology)
        = (verdict.zone_id, verdict.operator_id, verdict.technology))
RETURNING zone_id

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
