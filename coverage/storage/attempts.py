"""Failed attempts, counted in the database so that every web process counts the same ones."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text


def count(
    connection: Connection, keys: Sequence[bytes], most: Sequence[int], seconds: Sequence[int]
) -> int:
    """Count one attempt under each key; return how many seconds to wait, 0 to go ahead.

    An attempt that has to wait is not counted. Who counts under the same key waits in line until
    this transaction ends.
    """
    wait = connection.execute(
        text("SELECT phusong.count_attempt(:keys, :most, :seconds)"),
        {"keys": list(keys), "most": list(most), "seconds": list(seconds)},
    ).scalar_one()
    return int(wait)


def forgive(
    connection: Connection, forgotten: Sequence[bytes], taken_back: Sequence[bytes]
) -> None:
    """Forget some keys; of the others take the newest attempt back."""
    connection.execute(
        text("SELECT phusong.forgive_attempts(:forgotten, :taken_back)"),
        {"forgotten": list(forgotten), "taken_back": list(taken_back)},
    )
