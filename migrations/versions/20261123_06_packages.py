"""A draft package may be built anew until it is published; then it and its lots stand for ever.

Revision: 20261123_06, after 20261123_05
"""

from alembic import op

revision = "20261123_06"
down_revision = "20261123_05"
branch_labels = None
depends_on = None

# While a package is a draft its number stays and its content may be replaced: the draft says
# DỰ THẢO on every page, so what is published is never the draft's own bytes.
STANDS = """
CREATE OR REPLACE FUNCTION phusong.package_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.number, NEW.version, NEW.province_code)
       IS DISTINCT FROM (OLD.id, OLD.number, OLD.version, OLD.province_code)
       OR OLD.status <> 'draft' AND (
           NEW.status = 'draft'
           OR (NEW.vintage, NEW.approximate, NEW.totals, NEW.manifest, NEW.file_name, NEW.sha256,
               NEW.content, NEW.built_by, NEW.built_at, NEW.published_at)
              IS DISTINCT FROM
              (OLD.vintage, OLD.approximate, OLD.totals, OLD.manifest, OLD.file_name, OLD.sha256,
               OLD.content, OLD.built_by, OLD.built_at, OLD.published_at)) THEN
        RAISE EXCEPTION 'package % stands as built', OLD.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION phusong.package_lots_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM phusong.package
               WHERE id IN (OLD.package_id, NEW.package_id) AND status <> 'draft') THEN
        RAISE EXCEPTION 'the lots of a published package stand'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER package_lots_stand BEFORE INSERT OR UPDATE OR DELETE ON phusong.package_lot
FOR EACH ROW EXECUTE FUNCTION phusong.package_lots_stand();
"""


def upgrade() -> None:
    op.execute(STANDS)


def downgrade() -> None:
    raise NotImplementedError("walls are not taken down; restore a back-up instead")
