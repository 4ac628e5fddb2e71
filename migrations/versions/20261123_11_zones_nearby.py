"""Other provinces' zones near many points at once, without a search per point.

Revision: 20261123_11, after 20261123_10

Asked for 50,000 points the index took most of a second even where no other zone lies. Now the
few zones of others around the points are looked up once, and each is held against the points of
its own grid cell and the eight around it: a border between cells hides nothing.
"""

from alembic import op

revision = "20261123_11"
down_revision = "20261123_10"
branch_labels = None
depends_on = None

# Cells are as wide as the distance: no degree of latitude is shorter than 110,500 m here, and
# none of longitude shorter than the 24th parallel's.
NEARBY = """
CREATE OR REPLACE FUNCTION phusong.zones_of_others_near(
    longitudes float8[], latitudes float8[], within_m float8)
RETURNS TABLE (place integer, province_code text, distance_m float8)
STABLE SECURITY DEFINER LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ WITH asked AS MATERIALIZED (
       SELECT ordinality::integer AS place, longitude, latitude,
              floor(longitude * 110500 * cos(radians(24)) / within_m)::bigint AS east,
              floor(latitude * 110500 / within_m)::bigint AS north
       FROM unnest(longitudes, latitudes) WITH ORDINALITY AS given (longitude, latitude)),
   around AS (
       SELECT ST_Expand(ST_SetSRID(ST_MakeEnvelope(min(longitude), min(latitude),
                                                   max(longitude), max(latitude)), 4326),
                        within_m / 100000) AS box
       FROM asked HAVING count(*) > 0),
   others AS MATERIALIZED (
       SELECT zone.point, zone.province_code,
              floor(ST_X(zone.point) * 110500 * cos(radians(24)) / within_m)::bigint AS east,
              floor(ST_Y(zone.point) * 110500 / within_m)::bigint AS north
       FROM around JOIN zone ON zone.point && around.box
       WHERE zone.organisation_id <> acting_organisation()
         AND zone.status NOT IN ('rejected', 'withdrawn', 'merged')),
   close AS (
       SELECT asked.place, others.province_code,
              ST_Distance(others.point::geography,
                          ST_SetSRID(ST_MakePoint(asked.longitude, asked.latitude), 4326)::geography)
                  AS distance_m
       FROM others
       CROSS JOIN generate_series(-1, 1) AS eastward (step)
       CROSS JOIN generate_series(-1, 1) AS northward (step)
       JOIN asked ON asked.east = others.east + eastward.step
                 AND asked.north = others.north + northward.step)
   SELECT place, province_code, distance_m FROM close WHERE distance_m <= within_m $$;
"""


def upgrade() -> None:
    op.execute(NEARBY)


def downgrade() -> None:
    raise NotImplementedError("the former function said the same, slower")
