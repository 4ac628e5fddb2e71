"""``phusong evidence``: hold zones against the sites near them."""

from __future__ import annotations

from pathlib import Path

import click

from api.commands.output import json_option, write_json
from api.commands.progress import count_bar
from api.door import as_authority, open_door, today
from api.words import word
from coverage.actions.evidence import AssessedZone, Assessment
from coverage.actions.evidence import assess as assess_zones
from coverage.evidence import Verdict
from coverage.zones import Queue


@click.group()
def commands() -> None:
    """Căn cứ: trạm gần nhất của từng nhà mạng, và ai chi trả."""


@commands.command()
@click.option("--province", "province_code", help="Chỉ một tỉnh, ví dụ 42; mặc định cả nước.")
@json_option
def assess(province_code: str | None, json_file: Path | None) -> None:
    """Đánh giá từng vùng theo tiêu chí và quy tắc đang hiệu lực; chạy lại thì không đổi gì."""
    with open_door() as database, count_bar("Đánh giá") as progress:
        actor = as_authority(database, "evidence assess")
        done = assess_zones(
            database, actor, today(), province_code=province_code, progress=progress
        )
    write_json(json_file, as_json(done))
    _tell(done)


def as_json(done: Assessment) -> dict[str, object]:
    """Return the exact answer: the criteria used, the totals, each zone with its verdicts."""
    return {
        "date": done.day.isoformat(),
        "province_code": done.province_code,
        "criteria_set": {
            "id": done.criteria.id,
            "name": done.criteria.name,
            "document": done.criteria.document,
            "official": done.criteria.official,
            "reach_m": done.criteria.reach_m,
        },
        "operators": list(done.operators.values()),
        "totals": {
            "zones": len(done.zones),
            "verdicts": done.verdicts(),
            "queues": done.queues(),
        },
        "changed": {"verdicts": done.verdicts_changed, "queues": done.queues_changed},
        "zones": [_zone(done, assessed) for assessed in done.zones],
    }


def _zone(done: Assessment, assessed: AssessedZone) -> dict[str, object]:
    zone = assessed.listed.zone
    return {
        "id": str(zone.id),
        "province_code": zone.province_code,
        "commune_code": zone.commune_code,
        "village": zone.village,
        "latitude": zone.latitude,
        "longitude": zone.longitude,
        "queue": zone.queue.value,
        "queue_reason": zone.queue_reason,
        "operators": [
            {
                "operator": done.operators[judgement.operator_id],
                "technology": judgement.technology.value,
                "verdict": judgement.verdict.value,
                "reasons": [reason.value for reason in judgement.reasons],
                "site_id": judgement.site_id,
                "distance_m": _rounded(judgement.distance_m),
                "bearing_deg": _rounded(judgement.bearing_deg),
                "line_of_sight": judgement.line_of_sight,
                "service": judgement.service and judgement.service.value,
            }
            for judgement in assessed.judgements
        ],
    }


def _rounded(value: float | None) -> float | None:
    """Millimetres, thousandths of a degree."""
    return None if value is None else round(value, 3)


def _tell(done: Assessment) -> None:
    official = "" if done.criteria.official else " (chưa chính thức)"
    click.echo(
        f"Bộ tiêu chí “{done.criteria.name}”{official}, tầm {done.criteria.reach_m:g} m."
        f" {len(done.zones)} vùng, {len(done.operators)} nhà mạng có sổ trạm."
    )
    if not done.operators:
        click.echo("  Chưa nạp sổ trạm nào: chưa có kết luận theo nhà mạng.", err=True)
    verdicts, queues = done.verdicts(), done.queues()
    for verdict in Verdict:
        click.echo(f"  {word(verdict)}: {verdicts.get(verdict.value, 0)}")
    for queue in Queue:
        if queues[queue.value]:
            click.echo(f"  {word(queue)}: {queues[queue.value]} vùng")
    click.echo(
        f"Thay đổi: {done.verdicts_changed} kết luận, {done.queues_changed} vùng đổi nhóm chi trả."
    )
