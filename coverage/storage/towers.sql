-- stage_sites --
-- A site's id is given while staging, in the order of the sites: the lowest id is the southernmost.
CREATE TEMP TABLE staged_site (
    ordinal integer NOT NULL,
    shared_code text NOT NULL,
    longitude float8 NOT NULL,
    latitude float8 NOT NULL,
    id bigint NOT NULL DEFAULT nextval(pg_get_serial_sequence('phusong.site', 'id'))
) ON COMMIT DROP

-- stage_equipment --
CREATE TEMP TABLE staged_equipment (
    ordinal integer NOT NULL,
    operator_id uuid NOT NULL,
    site_code text NOT NULL,
    technologies text[] NOT NULL,
    bands_mhz integer[] NOT NULL,
    antenna_height_m float8,
    on_air boolean,
    shareable boolean,
    longitude float8 NOT NULL,
    latitude float8 NOT NULL
) ON COMMIT DROP

-- listed_before --
-- Staged equipment whose operator lists it already: under the same code, or on air within
-- :width_m of it (the nearest one by the index tells).
SELECT operator_id, site_code, latitude, longitude
FROM staged_equipment
LEFT JOIN LATERAL (
    SELECT ST_Distance(site_operator.point::geography, here.point) AS distance_m
    FROM site_operator,
         (SELECT ST_SetSRID(ST_MakePoint(longitude, latitude), 4326)::geography AS point) AS here
    WHERE site_operator.operator_id = staged_equipment.operator_id
      AND site_operator.on_air IS NOT FALSE
    ORDER BY site_operator.point::geography <-> here.point
    LIMIT 1
) AS nearest ON true
WHERE nearest.distance_m <= :width_m
   OR (operator_id, site_code) IN (
       SELECT operator_id, site_code FROM site_operator WHERE site_code <> '')
ORDER BY operator_id, site_code, latitude, longitude

-- add_sites --
INSERT INTO site (id, register_id, shared_code, point)
OVERRIDING SYSTEM VALUE
SELECT id, :register_id, nullif(shared_code, ''),
       ST_SetSRID(ST_MakePoint(longitude, latitude), 4326)
FROM staged_site

-- add_equipment --
INSERT INTO site_operator
    (site_id, operator_id, site_code, technologies, bands_mhz, antenna_height_m, on_air,
     shareable, point)
SELECT staged_site.id, operator_id, site_code, technologies, bands_mhz, antenna_height_m, on_air,
       shareable,
       ST_SetSRID(ST_MakePoint(staged_equipment.longitude, staged_equipment.latitude), 4326)
FROM staged_equipment
JOIN staged_site USING (ordinal)

-- standing --
-- Whose equipment the registers in force list, and in which register.
SELECT organisation.name AS operator, site_operator.operator_id, site.register_id,
       register.file_name, register.loaded_at, count(DISTINCT site.id) AS sites
FROM site_operator
JOIN site ON site.id = site_operator.site_id
LEFT JOIN register ON register.id = site.register_id  -- an operator does not see the authority's
JOIN organisation ON organisation.id = site_operator.operator_id
WHERE site_operator.operator_id = ANY (CAST(:operators AS uuid[]))
GROUP BY organisation.name, site_operator.operator_id, site.register_id, register.id
ORDER BY organisation.name, register.loaded_at, site.register_id

-- stations_in_force --
-- Every station that registers in force list of these operators.
SELECT operator_id, site_code AS code, ST_Y(point) AS latitude, ST_X(point) AS longitude,
       technologies, on_air
FROM site_operator
WHERE operator_id = ANY (CAST(:operators AS uuid[]))
ORDER BY operator_id, site_code, site_id

-- loads --
-- The registers in force by operator, with what each lists of it.
SELECT listed.operator_id, organisation.name AS operator, listed.register_id, register.file_name,
       register.loaded_at, listed.sites, stations, planned, g2, g3, g4, g5
FROM (
    SELECT site_operator.operator_id, site.register_id, count(DISTINCT site.id) AS sites,
           count(*) AS stations,
           count(*) FILTER (WHERE site_operator.on_air IS FALSE) AS planned,
           count(*) FILTER (WHERE '2G' = ANY (technologies)) AS g2,
           count(*) FILTER (WHERE '3G' = ANY (technologies)) AS g3,
           count(*) FILTER (WHERE '4G' = ANY (technologies)) AS g4,
           count(*) FILTER (WHERE '5G' = ANY (technologies)) AS g5
    FROM site_operator
    JOIN site ON site.id = site_operator.site_id
    GROUP BY site_operator.operator_id, site.register_id) AS listed
LEFT JOIN register ON register.id = listed.register_id  -- an operator does not see the authority's
JOIN organisation ON organisation.id = listed.operator_id
ORDER BY organisation.name, register.loaded_at, listed.register_id

-- remove_equipment --
-- Sites that are left without any go with it (site_operator_leaves_no_empty_site).
DELETE FROM site_operator WHERE operator_id = ANY (CAST(:operators AS uuid[]))

-- remember_sites --
-- Where these operators stand before their equipment goes out of force.
CREATE TEMP TABLE former_site ON COMMIT DROP AS
SELECT DISTINCT site.id, ST_X(site.point) AS longitude, ST_Y(site.point) AS latitude,
       coalesce(site.shared_code, '') AS shared_code
FROM site JOIN site_operator ON site_operator.site_id = site.id
WHERE site_operator.operator_id = ANY (CAST(:operators AS uuid[]))

-- keep_site_ids --
-- A site that stands where one stood, under the same code, is that site: what was said of it by
-- its id goes on being said. Sites on which others still stand keep their id to themselves.
UPDATE staged_site SET id = former.id
FROM (SELECT former_site.*,
             row_number() OVER (PARTITION BY longitude, latitude, shared_code ORDER BY id) AS place
      FROM former_site
      WHERE id IN (SELECT phusong.gone_sites((SELECT array_agg(id) FROM former_site)))) AS former,
     (SELECT ordinal, row_number() OVER (PARTITION BY longitude, latitude, shared_code
                                         ORDER BY ordinal) AS place
      FROM staged_site) AS staged
WHERE staged.ordinal = staged_site.ordinal AND staged.place = former.place
  AND (staged_site.longitude, staged_site.latitude, staged_site.shared_code)
    = (former.longitude, former.latitude, former.shared_code)

-- same_register --
-- The register that the same loader made of the same file, read the same way, if every operator
-- it listed still stands as it says.
SELECT register.id, register.crs, register.totals, register.loaded_at
FROM register
WHERE register.organisation_id = phusong.acting_organisation()
  AND register.sha256 = :sha256 AND register.reading = CAST(:reading AS jsonb)
  AND NOT EXISTS (
      SELECT 1 FROM jsonb_object_keys(register.totals -> 'operators') AS listed (name)
      WHERE NOT EXISTS (
          SELECT 1 FROM site_operator
          JOIN site ON site.id = site_operator.site_id AND site.register_id = register.id
          JOIN organisation ON organisation.id = site_operator.operator_id
          WHERE organisation.name = listed.name))
ORDER BY register.loaded_at DESC
LIMIT 1
