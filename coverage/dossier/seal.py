"""The seal of a package: its files, their manifest and checksums in one ZIP, the same each time.

Entries are stored, not compressed: the bytes then depend on no compressor's version, and every
byte of the container can be held against what it must be.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from coverage.dossier import geopackage, listing, points, readme, workbook
from coverage.packages import CHECKSUMS, MANIFEST, VIETNAM_TIME, Package, manifest, sha256

Writer = Callable[[Package], bytes]

README = "DOC-TRUOC.txt"
WRITERS: Mapping[str, Writer] = {
    "danh-sach.csv": listing.write,
    "danh-sach.xlsx": workbook.write,
    "diem.geojson": points.write,
    "diem.gpkg": geopackage.write,
}
"""The files that every package has; the door hands in more (its map)."""

_READ_BY_ALL = 0o100644 << 16  # a plain file, rw-r--r--
_UNIX = 3


@dataclass(frozen=True, slots=True)
class Sealed:
    """A finished package file."""

    file_name: str
    content: bytes
    sha256: str
    manifest: Mapping[str, object]


def seal(package: Package, more_writers: Mapping[str, Writer]) -> Sealed:
    """Write every file of the package and seal them; the same package gives the same bytes."""
    files = {name: write(package) for name, write in {**WRITERS, **more_writers}.items()}
    files[README] = readme.write(package, [*files, MANIFEST, CHECKSUMS])
    listed = manifest(package, files)
    files[MANIFEST] = manifest_bytes(listed)
    files[CHECKSUMS] = checksums(files)
    content = container(files, package.dated)
    return Sealed(package.file_name, content, sha256(content), listed)


def manifest_bytes(listed: Mapping[str, object]) -> bytes:
    """Return a manifest as its file: sorted keys, one space of indent, UTF-8."""
    return (json.dumps(listed, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def checksums(files: Mapping[str, bytes]) -> bytes:
    """Return the list that ``sha256sum -c`` reads, of all ``files``."""
    return "".join(f"{sha256(files[name])}  {name}\n" for name in sorted(files)).encode()


def container(files: Mapping[str, bytes], moment: datetime) -> bytes:
    """Return the ZIP of ``files``: sorted, stored, all dated ``moment`` in Vietnamese time."""
    local = moment.astimezone(VIETNAM_TIME)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, local.timetuple()[:6])
            entry.external_attr = _READ_BY_ALL
            entry.create_system = _UNIX
            archive.writestr(entry, files[name])
    return content.getvalue()
