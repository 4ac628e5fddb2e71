"""Zones that already stand somewhere: the authority's files of them, and zones it enters itself.

Revision: 20261123_19, after 20261123_18
"""

from alembic import op

revision = "20261123_19"
down_revision = "20261123_18"
branch_labels = None
depends_on = None

KIND = "(SELECT phusong.acting_kind())"

# The files are kept as they were sent. Provinces and operators do not read them: they name which
# operator builds or promised where.
STANDINGS = f"""
CREATE TABLE phusong.standing_file (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL,
    province_code text NOT NULL,
    file_name text NOT NULL,
    sha256 text NOT NULL,
    raw bytea NOT NULL,
    rows jsonb NOT NULL,
    totals jsonb NOT NULL,
    loaded_by text NOT NULL,
    loaded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT standing_file_pkey PRIMARY KEY (id),
    CONSTRAINT standing_file_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES phusong.organisation (id));
ALTER TABLE phusong.standing_file ENABLE ROW LEVEL SECURITY;
CREATE POLICY oversight_reads ON phusong.standing_file FOR SELECT TO phusong_app
    USING ({KIND} IN ('authority', 'auditor'));
CREATE POLICY authority_loads ON phusong.standing_file FOR INSERT TO phusong_app
    WITH CHECK ({KIND} = 'authority');
GRANT SELECT, INSERT ON phusong.standing_file TO phusong_app;
CREATE TRIGGER standing_file_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON phusong.standing_file
FOR EACH STATEMENT EXECUTE FUNCTION phusong.refuse_change();

-- A zone that the authority enters belongs to the province it lies in, as if that one had reported it.
CREATE POLICY authority_enters ON phusong.zone FOR INSERT TO phusong_app
    WITH CHECK ({KIND} = 'authority' AND EXISTS (
        SELECT 1 FROM phusong.organisation AS owner
        WHERE owner.id = organisation_id AND owner.kind = 'province'
          AND owner.province_code = zone.province_code));
"""


def upgrade() -> None:
    op.execute(STANDINGS)


def downgrade() -> None:
    raise NotImplementedError("what was loaded is kept; restore a back-up instead")
