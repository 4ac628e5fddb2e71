"""``phusong map``: one HTML file that opens with the network off."""

from __future__ import annotations

import uuid
from pathlib import Path

import click

from api.door import as_authority, open_door
from api.drawing import content_of
from coverage.actions.overview import Overview, see_country, see_lot, see_province
from coverage.findings import Language
from maps.document import map_document

_MEGABYTE = 1_000_000

output_option = click.option(
    "-o", "file", required=True, type=click.Path(dir_okay=False, path_type=Path),
    help="Tệp HTML nhận bản đồ.",
)  # fmt: skip
sites_option = click.option(
    "--sites", "with_sites", is_flag=True,
    help="Vẽ cả vị trí trạm của các nhà mạng; bản đồ khi đó chỉ lưu hành nội bộ.",
)  # fmt: skip
language_option = click.option(
    "--language", type=click.Choice([language.value for language in Language]),
    default=Language.VI.value, show_default=True, help="Ngôn ngữ trên bản đồ.",
)  # fmt: skip


@click.group()
def commands() -> None:
    """Bản đồ một tệp, mở được khi không có mạng."""


@commands.command()
@output_option
@sites_option
@language_option
def national(file: Path, with_sites: bool, language: str) -> None:
    """Cả nước, có Hoàng Sa và Trường Sa."""
    with open_door() as database:
        actor = as_authority(database, "map national")
        overview = see_country(database, actor, with_sites=with_sites)
    _draw(overview, file, Language(language))


@commands.command()
@click.argument("province_code")
@output_option
@sites_option
@language_option
def province(province_code: str, file: Path, with_sites: bool, language: str) -> None:
    """Một tỉnh theo mã, ví dụ 42."""
    with open_door() as database:
        actor = as_authority(database, "map province")
        overview = see_province(database, actor, province_code, with_sites=with_sites)
    _draw(overview, file, Language(language))


@commands.command()
@click.argument("lot_id", type=click.UUID)
@output_option
@sites_option
@language_option
def lot(lot_id: uuid.UUID, file: Path, with_sites: bool, language: str) -> None:
    """Một lô theo mã của lô (xem `phusong lots`)."""
    with open_door() as database:
        actor = as_authority(database, "map lot")
        overview = see_lot(database, actor, lot_id, with_sites=with_sites)
    _draw(overview, file, Language(language))


def _draw(overview: Overview, file: Path, language: Language) -> None:
    document = map_document(content_of(overview, restricted=True, language=language))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(document)
    households = sum(listed.zone.households for listed in overview.zones)
    size = f"{len(document) / _MEGABYTE:.1f}".replace(".", ",")
    parts = [
        f"{len(overview.zones)} điểm lõm sóng",
        f"{households} hộ",
        f"{len(overview.lots)} lô",
        f"{len(overview.sites)} trạm",
    ]
    click.echo(f"Bản đồ: {file} ({size} MB)")
    click.echo(f"  {', '.join(parts)}")
    if overview.ground.vintage.approximate:
        click.echo("  Ranh giới gần đúng: chưa nạp địa giới thật (`phusong places load`).")
