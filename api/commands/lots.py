"""``phusong lots``: group a province's fund zones into lots."""

from __future__ import annotations

import uuid
from pathlib import Path

import click

from api.commands.lot_sites import sites
from api.commands.output import json_option, write_json
from api.door import as_authority, open_door
from api.words import word
from coverage.actions.lots import Plan, propose_lots
from coverage.errors import NothingToDo
from coverage.lots import LotStatus

_STATUS = {LotStatus.PROPOSED: "đề xuất", LotStatus.IN_PACKAGE: "đã vào gói thầu"}


@click.group()
def commands() -> None:
    """Lô: gom các vùng lõm sóng do Quỹ chi trả thành lô để chọn nhà thầu."""


commands.add_command(sites)


@commands.command()
@click.option("--province", "province_code", required=True, help="Mã tỉnh, ví dụ 42.")
@json_option
def propose(province_code: str, json_file: Path | None) -> None:
    """Đề xuất lô của một tỉnh; chạy lại khi vùng không đổi thì không thay đổi gì."""
    with open_door() as database:
        try:
            plan = propose_lots(database, as_authority(database, "lots propose"), province_code)
        except NothingToDo:
            write_json(json_file, {"province": {"code": province_code}, "lots": []})
            raise
    write_json(json_file, as_json(plan))
    _tell(plan)


def as_json(plan: Plan) -> dict[str, object]:
    """Return the exact answer: the province, the bounds, each lot with its zones, the totals."""
    return {
        "province": {"code": plan.province_code, "name": plan.province},
        "vintage": plan.vintage,
        "limits": {"gap_m": plan.limits.gap_m, "max_zones": plan.limits.max_zones},
        "changed": plan.changed,
        "lots": [
            {
                "id": str(lot.id),
                "number": lot.number,
                "name": lot.name,
                "status": lot.status.value,
                "totals": dict(lot.totals),
                "zones": [_zone(plan, zone_id) for zone_id in lot.zone_ids],
            }
            for lot in plan.lots
        ],
        "left": [
            {"id": str(key), "status": one.zone.status.value, "queue": one.zone.queue.value}
            for key, one in plan.left.items()
        ],
        "totals": _totals(plan),
    }


def _zone(plan: Plan, zone_id: uuid.UUID) -> dict[str, object]:
    """A zone of a lot; one that has left the fund's queue since has its id only."""
    listed = plan.zones.get(zone_id)
    if listed is None:
        return {"id": str(zone_id)}
    zone = listed.zone
    return {
        "id": str(zone.id),
        "village": zone.village,
        "commune_code": zone.commune_code,
        "latitude": zone.latitude,
        "longitude": zone.longitude,
        "households": zone.households,
    }


def _totals(plan: Plan) -> dict[str, int]:
    zones = [plan.zones[key].zone for lot in plan.lots for key in lot.zone_ids if key in plan.zones]
    return {
        "lots": len(plan.lots),
        "zones": sum(len(lot.zone_ids) for lot in plan.lots),
        "households": sum(zone.households for zone in zones),
    }


def _tell(plan: Plan) -> None:
    totals = _totals(plan)
    state = "đề xuất mới" if plan.changed else "không thay đổi"
    click.echo(
        f"{plan.province}: {totals['lots']} lô, {totals['zones']} vùng, "
        f"{totals['households']} hộ ({state})."
    )
    for listed in plan.left.values():
        click.echo(
            f"  Đã rời lô: {listed.zone.village}, {listed.commune or listed.zone.commune_code}"
            f" [{word(listed.zone.status)}] [{word(listed.zone.queue)}]"
        )
    for lot in plan.lots:
        click.echo(
            f"  {lot.name}: {lot.totals['zones']} vùng, {lot.totals['households']} hộ, "
            f"khoảng cách lớn nhất giữa các cụm {lot.totals['widest_gap_m']} m"
            f" [{_STATUS[lot.status]}] {lot.id}"
        )
