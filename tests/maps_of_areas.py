"""Files of service areas as operators export them, written by GDAL's own drivers."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyogrio
import shapely

from coverage.coordinates import to_vn2000

BOX = shapely.box(105.5, 18.1, 105.7, 18.3)
BOX_KM2 = 468.342
DRIVERS = {"gpkg": "GPKG", "shp": "ESRI Shapefile", "tab": "MapInfo File", "mif": "MapInfo File",
           "kml": "KML", "geojson": "GeoJSON"}  # fmt: skip


def a_map(
    folder: Path, shapes: Sequence[shapely.Geometry | None], crs: str | None = "EPSG:4326", *,
    kind: str = "gpkg", columns: Mapping[str, Sequence[object]] | None = None, layer: str = "vung",
) -> bytes:  # fmt: skip
    """The bytes of a map; a format of several files as the zip that holds them."""
    columns = columns or {"so": [str(place) for place in range(len(shapes))]}
    path = folder / f"{layer}.{kind}"
    wkbs = np.array([None if s is None else shapely.to_wkb(s) for s in shapes], dtype=object)
    kinds = {s.geom_type for s in shapes if s is not None}
    geometry = kinds.pop() if len(kinds) == 1 else "Unknown"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.raw.write(
            path, wkbs, [np.array(list(values), dtype=object) for values in columns.values()],
            list(columns), geometry_type=geometry, crs=crs, driver=DRIVERS[kind],
            **({"layer": layer} if kind == "gpkg" else {}),
        )  # fmt: skip
    files = sorted(folder.glob(f"{layer}.*"))
    if kind in {"gpkg", "kml", "geojson"}:
        content = path.read_bytes()
    else:
        content = zipped({file.name: file.read_bytes() for file in files})
    for file in files:
        file.unlink()
    return content


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """A zip of these parts."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()


def on_grid(shape: shapely.Geometry, epsg: int) -> shapely.Geometry:
    """A shape in metres of a grid."""
    return shapely.transform(shape, lambda xy: np.column_stack(to_vn2000(epsg, *xy.T)))


def exchanged(shape: shapely.Geometry) -> shapely.Geometry:
    """A shape with its two axes exchanged."""
    return shapely.transform(shape, lambda xy: xy[:, ::-1])
