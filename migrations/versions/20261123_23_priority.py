"""Which communes lie on the land border or on islands: a part of the priority score.

Revision: 20261123_23, after 20261123_22
"""

from alembic import op

revision = "20261123_23"
down_revision = "20261123_22"
branch_labels = None
depends_on = None

KIND = "(SELECT phusong.acting_kind())"
MINE = "(SELECT phusong.acting_organisation())"
OVERSIGHT = f"{KIND} IN ('authority', 'auditor')"
AUTHORITY = f"{KIND} = 'authority'"

PLACES = f"""
CREATE TABLE phusong.priority_commune (
    commune_code text NOT NULL,
    vintage text NOT NULL,
    border boolean NOT NULL,
    island boolean NOT NULL,
    source text NOT NULL,
    loaded_by text NOT NULL,
    loaded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT priority_commune_pkey PRIMARY KEY (commune_code, vintage));
ALTER TABLE phusong.priority_commune ENABLE ROW LEVEL SECURITY;
CREATE POLICY everyone_reads ON phusong.priority_commune FOR SELECT TO phusong_app
    USING ({KIND} IS NOT NULL);
CREATE POLICY authority_loads ON phusong.priority_commune FOR ALL TO phusong_app
    USING ({AUTHORITY}) WITH CHECK ({AUTHORITY});
GRANT SELECT, INSERT, UPDATE, DELETE ON phusong.priority_commune TO phusong_app;
"""


def upgrade() -> None:
    for statement in (PLACES,):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("what was loaded is kept; restore a back-up instead")
