"""``phusong lots pin|unpin|move|split|merge|readiness``: what a planner does by hand."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path

import click

from api.commands.output import json_option, number, write_json
from api.door import as_authority, open_door
from api.lots_told import preview_json
from api.words import word
from coverage.actions.lot_readiness import say_readiness
from coverage.actions.lots import LotPreview, LotWish, change_lots, preview_lots, standing_lots
from coverage.errors import NotFound
from coverage.lots import ByHand, HandAct, LotChange, LotShape
from coverage.people import Actor
from coverage.readiness import ReadinessKind, ReadinessState
from coverage.storage.sessions import Database

_MILLION = 1_000_000

_province = click.option("--province", "province_code", required=True, help="Mã tỉnh, ví dụ 42.")
_lot = click.option("--lot", "lot", metavar="SỐ|MÃ", help="Lô, theo số trong tỉnh hoặc mã.")
_zones = click.option(
    "--zone", "zones", type=click.UUID, multiple=True, help="Mã vùng; lặp lại được."
)
_yes = click.option("--yes", is_flag=True, help="Ghi thay đổi; không có thì chỉ xem trước.")


@click.command()
@_province
@_lot
@_zones
@_yes
@json_option
def pin(
    province_code: str, lot: str | None, zones: Sequence[uuid.UUID], yes: bool,
    json_file: Path | None,
) -> None:  # fmt: skip
    """Ghim các vùng (hoặc cả lô): luôn ở cùng một lô, dù gom lại thế nào."""
    _act(province_code, HandAct.PIN, (lot, None), zones, yes=yes, json_file=json_file)


@click.command()
@_province
@_lot
@_zones
@_yes
@json_option
def unpin(
    province_code: str, lot: str | None, zones: Sequence[uuid.UUID], yes: bool,
    json_file: Path | None,
) -> None:  # fmt: skip
    """Bỏ ghim các vùng, hoặc mọi vùng đã ghim của một lô."""
    _act(province_code, HandAct.UNPIN, (lot, None), zones, yes=yes, json_file=json_file)


@click.command()
@_province
@_zones
@click.option("--to", "other", required=True, metavar="SỐ|MÃ", help="Lô nhận các vùng này.")
@_yes
@json_option
def move(
    province_code: str, zones: Sequence[uuid.UUID], other: str, yes: bool,
    json_file: Path | None,
) -> None:  # fmt: skip
    """Chuyển các vùng sang lô khác và ghim ở đó; phần còn lại được cân bằng lại."""
    _act(province_code, HandAct.MOVE, (None, other), zones, yes=yes, json_file=json_file)


@click.command()
@_province
@_zones
@_yes
@json_option
def split(
    province_code: str, zones: Sequence[uuid.UUID], yes: bool, json_file: Path | None
) -> None:  # fmt: skip
    """Tách các vùng này khỏi lô của chúng thành một lô riêng."""
    _act(province_code, HandAct.SPLIT, (None, None), zones, yes=yes, json_file=json_file)


@click.command()
@_province
@click.option("--lot", "lot", required=True, metavar="SỐ|MÃ", help="Lô thứ nhất.")
@click.option("--with", "other", required=True, metavar="SỐ|MÃ", help="Lô thứ hai.")
@_yes
@json_option
def merge(
    province_code: str, lot: str, other: str, yes: bool, json_file: Path | None
) -> None:  # fmt: skip
    """Gộp hai lô liền nhau thành một và ghim lại."""
    _act(province_code, HandAct.MERGE, (lot, other), (), yes=yes, json_file=json_file)


@click.command()
@_province
@_lot
@_zones
@click.option(
    "--state", "states", multiple=True, required=True, metavar="LOẠI=TÌNH_TRẠNG",
    help="power, road, land, permits = ready, not_ready, unknown; lặp lại được.",
)  # fmt: skip
@click.option("--note", default="", help="Ghi chú, ví dụ số văn bản bàn giao.")
def readiness(
    province_code: str, lot: str | None, zones: Sequence[uuid.UUID], states: Sequence[str],
    note: str,
) -> None:  # fmt: skip
    """Ghi nhận điện, đường, mặt bằng, giấy phép của các vùng, hoặc của cả lô."""
    said = dict(_said(each) for each in states)
    with open_door() as database:
        actor = as_authority(database, "lots readiness")
        chosen = set(zones)
        if lot is not None and not chosen:
            plan = standing_lots(database, actor, province_code)
            wanted = _id_of(database, actor, province_code, lot)
            chosen = {key for each in plan.lots if each.id == wanted for key in each.zone_ids}
        say_readiness(database, actor, province_code, chosen, said, note)
    told = ", ".join(f"{word(kind).lower()}: {word(state).lower()}" for kind, state in said.items())
    click.echo(f"Đã ghi {len(chosen)} vùng: {told}.")


COMMANDS = (pin, unpin, move, split, merge, readiness)


def _said(text: str) -> tuple[ReadinessKind, ReadinessState]:
    kind, _, state = text.partition("=")
    try:
        return ReadinessKind(kind.strip()), ReadinessState(state.strip())
    except ValueError:
        raise click.BadParameter(
            f"không đọc được “{text}”: hãy ghi như power=ready, land=not_ready"
        ) from None


def _act(
    province_code: str, act: HandAct, lots: tuple[str | None, str | None],
    zones: Sequence[uuid.UUID], *, yes: bool, json_file: Path | None,
) -> None:  # fmt: skip
    """Show what an act changes; keep it only with ``--yes``."""
    with open_door() as database:
        actor = as_authority(database, f"lots {act.value}")
        lot, other = (
            None if one is None else _id_of(database, actor, province_code, one) for one in lots
        )
        wish = LotWish(ByHand(act, frozenset(zones), lot, other))
        preview = preview_lots(database, actor, province_code, wish)
        if yes:
            preview = change_lots(database, actor, province_code, wish, preview.seen)
    write_json(json_file, preview_json(preview))
    tell_preview(preview)


def tell_preview(preview: LotPreview) -> None:
    """Print what changes, lot by lot."""
    click.echo(f"{preview.province}: {'đã ghi' if preview.kept else 'xem trước, chưa ghi gì'}.")
    changed = [change for change in preview.changes if change.changed]
    if not changed:
        click.echo("  Các lô giữ nguyên vùng như cũ.")
    for change in changed:
        click.echo(f"  {_heading(change)}")
        for sign, zone_ids in (("+", change.came), ("−", change.went)):
            for key in sorted(zone_ids):
                listed = preview.zones.get(key)
                village = listed.zone.village if listed else str(key)
                click.echo(f"    {sign} {village}")
    for change in preview.changes:
        if change.after and change.after.id in preview.over:
            click.echo(f"  Vượt giới hạn: {change.after.name}.")
    if not preview.kept:
        click.echo("  Thêm --yes để ghi.")


def _heading(change: LotChange) -> str:
    if change.before is None and change.after is not None:
        return f"Lô mới: {_shape(change.after)}"
    if change.after is None and change.before is not None:
        return f"Không còn: {_shape(change.before)}"
    if change.before is None or change.after is None:
        return ""
    return f"{_shape(change.before)} → {_shape(change.after)}"


def _shape(shape: LotShape) -> str:
    cost = ""
    if shape.cost_vnd is not None:
        cost = f", {number(shape.cost_vnd / _MILLION)} triệu đồng"
    return f"{shape.name} ({len(shape.zone_ids)} vùng, {number(shape.households)} hộ{cost})"


def _id_of(database: Database, actor: Actor, province_code: str, told: str) -> uuid.UUID:
    """The id of a lot that was named by its number or its id."""
    lots = standing_lots(database, actor, province_code).lots
    for lot in lots:
        if told in {str(lot.number), str(lot.id)}:
            return lot.id
    raise NotFound("lot", told)
