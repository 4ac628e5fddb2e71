"""Reading one file back out of a package's ZIP."""

from __future__ import annotations

import io
import zipfile


def file_in(content: bytes, name: str) -> bytes | None:
    """Return a file of a package by name, or None when the package has none."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name) if name in archive.namelist() else None
