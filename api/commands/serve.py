"""``phusong serve``: the pages and the API."""

from __future__ import annotations

import dataclasses
import signal
import socket
import sys
from contextlib import nullcontext

import click
import uvicorn

from api.door import open_door, settings
from api.main import create_app
from api.worker_child import own_worker
from coverage.errors import SettingsUnusable

OPEN_PAGES_SECONDS = 3  # a page that listens does not keep the server from ending


@click.command()
@click.option("--host", help="Địa chỉ lắng nghe; mặc định chỉ máy này (127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65535), help="Cổng; mặc định 8000, 0 là cổng trống.")
@click.option(
    "--worker/--no-worker", default=True,
    help="Có chạy kèm một tiến trình làm việc dài không; mặc định có.",
)  # fmt: skip
def commands(host: str | None, port: int | None, *, worker: bool) -> None:
    """Chạy trang web, API và một tiến trình làm việc dài, đến khi nhấn Ctrl+C."""
    read = settings()
    web = dataclasses.replace(
        read.web, host=host or read.web.host, port=read.web.port if port is None else port
    )
    with _listening(web.host, web.port) as listener, open_door(read) as database:
        app = create_app(dataclasses.replace(read, web=web), database)
        shown = f"[{web.host}]" if ":" in web.host else web.host
        click.echo(f"Phủ Sóng: http://{shown}:{listener.getsockname()[1]}  (Ctrl+C để dừng)")
        # uvicorn hands the signal on when it has finished; the private cluster is then let go too.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_level="warning",
                timeout_graceful_shutdown=OPEN_PAGES_SECONDS,
                server_header=False,
                proxy_headers=False,
            )
        )
        with own_worker() if worker else nullcontext():
            server.run(sockets=[listener])


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens, before anything else is started.

    Raises:
        SettingsUnusable: the port is taken, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise SettingsUnusable("PHUSONG_PORT", f"{host}:{port}: {error.strerror}") from None
