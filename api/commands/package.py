"""``phusong package``: build, publish, check and list tender packages."""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import Path

import click

from api.commands.bars import job_bar
from api.commands.output import json_option, write_json
from api.commands.package_key import commands as key_commands
from api.commands.package_key import first_key_made
from api.commands.package_letters import answer, questions
from api.commands.package_told import as_json, ids, line, mode_option, moment_options, save
from api.commands.package_verify import verify
from api.commands.package_versions import amend, cancel, clarify
from api.door import as_authority, open_door, settings
from coverage.actions import packages, signing_keys
from coverage.errors import FileUnwritable
from coverage.packages import ProcurementMode

_SHOWN_HASH = 12


@click.group()
def commands() -> None:
    """Gói thầu: lập, công bố, kiểm tra, liệt kê."""


commands.add_command(key_commands, "key")
commands.add_command(verify)
for _command in (amend, clarify, cancel, questions, answer):
    commands.add_command(_command)


@commands.command()
@click.option("--province", "province_code", required=True, help="Mã tỉnh, ví dụ 42.")
@click.option(
    "--lots", "lot_ids", callback=ids, metavar="ID,…",
    help="Chỉ các lô này; mặc định mọi lô đề xuất.",
)  # fmt: skip
@click.option(
    "-o", "folder", required=True, type=click.Path(file_okay=False, path_type=Path),
    help="Thư mục nhận tệp gói thầu.",
)  # fmt: skip
@mode_option
@json_option
def build(
    province_code: str, lot_ids: list[uuid.UUID] | None, folder: Path,
    mode: ProcurementMode | None, json_file: Path | None,
) -> None:  # fmt: skip
    """Lập dự thảo gói thầu của một tỉnh; lập lại khi số liệu không đổi thì được đúng tệp cũ."""
    from api.package_map import map_writers  # noqa: PLC0415 - `verify` need not pay for folium

    with open_door() as database, job_bar("build_package") as told:
        actor = as_authority(database, "package build")
        built = packages.build_package(
            database, actor, province_code, map_writers(database, actor), lot_ids, mode=mode,
            told=told,
        )  # fmt: skip
    path = save(built, folder)
    write_json(json_file, as_json(built.record) | {"file": str(path), "changed": built.changed})
    click.echo(line(built.record) + ("" if built.changed else " (không thay đổi)"))
    click.echo(f"  {path}\n  SHA-256 {built.record.sha256}")


@commands.command()
@click.argument("number")
@click.option(
    "-o", "folder", type=click.Path(file_okay=False, path_type=Path),
    help="Ghi tệp đã công bố vào thư mục này.",
)  # fmt: skip
@moment_options
@json_option
def publish(
    number: str, folder: Path | None, opens_at: datetime | None, closes_at: datetime | None,
    json_file: Path | None,
) -> None:  # fmt: skip
    """Công bố một dự thảo: mọi doanh nghiệp cùng thấy, nội dung không thay đổi được nữa."""
    from api.package_map import map_writers  # noqa: PLC0415 - as above

    with open_door() as database:
        actor = as_authority(database, "package publish")
        ready = signing_keys.ready_signer(database, actor, settings().signing)
        if ready.made:
            click.echo(first_key_made(ready))
        writers = map_writers(database, actor)
        published = packages.publish_package(
            database, actor, number, writers, ready.signer, opens_at=opens_at, closes_at=closes_at
        )
    answer = as_json(published.record)
    click.echo(line(published.record))
    if folder is not None:
        try:
            path = save(published, folder)
        except FileUnwritable:
            click.echo("Gói đã được công bố; chỉ tệp chưa ghi được, hãy tải ở trang gói thầu.")
            raise
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
        click.echo(f"{line(record)} {record.sha256[:_SHOWN_HASH]}")
    if not found:
        click.echo("Chưa có gói thầu nào.")
