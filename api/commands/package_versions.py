"""``phusong package amend | clarify | cancel``: the next version of what was published."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from api.commands.output import json_option, write_json
from api.commands.package_key import first_key_made
from api.commands.package_told import (
    as_json,
    difference_lines,
    ids,
    line,
    mode_option,
    moment_options,
    save,
)
from api.door import as_authority, open_door, settings
from coverage.actions import amendments, cancelling, signing_keys
from coverage.actions.amendments import PreviewedVersion
from coverage.actions.package_versions import Amendment
from coverage.actions.packages import PackageFile

_reason = click.option("--reason", required=True, help="Lý do; doanh nghiệp đọc được.")
_folder = click.option(
    "-o", "folder", type=click.Path(file_okay=False, path_type=Path),
    help="Ghi tệp đã công bố vào thư mục này.",
)  # fmt: skip
_check = click.option(
    "--check", is_flag=True, help="Chỉ cho xem khác gì so với phiên bản trước; không ghi gì."
)


def _additions(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> dict[uuid.UUID, int]:
    """``ZONE=LOT`` pairs."""
    read = {}
    for pair in value:
        zone, _, lot = pair.partition("=")
        try:
            read[uuid.UUID(zone.strip())] = int(lot)
        except ValueError:
            raise click.BadParameter(f"phải là MÃ_VÙNG=SỐ_LÔ: {pair}", ctx, param) from None
    return read


@click.command()
@click.argument("number")
@_reason
@click.option(
    "--lots", "lot_ids", callback=ids, metavar="ID,…",
    help="Các lô của phiên bản mới: lô của gói và lô đề xuất; mặc định các lô của gói.",
)  # fmt: skip
@click.option("--drop", callback=ids, metavar="VÙNG,…", help="Các vùng đưa ra khỏi gói.")
@click.option(
    "--add", callback=_additions, multiple=True, metavar="VÙNG=LÔ",
    help="Vùng đưa vào lô số mấy của gói; lặp lại được.",
)  # fmt: skip
@mode_option
@moment_options
@_check
@_folder
@json_option
def amend(
    number: str, folder: Path | None, json_file: Path | None, *, check: bool, **wanted: Any
) -> None:
    """Sửa đổi một gói đã công bố: phiên bản kế tiếp, có lý do và nêu rõ khác gì."""
    amendment = Amendment(**{**wanted, "drop": wanted["drop"] or ()})
    if check:
        _show(number, amendment, amendments.preview_amendment, json_file)
    else:
        _publish(number, amendment, amendments.amend_package, folder, json_file)


@click.command()
@click.argument("number")
@_reason
@moment_options
@_check
@_folder
@json_option
def clarify(
    number: str, folder: Path | None, json_file: Path | None, *, check: bool, **wanted: Any
) -> None:
    """Làm rõ một gói đã công bố: phiên bản kế tiếp mang các câu trả lời, vùng và lô như cũ."""
    amendment = Amendment(**wanted)
    if check:
        _show(number, amendment, amendments.preview_clarification, json_file)
    else:
        _publish(number, amendment, amendments.clarify_package, folder, json_file)


@click.command()
@click.argument("number")
@_reason
@json_option
def cancel(number: str, reason: str, json_file: Path | None) -> None:
    """Hủy một gói đã công bố, hoặc thu hồi phiên bản chưa đến giờ mở; các vùng được tự do lại."""
    with open_door() as database:
        actor = as_authority(database, "package cancel")
        record = cancelling.cancel_package(database, actor, number, reason)
    write_json(json_file, as_json(record))
    click.echo(line(record))


def _show(
    number: str, amendment: Amendment, preview: Callable[..., PreviewedVersion],
    json_file: Path | None,
) -> None:  # fmt: skip
    with open_door() as database:
        actor = as_authority(database, "package amend --check")
        shown = preview(database, actor, number, amendment)
    write_json(
        json_file,
        {
            "number": number, "version": shown.version, "totals": dict(shown.totals),
            "difference": shown.difference.as_json(), "preview": shown.token,
        },
    )  # fmt: skip
    click.echo(f"{number} v{shown.version} (xem trước, chưa ghi gì):")
    for told in difference_lines(
        shown.difference.came, shown.difference.went, shown.difference.changed
    ):
        click.echo(told)


def _publish(
    number: str, amendment: Amendment, act: Callable[..., PackageFile], folder: Path | None,
    json_file: Path | None,
) -> None:  # fmt: skip
    from api.package_map import map_writers  # noqa: PLC0415 - previews need not pay for folium

    with open_door() as database:
        actor = as_authority(database, "package amend")
        ready = signing_keys.ready_signer(database, actor, settings().signing)
        if ready.made:
            click.echo(first_key_made(ready))
        made = act(
            database, actor, number, amendment, writers=map_writers(database, actor),
            signer=ready.signer,
        )  # fmt: skip
    record = made.record
    told = as_json(record)
    click.echo(line(record))
    for one in difference_lines(*(record.difference[key] for key in ("came", "went", "changed"))):
        click.echo(one)
    if folder is not None:
        path = save(made, folder)
        told["file"] = str(path)
        click.echo(f"  {path}")
    click.echo(f"  SHA-256 {record.sha256}")
    write_json(json_file, told)
