"""``phusong worker``: does the long work that pages ask for."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading

import click

from api.door import open_door, settings
from api.job_doing import doer
from api.worker import Pace, work

GRACE_SECONDS = 10.0


@click.command()
@click.option("--once", is_flag=True, help="Làm hết việc đang chờ rồi dừng.")
@click.option("--with-parent", is_flag=True, hidden=True)
def commands(*, once: bool, with_parent: bool) -> None:
    """Làm các việc dài trong hàng đợi; dừng bằng Ctrl+C.

    Chạy được nhiều tiến trình cùng lúc. Tiến trình bị tắt giữa chừng thì việc của nó được tiến
    trình khác làm lại sau không quá 25 giây.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    if with_parent:
        threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    stopping, pace, read = threading.Event(), Pace(), settings()
    with open_door(read) as database:
        do = doer(database, read, stopping, pace.silent_seconds)
        asyncio.run(work(database, forever=not once, do=do, pace=pace, stopping=stopping))


def _end_with_parent() -> None:
    """Stop when whoever started this process ends, however it ends: its end of the pipe closes."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(GRACE_SECONDS)
    os._exit(1)  # its work hears of nothing; another worker takes it up again
