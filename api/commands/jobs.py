"""``phusong jobs``: everybody's long work, for who runs the server."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from api.commands.output import json_option, write_json
from api.door import as_authority, open_door
from api.job_desk import ALIVE_SECONDS
from api.job_kinds import KINDS
from api.job_notes import NO_WORKER, note
from api.job_refusals import from_data
from api.job_stages import doing, percent
from api.jobs import told_job
from api.problems import detail
from api.words import word
from coverage.actions import jobs
from coverage.actions.job_overview import KnownJob, all_jobs, cancel_anyones, known_job
from coverage.days import VIETNAM_TIME
from coverage.findings import Language
from coverage.jobs import Job, JobState

_SHOWN = 30
_SHORT = 8  # of an id: enough to name one
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_which = click.argument("begins", metavar="MÃ")


@click.group(invoke_without_command=True)
@click.option("--all", "everything", is_flag=True, help="Cả các việc đã kết thúc.")
@click.option("--most", default=_SHOWN, show_default=True, type=click.IntRange(1, 10_000),
              help="Nhiều nhất chừng này việc.")  # fmt: skip
@json_option
@click.pass_context
def commands(
    context: click.Context, *, everything: bool, most: int, json_file: Path | None
) -> None:
    """Việc chạy nền của mọi người: mã, trạng thái, việc gì, ai yêu cầu, từ bao lâu."""
    if context.invoked_subcommand is not None:
        return
    with open_door() as database:
        actor = as_authority(database, "jobs")
        found = all_jobs(database, actor, most=most, over=everything)
        alive = jobs.worker_lives(database, actor, ALIVE_SECONDS)
    write_json(json_file, {"worker_lives": alive, "jobs": [as_json(each) for each in found]})
    for each in found:
        click.echo(_line(each))
    if not found:
        told = "Chưa có việc nào." if everything else "Không có việc nào đang chờ hay đang chạy."
        click.echo(told if everything else f"{told} Xem cả việc đã kết thúc: phusong jobs --all.")
    if not alive:
        click.echo(NO_WORKER if found else "Hiện chưa có tiến trình xử lý nào đang chạy.", err=True)


@commands.command()
@_which
@json_option
def show(begins: str, json_file: Path | None) -> None:
    """Cho biết mọi điều về một việc; MÃ là phần đầu của mã việc, đủ để không nhầm."""
    with open_door() as database:
        actor = as_authority(database, "jobs show")
        found = known_job(database, actor, begins)
        alive = jobs.worker_lives(database, actor, ALIVE_SECONDS)
    write_json(json_file, as_json(found))
    _tell(found, alive=alive)


@commands.command()
@_which
@json_option
def cancel(begins: str, json_file: Path | None) -> None:
    """Hủy một việc, ai yêu cầu cũng vậy: đang chờ thì hủy ngay, đang chạy thì dừng ở bước kế tiếp."""
    with open_door() as database:
        found = cancel_anyones(database, as_authority(database, "jobs cancel"), begins)
    write_json(json_file, as_json(found))
    job = found.job
    if job.state is JobState.CANCELLED:
        click.echo(f"Đã hủy việc {_short(job)}; không có gì thay đổi.")
    elif job.over:
        click.echo(
            f"Việc {_short(job)} đã kết thúc ({word(job.state).lower()}); giữ nguyên như cũ."
        )
        raise click.exceptions.Exit(1)
    else:
        click.echo(f"Đã yêu cầu hủy; việc {_short(job)} dừng ở bước kế tiếp.")


def as_json(known: KnownJob) -> dict[str, object]:
    """Return a job as the API tells it to who asked, with who that is and how old it is."""
    return told_job(known.job, Language.VI).model_dump(mode="json") | {
        "asked_by": known.asked_by,
        "organisation": known.organisation,
        "age_seconds": round(_age_s(known.job)),
    }


def _line(known: KnownJob) -> str:
    job = known.job
    about = f": {job.about}" if job.about else ""
    state = word(job.state).lower()
    if job.state is JobState.RUNNING:
        state = f"{state} {percent(job)}%"
        if job.tries > 1:
            state += f", lần {job.tries}"
    return (
        f"{_short(job)}  {state}  {KINDS[job.kind].title}{about}"
        f"  ({known.asked_by}, {known.organisation}; {_span(_age_s(job))} trước)"
    )


def _tell(known: KnownJob, *, alive: bool) -> None:
    job = known.job
    about = f": {job.about}" if job.about else ""
    click.echo(f"{KINDS[job.kind].title}{about}\n  Mã: {job.id}")
    state = word(job.state) + (f", {percent(job)}%" if job.state is JobState.RUNNING else "")
    step = doing(job, Language.VI)
    click.echo(f"  Trạng thái: {state}{f' – {step}' if step and not job.over else ''}")
    click.echo(f"  Người yêu cầu: {known.asked_by} ({known.organisation})")
    moments = (
        ("Yêu cầu lúc", job.asked_at), ("Bắt đầu lúc", job.begun_at),
        ("Nhận tin lần cuối lúc", job.heard_at), ("Kết thúc lúc", job.ended_at),
    )  # fmt: skip
    for label, moment in moments:
        if moment is not None:
            click.echo(f"  {label}: {moment.astimezone(VIETNAM_TIME):%H:%M:%S %d/%m/%Y}")
    click.echo(f"  Số lần đã bắt đầu: {job.tries}")
    if job.cancel_asked and not job.over:
        click.echo("  Đã được yêu cầu hủy.")
    said = note(job, Language.VI, alive=alive)
    if said:
        click.echo(f"  {said}")
    if job.address:
        click.echo(f"  Kết quả: {job.address}")
    if job.refusal is not None:
        click.echo(f"  Lý do: {detail(from_data(job.refusal), Language.VI)}")


def _short(job: Job) -> str:
    return str(job.id)[:_SHORT]


def _age_s(job: Job) -> float:
    return max(0.0, (datetime.now(UTC) - job.asked_at).total_seconds())


def _span(seconds: float) -> str:
    """A span of time in one unit."""
    for unit, name in ((_DAY, "ngày"), (_HOUR, "giờ"), (_MINUTE, "phút")):
        if seconds >= unit:
            return f"{int(seconds // unit)} {name}"
    return f"{int(seconds)} giây"
