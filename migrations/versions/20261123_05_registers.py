"""Registers that follow one another, only sites on air in the nearest index, the country's extent.

Revision: 20261123_05, after 20261123_03
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261123_05"
down_revision = "20261123_03"
branch_labels = None
depends_on = None

# The same file may come again after another replaced it, or read otherwise (another CRS), so its
# hash is not unique; which register an operator's sites come from is what says what is current.
REGISTER = """
ALTER TABLE phusong.register DROP CONSTRAINT register_sha256_key;
CREATE INDEX register_sha256_idx ON phusong.register (sha256);
REVOKE DELETE ON phusong.register FROM phusong_app;  -- the raw file is kept for ever
"""

# A planned site radiates nothing: it is in the register, but never the nearest one.
NEAREST = """
DROP INDEX phusong.site_operator_nearest_idx;
CREATE INDEX site_operator_nearest_idx ON phusong.site_operator
    USING gist (operator_id, (point::geography)) WHERE on_air IS NOT FALSE;
"""

# When an operator's newer register takes its equipment away, a site without any goes too. The
# deleter may not see the site any more (an operator sees its own only), so the table's owner acts.
EMPTY_SITES = """
CREATE FUNCTION phusong.remove_empty_sites() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql
SET search_path = phusong, public, pg_temp AS $$
BEGIN
    DELETE FROM site
    WHERE id IN (SELECT site_id FROM removed)
      AND NOT EXISTS (SELECT 1 FROM site_operator WHERE site_operator.site_id = site.id);
    RETURN NULL;
END $$;
CREATE TRIGGER site_operator_leaves_no_empty_site AFTER DELETE ON phusong.site_operator
REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION phusong.remove_empty_sites();
"""

ROWS = """
INSERT INTO phusong.setting (name, valid_from, value, citation) VALUES
    ('country_extent', '2021-12-31', '{"west": 102.0, "south": 6.5, "east": 118.0, "north": 23.5}',
     'Khung bao lãnh thổ Việt Nam, gồm quần đảo Hoàng Sa và quần đảo Trường Sa'),
    ('site_width_m', '2021-12-31', '30', 'Mặc định của chương trình: các dòng cách nhau tối đa 30 m là một vị trí trạm'),
    ('shared_code_span_m', '2021-12-31', '500', 'Mặc định của chương trình: mã vị trí dùng chung trải xa hơn thì không tin');
"""


def upgrade() -> None:
    op.add_column(
        "register",
        sa.Column(
            "reading",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        schema="phusong",
    )
    for statement in (REGISTER, NEAREST, EMPTY_SITES, ROWS):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("replaced registers cannot be told apart again; restore a back-up")
