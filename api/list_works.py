"""What checking and loading of planners' files does: zones that stand somewhere already, ground layers."""

from __future__ import annotations

import dataclasses
from typing import Any

from api.door import today
from api.job_runs import Run, checked_files
from api.pending import Pending
from api.surveys import reading_limits
from api.worker import ask_for_assessment
from coverage.actions import layers, standings
from coverage.actions.layers import LayerRequest
from coverage.layers import LayerKind

STANDINGS, LAYERS = "standing-uploads", "layer-uploads"  # folders of checked files


def check_standings(run: Run) -> str:
    """Check a list of zones that stand already, and keep it with its report."""
    waiting = run.sent()
    foretold = standings.check_standings(
        run.database, run.actor, waiting.upload.content, waiting.upload.name,
        waiting.province_code, limits=reading_limits(run.settings.intake), told=run.tell,
    )  # fmt: skip
    report = foretold.as_json(waiting.language)
    return f"/standings/pending/{_kept(run, STANDINGS, waiting, report)}"


def load_standings(run: Run) -> str:
    """Load the list that waits, then ask for the verdicts of the zones that it entered."""
    waiting = _waiting(run, STANDINGS)
    done = standings.load_standings(
        run.database, run.actor, waiting.upload.content, waiting.upload.name,
        waiting.province_code, limits=reading_limits(run.settings.intake), told=run.tell,
    )  # fmt: skip
    checked_files(run.settings, STANDINGS).forget(run.person)
    if done.file_id is not None:
        ask_for_assessment(run.opened, waiting.province_code)
    totals = done.totals()
    changed = totals["rows"] - totals["rejected"] - totals["unchanged"]
    return f"/standings?changed={changed}&rejected={totals['rejected']}"


def check_layer(run: Run) -> str:
    """Check a ground layer, and keep it with its report."""
    waiting = run.sent()
    report = layers.check_layer(
        run.database, run.actor, layer_request(waiting), today(),
        reading_limits(run.settings.intake), told=run.tell,
    )  # fmt: skip
    return f"/layers/pending/{_kept(run, LAYERS, waiting, report.as_json(waiting.language))}"


def load_layer(run: Run) -> str:
    """Make the file that waits the layer of its kind."""
    waiting = _waiting(run, LAYERS)
    layers.load_layer(
        run.database, run.actor, layer_request(waiting), today(),
        reading_limits(run.settings.intake), told=run.tell,
    )  # fmt: skip
    checked_files(run.settings, LAYERS).forget(run.person)
    return layers_address(run.job.argument, "")


def standings_address(argument: Any, subject: str) -> str:  # noqa: ARG001 - as every address
    """Where the zones are that a list was loaded for by a doer that could not say how many."""
    return f"/zones?province={argument['province']}"


def layers_address(argument: Any, subject: str) -> str:  # noqa: ARG001 - as every address
    """Where the loaded layer is told of."""
    return f"/layers?loaded={argument['kind']}"


def layer_request(waiting: Pending) -> LayerRequest:
    """Return a waiting layer as it is checked and loaded."""
    said = waiting.mapping
    return LayerRequest(
        waiting.upload.name, waiting.upload.content, LayerKind(said["kind"]), said["crs"] or None,
        said["layer"] or None, said["source"],
    )  # fmt: skip


def _waiting(run: Run, folder: str) -> Pending:
    return checked_files(run.settings, folder).find(run.person, run.job.argument["key"])


def _kept(run: Run, folder: str, waiting: Pending, report: dict[str, Any]) -> str:
    checked = dataclasses.replace(waiting, report=report)
    run.may_end()
    return checked_files(run.settings, folder).keep(run.person, checked)
