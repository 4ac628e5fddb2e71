-- changes --
-- What each zone was first, and what it became when: days of Việt Nam, the oldest first.
WITH change AS (
    SELECT id, zone_id, (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day,
           before ->> 'status' AS source, after ->> 'status' AS target
    FROM phusong.zone_event WHERE after ? 'status'
), first AS (
    SELECT DISTINCT ON (zone_id) zone_id, source FROM change ORDER BY zone_id, id
)
SELECT told.zone_id, told.day, told.status
FROM (
    SELECT zone.id AS zone_id, 0 AS place,
           (created_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day,
           coalesce(first.source, zone.status) AS status
    FROM phusong.zone LEFT JOIN first ON first.zone_id = zone.id
    UNION ALL
    SELECT zone_id, id, day, target FROM change
) AS told
JOIN phusong.zone AS seen ON seen.id = told.zone_id
WHERE CAST(:province AS text) IS NULL OR seen.province_code = :province
ORDER BY told.zone_id, told.place

-- sites --
-- How many of the sites on air that the actor may see each operator has.
SELECT organisation.name AS operator, count(*)::integer AS sites
FROM phusong.site_operator JOIN phusong.organisation ON organisation.id = operator_id
WHERE on_air IS NOT FALSE
    AND (CAST(:west AS float) IS NULL
         OR point && ST_MakeEnvelope(:west, :south, :east, :north, 4326))
GROUP BY organisation.name ORDER BY organisation.name
