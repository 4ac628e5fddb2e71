"""``phusong sites``: choose positions that cover the most, or all, with the gap proven."""

from __future__ import annotations

import math
from pathlib import Path

import click

from api.commands.output import json_option, write_json
from coverage.actions.siting import ChosenSites, Reach, choose_sites
from coverage.findings import Severity
from coverage.siting import Goal

_SHOWN = 50  # names of chosen sites in the terminal


class _Number(click.ParamType[float]):
    """A number from ``least`` (or above it), neither infinite nor “nan”."""

    name = "number"

    def __init__(self, least: float, *, above: bool = False) -> None:
        self._least, self._above = least, above

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number; anything else is wrong usage."""
        try:
            number = float(str(value))
        except ValueError:
            number = math.nan
        enough = number > self._least if self._above else number >= self._least
        if not (math.isfinite(number) and enough):
            least = "lớn hơn" if self._above else "từ"
            self.fail(f"“{value}” không dùng được; cần một số {least} {self._least:g}.", param, ctx)
        return number


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def commands() -> None:
    """Vị trí trạm: chọn nơi phủ được nhiều nhất, có khoảng cách tới tối ưu được chứng minh."""


@commands.command()
@click.option("--demand", type=_FILE, required=True, help="CSV: id?,x,y[,weight] hoặc lon,lat.")
@click.option("--candidates", type=_FILE, help="CSV: id?,x,y[,cost]; mặc định là các điểm nhu cầu.")
@click.option("--radius-m", type=_Number(0, above=True), help="Bán kính phủ, mét.")
@click.option(
    "--distances", type=_FILE, help="CSV: mã nhu cầu, mã vị trí, distance; thay cho bán kính."
)
@click.option("--within", type=_Number(0), help="Khoảng cách lớn nhất trong bảng.")
@click.option("--sites", type=click.IntRange(min=1), help="Phủ nhiều nhất với chừng này vị trí.")
@click.option("--cover-all", is_flag=True, help="Phủ hết với chi phí nhỏ nhất.")
@click.option("--budget", type=_Number(0, above=True), help="Phủ nhiều nhất trong ngân sách.")
@click.option("--time-limit-s", type=_Number(0.1), default=100.0, show_default=True,
              help="Hết giờ thì trả phương án tốt nhất và khoảng cách tới cận.")  # fmt: skip
@json_option
def choose(  # noqa: PLR0913, PLR0917 - each is one option of the command
    demand: Path, candidates: Path | None, radius_m: float | None, distances: Path | None,
    within: float | None, sites: int | None, *, cover_all: bool, budget: float | None,
    time_limit_s: float, json_file: Path | None,
) -> None:  # fmt: skip
    """Chọn vị trí trong các điểm ứng viên; mã thoát 1 khi có nhu cầu không phủ được, có dòng bị loại."""
    if (radius_m is None) == (distances is None) or (distances is None) != (within is None):
        raise click.UsageError("Cần --radius-m, hoặc --distances cùng --within.")
    if (sites is not None) + cover_all + (budget is not None) != 1:
        raise click.UsageError("Cần đúng một trong --sites, --cover-all, --budget.")
    if sites is not None:
        goal = Goal.most(sites)
    else:
        goal = Goal.all() if budget is None else Goal.within(budget)
    reach = Reach(
        float(radius_m if radius_m is not None else within or 0.0),
        None if distances is None else (distances.name, distances.read_bytes()),
    )
    found = choose_sites(
        (demand.name, demand.read_bytes()),
        None if candidates is None else (candidates.name, candidates.read_bytes()),
        reach, goal, time_limit_s,
    )  # fmt: skip
    write_json(json_file, found.as_json())
    _tell(found, cover_all=cover_all)
    rejected = any(each.severity is Severity.ERROR for each in found.findings)
    if rejected or (cover_all and found.uncovered):
        raise click.exceptions.Exit(1)


def _tell(found: ChosenSites, *, cover_all: bool) -> None:
    choice = found.choice
    share = choice.covered / choice.total if choice.total else 0.0
    click.echo(
        f"{len(found.names)} vị trí, phủ {choice.covered:,.10g} / {choice.total:,.10g} ({share:.1%}),"
        f" chi phí {choice.cost:,.10g}, {found.seconds:.1f} s."
    )
    what = "chi phí không thể dưới" if cover_all else "không thể phủ quá"
    proof = "đã chứng minh tối ưu" if choice.optimal else f"cách tối ưu không quá {choice.gap:.2%}"
    click.echo(f"  {proof}; {what} {choice.bound:,.10g}.")
    if choice.limited:
        click.echo(
            "  Hết giờ trước khi tìm xong: chạy lại với --time-limit-s lớn hơn có thể tốt hơn."
        )
    for each in found.findings:
        click.echo(f"  {each.rule}: {each.message()} {each.fix()}", err=True)
    if found.uncovered:
        click.echo(
            f"  Không vị trí nào phủ tới nhu cầu có tổng trọng số {found.uncovered:,.10g}.",
            err=True,
        )
    more = "…" if len(found.names) > _SHOWN else ""
    click.echo("  " + ", ".join(map(str, found.names[:_SHOWN])) + more)
