"""``phusong zones rank``: the priorities of the zones, by the weights in force or by others."""

from __future__ import annotations

from pathlib import Path

import click

from api.commands.output import json_option, number, write_json
from api.door import as_authority, open_door, today
from api.priorities import as_json
from api.words import word
from coverage.actions.priorities import PriorityFilter, priorities

_ALL = 1_000_000  # more than a country has villages
_SHOWN = 30  # lines in the terminal; --json has all


def read_weights(
    ctx: click.Context | None, param: click.Parameter | None, value: str | None
) -> dict[str, float] | None:
    """Weights as ``households=0.5,waiting=0.2``; a part that is not named has none."""
    if value is None:
        return None
    weights: dict[str, float] = {}
    for pair in value.split(","):
        name, equals, share = pair.partition("=")
        try:
            weights[name.strip()] = float(share)
        except ValueError:
            equals = ""
        if not equals:
            raise click.BadParameter(f"không phải tên=số: {pair}", ctx, param)
    return weights


@click.command()
@click.option(
    "--province", "province_code", help="Chỉ liệt kê một tỉnh; thứ hạng vẫn là của cả nước."
)
@click.option(
    "--weights", callback=read_weights, metavar="TÊN=SỐ,…",
    help="Thử trọng số khác, ví dụ households=0.5,waiting=0.5; không lưu lại.",
)  # fmt: skip
@json_option
def rank(
    province_code: str | None, weights: dict[str, float] | None, json_file: Path | None
) -> None:
    """Xếp hạng ưu tiên các vùng còn chờ, với khoảng thứ hạng khi trọng số thay đổi."""
    with open_door() as database:
        found = priorities(
            database, as_authority(database, "zones rank"), today(),
            PriorityFilter(province_code), weights=weights,
            limit=_ALL if json_file is not None else _SHOWN,
        )  # fmt: skip
    write_json(json_file, as_json(found))
    for ranked in found.zones[:_SHOWN]:
        zone = ranked.scored.zone
        tried = (
            f" · thử: {number(ranked.what_if[0].score, 3)}, hạng {ranked.what_if[1]}"
            if ranked.what_if
            else ""
        )
        click.echo(
            f"{ranked.rank:>6} ({ranked.best}–{ranked.worst})  {number(ranked.scored.score.score, 3)}  "
            f"{zone.village}, {zone.commune}, {zone.province} [{word(zone.queue)}]{tried}"
        )
    if found.total > _SHOWN:
        click.echo(f"… còn {found.total - _SHOWN} vùng; --json ghi đủ.")
    click.echo(f"{found.total} vùng trong {found.ranked} vùng được xếp hạng.")
    if found.absent:
        names = ", ".join(word(name, family="weight") for name in sorted(found.absent))
        click.echo(f"Chưa có số liệu của: {names}; các phần này không được tính là 0.")
