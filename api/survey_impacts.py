"""``/surveys/impact``: nộp tệp này thì các vùng lõm sóng của tỉnh thay đổi thế nào."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from api.dependencies import Acting, Opened
from api.dependencies import settings as settings_of
from api.documentation import AT_THE_DOOR, problem_responses
from api.refusals import UploadTooLarge
from api.surveys import Columns, Province, province_for, reading_limits
from api.uploads import FILE_BODY, SentFile
from coverage.actions.survey_previews import preview
from coverage.errors import Conflict, InputRefused, NotAllowed, NotFound
from coverage.intake.columns import mapping_of
from coverage.surveys import RowStatus
from coverage.zones import ZoneStatus

router = APIRouter(prefix="/surveys", tags=["Khảo sát của tỉnh"])


class FactChange(BaseModel):
    """One fact of a zone; of ``point`` the values are latitude and longitude, WGS 84."""

    fact: str = Field(examples=["households"])
    old: Any
    new: Any
    moved_m: float | None = Field(default=None, description="Chỉ có khi đổi tọa độ.")


class ImpactOfRow(BaseModel):
    """A row and the zone that it reports; null when the zone is new."""

    sheet: str
    row: int
    village: str | None
    zone: str | None
    changes: list[FactChange]


class RowName(BaseModel):
    """Where a row stands in the file."""

    sheet: str
    row: int


class MissingZone(BaseModel):
    """A zone reported before that no accepted row names."""

    zone: str
    village: str
    commune_code: str
    households: int
    status: ZoneStatus
    withdrawn: bool = Field(description="Được rút, vì tệp thay cho lần nộp duy nhất có vùng này.")
    rejected_row: RowName | None = Field(description="Dòng cùng tên đang bị từ chối.")


class RepeatedRow(BaseModel):
    """A row that repeats, or may repeat, something; ``of`` names the row, village or province."""

    sheet: str
    row: int
    village: str | None
    status: RowStatus
    rule: str = Field(examples=["duplicate.in_file"])
    of: dict[str, str]
    distance_m: str | None


class SurveyImpact(BaseModel):
    """What submitting a file would do. ``already``: the same file stands, nothing would happen."""

    file: str
    sha256: str
    vintage: str
    already: int | None
    replaces: int | None
    totals: dict[str, int] = Field(
        examples=[{"new": 41, "changed": 3, "unchanged": 9, "kept": 0, "missing": 2,
                   "withdrawn": 0, "repeated": 1}]
    )  # fmt: skip
    new: list[ImpactOfRow]
    changed: list[ImpactOfRow]
    kept: list[ImpactOfRow] = Field(description="Vùng đang được xem xét: số liệu không đổi.")
    missing: list[MissingZone]
    repeated: list[RepeatedRow]


@router.post(
    "/impact",
    summary="Xem trước: nộp tệp này thì các vùng thay đổi thế nào, không ghi gì",
    response_model=SurveyImpact,
    openapi_extra=FILE_BODY,
    responses=problem_responses(
        *AT_THE_DOOR, InputRefused, NotAllowed, NotFound, Conflict, UploadTooLarge
    ),
)
def preview_survey(  # noqa: PLR0917 - each is one parameter of the address
    request: Request, opened: Opened, actor: Acting, file: SentFile,
    province: Province = None, columns: Columns = None,
    replaces: Annotated[
        int | None, Query(ge=1, le=2**31, description="Số của lần nộp mà tệp này sửa lại.")
    ] = None,
) -> Response:  # fmt: skip
    """Vùng mới, vùng thay đổi (cũ và mới), vùng không còn trong tệp, dòng trùng với ai.

    Đúng những gì `POST /surveys` sẽ làm với cùng tham số. Cơ sở dữ liệu không thay đổi.
    """
    seen = preview(
        opened, actor, file.content, file.name, province_for(actor, province),
        mapping=mapping_of(columns or []), limits=reading_limits(settings_of(request).intake),
        replaces=replaces,
    )  # fmt: skip
    report = seen.report
    about = {"file": report.file, "sha256": report.sha256, "vintage": report.vintage}
    return JSONResponse({**about, **seen.impact.as_json()})
