"""``phusong award``: give lots to operators, one by one or by a list; cancel, extend, count."""

from __future__ import annotations

import sys
import uuid
from datetime import date, datetime
from pathlib import Path

import click

from api.award_counts_told import told_counts
from api.commands.output import json_option, refusal_in_json, write_json
from api.delivery_told import told_award, told_award_check, told_award_file
from api.door import as_authority, open_door, settings
from api.surveys import reading_limits
from api.words import word
from coverage.actions import awards, deliveries
from coverage.actions.awards import CheckedAward
from coverage.actions.deliveries import AwardCounts
from coverage.consultation import in_words
from coverage.deliveries.awards import grouped
from coverage.findings import Language
from coverage.intake.files import content_of
from coverage.people import Actor
from coverage.storage.awards import Award
from coverage.storage.sessions import Database

_day = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])
_award_argument = click.argument("award_id", metavar="MÃ_LẦN_GIAO", type=click.UUID)


class _Awards(click.Group):
    """``award NUMBER LOT …`` awards; ``award list`` and the others are commands of their own."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take what is no command for a package's number."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["lot", *args]
        return super().resolve_command(ctx, args)


@click.group(cls=_Awards, subcommand_metavar="SỐ_GÓI LÔ --operator … | LỆNH …")
def commands() -> None:
    """Giao lô cho doanh nghiệp: `phusong award GT-2026-42-001 1 --operator Viettel …`."""


@commands.command("lot")
@click.argument("number", metavar="SỐ_GÓI")
@click.argument("lot", metavar="LÔ")
@click.option("--operator", required=True, help="Tên doanh nghiệp được giao.")
@click.option("--price", "price_vnd", type=int, required=True, help="Giá, đồng.")
@click.option("--on", "awarded_on", type=_day, required=True, help="Ngày quyết định.")
@click.option("--decision", required=True, help="Số, ngày của quyết định.")
@json_option
def award_lot(  # noqa: PLR0917 - a parameter per option
    number: str, lot: str, operator: str, price_vnd: int, awarded_on: datetime, decision: str,
    json_file: Path | None,
) -> None:  # fmt: skip
    """Giao một lô của gói thầu đã mở; mọi vùng của lô thành đã giao."""
    wish = awards.wish_of(number, lot, operator, price_vnd, awarded_on.date(), decision)
    with open_door() as database:
        made = awards.award_lots(database, as_authority(database, "award"), [wish])
    write_json(json_file, told_award(made[0]).model_dump(mode="json"))
    _tell(made[0])


@commands.command("list")
@click.option("--package", "number", help="Chỉ gói này.")
@click.option("--standing", is_flag=True, help="Chỉ lần giao đang hiệu lực.")
@json_option
def list_all(number: str | None, standing: bool, json_file: Path | None) -> None:
    """Liệt kê các lần giao."""
    with open_door() as database:
        actor = as_authority(database, "award list")
        found = awards.list_awards(database, actor, number=number, standing=standing)
    told = [told_award(one).model_dump(mode="json") for one in found]
    write_json(json_file, {"awards": told})
    for one in found:
        _tell(one)
    if not found:
        click.echo("Chưa có lô nào được giao.")


@commands.command("show")
@_award_argument
@json_option
def show(award_id: uuid.UUID, json_file: Path | None) -> None:
    """Cho xem một lần giao: từng vùng, báo cáo, chỉ tiêu đạt hay không."""
    with open_door() as database:
        seen = deliveries.see_award(database, as_authority(database, "award show"), award_id)
    write_json(json_file, told_award_file(seen).model_dump(mode="json"))
    _tell(seen.award)
    for zone in seen.zones:
        short = [f"{word(one.measure)}: {word(one.outcome).lower()}"
                 for one in (zone.acceptance.short if zone.acceptance else ())]  # fmt: skip
        late = f", muộn {zone.late_days} ngày" if zone.late_days else ""
        click.echo(
            f"  {zone.zone.label} {zone.zone.village} [{word(zone.state)}{late}]"
            + (f" {'; '.join(short)}" if short else "")
            + (f" (báo cáo {zone.report.id})" if zone.report else "")
        )


@commands.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def check(file: Path, json_file: Path | None) -> None:
    """Đọc bảng kết quả giao (XLSX, CSV…) và báo từng dòng; chưa ghi gì."""
    with refusal_in_json(file, json_file), open_door() as database:
        checked = _read(database, as_authority(database, "award check"), file)
    _write_checks(json_file, checked)
    if not all(each.may_be_made for each in checked):
        sys.exit(1)


@commands.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def load(file: Path, json_file: Path | None) -> None:
    """Giao các lô theo bảng kết quả: mọi dòng, hoặc không dòng nào."""
    with refusal_in_json(file, json_file), open_door() as database:
        actor = as_authority(database, "award load")
        checked = _read(database, actor, file)
        if not all(each.may_be_made for each in checked):
            _write_checks(json_file, checked)
            click.echo("Chưa giao lô nào: hãy sửa các dòng có lỗi rồi chạy lại.", err=True)
            sys.exit(1)
        made = awards.award_lots(database, actor, [each.wish for each in checked])
    write_json(json_file, {"awards": [told_award(one).model_dump(mode="json") for one in made]})
    for one in made:
        _tell(one)


@commands.command("cancel")
@_award_argument
@click.option("--reason", required=True, help="Lý do hủy.")
@click.option(
    "--keep-in-package", is_flag=True,
    help="Giữ vùng trong lô của gói để giao lại; mặc định vùng trở về hàng đã duyệt.",
)  # fmt: skip
def cancel(award_id: uuid.UUID, reason: str, keep_in_package: bool) -> None:
    """Hủy một lần giao, có lý do."""
    with open_door() as database:
        actor = as_authority(database, "award cancel")
        ended = awards.cancel_award(
            database, actor, award_id, reason, keep_in_package=keep_in_package
        )
    _tell(ended)


@commands.command("extend")
@_award_argument
@click.option("--until", "due_on", type=_day, required=True, help="Hạn mới.")
@click.option("--reason", required=True, help="Lý do, ví dụ bất khả kháng.")
@click.option("--document", required=True, help="Văn bản cho gia hạn.")
def extend(award_id: uuid.UUID, due_on: datetime, reason: str, document: str) -> None:
    """Gia hạn phát sóng của một lần giao."""
    with open_door() as database:
        actor = as_authority(database, "award extend")
        extended = awards.extend_award(
            database, actor, award_id, due_on.date(), reason=reason, decision=document
        )
    _tell(extended)


@commands.command("counts")
@json_option
def counts(json_file: Path | None) -> None:
    """Hai số đếm của kiểm toán: trạm ít hiệu quả, trạm gần chỗ doanh nghiệp khác đã định làm."""
    with open_door() as database:
        found = deliveries.count_awards(database, as_authority(database, "award counts"))
    write_json(json_file, {"counts": [told_counts(one).model_dump(mode="json") for one in found]})
    for one in found:
        _tell_counts(one)
    if not found:
        click.echo("Chưa có lô nào được giao.")


def _read(database: Database, actor: Actor, file: Path) -> list[CheckedAward]:
    limits = reading_limits(settings().intake)
    content = content_of(file, file.name, limits)
    return awards.read_award_list(database, actor, content, name=file.name, limits=limits)


def _tell(one: Award) -> None:
    estimate = "" if one.estimate_vnd is None else f" (ước tính {grouped(one.estimate_vnd)} ₫)"
    click.echo(
        f"{one.package_number} lô {one.lot_number}: {one.operator}, {grouped(one.price_vnd)} ₫"
        f"{estimate}, {one.decision}, ngày {in_words(one.awarded_on)};"
        f" {one.months} tháng ({word(one.rule).lower()}), hạn {in_words(one.due_on)}. {one.id}"
    )
    if one.cancelled_on is not None:
        click.echo(f"  Đã hủy ngày {in_words(one.cancelled_on)}: {one.cancel_reason}")


def _write_checks(json_file: Path | None, checked: list[CheckedAward]) -> None:
    told = [told_award_check(each, Language.VI).model_dump(mode="json") for each in checked]
    write_json(json_file, {"awards": told})
    for each in checked:
        due: date | None = each.due_on
        fate = f"giao được, hạn {in_words(due)}" if each.may_be_made and due else "chưa giao được"
        click.echo(
            f"Dòng {each.wish.row}: {each.wish.package_number} lô {each.wish.lot},"
            f" {each.wish.operator}: {fate}"
        )
        for found in each.findings:
            where = f" [{found.column}]" if found.column else ""
            click.echo(f"  - {word(found.severity)}{where}: {found.message()} {found.fix()}")


def _tell_counts(one: AwardCounts) -> None:
    click.echo(
        f"{one.award.package_number} lô {one.award.lot_number}, {one.award.operator}:"
        f" {len(one.minimal)}/{len(one.sites)} trạm mang lại ít vùng phủ mới,"
        f" {len(one.near)}/{len(one.sites)} trạm gần chỗ doanh nghiệp khác đã định làm"
    )
    for site in one.minimal:
        click.echo(f"  - {site.site.label}: {site.new}/{site.households} hộ trong tầm là mới")
    for near in one.near:
        operator, by, what, distance_m = near.places[0]
        click.echo(
            f"  - {near.site.label}: cách {distance_m / 1000:.1f} km chỗ {operator} {word(by)}"
            f" ({what})"
        )
