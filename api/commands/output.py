"""What a command writes: a JSON file that is exact, and human text with steps."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from coverage.errors import FileUnwritable, InputRefused
from coverage.findings import Finding

_REASONS = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EFBIG: "disk_full",
    errno.EACCES: "no_permission",
    errno.EPERM: "no_permission",
    errno.EROFS: "no_permission",
}

json_option = click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path),
    help="Ghi kết quả JSON vào tệp này.",
)  # fmt: skip


def number(value: float, decimals: int = 0) -> str:
    """Return a number as Vietnamese writes it, whatever the terminal: 1.464 and 4,21."""
    return f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


def write_json(path: Path | None, content: object) -> None:
    """Write ``content`` to ``path`` when one was given: UTF-8, in the order it has."""
    if path is not None:
        text = json.dumps(content, ensure_ascii=False, indent=1, default=str)
        path.write_text(text + "\n", encoding="utf-8")


@contextmanager
def refusal_in_json(
    file: Path, json_file: Path | None, told: Callable[[Finding], object] = Finding.as_json
) -> Iterator[None]:
    """Write the JSON all the same when a file is refused; ``told`` makes an object of a finding."""
    try:
        yield
    except InputRefused as refused:
        sha256 = ""
        if file.is_file():
            with file.open("rb") as content:
                sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        findings = [told(found) for found in refused.findings]
        write_json(
            json_file,
            {"file": file.name, "sha256": sha256, "status": "refused", "findings": findings},
        )
        click.echo(f"{file.name}:", err=True)
        raise


def write_whole(path: Path, content: bytes) -> Path:
    """Write ``content`` to ``path`` whole or not at all, and return the path.

    What stood there stays until the new file is on the disk; of a half one nothing is left.

    Raises:
        FileUnwritable: it cannot be written; the reason is named.
    """
    half = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with half.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except OSError as error:
        with suppress(OSError):
            half.unlink(missing_ok=True)
        raise FileUnwritable(path, _REASONS.get(error.errno or 0, "unwritable")) from error
    return path
