"""``phusong zones rename``: another name for a zone's village."""

from __future__ import annotations

import uuid

import click

from api.door import as_authority, open_door
from coverage.actions.zone_moves import Seen
from coverage.actions.zone_names import rename_village
from coverage.actions.zones import get_zone


@click.command()
@click.argument("zone_id", type=click.UUID)
@click.argument("village")
@click.option("--reason", required=True, help="Văn bản đổi tên, sáp nhập thôn.")
def rename(zone_id: uuid.UUID, village: str, reason: str) -> None:
    """Đổi tên thôn của một vùng; báo cáo theo tên cũ vẫn được nhận ra là vùng này."""
    with open_door() as database:
        actor = as_authority(database, "zones rename")
        listed = get_zone(database, actor, zone_id)
        rename_village(database, actor, Seen(zone_id, listed.version), village, reason)
    click.echo(f"“{listed.zone.village}” nay là “{' '.join(village.split())}”.")
