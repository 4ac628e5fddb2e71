"""Handing out one file: its tag, the parts a broken download asks for again (RFC 9110 §13, §14)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.refusals import ConditionFailed, RangeUnsatisfiable

_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def attachment(name: str) -> dict[str, str]:
    """Return the header by which a browser keeps an answer as a file of this name."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A file that never changes under its SHA-256; ``made`` is when it became what it is."""

    name: str
    media_type: str
    sha256: str
    size: int
    made: datetime | None = None

    def headers(self) -> dict[str, str]:
        """Return the headers of every answer about the file."""
        told = {
            "ETag": f'"{self.sha256}"',
            "Accept-Ranges": "bytes",
            **attachment(self.name),
            # Whoever holds the file may keep it, and must ask whether they may still see it.
            "Cache-Control": "private, no-cache",
        }
        if self.made is not None:
            told["Last-Modified"] = format_datetime(self.made.astimezone(UTC), usegmt=True)
        return told


@dataclass(frozen=True, slots=True)
class Part:
    """The first and the last byte that are asked for, both included."""

    first: int
    last: int

    @property
    def size(self) -> int:
        """How many bytes that is."""
        return self.last + 1 - self.first


def unchanged(request: Request, file: HandedOut) -> Response | None:
    """Return the answer 304 when the asker holds this very file.

    Raises:
        ConditionFailed: the asker wants another file than this, or none that is younger.
    """
    held = request.headers
    wanted = held.get("If-Match")
    if wanted is not None and not _names(wanted, file, weak=False):
        raise ConditionFailed
    if wanted is None and _made_after(file, held.get("If-Unmodified-Since")):
        raise ConditionFailed
    known = held.get("If-None-Match")
    if known is not None:
        same = _names(known, file, weak=True)
    else:
        since = held.get("If-Modified-Since")
        same = _moment(since) is not None and file.made is not None and not _made_after(file, since)
    return Response(status_code=304, headers=file.headers()) if same else None


def asked_part(request: Request, file: HandedOut) -> Part | None:
    """Return the one part that is asked for; None for the whole file.

    Raises:
        RangeUnsatisfiable: the part lies outside.
    """
    asked = _ONE_RANGE.fullmatch(request.headers.get("Range", "").strip())
    if asked is None or asked.groups() == ("", "") or not _is_same(request, file):
        return None
    return _bounds(asked[1], asked[2], file.size)


def part_of(request: Request, file: HandedOut, content: bytes) -> Response:
    """Return the whole file or the one part that is asked for.

    Raises:
        RangeUnsatisfiable: the part lies outside.
    """
    part = asked_part(request, file)
    headers = _headers_of(file, part)
    if part is None:
        return Response(content, media_type=file.media_type, headers=headers)
    chosen = content[part.first : part.last + 1]
    return Response(chosen, 206, media_type=file.media_type, headers=headers)


def streamed(file: HandedOut, part: Part | None, pieces: Iterator[bytes]) -> Response:
    """Return the file, or a part of it, as it comes in pieces."""
    return StreamingResponse(
        pieces, 200 if part is None else 206, media_type=file.media_type,
        headers=_headers_of(file, part),
    )  # fmt: skip


def told(file: HandedOut) -> Response:
    """Return the answer to HEAD: what a download would be, without any of it."""
    return Response(media_type=file.media_type, headers=_headers_of(file, None))


def _headers_of(file: HandedOut, part: Part | None) -> dict[str, str]:
    headers = file.headers()
    if part is None:
        return headers | {"Content-Length": str(file.size)}
    return headers | {
        "Content-Length": str(part.size),
        "Content-Range": f"bytes {part.first}-{part.last}/{file.size}",
    }


def _names(tags: str, file: HandedOut, *, weak: bool) -> bool:
    """Whether a list of tags has the file's; a weak tag serves only who compares weakly."""
    if tags.strip() == "*":
        return True
    listed = [tag.strip() for tag in tags.split(",")]
    if weak:
        listed = [tag.removeprefix("W/") for tag in listed]
    return f'"{file.sha256}"' in listed


def _is_same(request: Request, file: HandedOut) -> bool:
    """Whether what the asker has so far is of this very file; otherwise it gets the whole."""
    condition = request.headers.get("If-Range")
    if condition is None:
        return True
    if condition.startswith(('"', "W/")):
        return condition == f'"{file.sha256}"'
    moment = _moment(condition)
    return moment is not None and file.made is not None and _second(file.made) == moment


def _made_after(file: HandedOut, date: str | None) -> bool:
    """Whether the file is younger than a date of HTTP; no date that is one says no."""
    moment = _moment(date)
    return moment is not None and file.made is not None and _second(file.made) > moment


def _moment(date: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(date or "")
    except (ValueError, TypeError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _second(moment: datetime) -> datetime:
    """HTTP's dates know no parts of a second."""
    return moment.replace(microsecond=0)


def _bounds(first: str, last: str, size: int) -> Part:
    """The part's first and last byte; ``-500`` is the last five hundred."""
    if first == "":
        start, end = max(0, size - int(last)), size - 1
    else:
        start, end = int(first), min(size - 1, int(last) if last else size - 1)
    if start > end or start >= size:
        raise RangeUnsatisfiable(size)
    return Part(start, end)
