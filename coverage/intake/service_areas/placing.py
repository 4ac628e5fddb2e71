"""Where shapes lie in WGS 84: by the system that is given, stated, or proven by what lies inside.

Order: what the sender says; what the file states; what its name or a layer's states ("VN2000
KTT 105-30"); degrees are WGS 84. Metres without a system are on the grid on which the areas hold
the operator's own stations, if exactly one does; else the file is refused and the sender asked.
Two numbers exchanged are recognised by landing in the country only when exchanged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from coverage.coordinates import GRIDS, Extent, stated_crs, to_vn2000
from coverage.coordinates.meridians import PROVINCIAL_GRIDS
from coverage.coordinates.vn2000 import DEPRECATED_GRIDS
from coverage.errors import InputRefused
from coverage.findings import Finding, finding
from coverage.intake.crs import carry, is_wgs84
from coverage.intake.service_areas.opened import AreaLayer, Shapes

Floats = NDArray[np.float64]
WGS84 = "EPSG:4326"
_EPSG = re.compile(r"\s*(?:EPSG\s*:\s*)?(\d{4,6})\s*", re.IGNORECASE)
_HALF_TURN = 180.0
_MOSTLY = 0.5
_CANDIDATES = (*PROVINCIAL_GRIDS, 3405, 3406, 32648, 32649)
_ENOUGH_SITES = 10  # fewer stations prove nothing
_HELD = 0.85  # of the stations in reach, by the grid that is believed
_CLEARLY = 0.85  # of the best share, what the second may have at most
_SAID = 4  # grids named in a sentence


@dataclass(frozen=True, slots=True)
class Sites:
    """The operator's own stations on air, WGS 84 degrees; empty where no register is loaded."""

    longitudes: Floats
    latitudes: Floats

    @classmethod
    def none(cls) -> Sites:
        """No stations are known."""
        return cls(np.empty(0), np.empty(0))


@dataclass(frozen=True, slots=True)
class Placed:
    """A layer's shapes in WGS 84, what to call the system, and what has to be said of it."""

    shapes: Shapes
    label: str
    findings: tuple[Finding, ...]


def known_crs(written: str) -> str:
    """Return a reference system by its EPSG name: ``5899`` and ``epsg:5899`` are ``EPSG:5899``.

    Raises:
        InputRefused: service_area.crs_unknown.
    """
    code = _EPSG.fullmatch(written)
    crs = f"EPSG:{code[1]}" if code else written.strip()
    withdrawn = code is not None and int(code[1]) in DEPRECATED_GRIDS
    if withdrawn or (not is_wgs84(crs) and carry(crs, [105.0], [16.0]) is None):
        raise InputRefused([finding("service_area.crs_unknown", value=written, crs=written[:80])])
    return crs


def place(  # noqa: PLR0917 - what it is decided by
    layer: AreaLayer, shapes: Shapes, given: str | None, extent: Extent, sites: Sites, file: str
) -> Placed:
    """Return the shapes of a layer in WGS 84; ``shapes`` are areas, none empty.

    Raises:
        InputRefused: service_area.crs_unknown, crs_missing, crs_is_metres, outside_country.
    """
    middles = _middles(shapes)
    degrees = float(np.mean(np.abs(middles).max(axis=1) <= _HALF_TURN)) > _MOSTLY
    if given is not None:
        return _by(known_crs(given), layer, shapes, middles, extent, sites, given=True)
    stated = layer.crs
    if stated is not None and not is_wgs84(stated):
        placed = _by(stated, layer, shapes, middles, extent, sites, given=False)
        told = finding("service_area.crs_stated", layer=layer.prefix, crs=placed.label)
        return Placed(placed.shapes, placed.label, (told, *placed.findings))
    if degrees:
        placed = _by(WGS84, layer, shapes, middles, extent, sites, given=False)
        if stated is not None or layer.kind.value in {
            "geojson",
            "kml",
        }:  # theirs by their standards
            return placed
        told = finding("service_area.crs_assumed", layer=layer.prefix)
        return Placed(placed.shapes, placed.label, (told, *placed.findings))
    if stated is not None:
        raise InputRefused([_metres_as_degrees(layer, middles, extent, sites, shapes)])
    named = stated_crs([file, layer.name])
    if named is not None and named.crs is not None:
        placed = _by(named.crs, layer, shapes, middles, extent, sites, given=False)
        told = finding("service_area.crs_named", layer=layer.prefix, crs=placed.label)
        return Placed(placed.shapes, placed.label, (told, *placed.findings))
    return _by_sites(layer, shapes, middles, extent, sites)


def _by(  # noqa: PLR0917 - everything that decides
    crs: str, layer: AreaLayer, shapes: Shapes, middles: Floats, extent: Extent, sites: Sites,
    *, given: bool,
) -> Placed:  # fmt: skip
    """Carry the shapes by ``crs``, their numbers exchanged where only that lands in the country."""
    label, convert = _converter(crs)
    if convert is None:
        raise InputRefused([finding("service_area.crs_unknown", value=crs, crs=crs[:80])])
    if _share_inside(convert(middles), extent) > _MOSTLY:
        return Placed(_carried(shapes, convert), label, ())
    exchanged = convert(middles[:, ::-1])
    if _share_inside(exchanged, extent) > _MOSTLY:
        told = finding("service_area.axes_swapped", layer=layer.prefix, crs=label)
        return Placed(_carried(shapes, lambda pairs: convert(pairs[:, ::-1])), label, (told,))
    landed = convert(middles)
    raise InputRefused(
        [_outside(layer, landed, label, middles, shapes, extent, sites, given=given)]
    )


def _converter(crs: str) -> tuple[str, Callable[[Floats], Floats] | None]:
    """How to carry pairs of numbers to WGS 84, and the system's name for people."""
    if is_wgs84(crs):
        return "WGS 84", lambda pairs: pairs
    tried = carry(crs, [0.0], [0.0])
    if tried is None:
        return crs, None

    def convert(pairs: Floats) -> Floats:
        carried = carry(crs, pairs[:, 0].tolist(), pairs[:, 1].tolist())
        assert carried is not None  # noqa: S101 - it was tried
        return np.column_stack((carried.longitudes, carried.latitudes))

    return tried.label, convert


def _by_sites(
    layer: AreaLayer, shapes: Shapes, middles: Floats, extent: Extent, sites: Sites
) -> Placed:
    """Metres that nothing names: the one grid on which the areas hold the operator's stations."""
    tried = _tried(shapes, middles, extent, sites)
    if not tried:
        raise InputRefused([_cannot_place(layer, middles)])
    best, *others = tried
    second = others[0].share if others else 0.0
    proven = best.sites >= _ENOUGH_SITES and best.share >= _HELD
    if not proven or second > _CLEARLY * best.share:
        raise InputRefused([_which_grid(layer, middles, tried)])
    label, convert = _converter(GRIDS[best.epsg].crs)
    if convert is None:  # a grid of ours is always known
        raise InputRefused([_cannot_place(layer, middles)])
    told = finding(
        "service_area.crs_by_sites", layer=layer.prefix, crs=label,
        inside=best.inside, sites=best.sites,
    )  # fmt: skip
    swap = best.exchanged
    carried = _carried(shapes, lambda pairs: convert(pairs[:, ::-1] if swap else pairs))
    found = [told]
    if swap:
        found.append(finding("service_area.axes_swapped", layer=layer.prefix, crs=label))
    return Placed(carried, label, tuple(found))


@dataclass(frozen=True, slots=True)
class _Trial:
    """A grid on which the shapes land in the country, and how many stations they hold there."""

    epsg: int
    exchanged: bool
    inside: int
    sites: int

    @property
    def share(self) -> float:
        return self.inside / self.sites if self.sites else 0.0


def _tried(shapes: Shapes, middles: Floats, extent: Extent, sites: Sites) -> list[_Trial]:
    """Every grid that lands in the country, those that hold the most stations first."""
    tree = shapely.STRtree(shapes)
    west, south, east, north = shapely.total_bounds(shapes)
    trials = []
    for epsg in _CANDIDATES:
        _, convert = _converter(GRIDS[epsg].crs)
        if convert is None:
            continue
        for exchanged in (False, True):
            pairs = middles[:, ::-1] if exchanged else middles
            if _share_inside(convert(pairs), extent) <= _MOSTLY:
                continue
            xs, ys = to_vn2000(epsg, sites.longitudes, sites.latitudes)
            if exchanged:
                xs, ys = ys, xs
            near = (xs >= west) & (xs <= east) & (ys >= south) & (ys <= north)
            points = shapely.points(xs[near], ys[near])
            held = np.unique(tree.query(points, predicate="intersects")[0])
            trials.append(_Trial(epsg, exchanged, len(held), int(near.sum())))
    return sorted(trials, key=lambda trial: (-trial.share, -trial.inside))


def _metres_as_degrees(
    layer: AreaLayer, middles: Floats, extent: Extent, sites: Sites, shapes: Shapes
) -> Finding:
    grids, grids_en = _grid_names(_tried(shapes, middles, extent, sites))
    return finding(
        "service_area.crs_is_metres", layer=layer.prefix, sample=_sample(middles), grids=grids,
        grids_en=grids_en,
    )  # fmt: skip


def _outside(  # noqa: PLR0913, PLR0917 - everything that is told
    layer: AreaLayer, landed: Floats, label: str, middles: Floats, shapes: Shapes, extent: Extent,
    sites: Sites, *, given: bool,
) -> Finding:  # fmt: skip
    """The refusal of shapes beyond the country: where they land, and what system would not."""
    place_vi, place_en = _where(landed)
    degrees = np.abs(middles).max() <= _HALF_TURN
    grids = grids_en = "WGS 84 (EPSG:4326)"
    if not degrees:
        grids, grids_en = _grid_names(_tried(shapes, middles, extent, sites))
    source, source_en = (
        ("do người gửi khai", "given") if given else ("ghi trong tệp", "in the file")
    )
    return finding(
        "service_area.outside_country", layer=layer.prefix, crs=label, place=place_vi,
        place_en=place_en, sample=_sample(middles), grids=grids, grids_en=grids_en, source=source,
        source_en=source_en,
    )  # fmt: skip


def _cannot_place(layer: AreaLayer, middles: Floats) -> Finding:
    return finding("service_area.nowhere", layer=layer.prefix, sample=_sample(middles))


def _which_grid(layer: AreaLayer, middles: Floats, tried: Sequence[_Trial]) -> Finding:
    grids, grids_en = _grid_names(tried)
    return finding(
        "service_area.crs_missing", layer=layer.prefix, sample=_sample(middles), grids=grids,
        grids_en=grids_en,
    )  # fmt: skip


def _grid_names(tried: Sequence[_Trial]) -> tuple[str, str]:
    """The likeliest grids by name with the stations they hold, in Vietnamese and English."""
    both = []
    for sites in ("trạm nằm trong", "sites inside"):
        named = []
        for trial in tried[:_SAID]:
            grid = GRIDS[trial.epsg]
            held = f", {trial.inside}/{trial.sites} {sites}" if trial.sites else ""
            named.append(f"{grid.label} ({grid.crs}{held})")
        both.append(("; ".join(named) or "–") + ("; …" if len(tried) > _SAID else ""))
    return both[0], both[1]


def _middles(shapes: Shapes) -> Floats:
    bounds = shapely.bounds(shapes)
    return np.column_stack(((bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2))


def _share_inside(places: Floats, extent: Extent) -> float:
    longitudes, latitudes = places[:, 0], places[:, 1]
    inside = (
        (latitudes >= extent.south) & (latitudes <= extent.north)
        & (longitudes >= extent.west) & (longitudes <= extent.east)
    )  # fmt: skip
    return float(inside.mean())


def _carried(shapes: Shapes, convert: Callable[[Floats], Floats]) -> Shapes:
    carried: Shapes = shapely.transform(shapes, convert)
    return carried


def _sample(middles: Floats) -> str:
    x, y = middles[0]
    return f"{x:.10g}; {y:.10g}"


def _where(landed: Floats) -> tuple[str, str]:
    """The middle of where shapes land, in words."""
    on_earth = (np.abs(landed[:, 0]) <= _HALF_TURN) & (np.abs(landed[:, 1]) <= _HALF_TURN / 2)
    good = landed[on_earth]
    if not len(good):
        return "ngoài Trái Đất", "off the Earth"
    longitude, latitude = np.median(good, axis=0)
    return (
        f"vĩ độ {latitude:.3f}, kinh độ {longitude:.3f}",
        f"latitude {latitude:.3f}, longitude {longitude:.3f}",
    )
