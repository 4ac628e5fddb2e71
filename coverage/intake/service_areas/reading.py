"""A map of service areas, read from its bytes to one area per technology and level."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from coverage.coordinates import Extent
from coverage.errors import InputRefused
from coverage.findings import Finding, Severity, finding
from coverage.intake.document import Limits, listed, shown
from coverage.intake.service_areas import labels
from coverage.intake.service_areas.labels import Level
from coverage.intake.service_areas.landing import lands
from coverage.intake.service_areas.opened import AreaLayer, MapKind, Shapes, open_layers
from coverage.intake.service_areas.placing import Placed, Sites, place
from coverage.intake.service_areas.planned import planned_among
from coverage.intake.service_areas.shaping import (
    Usable,
    doubles,
    rectangles,
    repaired,
    surfaces_m2,
    union,
    usable,
    without,
)
from coverage.service_areas import ServiceArea
from coverage.towers import Technology

_TOLD_WORDS = 8


@dataclass(frozen=True, slots=True)
class ServiceAreaReading:
    """How a file is to be read, and what is known of the ground that it speaks of.

    ``technology`` and ``crs`` are what the sender says, None where the file is to say it; a level
    below ``weak_dbm`` is weak. ``provinces`` are the country's outlines by name and ``sites`` the
    operator's own stations per technology, both empty where nothing was loaded;
    ``most_vertices`` bounds what is worked on.
    """

    extent: Extent
    technology: Technology | None = None
    crs: str | None = None
    weak_dbm: float = -110.0
    provinces: Mapping[str, BaseGeometry] = field(default_factory=dict)
    sites: Mapping[Technology, Sites] = field(default_factory=dict)
    most_vertices: int = 5_000_000


@dataclass(frozen=True, slots=True)
class ServiceAreas:
    """What was read: the areas in order of technology and level, and what had to be said.

    ``form`` is what was understood of the file, ``crs`` the systems its layers were on.
    """

    crs: str
    form: Mapping[str, object]
    findings: tuple[Finding, ...]
    areas: tuple[ServiceArea, ...]

    @property
    def technologies(self) -> tuple[Technology, ...]:
        """The technologies that the file has areas of."""
        return tuple(dict.fromkeys(area.technology for area in self.areas))


@dataclass(slots=True)
class _Tally:
    """What is gathered while the layers are read."""

    reading: ServiceAreaReading
    file: str
    found: list[Finding] = field(default_factory=list)
    forms: list[dict[str, object]] = field(default_factory=list)
    systems: list[str] = field(default_factory=list)
    shapes: dict[tuple[Technology, bool], list[Shapes]] = field(
        default_factory=lambda: defaultdict(list)
    )


def read_service_areas(
    data: bytes, name: str, reading: ServiceAreaReading, limits: Limits
) -> ServiceAreas:
    """Read a file of service areas.

    Raises:
        InputRefused: families file, text and service_area: it is no map of areas, cannot be
            placed in the country, names no technology, or cannot be what it says.
    """
    kinds, layers, found = open_layers(data, name, limits)
    tally = _Tally(reading, name, list(found))
    everything = [layer for layer in layers if layer.rows]
    if not everything:
        raise InputRefused([*found, finding("service_area.no_features", name=name)])
    _must_be_few(everything, reading)
    named = [(layer, usable(layer)) for layer in everything]
    for _, areas in named:
        tally.found += areas.findings
    if not any(areas.places for _, areas in named):
        raise InputRefused([*tally.found, finding("service_area.no_areas", name=name)])
    for layer, areas in named:
        if areas.places:
            _take(layer, areas, tally)
    return _whole(kinds, tally)


def _must_be_few(layers: Sequence[AreaLayer], reading: ServiceAreaReading) -> None:
    vertices = sum(int(shapely.get_num_coordinates(layer.shapes).sum()) for layer in layers)
    if vertices > reading.most_vertices:
        limit = f"{reading.most_vertices:,}".replace(",", ".")
        count = f"{vertices:,}".replace(",", ".")
        raise InputRefused([finding("service_area.too_detailed", count=count, limit=limit)])


def _take(layer: AreaLayer, areas: Usable, tally: _Tally) -> None:
    """Label, place and repair one layer's areas."""
    technologies, technology_source = _technologies(layer, areas, tally)
    levels, level_source = _levels(layer, areas, tally)
    planned, told = planned_among(layer, areas.places, tally.file)
    tally.found += told
    chosen = [
        at for at in range(len(areas.places))
        if technologies[at] and levels[at] is not Level.NO_SERVICE and at not in planned
    ]  # fmt: skip
    form: dict[str, object] = {
        "layer": layer.name, "kind": layer.kind.value, "features": len(layer.rows),
        "technology_from": technology_source, "level_from": level_source,
    }  # fmt: skip
    tally.forms.append(form)
    if not chosen:
        return
    placed = _placed(layer, areas.shapes[chosen], tally)
    form["crs"] = placed.label
    tally.systems.append(placed.label)
    tally.found += placed.findings
    kept = repaired(layer, [areas.places[at] for at in chosen], placed.shapes)
    tally.found += kept.findings
    _tell_rectangles(layer, kept, tally)
    place_of = {areas.places[at]: at for at in chosen}
    groups: dict[tuple[Technology, bool], list[int]] = defaultdict(list)
    for position, feature in enumerate(kept.places):
        at = place_of[feature]
        for technology in technologies[at]:
            groups[technology, levels[at] is Level.WEAK].append(position)
    for key, members in groups.items():
        tally.shapes[key].append(kept.shapes[members])


def _placed(layer: AreaLayer, shapes: Shapes, tally: _Tally) -> Placed:
    """The shapes in WGS 84; a refusal carries what was found before it."""
    reading = tally.reading
    sites = _all_sites(reading)
    try:
        return place(layer, shapes, reading.crs, reading.extent, sites, tally.file)
    except InputRefused as refused:
        raise InputRefused([*tally.found, *refused.findings], file=tally.file) from refused


def _all_sites(reading: ServiceAreaReading) -> Sites:
    """The stations to prove a grid by: of the technology asked for, else all."""
    if reading.technology is not None and reading.technology in reading.sites:
        return reading.sites[reading.technology]
    if not reading.sites:
        return Sites.none()
    pairs = np.unique(
        np.concatenate(
            [np.column_stack((s.longitudes, s.latitudes)) for s in reading.sites.values()]
        ),
        axis=0,
    )
    return Sites(pairs[:, 0], pairs[:, 1])


def _technologies(
    layer: AreaLayer, areas: Usable, tally: _Tally
) -> tuple[list[tuple[Technology, ...]], str]:
    """Each area's technologies, and what said so; () where the area is not the one asked for.

    Raises:
        InputRefused: service_area.technology_missing, technology_absent.
    """
    asked = tally.reading.technology
    count = len(areas.places)
    column = labels.column_named(layer.columns, labels.TECHNOLOGY_COLUMNS)
    if column is not None:
        said = [labels.technology_of(layer.rows[place][column]) for place in areas.places]
        if any(said):
            return _of_column(layer, column, said, areas, tally)
    for text, source in ((layer.name, "layer"), (tally.file, "file")):
        named = labels.technologies_in(text)
        if not named:
            continue
        if asked is not None and asked not in named:
            tally.found.append(
                finding(
                    "service_area.technology_contradicted", layer=layer.prefix,
                    asked=asked.value, named=", ".join(named), text=text,
                )
            )  # fmt: skip
        elif asked is None:
            tally.found.append(
                finding(
                    "service_area.technology_read", layer=layer.prefix,
                    technologies=", ".join(named), text=text,
                )
            )  # fmt: skip
        return [(asked,) if asked is not None else named] * count, source
    if asked is None:
        raise InputRefused(
            [*tally.found, finding("service_area.technology_missing", layer=layer.prefix)]
        )
    return [(asked,)] * count, "sender"


def _of_column(
    layer: AreaLayer, column: int, said: list[tuple[Technology, ...]], areas: Usable, tally: _Tally
) -> tuple[list[tuple[Technology, ...]], str]:
    """Technologies by a column; those not asked for are passed over, unread ones told."""
    asked, heading = tally.reading.technology, layer.columns[column]
    unread = [areas.places[at] + 1 for at, each in enumerate(said) if not each]
    if unread:
        words = sorted({shown(layer.rows[row - 1][column]) or "∅" for row in unread})
        tally.found.append(
            finding(
                "service_area.technology_unread",
                heading=heading, layer=layer.prefix, column=heading,
                count=len(unread), rows=listed(unread), words="; ".join(words[:_TOLD_WORDS]),
            )
        )  # fmt: skip
    known = sorted({each for one in said for each in one})
    if asked is None:
        tally.found.append(
            finding(
                "service_area.technology_column", layer=layer.prefix, heading=heading,
                technologies=", ".join(known),
            )
        )  # fmt: skip
        return said, f"column {heading}"
    if asked not in known:
        raise InputRefused(
            [
                *tally.found,
                finding(
                    "service_area.technology_absent", layer=layer.prefix, heading=heading,
                    asked=asked.value, technologies=", ".join(known),
                ),
            ]
        )  # fmt: skip
    others = sum(asked not in each for each in said if each)
    if others:
        tally.found.append(
            finding(
                "service_area.others_passed_over", layer=layer.prefix, count=others,
                asked=asked.value,
            )
        )  # fmt: skip
    return [(asked,) if asked in each else () for each in said], f"column {heading}"


def _levels(layer: AreaLayer, areas: Usable, tally: _Tally) -> tuple[list[Level], str]:
    """Each area's level and what said so; strong where nothing speaks of levels."""
    columns = [
        place for place, text in enumerate(layer.columns)
        if labels.key_of(text) in labels.LEVEL_COLUMNS
    ]  # fmt: skip
    for column in columns:
        levels = _by_column(layer, column, areas, tally)
        if levels is not None:
            return levels, f"column {layer.columns[column]}"
    named = labels.column_named(layer.columns, frozenset({"name", "ten", "ten vung"}))
    if named is not None:
        levels = [labels.level_in(shown(layer.rows[at][named])) for at in areas.places]
        if any(level in {Level.WEAK, Level.NO_SERVICE} for level in levels):
            _tell_levels(layer, layer.columns[named], levels, areas, tally)
            return _read_levels(levels, Level.STRONG), f"column {layer.columns[named]}"
    for text, source in ((layer.name, "layer"), (tally.file.rsplit(".", 1)[0], "file")):
        level = labels.level_in(text)
        if level in {Level.WEAK, Level.NO_SERVICE}:
            _tell_levels(layer, text, [level] * len(areas.places), areas, tally)
            return [level] * len(areas.places), source
    return [Level.STRONG] * len(areas.places), ""


def _by_column(layer: AreaLayer, column: int, areas: Usable, tally: _Tally) -> list[Level] | None:
    """Levels by a column; None when none of its words says anything of a level."""
    heading = layer.columns[column]
    cells = [layer.rows[place][column] for place in areas.places]
    said = [labels.level_of(cell, heading, tally.reading.weak_dbm) for cell in cells]
    odd = [at for at, level in enumerate(said) if level in {None, Level.UNREAD}]
    words = sorted({shown(cells[at]) or "∅" for at in odd})
    if len(odd) == len(said):
        if any(said):
            tally.found.append(
                finding(
                    "service_area.level_column_unread", layer=layer.prefix, heading=heading,
                    words="; ".join(words[:_TOLD_WORDS]),
                )
            )  # fmt: skip
        return None
    if odd:
        rows = [areas.places[at] + 1 for at in odd]
        tally.found.append(
            finding(
                "service_area.level_unread", layer=layer.prefix, heading=heading,
                count=len(rows), rows=listed(rows), words="; ".join(words[:_TOLD_WORDS]),
            )
        )  # fmt: skip
    levels = _read_levels([level or Level.UNREAD for level in said], Level.WEAK)
    _tell_levels(layer, heading, levels, areas, tally)
    return levels


def _read_levels(levels: Sequence[Level], unread: Level) -> list[Level]:
    return [unread if level is Level.UNREAD else level for level in levels]


def _tell_levels(
    layer: AreaLayer, source: str, levels: Sequence[Level], areas: Usable, tally: _Tally
) -> None:
    weak = sum(level is Level.WEAK for level in levels)
    none = [areas.places[at] + 1 for at, level in enumerate(levels) if level is Level.NO_SERVICE]
    if weak:
        tally.found.append(
            finding(
                "service_area.levels_read", layer=layer.prefix, source=source, weak=weak,
                strong=len(levels) - weak - len(none),
            )
        )  # fmt: skip
    if none:
        tally.found.append(
            finding(
                "service_area.no_service", layer=layer.prefix, source=source, count=len(none),
                rows=listed(none),
            )
        )  # fmt: skip


def _tell_rectangles(layer: AreaLayer, kept: Usable, tally: _Tally) -> None:
    for position, province in rectangles(kept.shapes, tally.reading.provinces):
        tally.found.append(
            finding(
                "service_area.rectangle", layer=layer.prefix, row=kept.places[position] + 1,
                province=province or "cả một vùng rộng", province_en=province or "a wide region",
            )
        )  # fmt: skip


def _whole(kinds: Sequence[MapKind], tally: _Tally) -> ServiceAreas:
    """The areas of all layers together, and the checks of the whole.

    Raises:
        InputRefused: nothing is left, or the areas cannot be the operator's.
    """
    strong: dict[Technology, shapely.MultiPolygon] = {}
    areas = []
    for technology, weak in sorted(tally.shapes):
        shapes = np.concatenate(tally.shapes[technology, weak])
        if not len(shapes):
            continue
        again = doubles(shapes)
        if again:
            tally.found.append(
                finding("service_area.doubles", technology=technology.value, count=len(again))
            )
            shapes = np.delete(shapes, again)
        area = union(shapes)
        if weak and technology in strong:
            area = without(area, strong[technology])
        elif not weak:
            strong[technology] = area
        if area.is_empty:
            continue
        size_m2 = float(surfaces_m2(np.array([area], dtype=np.object_))[0])
        areas.append(ServiceArea(technology, weak, area, size_m2 / 1e6, len(shapes)))
    if not areas:
        raise InputRefused([*tally.found, finding("service_area.nothing_left", name=tally.file)])
    tally.found += lands(areas, tally.reading.provinces, tally.reading.sites)
    if any(found.severity is Severity.ERROR for found in tally.found):
        raise InputRefused(tally.found, file=tally.file)
    return ServiceAreas(
        ", ".join(dict.fromkeys(tally.systems)),
        {"kinds": [kind.value for kind in kinds], "layers": tally.forms},
        tuple(tally.found),
        tuple(areas),
    )
