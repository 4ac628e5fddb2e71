"""``phusong map``: one HTML file that opens with the network off, or a PDF to print."""

from __future__ import annotations

import uuid
from pathlib import Path

import click

from api.door import as_authority, open_door
from api.drawing import content_of, content_of_surroundings
from api.map_drawing import country_paper, lot_paper, province_paper, zone_paper
from coverage.actions.overview import (
    Overview,
    see_country,
    see_lot,
    see_province,
    see_surroundings,
)
from coverage.findings import Language
from maps.atlas import Paper
from maps.document import map_document

_MEGABYTE = 1_000_000

output_option = click.option(
    "-o", "file", required=True, type=click.Path(dir_okay=False, path_type=Path),
    help="Tệp nhận bản đồ: .html mở bằng trình duyệt, .pdf để in.",
)  # fmt: skip
sites_option = click.option(
    "--sites", "with_sites", is_flag=True,
    help="Vẽ cả vị trí trạm của các nhà mạng; bản đồ khi đó chỉ lưu hành nội bộ.",
)  # fmt: skip
language_option = click.option(
    "--language", type=click.Choice([language.value for language in Language]),
    default=Language.VI.value, show_default=True, help="Ngôn ngữ trên bản đồ.",
)  # fmt: skip


paper_option = click.option(
    "--paper", type=click.Choice([paper.value for paper in Paper]), default=Paper.A4.value,
    show_default=True, help="Khổ giấy của tệp PDF.",
)  # fmt: skip


@click.group()
def commands() -> None:
    """Bản đồ một tệp: HTML mở được khi không có mạng, PDF để in."""


@commands.command()
@output_option
@sites_option
@language_option
@paper_option
def national(file: Path, with_sites: bool, language: str, paper: str) -> None:
    """Cả nước, có Hoàng Sa và Trường Sa."""
    with open_door() as database:
        actor = as_authority(database, "map national")
        if _is_paper(file):
            if with_sites:
                raise click.UsageError("Bản đồ cả nước để in không vẽ trạm: hãy in từng tỉnh.")
            _keep(file, country_paper(database, actor, Paper(paper), Language(language)))
            return
        overview = see_country(database, actor, with_sites=with_sites)
    _draw(overview, file, Language(language))


@commands.command()
@click.argument("province_code")
@output_option
@sites_option
@language_option
@paper_option
def province(province_code: str, file: Path, with_sites: bool, language: str, paper: str) -> None:
    """Một tỉnh theo mã, ví dụ 42."""
    with open_door() as database:
        actor = as_authority(database, "map province")
        if _is_paper(file):
            made = province_paper(database, actor, province_code, Paper(paper), Language(language),
                                  with_sites=with_sites)  # fmt: skip
            _keep(file, made)
            return
        overview = see_province(database, actor, province_code, with_sites=with_sites)
    _draw(overview, file, Language(language))


@commands.command()
@click.argument("lot_id", type=click.UUID)
@output_option
@sites_option
@language_option
@paper_option
def lot(lot_id: uuid.UUID, file: Path, with_sites: bool, language: str, paper: str) -> None:
    """Một lô theo mã của lô (xem `phusong lots`)."""
    with open_door() as database:
        actor = as_authority(database, "map lot")
        if _is_paper(file):
            made = lot_paper(database, actor, lot_id, Paper(paper), Language(language),
                             with_sites=with_sites)  # fmt: skip
            _keep(file, made)
            return
        overview = see_lot(database, actor, lot_id, with_sites=with_sites)
    _draw(overview, file, Language(language))


@commands.command()
@click.argument("zone_id", type=click.UUID)
@output_option
@language_option
@paper_option
def zone(zone_id: uuid.UUID, file: Path, language: str, paper: str) -> None:
    """Quanh một vùng lõm sóng theo mã, có các trạm ở gần; chỉ lưu hành nội bộ."""
    with open_door() as database:
        actor = as_authority(database, "map zone")
        if _is_paper(file):
            _keep(file, zone_paper(database, actor, zone_id, Paper(paper), Language(language)))
            return
        seen = see_surroundings(database, actor, zone_id)
    content = content_of_surroundings(seen, restricted=True, language=Language(language))
    _keep(file, ("", map_document(content)))


def _is_paper(file: Path) -> bool:
    return file.suffix.lower() == ".pdf"


def _keep(file: Path, made: tuple[str, bytes]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(made[1])
    size = f"{len(made[1]) / _MEGABYTE:.1f}".replace(".", ",")
    click.echo(f"Bản đồ: {file} ({size} MB)")


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
