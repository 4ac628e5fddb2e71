"""``phusong review``: the authority's desk on the server: take up, decide, confirm."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from api.commands.output import json_option, write_json
from api.door import as_authority, open_door
from api.words import word
from api.worker import ask_for_assessment_after
from coverage.actions import four_eyes, review
from coverage.actions.review import Decided
from coverage.actions.review_queue import ReviewQueue, review_queue
from coverage.actions.zone_moves import Seen
from coverage.actions.zones import get_zone, list_zones
from coverage.people import Actor
from coverage.storage.sessions import Database
from coverage.storage.zones import ListedZone, ZoneFilter, ZoneOrder
from coverage.zone_life import Move
from coverage.zones import ZoneStatus

_ALL = 1_000_000  # more than a country has villages
# Whoever decides here cannot confirm here: all of the command line is one pair of eyes.
_NAME = "review"

Chosen = Callable[..., None]


@click.group()
def commands() -> None:
    """Thẩm định: nhận vùng, duyệt, trả lại, không chấp nhận, nhập, xác nhận."""


def _chosen(act: Chosen) -> Chosen:
    """Add the options that say which zones: by id, of a province, or of the country."""
    for option in (
        json_option,
        click.option("--zone", "zone_ids", type=click.UUID, multiple=True, help="Mã vùng; lặp lại được."),
        click.option("--all", "everywhere", is_flag=True, help="Mọi vùng đang chờ của cả nước."),
        click.option("--province", "province_code", help="Mọi vùng đang chờ của tỉnh này, ví dụ 42."),
    ):  # fmt: skip
        act = option(act)
    return act


_reason = click.option("--reason", default="", help="Lý do, ghi vào lịch sử của vùng.")
_take_over = click.option("--take-over", is_flag=True, help="Cả vùng người khác đang thẩm định.")


@commands.command()
@json_option
def queue(json_file: Path | None) -> None:
    """Việc đang chờ: vùng đã báo cáo theo tỉnh, vùng đang nhận, quyết định chờ xác nhận."""
    with open_door() as database:
        found = review_queue(database, as_authority(database, _NAME))
    write_json(json_file, _queue_json(found))
    for one in found.waiting:
        click.echo(
            f"{one.province_code} {one.province or ''}: {one.zones} vùng, {one.households} hộ chờ"
            f" thẩm định, lâu nhất từ {one.oldest:%d/%m/%Y}"
        )
    for reviewer, zones in found.in_hand.items():
        click.echo(f"Đang thẩm định: {reviewer}: {zones} vùng")
    for one in found.returned:
        click.echo(f"{one.province_code} {one.province or ''}: {one.zones} vùng chờ tỉnh bổ sung")
    for waits in (*found.to_confirm, *found.proposed):
        proposal = waits.proposal
        click.echo(
            f"Chờ người thứ hai xác nhận: {word(proposal.move)} · {waits.listed.zone.village}"
            f" ({proposal.proposed_by}) {proposal.zone_id}"
        )
    if not (found.waiting or found.in_hand or found.to_confirm or found.proposed):
        click.echo("Không có vùng nào chờ thẩm định.")


@commands.command("take-up")
@_chosen
@click.option("--count", type=click.IntRange(1), help="Chỉ nhận chừng này vùng.")
def take_up(
    province_code: str | None, everywhere: bool, zone_ids: tuple[uuid.UUID, ...],
    json_file: Path | None, count: int | None,
) -> None:  # fmt: skip
    """Nhận vùng đã báo cáo để thẩm định; không ai khác nhận được vùng đó nữa."""
    _must_choose(province_code, everywhere, zone_ids)
    with open_door() as database:
        actor = as_authority(database, _NAME)
        taken = review.take_up(
            database, actor, zone_ids=zone_ids or None, count=count, province_code=province_code
        )
    write_json(json_file, {"move": Move.TAKE_UP.value, "moved": [one.zone.id for one in taken]})
    click.echo(f"Đã nhận {len(taken)} vùng." if taken else "Không có vùng nào chờ thẩm định.")


@commands.command("put-back")
@click.option("--zone", "zone_ids", type=click.UUID, multiple=True, required=True, help="Mã vùng.")
def put_back(zone_ids: tuple[uuid.UUID, ...]) -> None:
    """Trả vùng đang thẩm định về hàng chờ."""
    with open_door() as database:
        count = review.put_back(database, as_authority(database, _NAME), zone_ids)
    click.echo(f"Đã trả {count} vùng về hàng chờ.")


def _decision(move: Move, name: str, told: str) -> None:
    @commands.command(name, help=told)
    @_chosen
    @_reason
    @_take_over
    def decide(  # noqa: PLR0917 - each is one option
        province_code: str | None, everywhere: bool, zone_ids: tuple[uuid.UUID, ...],
        json_file: Path | None, reason: str, take_over: bool,
    ) -> None:  # fmt: skip
        _must_choose(province_code, everywhere, zone_ids)
        with open_door() as database:
            actor = as_authority(database, _NAME)
            seen = _seen(_waiting(database, actor, province_code, zone_ids))
            done = Decided(())
            if seen:
                done = review.decide(
                    database, actor, move, seen, reason=reason, take_over=take_over
                )
        _tell(move, done, json_file)


_decision(Move.APPROVE, "approve", "Duyệt các vùng đã báo cáo hoặc đang nhận.")
_decision(Move.RETURN, "return", "Trả lại tỉnh để bổ sung; phải có lý do.")
_decision(Move.REJECT, "reject", "Không chấp nhận; phải có lý do.")


@commands.command()
@click.option("--zone", "zone_ids", type=click.UUID, multiple=True, required=True, help="Mã vùng.")
@click.option("--into", type=click.UUID, required=True, help="Mã của vùng nhận các vùng trên.")
@_reason
@_take_over
@json_option
def merge(
    zone_ids: tuple[uuid.UUID, ...], into: uuid.UUID, reason: str, take_over: bool,
    json_file: Path | None,
) -> None:  # fmt: skip
    """Nhập vùng vào một vùng khác của cùng tỉnh; phải có lý do."""
    with open_door() as database:
        actor = as_authority(database, _NAME)
        seen = _seen([get_zone(database, actor, one) for one in zone_ids])
        done = review.decide(
            database, actor, Move.MERGE, seen, reason=reason, merged_into=into, take_over=take_over
        )
    _tell(Move.MERGE, done, json_file)


@commands.command()
@click.option("--zone", "zone_ids", type=click.UUID, multiple=True, required=True, help="Mã vùng.")
@_reason
@json_option
def reopen(zone_ids: tuple[uuid.UUID, ...], reason: str, json_file: Path | None) -> None:
    """Mở lại vùng đã quyết định để thẩm định lại; phải có lý do."""
    with open_door() as database:
        actor = as_authority(database, _NAME)
        seen = _seen([get_zone(database, actor, one) for one in zone_ids])
        done = review.reopen(database, actor, seen, reason)
        ask_for_assessment_after(database, Move.REOPEN, zone_ids)
    _tell(Move.REOPEN, done, json_file)


@commands.command()
@click.option("--zone", "zone_ids", type=click.UUID, multiple=True, help="Mã vùng; lặp lại được.")
@click.option("--all", "everywhere", is_flag=True, help="Mọi quyết định đang chờ.")
@json_option
def confirm(zone_ids: tuple[uuid.UUID, ...], everywhere: bool, json_file: Path | None) -> None:
    """Xác nhận quyết định của người khác, ở nơi quy định cần hai người."""
    _must_choose(None, everywhere, zone_ids)
    with open_door() as database:
        actor = as_authority(database, _NAME)
        waiting = [one.listed for one in review_queue(database, actor).to_confirm]
        if zone_ids:
            waiting = [get_zone(database, actor, one) for one in zone_ids]
        done = four_eyes.confirm(database, actor, _seen(waiting)) if waiting else Decided(())
    _tell(Move.CONFIRM, done, json_file)


def _must_choose(
    province_code: str | None, everywhere: bool, zone_ids: Sequence[uuid.UUID]
) -> None:
    if sum((province_code is not None, everywhere, bool(zone_ids))) != 1:
        raise click.UsageError("Hãy chọn đúng một cách: --province, --all hoặc --zone.")


def _waiting(
    database: Database, actor: Actor, province_code: str | None, zone_ids: Sequence[uuid.UUID]
) -> list[ListedZone]:
    """The zones named, else those that are reported or in this hand already."""
    if zone_ids:
        return [get_zone(database, actor, one) for one in zone_ids]
    reported = ZoneFilter(province_code, status=ZoneStatus.REPORTED)
    mine = ZoneFilter(province_code, status=ZoneStatus.UNDER_REVIEW, reviewer=actor.name)
    return [
        listed
        for wanted in (reported, mine)
        for listed in list_zones(
            database, actor, wanted, order=ZoneOrder.PLACE, limit=_ALL
        ).page.zones
    ]


def _seen(listed: Sequence[ListedZone]) -> list[Seen]:
    return [Seen(one.zone.id, one.version) for one in listed]


def _tell(move: Move, done: Decided, json_file: Path | None) -> None:
    write_json(json_file, {"move": move.value, "moved": done.moved, "proposed": done.proposed})
    if done.moved:
        click.echo(f"{word(move)}: {len(done.moved)} vùng.")
    if done.proposed:
        click.echo(f"{word(move)}: {len(done.proposed)} vùng, chờ người thứ hai xác nhận.")
    if not (done.moved or done.proposed):
        click.echo("Không có vùng nào chờ.")


def _queue_json(found: ReviewQueue) -> dict[str, Any]:
    return {
        "waiting": [
            {"province": one.province_code, "zones": one.zones, "households": one.households,
             "oldest": one.oldest.isoformat()}
            for one in found.waiting
        ],
        "returned": [
            {"province": one.province_code, "zones": one.zones} for one in found.returned
        ],
        "in_hand": dict(Counter(found.in_hand)),
        "mine": [one.zone.id for one in found.mine],
        "proposals": [
            {"zone": one.proposal.zone_id, "move": one.proposal.move.value,
             "reason": one.proposal.reason, "by": one.proposal.proposed_by, "stale": one.stale}
            for one in (*found.to_confirm, *found.proposed)
        ],
    }  # fmt: skip
