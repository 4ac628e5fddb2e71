"""Indexes and functions for pages that were slow with a country's worth of zones.

Revision: 20261123_33, after 20261123_32
"""

from __future__ import annotations

from alembic import op

revision = "20261123_33"
down_revision = "20261123_32"
branch_labels = None
depends_on = None

# An operator's walls ask of every zone whether it is in a published lot: without the first two
# each question read all rows of lot_zone, and one zone's page took half a minute.
INDEXES = """
CREATE INDEX lot_zone_zone_id_idx ON phusong.lot_zone (zone_id);
CREATE INDEX package_lot_lot_id_idx ON phusong.package_lot (lot_id);
CREATE INDEX promise_zone_id_idx ON phusong.promise (zone_id);
CREATE INDEX promise_operator_id_idx ON phusong.promise (operator_id);
CREATE INDEX on_air_report_award_id_idx ON phusong.on_air_report (award_id, zone_id);
CREATE INDEX on_air_report_operator_id_idx ON phusong.on_air_report (operator_id);
CREATE INDEX verdict_operator_id_assessed_at_idx ON phusong.verdict (operator_id, assessed_at);
"""

# Who acts is asked once, not once for each row; the ids that are asked about are joined, because
# a long array is searched from its beginning for every row.
ONCE = """
CREATE OR REPLACE FUNCTION phusong.on_air_told(asked uuid[])
RETURNS TABLE (zone_id uuid, award_id uuid, on_air_on date, status text, answered_at timestamptz)
STABLE SECURITY DEFINER LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT newest.zone_id, newest.award_id, on_air_on, status, answered_at
   FROM (
       SELECT DISTINCT ON (on_air_report.zone_id, on_air_report.award_id)
              on_air_report.zone_id, on_air_report.award_id, on_air_report.operator_id, on_air_on,
              on_air_report.status, answered_at
       FROM (SELECT DISTINCT unnest(asked) AS id) AS wanted
       JOIN on_air_report ON on_air_report.zone_id = wanted.id
       JOIN award ON award.id = award_id AND award.cancelled_on IS NULL
       WHERE on_air_report.status IN ('reported', 'accepted', 'refused')
       ORDER BY on_air_report.zone_id, on_air_report.award_id, reported_at DESC, on_air_report.id
   ) AS newest
   WHERE CASE (SELECT acting_kind())
             WHEN 'operator' THEN status <> 'refused' OR operator_id = (SELECT acting_organisation())
             ELSE (SELECT acting_kind()) IS NOT NULL END $$;

CREATE OR REPLACE FUNCTION phusong.disputed_zones(asked uuid[]) RETURNS SETOF uuid
STABLE SECURITY DEFINER LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT DISTINCT dispute.zone_id
   FROM dispute JOIN zone ON zone.id = dispute.zone_id
   JOIN (SELECT unnest(asked) AS id) AS wanted ON wanted.id = dispute.zone_id
   WHERE dispute.status = 'open'
     AND ((SELECT acting_kind()) IN ('authority', 'auditor')
          OR zone.organisation_id = (SELECT acting_organisation())
          OR dispute.operator_id = (SELECT acting_organisation())) $$;
"""

# Whether a place lies near another may not be asked of an index before the walls have let a row
# pass, so every row was measured. These name what lies around, by ids that tell nothing; whoever
# asks joins them with the tables themselves, whose walls say what of it is seen.
AROUND = """
CREATE FUNCTION phusong.zones_around(asked uuid, within_m float8) RETURNS SETOF uuid
STABLE SECURITY DEFINER LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT other.id FROM zone
   JOIN zone AS other ON ST_DWithin(zone.point::geography, other.point::geography, within_m)
   WHERE zone.id = asked AND other.id <> zone.id
     AND CASE (SELECT acting_kind())
             WHEN 'province' THEN other.organisation_id = (SELECT acting_organisation())
             ELSE (SELECT acting_kind()) IS NOT NULL END $$;

CREATE FUNCTION phusong.sites_around(asked uuid, within_m float8) RETURNS SETOF bigint
STABLE SECURITY DEFINER LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT site.id FROM zone JOIN site ON site.point && ST_Expand(zone.point, within_m / 90000)
   WHERE zone.id = asked AND (SELECT acting_kind()) IN ('authority', 'auditor', 'operator') $$;
"""


def upgrade() -> None:
    for statements in (INDEXES, ONCE, AROUND):
        op.execute(statements)


def downgrade() -> None:
    raise NotImplementedError("restore a back-up instead")
