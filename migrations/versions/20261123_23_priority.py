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

ROWS = """
INSERT INTO phusong.setting (name, valid_from, value, citation) VALUES
    ('score_half_households', '2021-12-31', '50', 'Mặc định của chương trình: mốc 50 hộ hay được nhắc trong thực tế, không phải quy định'),
    ('score_half_population', '2021-12-31', '200', 'Mặc định của chương trình: khoảng bốn người mỗi hộ'),
    ('score_half_cost_vnd', '2021-12-31', '30000000', 'Mặc định của chương trình, chưa chính thức'),
    ('score_half_waiting_days', '2021-12-31', '365', 'Mặc định của chương trình: một năm'),
    ('school_reach_m', '2021-12-31', '2000', 'Mặc định của chương trình: trường học, trạm y tế trong tầm đi bộ của thôn'),
    ('score_weight_share', '2021-12-31', '0.25', 'Mặc định của chương trình: mỗi trọng số có thể khác đi một phần tư');
"""


def upgrade() -> None:
    for statement in (PLACES, ROWS):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("what was loaded is kept; restore a back-up instead")
