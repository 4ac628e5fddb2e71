"""The zones as GeoJSON points (RFC 7946): WGS 84, longitude first."""

from __future__ import annotations

import json

from coverage.dossier.columns import COLUMNS, rows
from coverage.packages import Package, utc_text


def write(package: Package) -> bytes:
    """Return the feature collection, one feature a line."""
    features = []
    for row in rows(package):
        zone = row[2]
        feature = {
            "type": "Feature",
            "id": str(zone.id),
            "geometry": {"type": "Point", "coordinates": [zone.longitude, zone.latitude]},
            "properties": {column.key: column.value(row) for column in COLUMNS},
        }
        features.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    head = {
        "type": "FeatureCollection",
        "name": package.number,
        "version": package.version,
        "date": utc_text(package.dated),
        "marks": list(package.marks),
        "totals": package.totals(),
    }
    opening = json.dumps(head, ensure_ascii=False, separators=(",", ":"))[:-1]
    return (opening + ',"features":[\n' + ",\n".join(features) + "\n]}\n").encode()
