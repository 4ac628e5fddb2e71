"""Packages as forgers make them: files edited, sums mended, another key, another name."""

from __future__ import annotations

import functools
import io
import json
import zipfile
from dataclasses import replace
from datetime import datetime

from coverage.dossier.container import container
from coverage.dossier.seal import checksums, manifest_bytes, seal
from coverage.packages import CHECKSUMS, MANIFEST, SIGNATURE, sha256
from tests.builders import a_package
from tests.signed import a_signer

CLOSING = {MANIFEST, CHECKSUMS, SIGNATURE}


@functools.cache
def sealed(number=1):
    """A publication, signed with the test's key of this number."""
    writers = {"ban-do.html": lambda _: b"<!doctype html>"}
    return seal(replace(a_package(), draft=False), writers, a_signer(number))


@functools.cache
def draft():
    """The draft of the same package."""
    return seal(a_package(), {"ban-do.html": lambda _: b"<!doctype html>"})


def files_of(content):
    """The files of a ZIP by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def files(of=None):
    """The files of a publication, or of what else was sealed."""
    return files_of((of or sealed()).content)


def zipped(changed):
    """The ZIP of changed files, dated as their manifest says: what the seal would make."""
    return container(changed, datetime.fromisoformat(json.loads(changed[MANIFEST])["date"]))


def mended(changed, signer=None, **facts):
    """The files with manifest and sums made right again, signed anew when there is a signer."""
    manifest = json.loads(changed[MANIFEST]) | facts
    listed = sorted(changed.keys() - CLOSING)
    manifest["files"] = [
        {"name": name, "size": len(changed[name]), "sha256": sha256(changed[name])}
        for name in listed
    ]
    changed = changed | {MANIFEST: manifest_bytes(manifest)}
    summed = {name: changed[name] for name in [*listed, MANIFEST]}
    changed[CHECKSUMS] = checksums(summed)
    if signer is not None:
        changed[SIGNATURE] = signer.sign(changed[CHECKSUMS])
    return changed
