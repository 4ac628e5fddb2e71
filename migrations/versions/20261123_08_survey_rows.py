"""Rows of a submission keep the order of the file; what is too near, too many.

Revision: 20261123_08, after 20261123_07
"""

from alembic import op

revision = "20261123_08"
down_revision = "20261123_07"
branch_labels = None
depends_on = None

# Two layers of a map may bear one name, so sheet and row do not tell every row apart; the
# place in the file does, and keeps the order of several sheets.
POSITION = """
ALTER TABLE phusong.survey_row ADD COLUMN position integer;
UPDATE phusong.survey_row SET position = counted.position
FROM (SELECT submission_id, sheet, row,
             row_number() OVER (PARTITION BY submission_id ORDER BY sheet, row) - 1 AS position
      FROM phusong.survey_row) AS counted
WHERE (survey_row.submission_id, survey_row.sheet, survey_row.row)
    = (counted.submission_id, counted.sheet, counted.row);
ALTER TABLE phusong.survey_row ALTER COLUMN position SET NOT NULL;
ALTER TABLE phusong.survey_row DROP CONSTRAINT survey_row_pkey;
ALTER TABLE phusong.survey_row ADD CONSTRAINT survey_row_pkey PRIMARY KEY (submission_id, position);
"""

SETTINGS = """
INSERT INTO phusong.setting (name, valid_from, value, citation) VALUES
    ('alike_distance_m', '2021-12-31', '200', 'Mặc định của chương trình'),
    ('villages_per_cell', '2021-12-31', '8', 'Mặc định của chương trình');
"""


def upgrade() -> None:
    op.execute(POSITION)
    op.execute(SETTINGS)


def downgrade() -> None:
    op.execute("ALTER TABLE phusong.survey_row DROP CONSTRAINT survey_row_pkey")
    op.execute(
        "ALTER TABLE phusong.survey_row"
        " ADD CONSTRAINT survey_row_pkey PRIMARY KEY (submission_id, sheet, row)"
    )
    op.execute("ALTER TABLE phusong.survey_row DROP COLUMN position")
    op.execute(
        "DELETE FROM phusong.setting WHERE name IN ('alike_distance_m', 'villages_per_cell')"
    )
