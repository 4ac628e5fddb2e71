"""``phusong serve``: the pages and the API."""

from __future__ import annotations

import dataclasses
import signal
import socket
import sys

import click
import uvicorn

from api.door import open_door, settings
from api.main import create_app
from coverage.errors import SettingsUnusable


@click.command()
@click.option("--host", help="Địa chỉ lắng nghe; mặc định chỉ máy này (127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65535), help="Cổng; mặc định 8000, 0 là cổng trống.")
def commands(host: str | None, port: int | None) -> None:
    """Chạy trang web và API đến khi nhấn Ctrl+C."""
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
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", server_header=False))
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
