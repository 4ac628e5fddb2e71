"""``phusong package``: build, publish, check and list tender packages."""

from __future__ import annotations

import uuid
from pathlib import Path

import click

from api.commands.output import json_option, write_json
from api.commands.package_key import commands as key_commands
from api.commands.package_key import first_key_made
from api.commands.package_verify import verify
from api.door import as_authority, open_door, settings
from coverage.actions import packages, signing_keys
from coverage.actions.packages import PackageFile
from coverage.packages import VIETNAM_TIME, PackageStatus
from coverage.storage.packages import PackageRecord

_STATUS = {
    PackageStatus.DRAFT: "dự thảo",
    PackageStatus.PUBLISHED: "đã công bố",
    PackageStatus.SUPERSEDED: "đã có bản thay thế",
}
_SHOWN_HASH = 12


def _lot_ids(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> list[uuid.UUID] | None:
    """Ids of lots with commas between them."""
    if value is None:
        return None
    try:
        return [uuid.UUID(part.strip()) for part in value.split(",")]
    except ValueError:
        raise click.BadParameter(f"không phải mã lô: {value}", ctx, param) from None


@click.group()
def commands() -> None:
    """Gói thầu: lập, công bố, kiểm tra, liệt kê."""


commands.add_command(key_commands, "key")
commands.add_command(verify)


@commands.command()
@click.option("--province", "province_code", required=True, help="Mã tỉnh, ví dụ 42.")
@click.option(
    "--lots", "lot_ids", callback=_lot_ids, metavar="ID,…",
    help="Chỉ các lô này; mặc định mọi lô đề xuất.",
)  # fmt: skip
@click.option(
    "-o", "folder", required=True, type=click.Path(file_okay=False, path_type=Path),
    help="Thư mục nhận tệp gói thầu.",
)  # fmt: skip
@json_option
def build(
    province_code: str, lot_ids: list[uuid.UUID] | None, folder: Path, json_file: Path | None
) -> None:
    """Lập dự thảo gói thầu của một tỉnh; lập lại khi số liệu không đổi thì được đúng tệp cũ."""
    from api.package_map import map_writers  # noqa: PLC0415 - `verify` need not pay for folium

    with open_door() as database:
        actor = as_authority(database, "package build")
        built = packages.build_package(
            database, actor, province_code, map_writers(database, actor), lot_ids
        )
    path = _save(built, folder)
    write_json(json_file, as_json(built.record) | {"file": str(path), "changed": built.changed})
    click.echo(_line(built.record) + ("" if built.changed else " (không thay đổi)"))
    click.echo(f"  {path}\n  SHA-256 {built.record.sha256}")


@commands.command()
@click.argument("number")
@click.option(
    "-o", "folder", type=click.Path(file_okay=False, path_type=Path),
    help="Ghi tệp đã công bố vào thư mục này.",
)  # fmt: skip
@json_option
def publish(number: str, folder: Path | None, json_file: Path | None) -> None:
    """Công bố một dự thảo: mọi doanh nghiệp cùng thấy, nội dung không thay đổi được nữa."""
    from api.package_map import map_writers  # noqa: PLC0415 - as above

    with open_door() as database:
        actor = as_authority(database, "package publish")
        ready = signing_keys.ready_signer(database, actor, settings().signing)
        if ready.made:
            click.echo(first_key_made(ready))
        writers = map_writers(database, actor)
        published = packages.publish_package(database, actor, number, writers, ready.signer)
    answer = as_json(published.record)
    click.echo(_line(published.record))
    if folder is not None:
        path = _save(published, folder)
        answer["file"] = str(path)
        click.echo(f"  {path}")
    click.echo(f"  SHA-256 {published.record.sha256}")
    write_json(json_file, answer)


@commands.command(name="list")
@click.option("--province", "province_code", help="Chỉ một tỉnh.")
@json_option
def list_them(province_code: str | None, json_file: Path | None) -> None:
    """Liệt kê các gói thầu."""
    with open_door() as database:
        found = packages.list_packages(
            database, as_authority(database, "package list"), province_code=province_code
        )
    write_json(json_file, [as_json(record) for record in found])
    for record in found:
        click.echo(f"{_line(record)} {record.sha256[:_SHOWN_HASH]}")
    if not found:
        click.echo("Chưa có gói thầu nào.")


def as_json(record: PackageRecord) -> dict[str, object]:
    """Return what a package is, without its content."""
    return {
        "number": record.number,
        "version": record.version,
        "status": record.status.value,
        "province_code": record.province_code,
        "vintage": record.vintage,
        "approximate": record.approximate,
        "totals": dict(record.totals),
        "lots": [str(lot_id) for lot_id in record.lot_ids],
        "file_name": record.file_name,
        "sha256": record.sha256,
        "size": record.size,
        "published_at": record.published_at.isoformat() if record.published_at else None,
    }


def _line(record: PackageRecord) -> str:
    totals = record.totals
    when = ""
    if record.published_at is not None:
        when = f" {record.published_at.astimezone(VIETNAM_TIME):%d/%m/%Y %H:%M}"
    return (
        f"{record.number} v{record.version} [{_STATUS[record.status]}{when}]: "
        f"{totals['lots']} lô, {totals['zones']} vùng, {totals['households']} hộ."
    )


def _save(built: PackageFile, folder: Path) -> Path:
    """Write the file whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / built.record.file_name
    half = path.with_suffix(".part")
    half.write_bytes(built.content)
    half.replace(path)
    return path
