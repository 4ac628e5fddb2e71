"""How far a long command is: a bar in a terminal, nothing where the output goes to a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import click

from api.job_stages import HowFar
from coverage.findings import Language
from coverage.jobs import Telling, untold


@contextmanager
def step_bar(labels: Mapping[str, str]) -> Iterator[Callable[[str], None]]:
    """Show a bar of as many steps as there are labels; call what comes with a step's name."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=len(labels), file=sys.stderr, show_eta=False) as bar:

        def step(name: str) -> None:
            bar.label = labels[name]
            bar.update(1)

        yield step


@contextmanager
def job_bar(kind: str) -> Iterator[Telling]:
    """Show how far an act is, in the words and the percent of the page of a job of that kind."""
    if not sys.stderr.isatty():
        yield untold
        return
    with click.progressbar(length=100, file=sys.stderr, show_eta=False) as bar:

        def tell(doing: str, done: int, total: int) -> None:
            far = HowFar(kind, doing, done, total)
            bar.label = far.words(Language.VI)
            bar.update(far.percent - bar.pos)

        yield tell
        bar.update(100 - bar.pos)


@contextmanager
def count_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar that fills; call what comes with how many of how many are done."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def count(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield count
