"""``phusong worker``: does the long work that pages ask for."""

from __future__ import annotations

import asyncio
import logging

import click

from api.door import open_door
from api.worker import work


@click.command()
@click.option("--once", is_flag=True, help="Làm hết việc đang chờ rồi dừng.")
def commands(*, once: bool) -> None:
    """Làm các việc dài trong hàng đợi; dừng bằng Ctrl+C."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    with open_door() as database:
        asyncio.run(work(database, forever=not once))
