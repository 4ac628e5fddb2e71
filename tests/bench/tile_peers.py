"""The servers that the tiles bench loads, each a process of its own that ends with its block."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import make_url

from tests.bench.workbench import Workbench

HERE = Path(__file__).parent
PATIENCE_SECONDS = 60
FASTCGI_PROCESSES = 4


@dataclass(frozen=True)
class Address:
    """The bench's database, as the application's role reaches it."""

    host: str
    port: str
    name: str
    user: str

    @classmethod
    def of(cls, bench: Workbench) -> Address:
        """Take it from the bench's own address."""
        url = make_url(bench.database.url)
        return cls(str(url.query["host"]), str(url.query["port"]), url.database, url.username)


@contextmanager
def own(bench: Workbench, folder: Path, cache_bytes: int) -> Iterator[int]:
    """Our server; yield its port."""
    environment = {
        "DATABASE_URL": bench.database.url.replace("+psycopg", ""),
        "DATABASE_OWNER_URL": bench.database.owner_url.replace("+psycopg", ""),
        "PHUSONG_VAR": str(folder),
    }
    port = _free_port()
    command = [sys.executable, "-m", "tests.bench.tile_own", str(port), str(cache_bytes)]
    with _running(command, environment, bench.project):
        _await(port, "/health/live")
        yield port


@contextmanager
def tipg(bench: Workbench, python: Path, organisation: str) -> Iterator[int]:
    """Run tipg by the Python that has it; yield its port."""
    where = Address.of(bench)
    address = f"postgresql://{where.user}@{quote(where.host, safe='')}:{where.port}/{where.name}"
    port = _free_port()
    command = [str(python), str(HERE / "tile_tipg.py"), str(port), organisation]
    with _running(command, {"TIPG_ADDRESS": address}, HERE):
        _await(port, "/tileMatrixSets")
        yield port


_MAP = """MAP
  SIZE 256 256
  EXTENT -20037508 -20037508 20037508 20037508
  PROJECTION "init=epsg:3857" END
  OUTPUTFORMAT NAME mvt DRIVER MVT MIMETYPE "application/x-protobuf" FORMATOPTION "EXTENT=4096"
    FORMATOPTION "EDGE_BUFFER=0" END
  WEB METADATA "ows_enable_request" "*" END END
  {layers}
END
"""
_LAYER = """LAYER NAME "{name}" TYPE POINT STATUS ON
    PROJECTION "init=epsg:4326" END
    CONNECTIONTYPE POSTGIS PROCESSING "CLOSE_CONNECTION=DEFER"
    CONNECTION "host={where.host} port={where.port} dbname={where.name} user={where.user}
      options='-c phusong.organisation={organisation} -c jit=off'"
    DATA "point FROM ({query}) AS shown USING UNIQUE {key} USING SRID=4326"
    METADATA "gml_include_items" "all" END
    CLASS NAME "all" END
  END
"""
_LIGHTTPD = """server.document-root = "{folder}"
server.port = {port}
server.bind = "127.0.0.1"
server.modules = ("mod_fastcgi")
fastcgi.server = ("/mapserv" => ((
  "bin-path" => "{mapserv}", "socket" => "{folder}/mapserv.socket", "check-local" => "disable",
  "min-procs" => {processes}, "max-procs" => {processes}, "kill-signal" => 9,
  "bin-environment" => ("MAPSERVER_CONFIG_FILE" => "{folder}/mapserver.conf"))))
"""


def has_mapserver() -> bool:
    """Tell whether MapServer and lighttpd are installed (Debian: cgi-mapserver, lighttpd)."""
    return all(shutil.which(name, path=_PROGRAMS) for name in ("mapserv", "lighttpd"))


_PROGRAMS = "/usr/bin:/usr/sbin"


@contextmanager
def mapserver(
    bench: Workbench, folder: Path, organisation: str, queries: Mapping[str, tuple[str, str]]
) -> Iterator[int]:
    """Run MapServer as FastCGI; ``queries`` are key column and SQL of each layer. Yield the port."""
    where = Address.of(bench)
    layers = "".join(
        _LAYER.format(name=name, where=where, organisation=organisation, key=key, query=query)
        for name, (key, query) in queries.items()
    )
    port = _free_port()
    (folder / "tiles.map").write_text(_MAP.format(layers=layers), encoding="utf-8")
    (folder / "mapserver.conf").write_text(
        f'CONFIG ENV MS_MAPFILE "{folder}/tiles.map" MS_MAP_PATTERN "." END END\n', encoding="utf-8"
    )
    (folder / "lighttpd.conf").write_text(
        _LIGHTTPD.format(
            folder=folder, port=port, processes=FASTCGI_PROCESSES,
            mapserv=shutil.which("mapserv", path=_PROGRAMS),
        ),
        encoding="utf-8",
    )  # fmt: skip
    server = shutil.which("lighttpd", path=_PROGRAMS)
    with _running([server, "-D", "-f", str(folder / "lighttpd.conf")], {}, folder):
        _await(port, None)
        yield port


@contextmanager
def _running(
    command: Sequence[str], environment: Mapping[str, str], folder: Path
) -> Iterator[None]:
    process = subprocess.Popen(
        command, cwd=folder, env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **environment},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)


def _await(port: int, path: str | None) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            if path is None:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            else:
                urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5).close()
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.1)
        else:
            return


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
