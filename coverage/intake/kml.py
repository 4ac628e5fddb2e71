"""Reads KML and KMZ: every Document and Folder with placemarks is a layer, however deep."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from coverage.intake.archive import Archive
from coverage.intake.document import Limits
from coverage.intake.encodings import Decoded, decode
from coverage.intake.layers import Layer, Place, check_size, place_of_geometry, place_of_position
from coverage.intake.markup import Element, parse

_CONTAINERS = {"Document", "Folder"}
_SHAPES = {"Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Track", "Model"}
_OWN = ("name", "description", "address", "phoneNumber")
_NUMBERS = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


def read_kml(data: bytes, name: str, limits: Limits) -> tuple[Decoded, list[Layer]]:
    """Read one KML; a placemark outside any named folder is in the layer named "".

    Raises:
        InputRefused: file.damaged, file.entities, file.too_many_rows, file.too_many_columns.
    """
    decoded = decode(data, name)
    layers = _Layers()
    parse(decoded.text, name, "Placemark", layers.placemark, containers=_CONTAINERS)
    found = [layer for layer in layers.found.values() if layer.rows]
    check_size(found, name, limits)
    return decoded, found


def read_kmz(archive: Archive, limits: Limits) -> tuple[Decoded, list[Layer]]:
    """Read every KML of a KMZ, its main one first.

    Raises:
        InputRefused: as :func:`read_kml`.
    """
    parts = [part for part in archive.parts if part.lower().endswith(".kml")]
    parts.sort(key=lambda part: (part != "doc.kml", part.count("/")))
    read = [read_kml(archive.read(part), archive.name, limits) for part in parts]
    layers = [layer for _, found in read for layer in found]
    check_size(layers, archive.name, limits)
    findings = tuple(told for decoded, _ in read for told in decoded.findings)
    return Decoded("", read[0][0].encoding, findings), layers


@dataclass(slots=True)
class _Layers:
    """Layers by the path of their folders; two of one name get their parents' names too."""

    found: dict[tuple[str, ...], Layer] = field(default_factory=dict)

    def placemark(self, element: Element, path: tuple[tuple[int, str], ...]) -> None:
        key = tuple(f"{number}" for number, _ in path)
        if key not in self.found:
            self.found[key] = Layer(self._unused_name([name for _, name in path]))
        self.found[key].add(_properties(element), _place(element))

    def _unused_name(self, names: Sequence[str]) -> str:
        taken = {layer.name for layer in self.found.values()}
        own = names[-1] if names else ""
        for start in range(len(names) - 1, -1, -1):
            if (joined := "/".join(filter(None, names[start:]))) not in taken:
                return joined
        number = 2
        while own in taken or not own:
            own = f"{names[-1] if names else ''} ({number})"
            number += 1
        return own


def _properties(placemark: Element) -> dict[str, Any]:
    """Own elements, ExtendedData of both kinds, and a table of pairs in the description."""
    properties: dict[str, Any] = {}
    for child in placemark.children:
        if child.name in _OWN:
            properties[child.name] = child.text.strip()
        elif child.name == "ExtendedData":
            for data in child.descend():
                if data.name == "Data":
                    value = next((part.text for part in data.children if part.name == "value"), "")
                    properties[data.attributes.get("name", "")] = value.strip()
                elif data.name in {"SimpleData", "SimpleArrayData"}:
                    properties[data.attributes.get("name", "")] = data.text.strip()
        elif child.name == "TimeStamp":
            properties["when"] = "".join(part.text for part in child.children).strip()
    description = properties.get("description", "")
    if "<td" in description.lower():
        pairs = _pairs_of_table(description)
        properties = {**properties, **{key: pairs[key] for key in pairs if key not in properties}}
    return properties


def _place(placemark: Element) -> Place | None:
    shapes = [child for child in placemark.children if child.name in _SHAPES]
    geometries = [geometry for shape in shapes if (geometry := _geometry(shape))]
    if not geometries:
        return None
    if geometries[0]["type"] == "Point":
        if (place := place_of_position(geometries[0]["coordinates"])) is None:
            return None
        raw = next((part.text for part in shapes[0].descend() if part.name == "coordinates"), "")
        return Place(place.x, place.y, raw.strip() or place.raw)
    return place_of_geometry(geometries[0])


def _geometry(shape: Element) -> dict[str, Any] | None:
    """A KML shape as GeoJSON; of several, all when they are of one kind, else the first."""
    positions = [
        [float(number) for number in numbers[:2]]
        for part in shape.descend()
        if part.name in {"coordinates", "coord"}
        for position in part.text.split()
        if len(numbers := _NUMBERS.findall(position)) > 1
    ]
    match shape.name:
        case "Point":
            return {"type": "Point", "coordinates": positions[0] if positions else None}
        case "LineString" | "LinearRing" | "Track":
            return {"type": "LineString", "coordinates": positions}
        case "Polygon":
            outer = next((part for part in shape.children if part.name == "outerBoundaryIs"), shape)
            ring = _geometry(Element("LineString", children=[outer]))
            return {"type": "Polygon", "coordinates": [ring["coordinates"] if ring else []]}
        case "MultiGeometry":
            inner = [found for part in shape.children if (found := _geometry(part))]
            if len(inner) == 1 or not inner:
                return inner[0] if inner else None
            return {"type": "GeometryCollection", "geometries": inner}
    return None


def _pairs_of_table(html: str) -> dict[str, str]:
    """Rows of two cells of a table in a description, as some map programs export attributes."""
    table = _Table()
    table.feed(html)
    return {row[0]: row[1] for row in table.rows if len(row) == 2 and row[0]}  # noqa: PLR2004


class _Table(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"} and self.rows:
            self.rows[-1].append("")
        self._open = tag in {"td", "th"} or (self._open and tag not in {"tr", "table"})

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th", "tr"}:
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._open and self.rows and self.rows[-1]:
            self.rows[-1][-1] = (self.rows[-1][-1] + data).strip()
