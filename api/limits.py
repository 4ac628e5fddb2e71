"""The largest body a request may have, kept before anything of it is stored."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ENVELOPE_BYTES = 100_000  # an upload's other fields and the borders between its parts
FORM_BYTES = 1_000_000  # every other form
DRAINED_BYTES = 4_000_000_000  # a browser reads our answer only when it has sent its file


class BodyLimit:
    """Refuses a body that is too large, by its announced or by its real size, with status 413.

    Files may be sent to the paths that begin with one of ``upload_paths``.
    """

    def __init__(self, app: ASGIApp, *, upload_bytes: int, upload_paths: tuple[str, ...]) -> None:
        self._app = app
        self._upload_bytes = upload_bytes
        self._upload_paths = upload_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a body that stops at the limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        uploads = scope["path"].startswith(self._upload_paths)
        body = _CountedBody(
            receive, self._upload_bytes + ENVELOPE_BYTES if uploads else FORM_BYTES, Headers(scope=scope)
        )  # fmt: skip

        async def send_when_drained(message: Message) -> None:
            if message["type"] == "http.response.start" and body.too_large:
                await body.drain()
                MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        await self._app(scope, body.receive, send_when_drained)


class _CountedBody:
    """A request's body with a limit."""

    def __init__(self, receive: Receive, limit: int, headers: Headers) -> None:
        self._receive = receive
        self._limit = limit
        self._received = 0
        self._ended = False
        announced = headers.get("content-length", "0")
        self.too_large = announced.isdecimal() and int(announced) > limit
        # A client that waits for our word before it sends needs no patience of ours.
        self._waits = headers.get("expect", "").lower() == "100-continue"

    async def receive(self) -> Message:
        if self.too_large:
            raise HTTPException(413)
        message = await self._next()
        if self._received > self._limit:
            self.too_large = True
            raise HTTPException(413)
        return message

    async def drain(self) -> None:
        """Read the rest and forget it."""
        while not (self._ended or self._waits) and self._received < DRAINED_BYTES:
            await self._next()

    async def _next(self) -> Message:
        message = await self._receive()
        self._received += len(message.get("body", b""))
        self._waits = False
        self._ended = message["type"] != "http.request" or not message.get("more_body", False)
        return message
