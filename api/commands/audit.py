"""``phusong audit``: prove that nobody changed the log."""

from __future__ import annotations

import click

from api.door import as_authority, open_door
from coverage.actions import audit


@click.group()
def commands() -> None:
    """Nhật ký: mỗi việc một dòng, nối nhau bằng hàm băm."""


@commands.command()
def verify() -> None:
    """Kiểm tra toàn bộ chuỗi nhật ký."""
    with open_door() as database:
        count, broken = audit.verify(database, as_authority(database, "audit verify"))
    if broken is None:
        click.echo(f"Nhật ký nguyên vẹn: {count} dòng.")
        return
    click.echo(f"Nhật ký bị sửa: dòng {broken} không khớp chuỗi băm ({count} dòng).", err=True)
    click.get_current_context().exit(1)
