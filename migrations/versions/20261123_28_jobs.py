"""Long work that people asked for, and how far it is.

Revision ID: 20261123_28
Revises: 20261123_27
"""

from __future__ import annotations

revision = "20261123_28"
down_revision = "20261123_27"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    raise NotImplementedError("restore a back-up instead")
