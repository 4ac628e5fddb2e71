"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import text


def described(bench) -> dict[str, str]:
    """Return the machine and the versions that matter, with how busy it was at the start."""
    with bench.owner.connect() as connection:
        server = connection.execute(text("SHOW server_version")).scalar()
        postgis = connection.execute(text("SELECT postgis_lib_version()")).scalar()
    libraries = ("psycopg", "SQLAlchemy", "numpy", "scipy", "pyproj", "geopandas")
    return {
        "time": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{_processor()}, {os.cpu_count()} cores, {_memory_gb():.1f} GB,"
        f" {platform.system()} {platform.release()}",
        "load": " ".join(f"{load:.1f}" for load in os.getloadavg()),
        "software": f"Python {platform.python_version()}, PostgreSQL {server}, PostGIS {postgis}, "
        + ", ".join(f"{name} {version(name)}" for name in libraries),
    }


def _processor() -> str:
    for line in _lines("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory_gb() -> float:
    for line in _lines("/proc/meminfo"):
        if line.startswith("MemTotal"):
            return int(line.split()[1]) / 1e6
    return float("nan")


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []
