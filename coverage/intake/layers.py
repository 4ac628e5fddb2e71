"""A layer of features while it is being read: properties by name, and one place each."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from coverage.errors import InputRefused
from coverage.findings import finding
from coverage.intake.document import Cell, Limits

WGS84 = "EPSG:4326"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a feature lies: a point, or one that stands for a line, an area or several points."""

    x: float
    y: float
    raw: str
    stands_for_shape: bool = False


@dataclass(slots=True)
class Layer:
    """A layer's features in their own order; ``rows`` may be shorter than ``columns``."""

    name: str
    crs: str | None = WGS84
    columns: dict[str, int] = field(default_factory=dict)
    rows: list[list[Cell]] = field(default_factory=list)
    places: list[Place | None] = field(default_factory=list)

    def add(self, properties: Mapping[str, Any], place: Place | None) -> None:
        """Add one feature; a property not met before becomes a column at the end."""
        row: list[Cell] = [""] * len(self.columns)
        for name, value in properties.items():
            column = self.columns.setdefault(name, len(self.columns))
            if column >= len(row):
                row.extend([""] * (column + 1 - len(row)))
            row[column] = cell_of(value)
        self.rows.append(row)
        self.places.append(place)


def numbered(names: Iterable[str]) -> dict[str, int]:
    """Return the columns of fields in their order; a name met again gets a number."""
    columns: dict[str, int] = {}
    for index, name in enumerate(names):
        unused, again = name or f"#{index + 1}", 2
        while unused in columns:
            unused, again = f"{name} ({again})", again + 1
        columns[unused] = index
    return columns


def cell_of(value: Any) -> Cell:
    """Return a property's value as a cell: nothing is "", what is nested is its JSON."""
    match value:
        case None:
            return ""
        case str() | bool() | int():
            return value
        case float():
            return value if math.isfinite(value) else ""
        case _:
            return json.dumps(value, ensure_ascii=False)


def check_size(layers: Sequence[Layer], name: str, limits: Limits) -> None:
    """Refuse a file with more features or properties than the limits allow.

    Raises:
        InputRefused: file.too_many_rows, file.too_many_columns.
    """
    if sum(len(layer.rows) for layer in layers) > limits.rows:
        raise InputRefused([finding("file.too_many_rows", name=name, limit=limits.rows)])
    width = max((len(layer.columns) for layer in layers), default=0)
    if width > limits.columns:
        told = finding("file.too_many_columns", name=name, count=width, limit=limits.columns)
        raise InputRefused([told])


def place_of_geometry(geometry: Any) -> Place | None:
    """Return the place of a GeoJSON geometry; None for none, an empty or a broken one."""
    if not isinstance(geometry, dict):
        return None
    coordinates = geometry.get("coordinates")
    if geometry.get("type") == "Point":
        return place_of_position(coordinates)
    several = isinstance(coordinates, list) and len(coordinates) > 1
    if geometry.get("type") == "MultiPoint" and coordinates and not several:
        return place_of_position(coordinates[0])
    return _place_in_shape(geometry)


def place_of_position(position: Any) -> Place | None:
    """Return the place of ``[x, y]`` or ``[x, y, height]``."""
    if not isinstance(position, list) or len(position) < 2:  # noqa: PLR2004 - x and y
        return None
    x, y = position[:2]
    if not _is_number(x) or not _is_number(y):
        return None
    return Place(float(x), float(y), f"{x}, {y}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _place_in_shape(geometry: dict[str, Any]) -> Place | None:
    """A point inside an area, on a line, or the first of several, whichever it is."""
    import shapely  # noqa: PLC0415 - most files hold points only
    from shapely.geometry import shape  # noqa: PLC0415

    try:
        inside = shape(geometry).representative_point()
        if inside.is_empty:
            return None
        x, y = float(inside.x), float(inside.y)
    except (
        shapely.errors.ShapelyError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
    ):
        return None
    if not (math.isfinite(x) and math.isfinite(y)):
        return None
    return Place(x, y, f"{geometry.get('type')} ({x:.6f}, {y:.6f})", stands_for_shape=True)
