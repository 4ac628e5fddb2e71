"""Polygons of administrative units from a GeoPackage, a GeoJSON file or a folder of GeoJSON.

What comes out is in WGS 84, with composed names and digits-only codes; whether it can be true
is for :mod:`coverage.places.checking` to say. A file whose structure cannot be taken is refused
whole: nothing is skipped in silence.
"""

from __future__ import annotations

import re
import sqlite3
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from coverage.coordinates import GRIDS, geographic_to_wgs84, to_wgs84
from coverage.errors import InputRefused
from coverage.findings import Finding, finding
from coverage.places.approximate import as_multipolygon
from coverage.places.units import Level, Unit
from coverage.vietnamese import header_key, nfc, strip_unit_prefix, without_accents

Progress = Callable[[str], None]

WGS84 = 4326
_VN2000_GEOGRAPHIC = 4756
_HALF_TURN = 180
_SQLITE = b"SQLite format 3\x00"
_CODE_IN_NAME = re.compile(r"(\d+)(?:_|$)")

# What a column may be called, without accents, spaces and case; the level's own code comes first.
_COMMON_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "ten", "tendonvi", "tendvhc"),
    "full_name": ("fullname", "tendaydu", "hoten", "tenday"),
    "name_en": ("nameen", "tentienganh", "englishname"),
    "area_km2": ("areakm2", "dientich", "dientichkm2", "dtich", "dtichkm2"),
    "kind": ("type", "loai", "cap", "loaidonvi"),
}
_LEVEL_COLUMNS: Mapping[Level, Mapping[str, tuple[str, ...]]] = {
    Level.COMMUNE: {
        "code": ("code", "ma", "maxa", "mapx", "communecode", "wardcode", "madonvi", "madvhc"),
        "name": ("tenxa", "tenpx", "phuongxa", "xaphuong", "ward", "commune"),
        "province_code": ("provincecode", "matinh", "matp", "parentcode", "matinhthanhpho"),
    },
    Level.PROVINCE: {
        "code": ("code", "ma", "matinh", "matp", "provincecode", "madonvi", "madvhc"),
        "name": ("tentinh", "tinh", "tinhthanhpho", "province"),
    },
}


@dataclass(frozen=True, slots=True)
class _Layer:
    """One layer of one file: its columns, its shapes in the file's CRS, where it came from."""

    file: str
    columns: Mapping[str, NDArray[np.object_]]
    shapes: NDArray[np.object_]
    crs: str | None
    folder_code: str | None = None  # of the province folder around a file of one unit


def read_boundaries(path: Path, level: Level, progress: Progress = lambda _: None) -> list[Unit]:
    """Return the units of ``level`` that a file or a folder holds, by code.

    Raises:
        InputRefused: it is not such a file, is damaged, states no CRS, lacks a column, or
            holds a code twice or of the wrong length.
    """
    found: list[Unit] = []
    files = list(_files(path, level))
    if not files:
        raise InputRefused([finding("place.unreadable", file=path.name)])
    for number, file in enumerate(files, start=1):
        found.extend(_units(_layer(file, level, path), level))
        if number % 500 == 0:
            progress(f"Đã đọc {number}/{len(files)} tệp")
    problems = list(_code_problems(found, level, path.name))
    if problems:
        raise InputRefused(problems)
    return sorted(found, key=lambda unit: unit.code)


def _files(path: Path, level: Level) -> Iterator[Path]:
    """The file itself, or a folder's GeoJSON files but those named after another level's code."""
    if not path.is_dir():
        yield path
        return
    for file in sorted(path.rglob("*")):
        if file.suffix.lower() not in {".geojson", ".json"} or not file.is_file():
            continue
        named = _CODE_IN_NAME.match(file.stem)
        if named is None or len(named[1]) == level.code_digits:
            yield file


def _layer(path: Path, level: Level, top: Path) -> _Layer:
    try:
        with path.open("rb") as opened:
            start = opened.read(64)
    except OSError as error:
        raise InputRefused([finding("place.unreadable", file=path.name)]) from error
    is_geopackage = start.startswith(_SQLITE)
    if not is_geopackage and not start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        raise InputRefused([finding("place.unreadable", file=path.name)])
    if is_geopackage and not _is_whole(path):
        raise InputRefused([finding("place.damaged", file=path.name)])
    try:
        with warnings.catch_warnings():  # what GDAL mutters about is refused or taken, not shown
            warnings.simplefilter("ignore", RuntimeWarning)
            meta, _, shapes, values = pyogrio.raw.read(path, layer=_layer_name(path, level))
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pyogrio.errors.FeatureError,
        pyogrio.errors.FieldError,
        UnicodeDecodeError,
    ) as error:
        raise InputRefused([finding("place.damaged", file=path.name)]) from error
    if shapes is None:
        raise InputRefused([finding("place.no_polygons", file=path.name)])
    folder = _CODE_IN_NAME.match(path.relative_to(top).parts[0]) if path != top else None
    return _Layer(
        path.name, dict(zip(meta["fields"], values, strict=True)), shapely.from_wkb(shapes),
        meta["crs"], folder[1] if folder else None,
    )  # fmt: skip


def _is_whole(path: Path) -> bool:
    """Whether SQLite finds no damage: GDAL reads past a few kinds of it without a word."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as opened:  # fmt: skip
            return bool(opened.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False


def _layer_name(path: Path, level: Level) -> str:
    """The only layer with polygons, or the one whose name says the level."""
    layers = [
        str(name) for name, kind in pyogrio.list_layers(path) if kind is None or "Polygon" in kind
    ]
    if not layers:
        raise InputRefused([finding("place.no_polygons", file=path.name)])
    if len(layers) == 1:
        return layers[0]
    words = {Level.COMMUNE: ("commune", "ward", "xa"), Level.PROVINCE: ("province", "tinh")}
    named = [
        name for name in layers
        if any(word in header_key(without_accents(name)) for word in words.get(level, ()))
    ]  # fmt: skip
    if len(named) != 1:
        raise InputRefused([finding("place.layers", file=path.name, layers=", ".join(layers))])
    return named[0]


def _units(layer: _Layer, level: Level) -> Iterator[Unit]:
    columns = _understood(layer, level)
    for position, shape in enumerate(_in_wgs84(layer)):
        if shape is None or shape.is_empty or "Polygon" not in shape.geom_type:
            code = _text(columns["code"][position])
            raise InputRefused([finding("place.no_area", file=layer.file, code=code)])
        facts = {name: _text(column[position]) for name, column in columns.items()}
        kind, bare = strip_unit_prefix(facts.get("name") or facts.get("full_name", ""))
        full_name = facts.get("full_name") or _full_name(facts.get("kind") or kind or "", bare)
        code = _code(facts["code"], level)
        province = facts.get("province_code") or layer.folder_code or ""
        area = facts.get("area_km2") or ""
        yield Unit(
            level=level,
            code=code,
            name=bare,
            full_name=full_name,
            province_code=code if level is Level.PROVINCE else _code(province, Level.PROVINCE),
            name_en=facts.get("name_en") or without_accents(bare),
            area_km2=_number(area, layer.file, facts["code"]),
            point=None,
            area=as_multipolygon(shape) if shapely.is_valid(shape) else _raw_multipolygon(shape),
        )


def _understood(layer: _Layer, level: Level) -> dict[str, NDArray[np.object_]]:
    """The columns by what they hold.

    Raises:
        InputRefused: there is no column for the code, the name, or a commune's province.
    """
    keys = {header_key(without_accents(name)).replace(" ", ""): name for name in layer.columns}
    understood = {}
    own = _LEVEL_COLUMNS[level]
    for meaning in (*_COMMON_COLUMNS, "code", "province_code"):
        for synonym in (*own.get(meaning, ()), *_COMMON_COLUMNS.get(meaning, ())):
            if synonym in keys:
                understood[meaning] = layer.columns[keys[synonym]]
                break
    missing = [] if "code" in understood else ["code"]
    if not {"name", "full_name"} & understood.keys():
        missing.append("name")
    if level is Level.COMMUNE and not ("province_code" in understood or layer.folder_code):
        missing.append("province_code")
    if missing:
        present = ", ".join(layer.columns) or "–"
        raise InputRefused(
            [finding("place.columns", file=layer.file, missing=", ".join(missing), present=present)]
        )
    return understood


def _in_wgs84(layer: _Layer) -> NDArray[np.object_]:
    """The shapes in WGS 84 without heights.

    Raises:
        InputRefused: the file states no CRS, one that is not known, or degrees that are none.
    """
    try:
        stated = CRS.from_user_input(layer.crs)
    except CRSError:  # none at all, or a name that PROJ does not know
        raise InputRefused([finding("place.no_crs", file=layer.file)]) from None
    flat = shapely.force_2d(layer.shapes)
    code = stated.to_epsg()
    if code == WGS84 or layer.crs == "OGC:CRS84":
        if np.abs(shapely.total_bounds(flat)).max() > _HALF_TURN:
            # A GeoJSON that states nothing is in degrees; these are metres of some grid.
            raise InputRefused([finding("place.no_crs", file=layer.file)])
        return flat
    if code is not None and code in GRIDS:
        return _transformed(flat, partial(to_wgs84, code))
    if code == _VN2000_GEOGRAPHIC:
        return _transformed(flat, geographic_to_wgs84)
    transformer = Transformer.from_crs(stated, WGS84, always_xy=True)
    return _transformed(flat, transformer.transform)


def _transformed(
    shapes: NDArray[np.object_],
    convert: Callable[
        [NDArray[np.float64], NDArray[np.float64]],
        tuple[NDArray[np.float64], NDArray[np.float64]],
    ],
) -> NDArray[np.object_]:
    def convert_pairs(pairs: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(convert(pairs[:, 0], pairs[:, 1]))

    return shapely.transform(shapes, convert_pairs)


def _raw_multipolygon(shape: shapely.Geometry) -> shapely.MultiPolygon:
    """An invalid shape as it is: the check will say what is wrong with it."""
    parts = shapely.get_parts(shape)
    return shapely.MultiPolygon([part for part in parts if isinstance(part, shapely.Polygon)])


def _text(value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124 - an empty number is not a number
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(nfc(str(value)).split())


def _full_name(kind: str, bare: str) -> str:
    return f"{kind[:1].upper()}{kind[1:].lower()} {bare}" if kind else bare


def _code(text: str, level: Level) -> str:
    """The code with its leading zeros, which a column of numbers has lost."""
    return text.zfill(level.code_digits) if text.isascii() and text.isdigit() else text


def _code_problems(units: Sequence[Unit], level: Level, file: str) -> Iterator[Finding]:
    for unit in units:
        for code, of in ((unit.code, level), (unit.province_code, Level.PROVINCE)):
            if not (len(code) == of.code_digits and code.isascii() and code.isdigit()):
                yield finding(
                    "place.code_form", file=file, code=code, name=unit.full_name,
                    digits=of.code_digits,
                )  # fmt: skip
    for code, times in Counter(unit.code for unit in units).items():
        if times > 1:
            names = " / ".join(unit.full_name for unit in units if unit.code == code)
            yield finding("place.code_twice", file=file, code=code, times=times, names=names)


def with_points(units: Sequence[Unit]) -> list[Unit]:
    """Give every unit without a point one that surely lies inside its area."""
    inside = shapely.point_on_surface([unit.area for unit in units])
    return [
        unit if unit.point else replace(unit, point=(point.x, point.y))
        for unit, point in zip(units, inside, strict=True)
    ]


def _number(text: str, file: str, code: str) -> float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise InputRefused(
            [finding("place.area_number", file=file, code=code, read=text)]
        ) from None
