"""What the commands on packages share: options, lines, JSON, files written whole or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from api.commands.moments import Moment
from api.commands.output import number, write_whole
from coverage.actions.packages import PackageFile
from coverage.packages import VIETNAM_TIME, PackageStatus, ProcurementMode
from coverage.storage.packages import PackageRecord

_STATUS = {
    PackageStatus.DRAFT: "dự thảo",
    PackageStatus.PUBLISHED: "đã công bố",
    PackageStatus.SUPERSEDED: "đã có bản thay thế",
    PackageStatus.CANCELLED: "đã hủy",
}

Decorated = Callable[..., Any]


def ids(ctx: click.Context, param: click.Parameter, value: str | None) -> list[uuid.UUID] | None:
    """Read ids with commas between them."""
    if value is None:
        return None
    try:
        return [uuid.UUID(part.strip()) for part in value.split(",")]
    except ValueError:
        thing = "lô" if param.name == "lot_ids" else "vùng"
        raise click.BadParameter(f"không phải mã {thing}: {value}", ctx, param) from None


def mode_option(command: Decorated) -> Decorated:
    """Add ``--mode``: how the operator is found."""
    return click.option(
        "--mode", type=click.Choice([mode.value for mode in ProcurementMode]),
        callback=lambda _ctx, _param, value: ProcurementMode(value) if value else None,
        help="Hình thức: tender (đấu thầu), order (đặt hàng), assignment (giao nhiệm vụ).",
    )(command)  # fmt: skip


def moment_options(command: Decorated) -> Decorated:
    """Add ``--opens-at`` and ``--closes-at``, in Viet Nam's time."""
    for name, told in (
        ("--closes-at", "Thời điểm đóng thầu, giờ Việt Nam."),
        ("--opens-at", "Chỉ công khai từ phút này, giờ Việt Nam; mặc định ngay."),
    ):
        command = click.option(name, type=Moment(), help=told)(command)
    return command


def as_json(record: PackageRecord) -> dict[str, object]:
    """Return what a version is, without its content."""
    return {
        "number": record.number,
        "version": record.version,
        "status": record.status.value,
        "province_code": record.province_code,
        "vintage": record.vintage,
        "approximate": record.approximate,
        "totals": dict(record.totals),
        "lots": [str(lot_id) for lot_id in record.lot_ids],
        "file_name": record.file_name,
        "sha256": record.sha256,
        "size": record.size,
        "published_at": record.published_at.isoformat() if record.published_at else None,
        "kind": record.kind.value,
        "mode": record.mode.value,
        "reason": record.reason,
        "difference": dict(record.difference),
        "opens_at": record.opens_at.isoformat() if record.opens_at else None,
        "closes_at": record.closes_at.isoformat() if record.closes_at else None,
        "waits": record.waits,
        "cost_vnd": record.cost_vnd,
        "cancel_reason": record.cancel_reason or None,
    }


def line(record: PackageRecord) -> str:
    """Return a version in one line."""
    totals = record.totals
    when = ""
    if record.public_from is not None:
        when = f" {record.public_from.astimezone(VIETNAM_TIME):%d/%m/%Y %H:%M}"
        if record.waits:
            when = f", mở lúc{when}"
    return (
        f"{record.number} v{record.version} [{_STATUS[record.status]}{when}]: "
        f"{totals['lots']} lô, {totals['zones']} vùng, {number(totals['households'] or 0)} hộ."
    )


def save(built: PackageFile, folder: Path) -> Path:
    """Write the file whole or not at all."""
    return write_whole(folder / built.record.file_name, built.content)


def difference_lines(came: Sequence[str], went: Sequence[str],
                     changed: Sequence[Sequence[str]]) -> list[str]:  # fmt: skip
    """Return a difference as lines."""
    return [
        *(f"  + {zone}" for zone in came),
        *(f"  - {zone}" for zone in went),
        *(f"  * {what}: {heading}: {before} → {after}" for what, heading, before, after in changed),
    ]
