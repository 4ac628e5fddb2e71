"""``phusong consultation``: rounds of consultation, and the promises made in them."""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import Path

import click

from api.commands.moments import Moment
from api.commands.output import json_option, write_json
from api.consultations import told_promise, told_round
from api.door import as_authority, open_door, today
from api.words import word
from coverage.actions import consultation, promises
from coverage.actions.consultation import NewRound, SeenRound
from coverage.consultation import PromiseStatus
from coverage.days import VIETNAM_TIME
from coverage.storage.consultation import Promised

_number = click.argument("number", type=click.IntRange(1, 2**31))


@click.group()
def commands() -> None:
    """Tham vấn: doanh nghiệp nào tự đầu tư ở vùng nào, đến khi nào."""


@commands.command("open")
@click.option("--name", required=True, help="Tên đợt.")
@click.option("--basis", required=True, help="Văn bản làm căn cứ.")
@click.option("--opens", "opens_at", type=Moment(), help="Giờ Việt Nam; mặc định mở ngay.")
@click.option("--closes", "closes_at", type=Moment(), required=True, help="Giờ Việt Nam.")
@click.option("--province", "province_codes", multiple=True, help="Mã tỉnh; mặc định cả nước.")
@click.option("--zone", "zone_ids", multiple=True, type=click.UUID, help="Chỉ các vùng này.")
@json_option
def open_one(  # noqa: PLR0917 - a parameter per option
    name: str, basis: str, opens_at: datetime | None, closes_at: datetime,
    province_codes: tuple[str, ...], zone_ids: tuple[uuid.UUID, ...], json_file: Path | None,
) -> None:  # fmt: skip
    """Mở một đợt tham vấn về các vùng do Quỹ chi trả, đã duyệt hoặc đang thẩm định."""
    new = NewRound(
        name, basis, opens_at or datetime.now(VIETNAM_TIME), closes_at, province_codes or None,
        zone_ids or None,
    )  # fmt: skip
    with open_door() as database:
        seen = consultation.open_round(database, as_authority(database, "consultation open"), new)
    write_json(json_file, told_round(seen, inside=True).model_dump(mode="json"))
    _tell(seen)


@commands.command("list")
@json_option
def list_all(json_file: Path | None) -> None:
    """Liệt kê các đợt tham vấn, mới nhất trước."""
    with open_door() as database:
        found = consultation.list_rounds(database, as_authority(database, "consultation list"))
    told = [told_round(seen, inside=True).model_dump(mode="json") for seen in found]
    write_json(json_file, {"consultations": told})
    for seen in found:
        _tell(seen)
    if not found:
        click.echo("Chưa có đợt tham vấn nào.")


@commands.command()
@_number
@json_option
def show(number: int, json_file: Path | None) -> None:
    """Cho xem một đợt và mọi cam kết trong đợt."""
    with open_door() as database:
        actor = as_authority(database, "consultation show")
        seen = consultation.see_round(database, actor, number)
    write_json(
        json_file,
        told_round(seen, inside=True).model_dump(mode="json")
        | {"promises": [told_promise(each).model_dump(mode="json") for each in seen.promises]},
    )
    _tell(seen)
    _tell_promises(seen.promises)


@commands.command()
@_number
@click.option("--reason", required=True, help="Lý do; doanh nghiệp đọc được.")
def cancel(number: int, reason: str) -> None:
    """Hủy một đợt chưa kết thúc; cam kết đã có vẫn đứng đến khi được rút hoặc quá hạn."""
    with open_door() as database:
        actor = as_authority(database, "consultation cancel")
        _tell(consultation.cancel_round(database, actor, number, reason))


@commands.command()
@_number
@click.option("--closes", "closes_at", type=Moment(), required=True, help="Giờ Việt Nam.")
@click.option("--reason", required=True, help="Lý do.")
def extend(number: int, closes_at: datetime, reason: str) -> None:
    """Kéo dài một đợt chưa kết thúc, cho mọi doanh nghiệp."""
    with open_door() as database:
        actor = as_authority(database, "consultation extend")
        _tell(consultation.extend_round(database, actor, number, closes_at, reason))


@commands.command()
@json_option
def lapse(json_file: Path | None) -> None:
    """Kết thúc các cam kết đã quá hạn hoặc đã thực hiện; chạy lại thì không đổi gì."""
    with open_door() as database:
        actor = as_authority(database, "consultation lapse")
        done = promises.lapse(database, actor, today())
    write_json(
        json_file,
        {
            "date": done.day.isoformat(),
            "lapsed": [told_promise(each).model_dump(mode="json") for each in done.lapsed],
            "kept": [told_promise(each).model_dump(mode="json") for each in done.kept],
            "zones_returned": [str(each) for each in done.returned],
        },
    )
    click.echo(
        f"{len(done.lapsed)} cam kết quá hạn, {len(done.kept)} đã thực hiện;"
        f" {len(done.returned)} vùng được xét lại ai chi trả."
    )
    _tell_promises(done.lapsed)


@commands.command("promises")
@click.option(
    "--status",
    type=click.Choice([each.value for each in PromiseStatus]),
    help="Chỉ tình trạng này.",
)
@json_option
def list_promises(status: str | None, json_file: Path | None) -> None:
    """Liệt kê các cam kết, trong và ngoài các đợt."""
    with open_door() as database:
        actor = as_authority(database, "consultation promises")
        wanted = PromiseStatus(status) if status else None
        found = promises.list_promises(database, actor, status=wanted)
    told = [told_promise(each).model_dump(mode="json") for each in found]
    write_json(json_file, {"promises": told})
    _tell_promises(found)
    if not found:
        click.echo("Chưa có cam kết nào.")


def _tell(seen: SeenRound) -> None:
    asked = seen.round
    click.echo(
        f"Đợt {asked.number} [{word(seen.state)}] {asked.name}:"
        f" {asked.opens_at.astimezone(VIETNAM_TIME):%d/%m/%Y %H:%M}"
        f" – {asked.closes_at.astimezone(VIETNAM_TIME):%d/%m/%Y %H:%M};"
        f" {seen.asked.zones} vùng, {seen.asked.households} hộ;"
        f" {seen.promised.zones} vùng có cam kết."
    )


def _tell_promises(found: tuple[Promised, ...] | list[Promised]) -> None:
    for each in found:
        click.echo(
            f"  {each.operator}: {each.village} (tỉnh {each.province_code}) trước"
            f" {each.on_air_by:%d/%m/%Y} [{word(each.status)}] {each.id}"
        )
