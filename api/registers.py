"""``/registers``: sổ trạm của doanh nghiệp, kiểm tra xem sẽ đổi gì rồi nạp."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from api.dependencies import Acting, Opened, Speaking
from api.dependencies import settings as settings_of
from api.documentation import AT_THE_DOOR, ToldFinding, problem_responses
from api.door import today
from api.refusals import UploadTooLarge
from api.service_areas import Operator, System
from api.surveys import reading_limits
from api.uploads import FILE_BODY, SentFile
from api.worker import ask_for_operator_assessment
from coverage.actions import register_previews
from coverage.actions.register_previews import RegisterReport
from coverage.actions.towers import RegisterLoad, RegisterRequest, load_register
from coverage.errors import InputRefused, NotAllowed, NotFound
from coverage.findings import Finding, Language
from coverage.storage.towers import LoadedRegister
from coverage.towers import Technology

router = APIRouter(prefix="/registers", tags=["Số liệu của doanh nghiệp"])

AcceptedOnly = Annotated[bool, Query(description="Nạp các dòng tốt, bỏ các dòng có lỗi.")]
Add = Annotated[bool, Query(description="Thêm vào sổ đang dùng thay vì thay sổ.")]


class RowFinding(ToldFinding):
    """A finding with the sheet and row it is about; null where it is about the whole file."""

    sheet: str
    row: int | None


class StationChanges(BaseModel):
    """What would become of one operator's stations, and of the villages near them."""

    operator: str
    added: int
    removed: int
    moved: int
    kept: int
    zones: int = Field(description="Số vùng lõm sóng được xét.")
    nearest_changed: int = Field(description="Số vùng có trạm gần nhất sẽ khác.")


class ReplacedRegister(BaseModel):
    """What a new register took out of force; ``file`` is null where the reader may not see it."""

    operator: str
    file: str | None
    sites: int


class RegisterRead(BaseModel):
    """What was understood of a register."""

    file: str = Field(examples=["so-tram.csv"])
    sha256: str
    crs: str
    form: dict[str, Any]
    findings: list[RowFinding]
    totals: dict[str, Any]


class RegisterChecked(RegisterRead):
    """A register that was read, with what loading it would change.

    It is ``loadable`` as it is when no row has an error, or only good rows are asked for.
    """

    status: Literal["checked"]
    loadable: bool
    changes: list[StationChanges]


class RegisterLoaded(RegisterRead):
    """A register that was loaded; ``unchanged`` when the very same stood already."""

    status: Literal["loaded", "unchanged"]
    replaced: list[ReplacedRegister]


class RegisterInForce(BaseModel):
    """What a register in force lists of one operator."""

    operator: str
    file: str | None
    loaded_at: datetime | None
    sites: int
    stations: int
    planned: int
    technologies: dict[Technology, int]
    id: uuid.UUID


class RegisterList(BaseModel):
    """The registers in force, by operator."""

    registers: list[RegisterInForce]


@router.post(
    "/check",
    summary="Kiểm tra một sổ trạm, không ghi gì",
    response_model=RegisterChecked,
    openapi_extra=FILE_BODY,
    responses=problem_responses(*AT_THE_DOOR, InputRefused, NotAllowed, NotFound, UploadTooLarge),
)
def check_register(  # noqa: PLR0913, PLR0917 - each is one parameter of the address
    request: Request, opened: Opened, actor: Acting, language: Speaking, file: SentFile,
    operator: Operator = None, crs: System = None, accepted_only: AcceptedOnly = False,
    add: Add = False,
) -> Response:  # fmt: skip
    """Trả các phát hiện từng dòng, số trạm thêm, bỏ, dời, và số vùng có trạm gần nhất sẽ khác."""
    asked = RegisterRequest(
        file.name, file.content, crs, operator, accepted_only=accepted_only, add=add
    )
    report = register_previews.check_register(
        opened, actor, asked, today(), limits=reading_limits(settings_of(request).intake)
    )
    return JSONResponse(report_as_json(report, language))


@router.post(
    "",
    summary="Nạp một sổ trạm",
    status_code=201,
    response_model=RegisterLoaded,
    openapi_extra=FILE_BODY,
    responses=problem_responses(*AT_THE_DOOR, InputRefused, NotAllowed, NotFound, UploadTooLarge)
    | {200: {"description": "Chính tệp này đã được nạp.", "model": RegisterLoaded}},
)
def load_a_register(  # noqa: PLR0913, PLR0917 - each is one parameter of the address
    request: Request, opened: Opened, actor: Acting, language: Speaking, file: SentFile,
    operator: Operator = None, crs: System = None, accepted_only: AcceptedOnly = False,
    add: Add = False,
) -> Response:  # fmt: skip
    """Tất cả, hoặc không dòng nào; sổ mới thay sổ cũ, các kết luận được đánh giá lại sau đó."""
    asked = RegisterRequest(
        file.name, file.content, crs, operator, accepted_only=accepted_only, add=add
    )
    done = load_register(
        opened, actor, asked, today(), limits=reading_limits(settings_of(request).intake)
    )
    if done.changed:
        ask_for_operator_assessment(opened, *done.operator_ids)
    return JSONResponse(load_as_json(done, language), 201 if done.changed else 200)


@router.get(
    "",
    summary="Các sổ trạm đang dùng",
    response_model=RegisterList,
    responses=problem_responses(*AT_THE_DOOR),
)
def list_registers(opened: Opened, actor: Acting) -> Response:
    """Doanh nghiệp thấy trạm của mình; Cục Viễn thông và kiểm toán thấy mọi doanh nghiệp."""
    found = register_previews.list_registers(opened, actor)
    return JSONResponse({"registers": [_in_force(each) for each in found]})


def report_as_json(report: RegisterReport, language: Language) -> dict[str, Any]:
    """Return the exact answer to a check."""
    return {
        "file": report.name,
        "sha256": report.sha256,
        "status": "checked",
        "crs": report.crs,
        "form": dict(report.form),
        "findings": [row_finding(found, language) for found in report.findings],
        "totals": dict(report.totals),
        "loadable": report.loadable,
        "changes": [
            {
                "operator": each.operator, "added": each.added, "removed": each.removed,
                "moved": each.moved, "kept": each.kept, "zones": each.zones,
                "nearest_changed": each.nearest_changed,
            }
            for each in report.changes
        ],
    }  # fmt: skip


def load_as_json(done: RegisterLoad, language: Language) -> dict[str, Any]:
    """Return the exact answer to a load."""
    return {
        "file": done.name,
        "sha256": done.sha256,
        "status": "loaded" if done.changed else "unchanged",
        "crs": done.crs,
        "form": dict(done.form),
        "findings": [row_finding(found, language) for found in done.findings],
        "totals": dict(done.totals),
        "replaced": [
            {"operator": each.operator, "file": each.file_name, "sites": each.sites}
            for each in done.replaced
        ],
    }


def row_finding(found: Finding, language: Language) -> dict[str, Any]:
    """Return a finding with the sheet and row it is about."""
    row = found.facts.get("row", "")
    sheet = found.facts.get("sheet", found.facts.get("layer", "")).strip("[] ")
    return {
        "sheet": sheet, "row": int(row) if row.isdecimal() else None, **found.as_json(language)
    }  # fmt: skip


def _in_force(each: LoadedRegister) -> Mapping[str, Any]:
    return {
        "operator": each.operator,
        "file": each.file_name,
        "loaded_at": each.loaded_at and each.loaded_at.isoformat(),
        "sites": each.sites,
        "stations": each.stations,
        "planned": each.planned,
        "technologies": {key.value: count for key, count in each.technologies.items()},
        "id": str(each.register_id),
    }
