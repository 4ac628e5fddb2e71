"""What benches measure with: a database of their own, a stop watch, and tables of ratios."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from coverage.actions.people import act_for
from coverage.people import Actor, OrganisationKind, Role
from coverage.storage import migrations
from coverage.storage.cluster import Cluster, choose_folder
from coverage.storage.sessions import Database
from tests import databases


@dataclass(frozen=True)
class Workbench:
    """A migrated database without rows, as the application and as its owner see it.

    ``scale`` is the share of the usual amount of data, ``runs`` how often each thing is measured.
    """

    project: Path
    database: Database
    owner: Engine
    authority: Actor
    runs: int
    scale: float
    spopt_python: Path | None = None  # a Python that has spopt, which must not enter ours
    tipg_python: Path | None = None  # and one that has tipg
    marker_cluster: Path | None = None  # leaflet.markercluster.js, which folium asks a CDN for

    def amount(self, usual: int) -> int:
        """Return how many of something there shall be."""
        return max(1, round(usual * self.scale))

    def compare(
        self,
        title: str,
        ways: Mapping[str, Callable[[], object]],
        notes: Mapping[str, str] | None = None,
    ) -> Table:
        """Measure every way ``runs`` times, in turns; ratios are to the first way."""
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(self.runs):
            for name, way in ways.items():
                started = time.perf_counter()
                way()
                seconds[name].append(time.perf_counter() - started)
        return Table(title, seconds, dict(notes or {}))


@dataclass(frozen=True)
class Table:
    """Seconds of each run of each way; the first way is what the others are compared with."""

    title: str
    seconds: Mapping[str, list[float]]
    notes: Mapping[str, str]

    def ratios(self) -> dict[str, float]:
        """Return each way's median over the first way's."""
        medians = {name: statistics.median(runs) for name, runs in self.seconds.items()}
        first = next(iter(medians.values()))
        return {name: median / first for name, median in medians.items()}

    def as_text(self) -> str:
        """Return the table for a terminal: ratio, median, least and most seconds."""
        width = max(map(len, self.seconds))
        lines = [f"  {self.title}"]
        for name, ratio in self.ratios().items():
            runs = self.seconds[name]
            lines.append(
                f"    {name:<{width}}  {ratio:6.2f} ×  {statistics.median(runs):8.3f} s"
                f"  ({min(runs):.3f}–{max(runs):.3f})"
            )
        lines += [f"    {name}: {note}" for name, note in self.notes.items()]
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """Return everything that was measured."""
        return {
            "title": self.title, "seconds": dict(self.seconds), "ratios": self.ratios(),
            "notes": dict(self.notes),
        }  # fmt: skip


@contextmanager
def open_workbench(
    project: Path, *, runs: int = 3, scale: float = 1.0, cluster: Cluster | None = None,
    spopt_python: Path | None = None, tipg_python: Path | None = None,
    marker_cluster: Path | None = None, template: str | None = None,
) -> Iterator[Workbench]:  # fmt: skip
    """Open a workbench on a cluster under var/bench, as durable as the real one.

    ``template``: the database that it begins with; without one a migrated one without rows.
    """
    chosen = cluster or Cluster(choose_folder(project / "var" / "bench" / "cluster"))
    with chosen.in_use():
        state = databases.state_of(project / "migrations")
        template = template or databases.made_once(chosen, "migrated", state, _migrate)
        with databases.clone(chosen, template) as database:
            owner = database.owner()
            authority = act_for(
                database, OrganisationKind.AUTHORITY, Role.ADMINISTRATOR, "script/bench"
            )
            try:
                yield Workbench(
                    project, database, owner, authority, runs, scale, spopt_python, tipg_python,
                    marker_cluster,
                )  # fmt: skip
            finally:
                owner.dispose()


def _migrate(database: Database) -> None:
    owner = database.owner()
    try:
        migrations.upgrade(owner)
    finally:
        owner.dispose()
