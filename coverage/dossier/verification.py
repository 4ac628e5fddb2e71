"""Checking a package: every file as its manifest says, every byte as the seal makes it, signed.

What this says is about the file alone. Whether the key that signed is the authority's, and
whether this is the newest version, only somebody else can tell: ``coverage.actions.package_checks``.
"""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from coverage.dossier.container import pieces
from coverage.dossier.file_names import README
from coverage.dossier.seal import checksums_of
from coverage.dossier.signing import KeyUnreadable, PublicKey
from coverage.findings import Finding, Severity, finding
from coverage.packages import (
    CHECKSUMS,
    DRAFT_MARK,
    FORMAT,
    KEY_FILE,
    MANIFEST,
    SIGNATURE,
    file_name,
    sha256,
)

Content = bytes | memoryview
Files = Mapping[str, Content]

_LOCAL_HEADER = struct.Struct("<26x2H")  # the lengths of the name and of the extra field
_FIRST_ZIP_YEAR, _LAST_ZIP_YEAR = 1981, 2106  # what a ZIP can date, in any time zone
_LONGEST_MANIFEST = 20_000_000
_OUR_NAME = re.compile(r".+_v\d+(_du-thao)?\.zip")


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check found; the package is whole when no finding is an error.

    ``manifest`` is None when it could not be read; ``fingerprint`` is that of the package's own
    key when its signature holds. ``sha256`` is the ZIP's, also when its files came in a folder.
    """

    sha256: str
    manifest: Mapping[str, object] | None
    findings: tuple[Finding, ...]
    fingerprint: str | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong; a warning may say that something was not compared."""
        return not any(found.severity is Severity.ERROR for found in self.findings)

    @property
    def draft(self) -> bool:
        """Whether it says of itself that it is a draft."""
        return self.manifest is not None and self.manifest["draft"] is True


def verify(content: Content, name: str | None = None) -> Verification:
    """Check a package file, of this ``name`` if it has one.

    Nothing in it is unpacked to a disk, decompressed or copied.
    """
    digest = sha256(content)
    files = _entries(content)
    if isinstance(files, Finding):
        return Verification(digest, None, (files,))
    listed = _Listed.read(files.get(MANIFEST))
    if listed is None:
        return Verification(digest, None, (finding("package.manifest_unreadable", file=MANIFEST),))
    found, fingerprint = _checked(files, listed)
    if not found and not _is_container(content, files, listed.moment):
        found = [finding("package.container_changed")]
    if not found:
        found = _against_name(listed, name)
    return Verification(digest, listed.manifest, tuple(found), None if found else fingerprint)


def verify_files(files: Files) -> Verification:
    """Check the files of an unpacked package, by name; the ZIP they came from is made again."""
    listed = _Listed.read(files.get(MANIFEST))
    if listed is None:
        broken = finding("package.manifest_unreadable", file=MANIFEST)
        return Verification("", None, (broken,))
    found, fingerprint = _checked(files, listed)
    digest = "" if found else sha256(b"".join(pieces(files, listed.moment)))
    return Verification(digest, listed.manifest, tuple(found), None if found else fingerprint)


def _entries(content: Content) -> dict[str, Content] | Finding:
    """The ZIP's files by name, or why there are none.

    The stored bytes are taken as they are, without the ZIP's own checksum: that one would only
    say that something is broken, the manifest says what.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError, struct.error):
        return finding("package.unreadable", reason="không phải tệp ZIP nguyên vẹn")
    if sum(entry.file_size for entry in entries) > len(content):
        # Entries that share their bytes would be a bomb without any compression.
        return finding("package.unreadable", reason="các tệp bên trong chồng lên nhau")
    files: dict[str, Content] = {}
    whole = memoryview(content)
    for entry in entries:
        if entry.compress_type != zipfile.ZIP_STORED:
            # Ours are stored; what is compressed was zipped again, and may be a bomb.
            return finding("package.unreadable", reason=f"tệp {entry.filename} đã được nén lại")
        if entry.filename in files:
            return finding("package.unreadable", reason=f"có hai tệp cùng tên {entry.filename}")
        header = whole[entry.header_offset :][: _LOCAL_HEADER.size]
        if len(header) < _LOCAL_HEADER.size:
            return finding("package.unreadable", reason=f"tệp {entry.filename} bị cắt cụt")
        start = entry.header_offset + _LOCAL_HEADER.size + sum(_LOCAL_HEADER.unpack(header))
        files[entry.filename] = whole[start : start + entry.file_size]
    return files


@dataclass(frozen=True, slots=True)
class _Listed:
    """What a manifest promises: size and SHA-256 of each file, and the moment of the container."""

    manifest: Mapping[str, object]
    files: Mapping[str, tuple[int, str]]
    moment: datetime
    own_name: str

    @classmethod
    def read(cls, content: Content | None) -> _Listed | None:
        """Read a manifest; None when it is not one of ours."""
        try:
            manifest = json.loads(bytes(content or b"")[:_LONGEST_MANIFEST])
            number, version, draft = (manifest[name] for name in ("number", "version", "draft"))
            if (manifest["format"], type(number), type(version), type(draft)) != (
                FORMAT, str, int, bool,
            ):  # fmt: skip
                return None
            files = {
                str(entry["name"]): (int(entry["size"]), str(entry["sha256"]))
                for entry in manifest["files"]
            }
            moment = datetime.strptime(manifest["date"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except (KeyError, TypeError, ValueError, OverflowError, RecursionError):
            return None
        if not _FIRST_ZIP_YEAR <= moment.year <= _LAST_ZIP_YEAR:
            return None
        return cls(manifest, files, moment, file_name(number, version, draft=draft))

    @property
    def draft(self) -> bool:
        """Whether it says that it is a draft."""
        return self.manifest["draft"] is True


def _checked(files: Files, listed: _Listed) -> tuple[list[Finding], str | None]:
    """What is wrong with the files; and the fingerprint of the key whose signature holds."""
    hashes = {name: sha256(content) for name, content in files.items()}
    found = _against_manifest(files, hashes, listed) or _against_checksums(files, hashes)
    if found:
        return found, None
    if not listed.draft and _shows_draft(files, listed):
        return [finding("package.draft_as_published")], None
    if listed.draft:
        return [], None
    return _against_signature(files, listed)


def _against_manifest(files: Files, hashes: Mapping[str, str], listed: _Listed) -> list[Finding]:
    signed = set() if listed.draft or listed.manifest.get("signature") is None else {SIGNATURE}
    present = files.keys() - {MANIFEST, CHECKSUMS} - signed
    missing = listed.files.keys() - present
    if CHECKSUMS not in files:
        missing |= {CHECKSUMS}
    both = sorted(present & listed.files.keys())
    return [
        *(finding("package.file_missing", file=name) for name in sorted(missing)),
        *(finding("package.file_extra", file=name) for name in sorted(present - listed.files.keys())),
        *(
            finding(
                "package.file_changed", file=name, expected=listed.files[name][1], found=hashes[name]
            )
            for name in both
            if hashes[name] != listed.files[name][1]
        ),
        *(
            finding("package.size_differs", file=name, expected=listed.files[name][0],
                    found=len(files[name]))
            for name in both
            if hashes[name] == listed.files[name][1] and len(files[name]) != listed.files[name][0]
        ),
    ]  # fmt: skip


def _against_checksums(files: Files, hashes: Mapping[str, str]) -> list[Finding]:
    """The other files are as the manifest says: is the manifest as the list of sums says?"""
    summed = {name: one for name, one in hashes.items() if name not in {CHECKSUMS, SIGNATURE}}
    if files[CHECKSUMS] == checksums_of(summed):
        return []
    for line in bytes(files[CHECKSUMS]).decode("utf-8", "replace").splitlines():
        expected, _, name = line.partition("  ")
        if name == MANIFEST and expected != hashes[MANIFEST]:
            return [
                finding(
                    "package.file_changed", file=name, expected=expected, found=hashes[MANIFEST]
                )
            ]
    return [finding("package.checksums_differ", file=CHECKSUMS)]


def _against_signature(files: Files, listed: _Listed) -> tuple[list[Finding], str | None]:
    if SIGNATURE not in files or KEY_FILE not in files:
        return [finding("package.signature_missing", file=SIGNATURE)], None
    try:
        key = PublicKey.read(bytes(files[KEY_FILE]))
    except KeyUnreadable:
        return [finding("package.key_unreadable", file=KEY_FILE)], None
    if not key.signed(bytes(files[CHECKSUMS]), bytes(files[SIGNATURE])):
        return [finding("package.signature_wrong", file=SIGNATURE, signed=CHECKSUMS)], None
    told = listed.manifest["signature"]
    if not isinstance(told, dict) or told.get("key_fingerprint") != key.fingerprint:
        return [finding("package.key_mixed", file=KEY_FILE, manifest=MANIFEST)], None
    return [], key.fingerprint


def _shows_draft(files: Files, listed: _Listed) -> bool:
    """Whether the content is a draft's, whatever the manifest says."""
    marks = listed.manifest.get("marks")
    read_me = bytes(files.get(README, b""))
    return (isinstance(marks, list) and DRAFT_MARK in marks) or (
        f"*** {DRAFT_MARK} ***".encode() in read_me
    )


def _is_container(content: Content, files: Files, moment: datetime) -> bool:
    """Tell whether ``content`` is, byte for byte, the ZIP that the seal makes of ``files``."""
    whole, place = memoryview(content), 0
    try:
        for piece in pieces(files, moment):
            if whole[place : place + len(piece)] != piece:
                return False
            place += len(piece)
    except struct.error:
        return False
    return place == len(whole)


def _against_name(listed: _Listed, name: str | None) -> list[Finding]:
    """A file that bears the name of another package, another version or a publication."""
    if name is None or name == listed.own_name or not _OUR_NAME.fullmatch(name):
        return []
    if listed.draft and name == listed.own_name.replace("_du-thao", ""):
        return [finding("package.draft_as_published")]
    return [finding("package.name_differs", file=name, own=listed.own_name)]
