"""Checked files that wait, for the pages; the worker keeps them too (api/pending.py)."""

from api.pending import KEPT_SECONDS, Pending, PendingUploads

__all__ = ["KEPT_SECONDS", "Pending", "PendingUploads"]
