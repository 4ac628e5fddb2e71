"""The second wall against forged requests: what changes something comes from our own pages.

The first is the token in every form. This one needs no token: a browser says by itself where a
request was made (``Sec-Fetch-Site``, ``Origin``); a program says neither and is let through.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api import error_answers
from api.refusals import ForeignPage

_READING = {"GET", "HEAD", "OPTIONS", "TRACE"}
_OURS = {"same-origin", "none"}  # our page, or the person's own hand


class OwnPagesOnly:
    """Refuses an unsafe request that a browser says was made by another site's page."""

    def __init__(self, app: ASGIApp, *, public_address: str) -> None:
        self._app = app
        self._public_host = urlsplit(public_address).netloc

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer that it was refused."""
        if (
            scope["type"] == "http"
            and scope["method"] not in _READING
            and self._is_foreign(Headers(scope=scope))
        ):
            refused = error_answers.answer(Request(scope, receive), ForeignPage())
            await refused(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_foreign(self, headers: Headers) -> bool:
        """Tell by ``Sec-Fetch-Site``, which no page can set; by ``Origin`` where it is missing.

        Browsers send the former only over HTTPS and on this very machine.
        """
        made_by = headers.get("sec-fetch-site")
        if made_by is not None:
            return made_by not in _OURS
        origin = headers.get("origin")
        if origin is None:
            return False
        return urlsplit(origin).netloc not in {headers.get("host", ""), self._public_host} - {""}
