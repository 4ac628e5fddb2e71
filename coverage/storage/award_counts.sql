-- award_sites --
-- The sites of awards: what the operator reported, else what was proposed for their lots.
SELECT on_air_report.award_id, 'reported' AS basis,
       row_number() OVER (PARTITION BY on_air_report.award_id
                          ORDER BY min(on_air_report.reported_at), ST_AsBinary(on_air_report.point)) AS place,
       ST_Y(on_air_report.point) AS latitude, ST_X(on_air_report.point) AS longitude,
       array_agg(on_air_report.zone_id ORDER BY on_air_report.zone_id) AS zone_ids
FROM on_air_report
WHERE on_air_report.award_id = ANY (:awards) AND on_air_report.point IS NOT NULL
  AND on_air_report.status IN ('reported', 'accepted')
GROUP BY on_air_report.award_id, on_air_report.point
UNION ALL
SELECT award.id, 'proposed', lot_site.place, ST_Y(lot_site.point), ST_X(lot_site.point), lot_site.zone_ids
FROM award JOIN lot_site ON lot_site.lot_id = award.lot_id
WHERE award.id = ANY (:awards)
ORDER BY award_id, basis, place

-- villages --
-- Every zone in the box, everywhere without one: who serves it by verdict as of now, since when it
-- is on air.
SELECT zone.id, ST_Y(zone.point) AS latitude, ST_X(zone.point) AS longitude, zone.households,
       zone.queue = 'covered' AS covered,
       ARRAY(SELECT DISTINCT verdict.operator_id FROM verdict
             WHERE verdict.zone_id = zone.id AND verdict.verdict = 'served') AS serving,
       (SELECT min((zone_event.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) FROM zone_event
        WHERE zone_event.zone_id = zone.id
          AND zone_event.after ->> 'status' IN ('on_air', 'confirmed')) AS on_air_on
FROM zone
WHERE zone.status NOT IN ('rejected', 'withdrawn', 'merged')
  AND (NOT :boxed OR zone.point && ST_MakeEnvelope(:west, :south, :east, :north, 4326))
ORDER BY zone.id

-- planned --
-- What operators plan in the box: villages that they promised or were awarded, sites proposed or
-- reported under their awards, planned sites of their registers.
WITH planned AS (
    SELECT promise.operator_id, 'promise' AS by, zone.point, zone.village AS what
    FROM promise JOIN zone ON zone.id = promise.zone_id
    WHERE promise.status IN ('standing', 'kept')
    UNION ALL
    SELECT award.operator_id, 'award', zone.point, zone.village
    FROM award JOIN lot_zone ON lot_zone.lot_id = award.lot_id AND lot_zone.active
    JOIN zone ON zone.id = lot_zone.zone_id
    WHERE award.cancelled_on IS NULL
    UNION ALL
    SELECT award.operator_id, 'award', lot_site.point, lot.name
    FROM award JOIN lot ON lot.id = award.lot_id JOIN lot_site ON lot_site.lot_id = lot.id
    WHERE award.cancelled_on IS NULL
    UNION ALL
    SELECT award.operator_id, 'award', on_air_report.point, lot.name
    FROM award JOIN lot ON lot.id = award.lot_id
    JOIN on_air_report ON on_air_report.award_id = award.id
    WHERE award.cancelled_on IS NULL AND on_air_report.point IS NOT NULL
      AND on_air_report.status IN ('reported', 'accepted')
    UNION ALL
    SELECT site_operator.operator_id, 'site', site_operator.point, site_operator.site_code
    FROM site_operator WHERE site_operator.on_air IS FALSE)
SELECT DISTINCT planned.operator_id, organisation.name AS operator, planned.by,
       ST_Y(planned.point) AS latitude, ST_X(planned.point) AS longitude, planned.what
FROM planned JOIN organisation ON organisation.id = planned.operator_id
WHERE NOT :boxed OR planned.point && ST_MakeEnvelope(:west, :south, :east, :north, 4326)
ORDER BY operator, by, what, latitude, longitude
