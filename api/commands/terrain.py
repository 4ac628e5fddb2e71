"""``phusong terrain``: heights of the ground, for the line of sight between village and mast."""

from __future__ import annotations

import uuid
from pathlib import Path

import click

from api.commands.output import json_option, refusal_in_json, write_json
from api.door import as_authority, open_door, settings, today
from coverage.actions.terrain import TerrainLoad, list_terrain, load_terrain, remove_terrain
from coverage.findings import Severity
from coverage.storage.terrain import TerrainFile


@click.group()
def commands() -> None:
    """Địa hình: nạp mô hình số độ cao (GeoTIFF) để xét tầm nhìn từ thôn, bản đến trạm."""


@commands.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--units", type=click.Choice(["m", "ft"]),
    help="Đơn vị độ cao khi tệp không ghi hoặc ghi sai: m là mét, ft là feet.",
)  # fmt: skip
@json_option
def load(file: Path, units: str | None, json_file: Path | None) -> None:
    """Kiểm tra và nạp một tệp GeoTIFF ở hệ tọa độ bất kỳ; tệp mịn nhất được dùng trước."""
    var = settings().folders.var
    with refusal_in_json(file, json_file), open_door() as database:
        actor = as_authority(database, "terrain load")
        done = load_terrain(database, actor, file, var, today(), units=units)
    write_json(json_file, as_json(done, file.name))
    _tell(done)


@commands.command(name="list")
@json_option
def list_(json_file: Path | None) -> None:
    """Liệt kê các tệp đang dùng, tệp mịn nhất trước."""
    with open_door() as database:
        files = list_terrain(database, as_authority(database, "terrain list"))
    write_json(json_file, [_file(file) for file in files])
    if not files:
        click.echo("Chưa nạp tệp địa hình nào: tầm nhìn chưa được xét.")
    for file in files:
        click.echo(f"{file.id}  {_line(file)}")


@commands.command()
@click.argument("terrain_id", type=click.UUID)
def remove(terrain_id: uuid.UUID) -> None:
    """Thôi dùng một tệp và xóa bản đã nạp khỏi đĩa; các kết luận cũ giữ nguyên đến lần đánh giá sau."""
    with open_door() as database:
        actor = as_authority(database, "terrain remove")
        removed = remove_terrain(database, actor, terrain_id, settings().folders.var)
    click.echo(f"Đã gỡ {removed.file_name}. Hãy chạy `phusong evidence assess` để đánh giá lại.")


def as_json(done: TerrainLoad, name: str) -> dict[str, object]:
    """Return the exact answer: the file as it was understood and every finding."""
    return {
        "file": name,
        "status": "loaded" if done.changed else "unchanged",
        "terrain": _file(done.file),
        "findings": [found.as_json() for found in done.findings],
    }


def _file(file: TerrainFile) -> dict[str, object]:
    extent = file.extent
    return {
        "id": str(file.id),
        "file": file.file_name,
        "sha256": file.sha256,
        "crs": file.crs,
        "units": file.units,
        "resolution_m": round(file.resolution_m, 2),
        "lowest_m": round(file.lowest_m, 1),
        "highest_m": round(file.highest_m, 1),
        "extent": [extent.west, extent.south, extent.east, extent.north],
        "loaded_by": file.loaded_by,
        "loaded_at": file.loaded_at.isoformat(),
    }


def _line(file: TerrainFile) -> str:
    extent = file.extent
    return (
        f"{file.file_name}: ô {file.resolution_m:.0f} m, cao {file.lowest_m:.0f} đến"
        f" {file.highest_m:.0f} m, kinh độ {extent.west:.2f}–{extent.east:.2f},"
        f" vĩ độ {extent.south:.2f}–{extent.north:.2f}"
    )


def _tell(done: TerrainLoad) -> None:
    for found in done.findings:
        click.echo(
            f"  {found.rule}: {found.message()} {found.fix()}",
            err=found.severity is not Severity.INFO,
        )
    if not done.changed:
        click.echo(f"{done.file.file_name}: tệp này đã được nạp, không có gì thay đổi.")
        return
    click.echo(f"Đã nạp {_line(done.file)}, hệ {done.crs_name}.")
    click.echo("Hãy chạy `phusong evidence assess` để đánh giá lại.")
