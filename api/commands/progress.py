"""``phusong progress``: how far the whole has come, today."""

from __future__ import annotations

from pathlib import Path

import click

from api.commands.output import json_option, number, write_json
from api.door import as_authority, open_door
from api.progress_tables import queue_word
from api.progress_told import told_progress
from api.words import word
from coverage.actions import progress
from coverage.actions.progress import Progress, ProgressWish
from coverage.consultation import in_words
from coverage.findings import Language
from coverage.progress import Stage, queues_of

_MOST_SHOWN = 40


@click.command()
@click.option("--province", "province_code", help="Mã tỉnh.")
@json_option
def commands(province_code: str | None, json_file: Path | None) -> None:
    """Còn chờ, theo tháng, quá hạn, các tỉnh cạnh nhau; kèm ngày và bộ tiêu chí."""
    with open_door() as database:
        actor = as_authority(database, "progress")
        found = progress.see_progress(database, actor, ProgressWish(province_code))
    write_json(json_file, told_progress(found).model_dump(mode="json"))
    criteria = found.criteria.name if found.criteria else "chưa có"
    click.echo(f"Ngày {in_words(found.day)}, bộ tiêu chí: {criteria}")
    line = found.headline
    for name, tally in (
        ("Còn chờ", line.waiting), ("Trắng sóng", line.white), ("Đã vào gói thầu", line.tendered),
        ("Đã phát sóng", line.on_air), ("Quá hạn", line.late),
    ):  # fmt: skip
        click.echo(f"  {name}: {number(tally.households)} hộ, {number(tally.zones)} vùng")
    _waiting(found)
    _months(found)
    for lot in found.late[:_MOST_SHOWN]:
        click.echo(
            f"  Quá hạn {lot.late_days(found.day)} ngày: {lot.package_number} lô {lot.lot_number},"
            f" {lot.operator}, {found.name_of(lot.province_code)}, {number(lot.tally.households)} hộ"
        )


def _waiting(found: Progress) -> None:
    parts = [
        f"{queue_word(queue, found, Language.VI)} {number(tally.households)}"
        for queue, tally in queues_of(found.waiting).items()
    ]
    if parts:
        click.echo(f"  Hộ còn chờ theo nguồn chi trả: {'; '.join(parts)}")
    for each in found.waiting[:_MOST_SHOWN]:
        waited = f", chờ {each.age.median_days} ngày (trung vị)" if each.age else ""
        click.echo(
            f"    {found.name_of(each.province_code)}: {number(each.whole.households)} hộ,"
            f" {number(each.whole.zones)} vùng{waited}"
        )


def _months(found: Progress) -> None:
    for end in found.months:
        standing = "; ".join(
            f"{word(stage)} {number(end.stages[stage].zones)}"
            for stage in Stage if end.stages[stage].zones
        )  # fmt: skip
        changed = f" [bộ tiêu chí mới: {end.criteria.name}]" if end.criteria_changed and end.criteria else ""  # fmt: skip
        click.echo(f"  Hết ngày {in_words(end.day)}: {standing or 'chưa có vùng'}{changed}")
