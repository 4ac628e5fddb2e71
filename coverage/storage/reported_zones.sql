-- stage_rows --
CREATE TEMP TABLE staged_row (
    position integer, sheet text, row integer, status text, findings jsonb, zone_id uuid,
    village text, village_key text, declared_commune_code text, commune_code text,
    latitude float8, longitude float8, households integer, population integer, signal text,
    grid_power boolean, specially_difficult boolean
) ON COMMIT DROP

-- keep_rows --
INSERT INTO survey_row (
    submission_id, position, sheet, row, status, findings, zone_id, village,
    declared_commune_code, commune_code, latitude, longitude, households, population, signal,
    grid_power, specially_difficult)
SELECT :submission_id, position, sheet, row, status, findings, zone_id, village,
       declared_commune_code, commune_code, latitude, longitude, households, population, signal,
       grid_power, specially_difficult
FROM staged_row

-- keep_cells --
INSERT INTO survey_cells (submission_id, first_position, cells)
VALUES (:submission_id, :first_position, CAST(:cells AS json))

-- lock_staged --
-- In the order of their ids, as reviewers lock theirs: so nobody waits for each other.
SELECT id FROM zone
WHERE id IN (SELECT zone_id FROM staged_row
             UNION SELECT zone_id FROM survey_row WHERE submission_id = :replaced)
ORDER BY id FOR NO KEY UPDATE

-- correct_zones --
-- A zone that says the same already keeps its version, and a returned one stays returned: nobody
-- has mended what it was returned for. A row under a name that its zone bears no more leaves the
-- zone's facts, but a withdrawn zone is reported by it again.
UPDATE zone
SET commune_code = coalesce(staged.commune_code, staged.declared_commune_code),
    declared_commune_code = staged.declared_commune_code,
    vintage = :vintage, village = staged.village, village_key = staged.village_key,
    point = ST_SetSRID(ST_MakePoint(staged.longitude, staged.latitude), 4326),
    households = staged.households, population = staged.population, signal = staged.signal,
    grid_power = staged.grid_power, specially_difficult = staged.specially_difficult,
    -- What a person decided about who pays stands until that person changes it.
    queue = CASE WHEN zone.queue_by IS NULL THEN payer.queue ELSE zone.queue END,
    queue_reason = CASE WHEN zone.queue_by IS NULL THEN payer.reason ELSE zone.queue_reason END,
    queue_rule_id = CASE WHEN zone.queue_by IS NULL THEN payer.rule_id END,
    status = 'reported',
    status_reason = CASE WHEN zone.status = 'reported' THEN zone.status_reason ELSE '' END,
    status_by = CASE WHEN zone.status = 'reported' THEN zone.status_by
                     ELSE current_setting('phusong.actor') END,
    version = zone.version + 1, updated_at = now()
FROM staged_row AS staged
JOIN unnest(CAST(:powers AS boolean[]), CAST(:difficulties AS boolean[]), CAST(:queues AS text[]),
            CAST(:reasons AS text[]), CAST(:rules AS integer[]))
     AS payer (grid_power, specially_difficult, queue, reason, rule_id)
  ON payer.grid_power IS NOT DISTINCT FROM staged.grid_power
 AND payer.specially_difficult IS NOT DISTINCT FROM staged.specially_difficult
WHERE staged.zone_id = zone.id
  AND zone.id = ANY (CAST(:held AS uuid[]))
  AND zone.status = ANY (:statuses)
  AND staged.position <> ALL (CAST(:kept AS integer[]))
  AND (zone.status <> 'returned'
       OR (zone.declared_commune_code, zone.village, ST_X(zone.point), ST_Y(zone.point),
           zone.households, zone.population, zone.signal, zone.grid_power,
           zone.specially_difficult)
       IS DISTINCT FROM
       (staged.declared_commune_code, staged.village, staged.longitude, staged.latitude,
        staged.households, staged.population, staged.signal, staged.grid_power,
        staged.specially_difficult))
  AND (zone.status, zone.commune_code, zone.declared_commune_code, zone.vintage, zone.village,
       ST_X(zone.point), ST_Y(zone.point), zone.households, zone.population, zone.signal,
       zone.grid_power, zone.specially_difficult)
      IS DISTINCT FROM
      ('reported', coalesce(staged.commune_code, staged.declared_commune_code),
       staged.declared_commune_code, :vintage,
       staged.village, staged.longitude, staged.latitude, staged.households, staged.population,
       staged.signal, staged.grid_power, staged.specially_difficult)

-- report_kept --
UPDATE zone
SET status = 'reported', status_reason = '', status_by = current_setting('phusong.actor'),
    version = zone.version + 1, updated_at = now()
FROM staged_row AS staged
WHERE staged.zone_id = zone.id AND zone.status = 'withdrawn'
  AND staged.position = ANY (CAST(:kept AS integer[]))

-- standing_kin --
-- Zones that other standing submissions report by themselves, or by a village merged into them.
WITH RECURSIVE reported (zone_id) AS (
    SELECT survey_row.zone_id
    FROM survey_row JOIN submission ON submission.id = survey_row.submission_id
    WHERE submission.id <> :submission_id AND submission.status = 'submitted'
      AND survey_row.zone_id IS NOT NULL
    UNION
    SELECT zone.merged_into FROM reported JOIN zone ON zone.id = reported.zone_id
    WHERE zone.merged_into IS NOT NULL)
SELECT DISTINCT mine.zone_id
FROM survey_row AS mine
WHERE mine.submission_id = :submission_id AND mine.zone_id IS NOT NULL
  AND mine.zone_id NOT IN (SELECT zone_id FROM reported)
ORDER BY 1

-- add_zones --
INSERT INTO zone (
    id, organisation_id, province_code, commune_code, declared_commune_code, vintage, village,
    village_key, point, households, population, signal, grid_power, specially_difficult, queue,
    queue_reason, queue_rule_id)
SELECT staged.zone_id, :organisation_id, :province_code,
       coalesce(staged.commune_code, staged.declared_commune_code), staged.declared_commune_code, :vintage, staged.village, staged.village_key, ST_SetSRID(ST_MakePoint(staged.longitude, staged.latitude), 4326),
       staged.households, staged.population, staged.signal, staged.grid_power,
       staged.specially_difficult, payer.queue, payer.reason, payer.rule_id
FROM staged_row AS staged
JOIN unnest(CAST(:powers AS boolean[]), CAST(:difficulties AS boolean[]), CAST(:queues AS text[]),
            CAST(:reasons AS text[]), CAST(:rules AS integer[]))
     AS payer (grid_power, specially_difficult, queue, reason, rule_id)
  ON payer.grid_power IS NOT DISTINCT FROM staged.grid_power
 AND payer.specially_difficult IS NOT DISTINCT FROM staged.specially_difficult
WHERE staged.zone_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM zone WHERE zone.id = staged.zone_id)

-- former_villages --
-- What the authority renamed is still reported under the old name, and so is what it merged: the
-- merged village's name and point then mean the zone that took it in, through every merger.
WITH RECURSIVE held (zone_id, village, point) AS (
    SELECT merged_into, village, point FROM zone
    WHERE organisation_id = :organisation_id AND status = 'merged'
    UNION
    SELECT zone.merged_into, held.village, held.point FROM held JOIN zone ON zone.id = held.zone_id
    WHERE zone.status = 'merged')
SELECT held.zone_id, held.village, ST_Y(held.point) AS latitude, ST_X(held.point) AS longitude
FROM held JOIN zone ON zone.id = held.zone_id
WHERE zone.organisation_id = :organisation_id AND zone.status <> ALL (:gone)
UNION
SELECT zone.id, event.before ->> 'village', ST_Y(zone.point), ST_X(zone.point)
FROM zone_event AS event
JOIN organisation ON organisation.id = event.organisation_id AND organisation.kind = 'authority'
JOIN zone ON zone.id = event.zone_id
WHERE zone.organisation_id = :organisation_id AND zone.status <> ALL (:gone)
  AND jsonb_exists(event.before, 'village') AND event.before ->> 'village' <> zone.village
ORDER BY 1, 2

-- rows_of_others --
-- Of each zone of a submission, the row of the newest other standing submission.
SELECT DISTINCT ON (other.zone_id) other.*, submission.vintage
FROM survey_row AS mine
JOIN survey_row AS other ON other.zone_id = mine.zone_id
JOIN submission ON submission.id = other.submission_id
WHERE mine.submission_id = :submission_id
  AND other.submission_id <> :submission_id
  AND submission.status = 'submitted'
ORDER BY other.zone_id, submission.number DESC, other.position
