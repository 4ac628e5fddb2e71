"""Private keys as files that only their owner reads, written whole or not at all.

``FILE.<fingerprint>.next`` is a key that is about to take the place of the one in ``FILE``: whoever
comes after somebody who was killed in between finds the right one there.
"""

from __future__ import annotations

import glob
import os
import stat
from pathlib import Path

from coverage.errors import SigningKeyUnusable

_FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_LONGEST = 10_000
_TOLD_APART = 16  # digits of a fingerprint


def read(path: Path) -> bytes | None:
    """Return a private key's file; None when there is none.

    Raises:
        SigningKeyUnusable: somebody else may read or change it, or it cannot be read.
    """
    try:
        with path.open("rb") as file:
            told = os.fstat(file.fileno())
            if not stat.S_ISREG(told.st_mode):
                raise SigningKeyUnusable("key_unreadable", path=path)
            if told.st_mode & _FOR_OTHERS or told.st_uid not in (os.geteuid(), 0):
                raise SigningKeyUnusable("key_open_to_others", path=path)
            return file.read(_LONGEST)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SigningKeyUnusable("key_unreadable", path=path) from error


def write(path: Path, fingerprint: str, content: bytes) -> None:
    """Keep a private key beside ``path``; it is the key only after :func:`settle`.

    Others that wait there were never the current key, or are not any more: they go.

    Raises:
        SigningKeyUnusable: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in path.parent.glob(f"{glob.escape(path.name)}.*.next"):
            left.unlink(missing_ok=True)
        # Made with its mode, so that there is no moment at which another could open it.
        handle = os.open(
            next_of(path, fingerprint),
            os.O_WRONLY | os.O_CREAT | os.O_EXCL,
            stat.S_IRUSR | stat.S_IWUSR,
        )
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise SigningKeyUnusable("key_unwritable", path=path) from error


def settle(path: Path, fingerprint: str) -> None:
    """Put the waiting key in the place of the one that was, which is then gone.

    Somebody who found it waiting may have done so already.

    Raises:
        SigningKeyUnusable: it cannot be put there.
    """
    try:
        next_of(path, fingerprint).replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        if isinstance(error, FileNotFoundError) and path.exists():
            return
        raise SigningKeyUnusable("key_unwritable", path=path) from error


def next_of(path: Path, fingerprint: str) -> Path:
    """Return where the key of this fingerprint waits to take the place of the one in ``path``."""
    return path.with_name(f"{path.name}.{fingerprint[:_TOLD_APART]}.next")
