"""The page of an operator's data: what stands, the forms to send more, why a file was refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from fastapi import Request

from api import dependencies as asked
from api.job_desk import open_check
from api.pages.survey_checks import sender_of
from api.pending import PendingUploads
from coverage.actions import register_previews, service_areas
from coverage.coordinates import GRIDS
from coverage.findings import Finding, Severity
from coverage.intake.registers.operators import KNOWN_OPERATORS
from coverage.people import MAY, Act, Actor, OrganisationKind
from coverage.storage.service_areas import KeptServiceArea
from coverage.storage.sessions import Database
from coverage.storage.towers import LoadedRegister
from coverage.towers import Technology


@dataclass(frozen=True, slots=True)
class OperatorDataPage:
    """What stands, the forms, and after a refusal which file was not taken and why.

    ``operators`` are those that the visitor may send for, empty where only its own.
    """

    registers: Sequence[LoadedRegister]
    files: Sequence[KeptServiceArea]
    replaced: Sequence[KeptServiceArea]
    operators: Sequence[str]
    systems: Sequence[tuple[str, str]]
    technologies: Sequence[str]
    max_bytes: int
    may_send: bool
    waiting: str | None = None
    running: str | None = None
    loaded: str = ""
    file_name: str = ""
    findings: Sequence[Finding] = ()
    said: Mapping[str, Any] | None = None
    template: ClassVar[str] = "operator_data.html"


def page_of(
    request: Request, opened: Database, actor: Actor, *, loaded: str = "", file_name: str = "",
    findings: Sequence[Finding] = (), said: Mapping[str, Any] | None = None,
) -> OperatorDataPage:  # fmt: skip
    """Return the page, with why a file was refused if one was."""
    files = service_areas.list_files(opened, actor)
    registers = register_previews.list_registers(opened, actor)
    sender = sender_of(request.state.holder)
    running = open_check(request, actor, "check_operator_data")
    own = actor.kind is OrganisationKind.OPERATOR
    named = {
        *KNOWN_OPERATORS,
        *(each.operator for each in registers),
        *(kept.operator for kept in files),
    }
    order = {severity: place for place, severity in enumerate(Severity)}
    return OperatorDataPage(
        registers=registers,
        files=[kept for kept in files if kept.replaced_at is None],
        replaced=[kept for kept in files if kept.replaced_at is not None],
        operators=() if own else sorted(named),
        systems=systems(),
        technologies=[each.value for each in Technology],
        max_bytes=asked.settings(request).intake.max_bytes,
        may_send=actor.role in MAY[Act.LOAD_SERVICE_AREAS],
        waiting=pending_of(request).key_of(sender),
        running=None if running is None else str(running),
        loaded=loaded,
        file_name=file_name,
        findings=sorted(findings, key=lambda found: order[found.severity]),
        said=said,
    )


def systems() -> list[tuple[str, str]]:
    """Return the reference systems to choose from: EPSG code and name."""
    grids = sorted(GRIDS.values(), key=lambda grid: (not grid.vn2000, grid.scale, grid.meridian))
    return [
        ("EPSG:4326", "WGS 84"),
        ("EPSG:4756", "VN-2000 (độ)"),
        *((grid.crs, grid.label) for grid in grids),
    ]


def pending_of(request: Request) -> PendingUploads:
    """Return operators' checked files that wait."""
    found: PendingUploads = request.app.state.operator_pending
    return found
