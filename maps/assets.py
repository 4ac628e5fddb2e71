"""The map's own files: Leaflet and our scripts, inside the page or under a URL of ours."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from importlib import resources

STYLES = ("leaflet/leaflet.css", "phusong/map.css", "phusong/paper.css")
SCRIPTS = (
    "leaflet/leaflet.js",
    *(
        f"phusong/{name}.js"
        for name in (
            "start", "grid", "areas", "labels", "points", "zones", "popups", "search",
            "controls", "panel",
        )
    ),
)  # fmt: skip

SURVEY_SCRIPT = "phusong/survey.js"  # on the map of a survey file only
SERVICES_SCRIPT = "phusong/services.js"  # on the map of service areas only
LIVE_SCRIPTS = (  # on a map inside a page of ours
    "vector-tile/vector-tile.js",
    *(
        f"phusong/{name}.js"
        for name in (
            "bridge",
            "tiles",
            "cells",
            "zone_facts",
            "tiled_zones",
            "tiled_sites",
            "time",
            "live",
        )
    ),
)
LIVE_STYLE = "phusong/live.css"
TICKS_SCRIPT = "phusong/ticks.js"  # on the map beside a list that one chooses from
SPOT_SCRIPT, SPOT_STYLE = "phusong/spot.js", "phusong/spot.css"  # around one village only

# Leaflet's pictures belong to controls and markers that no map of ours uses.
_UNUSED_PICTURE = re.compile(
    r"background-image: url\(images/[\w-]+\.png\);|behavior: url\(#default#VML\);"
)
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)


@functools.cache
def text_of(name: str) -> str:
    """Return a file of ``maps/static`` as it may stand inside a page.

    Raises:
        ValueError: the text would end the element that holds it, or ask for another file.
    """
    text = (resources.files("maps") / "static" / name).read_text(encoding="utf-8")
    text = _SOURCE_MAP.sub("", _UNUSED_PICTURE.sub("", text)).strip()
    asks = name.endswith(".css") and ("url(" in text or "@import" in text)
    if asks or re.search(r"</(script|style)", text, re.IGNORECASE):
        raise ValueError(f"{name} cannot stand inside a page")
    return text


@functools.cache
def url_of(name: str, base: str) -> str:
    """Return the URL of a file under ``base``, with its content's hash: it may be cached for ever."""
    content = (resources.files("maps") / "static" / name).read_bytes()
    return f"{base.rstrip('/')}/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


def csp_hash(text: str) -> str:
    """Return the source expression by which a Content-Security-Policy permits an inline element."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
