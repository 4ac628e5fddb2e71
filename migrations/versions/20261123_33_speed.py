"""Indexes and functions for pages that were slow.

Revision: 20261123_33, after 20261123_32
"""

from __future__ import annotations

revision = "20261123_33"
down_revision = "20261123_32"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    raise NotImplementedError("restore a back-up instead")
