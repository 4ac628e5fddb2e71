"""``phusong evidence``: judge zones by what is known of each operator's signal."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path

import click

from api.commands.bars import count_bar
from api.commands.output import json_option, write_json
from api.door import as_authority, as_operator, open_door, today
from api.verdict_words import direction_of, reason_texts
from api.words import word
from coverage.actions.evidence import AssessedZone, Assessment
from coverage.actions.evidence import assess as assess_zones
from coverage.actions.verdicts import ZoneVerdicts, former_verdicts_of, verdicts_of
from coverage.evidence import Judgement, Verdict
from coverage.findings import Language
from coverage.storage.evidence import FormerVerdict
from coverage.storage.sessions import Database
from coverage.towers import Technology
from coverage.zones import Queue


@click.group()
def commands() -> None:
    """Căn cứ: kết luận về sóng theo từng nhà mạng và công nghệ, và ai chi trả."""


@commands.command()
@click.option("--province", "province_code", help="Chỉ một tỉnh, ví dụ 42; mặc định cả nước.")
@click.option(
    "--operator", "names", multiple=True, metavar="TÊN",
    help="Chỉ đánh giá lại nhà mạng này; dùng nhiều lần được. Kết luận về nhà mạng khác giữ nguyên.",
)  # fmt: skip
@json_option
def assess(province_code: str | None, names: tuple[str, ...], json_file: Path | None) -> None:
    """Đánh giá từng vùng theo tiêu chí và quy tắc đang hiệu lực; chạy lại thì không đổi gì."""
    with open_door() as database, count_bar("Đánh giá") as progress:
        done = assess_zones(
            database,
            as_authority(database, "evidence assess"),
            today(),
            province_code=province_code,
            operators=_operators(database, names),
            progress=progress,
        )
    write_json(json_file, as_json(done))
    _tell(done)


@commands.command()
@click.argument("zone_id", type=click.UUID)
@json_option
def show(zone_id: uuid.UUID, json_file: Path | None) -> None:
    """Cho biết vì sao có từng kết luận về một vùng, và các kết luận trước đây."""
    with open_door() as database:
        actor = as_authority(database, "evidence show")
        told = verdicts_of(database, actor, zone_id)
        former = former_verdicts_of(database, actor, zone_id)
    write_json(json_file, zone_as_json(zone_id, told, former))
    if not told.verdicts:
        click.echo("Vùng này chưa có kết luận nào: hãy chạy `phusong evidence assess`.")
    for seen in told.verdicts:
        judgement = seen.judgement
        click.echo(
            f"{seen.operator} {judgement.technology}: {word(judgement.verdict)}"
            f" ({seen.assessed_at:%d/%m/%Y}){_where(judgement)}"
        )
        for sentence in reason_texts(seen, told.criteria.get(seen.criteria_set_id), Language.VI):
            click.echo(f"  - {sentence}")
    if former:
        click.echo("Các kết luận trước đây, mới nhất trước:")
    for each in former:
        criteria = told.criteria[each.criteria_set_id].name
        click.echo(
            f"  {each.operator} {each.technology}: {word(each.verdict)},"
            f" từ {each.assessed_at:%d/%m/%Y} đến {each.ended_at:%d/%m/%Y}, bộ tiêu chí “{criteria}”"
        )


def _operators(database: Database, names: Sequence[str]) -> list[uuid.UUID] | None:
    if not names:
        return None
    return [as_operator(database, name, "evidence assess").organisation_id for name in names]


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
            "broadband": list(done.criteria.broadband),
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
        "status": zone.status.value,
        "queue": zone.queue.value,
        "queue_reason": zone.queue_reason,
        "queue_rule_id": zone.queue_rule_id,
        "operators": [
            {"operator": done.operators[each.operator_id]} | _judgement(each)
            for each in assessed.judgements
        ],
    }


def _judgement(judgement: Judgement) -> dict[str, object]:
    return {
        "technology": judgement.technology.value,
        "verdict": judgement.verdict.value,
        "reasons": [reason.value for reason in judgement.reasons],
        "site_id": judgement.site_id,
        "distance_m": _rounded(judgement.distance_m),
        "bearing_deg": _rounded(judgement.bearing_deg),
        "line_of_sight": judgement.line_of_sight,
        "service": judgement.service and judgement.service.value,
        "service_file_id": _text(judgement.service_file_id),
        "dispute_id": _text(judgement.dispute_id),
    }


def zone_as_json(
    zone_id: uuid.UUID, told: ZoneVerdicts, former: Sequence[FormerVerdict]
) -> dict[str, object]:
    """Return a zone's verdicts with the criteria and sentences of each, and the former ones."""
    return {
        "zone_id": str(zone_id),
        "verdicts": [
            {"operator": seen.operator}
            | _judgement(seen.judgement)
            | {
                "criteria_set_id": seen.criteria_set_id,
                "assessed_at": seen.assessed_at.isoformat(),
                "sentences": reason_texts(
                    seen, told.criteria.get(seen.criteria_set_id), Language.VI
                ),
            }
            for seen in told.verdicts
        ],
        "former": [
            {
                "operator": each.operator,
                "technology": each.technology,
                "verdict": each.verdict,
                "reasons": list(each.reasons),
                "criteria_set_id": each.criteria_set_id,
                "assessed_at": each.assessed_at.isoformat(),
                "ended_at": each.ended_at.isoformat(),
            }
            for each in former
        ],
    }


def _rounded(value: float | None) -> float | None:
    """Millimetres, thousandths of a degree."""
    return None if value is None else round(value, 3)


def _text(value: uuid.UUID | None) -> str | None:
    return None if value is None else str(value)


def _where(judgement: Judgement) -> str:
    if judgement.distance_m is None:
        return ""
    direction = direction_of(judgement.bearing_deg, Language.VI)
    return f", trạm số {judgement.site_id} cách {judgement.distance_m:.0f} m, hướng {direction}"


def _tell(done: Assessment) -> None:
    official = "" if done.criteria.official else " (chưa chính thức)"
    click.echo(
        f"Bộ tiêu chí “{done.criteria.name}”{official}, tầm {done.criteria.reach_m:g} m."
        f" {len(done.zones)} vùng, {len(done.operators)} nhà mạng có sổ trạm hoặc vùng cung cấp"
        " dịch vụ."
    )
    if not done.operators:
        click.echo(
            "  Chưa nạp sổ trạm hay vùng cung cấp dịch vụ nào: chưa có kết luận theo nhà mạng.",
            err=True,
        )
    else:
        _tell_table(done)
    queues = done.queues()
    for queue in Queue:
        if queues[queue.value]:
            click.echo(f"  {word(queue)}: {queues[queue.value]} vùng")
    click.echo(
        f"Thay đổi: {done.verdicts_changed} kết luận, {done.queues_changed} vùng đổi nhóm chi trả."
    )


def _tell_table(done: Assessment) -> None:
    """Operators down, technologies across; in each cell the count of every verdict."""
    cells = done.table()
    width = max(map(len, done.operators.values()))
    click.echo(f"Số vùng theo kết luận ({' / '.join(word(verdict) for verdict in Verdict)}):")
    lines = [["", *(technology.value for technology in Technology)]]
    for operator_id, name in done.operators.items():
        lines.append([name])
        for technology in Technology:
            found = cells[operator_id, technology]
            lines[-1].append(" / ".join(str(found[verdict]) for verdict in Verdict))
    columns = [max(map(len, column)) for column in list(zip(*lines, strict=True))[1:]]
    for name, *counts in lines:
        told = (f"{text:>{size}}" for text, size in zip(counts, columns, strict=True))
        click.echo(f"  {name:<{width}}   " + "   ".join(told))
