"""Handing out one file: its tag, the parts a broken download asks for again (RFC 9110 §14)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from api.refusals import RangeUnsatisfiable

_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def attachment(name: str) -> dict[str, str]:
    """Return the header by which a browser keeps an answer as a file of this name."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A file that never changes under its SHA-256."""

    name: str
    media_type: str
    sha256: str
    size: int

    def headers(self) -> dict[str, str]:
        """Return the headers of every answer about the file."""
        return {
            "ETag": f'"{self.sha256}"',
            "Accept-Ranges": "bytes",
            **attachment(self.name),
            # Whoever holds the file may keep it, and must ask whether they may still see it.
            "Cache-Control": "private, no-cache",
        }


def unchanged(request: Request, file: HandedOut) -> Response | None:
    """Return the answer 304 when the asker holds this very file."""
    held = request.headers.get("If-None-Match", "")
    tags = [tag.strip().removeprefix("W/") for tag in held.split(",")]
    if held.strip() == "*" or f'"{file.sha256}"' in tags:
        return Response(status_code=304, headers=file.headers())
    return None


def part_of(request: Request, file: HandedOut, content: bytes) -> Response:
    """Return the whole file or the one part that is asked for.

    Raises:
        RangeUnsatisfiable: the part lies outside.
    """
    headers = file.headers()
    asked = _ONE_RANGE.fullmatch(request.headers.get("Range", "").strip())
    same = request.headers.get("If-Range", headers["ETag"]) == headers["ETag"]
    if asked is None or asked.groups() == ("", "") or not same:
        return Response(content, media_type=file.media_type, headers=headers)
    first, last = _bounds(asked[1], asked[2], len(content))
    headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
    return Response(content[first : last + 1], 206, media_type=file.media_type, headers=headers)


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """The part's first and last byte; ``-500`` is the last five hundred."""
    if first == "":
        start, end = max(0, size - int(last)), size - 1
    else:
        start, end = int(first), min(size - 1, int(last) if last else size - 1)
    if start > end or start >= size:
        raise RangeUnsatisfiable(size)
    return start, end
