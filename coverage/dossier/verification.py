"""Checking a package file: every file as its manifest says, every byte as the seal makes it."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from coverage.dossier.seal import checksums, container
from coverage.findings import Finding, finding
from coverage.packages import CHECKSUMS, FORMAT, MANIFEST, sha256

_LOCAL_HEADER = struct.Struct("<26x2H")  # the lengths of the name and of the extra field

_FIRST_ZIP_YEAR, _LAST_ZIP_YEAR = 1981, 2106  # what a ZIP can date, in any time zone


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check found; the package is whole when ``findings`` is empty.

    ``manifest`` is None when it could not be read.
    """

    sha256: str
    manifest: Mapping[str, object] | None
    findings: tuple[Finding, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing differs."""
        return not self.findings


def verify(content: bytes) -> Verification:
    """Check a package file; nothing in it is unpacked to a disk or decompressed."""
    digest = sha256(content)
    files = _entries(content)
    if isinstance(files, Finding):
        return Verification(digest, None, (files,))
    listed = _Listed.read(files.get(MANIFEST))
    if listed is None:
        broken = finding("package.manifest_unreadable", file=MANIFEST)
        return Verification(digest, None, (broken,))
    found = _against_manifest(files, listed) or _against_checksums(files)
    if not found and container(files, listed.moment) != content:
        found = [finding("package.container_changed")]
    return Verification(digest, listed.manifest, tuple(found))


def _entries(content: bytes) -> dict[str, bytes] | Finding:
    """The ZIP's files by name, or why there are none.

    The stored bytes are taken as they are, without the ZIP's own checksum: that one would only
    say that something is broken, the manifest says what.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError, struct.error):
        return finding("package.unreadable", reason="không phải tệp ZIP nguyên vẹn")
    files: dict[str, bytes] = {}
    for entry in entries:
        if entry.compress_type != zipfile.ZIP_STORED:
            # Ours are stored; what is compressed was zipped again, and may be a bomb.
            return finding("package.unreadable", reason=f"tệp {entry.filename} đã được nén lại")
        if entry.filename in files:
            return finding("package.unreadable", reason=f"có hai tệp cùng tên {entry.filename}")
        header = content[entry.header_offset :][: _LOCAL_HEADER.size]
        if len(header) < _LOCAL_HEADER.size:
            return finding("package.unreadable", reason=f"tệp {entry.filename} bị cắt cụt")
        start = entry.header_offset + _LOCAL_HEADER.size + sum(_LOCAL_HEADER.unpack(header))
        files[entry.filename] = content[start : start + entry.file_size]
    return files


@dataclass(frozen=True, slots=True)
class _Listed:
    """What a manifest promises: the SHA-256 of each file, and the moment of the container."""

    manifest: Mapping[str, object]
    hashes: Mapping[str, str]
    moment: datetime

    @classmethod
    def read(cls, content: bytes | None) -> _Listed | None:
        """Read a manifest; None when it is not one of ours."""
        try:
            manifest = json.loads(content or b"")
            if manifest["format"] != FORMAT:
                return None
            hashes = {str(entry["name"]): str(entry["sha256"]) for entry in manifest["files"]}
            moment = datetime.strptime(manifest["date"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except (KeyError, TypeError, ValueError, RecursionError):
            return None
        if not _FIRST_ZIP_YEAR <= moment.year <= _LAST_ZIP_YEAR:
            return None
        return cls(manifest, hashes, moment)


def _against_manifest(files: Mapping[str, bytes], listed: _Listed) -> list[Finding]:
    present = files.keys() - {MANIFEST, CHECKSUMS}
    missing = listed.hashes.keys() - present
    if CHECKSUMS not in files:
        missing |= {CHECKSUMS}
    changed = [
        (name, listed.hashes[name], sha256(files[name]))
        for name in sorted(present & listed.hashes.keys())
        if sha256(files[name]) != listed.hashes[name]
    ]
    return [
        *(finding("package.file_missing", file=name) for name in sorted(missing)),
        *(
            finding("package.file_extra", file=name)
            for name in sorted(present - listed.hashes.keys())
        ),
        *(
            finding("package.file_changed", file=name, expected=expected, found=read)
            for name, expected, read in changed
        ),
    ]


def _against_checksums(files: Mapping[str, bytes]) -> list[Finding]:
    """The other files are as the manifest says: is the manifest as the list of sums says?"""
    others = {name: content for name, content in files.items() if name != CHECKSUMS}
    if files[CHECKSUMS] == checksums(others):
        return []
    read = sha256(files[MANIFEST])
    for line in files[CHECKSUMS].decode("utf-8", "replace").splitlines():
        expected, _, name = line.partition("  ")
        if name == MANIFEST and expected != read:
            return [finding("package.file_changed", file=name, expected=expected, found=read)]
    return [finding("package.checksums_differ", file=CHECKSUMS)]
