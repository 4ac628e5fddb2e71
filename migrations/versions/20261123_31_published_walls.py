"""Walls that an operator's long lists pass once, not once for each row.

Revision: 20261123_31, after 20261123_30
"""

from __future__ import annotations

from alembic import op

revision = "20261123_31"
down_revision = "20261123_30"
branch_labels = None
depends_on = None

KIND = "(SELECT phusong.acting_kind())"

# As in zone_is_published and lot_is_published (25), for all at once.
OPENED = """package.status <> 'draft' AND (package.opens_at IS NULL OR package.opens_at <= now()
    AND (package.cancelled_at IS NULL OR package.cancelled_at >= package.opens_at))"""

SETS = f"""
CREATE FUNCTION phusong.published_zones() RETURNS SETOF uuid STABLE SECURITY DEFINER LANGUAGE sql
SET search_path = phusong, public, pg_temp AS
$$ SELECT DISTINCT zone_id FROM lot_zone JOIN package_lot USING (lot_id)
   JOIN package ON package.id = package_id WHERE {OPENED} $$;

CREATE FUNCTION phusong.published_lots() RETURNS SETOF uuid STABLE SECURITY DEFINER LANGUAGE sql
SET search_path = phusong, public, pg_temp AS
$$ SELECT DISTINCT lot_id FROM package_lot JOIN package ON package.id = package_id WHERE {OPENED} $$;

CREATE FUNCTION phusong.judged_zones() RETURNS SETOF uuid STABLE SECURITY DEFINER LANGUAGE sql
SET search_path = phusong, public, pg_temp AS
$$ SELECT DISTINCT zone_id FROM verdict WHERE operator_id = acting_organisation() $$;
"""

# Both branches give the same rows: the setting opens nothing, it says how many are about to be
# looked at. Counting 20,000 zones took 1,357 ms by the one and 158 ms by the other; finding one
# zone 0.7 ms by the first, and as long as the whole set takes by the second.
MANY = "(SELECT current_setting('phusong.many', true)) = 'yes'"


def either(of_all: str, of_one: str) -> str:
    """The wall by the set of all, or by the question about one row."""
    return (
        f"{KIND} = 'operator' AND CASE WHEN {MANY}"
        f" THEN id IN (SELECT phusong.{of_all}()) ELSE phusong.{of_one}(id) END"
    )


POLICIES = f"""
ALTER POLICY operator_reads_published ON phusong.zone
    USING ({either("published_zones", "zone_is_published")});
ALTER POLICY operator_reads_judged ON phusong.zone
    USING ({either("judged_zones", "zone_is_judged")});
ALTER POLICY operator_reads_published ON phusong.lot
    USING ({either("published_lots", "lot_is_published")});
ALTER POLICY others_read_with_lot ON phusong.lot_zone
    USING (CASE WHEN {MANY} THEN lot_id IN (SELECT lot.id FROM phusong.lot)
           ELSE EXISTS (SELECT 1 FROM phusong.lot WHERE lot.id = lot_id) END);
"""


def upgrade() -> None:
    op.execute(SETS)
    op.execute(POLICIES)


def downgrade() -> None:
    raise NotImplementedError("restore a back-up instead")
