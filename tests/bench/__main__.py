"""``script/bench``: runs the benches that were named, or all, and prints their ratios."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import click

from tests.bench import machine
from tests.bench.workbench import open_workbench

BENCHES = (
    "towers",
    "nearest",
    "layers",
    "priority",
    "surveys",
    "siting",
    "packages",
    "tiles",
    "maps",
    "pages",
)  # modules of this package, in the order they run
PROJECT = Path(__file__).resolve().parents[2]


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(BENCHES))
@click.option("--runs", default=3, show_default=True, help="Times that each thing is measured.")
@click.option("--scale", default=1.0, show_default=True, help="Share of the usual amount of data.")
@click.option("--spopt-python", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Python of another environment that has spopt, for the siting bench.")  # fmt: skip
@click.option("--tipg-python", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Python of another environment that has tipg, for the tiles bench.")  # fmt: skip
@click.option("--marker-cluster", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="leaflet.markercluster.js with its styles beside it, for folium's maps.")  # fmt: skip
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path))
def main(  # noqa: PLR0917 - each is an option of the command
    names: tuple[str, ...], runs: int, scale: float, spopt_python: Path | None,
    tipg_python: Path | None, marker_cluster: Path | None, json_file: Path | None,
) -> None:  # fmt: skip
    """Measure, and print ratios with the machine they hold for."""
    answer: dict[str, dict] = {"machine": {}, "benches": {}}
    for name in names or BENCHES:
        module = import_module(f"tests.bench.{name}")
        peers = {
            "spopt_python": spopt_python, "tipg_python": tipg_python,
            "marker_cluster": marker_cluster,
        }  # fmt: skip
        with open_workbench(PROJECT, runs=runs, scale=scale, **peers) as bench:
            if not answer["machine"]:
                answer["machine"] = machine.described(bench)
                for key, value in answer["machine"].items():
                    click.echo(f"{key}: {value}")
            click.echo(f"\n{name}: {module.TITLE}")
            answer["benches"][name] = tables = []
            for table in module.run(bench):
                click.echo(table.as_text())
                tables.append(table.as_json())
    if json_file is not None:
        json_file.write_text(json.dumps(answer, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(prog_name="script/bench")
