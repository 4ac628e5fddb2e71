"""The two files: a release package of one release, a record package of one record."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from coverage.dossier.ocds.merging import compiled
from coverage.dossier.ocds.release import release_of
from coverage.packages import Package, utc_text

RELEASE = "ocds-release.json"
RECORD = "ocds-record.json"

_EXTENSION = "https://raw.githubusercontent.com/open-contracting-extensions/ocds_{}_extension/{}/extension.json"
# The newest form of the first refers to a definition of yet another extension.
_VERSIONS = {"lots": "v1.1.5", "location": "master", "enquiry": "master"}


def write_release(package: Package, files: Mapping[str, bytes]) -> bytes:
    """Return the release package of this version; ``files`` are those that it lists."""
    releases = _former(package)
    release = release_of(package, files, compiled(releases) if releases else None)
    return _as_file(_head(package, RELEASE, [release]) | {"releases": [release]})


def write_record(package: Package, release_file: bytes) -> bytes:
    """Return the record package: every version's release, this one's last, and the compiled one."""
    releases = [*_former(package), *json.loads(release_file)["releases"]]
    record = {
        "ocid": releases[-1]["ocid"],
        "releases": releases,
        "compiledRelease": compiled(releases),
    }
    return _as_file(_head(package, RECORD, releases) | {"records": [record]})


def _former(package: Package) -> list[dict[str, Any]]:
    """The releases of the versions published before, oldest first."""
    return [release for file in package.former_releases for release in json.loads(file)["releases"]]


def _head(
    package: Package, file_name: str, releases: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    # Nobody promises an address for ever; a name made from the package's own stays the same.
    named = uuid.uuid5(uuid.NAMESPACE_URL, f"phusong:{package.file_name}/{file_name}")
    used = ["lots", "location"]
    if any("enquiries" in release["tender"] for release in releases):
        used.append("enquiry")
    return {
        "uri": named.urn,
        "version": "1.1",
        "extensions": [_EXTENSION.format(name, _VERSIONS[name]) for name in used],
        "publishedDate": utc_text(package.dated),
        "publisher": {"name": package.authority},
    }


def _as_file(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
