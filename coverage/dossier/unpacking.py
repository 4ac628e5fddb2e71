"""Reading one file back out of a package's ZIP."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from coverage.packages import MANIFEST

_TOLD = ("label", "lot", "village", "commune", "declared_commune", "households", "population")


def file_in(content: bytes, name: str) -> bytes | None:
    """Return a file of a package by name, or None when the package has none."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name) if name in archive.namelist() else None


def said_in(content: bytes) -> dict[str, Any]:
    """Return what a package says, as ``coverage.packages.said_of`` does, out of its own files.

    For versions that were published before what they said was kept beside them; facts that the
    files do not tell are left out.
    """
    listed = json.loads(file_in(content, MANIFEST) or b"{}")
    points = json.loads(file_in(content, "diem.geojson") or b"{}")
    zones = {}
    for feature in points.get("features", []):
        facts = feature["properties"]
        longitude, latitude = feature["geometry"]["coordinates"][:2]
        zones[str(feature["id"])] = {key: facts[key] for key in _TOLD if key in facts} | {
            "point": f"{latitude:.7f}, {longitude:.7f}"
        }
    return {
        "lots": {
            str(lot["number"]): {"id": lot["id"], "name": lot["name"]}
            for lot in listed.get("lots", [])
        },
        "zones": zones,
    }
