"""``phusong zones load``: zones as they already stand, from a list of the authority's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from api.commands.output import json_option, refusal_in_json, write_json
from api.door import as_authority, open_door, settings
from api.surveys import reading_limits
from coverage.actions.standings import StandingsLoad, check_standings, load_standings
from coverage.findings import Severity
from coverage.intake.columns import mapping_of
from coverage.intake.files import content_of

_DONE: Mapping[str, str] = {
    "record_covered": "ghi nhận đã có sóng",
    "go_on_air": "chuyển sang đã phát sóng",
    "record_awarded": "ghi nhận đã giao",
    "promise": "ghi nhận cam kết của doanh nghiệp",
}


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--province", "province_code", required=True, help="Mã tỉnh, ví dụ 42.")
@click.option("--map", "said", multiple=True, help="Cột giữ số liệu gì, ví dụ D=households.")
@click.option("--check", is_flag=True, help="Chỉ cho biết sẽ làm gì; không ghi gì.")
@json_option
def load(
    file: Path, province_code: str, said: tuple[str, ...], check: bool, json_file: Path | None
) -> None:  # fmt: skip
    """Nạp các vùng đã có sóng, đã giao hoặc đã được cam kết ở chương trình khác.

    Tệp là danh sách thôn như tệp khảo sát, thêm các cột “Tình trạng”, “Nhà mạng/Doanh nghiệp”,
    “Văn bản”, “Ngày/Hạn phát sóng”.
    """
    limits = reading_limits(settings().intake)
    with refusal_in_json(file, json_file), open_door() as database:
        actor = as_authority(database, "zones load")
        content = content_of(file, file.name, limits)
        done = (check_standings if check else load_standings)(
            database, actor, content, file.name, province_code, limits=limits,
            mapping=mapping_of(said),
        )  # fmt: skip
    write_json(json_file, done.as_json())
    _tell(done)
    if check:
        click.echo("Chỉ kiểm tra: không có gì được ghi.")
    if done.totals()["rejected"]:
        click.get_current_context().exit(1)


def _tell(done: StandingsLoad) -> None:
    for row in done.rows:
        for found in row.row.findings:
            if found.severity is Severity.ERROR:
                where = f"{row.row.sheet}, " if row.row.sheet else ""
                click.echo(
                    f"  {where}dòng {row.row.row}: {found.rule}: {found.message()} {found.fix()}",
                    err=True,
                )
    totals = done.totals()
    click.echo(
        f"{done.report.file}: {totals['rows']} dòng, {totals['rejected']} bị loại,"
        f" {totals['zones_found']} là vùng đã báo cáo, {totals['zones_added']} vùng mới,"
        f" {totals['unchanged']} không thay đổi."
    )
    for name, told in _DONE.items():
        if totals[name]:
            click.echo(f"  {told}: {totals[name]} vùng")
