"""The ZIP around a package's files, written piece by piece by ourselves.

Its bytes depend on no library's version, and a check can hold them against a file without
making a second one. Entries are sorted and stored, not compressed.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime

from coverage.packages import VIETNAM_TIME

_LOCAL = struct.Struct("<4s2B4HL2L2H")
_CENTRAL = struct.Struct("<4s4B4HL2L5H2L")
_END = struct.Struct("<4s4H2LH")

_VERSION = 20  # of the format, as every program that reads ZIP knows it
_UNIX = 3
_READ_BY_ALL = 0o100644 << 16  # a plain file, rw-r--r--
_UTF8_NAME = 0x800
MOST_FILES = 0xFFFF


def container(files: Mapping[str, bytes], moment: datetime) -> bytes:
    """Return the ZIP of ``files``: sorted, stored, all dated ``moment`` in Vietnamese time."""
    return b"".join(pieces(files, moment))


def pieces(files: Mapping[str, bytes | memoryview], moment: datetime) -> Iterator[bytes]:
    """Yield the ZIP of ``files`` in pieces; a file's content is one of them, as it was given.

    Raises:
        struct.error: more or larger files than the format holds (65,535 files, 4 GB).
    """
    time, date = _dated(moment)
    directory, offset = [], 0
    for name in sorted(files):
        content = files[name]
        encoded = name.encode()
        told = (
            0 if name.isascii() else _UTF8_NAME, 0, time, date,
            zlib.crc32(content), len(content), len(content), len(encoded), 0,
        )  # fmt: skip
        yield _LOCAL.pack(b"PK\3\4", _VERSION, 0, *told) + encoded
        yield content  # type: ignore[misc]
        directory.append(
            _CENTRAL.pack(
                b"PK\1\2", _VERSION, _UNIX, _VERSION, 0, *told, 0, 0, 0, _READ_BY_ALL, offset
            )
            + encoded
        )
        offset += _LOCAL.size + len(encoded) + len(content)
    size = sum(map(len, directory))
    yield b"".join(directory)
    yield _END.pack(b"PK\5\6", 0, 0, len(directory), len(directory), size, offset, 0)


def _dated(moment: datetime) -> tuple[int, int]:
    """A moment as a ZIP tells it: time and date, to two seconds."""
    local = moment.astimezone(VIETNAM_TIME)
    return (
        local.hour << 11 | local.minute << 5 | local.second // 2,
        (local.year - 1980) << 9 | local.month << 5 | local.day,
    )
