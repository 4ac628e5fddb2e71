"""``phusong package key``: the key that publications are signed with."""

from __future__ import annotations

from pathlib import Path

import click

from api.commands.output import json_option, write_json
from api.door import as_authority, open_door, settings
from api.problems import sentence
from api.told_checks import told_key
from coverage.actions import signing_keys
from coverage.actions.signing_keys import ReadySigner
from coverage.days import VIETNAM_TIME
from coverage.errors import SigningKeyUnusable
from coverage.settings import SigningSettings
from coverage.storage.signing_keys import SigningKeyRecord


@click.group()
def commands() -> None:
    """Khóa ký gói thầu: xem, tạo, thay."""


@commands.command()
@json_option
def show(json_file: Path | None) -> None:
    """Cho biết khóa công khai hiện hành, các khóa cũ, và máy chủ này có khóa riêng hay không."""
    chosen = settings().signing
    with open_door() as database:
        keys = signing_keys.list_keys(database)
    trouble = _trouble(keys, chosen)
    write_json(
        json_file,
        {
            "address": chosen.address,
            "file": str(chosen.path),
            "usable": bool(keys) and trouble is None,
            "keys": [told_key(key) for key in keys],
        },
    )
    if not keys:
        click.echo("Chưa có khóa ký: lần công bố đầu tiên sẽ tạo, hoặc chạy `phusong package key create`.")  # fmt: skip
        return
    for key in keys:
        click.echo(_line(key))
    click.echo(keys[0].pem.rstrip())
    click.echo(f"Nơi công bố khóa: {chosen.address}")
    if trouble is None:
        click.echo(f"Khóa riêng: {chosen.path} (dùng được)")
        return
    click.echo(trouble, err=True)
    click.get_current_context().exit(1)


@commands.command()
@json_option
def create(json_file: Path | None) -> None:
    """Tạo khóa ký đầu tiên; nếu tệp khóa đã có sẵn thì dùng tệp đó."""
    chosen = settings().signing
    with open_door() as database:
        made = signing_keys.create_key(
            database, as_authority(database, "package key create"), chosen
        )
    _tell(made, json_file, "Đã tạo khóa ký.")


@commands.command()
@click.option("--reason", required=True, help="Vì sao thay khóa; được ghi vào nhật ký.")
@json_option
def rotate(reason: str, json_file: Path | None) -> None:
    """Thay khóa ký; gói đã công bố vẫn kiểm tra được bằng khóa cũ. Khóa riêng cũ bị xóa."""
    chosen = settings().signing
    with open_door() as database:
        actor = as_authority(database, "package key rotate")
        made = signing_keys.rotate_key(database, actor, chosen, reason)
    _tell(made, json_file, "Đã thay khóa ký; từ nay gói thầu được ký bằng khóa mới.")


def first_key_made(ready: ReadySigner) -> str:
    """Return what to tell whoever publishes when that made the server's first key."""
    return (
        f"Máy chủ chưa có khóa ký: đã tạo khóa mới.\n  Vân tay {ready.signer.public.fingerprint}\n"
        f"  {_keep_it(ready.path)}"
    )


def _tell(made: SigningKeyRecord, json_file: Path | None, words: str) -> None:
    chosen = settings().signing
    write_json(json_file, told_key(made) | {"file": str(chosen.path), "address": chosen.address})
    click.echo(f"{words}\n  Vân tay {made.fingerprint}\n  {_keep_it(chosen.path)}")
    click.echo(f"  Nơi công bố khóa: {chosen.address}")


def _keep_it(path: Path) -> str:
    return f"Khóa riêng {path}: hãy sao lưu riêng tệp này, không để chung với bản sao lưu cơ sở dữ liệu."


def _line(key: SigningKeyRecord) -> str:
    first = key.made_at.astimezone(VIETNAM_TIME)
    if key.retired_at is None:
        return f"{key.fingerprint} hiện hành, từ {first:%d/%m/%Y %H:%M}"
    last = key.retired_at.astimezone(VIETNAM_TIME)
    return f"{key.fingerprint} đã thay, ký từ {first:%d/%m/%Y %H:%M} đến {last:%d/%m/%Y %H:%M}"


def _trouble(keys: list[SigningKeyRecord], chosen: SigningSettings) -> str | None:
    """Why this server could not sign now, if it could not."""
    if not keys:
        return None
    try:
        signing_keys.must_be_usable(keys[0], chosen)
    except SigningKeyUnusable as error:
        return sentence(error)
    return None
