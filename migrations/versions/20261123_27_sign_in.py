"""Signing in: links that set a password once, and attempts that are counted for every process.

Revision ID: 20261123_27
Revises: 20261123_26
"""

from __future__ import annotations

revision = "20261123_27"
down_revision = "20261123_26"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    raise NotImplementedError("restore a back-up instead")
