"""``phusong service-areas``: check and load the areas that operators publish."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import click

from api.commands.bars import step_bar
from api.commands.output import json_option, number, refusal_in_json, write_json
from api.door import as_authority, open_door, settings, today
from api.surveys import reading_limits
from api.words import word
from api.worker import ask_for_operator_assessment
from coverage.actions import service_areas
from coverage.actions.service_areas import (
    ServiceAreaLoad,
    ServiceAreaReport,
    ServiceAreaRequest,
    Step,
    file_as_json,
)
from coverage.findings import Finding, Severity
from coverage.intake.files import content_of
from coverage.service_areas import AreaPreview, ServiceArea
from coverage.storage.service_areas import KeptServiceArea
from coverage.towers import Technology

_STEPS: Mapping[str, str] = {
    Step.READ: "Đọc và sửa hình", Step.COMPARE: "So với các vùng hiện nay",
    Step.STORE: "Ghi vào cơ sở dữ liệu",
}  # fmt: skip
_SEVERITY = {Severity.ERROR: "LỖI", Severity.WARNING: "cảnh báo", Severity.INFO: "ghi nhận"}

file_argument = click.argument("file", type=click.Path(path_type=Path))
operator_option = click.option("--operator", required=True, help="Vùng của doanh nghiệp nào.")
technology_option = click.option(
    "--technology", type=click.Choice([each.value for each in Technology]),
    help="Công nghệ; không có thì đọc từ cột, tên lớp hoặc tên tệp.",
)  # fmt: skip
crs_option = click.option(
    "--crs", metavar="EPSG:…", help="Hệ tọa độ, khi tệp không ghi hoặc ghi sai; ví dụ EPSG:5899."
)
published_option = click.option(
    "--published", type=click.DateTime(["%Y-%m-%d"]), metavar="NĂM-THÁNG-NGÀY",
    help="Ngày doanh nghiệp công bố bản đồ.",
)  # fmt: skip


def what_was_sent(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command be told which file it is and how to read it."""
    for told in (published_option, crs_option, technology_option, operator_option, file_argument):
        command = told(command)
    return command


@click.group()
def commands() -> None:
    """Vùng cung cấp dịch vụ: bản đồ vùng phủ mà doanh nghiệp công bố theo QCVN 81 và QCVN 36."""


@commands.command()
@what_was_sent
@json_option
def check(  # noqa: PLR0917 - a parameter per option
    file: Path, operator: str, technology: str | None, crs: str | None,
    published: datetime | None, json_file: Path | None,
) -> None:  # fmt: skip
    """Kiểm tra một tệp và cho biết nạp thì đổi gì; không ghi gì vào cơ sở dữ liệu."""
    with refusal_in_json(file, json_file), open_door() as database, step_bar(_STEPS) as step:
        limits = reading_limits(settings().intake)
        report = service_areas.check(
            database, as_authority(database, "service-areas check"),
            _request(file, operator, technology, crs, published), today(),
            limits=limits, progress=step,
        )  # fmt: skip
    write_json(json_file, report.as_json())
    _tell_report(report)


@commands.command()
@what_was_sent
@json_option
def load(  # noqa: PLR0917 - a parameter per option
    file: Path, operator: str, technology: str | None, crs: str | None,
    published: datetime | None, json_file: Path | None,
) -> None:  # fmt: skip
    """Nạp một tệp: mọi công nghệ trong tệp, hoặc không gì cả; tệp cũ cùng công nghệ được thay."""
    with refusal_in_json(file, json_file), open_door() as database, step_bar(_STEPS) as step:
        limits = reading_limits(settings().intake)
        done = service_areas.load(
            database, as_authority(database, "service-areas load"),
            _request(file, operator, technology, crs, published), today(),
            limits=limits, progress=step,
        )  # fmt: skip
        if done.changed:
            ask_for_operator_assessment(database, done.operator_id)
    write_json(json_file, done.as_json())
    _tell_load(done)


@commands.command(name="list")
@json_option
def list_(json_file: Path | None) -> None:
    """Liệt kê các tệp đã nạp, kể cả tệp đã được thay."""
    with open_door() as database:
        files = service_areas.list_files(database, as_authority(database, "service-areas list"))
    write_json(json_file, [file_as_json(kept) for kept in files])
    if not files:
        click.echo("Chưa nạp vùng cung cấp dịch vụ nào.")
    for kept in files:
        click.echo(_line(kept))


def _request(
    file: Path, operator: str, technology: str | None, crs: str | None, published: datetime | None
) -> ServiceAreaRequest:
    content = content_of(file, file.name, reading_limits(settings().intake))
    return ServiceAreaRequest(
        file.name, content, operator, (technology and Technology(technology)) or None, crs,
        published.date() if published else None,
    )  # fmt: skip


def _tell_report(report: ServiceAreaReport) -> None:
    _tell_findings(report.read.findings)
    click.echo(f"{report.name} ({report.read.crs}), {report.operator}:")
    _tell_areas(report.read.areas)
    for each in report.previews:
        _tell_preview(each)
    for kept in report.replaces:
        click.echo(f"  Nạp thì thay: {_line(kept)}")


def _tell_load(done: ServiceAreaLoad) -> None:
    if not done.changed:
        click.echo(f"{done.name}: tệp này đã được nạp, không có gì thay đổi.")
        return
    _tell_findings(done.read.findings)
    click.echo(f"{done.name} ({done.read.crs}), {done.operator}:")
    _tell_areas(done.read.areas)
    for kept in done.replaced:
        click.echo(f"  Đã thay: {_line(kept)}")
    click.echo(
        "Việc đánh giá lại đã vào hàng đợi (`phusong worker`); làm ngay: `phusong evidence assess`."
    )


def _tell_areas(areas: Sequence[ServiceArea]) -> None:
    for area in areas:
        level = "vùng yếu" if area.weak else "vùng tốt"
        click.echo(
            f"  {area.technology} {level}: {number(area.area_km2, 1)} km² ({area.features} đối tượng)"
        )


def _tell_preview(each: AreaPreview) -> None:
    counts = ", ".join(f"{count} {word(service)}" for service, count in each.zones.items())
    click.echo(f"  {each.technology}: {sum(each.zones.values())} vùng lõm sóng hiện nay: {counts};")
    click.echo(f"    {each.changed} kết luận sẽ đổi khi đánh giá lại")
    for (before, after), count in sorted(each.changes.items(), key=lambda one: -one[1]):
        was = "chưa có" if before is None else word(before)
        click.echo(f"      {was} → {word(after)}: {count}")


def _tell_findings(findings: Sequence[Finding]) -> None:
    for found in findings:
        click.echo(
            f"  [{_SEVERITY[found.severity]}] {found.rule}: {found.message()} {found.fix()}",
            err=found.severity is not Severity.INFO,
        )


def _line(kept: KeptServiceArea) -> str:
    size = sum(area["area_km2"] for area in kept.totals["areas"])
    published = f", công bố {kept.published_on:%d/%m/%Y}" if kept.published_on else ""
    standing = "" if kept.replaced_at is None else f", đã thay {kept.replaced_at:%d/%m/%Y}"
    return (
        f"{kept.operator} {kept.technology}: {kept.file_name}, {number(size, 1)} km²,"
        f" nạp {kept.loaded_at:%d/%m/%Y}{published}{standing}"
    )
