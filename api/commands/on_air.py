"""``phusong on-air``: an operator's on-air reports, and the authority's answers."""

from __future__ import annotations

import sys
import uuid
from pathlib import Path

import click

from api.commands.output import json_option, refusal_in_json, write_json
from api.door import as_authority, as_operator, open_door, settings
from api.surveys import reading_limits
from api.words import word
from coverage.actions import acceptance, deliveries, on_air
from coverage.actions.on_air_checks import OnAirList
from coverage.findings import Severity
from coverage.intake.files import content_of

_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_operator = click.option("--operator", required=True, help="Tên doanh nghiệp báo cáo.")
_report = click.argument("report_id", metavar="MÃ_BÁO_CÁO", type=click.UUID)
_MOST_SHOWN = 100


@click.group()
def commands() -> None:
    """Báo cáo phát sóng: kiểm tra, gửi, nghiệm thu, trả lại."""


@commands.command()
@_file
@_operator
@json_option
def check(file: Path, operator: str, json_file: Path | None) -> None:
    """Kiểm tra bảng báo cáo phát sóng; chưa ghi gì."""
    limits = reading_limits(settings().intake)
    with refusal_in_json(file, json_file), open_door() as database:
        actor = as_operator(database, operator, "on-air check")
        content = content_of(file, file.name, limits)
        found = on_air.check_reports(database, actor, content, name=file.name, limits=limits)
    _tell(found, json_file)


@commands.command()
@_file
@_operator
@json_option
def submit(file: Path, operator: str, json_file: Path | None) -> None:
    """Gửi bảng báo cáo phát sóng: dòng đúng được nhận, dòng sai được báo lại."""
    limits = reading_limits(settings().intake)
    with refusal_in_json(file, json_file), open_door() as database:
        actor = as_operator(database, operator, "on-air submit")
        content = content_of(file, file.name, limits)
        found = on_air.submit_reports(database, actor, content, name=file.name, limits=limits)
    _tell(found, json_file)


@commands.command()
@_operator
@click.option(
    "-o", "target", required=True, type=click.Path(dir_okay=False, path_type=Path),
    help="Tệp XLSX để ghi mẫu.",
)  # fmt: skip
def form(operator: str, target: Path) -> None:
    """Ghi mẫu báo cáo với các vùng còn phải phát sóng."""
    with open_door() as database:
        actor = as_operator(database, operator, "on-air form")
        target.write_bytes(deliveries.report_form(database, actor))
    click.echo(f"Đã ghi {target}")


@commands.command()
@_report
@click.option("--reason", default="", help="Bắt buộc khi có chỉ tiêu không đạt hoặc chưa đo.")
def accept(report_id: uuid.UUID, reason: str) -> None:
    """Nghiệm thu một báo cáo: vùng thành đã đo kiểm xác nhận."""
    with open_door() as database:
        actor = as_authority(database, "on-air accept")
        done = acceptance.accept_report(database, actor, report_id, reason)
    click.echo(f"{done.village}: {word(done.status).lower()}.")


@commands.command()
@_report
@click.option("--reason", required=True, help="Lý do; doanh nghiệp đọc được.")
def refuse(report_id: uuid.UUID, reason: str) -> None:
    """Trả lại một báo cáo: vùng trở về đã giao."""
    with open_door() as database:
        actor = as_authority(database, "on-air refuse")
        done = acceptance.refuse_report(database, actor, report_id, reason)
    click.echo(f"{done.village}: {word(done.status).lower()}.")


def _tell(found: OnAirList, json_file: Path | None) -> None:
    """Write the answer; rows that were rejected make the command's status 1."""
    write_json(json_file, found.as_json())
    for told in found.findings:
        click.echo(f"- {word(told.severity)}: {told.message()} {told.fix()}")
    for row in found.rows[:_MOST_SHOWN]:
        village = row.zone.village if row.zone else "?"
        where = (
            f"{row.wish.sheet}, dòng {row.wish.row}" if row.wish.sheet else f"Dòng {row.wish.row}"
        )
        click.echo(f"{where}: {village} [{word(row.status)}]")
        for told in row.findings:
            if told.severity is Severity.INFO and row.status.value == "accepted":
                continue
            column = f" [{told.column}]" if told.column else ""
            click.echo(f"  - {word(told.severity)}{column}: {told.message()} {told.fix()}")
    totals = found.totals()
    click.echo(
        f"{totals['rows']} dòng: {totals['accepted']} được nhận, {totals['warned']} nhận, cần xem"
        f" lại, {totals['rejected']} bị từ chối; {totals['new']} báo cáo mới"
        + (", đã ghi." if found.file_id else ".")
    )
    if totals["rejected"]:
        sys.exit(1)
