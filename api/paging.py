"""Keyset cursors: opaque text that says behind which thing the next page begins."""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from collections.abc import Sequence

from api.refusals import Fault, RequestUnreadable

Key = str | int
_LONGEST_PLACE = 10  # digits
_LONGEST = 2000  # characters; ours are far shorter


def write_cursor(order: str, position: Sequence[Key]) -> str:
    """Return the cursor of a position in a list of this order."""
    text = json.dumps([order, *position], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def read_cursor(
    cursor: str | None, order: str, shape: Sequence[type[Key]]
) -> tuple[Key, ...] | None:
    """Return the position in ``cursor``, None without one; the last part is an id.

    Raises:
        RequestUnreadable: it is not one of ours, or was made for another order.
    """
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        decoded = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        raise _unreadable() from None
    if not isinstance(decoded, list) or len(cursor) > _LONGEST or decoded[:1] != [order]:
        raise _unreadable()
    position = tuple(decoded[1:])
    if len(position) != len(shape) or not all(map(_fits, position, shape)):
        raise _unreadable()
    try:
        uuid.UUID(str(position[-1]))
    except ValueError:
        raise _unreadable() from None
    return position


def read_place(cursor: str | None) -> int:
    """Return behind which place of a list that never changes the page begins; places begin with 0.

    Raises:
        RequestUnreadable: it is not one of ours.
    """
    if cursor is None:
        return -1
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < _LONGEST_PLACE):
        raise _unreadable()
    return int(cursor)


def _fits(part: object, kind: type[Key]) -> bool:
    """Tell whether the database can take this part: neither NUL, half letters nor huge numbers."""
    if type(part) is not kind:
        return False
    if isinstance(part, int):
        return abs(part) < 2**62
    try:
        return "\x00" not in str(part) and bool(str(part).encode())
    except UnicodeEncodeError:
        return False


def _unreadable() -> RequestUnreadable:
    return RequestUnreadable([Fault("query.cursor", "not_a_cursor")])
