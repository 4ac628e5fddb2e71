"""What an operator's waiting file says of itself, as its check and its loading ask."""

from __future__ import annotations

from datetime import date

from api.pending import Pending
from coverage.actions.service_areas import ServiceAreaRequest
from coverage.actions.towers import RegisterRequest
from coverage.towers import Technology


def register_of(waiting: Pending) -> RegisterRequest:
    """Return a waiting file as a register to be checked or loaded."""
    said, upload = waiting.mapping, waiting.upload
    return RegisterRequest(
        upload.name, upload.content, said["crs"] or None, said["operator"] or None,
        accepted_only=said["rows"] == "accepted", add=said["mode"] == "add",
    )  # fmt: skip


def areas_of(waiting: Pending) -> ServiceAreaRequest:
    """Return a waiting file as a service area to be checked or loaded."""
    said, upload = waiting.mapping, waiting.upload
    return ServiceAreaRequest(
        upload.name, upload.content, said["operator"] or None,
        Technology(said["technology"]) if said["technology"] else None, said["crs"] or None,
        date.fromisoformat(said["published"]) if said["published"] else None,
    )  # fmt: skip
