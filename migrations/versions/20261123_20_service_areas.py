"""Below which received level a published service area counts as weak.

Revision: 20261123_20, after 20261123_19
"""

from alembic import op

revision = "20261123_20"
down_revision = "20261123_19"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "INSERT INTO phusong.setting (name, valid_from, value, citation) VALUES"
        " ('service_area_weak_dbm', '2021-12-31', '-110', 'Mặc định của chương trình:"
        " vùng công bố có mức thu thấp hơn -110 dBm là vùng phủ yếu')"
    )


def downgrade() -> None:
    raise NotImplementedError("a dated row of a setting is never taken back")
