"""Rows of a submission as columns; their raw cells many rows at a time.

Revision: 20261123_10, after 20261123_09

Raw cells are read together with their whole submission or not at all. As one JSON value per row
they made half of the time that storing a large file took.
"""

from alembic import op

revision = "20261123_10"
down_revision = "20261123_09"
branch_labels = None
depends_on = None

CELLS = """
CREATE TABLE phusong.survey_cells (
    submission_id uuid NOT NULL,
    first_position integer NOT NULL,
    cells json NOT NULL,
    CONSTRAINT survey_cells_pkey PRIMARY KEY (submission_id, first_position),
    CONSTRAINT survey_cells_submission_id_fkey
        FOREIGN KEY (submission_id) REFERENCES phusong.submission (id)
);
DO $$ BEGIN
    ALTER TABLE phusong.survey_cells ALTER COLUMN cells SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN NULL;  -- a server built without it
END $$;
INSERT INTO phusong.survey_cells
SELECT submission_id, 0, json_agg(cells ORDER BY position)
FROM phusong.survey_row GROUP BY submission_id;
ALTER TABLE phusong.survey_cells ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON phusong.survey_cells TO phusong_app;
"""

COLUMNS = """
ALTER TABLE phusong.survey_row
    ADD COLUMN village text, ADD COLUMN declared_commune_code text, ADD COLUMN commune_code text,
    ADD COLUMN latitude double precision, ADD COLUMN longitude double precision,
    ADD COLUMN households integer, ADD COLUMN population integer, ADD COLUMN signal text,
    ADD COLUMN grid_power boolean, ADD COLUMN specially_difficult boolean;
UPDATE phusong.survey_row SET
    village = reading ->> 'village', declared_commune_code = reading ->> 'declared_commune_code',
    commune_code = reading ->> 'commune_code', latitude = (reading ->> 'latitude')::float8,
    longitude = (reading ->> 'longitude')::float8, households = (reading ->> 'households')::integer,
    population = (reading ->> 'population')::integer, signal = reading ->> 'signal',
    grid_power = (reading ->> 'grid_power')::boolean,
    specially_difficult = (reading ->> 'specially_difficult')::boolean;
ALTER TABLE phusong.survey_row DROP COLUMN reading, DROP COLUMN cells;
ALTER TABLE phusong.survey_row ADD CONSTRAINT survey_row_signal_check
    CHECK (signal IS NULL OR signal IN ('none', 'patchy'));
"""

OWN = (
    "submission_id IN (SELECT id FROM phusong.submission"
    " WHERE organisation_id = (SELECT phusong.acting_organisation()))"
)
OVERSIGHT = "(SELECT phusong.acting_kind()) IN ('authority', 'auditor')"

# One look at one's own submissions instead of one per row.
POLICIES = f"""
DROP POLICY province_reads ON phusong.survey_row;
DROP POLICY province_submits ON phusong.survey_row;
CREATE POLICY province_reads ON phusong.survey_row FOR SELECT TO phusong_app USING ({OWN});
CREATE POLICY province_submits ON phusong.survey_row FOR INSERT TO phusong_app WITH CHECK ({OWN});
CREATE POLICY oversight_reads ON phusong.survey_cells FOR SELECT TO phusong_app USING ({OVERSIGHT});
CREATE POLICY province_reads ON phusong.survey_cells FOR SELECT TO phusong_app USING ({OWN});
CREATE POLICY province_submits ON phusong.survey_cells FOR INSERT TO phusong_app WITH CHECK ({OWN});
"""


def upgrade() -> None:
    for statement in (CELLS, COLUMNS, POLICIES):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("raw cells are not put back; restore a back-up instead")
