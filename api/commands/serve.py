"""``phusong serve``: the pages and the API."""

from __future__ import annotations

import dataclasses

import click
import uvicorn

from api.door import settings
from api.main import create_app


@click.command()
@click.option("--host", help="Địa chỉ lắng nghe; mặc định chỉ máy này (127.0.0.1).")
@click.option("--port", type=click.IntRange(1, 65535), help="Cổng; mặc định 8000.")
def commands(host: str | None, port: int | None) -> None:
    """Chạy trang web và API đến khi nhấn Ctrl+C."""
    read = settings()
    web = dataclasses.replace(read.web, host=host or read.web.host, port=port or read.web.port)
    app = create_app(dataclasses.replace(read, web=web))
    shown = f"[{web.host}]" if ":" in web.host else web.host
    click.echo(f"Phủ Sóng: http://{shown}:{web.port}  (Ctrl+C để dừng)")
    uvicorn.run(app, host=web.host, port=web.port, log_level="warning", server_header=False)
