"""``/tiles``: the live maps' vector tiles; the same under ``/api/v1/tiles`` for programs.

A map asks for dozens at once, so theirs is plain ASGI before everything else: no dependency, no
validation but its own. Every answer is checked against the database; what has not changed is a 304.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from http.cookies import CookieError
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Path, Query, Request
from starlette.datastructures import State
from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from api.dependencies import SESSION_COOKIE, Acting
from api.documentation import AT_THE_DOOR, problem_responses
from api.refusals import Fault, RequestUnreadable
from coverage.actions.people import fingerprint
from coverage.actions.tiles import MadeTile, Secret, Tiles
from coverage.errors import NotAllowed, NotFound, NotSignedIn, PhusongError
from coverage.settings import Settings
from coverage.tiles import TileLayer, TilePlace

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
_TOO_LONG = 10  # digits
_ALWAYS = {"Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}
_LAYERS = frozenset(TileLayer)
_PARTS = 4  # layer, z, x, y
_REFUSED = "phusong.tile_refused"
router = APIRouter(prefix="/tiles", tags=["Mảnh bản đồ"])


class TilesFirst:
    """Answers for the tiles of the live maps, before anything that other pages need.

    What is refused goes the way of every other answer, by :func:`routes`.
    """

    def __init__(self, app: ASGIApp, *, headers: Mapping[str, str]) -> None:
        self._app = app
        told = {**headers, **_ALWAYS}
        self._told = [(name.lower().encode(), value.encode()) for name, value in told.items()]
        self._full = [*self._told, (b"content-type", MEDIA_TYPE.encode())]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a tile, or 304 when the asker has it; everything else is passed on."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
            return
        parts = scope["path"].split("/")[1:]  # of "*", which HTTP knows, nothing is left
        if parts[:1] != ["tiles"] or len(parts) != 1 + _PARTS or parts[1] not in _LAYERS:
            await self._app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        try:
            made = await _made(scope, parts[1:], headers)
        except PhusongError as error:
            scope[_REFUSED] = error
            await self._app(scope, receive, send)
            return
        tag = (b"etag", f'"{made.tag}"'.encode())
        status, told, body = 200, self._full, made.content
        if _has(headers.get(b"if-none-match", b"").decode("latin-1"), made.tag):
            status, told, body = 304, self._told, b""
        else:
            told = [*told, (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": [*told, tag]})
        body = b"" if scope["method"] == "HEAD" else body
        await send({"type": "http.response.body", "body": body})


async def _made(scope: Scope, parts: Sequence[str], headers: Mapping[bytes, bytes]) -> MadeTile:
    state = scope["app"].state
    secret = _secret(state.settings, headers)
    place = _place(TileLayer(parts[0]), parts[1:])
    return await tiles_of(state).serve(secret, place, _day(scope["query_string"]))


class _Refused:
    """Raises what :class:`TilesFirst` was told, so that it is answered as everywhere."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        raise scope[_REFUSED]


def routes() -> list[Route]:
    """Return the routes of the live maps."""
    return [
        Route(f"/tiles/{layer}/{{z}}/{{x}}/{{y}}", _Refused(), methods=["GET"])
        for layer in TileLayer
    ]


Zoom = Annotated[int, Path(ge=0, le=14, description="Mức thu phóng.", examples=[9])]
Across = Annotated[int, Path(ge=0, description="Cột, từ tây sang đông.", examples=[405])]
Down = Annotated[int, Path(ge=0, description="Hàng, từ bắc xuống nam.", examples=[229])]
_ANSWERS = problem_responses(*AT_THE_DOOR, NotFound) | {
    200: {"content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}},
    304: {"description": "Mảnh bản đồ mang thẻ này chưa thay đổi."},
}


@router.get(
    "/zones/{z}/{x}/{y}",
    summary="Mảnh bản đồ véc-tơ: vùng lõm sóng",
    response_class=Response,
    responses=_ANSWERS | problem_responses(NotAllowed),
)
async def zone_tile(
    request: Request, _: Acting, z: Zoom, x: Across, y: Down,
    at: Annotated[
        dt.date | None,
        Query(description="Trạng thái cuối ngày này (giờ Việt Nam); doanh nghiệp không dùng được."),
    ] = None,
) -> Response:  # fmt: skip
    """Mapbox Vector Tile. Từ mức 9: lớp `zones`, mỗi vùng một điểm (`id`, `village`, `commune`,
    `queue`, `status`, `signal`, `power`, `difficult`, `households`, `disputed`).
    Dưới mức 9, hoặc khi quá nặng (500 kB): lớp `zone_cells`, gộp theo ô (`queue`, `status`,
    `zones`, `households`). Thuộc tính vắng mặt là chưa biết, hoặc bạn không được biết.
    """  # noqa: D205 - it is the route's description
    return await _answer(request, TilePlace(TileLayer.ZONES, z, x, y), at)


@router.get(
    "/sites/{z}/{x}/{y}",
    summary="Mảnh bản đồ véc-tơ: vị trí trạm",
    response_class=Response,
    responses=_ANSWERS,
)
async def site_tile(request: Request, _: Acting, z: Zoom, x: Across, y: Down) -> Response:
    """Mapbox Vector Tile của các trạm đang phát mà bạn được xem.

    Từ mức 10: lớp `sites` (`operator`, `technologies`, `code`); dưới đó, hoặc khi quá nặng
    (500 kB): lớp `site_cells` (`operator`, `sites`).
    """
    return await _answer(request, TilePlace(TileLayer.SITES, z, x, y), None)


async def _answer(request: Request, place: TilePlace, day: dt.date | None) -> Response:
    secret = _secret(request.app.state.settings, dict(request.scope["headers"]))
    made = await tiles_of(request.app.state).serve(secret, place, day)
    told = {**_ALWAYS, "ETag": f'"{made.tag}"'}
    if _has(request.headers.get("If-None-Match", ""), made.tag):
        return Response(status_code=304, headers=told)
    return Response(made.content, headers=told, media_type=MEDIA_TYPE)


def tiles_of(state: State) -> Tiles:
    """The application's one maker of tiles; it is made when the first is asked for."""
    made: Tiles | None = getattr(state, "tiles", None)
    if made is None:
        settings: Settings = state.settings
        made = Tiles(state.database, settings.web.session_idle_minutes)
        state.tiles = made
    return made


def _secret(settings: Settings, headers: Mapping[bytes, bytes]) -> Secret:
    """What the request shows: a program's token before a person's session, as everywhere.

    Raises:
        NotSignedIn: nothing.
    """
    authorization = headers.get(b"authorization")
    if authorization is not None:
        scheme, _, token = authorization.decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise NotSignedIn
        return Secret(fingerprint(token.strip()), of_session=False)
    name = f"__Host-{SESSION_COOKIE}" if settings.web.secure_cookies else SESSION_COOKIE
    try:
        shown = cookie_parser(headers.get(b"cookie", b"").decode("latin-1")).get(name)
    except CookieError:
        shown = None
    if not shown:
        raise NotSignedIn
    return Secret(fingerprint(shown), of_session=True)


def _place(layer: TileLayer, parts: Sequence[str]) -> TilePlace:
    """Read where; what is no number lies nowhere.

    Raises:
        NotFound: it is not three plain numbers.
    """
    if not all(part.isascii() and part.isdigit() and len(part) < _TOO_LONG for part in parts):
        raise NotFound("tile", f"{layer}/{'/'.join(parts)}")
    z, x, y = map(int, parts)
    return TilePlace(layer, z, x, y)


def _day(query: bytes) -> dt.date | None:
    if not query:
        return None
    asked = parse_qs(query.decode("latin-1")).get("at")
    if asked is None:
        return None
    try:
        return dt.date.fromisoformat(asked[-1])
    except ValueError:
        raise RequestUnreadable([Fault("query.at", "date_parsing")]) from None


def _has(sent: str, tag: str) -> bool:
    """Tell whether an ``If-None-Match`` names a tag (RFC 9110 §13.1.2)."""
    if not sent:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in sent.split(",")]
    return f'"{tag}"' in tags or tags == ["*"]
