"""``phusong survey``: check a province's file, submit it, write the template, list the rules."""

from __future__ import annotations

import hashlib
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from api.approvals import told_approval
from api.commands.output import json_option, write_json
from api.door import as_province, open_door, settings
from api.surveys import reading_limits
from api.words import word
from coverage.actions import approvals, survey_papers, surveys
from coverage.errors import InputRefused, NotFound
from coverage.findings import Finding, Language, Severity, finding, rulebook
from coverage.intake.annotated import annotate
from coverage.intake.columns import mapping_of
from coverage.intake.document import Limits
from coverage.intake.files import content_of
from coverage.people import Actor, Role
from coverage.storage.sessions import Database
from coverage.surveys import RowStatus, SurveyReport, SurveyRow

SEVERITY = {Severity.ERROR: "LỖI", Severity.WARNING: "cảnh báo", Severity.INFO: "ghi nhận"}
STATUS = {
    RowStatus.ACCEPTED: "được nhận", RowStatus.WARNED: "được nhận, cần xem lại",
    RowStatus.REJECTED: "bị từ chối",
}  # fmt: skip
MOST_SHOWN = 50

file_argument = click.argument("file", type=click.Path(path_type=Path))
province_option = click.option("--province", required=True, help="Mã tỉnh, ví dụ 42.")
map_option = click.option(
    "--map", "said", multiple=True, metavar="CỘT=nội dung",
    help='Cột nào chứa gì, ví dụ "D=households" hoặc "Số nhà=households".',
)  # fmt: skip
annotated_option = click.option(
    "--annotated", "annotated_file", type=click.Path(dir_okay=False, path_type=Path),
    help="Ghi tệp (XLSX) có ô tô màu, chú thích và trang kết quả.",
)  # fmt: skip


@click.group()
def commands() -> None:
    """Tệp khảo sát của tỉnh: kiểm tra, nộp, mẫu, quy tắc."""


@commands.command()
@file_argument
@province_option
@map_option
@json_option
@annotated_option
def check(
    file: Path, province: str, said: tuple[str, ...], json_file: Path | None,
    annotated_file: Path | None,
) -> None:  # fmt: skip
    """Kiểm tra một tệp; không ghi gì vào cơ sở dữ liệu."""
    mapping = _mapping(said)
    with _refusal_in_json(file, json_file), open_door() as database, _steps(2) as step:
        content = content_of(file, file.name, _limits())
        actor = _officer(database, province, "survey check")
        report = surveys.check(
            database, actor, content, file.name, province,
            mapping=mapping, limits=_limits(), progress=step,
        )  # fmt: skip
    write_json(json_file, report.as_json())
    _write_annotated(annotated_file, content, file, report)
    _tell(report)
    _end(report)


@commands.command()
@file_argument
@province_option
@map_option
@json_option
@annotated_option
@click.option(
    "--receipt", "receipt_file", type=click.Path(dir_okay=False, path_type=Path),
    help="Ghi biên nhận (PDF) vào tệp này.",
)  # fmt: skip
@click.option("--all-or-nothing", is_flag=True, help="Không nộp gì nếu còn dòng bị từ chối.")
@click.option("--replaces", type=int, metavar="SỐ", help="Số của lần nộp mà tệp này sửa lại.")
def submit(  # noqa: PLR0913, PLR0917 - a parameter per option
    file: Path, province: str, said: tuple[str, ...], json_file: Path | None,
    annotated_file: Path | None, receipt_file: Path | None, all_or_nothing: bool,
    replaces: int | None,
) -> None:  # fmt: skip
    """Nộp một tệp: giữ tệp gốc, từng dòng, và các vùng lõm sóng của dòng được nhận."""
    mapping = _mapping(said)
    with _refusal_in_json(file, json_file), open_door() as database, _steps(3) as step:
        content = content_of(file, file.name, _limits())
        # Whoever is on the server acts for the whole department: its approver need not be asked.
        actor = _officer(database, province, "survey submit", Role.PROVINCE_APPROVER)
        if all_or_nothing:
            report = surveys.check(
                database, actor, content, file.name, province, mapping=mapping, limits=_limits()
            )
            if report.totals()["rejected"]:
                write_json(json_file, report.as_json())
                _write_annotated(annotated_file, content, file, report)
                _tell(report)
                click.echo("Chưa nộp gì: còn dòng bị từ chối.", err=True)
                click.get_current_context().exit(1)
        receipt = surveys.submit(
            database, actor, content, file.name, province,
            mapping=mapping, limits=_limits(), all_or_nothing=all_or_nothing, replaces=replaces,
            progress=step,
        )  # fmt: skip
        if receipt_file is not None:
            receipt_file.write_bytes(survey_papers.receipt(database, actor, receipt.number))
    write_json(json_file, {**receipt.report.as_json(), "receipt": receipt.as_json()})
    _write_annotated(annotated_file, content, file, receipt.report)
    _tell(receipt.report)
    totals = receipt.totals
    already = " (tệp này đã được nộp trước đây, không có gì thay đổi)" if receipt.already else ""
    click.echo(
        f"Biên nhận số {receipt.number}{already}: {totals['zones_added']} vùng mới,"
        f" {totals['zones_changed']} vùng cập nhật. SHA-256 {receipt.sha256}"
    )
    _end(receipt.report)


@commands.command()
@province_option
@click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path),
    help="Tệp XLSX sẽ ghi.",
)  # fmt: skip
def template(province: str, output: Path) -> None:
    """Ghi tệp mẫu của một tỉnh: danh sách xã để chọn, kiểm tra khi nhập, một dòng ví dụ."""
    with open_door() as database:
        actor = _officer(database, province, "survey template")
        output.write_bytes(surveys.template(database, actor, province))
    click.echo(f"Đã ghi {output}")


@commands.command()
@json_option
@click.option("--english", is_flag=True, help="In English.")
def rules(json_file: Path | None, english: bool) -> None:
    """Liệt kê mọi quy tắc kiểm tra: mức độ, nội dung, cách sửa."""
    language = Language.EN if english else Language.VI
    listed = [
        {
            "rule": rule.code, "severity": rule.severity.value,
            "summary": rule.summary[language], "message": _open(rule.message[language]),
            "fix": _open(rule.fix[language]),
        }
        for rule in rulebook().values()
        if rule.code.split(".")[0] in surveys.RULE_FAMILIES
    ]  # fmt: skip
    for entry in listed:
        click.echo(
            f"{entry['rule']}  [{SEVERITY[Severity(entry['severity'])]}]  {entry['summary']}"
        )
        click.echo(f"    {entry['fix']}")
    write_json(json_file, listed)


@commands.command(name="list")
@click.option("--province", required=True, help="Mã tỉnh, ví dụ 42.")
@json_option
def list_(province: str, json_file: Path | None) -> None:
    """Liệt kê các lần nộp của một tỉnh, mới nhất trước."""
    with open_door() as database:
        actor = _officer(database, province, "survey list")
        found = surveys.list_submissions(database, actor, province)
    for one in found:
        totals = one.totals
        click.echo(
            f"{one.number}  {one.submitted_at:%d/%m/%Y %H:%M}  {one.file_name}  {one.status}:"
            f" {totals['rows']} dòng, {totals['rejected']} bị từ chối"
        )
    write_json(
        json_file,
        [
            {"number": one.number, "file": one.file_name, "sha256": one.sha256,
             "status": one.status, "totals": dict(one.totals),
             "submitted_at": one.submitted_at.isoformat(), "submitted_by": one.submitted_by,
             "prepared_by": one.prepared_by}
            for one in found
        ],
    )  # fmt: skip


@commands.command()
@click.argument("number", type=int)
@province_option
def withdraw(number: int, province: str) -> None:
    """Rút lại một lần nộp khi chưa vùng nào được xem xét."""
    with open_door() as database:
        actor = _officer(database, province, "survey withdraw", Role.PROVINCE_APPROVER)
        surveys.withdraw(database, actor, number)
    click.echo(f"Đã rút lại lần nộp số {number}.")


@commands.command(name="approvals")
@province_option
@json_option
def approvals_(province: str, json_file: Path | None) -> None:
    """Liệt kê các danh sách đã trình lãnh đạo của một tỉnh, chưa nộp."""
    with open_door() as database:
        actor = _officer(database, province, "survey approvals")
        found = approvals.list_approvals(database, actor)
    for one in found:
        click.echo(
            f"{one.number}  {one.handed_in_at:%d/%m/%Y %H:%M}  {one.file_name}"
            f"  {word(one.status)}: {one.totals['rows']} dòng, người lập {one.prepared_by}"
        )
    write_json(json_file, [told_approval(one).model_dump(mode="json") for one in found])


def _open(template: str) -> str:
    """A rule's sentence with its facts left open: "…"."""
    return re.sub(r"\{\w+\}", "…", template)


def _write_annotated(path: Path | None, content: bytes, file: Path, report: SurveyReport) -> None:
    """Write the file with its findings marked, when a place for it was given."""
    if path is not None:
        path.write_bytes(annotate(content, file.name, report, limits=_limits()))


def _mapping(said: Sequence[str]) -> dict[str, str]:
    try:
        return mapping_of(said)
    except InputRefused as refused:
        told = refused.findings[0]
        raise click.UsageError(f"{told.message()} {told.fix()}") from refused


def _officer(
    database: Database, province: str, command: str, role: Role = Role.PROVINCE_OFFICER
) -> Actor:
    """Act for a province.

    Raises:
        InputRefused: survey.province_unknown.
    """
    try:
        return as_province(database, province, command, role)
    except NotFound as missing:
        raise InputRefused([finding("survey.province_unknown", read=province)]) from missing


@contextmanager
def _refusal_in_json(file: Path, json_file: Path | None) -> Iterator[None]:
    """Write the JSON all the same when a file is refused: its findings, and no rows."""
    try:
        yield
    except InputRefused as refused:
        report = SurveyReport(file.name, "", "", {}, refused.findings, ())
        if file.is_file():
            with file.open("rb") as content:
                report = replace(report, sha256=hashlib.file_digest(content, "sha256").hexdigest())
        write_json(json_file, report.as_json())
        raise


def _limits() -> Limits:
    return reading_limits(settings().intake)


@contextmanager
def _steps(count: int) -> Iterator[Callable[[str], None]]:
    """A progress bar in a terminal; nothing where the output goes to a file."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=count, file=sys.stderr, show_eta=False) as bar:

        def step(label: str) -> None:
            bar.label = label
            bar.update(1)

        yield step


def _tell(report: SurveyReport) -> None:
    """Write the summary for people: the file, what is said of it, rejected and doubtful rows."""
    form = report.form
    click.echo(f"{report.file}: danh mục {report.vintage}, {form['kind']}, chữ {form['encoding']}")
    for label, key in (("Cơ quan", "agency"), ("Văn bản", "document_number"),
                       ("Ngày", "document_date"), ("Kỳ", "period"), ("Hệ tọa độ", "crs")):  # fmt: skip
        if form.get(key):
            click.echo(f"  {label}: {form[key]}")
    for told in report.findings:
        click.echo(f"  [{SEVERITY[told.severity]}] {told.rule}: {told.message()} {told.fix()}")
    for status in (RowStatus.REJECTED, RowStatus.WARNED):
        _tell_rows(status, [row for row in report.rows if row.status is status])
    totals = report.totals()
    click.echo(
        f"{totals['rows']} dòng: {totals['accepted']} được nhận, {totals['warned']} được nhận nhưng"
        f" cần xem lại, {totals['rejected']} bị từ chối."
    )
    repairs = Counter(
        told.rule for row in report.rows for told in row.findings if told.severity is Severity.INFO
    )
    if repairs:
        listed = ", ".join(f"{rule} ×{count}" for rule, count in repairs.most_common())
        click.echo(f"Đã hiểu hoặc sửa, không cần làm gì: {listed}.")


def _tell_rows(status: RowStatus, rows: Sequence[SurveyRow]) -> None:
    if not rows:
        return
    click.echo(f"Các dòng {STATUS[status]}:")
    for row in rows[:MOST_SHOWN]:
        where = f"{row.sheet} " if row.sheet else ""
        for told in row.findings:
            if told.severity is not Severity.INFO:
                click.echo(f"  {where}dòng {row.row}{_cell(told)}: {told.message()} → {told.fix()}")
    if len(rows) > MOST_SHOWN:
        click.echo(f"  … và {len(rows) - MOST_SHOWN} dòng nữa (xem đủ bằng --json).")


def _cell(told: Finding) -> str:
    """The column and the raw cell that a finding speaks of."""
    if told.column is None:
        return ""
    return f", cột {told.column} “{told.value}”" if told.value else f", cột {told.column}"


def _end(report: SurveyReport) -> None:
    if report.totals()["rejected"]:
        click.get_current_context().exit(1)
