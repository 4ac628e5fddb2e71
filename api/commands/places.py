"""``phusong places``: lists of administrative units, loaded, checked and put in force."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from api.commands.output import json_option, write_json
from api.door import as_authority, open_door
from coverage.actions import places
from coverage.actions.zone_moves import Seen
from coverage.actions.zone_places import (
    DoubtfulZone,
    ZoneMoves,
    place_zone,
    preview_of_vintage,
    settle_zones,
    zones_to_place,
)
from coverage.actions.zones import get_zone
from coverage.findings import Severity
from coverage.places.checking import first_of_each
from coverage.places.moving import Doubt
from coverage.places.units import Level

STATUS = {"loaded": "đã nạp", "checked": "đã kiểm tra", "active": "ĐANG HIỆU LỰC",
          "retired": "đã thôi hiệu lực"}  # fmt: skip
SEVERITY = {Severity.ERROR: "lỗi", Severity.WARNING: "cảnh báo", Severity.INFO: "ghi nhận"}
DOUBT = {Doubt.NO_AREA: "điểm không nằm trong xã nào",
         Doubt.OTHER_PROVINCE: "tỉnh khác, không phải tỉnh kế thừa"}  # fmt: skip
LEVEL = {Level.PROVINCE: "tỉnh", Level.DISTRICT: "huyện", Level.COMMUNE: "xã"}

_SHOWN = 15  # findings of one rule in the terminal; --json has all


@click.group()
def commands() -> None:
    """Đơn vị hành chính: mỗi đợt danh mục mang tên ngày có hiệu lực."""


@commands.command()
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--vintage", help="Ngày danh mục có hiệu lực, ví dụ 2026-04-30.")
@click.option("--level", type=click.Choice(["commune", "province"]), help="Cấp của các vùng.")
@click.option("--activate", is_flag=True, help="Đưa vào hiệu lực nếu kiểm tra không có lỗi.")
@json_option
def load(
    path: Path | None, vintage: str | None, level: str | None, activate: bool,
    json_file: Path | None,
) -> None:  # fmt: skip
    """Nạp danh mục. Không có PATH: danh mục 2025 trong gói vietnamadminunits, vùng gần đúng.

    PATH là tệp GeoPackage, GeoJSON hoặc thư mục GeoJSON có ranh giới của một cấp.
    """
    if path is None and (vintage is not None or level is not None):
        raise click.UsageError("--vintage và --level chỉ dùng khi có tệp ranh giới.")
    with open_door() as database:
        actor = as_authority(database, "places load")
        if path is None:
            outcome = places.load_national_list(
                database, actor, activate=activate, progress=_progress
            )
        elif vintage is None or level is None:
            raise click.UsageError("Nạp ranh giới cần cả --vintage và --level.")
        else:
            outcome = places.load_boundaries(
                database, actor, path, vintage, Level(level), activate=activate,
                progress=_progress,
            )  # fmt: skip
    _tell(outcome)
    write_json(json_file, _as_json(outcome))


@commands.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def priorities(file: Path, json_file: Path | None) -> None:
    """Nạp danh sách xã biên giới, hải đảo (CSV: code,border,island) để tính điểm ưu tiên."""
    from coverage.actions.priority_communes import load_priority_communes  # noqa: PLC0415 - pandas

    with open_door() as database:
        actor = as_authority(database, "places priorities")
        loaded = load_priority_communes(database, actor, file.read_bytes(), file.name)
    write_json(json_file, asdict(loaded))
    click.echo(
        f"Danh mục {loaded.vintage}: {loaded.communes} xã, {loaded.border} xã biên giới,"
        f" {loaded.island} xã đảo."
    )


@commands.command(name="list")
@json_option
def list_(json_file: Path | None) -> None:
    """Liệt kê các đợt danh mục đã nạp."""
    with open_door() as database:
        vintages = places.list_vintages(database, as_authority(database, "places list"))
    for vintage in vintages:
        counts = ", ".join(f"{count} {LEVEL[level]}" for level, count in sorted(vintage.counts.items()))  # fmt: skip
        areas = "vùng gần đúng" if vintage.approximate else "ranh giới thật"
        click.echo(f"{vintage.name}  {STATUS[vintage.status]}  {counts}; {areas}; {vintage.source}")
    if not vintages:
        click.echo("Chưa nạp danh mục nào: chạy `phusong places load --activate`.")
    write_json(
        json_file,
        [
            {"vintage": vintage.name, "status": vintage.status, "source": vintage.source,
             "approximate": vintage.approximate, "counts": vintage.counts}
            for vintage in vintages
        ],
    )  # fmt: skip


@commands.command()
@click.argument("vintage")
@json_option
def check(vintage: str, json_file: Path | None) -> None:
    """Kiểm tra một đợt danh mục; không thay đổi gì."""
    with open_door() as database:
        found, report = places.check(database, as_authority(database, "places check"), vintage)
    click.echo(f"Đợt {vintage}: {STATUS[found.status]}")
    _tell_findings(report.findings)
    write_json(json_file, {"vintage": vintage, "status": found.status, **report.as_json()})
    if report.errors:
        click.get_current_context().exit(1)


@commands.command()
@click.argument("vintage")
@json_option
def activate(vintage: str, json_file: Path | None) -> None:
    """Đưa một đợt danh mục vào hiệu lực; đợt trước thôi hiệu lực."""
    with open_door() as database:
        outcome = places.activate(database, as_authority(database, "places activate"), vintage)
    _tell(outcome)
    write_json(json_file, _as_json(outcome))


@commands.command()
@click.argument("vintage")
@json_option
def preview(vintage: str, json_file: Path | None) -> None:
    """Cho biết đưa một đợt vào hiệu lực thì các vùng lõm sóng đổi mã ra sao; không ghi gì."""
    with open_door() as database:
        actor = as_authority(database, "places preview")
        moves = preview_of_vintage(database, actor, vintage)
    _tell_zones(moves)
    write_json(json_file, _zones_as_json(moves))


@commands.command()
@click.option("--settle", is_flag=True, help="Thử xếp lại theo danh mục đang hiệu lực.")
@json_option
def zones(settle: bool, json_file: Path | None) -> None:
    """Liệt kê các vùng mà danh mục đang hiệu lực không xếp được, cần người quyết định."""
    with open_door() as database:
        actor = as_authority(database, "places zones")
        if settle:
            _tell_zones(settle_zones(database, actor), listed=0)
        left = zones_to_place(database, actor)
    click.echo(f"{len(left)} vùng còn ở danh mục cũ.")
    _tell_doubtful(left, len(left))
    write_json(json_file, [zone.as_json() for zone in left])


@commands.command()
@click.argument("zone_id", type=click.UUID)
@click.argument("commune_code")
@click.option("--reason", required=True, help="Căn cứ của việc xếp vùng vào xã này.")
def place(zone_id: uuid.UUID, commune_code: str, reason: str) -> None:
    """Xếp một vùng còn ở danh mục cũ vào một xã của danh mục đang hiệu lực."""
    with open_door() as database:
        actor = as_authority(database, "places place")
        listed = get_zone(database, actor, zone_id)
        place_zone(database, actor, Seen(zone_id, listed.version), commune_code, reason)
    click.echo(f"“{listed.zone.village}” đã được xếp vào xã {commune_code}.")


@commands.command()
@click.argument("path", type=click.Path(path_type=Path))
@json_option
def changes(path: Path, json_file: Path | None) -> None:
    """Nạp bảng chuyển đổi xã cũ, xã mới ngày 01/7/2025 của cơ quan thống kê (CSV)."""
    with open_door() as database:
        actor = as_authority(database, "places changes")
        outcome = places.load_changes(database, actor, path, progress=_progress)
    _tell_findings(outcome.findings)
    click.echo("Đã nạp bảng chuyển đổi." if outcome.changed else "Không thay đổi gì.")
    write_json(json_file, _as_json(outcome))


def _progress(step: str) -> None:
    click.echo(f"… {step}", err=True)


def _tell(outcome: places.Outcome) -> None:
    _tell_findings(outcome.findings)
    counts = ", ".join(f"{count} {LEVEL[level]}" for level, count in sorted(outcome.counts.items()))
    if not outcome.changed:
        click.echo(f"Đợt {outcome.vintage} đã có đúng như vậy ({counts}): không thay đổi gì.")
    else:
        click.echo(f"Đợt {outcome.vintage}: {counts}.")
    if outcome.retired:
        click.echo(f"Đợt {outcome.retired} thôi hiệu lực.")
    if outcome.active == outcome.vintage:
        click.echo(f"Đang hiệu lực: {outcome.active}.")
    else:
        click.echo(f"Chưa đưa vào hiệu lực; đang hiệu lực: {outcome.active or 'chưa có'}.")
        click.echo(f"Xem trước các vùng sẽ đổi mã: phusong places preview {outcome.vintage}")
    if outcome.zones is not None and (outcome.zones.zones or outcome.zones.doubtful):
        _tell_zones(outcome.zones)


def _tell_zones(moves: ZoneMoves, listed: int = _SHOWN) -> None:
    click.echo(
        f"{moves.zones} vùng theo danh mục {moves.vintage}: {moves.communes} đổi xã,"
        f" {moves.provinces} đổi tỉnh, {moves.owners} chuyển cho Sở khác;"
        f" {len(moves.doubtful)} vùng cần người xếp."
    )
    _tell_doubtful(moves.doubtful, listed)


def _tell_doubtful(zones: Sequence[DoubtfulZone], listed: int) -> None:
    for zone in zones[:listed]:
        says = f"điểm nằm ở xã {zone.commune_code}, tỉnh {zone.province_code}"
        where = DOUBT[zone.doubt] if zone.commune_code is None else f"{DOUBT[zone.doubt]}: {says}"
        click.echo(
            f"  - {zone.id} “{zone.village}” (xã {zone.own_commune_code},"
            f" tỉnh {zone.own_province_code}, danh mục {zone.vintage}): {where}"
        )
    if len(zones) > listed > 0:
        click.echo(f"  … và {len(zones) - listed} vùng nữa: phusong places zones")


def _zones_as_json(moves: ZoneMoves | None) -> dict[str, object] | None:
    if moves is None:
        return None
    return {**moves.counts(), "to_place": [zone.as_json() for zone in moves.doubtful]}


def _tell_findings(findings: places.Findings) -> None:
    for found in first_of_each(findings, _SHOWN):
        click.echo(f"  - {found.rule} ({SEVERITY[found.severity]}): {found.message()}")


def _as_json(outcome: places.Outcome) -> dict[str, object]:
    return {
        "vintage": outcome.vintage,
        "changed": outcome.changed,
        "active": outcome.active,
        "retired": outcome.retired,
        "counts": outcome.counts,
        "zones": _zones_as_json(outcome.zones),
        "findings": [found.as_json() for found in outcome.findings],
    }
