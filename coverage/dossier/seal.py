"""The seal of a package: files, manifest, checksums, signature in one ZIP, the same each time.

They nest: the manifest has the SHA-256 of every file (the public key's too), ``SHA256SUMS`` that
of every file and of the manifest, ``SHA256SUMS.sig`` is the signature over ``SHA256SUMS``. So one
signature covers every byte, and plain ``sha256sum`` and ``openssl`` check it.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from coverage.dossier import geopackage, index, kml, listing, ocds, points, readme, workbook
from coverage.dossier.container import container
from coverage.dossier.file_names import INDEX, README
from coverage.dossier.signing import Signer
from coverage.jobs import Telling, untold
from coverage.packages import (
    CHECKSUMS,
    KEY_FILE,
    MANIFEST,
    SIGNATURE,
    Package,
    manifest,
    sha256,
)

Writer = Callable[[Package], bytes]

WRITERS: Mapping[str, Writer] = {
    "danh-sach.csv": listing.write,
    "danh-sach.xlsx": workbook.write,
    "diem.geojson": points.write,
    "diem.gpkg": geopackage.write,
    "diem.kml": kml.write,
}
"""The files that every package has; the door hands in more (its map)."""

_WRITTEN_LAST = (README, INDEX, ocds.RELEASE, ocds.RECORD)  # they speak of the other files


@dataclass(frozen=True, slots=True)
class Sealed:
    """A finished package file; a draft has no signature and no fingerprint of a key."""

    file_name: str
    content: bytes
    sha256: str
    manifest: Mapping[str, object]
    signature: bytes | None = None
    key_fingerprint: str | None = None


def seal(
    package: Package, more_writers: Mapping[str, Writer], signer: Signer | None = None, *,
    told: Telling = untold,
) -> Sealed:  # fmt: skip
    """Write every file of the package and seal them; the same package gives the same bytes.

    ``told`` hears of each file before it is written (``files:`` and its name), then of ``seal``.

    Raises:
        ValueError: a draft is not signed.
    """
    if signer is not None and package.draft:
        raise ValueError("a draft is not signed")
    package = replace(package, key=signer.key if signer else None)
    writers = {**WRITERS, **more_writers}
    count, total = itertools.count(), len(writers) + len(_WRITTEN_LAST)

    def begin(name: str) -> str:
        told(f"files:{name}", next(count), total)
        return name

    files = {begin(name): write(package) for name, write in writers.items()}
    closing = [MANIFEST, CHECKSUMS]
    if package.key is not None:
        files[KEY_FILE] = package.key.pem.encode()
        closing.append(SIGNATURE)
    closing += [ocds.RELEASE, ocds.RECORD]
    files[begin(README)] = readme.write(package, [*files, INDEX, *closing])
    files[begin(INDEX)] = index.write(package, [*files, *closing])
    files[begin(ocds.RELEASE)] = ocds.write_release(package, dict(files))
    files[begin(ocds.RECORD)] = ocds.write_record(package, files[ocds.RELEASE])
    told("seal", 0, 0)
    listed = manifest(package, files)
    files[MANIFEST] = manifest_bytes(listed)
    files[CHECKSUMS] = checksums(files)
    signature = signer.sign(files[CHECKSUMS]) if signer else None
    if signature is not None:
        files[SIGNATURE] = signature
    content = container(files, package.dated)
    fingerprint = package.key.fingerprint if package.key else None
    return Sealed(package.file_name, content, sha256(content), listed, signature, fingerprint)


def manifest_bytes(listed: Mapping[str, object]) -> bytes:
    """Return a manifest as its file: sorted keys, one space of indent, UTF-8."""
    return (json.dumps(listed, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def checksums(files: Mapping[str, bytes]) -> bytes:
    """Return the list that ``sha256sum -c`` reads, of all ``files``."""
    return checksums_of({name: sha256(content) for name, content in files.items()})


def checksums_of(hashes: Mapping[str, str]) -> bytes:
    """Return the list that ``sha256sum -c`` reads, of hashes by name."""
    return "".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes)).encode()
