"""Our own server for the tiles bench: ``python -m tests.bench.tile_own PORT CACHE_BYTES``.

As ``phusong serve`` runs it, on DATABASE_URL; with no bytes to keep, every tile is made anew.
"""

import sys

import uvicorn

from api.door import settings
from api.main import create_app
from coverage.actions.tiles import Tiles
from coverage.storage.sessions import open_database

if __name__ == "__main__":
    port, cache_bytes = map(int, sys.argv[1:])
    read = settings()
    with open_database(read.database, read.folders.var) as database:
        app = create_app(read, database)
        app.state.tiles = Tiles(database, read.web.session_idle_minutes, cache_bytes)
        uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", server_header=False)
