-- nearest_of_each_operator --
-- For each of :zones and :operators the nearest site on air, by geodesic distance on the spheroid;
-- of equal distances the lowest site id. The index (operator, point) walks outwards by distance
-- on a sphere, and the two distances differ: between a sphere of the mean radius and the WGS 84
-- spheroid the ratio lies between 0.9944 and 1.0045. So the nearest by the spheroid is never
-- farther on the sphere than 1.0102 times the first; :depth candidates are looked at, and
-- `certain` is false when the last of them is still within that, so that more must be looked at.
SELECT zone.id AS zone_id, operator.id AS operator_id,
       best.site_id, best.distance_m, best.certain
FROM zone
CROSS JOIN unnest(CAST(:operators AS uuid[])) AS operator (id)
CROSS JOIN LATERAL (
    SELECT (array_agg(site_id ORDER BY distance_m, site_id))[1] AS site_id,
           min(distance_m) AS distance_m,
           count(*) < :depth OR max(sphere_m) > min(sphere_m) * 1.0102 + 0.001 AS certain
    FROM (
        SELECT site_operator.site_id,
               ST_Distance(site_operator.point::geography, zone.point::geography) AS distance_m,
               site_operator.point::geography <-> zone.point::geography AS sphere_m
        FROM site_operator
        WHERE site_operator.operator_id = operator.id AND site_operator.on_air IS NOT FALSE
        ORDER BY site_operator.point::geography <-> zone.point::geography
        LIMIT :depth
    ) AS candidate
) AS best
WHERE zone.id = ANY (CAST(:zones AS uuid[]))
