"""What has changed of what tiles show: a row per transaction and layer, written by triggers."""

from sqlalchemy import Column, Table, Text, Uuid, text

from coverage.storage.tables.base import METADATA

tile_change = Table(
    "tile_change",
    METADATA,
    Column("layer", Text, primary_key=True),
    Column(
        "transaction", Text, primary_key=True, server_default=text("(pg_current_xact_id())::text")
    ),
    Column("mark", Uuid, nullable=False, server_default=text("gen_random_uuid()")),
)
