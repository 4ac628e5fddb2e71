"""``phusong zones``: list zones, show one, its history, and why it is paid for as it is."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import click

from api.commands import zone_names, zone_ranks, zone_standings
from api.commands.output import json_option, write_json
from api.door import as_authority, open_door, today
from api.words import word
from coverage.actions import queues, zone_history
from coverage.actions import zones as actions
from coverage.actions.queues import Explanation
from coverage.actions.zone_history import HistoryEntry, HistoryKind
from coverage.criteria import FACTS
from coverage.days import VIETNAM_TIME
from coverage.storage.zones import ListedZone, ZoneFilter, ZoneOrder
from coverage.zones import Queue, ZoneStatus

_ALL = 1_000_000  # more than a country has villages
_TRUTHS = {True: "có", False: "không", None: "chưa rõ"}
_NOT_TOLD = frozenset({"status", "status_by", "status_reason", "reviewer", "queue_rule_id"})


@click.group()
def commands() -> None:
    """Vùng lõm sóng: danh sách, một vùng, lịch sử, vì sao ai chi trả."""


@commands.command("list")
@click.option("--province", "province_code", help="Mã tỉnh, ví dụ 42.")
@click.option("--status", type=click.Choice([one.value for one in ZoneStatus]), help="Trạng thái.")
@click.option("--queue", type=click.Choice([one.value for one in Queue]), help="Ai chi trả.")
@json_option
def list_(
    province_code: str | None, status: str | None, queue: str | None, json_file: Path | None
) -> None:
    """Các vùng theo tỉnh, xã, thôn."""
    wanted = ZoneFilter(
        province_code, Queue(queue) if queue else None, ZoneStatus(status) if status else None
    )
    with open_door() as database:
        actor = as_authority(database, "zones")
        found = actions.list_zones(database, actor, wanted, order=ZoneOrder.PLACE, limit=_ALL)
    write_json(json_file, {"zones": [_zone_json(one) for one in found.page.zones]})
    for listed in found.page.zones:
        zone = listed.zone
        click.echo(
            f"{zone.id}  {zone.village}, {listed.commune or zone.commune_code}"
            f"  {zone.households} hộ  [{word(zone.status)}] [{word(zone.queue)}]"
        )
    click.echo(f"{found.zones} vùng, {found.households} hộ.")


@commands.command()
@click.argument("zone_id", type=click.UUID)
@json_option
def show(zone_id: uuid.UUID, json_file: Path | None) -> None:
    """Một vùng như hiện nay."""
    with open_door() as database:
        listed = actions.get_zone(database, as_authority(database, "zones"), zone_id)
    write_json(json_file, _zone_json(listed))
    zone = listed.zone
    click.echo(f"{zone.village}, {listed.commune or zone.commune_code}, {listed.province or ''}")
    click.echo(f"  {zone.latitude:.6f}, {zone.longitude:.6f} · {zone.households} hộ")
    click.echo(f"  {word(zone.status)}{_by(zone.status_by)}{_because(zone.status_reason)}")
    if zone.merged_into:
        click.echo(f"  Đã nhập vào vùng {zone.merged_into}")
    click.echo(f"  Ai chi trả: {word(zone.queue)}{_by(zone.queue_by)}{_because(zone.queue_reason)}")


@commands.command()
@click.argument("zone_id", type=click.UUID)
@json_option
def history(zone_id: uuid.UUID, json_file: Path | None) -> None:
    """Mọi việc đã xảy ra với một vùng, cũ trước."""
    with open_door() as database:
        entries = zone_history.history(database, as_authority(database, "zones"), zone_id)
    write_json(json_file, {"zone": zone_id, "history": [asdict(one) for one in entries]})
    for entry in entries:
        moment = entry.at.astimezone(VIETNAM_TIME)
        click.echo(
            f"{moment:%d/%m/%Y %H:%M} · {entry.organisation} · {entry.actor}: {_what(entry)}"
        )


@commands.command()
@click.argument("zone_id", type=click.UUID)
@json_option
def why(zone_id: uuid.UUID, json_file: Path | None) -> None:
    """Vì sao vùng thuộc, hoặc không thuộc, nhóm Quỹ chi trả."""
    with open_door() as database:
        found = queues.why(database, as_authority(database, "zones"), zone_id, today())
    write_json(json_file, _why_json(found))
    zone = found.listed.zone
    click.echo(
        f"{zone.village}: {word(zone.queue)}{_by(zone.queue_by)}{_because(zone.queue_reason)}"
    )
    for name in FACTS:
        click.echo(f"  {word(name, family='fact')}: {_TRUTHS[getattr(found.facts, name)]}")
    if found.reported is not None:
        sent = found.reported
        click.echo(f"  (lần nộp số {sent.number}, {sent.file_name}, dòng {sent.row.row})")
    for seen in found.deciding:
        told = seen.judgement
        click.echo(f"  {seen.operator} {told.technology}: {word(told.verdict)}")
    for one in found.tried:
        mark = "→" if one.decided else " "
        click.echo(f" {mark} quy tắc {one.rule.id} [{_HOLDS[one.holds.value]}]"
                   f" {word(one.rule.queue)}: {one.rule.citation}")  # fmt: skip
    if found.stale:
        click.echo(f"  Dữ kiện đã đổi: quy tắc nay cho {word(found.payer.queue)}.")
    if found.in_lot_why.may:
        click.echo("  Được gom vào lô mới.")
    for bar in found.in_lot_why.bars:
        click.echo(f"  Không gom vào lô mới: {word(bar)}")


_HOLDS = {"yes": "đúng", "no": "không đúng", "open": "chưa rõ"}


def _what(entry: HistoryEntry) -> str:
    if entry.kind is HistoryKind.REPORTED and entry.submission is None:
        return "được đưa vào hệ thống"
    if entry.kind is HistoryKind.REPORTED:
        return f"báo cáo (lần nộp số {entry.submission}, dòng {entry.row})"
    facts = ", ".join(
        f"{word(name, family='fact')}: {entry.before.get(name)} → {value}"
        for name, value in entry.after.items()
        if name not in _NOT_TOLD
    )
    if entry.status_to is not None and entry.status_from is not None:
        moved = f"{word(entry.status_from)} → {word(entry.status_to)}"
        return moved + _because(entry.reason) + (f"; {facts}" if facts else "")
    return facts or "đổi người thẩm định"


def _by(who: str | None) -> str:
    return f" ({who})" if who else ""


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""


def _zone_json(listed: ListedZone) -> Mapping[str, object]:
    return asdict(listed.zone) | {
        "commune": listed.commune, "province": listed.province, "version": listed.version,
        "reported_at": listed.reported_at.isoformat(), "updated_at": listed.updated_at.isoformat(),
        "disputed": listed.disputed,
    }  # fmt: skip


def _why_json(found: Explanation) -> Mapping[str, object]:
    zone = found.listed.zone
    return {
        "zone": zone.id, "queue": zone.queue, "reason": zone.queue_reason, "day": found.day,
        "by_hand": found.by_hand, "by": zone.queue_by, "stale": found.stale,
        "rules_say": found.payer.queue, "facts": asdict(found.facts),
        "missing": found.payer.missing,
        "tried": [
            {"rule": one.rule.id, "queue": one.rule.queue, "citation": one.rule.citation,
             "conditions": one.rule.conditions(), "holds": one.holds, "decided": one.decided}
            for one in found.tried
        ],
        "criteria": found.criteria.name if found.criteria else None,
        "deciding": [
            {"operator": one.operator, "technology": one.judgement.technology,
             "verdict": one.judgement.verdict, "reasons": one.judgement.reasons}
            for one in found.deciding
        ],
        "submission": found.reported.number if found.reported else None,
        "row": found.reported.row.row if found.reported else None,
        "may_enter_lot": found.in_lot_why.may, "bars": found.in_lot_why.bars,
    }  # fmt: skip


commands.add_command(zone_standings.load)
commands.add_command(zone_names.rename)
commands.add_command(zone_ranks.rank)
