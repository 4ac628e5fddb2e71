"""Clients that hand their requests to the application in the test's own process."""

from __future__ import annotations

import re

import anyio
import httpx
from fastapi import FastAPI

LOCAL = "http://phusong.test"


class InProcess(httpx.BaseTransport):
    """Hands each request to the application; what it raises becomes its own answer, as served."""

    def __init__(self, app: FastAPI) -> None:
        self._asgi = httpx.ASGITransport(app, raise_app_exceptions=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()

        async def answered() -> httpx.Response:
            response = await self._asgi.handle_async_request(request)
            content = b"".join([part async for part in response.stream])
            return httpx.Response(response.status_code, headers=response.headers, content=content)

        return anyio.run(answered)


class Browser(httpx.Client):
    """A client that keeps cookies and knows the hidden token of the page it saw last."""

    csrf = ""

    def send(self, request, **options):
        response = super().send(request, **options)
        found = re.search(r'name="csrf" value="([^"]+)"', response.text)
        if found:
            self.csrf = found[1]
        return response

    def fill(self, address: str, follow: bool = True, files=None, **fields) -> httpx.Response:
        """Send a form of the page seen last."""
        return self.post(
            address, data={"csrf": self.csrf, **fields}, files=files, follow_redirects=follow
        )

    def sign_in(self, login: str, password: str) -> httpx.Response:
        self.get("/sign-in")
        return self.fill("/sign-in", login=login, password=password)
