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


def upgrade() -> None:
    op.execute(SITES)


def downgrade() -> None:
    op.execute("DROP FUNCTION phusong.gone_sites(bigint[])")
