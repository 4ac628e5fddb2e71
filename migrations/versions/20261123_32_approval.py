"""Files that wait for the province's approver.

Revision: 20261123_32, after 20261123_31
"""

from __future__ import annotations

revision = "20261123_32"
down_revision = "20261123_31"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    raise NotImplementedError("restore a back-up instead")
