"""What long work does: each takes its run, acts as whoever asked, and returns where its result is."""

from __future__ import annotations

import dataclasses
import uuid
from typing import Any

from api.door import today
from api.job_runs import Run, checked_files
from api.operator_data import areas_of, register_of
from api.operator_drawing import outlines_of, stations_of
from api.package_map import map_writers
from api.pending import Pending
from api.registers import report_as_json, row_finding
from api.surveys import reading_limits
from coverage.actions import evidence, packages, service_areas
from coverage.actions.lot_sites import choose_sites_of_lot
from coverage.actions.lots import LotWish, change_lots
from coverage.actions.register_previews import check_register
from coverage.actions.survey_previews import preview
from coverage.lot_sites import SitesAsked
from coverage.packages import ProcurementMode
from coverage.storage.lot_pins import AskedBounds

SURVEYS, OPERATOR_DATA = "uploads", "operator-uploads"  # folders of checked files


def check_survey(run: Run) -> str:
    """Check a survey file and keep it with its report until its sender submits or forgets it."""
    waiting = run.sent()
    seen = preview(
        run.database, run.actor, waiting.upload.content, waiting.upload.name,
        waiting.province_code, mapping=waiting.mapping, corrections=waiting.corrections,
        replaces=waiting.replaces, limits=reading_limits(run.settings.intake),
        progress=run.begin, counted=run.count,
    )  # fmt: skip
    checked = dataclasses.replace(
        waiting, report=seen.report.as_json(waiting.language), impact=seen.impact.as_json()
    )
    run.may_end()
    key = checked_files(run.settings, SURVEYS).keep(run.person, checked)
    return f"/surveys/pending/{key}{run.job.argument.get('at', '')}"


def check_operator_data(run: Run) -> str:
    """Check a register or a service area, likewise."""
    checked = _checked_operator_data(run, run.sent())
    run.may_end()
    key = checked_files(run.settings, OPERATOR_DATA).keep(run.person, checked)
    return f"/operator-data/pending/{key}"


def change_lots_of_province(run: Run) -> str:
    """Propose a province's lots within the bounds that were asked for and previewed."""
    argument = run.job.argument
    wish = LotWish(bounds=AskedBounds(**argument["bounds"]), anew=argument["anew"])
    change_lots(
        run.database, run.actor, argument["province"], wish, argument["seen"], told=run.tell
    )
    return lots_address(argument, "")


def choose_sites(run: Run) -> str:
    """Choose the sites of a lot."""
    argument = run.job.argument
    asked = SitesAsked(sites=argument["sites"], budget_vnd=argument["budget_vnd"])
    lot_id = uuid.UUID(argument["lot"])
    choose_sites_of_lot(run.database, run.actor, lot_id, asked, today(), told=run.tell)
    return sites_address(argument, "")


def build_package(run: Run) -> str:
    """Build a province's draft."""
    argument = run.job.argument
    lots = argument.get("lots")
    built = packages.build_package(
        run.database, run.actor, argument["province"], map_writers(run.database, run.actor),
        None if lots is None else [uuid.UUID(each) for each in lots],
        mode=ProcurementMode(argument["mode"]) if argument["mode"] else None, told=run.tell,
    )  # fmt: skip
    return package_address(argument, built.record.number)


def assess(run: Run) -> str:
    """Give the verdicts of a province's zones anew."""
    argument = run.job.argument
    run.begin("verdicts")
    evidence.assess(
        run.database, run.actor, today(), province_code=argument["province"], progress=run.count
    )
    return assessed_address(argument, "")


def lots_address(argument: Any, subject: str) -> str:  # noqa: ARG001 - as every address
    """Where a province's new lots are."""
    return f"/lots?province={argument['province']}&kept=1"


def sites_address(argument: Any, subject: str) -> str:  # noqa: ARG001 - as every address
    """Where a lot's sites are."""
    return f"/lots/{argument['lot']}/sites"


def package_address(argument: Any, subject: str) -> str:  # noqa: ARG001 - as every address
    """Where a package is; ``subject`` is its number."""
    return f"/packages/{subject}?news=built"


def assessed_address(argument: Any, subject: str) -> str:  # noqa: ARG001 - as every address
    """Where the zones are whose verdicts were given anew."""
    return f"/zones?province={argument['province']}"


def _checked_operator_data(run: Run, waiting: Pending) -> Pending:
    limits = reading_limits(run.settings.intake)
    if waiting.mapping["kind"] == "register":
        register = check_register(
            run.database, run.actor, register_of(waiting), today(), limits=limits,
            progress=run.begin,
        )  # fmt: skip
        report = report_as_json(register, waiting.language)
        drawn: dict[str, Any] = {"outlines": [], "stations": stations_of(register.stations)}
    else:
        areas = service_areas.check(
            run.database, run.actor, areas_of(waiting), today(), limits=limits, progress=run.begin
        )
        told = [row_finding(found, waiting.language) for found in areas.read.findings]
        report = {**areas.as_json(waiting.language), "findings": told}
        drawn = {"outlines": outlines_of(areas.read.areas), "stations": []}
    return dataclasses.replace(waiting, report=report, impact=drawn)
