"""``phusong lots``: group a province's fund zones into lots, and change them by hand."""

from __future__ import annotations

from pathlib import Path

import click

from api.commands import lots_by_hand
from api.commands.bars import job_bar
from api.commands.lot_sites import sites
from api.commands.output import json_option, number, write_json
from api.door import as_authority, open_door
from api.lots_told import plan_json, zone_json
from api.words import word
from coverage.actions.lot_views import LotView, ProvinceLots, see_lots
from coverage.actions.lots import Plan, propose_lots
from coverage.errors import NothingToDo
from coverage.lots import Balance, LotLimits, LotStatus
from coverage.storage.lot_pins import AskedBounds

_STATUS = {LotStatus.PROPOSED: "đề xuất", LotStatus.IN_PACKAGE: "đã vào gói thầu"}
_OVER = {"max_zones": "số vùng", "max_households": "số hộ", "max_cost_vnd": "chi phí"}
_MILLION = 1_000_000


@click.group()
def commands() -> None:
    """Lô: gom các vùng lõm sóng do Quỹ chi trả thành lô để chọn nhà thầu."""


commands.add_command(sites)
for one in lots_by_hand.COMMANDS:
    commands.add_command(one)


@commands.command()
@click.option("--province", "province_code", required=True, help="Mã tỉnh, ví dụ 42.")
@click.option("--lots", "lots", type=click.IntRange(min=1), help="Số lô; mặc định ít nhất có thể.")
@click.option("--max-zones", type=click.IntRange(min=1), help="Số vùng tối đa của một lô.")
@click.option("--max-households", type=click.IntRange(min=1), help="Số hộ tối đa của một lô.")
@click.option(
    "--max-cost-vnd", type=click.IntRange(min=1), help="Chi phí ước tính tối đa của một lô, đồng."
)
@click.option("--anew", is_flag=True, help="Gom lại từ đầu; các vùng đã ghim vẫn giữ.")
@json_option
def propose(  # noqa: PLR0917 - the bounds of a lot, one by one
    province_code: str, lots: int | None, max_zones: int | None, max_households: int | None,
    max_cost_vnd: int | None, anew: bool, json_file: Path | None,
) -> None:  # fmt: skip
    """Đề xuất lô của một tỉnh; chạy lại khi vùng không đổi thì không thay đổi gì.

    Giới hạn không ghi thì lấy giới hạn lần trước của tỉnh, nếu chưa có thì theo quy định.
    Ghi một giới hạn nào thì các giới hạn khác trở về theo quy định.
    """
    asked = AskedBounds(lots, max_zones, max_households, max_cost_vnd)
    with open_door() as database, job_bar("change_lots") as told:
        actor = as_authority(database, "lots propose")
        try:
            plan = propose_lots(
                database, actor, province_code,
                asked if asked != AskedBounds() or anew else None, anew=anew, told=told,
            )  # fmt: skip
        except NothingToDo:
            write_json(json_file, {"province": {"code": province_code}, "lots": []})
            raise
        seen = see_lots(database, actor, province_code)
    write_json(json_file, as_json(plan, seen))
    _tell(seen, "đề xuất mới" if plan.changed else "không thay đổi")
    for listed in plan.left.values():
        click.echo(
            f"  Đã rời lô: {listed.zone.village}, {listed.commune or listed.zone.commune_code}"
            f" [{word(listed.zone.status)}] [{word(listed.zone.queue)}]"
        )


@commands.command()
@click.option("--province", "province_code", required=True, help="Mã tỉnh, ví dụ 42.")
@json_option
def show(province_code: str, json_file: Path | None) -> None:
    """Các lô đang có của một tỉnh: vùng, hộ, chi phí, sẵn sàng, cân bằng."""
    with open_door() as database:
        seen = see_lots(database, as_authority(database, "lots show"), province_code)
    write_json(json_file, plan_json(seen))
    _tell(seen, "đang có")


def as_json(plan: Plan, seen: ProvinceLots) -> dict[str, object]:
    """Return the exact answer: the province, the bounds, each lot with its zones, the totals."""
    return plan_json(seen) | {
        "changed": plan.changed,
        "left": [
            zone_json(key, one) | {"status": one.zone.status.value, "queue": one.zone.queue.value}
            for key, one in plan.left.items()
        ],
    }


def _tell(seen: ProvinceLots, state: str) -> None:
    zones = sum(len(view.lot.zone_ids) for view in seen.lots)
    households = sum(each.zone.households for view in seen.lots for each in view.zones)
    click.echo(
        f"{seen.province}: {len(seen.lots)} lô, {zones} vùng, {number(households)} hộ ({state})."
    )
    click.echo(f"  Giới hạn: {_bounds(seen.limits)}.")
    if not seen.bordered:
        click.echo(
            "  Ranh giới xã chỉ gần đúng nên không xét xã giáp ranh: liền kề chỉ tính theo khoảng cách."
        )
    if seen.lots:
        told = seen.balances
        click.echo(f"  Cân bằng: số hộ {_even(told['households'])}; chi phí {_even(told['cost'])}.")
    for view in seen.lots:
        click.echo(_line(view))


def _line(view: LotView) -> str:
    lot = view.lot
    cost = "" if view.cost_vnd is None else f", {_millions(view.cost_vnd)} triệu đồng"
    if view.cost is not None and view.cost.absent:
        absent = ", ".join(word(kind).lower() for kind in view.cost.absent)
        cost += f" (chưa tính {absent})"
    over = ", ".join(_OVER[name] for name in view.over)
    households = sum(each.zone.households for each in view.zones)
    gap_km = float(str(lot.totals["widest_gap_m"])) / 1000
    return (
        f"  {lot.name}: {lot.totals['zones']} vùng, {number(households)} hộ{cost}, "
        f"khoảng cách lớn nhất giữa các cụm {number(gap_km, 1)} km"
        f" [{_STATUS[lot.status]}]{f' [vượt giới hạn {over}]' if over else ''} {lot.id}"
    )


def _bounds(limits: LotLimits) -> str:
    told = [f"tối đa {limits.max_zones} vùng"]
    if limits.max_households:
        told.append(f"{number(limits.max_households)} hộ")
    if limits.max_cost_vnd:
        told.append(f"{_millions(limits.max_cost_vnd)} triệu đồng")
    told.append(f"khoảng cách {limits.gap_m / 1000:g} km")
    if limits.lots:
        told.append(f"{limits.lots} lô")
    return ", ".join(told)


def _even(found: Balance) -> str:
    if found.largest_to_mean is None:
        return "chưa rõ"
    mean = f"{number(found.largest_to_mean, 2)} lần trung bình"
    if found.largest_to_smallest is None:
        return f"lô lớn nhất bằng {mean}"
    return f"lô lớn nhất bằng {number(found.largest_to_smallest, 2)} lần lô nhỏ nhất, {mean}"


def _millions(vnd: int) -> str:
    return number(vnd / _MILLION)
