-- stage_verdicts --
CREATE TEMP TABLE IF NOT EXISTS staged_verdict (LIKE verdict INCLUDING DEFAULTS) ON COMMIT DROP

-- keep_verdicts --
-- What is new or different is written; the rest keeps the time it was given.
INSERT INTO verdict AS standing
    (zone_id, operator_id, criteria_set_id, site_id, distance_m, verdict, reasons, assessed_at)
SELECT zone_id, operator_id, criteria_set_id, site_id, distance_m, verdict, reasons, assessed_at
FROM staged_verdict
ON CONFLICT (zone_id, operator_id) DO UPDATE
SET criteria_set_id = excluded.criteria_set_id, site_id = excluded.site_id,
    distance_m = excluded.distance_m, verdict = excluded.verdict,
    reasons = excluded.reasons, assessed_at = excluded.assessed_at
WHERE (standing.criteria_set_id, standing.site_id, standing.distance_m, standing.verdict,
       standing.reasons)
      IS DISTINCT FROM
      (excluded.criteria_set_id, excluded.site_id, excluded.distance_m, excluded.verdict,
       excluded.reasons)

-- remove_other_verdicts --
-- Verdicts of these zones on operators that no register lists any more.
DELETE FROM verdict
WHERE zone_id = ANY (CAST(:zones AS uuid[]))
  AND operator_id <> ALL (CAST(:operators AS uuid[]))

-- put_into_queues --
UPDATE zone
SET queue = decided.queue, queue_reason = decided.reason,
    version = zone.version + 1, updated_at = now()
FROM unnest(CAST(:zones AS uuid[]), CAST(:queues AS text[]), CAST(:reasons AS text[]))
     AS decided (zone_id, queue, reason)
WHERE zone.id = decided.zone_id
