"""The queue of long work, in a schema of its own: the tables and functions of procrastinate 3.

Revision: 20261123_09, after 20261123_08

The queue's rows name a province or an upload, never what is in it, so they stand outside the
row-level walls. A newer procrastinate brings its own migration scripts, which then become the
next migration here; pyproject.toml holds it below the next major version.
"""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "20261123_09"
down_revision = "20261123_08"
branch_labels = None
depends_on = None

GRANTS = """
GRANT USAGE ON SCHEMA jobs TO phusong_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA jobs TO phusong_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA jobs TO phusong_app;
"""


def upgrade() -> None:
    connection = op.get_bind()
    connection.exec_driver_sql("CREATE SCHEMA jobs")
    connection.exec_driver_sql("SET LOCAL search_path TO jobs, public")
    # The driver's own interface: the script holds colons and percent signs of its own.
    connection.exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    connection.exec_driver_sql("SET LOCAL search_path TO public")
    op.execute(GRANTS)


def downgrade() -> None:
    op.execute("DROP SCHEMA jobs CASCADE")
