"""``phusong rules``: the dated rules, and changes of them by four eyes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from api.commands.output import json_option, write_json
from api.door import as_authority, open_door, today
from api.rule_changes import adopted, told
from api.rule_rows import ShownRow, row_as_json, rows_of, service_in_words, setting_in_words
from api.words import word
from coverage.actions import rule_changes as actions
from coverage.actions.rule_previews import findings_of_preview
from coverage.errors import NotFound
from coverage.findings import Language
from coverage.rule_changes import RowState, RuleChange, RuleKind, SettingValue, rule_in_words
from coverage.rule_changes.previews import digest

content_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
on_option = click.option(
    "--on",
    "on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Ngày, ví dụ 2027-01-01; mặc định hôm nay.",
)


@click.group()
def commands() -> None:
    """Quy định theo ngày: bộ tiêu chí, ai chi trả, thời hạn, dung sai, trọng số, căn cứ."""


@commands.command("list")
@on_option
@json_option
def list_rules(on: datetime | None, json_file: Path | None) -> None:
    """Liệt kê quy định có hiệu lực, kèm căn cứ."""
    with open_door() as database:
        day = on.date() if on else today()
        found = actions.in_force(database, as_authority(database, "rules list"), day)
    shown = {kind: rows_of(found, kind) for kind in RuleKind}
    write_json(json_file, {
        "on": found.day.isoformat(),
        **{kind.value: [row_as_json(row, Language.VI) for row in rows]
           for kind, rows in shown.items()},
    })  # fmt: skip
    for kind, rows in shown.items():
        click.echo(word(kind))
        for row in rows:
            if row.state is RowState.IN_FORCE:
                click.echo(f"  {_line(row)}")


@commands.command()
@click.argument("name")
@json_option
def show(name: str, json_file: Path | None) -> None:
    """Mọi dòng của một tham số (ví dụ dispute_days) hoặc một loại (ví dụ queue_rule)."""
    with open_door() as database:
        found = actions.in_force(database, as_authority(database, "rules show"), today())
    rows = [
        row
        for kind in RuleKind
        for row in rows_of(found, kind)
        if name == kind.value or (kind is RuleKind.SETTING and row.row.value.name == name)
    ]
    if not rows:
        raise NotFound("setting", name)
    write_json(json_file, [row_as_json(row, Language.VI) for row in rows])
    for row in rows:
        click.echo(f"{word(row.state)}: {_line(row)}")


@commands.command()
@content_file
@json_option
def preview(file: Path, json_file: Path | None) -> None:
    """Xem trước tác động của thay đổi trong FILE.json ({"kind": …, "content": {…}})."""
    asked = _read(file)
    with open_door() as database:
        actor = as_authority(database, "rules preview")
        made = actions.preview(database, actor, asked["kind"], asked["content"], today())
    write_json(json_file, {"preview": made.preview, "digest": digest(made.preview)})
    _tell_preview(made.preview)


@commands.command()
@content_file
@click.option("--reason", help="Lý do; mặc định lấy ở mục “reason” của tệp.")
@json_option
def propose(file: Path, reason: str | None, json_file: Path | None) -> None:
    """Đề xuất thay đổi trong FILE.json; người khác thông qua thì mới có hiệu lực."""
    asked = _read(file)
    with open_door() as database:
        actor = as_authority(database, "rules propose")
        change = actions.propose(
            database, actor, asked["kind"], asked["content"], reason or asked["reason"], today()
        )
    _answer(change, json_file)
    _tell_preview(change.preview)


@commands.command()
@click.argument("number", type=int)
@click.option("--seen", help="Tên ngắn của bản xem trước đã đọc, khi khác bản lúc đề xuất.")
@json_option
def adopt(number: int, seen: str | None, json_file: Path | None) -> None:
    """Thông qua một thay đổi; các tỉnh được đánh giá lại trong hàng đợi."""
    with open_door() as database:
        change = adopted(database, as_authority(database, "rules adopt"), number, seen)
    _answer(change, json_file)


@commands.command()
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Lý do không thông qua.")
@json_option
def reject(number: int, reason: str, json_file: Path | None) -> None:
    """Không thông qua một thay đổi."""
    with open_door() as database:
        change = actions.reject(database, as_authority(database, "rules reject"), number, reason)
    _answer(change, json_file)


@commands.command()
@click.argument("number", type=int)
@json_option
def withdraw(number: int, json_file: Path | None) -> None:
    """Rút một thay đổi đã đề xuất từ dòng lệnh."""
    with open_door() as database:
        change = actions.withdraw(database, as_authority(database, "rules withdraw"), number)
    _answer(change, json_file)


def _read(file: Path) -> dict[str, Any]:
    """The change that a file describes; what is not of its form is wrong usage."""
    try:
        asked = json.loads(file.read_text(encoding="utf-8"))
        kind, content = RuleKind(asked["kind"]), asked["content"]
    except (ValueError, KeyError, TypeError) as error:
        raise click.BadParameter(
            f'{file.name}: cần JSON dạng {{"kind": "{"|".join(RuleKind)}", "content": {{…}}}} ({error})'
        ) from None
    if not isinstance(content, dict):
        raise click.BadParameter(f"{file.name}: “content” phải là một đối tượng JSON")
    return {"kind": kind, "content": content, "reason": str(asked.get("reason") or "")}


def _answer(change: RuleChange, json_file: Path | None) -> None:
    write_json(json_file, told(change, Language.VI).model_dump(mode="json"))
    click.echo(f"Thay đổi số {change.id}: {word(change.status).lower()}.")


def _line(shown: ShownRow) -> str:
    row, value = shown.row, shown.row.value
    days = f"từ {row.valid_from:%d/%m/%Y}"
    if row.valid_to:
        days += f" đến hết {row.valid_to:%d/%m/%Y}"
    told_row = row_as_json(shown, Language.VI)
    if isinstance(value, SettingValue):
        said = f"{value.name} = {setting_in_words(value.name, value.value, Language.VI)}"
    elif shown.kind is RuleKind.QUEUE_RULE:
        said = f"[{row.id}] {value.position}. {rule_in_words(value, Language.VI)}"
    elif shown.kind is RuleKind.CRITERIA_SET:
        said = f"[{row.id}] {value.name}: tầm {value.reach_m:g} m, {', '.join(value.broadband)}"
        asked = service_in_words(value.service_asked(), Language.VI)
        said += f"; {asked}" if asked else "; chưa quy định yêu cầu dịch vụ"
    else:
        said = f"[{row.id}] {value.document}: {value.title}"
    source = told_row.get("citation") or told_row.get("document") or told_row.get("source")
    return f"{said} ({days}; {source})"


def _tell_preview(preview: Mapping[str, Any]) -> None:
    for each in findings_of_preview(preview):
        click.echo(f"  {word(each.severity)}: {each.message()} {each.fix()}")
    queues = preview.get("queues")
    if queues is not None:
        click.echo(f"Trong {queues['zones']} vùng đang do quy tắc quyết định:")
        for move in queues["moves"]:
            source, target = (word(move[side], family="Queue") for side in ("from", "to"))
            click.echo(f"  {source} → {target}: {move['zones']} vùng, {move['households']} hộ")
        if not queues["moves"]:
            click.echo("  không vùng nào đổi nhóm chi trả")
    for move in preview.get("verdicts", {}).get("moves", ()):
        source, target = (word(move[side], family="Verdict") for side in ("from", "to"))
        click.echo(f"  kết luận {source} → {target}: {move['verdicts']}")
    click.echo(f"Mã bản xem trước: {digest(preview)}")
