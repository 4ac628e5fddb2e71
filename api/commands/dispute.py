"""``phusong dispute``: read operators' disputes of verdicts, and answer them."""

from __future__ import annotations

from pathlib import Path

import click

from api.commands.output import json_option, write_json
from api.disputes import is_late, told, told_file
from api.door import as_authority, open_door, today
from api.words import word
from coverage.actions import dispute_answers, disputes
from coverage.disputes import DisputeStatus
from coverage.storage.disputes import Dispute, DisputeFilter

_MOST = 100_000
NUMBER = click.IntRange(min=1, max=2**62)


@click.group()
def commands() -> None:
    """Phản hồi kết luận: doanh nghiệp phản hồi, Cục trả lời."""


@commands.command("list")
@click.option("--status", type=click.Choice([each.value for each in DisputeStatus]),
              help="Chỉ một tình trạng.")  # fmt: skip
@click.option("--province", "province_code", help="Chỉ một tỉnh, ví dụ 42.")
@click.option("--late", is_flag=True, help="Chỉ các phản hồi đã quá hạn trả lời.")
@json_option
def list_all(
    status: str | None, province_code: str | None, late: bool, json_file: Path | None
) -> None:
    """Liệt kê phản hồi; chờ trả lời trước, hạn trả lời gần trước."""
    day = today()
    wanted = DisputeFilter(
        DisputeStatus(status) if status else None, None, province_code, day if late else None
    )
    with open_door() as database:
        actor = as_authority(database, "dispute list")
        found = disputes.list_disputes(database, actor, wanted, limit=_MOST)
    listed = [told(one, day).model_dump(mode="json") for one in found.disputes]
    write_json(json_file, {"disputes": listed, "total": found.total})
    click.echo(f"{found.total} phản hồi.")
    for one in found.disputes:
        overdue = " QUÁ HẠN" if is_late(one, day) else ""
        click.echo(f"  {_line(one)}, hạn {one.answer_by:%d/%m/%Y}{overdue}")


@commands.command()
@click.argument("number", type=NUMBER)
@click.option(
    "-o", "path", type=click.Path(dir_okay=False, path_type=Path),
    help="Ghi tệp chứng minh, đúng từng byte, vào đây.",
)  # fmt: skip
@json_option
def show(number: int, path: Path | None, json_file: Path | None) -> None:
    """Xem một phản hồi, kết luận khi đó và hiện nay."""
    with open_door() as database:
        actor = as_authority(database, "dispute show")
        file = disputes.get_dispute(database, actor, number)
        if path is not None:
            path.write_bytes(disputes.raw_file(database, actor, number)[1])
    write_json(json_file, told_file(file, today()).model_dump(mode="json"))
    one = file.dispute
    click.echo(f"{_line(one)}\n  {one.reason}\n  Tệp: {one.file_name} ({one.file_bytes} byte)")
    for heading, given in (("Khi bị phản hồi", file.then), ("Hiện nay", file.now)):
        if given is not None:
            click.echo(f"  {heading}: {word(given.verdict)} ({', '.join(given.reasons)})")
    if one.answer:
        click.echo(f"  Trả lời ({one.answered_by}): {one.answer}")


@commands.command()
@click.argument("numbers", type=NUMBER, nargs=-1, required=True)
@click.option("--uphold/--dismiss", "upheld", default=None,
              help="Chấp nhận, hoặc không chấp nhận.")  # fmt: skip
@click.option("--reason", required=True, help="Căn cứ trả lời; doanh nghiệp đọc đúng câu này.")
@json_option
def answer(
    numbers: tuple[int, ...], upheld: bool | None, reason: str, json_file: Path | None
) -> None:
    """Trả lời một hay nhiều phản hồi với cùng một câu; chấp nhận thì đánh giá lại ngay."""
    if upheld is None:
        raise click.UsageError("cần --uphold (chấp nhận) hoặc --dismiss (không chấp nhận)")
    day = today()
    with open_door() as database:
        actor = as_authority(database, "dispute answer")
        dispute_answers.answer(database, actor, day, numbers, upheld=upheld, answer=reason)
        files = [disputes.get_dispute(database, actor, number) for number in sorted(set(numbers))]
    write_json(json_file, [told_file(file, day).model_dump(mode="json") for file in files])
    for file in files:
        now = f" Kết luận hiện nay: {word(file.now.verdict)}." if file.now else ""
        click.echo(f"{_line(file.dispute)}.{now}")


def _line(one: Dispute) -> str:
    place = one.village or str(one.zone_id)
    return (
        f"Số {one.number}: {one.operator}, {place}, {one.technology}, {word(one.disputed)} →"
        f" {word(one.claimed)}: {word(one.status)}"
    )
