-- stage_parts --
CREATE TEMP TABLE IF NOT EXISTS staged_part (
    weak boolean NOT NULL,
    area geometry(POLYGON, 4326) NOT NULL
) ON COMMIT DROP

-- cut --
-- Small polygons, so that a point is looked for in a few vertices only.
INSERT INTO service_area (file_id, operator_id, technology, weak, area)
SELECT :file_id, :operator_id, :technology, weak, (ST_Dump(ST_Subdivide(area, :vertices))).geom
FROM staged_part

-- judged_zones --
-- Every zone of today that the actor sees, with its verdict about one operator and technology.
SELECT zone.id AS zone_id, ST_Y(zone.point) AS latitude, ST_X(zone.point) AS longitude,
       zone.signal, verdict.verdict, verdict.reasons, verdict.site_id, verdict.distance_m,
       verdict.line_of_sight, verdict.service
FROM zone
LEFT JOIN verdict ON verdict.zone_id = zone.id AND verdict.operator_id = :operator_id
    AND verdict.technology = :technology
WHERE zone.status <> ALL (CAST(:closed AS text[]))
ORDER BY zone.id

-- operator_sites --
SELECT technologies, ST_X(point) AS longitude, ST_Y(point) AS latitude
FROM site_operator
WHERE operator_id = :operator_id AND on_air IS NOT FALSE
