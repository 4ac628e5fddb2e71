-- waiting --
-- Zones in :status by province, with the province's newest name. Since when a zone waits is told
-- by the change that brought it there; one that was never changed waits since it was reported.
SELECT zone.province_code,
       (SELECT unit.name FROM unit JOIN vintage ON vintage.name = unit.vintage
        WHERE unit.level = 'province' AND unit.code = zone.province_code
        ORDER BY vintage.status = 'active' DESC, vintage.name DESC LIMIT 1) AS province,
       count(*)::integer AS zones, sum(zone.households)::integer AS households,
       min(coalesce(came.at, zone.created_at)) AS oldest
FROM zone
LEFT JOIN LATERAL (
    SELECT max(at) AS at FROM zone_event
    WHERE zone_event.zone_id = zone.id AND after ->> 'status' = :status
) AS came ON true
WHERE zone.status = :status
GROUP BY zone.province_code
ORDER BY oldest, zone.province_code
