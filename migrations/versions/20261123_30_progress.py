"""What the progress pages read.

Revision ID: 20261123_30
Revises: 20261123_29
"""

from __future__ import annotations

revision = "20261123_30"
down_revision = "20261123_29"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    raise NotImplementedError("restore a back-up instead")
