"""Whom the server answers for: only hosts that are ours, whatever a request says in ``Host``."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api import error_answers
from api.addresses import host_of
from api.refusals import HostUnknown
from coverage.settings import WebSettings

_PROBED = ("/health", "/api/v1/health")  # a probe asks by whatever address it has


class KnownHosts:
    """Answers only for the hosts that are ours, once the settings say under which address we are.

    Without a public address anybody's word is taken, because nobody has said what is right.
    """

    def __init__(self, app: ASGIApp, *, web: WebSettings) -> None:
        self._app = app
        self._address = web.public_address
        public = host_of(urlsplit(web.public_address).netloc)
        self._known = {public, host_of(web.host), *web.other_hosts} - {""} if public else set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer that it was meant for somebody else."""
        if scope["type"] == "http" and self._known and not self._is_known(scope):
            refused = error_answers.answer(Request(scope, receive), HostUnknown(self._address))
            await refused(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_known(self, scope: Scope) -> bool:
        if scope["path"].startswith(_PROBED):
            return True
        host = host_of(Headers(scope=scope).get("host", ""))
        return host in self._known or _is_this_machine(host)


def _is_this_machine(host: str) -> bool:
    """Tell whether a proxy on the same machine, or somebody who sits at it, may have asked."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
