"""The version of what tiles show, which changes with every change of it.

Revision ID: 20261123_29
Revises: 20261123_28
"""

from __future__ import annotations

revision = "20261123_29"
down_revision = "20261123_28"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    raise NotImplementedError("restore a back-up instead")
