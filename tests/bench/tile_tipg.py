"""tipg for the tiles bench, run by a Python that has it: ``python tile_tipg.py PORT ORGANISATION``.

The database's address is in TIPG_ADDRESS. Each acquired connection takes the organisation whose
row-level security holds, as tipg's own pool allows.
"""

import os
import sys
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI
from tipg.collections import register_collection_catalog
from tipg.database import close_db_connection, connect_to_db
from tipg.factory import OGCTilesFactory
from tipg.settings import DatabaseSettings, PostgresSettings

port, organisation = int(sys.argv[1]), sys.argv[2]


async def set_organisation(connection) -> None:
    await connection.execute("SELECT set_config('phusong.organisation', $1, false)", organisation)


@asynccontextmanager
async def lifespan(app):
    wanted = DatabaseSettings(schemas=["phusong"], exclude_function_schemas=["phusong", "public"])
    await connect_to_db(
        app, schemas=["phusong"], setup=set_organisation,
        settings=PostgresSettings(database_url=os.environ["TIPG_ADDRESS"]),
        server_settings={"jit": "off"},
    )  # fmt: skip
    await register_collection_catalog(app, db_settings=wanted)
    yield
    await close_db_connection(app)


app = FastAPI(lifespan=lifespan)
app.include_router(OGCTilesFactory().router)
uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")
