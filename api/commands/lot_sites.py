"""``phusong lots sites``: where masts could stand for the zones of a province's lots."""

from __future__ import annotations

import uuid
from pathlib import Path

import click

from api.commands.bars import job_bar
from api.commands.output import json_option, number, write_json
from api.door import as_authority, open_door, today
from api.words import word
from coverage.actions.lot_sites import SitedLot, choose_lot_sites
from coverage.errors import PhusongError
from coverage.lot_sites import SitesAsked
from coverage.storage.lot_sites import StoredSite

_NOTHING = 5e-5  # of a gap: less than half of the last figure shown


@click.command()
@click.option("--province", "province_code", required=True, help="Mã tỉnh, ví dụ 42.")
@click.option("--lot", "lot_ids", type=click.UUID, multiple=True, help="Chỉ chọn cho lô này.")
@click.option(
    "--sites", type=click.IntRange(min=1),
    help="Nhiều nhất chừng này vị trí trong mỗi lô: phục vụ được nhiều hộ nhất.",
)  # fmt: skip
@click.option(
    "--budget", type=click.IntRange(min=1), metavar="VND",
    help="Nhiều nhất chừng này đồng cho mỗi lô: phục vụ được nhiều hộ nhất.",
)  # fmt: skip
@json_option
def sites(
    province_code: str, lot_ids: tuple[uuid.UUID, ...], sites: int | None, budget: int | None,
    json_file: Path | None,
) -> None:  # fmt: skip
    """Chọn vị trí trạm trong lô: phục vụ mọi vùng với chi phí ít nhất, cột có sẵn được xét trước.

    Chạy lại khi vùng, vị trí và đơn giá không đổi thì không thay đổi gì.
    """
    if sites is not None and budget is not None:
        raise click.UsageError("chọn --sites hoặc --budget, không chọn cả hai")
    with open_door() as database, job_bar("choose_sites") as told:
        try:
            sited = choose_lot_sites(
                database, as_authority(database, "lots sites"), province_code,
                SitesAsked(sites, budget), today(), list(lot_ids) or None, told=told,
            )  # fmt: skip
        except PhusongError:
            write_json(json_file, {"province": province_code, "lots": []})
            raise
    write_json(json_file, {"province": province_code, "lots": [each.as_json() for each in sited]})
    for each in sited:
        _tell(each)


def _tell(each: SitedLot) -> None:
    found = each.siting
    shared = sum(site.shared for site in found.sites)
    state = "chọn mới" if each.changed else "không thay đổi"
    click.echo(
        f"{each.lot.name}: {len(found.sites)} vị trí ({shared} dùng chung cột có sẵn),"
        f" {number(found.households_covered)}/{number(found.households_total)} hộ, {number(found.cost_vnd)} đồng,"
        f" {_proof(found.gap)} ({state})"
    )
    if each.cost.absent:
        absent = ", ".join(word(kind).lower() for kind in each.cost.absent)
        click.echo(f"  Chưa tính: {absent} (chưa có lớp nền hoặc sổ trạm).")
    for site in found.sites:
        click.echo(f"  {site.place}. {_line(site)}")


def _proof(gap: float) -> str:
    if gap < _NOTHING:
        return "đã chứng minh là tốt nhất"
    return f"kém tốt nhất không quá {number(100 * gap, 2)} %"


def _line(site: StoredSite) -> str:
    kind = f"cột có sẵn số {site.mast_id}" if site.shared else "trạm mới"
    return (
        f"{kind} tại {site.latitude:.5f}, {site.longitude:.5f} (xã {site.commune_code}):"
        f" {len(site.zone_ids)} vùng, {number(site.households)} hộ, {number(site.cost.total_vnd)} đồng"
    )
