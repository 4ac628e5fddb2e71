"""Headers on every answer: what a browser may load, send and frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# No inline script or style anywhere: what a province types can never run.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


# What a browser kept of a session goes with it: tiles, printed maps, downloads that may be resumed.
FORGET = {"Clear-Site-Data": '"cache", "storage"'}


def map_policy(scripts: Sequence[str], styles: Sequence[str], *, leads_out: bool = False) -> str:
    """Return the policy of a map, which is one file with its own scripts and styles inside.

    Only those, named by their hashes, run, and they run in a sandbox without origin: no cookie,
    no storage, no request to anywhere, whatever a village is called. ``leads_out``: a link that
    is pressed in it may open a page in its window.
    """
    leaving = " allow-top-navigation-by-user-activation" if leads_out else ""
    return (
        f"sandbox allow-scripts allow-modals{leaving}; default-src 'none'; "
        f"script-src {' '.join(scripts)}; style-src {' '.join(styles)}; "
        "img-src data: blob:; font-src data:; frame-ancestors 'self'; base-uri 'none'; "
        "form-action 'none'"
    )


def headers_of(*, secure: bool) -> Mapping[str, str]:
    """Return what every answer carries unless it says otherwise; ``secure`` adds HSTS."""
    headers = {"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-store", **_ALWAYS}
    if secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


class SecurityHeaders:
    """Sets each header that the answer has not set itself."""

    def __init__(self, app: ASGIApp, *, headers: Mapping[str, str]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and complete its answer's headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
