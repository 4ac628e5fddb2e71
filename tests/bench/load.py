"""Load on a web server: the same requests in turn over a few connections, for some seconds.

wrk (Debian) makes them where it is installed, because it takes little of the machine that the
server shares; else a plain client of our own does. Whatever is compared is loaded by the same.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

CONNECTIONS = 8
_TURNS = """
local paths, turn = {}, 0
for line in io.lines("FILE") do paths[#paths + 1] = line end
request = function() turn = turn % #paths + 1; return wrk.format("GET", paths[turn]) end
"""


def name() -> str:
    """Return what makes the load here."""
    return "wrk" if shutil.which("wrk") else "a client in Python"


def requests_per_second(
    port: int, paths: Sequence[str], headers: Mapping[str, str], seconds: float
) -> float:
    """Ask for the paths in turn; every answer must be a success."""
    if shutil.which("wrk"):
        return _by_wrk(port, paths, headers, seconds)
    return asyncio.run(_by_ourselves(port, paths, headers, seconds))


def _by_wrk(port, paths, headers, seconds) -> float:
    with tempfile.TemporaryDirectory() as folder:
        listed, script = Path(folder, "paths"), Path(folder, "turns.lua")
        listed.write_text("\n".join(paths) + "\n", encoding="utf-8")
        script.write_text(_TURNS.replace("FILE", str(listed)), encoding="utf-8")
        shown = [part for pair in headers.items() for part in ("-H", ": ".join(pair))]
        said = subprocess.run(
            ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--timeout", "60s",
             "-s", str(script), *shown, f"http://127.0.0.1:{port}"],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
    assert "Non-2xx" not in said, said
    assert "Socket errors" not in said, said
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])


async def _by_ourselves(port, paths, headers, seconds) -> float:
    shown = "".join(f"{key}: {value}\r\n" for key, value in headers.items())
    asked = [f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{shown}\r\n".encode() for path in paths]
    done, ends = 0, time.perf_counter() + seconds

    async def ask() -> None:
        nonlocal done
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < ends:
            writer.write(asked[done % len(asked)])
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.split(b" ", 2)[1] in {b"200", b"304"}, head
            length = re.search(rb"(?i)content-length: (\d+)", head)
            await reader.readexactly(int(length[1]) if length else 0)
            done += 1
        writer.close()
        await writer.wait_closed()

    started = time.perf_counter()
    await asyncio.gather(*(ask() for _ in range(CONNECTIONS)))
    return done / (time.perf_counter() - started)
