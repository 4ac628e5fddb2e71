"""Reads a GPX: its waypoints are the places; routes and tracks are named, not read."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

from coverage.findings import Finding, finding
from coverage.intake.document import Limits
from coverage.intake.encodings import Decoded, decode
from coverage.intake.layers import Layer, Place, check_size
from coverage.intake.markup import Element, Path, parse

WAYPOINTS = "waypoints"
_PASSED_OVER = {"rte": ("lộ trình", "a route"), "trk": ("vệt di chuyển", "a track")}


def read_gpx(data: bytes, name: str, limits: Limits) -> tuple[Decoded, list[Layer]]:
    """Read the waypoints into one layer named as map programs name it.

    Raises:
        InputRefused: file.damaged, file.entities, file.too_many_rows, file.too_many_columns.
    """
    decoded = decode(data, name)
    layer = Layer(WAYPOINTS)
    passed_over: Counter[str] = Counter()

    def take(element: Element, _: Path) -> None:
        if element.name == "wpt":
            layer.add(_properties(element), _place(element))
        else:
            passed_over[element.name] += 1

    parse(decoded.text, name, {"wpt", *_PASSED_OVER}, take)
    check_size([layer], name, limits)
    told = tuple(_told(kind, count) for kind, count in passed_over.items())
    return Decoded("", decoded.encoding, decoded.findings + told), [layer] if layer.rows else []


def _told(kind: str, count: int) -> Finding:
    what, what_en = _PASSED_OVER[kind]
    return finding("file.layer_passed_over", sheet=kind, count=count, what=what, what_en=what_en)


def _properties(waypoint: Element) -> dict[str, Any]:
    """The waypoint's own elements and the leaves of its extensions."""
    properties: dict[str, Any] = {}
    for child in waypoint.children:
        leaves = [part for part in child.descend() if not part.children] or [child]
        for leaf in leaves:
            properties.setdefault(leaf.name, leaf.text.strip())
    return properties


def _place(waypoint: Element) -> Place | None:
    latitude, longitude = waypoint.attributes.get("lat", ""), waypoint.attributes.get("lon", "")
    try:
        x, y = float(longitude), float(latitude)
    except ValueError:
        return None
    if not (math.isfinite(x) and math.isfinite(y)):
        return None
    return Place(x, y, f"{latitude}, {longitude}")
