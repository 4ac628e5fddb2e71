"""A package's manifest: what it is, what it was built from, and the hash of every file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

from coverage.packages.content import Package

FORMAT = "phusong-package/1"
MANIFEST = "manifest.json"
CHECKSUMS = "SHA256SUMS"
SIGNATURE = "SHA256SUMS.sig"
KEY_FILE = "khoa-cong-khai.pem"


def manifest(package: Package, files: Mapping[str, bytes]) -> dict[str, object]:
    """Return the manifest: what the package is, what it was built from, each file's SHA-256.

    ``files`` are all files but the manifest itself, the list of checksums and its signature:
    the list covers the manifest, the signature covers the list.
    """
    return {
        "format": FORMAT,
        "number": package.number,
        "version": package.version,
        "draft": package.draft,
        "marks": list(package.marks),
        "date": utc_text(package.dated),
        "authority": package.authority,
        "province": {"code": package.province_code, "name": package.province},
        "built_from": {
            "vintage": package.vintage.name,
            "approximate": package.vintage.approximate,
            "criteria_sets": [
                {"name": used.name, "document": used.document, "official": used.official}
                for used in package.criteria
            ],
        },
        "crs": {
            "geographic": "EPSG:4326",
            "projected": f"EPSG:{package.grid.epsg}" if package.grid else None,
        },
        "lots": [
            {
                "id": str(lot.id),
                "number": lot.number,
                "name": lot.name,
                "zones": len(lot.zones),
                "households": lot.households,
            }
            for lot in package.lots
        ],
        "totals": package.totals(),
        "signature": None
        if package.key is None
        else {
            "algorithm": "Ed25519",
            "file": SIGNATURE,
            "signed": CHECKSUMS,
            "key_file": KEY_FILE,
            "key_fingerprint": package.key.fingerprint,
            "key_address": package.key.address,
        },
        "files": [
            {"name": name, "size": len(files[name]), "sha256": sha256(files[name])}
            for name in sorted(files)
        ],
    }


def sha256(content: bytes | memoryview) -> str:
    """Return the SHA-256 of ``content`` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def utc_text(moment: datetime) -> str:
    """Return a moment as manifests write it: ``2026-11-23T04:05:06Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
