"""Reads GeoJSON as it is written: properties in their own order, features counted from 1."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from coverage.errors import InputRefused
from coverage.findings import finding
from coverage.intake.archive import damaged
from coverage.intake.document import Kind, Limits
from coverage.intake.encodings import Decoded, decode
from coverage.intake.layers import WGS84, Layer, check_size, place_of_geometry
from coverage.intake.signatures import OTHER_JSON

_EPSG = re.compile(r"EPSG:{1,2}(?:[\d.]*:)?(\d{4,6})\b", re.IGNORECASE)
_UNWRITABLE = re.compile(r"\\u(?:0000|d[89a-f])", re.IGNORECASE)
_GEOMETRIES = {
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
    "GeometryCollection",
}  # fmt: skip


def read_geojson(data: bytes, name: str, limits: Limits) -> tuple[Decoded, list[Layer]]:
    """Read a collection, one feature, or one feature a line, into one layer named "".

    Raises:
        InputRefused: file.damaged, file.wrong_type, file.too_many_rows, file.too_many_columns.
    """
    decoded = decode(data, name)
    found = _parsed(decoded.text, name)
    crs = _stated_crs(found[0]) if found and isinstance(found[0], dict) else WGS84
    layer = Layer("", crs)
    for feature in _features(found, name):
        properties = feature.get("properties")
        layer.add(
            properties if isinstance(properties, dict) else {},
            place_of_geometry(feature.get("geometry")),
        )
        if len(layer.rows) > limits.rows:
            break
    check_size([layer], name, limits)
    return decoded, [layer]


def _parsed(text: str, name: str) -> list[Any]:
    """The JSON values of a text: one, or one a line."""
    if _UNWRITABLE.search(text):
        return [_writable(value) for value in _loaded(text, name)]
    return _loaded(text, name)


def _writable(value: Any) -> Any:
    """A value without NUL and half surrogate pairs, which no other text may hold."""
    match value:
        case str():
            return value.replace("\0", "").encode("utf-8", "replace").decode()
        case dict():
            return {_writable(key): _writable(entry) for key, entry in value.items()}
        case list():
            return [_writable(entry) for entry in value]
        case _:
            return value


def _loaded(text: str, name: str) -> list[Any]:
    try:
        return [json.loads(text)]
    except RecursionError as fault:
        raise damaged(name, Kind.GEOJSON) from fault
    except ValueError:
        pass
    try:
        return [json.loads(line) for line in text.replace("\x1e", "").splitlines() if line.strip()]
    except (ValueError, RecursionError) as fault:
        raise damaged(name, Kind.GEOJSON) from fault


def _features(found: Iterable[Any], name: str) -> Iterable[dict[str, Any]]:
    """Every feature; anything that is none is a file of another kind."""
    for value in found:
        match value:
            case {"type": "FeatureCollection", "features": [*features]}:
                yield from _features(features, name)
            case {"type": "Feature"}:
                yield value
            case {"type": str(kind)} if kind in _GEOMETRIES:
                yield {"properties": {}, "geometry": value}
            case None:  # a hole in the list, still counted
                yield {}
            case _:
                raise InputRefused([_is_other_json(name)])


def _is_other_json(name: str) -> Any:
    send, send_en = OTHER_JSON.send
    return finding(
        "file.wrong_type",
        name=name, what=OTHER_JSON.what, what_en=OTHER_JSON.what_en, send=send, send_en=send_en,
    )  # fmt: skip


def _stated_crs(collection: dict[str, Any]) -> str | None:
    """The CRS of the old ``crs`` member; without one a GeoJSON is WGS 84 by its standard."""
    match collection.get("crs"):
        case None if "crs" not in collection:
            return WGS84
        case {"properties": {"name": str(stated)}}:
            if "CRS84" in stated:
                return WGS84
            epsg = _EPSG.search(stated)
            return f"EPSG:{epsg[1]}" if epsg else stated
        case {"type": "EPSG", "properties": {"code": int(code) | str(code)}}:
            return f"EPSG:{code}"
        case _:  # null: the standard of 2008 says that nothing can be assumed
            return None
