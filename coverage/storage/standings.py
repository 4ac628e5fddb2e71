"""Files of zones that already stand somewhere, and the zones that the authority enters by them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from coverage.storage.tables.standings import standing_file


def keep(
    connection: Connection,
    owner: tuple[uuid.UUID, str],
    file: tuple[str, str, bytes],
    outcome: tuple[Sequence[dict[str, object]], dict[str, int]],
    loaded_by: str,
) -> uuid.UUID:
    """Keep a province's file (name, SHA-256, content) with its rows and totals; return its id."""
    organisation_id, province_code = owner
    name, sha256, content = file
    rows, totals = outcome
    plain = json.loads(json.dumps(rows, default=str))
    made: uuid.UUID = connection.execute(
        insert(standing_file)
        .values(
            organisation_id=organisation_id, province_code=province_code, file_name=name,
            sha256=sha256, raw=content, rows=plain, totals=totals, loaded_by=loaded_by,
        )
        .returning(standing_file.c.id)
    ).scalar_one()  # fmt: skip
    return made


def raw_file(connection: Connection, file_id: uuid.UUID) -> tuple[str, bytes] | None:
    """Return the name and the bytes of a kept file, None where the actor sees none."""
    row = connection.execute(
        select(standing_file.c.file_name, standing_file.c.raw).where(standing_file.c.id == file_id)
    ).first()
    return None if row is None else (row.file_name, row.raw)
