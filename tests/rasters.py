"""Writes GeoTIFF rasters of heights for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.transform import Affine


def write_raster(
    path: Path,
    heights: NDArray[Any],
    transform: Affine,
    crs: str | None = "EPSG:4326",
    *,
    unit: str | None = None,
    nodata: float | None = None,
    **options: Any,
) -> Path:
    """Write one band, or several when ``heights`` has three dimensions."""
    bands = heights if heights.ndim == 3 else heights[np.newaxis]
    with rasterio.open(
        path, "w", driver="GTiff", width=bands.shape[2], height=bands.shape[1],
        count=bands.shape[0], dtype=bands.dtype, crs=crs, transform=transform, nodata=nodata,
        **options,
    ) as raster:  # fmt: skip
        raster.write(bands)
        if unit is not None:
            raster.units = (unit,) * bands.shape[0]
    return path


def north_up(west: float, north: float, pixel: float) -> Affine:
    """The transform of a raster whose first row is the northernmost."""
    return Affine(pixel, 0, west, 0, -pixel, north)


def of_degrees(  # noqa: PLR0917 - a figure each
    path: Path, west: float, south: float, side: float, pixel: float, height: Any, **options: Any
) -> Path:
    """A square in degrees; ``height`` takes arrays of longitude and latitude at pixels' middles."""
    count = round(side / pixel)
    middles = (np.arange(count) + 0.5) * pixel
    lon, lat = np.meshgrid(west + middles, south + side - middles)
    heights = np.asarray(height(lon, lat), dtype=options.pop("dtype", np.float32))
    return write_raster(path, heights, north_up(west, south + side, pixel), **options)
