#!/usr/bin/env python3
"""Hold the OCDS files of a package against the public validator, without the internet.

    script/check.d/ocds_outside.py --validator VENV/bin/libcoveocds --schemas ../shared/data/ocds FILE…

The validator (libcoveocds, AGPL) is never in this project's environment: it is a program of its
own, in an environment of its own, and is started as one. What it would fetch is handed to it: the
standard as a ZIP made from ``SCHEMAS/schema``, the extensions from a server on 127.0.0.1, for
which the addresses in a copy of FILE are replaced. Folders of SCHEMAS beside ``schema`` are
extensions: ``lots``, ``location``, and ``enquiry`` when a package has answers (--more FOLDER).
FILE may be a package's ZIP. docs/ocds.md says more.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

EXTENSION = re.compile(r"https://raw\.githubusercontent\.com/[^/]+/ocds_(\w+)_extension/[^/]+/")
STANDARD = "https://standard.open-contracting.org/schema/1__1__5/"
VERSIONED_NAME = "versioned-release-validation-schema.json"
VERSIONED = STANDARD + VERSIONED_NAME
NAMES = ("ocds-release.json", "ocds-record.json")


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A file server that says nothing."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> int:
    """Check every file; 0 when the validator finds nothing in any of them."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--validator", type=Path, required=True)
    asked.add_argument("--schemas", type=Path, required=True)
    asked.add_argument("--more", type=Path, action="append", default=[], help="an extension")
    asked.add_argument("files", type=Path, nargs="+")
    options = asked.parse_args()
    folders = {path.name: path for path in (*options.schemas.iterdir(), *options.more)}
    worst = 0
    with tempfile.TemporaryDirectory() as made:
        work = Path(made)
        for name, folder in folders.items():
            shutil.copytree(folder, work / name)
            (work / name).chmod(0o755)
        drop_dangling(work, folders)
        handler = functools.partial(Quiet, directory=made)
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            address = f"http://127.0.0.1:{server.server_address[1]}"
            standard = standard_zip(work, address)
            for path, content in files_in(options.files):
                copy = work / "asked.json"
                copy.write_text(EXTENSION.sub(rf"{address}/\1/", content), encoding="utf-8")
                told = subprocess.run(
                    [options.validator, "--standard-zip", standard, copy],
                    stdout=subprocess.PIPE, text=True, check=True,
                ).stdout  # fmt: skip
                worst |= print_findings(path, json.loads(told))
            server.shutdown()
    return worst


def drop_dangling(work: Path, folders: Iterable[str]) -> None:
    """Take out what refers to a definition of an extension that was not handed in.

    The newest lots extension has one such field (submissionTerms); the validator would give up.
    """
    patches = {
        name: json.loads((work / name / "release-schema.json").read_text("utf-8"))
        for name in folders
    }
    known = {name for patch in patches.values() for name in patch.get("definitions", {})}
    for name, patch in patches.items():
        for definition in patch.get("definitions", {}).values():
            fields = definition.get("properties", {})
            for field in [*fields]:
                target = fields[field].get("$ref", "#/definitions/").removeprefix("#/definitions/")
                if target and target not in known:
                    print(f"{name}: without {field}, whose {target} no schema here defines")
                    del fields[field]
        written = work / name / "release-schema.json"
        written.chmod(0o644)
        written.write_text(json.dumps(patch), encoding="utf-8")


def standard_zip(work: Path, address: str) -> Path:
    """Pack the schemas as the standard's repository has them; references lead to ``address``."""
    packed = work / "standard.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("standard-1__1__5/", "")
        for path in sorted((work / "schema").rglob("*")):
            if path.is_file():
                content = path.read_text("utf-8")
                if path.name == "record-package-schema.json":
                    content = content.replace(VERSIONED, f"{address}/schema/{VERSIONED_NAME}")
                archive.writestr(
                    f"standard-1__1__5/schema/{path.relative_to(work / 'schema')}", content
                )
    return packed


def files_in(paths: list[Path]) -> Iterator[tuple[str, str]]:
    """Yield the OCDS files, out of the ZIP where one was named."""
    for path in paths:
        if path.suffix != ".zip":
            yield str(path), path.read_text(encoding="utf-8")
            continue
        with zipfile.ZipFile(path) as archive:
            for name in NAMES:
                yield f"{path}:{name}", archive.read(name).decode()


def print_findings(path: str, told: dict[str, object]) -> int:
    """Print what the validator found, of every kind; 1 when there is anything."""
    extensions = told.get("extensions") or {}
    found = {
        name: told.get(name)
        for name in (
            "validation_errors", "additional_fields", "deprecated_fields", "conformance_errors",
            "additional_closed_codelist_values", "additional_open_codelist_values",
            "additional_checks",
        )
    } | {"invalid_extension": extensions.get("invalid_extension")}  # fmt: skip
    print(
        f"{path}: OCDS {told.get('version_used')}, {told.get('count')} of {told.get('unique_ocids_count')} ocid"
    )
    for name, what in found.items():
        print(f"  {name}: {json.dumps(what, ensure_ascii=False)[:2000] if what else 0}")
    return int(any(found.values()))


if __name__ == "__main__":
    sys.exit(main())
