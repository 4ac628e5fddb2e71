"""``phusong layers``: roads, power lines, schools and health posts to measure from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import click

from api.commands.output import json_option, number, refusal_in_json, write_json
from api.door import as_authority, open_door, settings, today
from api.surveys import reading_limits
from api.words import word
from coverage.actions import layers
from coverage.actions.layers import LayerRequest, layer_as_json
from coverage.findings import Finding, Severity
from coverage.intake.document import MEGABYTE, Limits
from coverage.intake.files import content_of
from coverage.layers import LayerKind
from coverage.storage.layers import LoadedLayer

_FILE_BYTES, _MEMORY_BYTES = 500 * MEGABYTE, 4_000 * MEGABYTE  # a country's roads, on the server
_KINDS = click.Choice([kind.value for kind in LayerKind])
_SEVERITY = {Severity.ERROR: "LỖI", Severity.WARNING: "cảnh báo", Severity.INFO: "ghi nhận"}


def what_was_sent(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command be told which file it is, what it shows and how to read it."""
    for told in (
        click.option("--source", default="", help="Dữ liệu của ai, thời điểm nào."),
        click.option("--layer", help="Tên lớp trong tệp, khi tệp có nhiều lớp."),
        click.option(
            "--crs", metavar="EPSG:…",
            help="Hệ tọa độ, khi tệp không ghi hoặc ghi sai; ví dụ EPSG:5899.",
        ),
        click.option(
            "--kind", type=_KINDS, required=True,
            help="road: đường giao thông; power_line: đường dây điện; school: trường học;"
                 " health_post: trạm y tế.",
        ),
        click.argument("file", type=click.Path(path_type=Path)),
    ):  # fmt: skip
        command = told(command)
    return command


@click.group()
def commands() -> None:
    """Lớp nền: đường giao thông, đường dây điện, trường học, trạm y tế (GeoPackage…)."""


@commands.command()
@what_was_sent
@json_option
def check(  # noqa: PLR0917 - a parameter per option
    file: Path, kind: str, crs: str | None, layer: str | None, source: str, json_file: Path | None
) -> None:
    """Kiểm tra một tệp, cho biết các vùng lõm sóng cách bao xa; không ghi gì vào cơ sở dữ liệu."""
    with refusal_in_json(file, json_file), open_door() as database:
        report = layers.check_layer(
            database, as_authority(database, "layers check"),
            _request(file, kind, crs, layer, source), today(), _limits(),
        )  # fmt: skip
    write_json(json_file, report.as_json())
    _tell_findings(report.read.findings)
    length = f", {number(report.read.length_km)} km" if report.read.length_km is not None else ""
    click.echo(
        f"{file.name} ({report.read.crs}): {number(report.read.features)} đối tượng{length}."
    )
    if report.reach.median_m is not None and report.reach.farthest_m is not None:
        click.echo(
            f"  {number(report.reach.zones)} vùng lõm sóng: một nửa cách không quá"
            f" {number(report.reach.median_m / 1000, 1)} km, xa nhất {number(report.reach.farthest_m / 1000, 1)} km."
        )
    if report.replaces is not None:
        click.echo(f"  Nạp thì thay: {_line(report.replaces)}")


@commands.command()
@what_was_sent
@json_option
def load(  # noqa: PLR0917 - a parameter per option
    file: Path, kind: str, crs: str | None, layer: str | None, source: str, json_file: Path | None
) -> None:
    """Nạp một tệp làm lớp nền của loại này, thay lớp cũ; tệp gốc được giữ lại."""
    with refusal_in_json(file, json_file), open_door() as database:
        done = layers.load_layer(
            database, as_authority(database, "layers load"),
            _request(file, kind, crs, layer, source), today(), _limits(),
        )  # fmt: skip
    write_json(json_file, {"file": file.name, **done.as_json()})
    if not done.changed:
        click.echo(f"{file.name}: tệp này đang được dùng, không có gì thay đổi.")
        return
    _tell_findings(done.findings)
    click.echo(_line(done.layer))
    if done.replaced is not None:
        click.echo(f"  Đã thay: {_line(done.replaced)}")


@commands.command(name="list")
@json_option
def list_(json_file: Path | None) -> None:
    """Liệt kê các lớp nền đang dùng và loại nào chưa nạp."""
    with open_door() as database:
        kept = layers.list_layers(database, as_authority(database, "layers list"))
    write_json(json_file, [layer_as_json(each) for each in kept])
    standing = {each.kind: each for each in kept if each.replaced_at is None}
    for kind in LayerKind:
        if kind in standing:
            click.echo(_line(standing[kind]))
        else:
            click.echo(f"{word(kind)} ({kind}): chưa nạp, những gì tính từ lớp này để trống.")


@commands.command()
@click.argument("kind", type=_KINDS)
def remove(kind: str) -> None:
    """Thôi dùng lớp nền của một loại; tệp gốc vẫn được giữ."""
    with open_door() as database:
        removed = layers.remove_layer(
            database, as_authority(database, "layers remove"), LayerKind(kind)
        )
    click.echo(f"Đã thôi dùng: {_line(removed)}")


def _limits() -> Limits:
    """The settings' limits, or what a file from the server's own disk may cost if that is more."""
    asked = reading_limits(settings().intake)
    return replace(
        asked, file_bytes=max(asked.file_bytes, _FILE_BYTES),
        memory_bytes=max(asked.memory_bytes, _MEMORY_BYTES),
    )  # fmt: skip


def _request(
    file: Path, kind: str, crs: str | None, layer: str | None, source: str
) -> LayerRequest:
    content = content_of(file, file.name, _limits())
    return LayerRequest(file.name, content, LayerKind(kind), crs, layer, source)


def _tell_findings(findings: Sequence[Finding]) -> None:
    for found in findings:
        click.echo(
            f"  [{_SEVERITY[found.severity]}] {found.rule}: {found.message()} {found.fix()}",
            err=found.severity is not Severity.INFO,
        )


def _line(kept: LoadedLayer) -> str:
    length = f", {number(kept.length_km)} km" if kept.length_km is not None else ""
    source = f", nguồn: {kept.source}" if kept.source else ""
    return (
        f"{word(kept.kind)} ({kept.kind}): {kept.file_name}, {number(kept.features)} đối tượng{length},"
        f" nạp {kept.loaded_at:%d/%m/%Y}{source}"
    )
