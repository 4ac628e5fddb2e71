-- stage_zones --
CREATE TEMP TABLE IF NOT EXISTS staged_zone (
    id uuid, province_code text, commune_code text, declared_commune_code text, vintage text,
    village text, village_key text, longitude float8, latitude float8, households integer,
    population integer, signal text, grid_power boolean, specially_difficult boolean,
    queue text, queue_reason text
) ON COMMIT DROP

-- correct_zones --
-- A zone that says the same already keeps its version.
UPDATE zone
SET commune_code = staged.commune_code, declared_commune_code = staged.declared_commune_code,
    vintage = staged.vintage, village = staged.village, village_key = staged.village_key,
    point = ST_SetSRID(ST_MakePoint(staged.longitude, staged.latitude), 4326),
    households = staged.households, population = staged.population, signal = staged.signal,
    grid_power = staged.grid_power, specially_difficult = staged.specially_difficult,
    queue = staged.queue, queue_reason = staged.queue_reason,
    status = 'reported', version = zone.version + 1, updated_at = now()
FROM staged_zone AS staged
WHERE staged.id = zone.id
  AND zone.status = ANY (:statuses)
  AND (zone.status, zone.commune_code, zone.declared_commune_code, zone.vintage, zone.village,
       ST_X(zone.point), ST_Y(zone.point), zone.households, zone.population, zone.signal,
       zone.grid_power, zone.specially_difficult)
      IS DISTINCT FROM
      ('reported', staged.commune_code, staged.declared_commune_code, staged.vintage,
       staged.village, staged.longitude, staged.latitude, staged.households, staged.population,
       staged.signal, staged.grid_power, staged.specially_difficult)

-- add_zones --
INSERT INTO zone (
    id, organisation_id, province_code, commune_code, declared_commune_code, vintage, village,
    village_key, point, households, population, signal, grid_power, specially_difficult, queue,
    queue_reason)
SELECT id, :organisation_id, province_code, commune_code, declared_commune_code, vintage, village,
       village_key, ST_SetSRID(ST_MakePoint(longitude, latitude), 4326), households, population,
       signal, grid_power, specially_difficult, queue, queue_reason
FROM staged_zone AS staged
WHERE NOT EXISTS (SELECT 1 FROM zone WHERE zone.id = staged.id)

-- readings_of_others --
-- Of each zone of a submission, what the newest other standing submission says.
SELECT DISTINCT ON (other.zone_id) other.zone_id, other.reading, submission.vintage
FROM survey_row AS mine
JOIN survey_row AS other ON other.zone_id = mine.zone_id
JOIN submission ON submission.id = other.submission_id
WHERE mine.submission_id = :submission_id
  AND other.submission_id <> :submission_id
  AND submission.status = 'submitted'
ORDER BY other.zone_id, submission.number DESC, other.position
