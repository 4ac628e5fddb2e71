"""Map links, and the codes that look like an address but hold no coordinate."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote_plus

MAX_LINK_CHARACTERS = 4_000

_NUMBER = r"(-?[0-9]{1,3}(?:\.[0-9]{1,15})?)"
_COMMA = r"\s{0,2}[,;~]\s{0,2}"
_PAIR = rf"{_NUMBER}{_COMMA}{_NUMBER}"

# The pin comes before the centre of the view: the view is where the reader happened to look.
_PINS = (
    re.compile(rf"!3d{_NUMBER}!4d{_NUMBER}"),
    re.compile(rf"[?&#](?:q|query|destination|daddr|ll|sll|center|loc|pin|cp)=(?:loc:)?{_PAIR}"),
    re.compile(rf"[?&#]mlat={_NUMBER}&mlon={_NUMBER}"),
    re.compile(rf"/(?:place|search|dir)/(?:[^/]{{0,200}}/)?{_PAIR}"),
    re.compile(rf"geo:{_PAIR}"),
)
_VIEWS = (
    re.compile(rf"/@{_PAIR}"),
    re.compile(rf"#map=[0-9.]{{1,5}}/{_NUMBER}/{_NUMBER}"),
)
_SEXAGESIMAL = re.compile(r"/(?:place|search)/([0-9][^/@?]{4,80}[NSEWnsew])(?:[/?]|$)")
_LINK = re.compile(r"(?:https?://|geo:|www\.|goo\.gl|maps\.)", re.IGNORECASE)
_PLUS_CODE = re.compile(
    r"(?:^|[\s,;])([23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3})(?:$|[\s,;])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Link:
    """What a link holds: two numbers as text, or a written pair; pinned or only viewed."""

    first: str
    second: str | None
    pinned: bool


def is_link(text: str) -> bool:
    """Return whether ``text`` contains the beginning of a map link."""
    return _LINK.search(text[:MAX_LINK_CHARACTERS]) is not None


def is_plus_code(text: str) -> bool:
    """Return whether ``text`` contains a Plus Code (``7PG8+WR``, ``6PH57VP3+PR``)."""
    return "+" in text and _PLUS_CODE.search(text[:MAX_LINK_CHARACTERS]) is not None


def read_link(text: str) -> Link | None:
    """Return what the map link in ``text`` points at, or None when it holds no coordinate."""
    plain = unquote_plus(text[:MAX_LINK_CHARACTERS])
    for patterns, pinned in ((_PINS, True), (_VIEWS, False)):
        if pinned:
            written = _SEXAGESIMAL.search(plain)
            if written is not None and re.search("[°º'′]", written[1]):
                return Link(written[1], None, pinned=True)
        for pattern in patterns:
            match = pattern.search(plain)
            if match is not None:
                return Link(match[1], match[2], pinned)
    return None
