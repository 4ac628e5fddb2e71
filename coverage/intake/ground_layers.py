"""A file of roads, power lines, schools or health posts, read to plain lines or points in WGS 84.

The file is opened and placed as a map of service areas is (in a child process; a reference system
is named, stated or asked for, never guessed). Of several layers the one that is asked for is
taken, else the only one whose shapes fit, else the one whose name speaks of the kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from coverage.coordinates import Extent
from coverage.distances import metres
from coverage.errors import InputRefused
from coverage.findings import Finding, finding
from coverage.intake.document import Limits, listed
from coverage.intake.service_areas.opened import AreaLayer, Shapes, open_layers
from coverage.intake.service_areas.placing import Sites, place
from coverage.layers import LayerKind, kinds_named

_POINTS, _LINES, _AREAS = (0, 4), (1, 2, 5), (3, 6)  # GEOS type ids; 2 is a closed ring
_COLLECTION = 7
_LONGEST_PIECE_M = 50_000.0  # nobody surveyed a line straight for longer
_TOLD_LAYERS = 8


@dataclass(frozen=True, slots=True)
class LayerReading:
    """How a file is to be read: ``crs`` and ``layer`` are what a person says, else None."""

    kind: LayerKind
    extent: Extent
    crs: str | None = None
    layer: str | None = None
    most_corners: int = 10_000_000


@dataclass(frozen=True, slots=True, eq=False)
class GroundLayer:
    """What was read. ``shapes`` are single lines or points with longitude first, each once.

    ``name`` is the layer's in the file, "" where it has none; ``features`` counts those of the
    file that were used; ``length_km`` is None for points; ``bounds`` are west, south, east, north.
    """

    kind: LayerKind
    name: str
    crs: str
    shapes: Shapes
    features: int
    length_km: float | None
    bounds: tuple[float, float, float, float]
    findings: tuple[Finding, ...]


def read_ground_layer(data: bytes, name: str, reading: LayerReading, limits: Limits) -> GroundLayer:
    """Read a ground layer of the kind that is asked for.

    Raises:
        InputRefused: families file, text and layer: it is no map, has nothing of the kind's
            shape, several layers that may be meant, or cannot be placed in the country.
    """
    try:
        return _read(data, name, reading, limits)
    except InputRefused as refused:
        raise InputRefused(_of_layers(refused.findings), file=name) from refused


def _read(data: bytes, name: str, reading: LayerReading, limits: Limits) -> GroundLayer:
    _, layers, found = open_layers(data, name, limits, values=False)
    kind = reading.kind
    layer, told = _chosen(layers, name, reading)
    found += told
    shapes = layer.shapes
    corners = int(shapely.get_num_coordinates(shapes).sum())
    if corners > reading.most_corners:
        raise _refused(
            found, "too_detailed", count=_grouped(corners), limit=_grouped(reading.most_corners)
        )
    fitting, told = _fitting(layer, shapes, kind)
    used = np.flatnonzero(~shapely.is_missing(fitting))
    if not len(used):
        raise _refused(found, "nothing_fits", name=name, **_words(kind))
    found += told
    placed = place(layer, fitting[used], reading.crs, reading.extent, Sites.none(), name)
    found += placed.findings
    parts, owner = shapely.get_parts(placed.shapes, return_index=True)
    kept, told = _usable(layer, parts, used[owner], reading)
    found += told
    if not kept.any():
        raise _refused(found, "nothing_left", name=name)
    parts, owner = parts[kept], owner[kept]
    parts, told = _once(layer, parts)
    found += told
    length_m = None
    if kind.of_lines:
        length_m, longest_m = _lengths(parts)
        if longest_m > _LONGEST_PIECE_M:
            found.append(_say("layer.long_piece", layer=layer.prefix, km=f"{longest_m / 1000:.0f}"))
    west, south, east, north = shapely.total_bounds(parts).tolist()
    return GroundLayer(
        kind, layer.name, placed.label, parts, len(np.unique(owner)),
        None if length_m is None else length_m / 1000, (west, south, east, north),
        tuple(_of_layers(found)),
    )  # fmt: skip


def _chosen(
    layers: Sequence[AreaLayer], name: str, reading: LayerReading
) -> tuple[AreaLayer, list[Finding]]:
    """The layer to read, and what has to be said of the choice."""
    kind = reading.kind
    filled = [layer for layer in layers if len(layer.shapes)]
    if not filled:
        raise _refused([], "no_features", name=name)
    if reading.layer is not None:
        asked = [layer for layer in filled if layer.name == reading.layer]
        if not asked:
            raise _refused([], "layer_unknown", asked=reading.layer, layers=_named(filled))
        return asked[0], _named_otherwise(asked[0].name, kind)
    fit = [layer for layer in filled if any(_fits(layer.shapes, kind))]
    if len(fit) <= 1:
        only = fit[0] if fit else filled[0]
        passed_over = [layer for layer in filled if layer is not only]
        told = _named_otherwise(only.name or name, kind)
        if passed_over:
            told.append(
                _say("layer.others_passed_over", layer=only.prefix, layers=_named(passed_over))
            )
        return only, told
    named = [layer for layer in fit if kind in kinds_named(layer.name)]
    if len(named) != 1:
        raise _refused([], "which_layer", count=len(fit), layers=_named(fit))
    others = _named([layer for layer in filled if layer is not named[0]])
    by_name = _say("layer.chosen_by_name", layer=named[0].prefix, layers=others, **_words(kind))
    return named[0], [by_name]


def _named(layers: Sequence[AreaLayer]) -> str:
    text = ", ".join(f"“{layer.name}”" for layer in layers[:_TOLD_LAYERS])
    return text + "…" if len(layers) > _TOLD_LAYERS else text


def _named_otherwise(text: str, kind: LayerKind) -> list[Finding]:
    """A warning where a name speaks of other things than the kind that is loaded."""
    named = kinds_named(text)
    if not named or kind in named:
        return []
    other = _words(min(named))
    return [
        _say(
            "layer.named_otherwise", text=text, other=other["what"], other_en=other["what_en"],
            **_words(kind),
        )
    ]  # fmt: skip


def _fits(shapes: Shapes, kind: LayerKind) -> Iterator[bool]:
    """Whether each shape may be of the kind; a school may be drawn as its ground."""
    ids = shapely.get_type_id(shapes)
    wanted = _LINES if kind.of_lines else (*_POINTS, *_AREAS)
    return iter(np.isin(ids, (*wanted, _COLLECTION)).tolist())


def _fitting(layer: AreaLayer, shapes: Shapes, kind: LayerKind) -> tuple[Shapes, list[Finding]]:
    """Every feature's lines or points, None where it has none; and what was left out."""
    flat = shapely.force_2d(shapes)
    ids = shapely.get_type_id(flat)
    nothing = shapely.is_missing(flat) | shapely.is_empty(flat)
    bounds = shapely.bounds(flat)
    nothing |= ~np.isfinite(bounds).all(axis=1)
    made: Shapes = np.full(len(flat), None, dtype=np.object_)
    plain = ~nothing & np.isin(ids, _LINES if kind.of_lines else _POINTS)
    made[plain] = flat[plain]
    for at in np.flatnonzero(~nothing & (ids == _COLLECTION)).tolist():
        made[at] = _inside(flat[at], kind)
    grounds = ~nothing & np.isin(ids, _AREAS)
    found = []
    if not kind.of_lines and grounds.any():
        made[grounds] = shapely.point_on_surface(flat[grounds])
        found.append(_told("layer.grounds", layer, np.flatnonzero(grounds), kind))
    other = ~nothing & shapely.is_missing(made)
    if nothing.any():
        found.append(_told("layer.empty", layer, np.flatnonzero(nothing), kind))
    if other.any():
        found.append(_told("layer.other_shapes", layer, np.flatnonzero(other), kind))
    return made, found


def _inside(collection: shapely.Geometry, kind: LayerKind) -> shapely.Geometry | None:
    """The lines or points of a collection however deep, as one shape; None without any."""
    parts = np.asarray([collection], dtype=np.object_)
    while (
        shapely.get_type_id(parts) >= _POINTS[1]
    ).any():  # every kind of several, and collections
        parts = shapely.get_parts(parts)
    wanted = parts[np.isin(shapely.get_type_id(parts), _LINES if kind.of_lines else _POINTS)]
    if not len(wanted):
        return None
    return (
        shapely.MultiLineString(list(wanted)) if kind.of_lines else shapely.MultiPoint(list(wanted))
    )


def _usable(
    layer: AreaLayer, parts: Shapes, features: NDArray[np.intp], reading: LayerReading
) -> tuple[NDArray[np.bool_], list[Finding]]:
    """Which parts have a length and touch the country's extent; ``features`` is beside each part."""
    found = []
    kept = np.asarray(np.isfinite(shapely.bounds(parts)).all(axis=1))
    if reading.kind.of_lines:
        without = kept & np.asarray(shapely.length(parts) == 0)
        if without.any():
            found.append(
                _told("layer.no_length", layer, np.unique(features[without]), reading.kind)
            )
        kept = kept & ~without
    extent = reading.extent
    box = shapely.box(extent.west, extent.south, extent.east, extent.north)
    away = kept & ~shapely.intersects(parts, box)
    if away.any():
        found.append(_told("layer.outside_some", layer, np.unique(features[away]), reading.kind))
    return kept & ~away, found


def _once(layer: AreaLayer, parts: Shapes) -> tuple[Shapes, list[Finding]]:
    """Each line or point once, whichever way it is drawn."""
    keys = shapely.to_wkb(shapely.normalize(parts))
    _, first = np.unique(keys.astype(np.object_), return_index=True)
    again = len(parts) - len(first)
    if not again:
        return parts, []
    told = _say("layer.doubles", layer=layer.prefix, count=again)
    return parts[np.sort(first)], [told]


def _lengths(parts: Shapes) -> tuple[float, float]:
    """The length of all lines together, and of their longest straight piece, in metres."""
    corners, owner = shapely.get_coordinates(parts, return_index=True)
    same = owner[1:] == owner[:-1]
    one, other = corners[:-1][same], corners[1:][same]
    apart = metres(one[:, 1], one[:, 0], other[:, 1], other[:, 0])
    return float(apart.sum()), float(apart.max())


def _told(rule: str, layer: AreaLayer, features: NDArray[np.intp], kind: LayerKind) -> Finding:
    numbers = (features + 1).tolist()
    return _say(rule, layer=layer.prefix, count=len(numbers), rows=listed(numbers), **_words(kind))


def _words(kind: LayerKind) -> dict[str, str]:
    """What to call the kind in a sentence, and the shape that it is drawn in."""
    what, what_en = {
        LayerKind.ROAD: ("đường giao thông", "roads"),
        LayerKind.POWER_LINE: ("đường dây điện", "power lines"),
        LayerKind.SCHOOL: ("trường học", "schools"),
        LayerKind.HEALTH_POST: ("trạm y tế", "health posts"),
    }[kind]
    shape, shape_en = ("đường", "lines") if kind.of_lines else ("điểm", "points")
    return {"what": what, "what_en": what_en, "shape": shape, "shape_en": shape_en}


def _refused(found: Sequence[Finding], rule: str, **facts: object) -> InputRefused:
    return InputRefused([*found, _say(f"layer.{rule}", **facts)])


def _say(rule: str, **facts: object) -> Finding:
    return replace(finding(rule), facts={name: str(fact) for name, fact in facts.items()})


def _of_layers(found: Sequence[Finding]) -> list[Finding]:
    """What is said of service areas when a map is opened and placed, said of a ground layer."""
    return [
        replace(one, rule=f"layer.{one.rule.removeprefix('service_area.')}")
        if one.rule.startswith("service_area.")
        else one
        for one in found
    ]


def _grouped(count: int) -> str:
    return f"{count:,}".replace(",", ".")
