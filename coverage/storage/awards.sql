-- asked_lots --
-- The lots of the version of each package that is open now, with what an award has to know.
SELECT lot.id, open.id AS package_id, open.number AS package_number, open.version, lot.number,
       lot.name, open.opened_at, open.closes_at,
       coalesce((open.said -> 'lots' -> lot.number::text ->> 'cost_vnd')::bigint,
                lot_siting.cost_vnd, (lot.totals ->> 'cost_vnd')::bigint) AS estimate_vnd,
       (open.said -> 'lots' -> lot.number::text ->> 'months')::integer AS told_months,
       organisation.name AS awarded_to,
       (SELECT max(later.version) FROM package AS later
        WHERE later.number = open.number AND later.version > open.version
          AND later.status = 'published' AND later.opens_at > now()) AS waiting_version,
       (SELECT json_agg(json_build_array(zone.village, zone.status) ORDER BY zone.village, zone.id)
        FROM lot_zone JOIN zone ON zone.id = lot_zone.zone_id
        WHERE lot_zone.lot_id = lot.id) AS zones
FROM (
    SELECT DISTINCT ON (number) id, number, version, closes_at, said,
           coalesce(opens_at, published_at) AS opened_at
    FROM package
    WHERE status IN ('published', 'superseded') AND coalesce(opens_at, published_at) <= now()
      AND number = ANY (:numbers)
      AND NOT EXISTS (SELECT 1 FROM package AS ended
                      WHERE ended.number = package.number AND ended.status = 'cancelled'
                        AND ended.version >= package.version
                        AND (ended.cancelled_at < ended.opens_at) IS NOT TRUE)  -- recalled
    ORDER BY number, version DESC) AS open
JOIN package_lot ON package_lot.package_id = open.id
JOIN lot ON lot.id = package_lot.lot_id
LEFT JOIN lot_siting ON lot_siting.lot_id = lot.id
LEFT JOIN award ON award.lot_id = lot.id AND award.cancelled_on IS NULL
LEFT JOIN organisation ON organisation.id = award.operator_id
ORDER BY open.number, lot.number

-- awards --
-- Awards that the actor may see with their lots and packages, the nearest due day first.
SELECT award.id, award.package_id, package.number AS package_number, package.version,
       package.province_code,
       coalesce((SELECT unit.name FROM unit JOIN vintage ON vintage.name = unit.vintage
                 WHERE unit.level = 'province' AND unit.code = package.province_code
                 ORDER BY vintage.status = 'active' DESC, vintage.name DESC LIMIT 1),
                package.province_code) AS province,
       award.lot_id, lot.number AS lot_number, lot.name AS lot_name,
       award.operator_id, organisation.name AS operator, award.price_vnd,
       coalesce((package.said -> 'lots' -> lot.number::text ->> 'cost_vnd')::bigint,
                lot_siting.cost_vnd, (lot.totals ->> 'cost_vnd')::bigint) AS estimate_vnd,
       award.decision, award.awarded_on, award.months, award.clock_reason,
       award.due_on AS first_due_on, coalesce(extended.due_on, award.due_on) AS due_on,
       award.awarded_by, award.awarded_at, award.cancelled_on, award.cancel_reason,
       award.cancelled_by
FROM award
JOIN package ON package.id = award.package_id
JOIN lot ON lot.id = award.lot_id
JOIN organisation ON organisation.id = award.operator_id
LEFT JOIN lot_siting ON lot_siting.lot_id = lot.id
LEFT JOIN LATERAL (
    SELECT award_extension.due_on FROM award_extension
    WHERE award_extension.award_id = award.id ORDER BY award_extension.id DESC LIMIT 1
) AS extended ON true
WHERE (CAST(:award AS uuid) IS NULL OR award.id = :award)
  AND (CAST(:operator AS uuid) IS NULL OR award.operator_id = :operator)
  AND (CAST(:province AS text) IS NULL OR package.province_code = :province)
  AND (CAST(:number AS text) IS NULL OR package.number = :number)
  AND (NOT :standing OR award.cancelled_on IS NULL)
ORDER BY award.cancelled_on IS NOT NULL, due_on, package.number, lot.number, award.awarded_at,
         award.id

-- awarded_zones --
-- The zones of awards that the actor may see, those that left their lot since too. What a package
-- said is one large value: it is unpacked once for each package, not once for each zone.
WITH told AS MATERIALIZED (
    SELECT package.id AS package_id, one.key AS zone_id, one.value ->> 'label' AS label
    FROM package CROSS JOIN LATERAL jsonb_each(
        CASE jsonb_typeof(package.said -> 'zones') WHEN 'object' THEN package.said -> 'zones' END
    ) AS one
    WHERE package.id IN (SELECT award.package_id FROM award WHERE award.id = ANY (:awards)))
SELECT award.id AS award_id, lot_zone.lot_id, lot_zone.active, zone.id, zone.village, zone.status,
       zone.households, zone.commune_code, zone.province_code, zone.vintage,
       ST_Y(zone.point) AS latitude, ST_X(zone.point) AS longitude,
       coalesce(commune.full_name, zone.commune_code) AS commune, told.label
FROM award
JOIN lot_zone ON lot_zone.lot_id = award.lot_id
JOIN zone ON zone.id = lot_zone.zone_id
LEFT JOIN told ON told.package_id = award.package_id AND told.zone_id = zone.id::text
LEFT JOIN unit AS commune ON commune.vintage = zone.vintage AND commune.level = 'commune'
    AND commune.code = zone.commune_code
WHERE award.id = ANY (:awards)

-- award_of_zones --
-- The standing award that each of these zones is delivered under.
SELECT DISTINCT ON (lot_zone.zone_id) lot_zone.zone_id, award.id
FROM award JOIN lot_zone ON lot_zone.lot_id = award.lot_id AND lot_zone.active
WHERE award.cancelled_on IS NULL AND lot_zone.zone_id = ANY (:zones)
ORDER BY lot_zone.zone_id, award.awarded_at DESC

-- in_published_lots --
-- Which of these zones are in a lot of a published package now.
SELECT lot_zone.zone_id FROM lot_zone JOIN lot ON lot.id = lot_zone.lot_id
WHERE lot_zone.active AND lot.status = 'in_package' AND lot_zone.zone_id = ANY (:zones)

-- desk --
-- How many awarded zones are late, and soon due, on a day, and the first day by which others are
-- due; how many on-air reports wait.
SELECT count(*) FILTER (WHERE due_on < :day)::integer AS late,
       count(*) FILTER (WHERE due_on >= :day AND due_on <= :soon)::integer AS soon,
       count(*)::integer AS awarded, min(due_on) FILTER (WHERE due_on >= :day) AS next_due,
       (SELECT count(*)::integer FROM on_air_report WHERE status = 'reported'
          AND (CAST(:operator AS uuid) IS NULL OR operator_id = :operator)) AS waiting
FROM (
    SELECT coalesce((SELECT award_extension.due_on FROM award_extension
                     WHERE award_extension.award_id = award.id
                     ORDER BY award_extension.id DESC LIMIT 1), award.due_on) AS due_on
    FROM award
    JOIN lot_zone ON lot_zone.lot_id = award.lot_id AND lot_zone.active
    JOIN zone ON zone.id = lot_zone.zone_id AND zone.status = 'awarded'
    WHERE award.cancelled_on IS NULL
      AND (CAST(:operator AS uuid) IS NULL OR award.operator_id = :operator)
      AND (CAST(:province AS text) IS NULL OR zone.province_code = :province)) AS zones
