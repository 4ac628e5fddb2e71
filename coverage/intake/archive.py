"""A zip file looked into with care: declared and real sizes, damage, passwords."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

from coverage.errors import InputRefused
from coverage.findings import finding
from coverage.intake.document import IN_WORDS, MEGABYTE, Kind, Limits

_DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, IndexError,
    KeyError, OverflowError, NotImplementedError, RuntimeError,
)  # fmt: skip
_MOST_PARTS = 20_000
_SUSPICIOUS_BYTES = 100 * MEGABYTE
_SUSPICIOUS_RATIO = 250  # sheets of numbers shrink 5 to 30 times, empty ones about 100 times
_PIECE_BYTES = 4 * MEGABYTE
_PROLOG_BYTES = 100_000
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCRYPTED = 0x1


class Archive:
    """The parts of a zip file. Every fault is a refusal that names the user's file.

    Raises:
        InputRefused: file.damaged, file.bomb, file.password.
    """

    def __init__(self, data: bytes, name: str, kind: Kind | None, limits: Limits) -> None:
        self.name, self.kind = name, kind
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            parts = self._zip.infolist()
        except _DAMAGE as fault:
            raise self.damaged() from fault
        self.parts = {part.filename: part for part in parts}
        total = sum(part.file_size for part in parts)
        suspicious = total > _SUSPICIOUS_BYTES and total > _SUSPICIOUS_RATIO * len(data)
        if total > limits.unpacked_bytes or suspicious or len(parts) > _MOST_PARTS:
            raise InputRefused([finding("file.bomb", name=name, size=size_text(total))])
        if any(part.flag_bits & _ENCRYPTED for part in parts):
            raise InputRefused([finding("file.password", name=name)])

    def damaged(self) -> InputRefused:
        """Return the refusal of a file that cannot be unpacked."""
        return damaged(self.name, self.kind)

    def read(self, part: str) -> bytes:
        """Return one part unpacked; never more than it declares."""
        return b"".join(self.pieces(part))

    def pieces(self, part: str, piece_bytes: int = _PIECE_BYTES) -> Iterator[bytes]:
        """Yield one part in pieces of a few megabytes."""
        try:
            with self._zip.open(self.parts[part]) as stream:
                while piece := stream.read(piece_bytes):
                    yield piece
        except _DAMAGE as fault:
            raise self.damaged() from fault

    def refuse_entities(self, parts: list[str]) -> None:
        """Refuse the file when one of its XML ``parts`` declares a DTD or an entity.

        A declaration stands before the root element: the beginning is enough.
        """
        for part in parts:
            refuse_entities(next(self.pieces(part, _PROLOG_BYTES), b""), self.name, part)


def refuse_entities(xml: bytes, name: str, part: str) -> None:
    """Refuse XML that declares a DTD or an entity, in UTF-8 or UTF-16.

    Raises:
        InputRefused: file.entities.
    """
    if _DOCTYPE.search(xml) or _DOCTYPE.search(xml[:4096].replace(b"\0", b"")):
        raise InputRefused([finding("file.entities", name=name, part=part)])


def damaged(name: str, kind: Kind | None) -> InputRefused:
    """Return the refusal of a damaged file; of a zip of unknown content when ``kind`` is None."""
    what, what_en = IN_WORDS[kind] if kind else ("tệp nén (.zip)", "a zip file")
    return InputRefused([finding("file.damaged", name=name, what=what, what_en=what_en)])


def size_text(size_bytes: int) -> str:
    """Return a size for a sentence: ``812 KB``, ``1.4 GB``."""
    for unit, bytes_each in (("GB", 1_000_000_000), ("MB", MEGABYTE), ("KB", 1_000)):
        if size_bytes >= bytes_each:
            return f"{size_bytes / bytes_each:.3g} {unit}"
    return f"{size_bytes} B"
