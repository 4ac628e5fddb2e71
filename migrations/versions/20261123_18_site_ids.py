"""A mast that stands in the next register keeps its id.

Revision: 20261123_18, after 20261123_15
"""

from alembic import op

revision = "20261123_18"
down_revision = "20261123_15"
branch_labels = None
depends_on = None

# An operator does not see a site on which only others stand; whether an id is free it must know.
SITES = """
CREATE FUNCTION phusong.gone_sites(asked bigint[]) RETURNS SETOF bigint STABLE SECURITY DEFINER
LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT one.id FROM unnest(asked) AS one (id)
   WHERE NOT EXISTS (SELECT 1 FROM site WHERE site.id = one.id) $$;
"""

# Who stands on a site sees where it is: so an operator puts itself only on one that its own
# register lists, or on which it stands. A function asks, because the policies of the two tables
# would ask each other without end.
WALLS = """
CREATE FUNCTION phusong.may_stand_on(asked bigint) RETURNS boolean STABLE SECURITY DEFINER
LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT EXISTS (SELECT 1 FROM site JOIN register ON register.id = register_id
                  WHERE site.id = asked AND organisation_id = acting_organisation())
       OR EXISTS (SELECT 1 FROM site_operator
                  WHERE site_id = asked AND operator_id = acting_organisation()) $$;

DROP POLICY own ON phusong.site_operator;
CREATE POLICY own ON phusong.site_operator FOR SELECT TO phusong_app
    USING (operator_id = (SELECT phusong.acting_organisation()));
CREATE POLICY operator_leaves ON phusong.site_operator FOR DELETE TO phusong_app
    USING (operator_id = (SELECT phusong.acting_organisation()));
CREATE POLICY operator_lists ON phusong.site_operator FOR INSERT TO phusong_app
    WITH CHECK (operator_id = (SELECT phusong.acting_organisation()) AND phusong.may_stand_on(site_id));
"""


def upgrade() -> None:
    op.execute(SITES)
    op.execute(WALLS)


def downgrade() -> None:
    raise NotImplementedError("walls are not taken down; restore a back-up instead")
