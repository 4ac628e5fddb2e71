-- sendings --
-- Every row by which a province reported the zone, with its raw cells, the oldest first.
SELECT submission.number, submission.file_name, submission.form, submission.status AS standing,
       submission.province_code, submission.vintage, submission.submitted_by,
       submission.submitted_at, organisation.name AS organisation, survey_row.*,
       kept.cells -> (survey_row.position - kept.first_position) AS cells
FROM survey_row
JOIN submission ON submission.id = survey_row.submission_id
JOIN organisation ON organisation.id = submission.organisation_id
LEFT JOIN LATERAL (
    SELECT survey_cells.cells, survey_cells.first_position FROM survey_cells
    WHERE survey_cells.submission_id = survey_row.submission_id
      AND survey_cells.first_position <= survey_row.position
    ORDER BY survey_cells.first_position DESC LIMIT 1
) AS kept ON true
WHERE survey_row.zone_id = :zone
ORDER BY submission.number, survey_row.position

-- verdicts --
SELECT verdict.*, organisation.name AS operator
FROM verdict JOIN organisation ON organisation.id = verdict.operator_id
WHERE verdict.zone_id = :zone
ORDER BY organisation.name, verdict.technology

-- sites_near --
-- Equipment within :within_m of the zone, by geodesic distance. Under the walls no index is looked
-- into for a place: the function names what lies around, and the walls say what of it is seen.
SELECT site_operator.site_id, organisation.name AS operator, site_operator.operator_id,
       site_operator.site_code, site_operator.technologies, site_operator.on_air,
       ST_X(site_operator.point) AS longitude, ST_Y(site_operator.point) AS latitude,
       ST_Distance(zone.point::geography, site_operator.point::geography) AS distance_m,
       coalesce(degrees(ST_Azimuth(zone.point::geography, site_operator.point::geography)), 0)
           AS bearing_deg
FROM zone
JOIN site ON site.id IN (SELECT sites_around(:zone, :within_m))
JOIN site_operator ON site_operator.site_id = site.id
JOIN organisation ON organisation.id = site_operator.operator_id
WHERE zone.id = :zone
  AND ST_Distance(zone.point::geography, site_operator.point::geography) <= :within_m
ORDER BY distance_m, organisation.name, site_operator.site_id, site_operator.site_code

-- zones_near --
-- Other zones within :within_m of the zone, found as in sites_near.
SELECT other.id, ST_Distance(zone.point::geography, other.point::geography) AS distance_m
FROM zone
JOIN zone AS other ON other.id IN (SELECT zones_around(:zone, :within_m))
WHERE zone.id = :zone
ORDER BY distance_m, other.id

-- disputes --
SELECT dispute.id, dispute.number, organisation.name AS operator, dispute.operator_id,
       dispute.technology, dispute.disputed, dispute.claimed, dispute.reason, dispute.file_name,
       dispute.raised_by, dispute.raised_at, dispute.answer_by
FROM dispute JOIN organisation ON organisation.id = dispute.operator_id
WHERE dispute.zone_id = :zone AND dispute.status = 'open'
ORDER BY dispute.number

-- promises --
-- A promise goes with its zone through every merger, as in promised_zones().
WITH RECURSIVE held (id) AS (
    SELECT id FROM zone WHERE id = :zone
    UNION
    SELECT zone.id FROM held JOIN zone ON zone.merged_into = held.id)
SELECT promise.id, organisation.name AS operator, promise.operator_id, promise.on_air_by,
       promise.promised_by, promise.promised_at, promise.document,
       consultation_round.name AS round_name
FROM promise
JOIN organisation ON organisation.id = promise.operator_id
LEFT JOIN consultation_round ON consultation_round.id = promise.round_id
WHERE promise.zone_id IN (SELECT id FROM held)
  AND promise.status = 'standing' AND promise.on_air_by >= :day
ORDER BY organisation.name, promise.promised_at

-- lots_of_zone --
-- The lot a zone is in, and the package that lot was published in.
SELECT lot.id, lot.number, lot.name, lot.status, package.number AS package
FROM lot_zone
JOIN lot ON lot.id = lot_zone.lot_id
LEFT JOIN package_lot ON package_lot.lot_id = lot.id
LEFT JOIN package ON package.id = package_lot.package_id AND package.status = 'published'
WHERE lot_zone.zone_id = :zone AND lot_zone.active AND lot.status <> 'dissolved'
ORDER BY package.number DESC NULLS LAST
LIMIT 1
