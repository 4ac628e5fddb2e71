"""A worker that is told to stop twice takes its leave all the same."""

import asyncio
import os
import signal
from contextlib import suppress

from api import worker


def test_a_second_signal_does_not_cut_the_leave_short():
    left = []

    async def works():
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0.1)
            left.append(True)
            raise

    async def told_twice():
        working = asyncio.create_task(works())
        await asyncio.sleep(0)
        with worker._stopped_by_signal(working, None), suppress(asyncio.CancelledError):
            for _ in range(2):
                os.kill(os.getpid(), signal.SIGTERM)
                await asyncio.sleep(0.02)
            await working

    asyncio.run(told_twice())
    assert left == [True]
