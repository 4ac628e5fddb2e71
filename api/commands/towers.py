"""``phusong towers``: load a register of towers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from api.commands.bars import step_bar
from api.commands.output import json_option, refusal_in_json, write_json
from api.door import as_authority, open_door, settings, today
from api.surveys import reading_limits
from api.worker import ask_for_operator_assessment
from coverage.actions.towers import RegisterLoad, RegisterRequest, Step, load_register
from coverage.coordinates import Extent
from coverage.findings import Finding, Severity
from coverage.intake.files import content_of

_STEPS: Mapping[str, str] = {
    Step.READ: "Đọc tệp", Step.ROWS: "Hiểu từng dòng", Step.SITES: "Gom thành vị trí trạm",
    Step.STORE: "Ghi vào cơ sở dữ liệu",
}  # fmt: skip
_SEVERITY = {Severity.ERROR: "LỖI", Severity.WARNING: "cảnh báo", Severity.INFO: "ghi nhận"}


@click.group()
def commands() -> None:
    """Sổ trạm phát sóng: nạp trạm của các nhà mạng."""


def _extent(context: click.Context, parameter: click.Parameter, text: str | None) -> Extent | None:
    """Read four degrees: west, south, east, north."""
    if text is None:
        return None
    try:
        west, south, east, north = (float(side) for side in text.split(","))
    except ValueError:
        west = south = east = north = float("nan")
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004 - degrees
        raise click.BadParameter(
            "cần bốn số độ: tây,nam,đông,bắc, ví dụ -5.5,41,10,51.5", context, parameter
        )
    return Extent(south=south, west=west, north=north, east=east)


@commands.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--operator", help="Nhà mạng của cả tệp, khi tệp không có cột nhà mạng.")
@click.option("--crs", metavar="EPSG:…", help="Hệ tọa độ, khi tệp không ghi; ví dụ EPSG:9209.")
@click.option(
    "--extent", callback=_extent, metavar="TÂY,NAM,ĐÔNG,BẮC",
    help="Phạm vi các trạm phải nằm trong; mặc định là lãnh thổ Việt Nam.",
)  # fmt: skip
@click.option("--accepted-only", is_flag=True, help="Nạp các dòng tốt, bỏ các dòng có lỗi.")
@click.option(
    "--add", is_flag=True,
    help="Thêm vào sổ đang dùng; không có thì sổ mới thay sổ cũ của các nhà mạng trong tệp.",
)  # fmt: skip
@json_option
def load(  # noqa: PLR0917 - a parameter per option
    file: Path, operator: str | None, crs: str | None, extent: Extent | None,
    accepted_only: bool, add: bool, json_file: Path | None,
) -> None:  # fmt: skip
    """Nạp một sổ trạm: tất cả, hoặc không dòng nào.

    Mỗi dòng là một nhà mạng ở một vị trí, hoặc một vị trí với nhiều nhà mạng. Các dòng có cùng
    mã vị trí dùng chung, hoặc cách nhau không quá 30 m, là một vị trí trạm.
    """
    with (
        refusal_in_json(file, json_file, _finding),
        open_door() as database,
        step_bar(_STEPS) as step,
    ):
        limits = reading_limits(settings().intake)
        done = load_register(
            database,
            as_authority(database, "towers load"),
            RegisterRequest(
                file.name, content_of(file, file.name, limits), crs, operator, extent,
                accepted_only, add,
            ),
            today(),
            limits=limits,
            progress=step,
        )  # fmt: skip
        if done.changed:
            ask_for_operator_assessment(database, *done.operator_ids)
    write_json(json_file, as_json(done))
    _tell(done)
    if done.totals["rejected"]:
        click.get_current_context().exit(1)


def as_json(done: RegisterLoad) -> dict[str, object]:
    """Return the exact answer: what was understood, every finding with its row, the totals."""
    return {
        "file": done.name,
        "sha256": done.sha256,
        "status": "loaded" if done.changed else "unchanged",
        "crs": done.crs,
        "form": dict(done.form),
        "findings": [_finding(found) for found in done.findings],
        "totals": dict(done.totals),
        "replaced": [
            {"operator": each.operator, "file": each.file_name, "sites": each.sites}
            for each in done.replaced
        ],
    }


def _finding(found: Finding) -> dict[str, object]:
    """A finding with the sheet and row it is about; null where it is about the whole file."""
    row = found.facts.get("row")
    sheet = found.facts.get("sheet", "").strip("[] ")
    return {"sheet": sheet, "row": int(row) if row else None, **found.as_json()}


def _tell(done: RegisterLoad) -> None:
    totals: Mapping[str, object] = done.totals
    if not done.changed:
        click.echo(f"{done.name}: tệp này đã được nạp, không có gì thay đổi.")
    _tell_findings(done.findings)
    click.echo(
        f"{done.name} ({done.crs}): {totals['rows']} dòng, {totals['loaded']} được nạp,"
        f" {totals['rejected']} bị loại, {totals['without_position']} không có tọa độ;"
        f" {totals['sites']} vị trí trạm, {totals['shared_sites']} vị trí dùng chung,"
        f" {totals['planned']} chưa phát sóng."
    )
    _tell_operators(totals["operators"])
    for each in done.replaced:
        click.echo(f"  Thay sổ cũ của {each.operator}: {each.sites} vị trí ({each.file_name}).")


def _tell_operators(operators: object) -> None:
    if isinstance(operators, Mapping):
        for name, counts in sorted(operators.items()):
            click.echo(f"  {name}: {counts['rows']} dòng, {counts['sites']} vị trí")


def _tell_findings(findings: Sequence[Finding]) -> None:
    for found in findings:
        click.echo(
            f"  [{_SEVERITY[found.severity]}] {found.rule}: {found.message()} {found.fix()}",
            err=found.severity is not Severity.INFO,
        )
