"""``/service-areas``: vùng cung cấp dịch vụ của doanh nghiệp, kiểm tra, nạp, tải lại tệp gốc."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from api.dependencies import Acting, Opened, Speaking
from api.dependencies import settings as settings_of
from api.documentation import AT_THE_DOOR, ToldFinding, problem_responses
from api.door import today
from api.refusals import UploadTooLarge
from api.surveys import raw_file_answer, reading_limits
from api.uploads import FILE_BODY, SentFile
from api.worker import ask_for_operator_assessment
from coverage.actions import service_areas
from coverage.actions.service_areas import ServiceAreaRequest, file_as_json
from coverage.errors import InputRefused, NotAllowed, NotFound
from coverage.evidence import Service, Verdict
from coverage.towers import Technology

router = APIRouter(prefix="/service-areas", tags=["Số liệu của doanh nghiệp"])

Operator = Annotated[
    str | None,
    Query(
        max_length=100, description="Doanh nghiệp; mặc định doanh nghiệp của mã truy cập.",
        examples=["Viettel"],
    ),
]  # fmt: skip
System = Annotated[
    str | None,
    Query(
        max_length=40, pattern=r"^\s*([Ee][Pp][Ss][Gg]\s*:\s*)?\d{4,6}\s*$",
        description="Hệ tọa độ, khi tệp không ghi hoặc ghi sai.", examples=["EPSG:5899"],
    ),
]  # fmt: skip
OfTechnology = Annotated[
    Technology | None,
    Query(description="Công nghệ; không có thì đọc từ cột, tên lớp hoặc tên tệp."),
]
Published = Annotated[date | None, Query(description="Ngày doanh nghiệp công bố bản đồ.")]


class AreaSize(BaseModel):
    """How large one technology's area of one level is."""

    technology: Technology
    level: Literal["strong", "weak"]
    area_km2: float = Field(examples=[153824.5])
    features: int


class VerdictChange(BaseModel):
    """How many verdicts would go from one to another; ``before`` is null where there is none yet."""

    before: Verdict | None
    after: Verdict
    zones: int


class AreaPreviewTold(BaseModel):
    """What one technology's areas would do to the zones of today that the reader sees."""

    technology: Technology
    zones: dict[Service, int]
    changed: int
    changes: list[VerdictChange]


class ServiceAreaFile(BaseModel):
    """A loaded file; ``replaced_at`` is null while it stands."""

    id: uuid.UUID
    operator: str = Field(examples=["Viettel"])
    technology: Technology
    file: str
    sha256: str
    bytes: int
    crs: str
    published_on: date | None
    areas: list[AreaSize]
    loaded_by: str
    loaded_at: datetime
    replaced_at: datetime | None


class ServiceAreaRead(BaseModel):
    """What was understood of a file."""

    file: str = Field(examples=["vung_phu_4G.gpkg"])
    sha256: str
    operator: str
    crs: str
    form: dict[str, Any] = Field(description="Loại tệp, các lớp, công nghệ và mức lấy từ đâu.")
    findings: list[ToldFinding]
    areas: list[AreaSize]


class ServiceAreaChecked(ServiceAreaRead):
    """A file that was read, with what loading it would change."""

    status: Literal["checked"]
    published_on: date | None
    replaces: list[ServiceAreaFile]
    preview: list[AreaPreviewTold]


class ServiceAreaLoaded(ServiceAreaRead):
    """A file that was loaded; ``unchanged`` when the very same stood already."""

    status: Literal["loaded", "unchanged"]
    files: dict[Technology, uuid.UUID]
    replaced: list[ServiceAreaFile]


class ServiceAreaList(BaseModel):
    """Every file, those that were replaced too: by operator and technology, the newest first."""

    files: list[ServiceAreaFile]


@router.post(
    "/check",
    summary="Kiểm tra một bản đồ vùng cung cấp dịch vụ, không ghi gì",
    response_model=ServiceAreaChecked,
    openapi_extra=FILE_BODY,
    responses=problem_responses(*AT_THE_DOOR, InputRefused, NotAllowed, NotFound, UploadTooLarge),
)
def check_service_areas(  # noqa: PLR0913, PLR0917 - each is one parameter of the address
    request: Request, opened: Opened, actor: Acting, language: Speaking, file: SentFile,
    operator: Operator = None, technology: OfTechnology = None, crs: System = None,
    published: Published = None,
) -> Response:  # fmt: skip
    """Trả diện tích theo công nghệ và mức, các phát hiện, và kết luận nào sẽ đổi nếu nạp.

    Tệp không đọc được thì trả 422 kèm các phát hiện. Cơ sở dữ liệu không thay đổi.
    """
    asked = ServiceAreaRequest(file.name, file.content, operator, technology, crs, published)
    report = service_areas.check(
        opened, actor, asked, today(), limits=reading_limits(settings_of(request).intake)
    )
    return JSONResponse(report.as_json(language))


@router.post(
    "",
    summary="Nạp một bản đồ vùng cung cấp dịch vụ",
    status_code=201,
    response_model=ServiceAreaLoaded,
    openapi_extra=FILE_BODY,
    responses=problem_responses(*AT_THE_DOOR, InputRefused, NotAllowed, NotFound, UploadTooLarge)
    | {200: {"description": "Chính tệp này đã được nạp.", "model": ServiceAreaLoaded}},
)
def load_service_areas(  # noqa: PLR0913, PLR0917 - each is one parameter of the address
    request: Request, opened: Opened, actor: Acting, language: Speaking, file: SentFile,
    operator: Operator = None, technology: OfTechnology = None, crs: System = None,
    published: Published = None,
) -> Response:  # fmt: skip
    """Mọi công nghệ trong tệp, hoặc không gì cả; tệp cũ cùng công nghệ được thay và giữ lại.

    Sau đó các kết luận được đánh giá lại. Nạp lại đúng tệp đó không thay đổi gì (mã 200).
    """
    asked = ServiceAreaRequest(file.name, file.content, operator, technology, crs, published)
    done = service_areas.load(
        opened, actor, asked, today(), limits=reading_limits(settings_of(request).intake)
    )
    if done.changed:
        ask_for_operator_assessment(opened, done.operator_id)
    return JSONResponse(done.as_json(language), 201 if done.changed else 200)


@router.get(
    "",
    summary="Các bản đồ vùng cung cấp dịch vụ đã nạp",
    response_model=ServiceAreaList,
    responses=problem_responses(*AT_THE_DOOR),
)
def list_service_areas(opened: Opened, actor: Acting) -> Response:
    """Doanh nghiệp thấy tệp của mình; Cục Viễn thông và kiểm toán thấy mọi doanh nghiệp."""
    files = service_areas.list_files(opened, actor)
    return JSONResponse({"files": [file_as_json(kept) for kept in files]})


@router.get(
    "/{file_id}/file",
    summary="Tệp gốc của một bản đồ đã nạp",
    response_class=Response,
    responses=problem_responses(*AT_THE_DOOR, NotFound)
    | {200: {"content": {"application/octet-stream": {}}}},
)
def get_service_area_file(
    opened: Opened, actor: Acting, file_id: Annotated[uuid.UUID, Path(description="Mã của tệp.")]
) -> Response:
    """Đúng từng byte như đã gửi."""
    return raw_file_answer(*service_areas.raw_file(opened, actor, file_id))
