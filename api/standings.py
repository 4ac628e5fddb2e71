"""``/standings``: zones loaded as they already stand, from a list of the authority's."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from api.dependencies import Acting, Opened, Speaking
from api.dependencies import settings as settings_of
from api.documentation import AT_THE_DOOR, problem_responses
from api.refusals import UploadTooLarge
from api.surveys import SurveyRow, reading_limits
from api.uploads import FILE_BODY, SentFile
from api.zones import PROVINCE
from coverage.actions.standings import load_standings
from coverage.errors import InputRefused, NotAllowed, NotFound
from coverage.intake.columns import mapping_of
from coverage.standings import Standing

router = APIRouter(prefix="/standings", tags=["Vùng lõm sóng"])


class LoadedRow(SurveyRow):
    """One row of the list; ``zone`` is null when it was rejected."""

    state: Standing | None
    operators: list[str]
    document: str | None
    date: str | None = Field(examples=["2027-12-31"])
    zone: str | None
    zone_known: bool | None = Field(description="Là vùng đã báo cáo; false: vùng mới.")
    done: str | None = Field(
        description="`record_covered`, `go_on_air`, `record_awarded`, `promise`; null: không đổi."
    )


class LoadedList(BaseModel):
    """What came of a list: every row, and how many of each outcome."""

    file: str
    sha256: str
    province: str
    vintage: str
    rows: list[LoadedRow]
    totals: dict[str, int]


@router.post(
    "",
    summary="Nạp các vùng đã có sóng, đã giao hoặc đã được cam kết",
    response_model=LoadedList,
    openapi_extra=FILE_BODY,
    responses=problem_responses(
        *AT_THE_DOOR, InputRefused, NotAllowed, NotFound, UploadTooLarge
    ),
)  # fmt: skip
def load(  # noqa: PLR0917 - each is one parameter of the address
    request: Request,
    opened: Opened,
    actor: Acting,
    language: Speaking,
    file: SentFile,
    province: Annotated[str, Query(pattern=PROVINCE, description="Mã tỉnh.", examples=["42"])],
    columns: Annotated[
        list[str] | None, Query(alias="map", description="Cột nào chứa nội dung gì.")
    ] = None,
) -> Response:
    """Tệp là danh sách thôn, thêm cột tình trạng, doanh nghiệp, văn bản, ngày hoặc hạn phát sóng.

    Dòng bị từ chối không để lại gì; các dòng khác được ghi trọn vẹn, cùng một lúc.
    """
    done = load_standings(
        opened, actor, file.content, file.name, province,
        limits=reading_limits(settings_of(request).intake), mapping=mapping_of(columns or []),
    )  # fmt: skip
    told = done.as_json(language)
    return JSONResponse({name: told[name] for name in LoadedList.model_fields})
