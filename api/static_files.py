"""Our own style, script and pictures, each under a name that changes with its content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import Response

from api.refusals import RouteUnknown
from maps.assets import text_of

FOLDER = Path(__file__).resolve().parent / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
}
_FOR_A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is served; kept in memory, because there are few and they are small."""

    address: str
    media_type: str
    content: bytes


def read_files(folder: Path = FOLDER) -> dict[str, StaticFile]:
    """Return the files of ``folder`` by name; ``pages.css`` is served as ``pages.<hash>.css``.

    Folders only keep a library's licence beside it: a name stands once.

    Leaflet comes from the maps, which carry it in every document of theirs.
    """
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix in _TYPES:
            files[path.name] = _served(path.name, path.read_bytes())
    for name in ("leaflet.css", "leaflet.js"):
        files[name] = _served(name, text_of(f"leaflet/{name}").encode())
    return files


def _served(name: str, content: bytes) -> StaticFile:
    """A file under a name that changes with its content."""
    mark = hashlib.sha256(content).hexdigest()[:12]
    path = Path(name)
    return StaticFile(f"/static/{path.stem}.{mark}{path.suffix}", _TYPES[path.suffix], content)


def router(files: dict[str, StaticFile]) -> APIRouter:
    """Return the routes of ``files``; only names that were read at the start exist."""
    routes = APIRouter(include_in_schema=False)
    by_address = {file.address: file for file in files.values()}

    @routes.api_route("/static/{name}", methods=["GET", "HEAD"])
    def static_file(name: str) -> Response:
        file = by_address.get(f"/static/{name}")
        if file is None:
            raise RouteUnknown
        return Response(
            file.content, media_type=file.media_type, headers={"Cache-Control": _FOR_A_YEAR}
        )

    return routes
