"""``/layers``: lớp nền (đường, đường dây điện, trường học, trạm y tế): kiểm tra, nạp, gỡ."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Literal

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
from coverage.actions import layers
from coverage.actions.layers import LayerRequest, layer_as_json
from coverage.errors import InputRefused, NotAllowed, NotFound
from coverage.layers import LayerKind

router = APIRouter(prefix="/layers", tags=["Lớp nền"])

Kind = Annotated[LayerKind, Query(description="Lớp này thể hiện gì.", examples=["road"])]
System = Annotated[
    str | None,
    Query(
        max_length=40, pattern=r"^\s*([Ee][Pp][Ss][Gg]\s*:\s*)?\d{4,6}\s*$",
        description="Hệ tọa độ, khi tệp không ghi hoặc ghi sai.", examples=["EPSG:5899"],
    ),
]  # fmt: skip
Named = Annotated[
    str | None,
    Query(alias="layer", max_length=200, description="Tên lớp trong tệp, khi tệp có nhiều lớp."),
]
Source = Annotated[str, Query(max_length=300, description="Dữ liệu của ai, thời điểm nào.")]


class KeptLayer(BaseModel):
    """A loaded layer; ``replaced_at`` is null while it stands, ``length_km`` null for points."""

    id: uuid.UUID
    kind: LayerKind
    file: str
    layer: str
    sha256: str
    bytes: int
    crs: str
    source: str
    features: int
    length_km: float | None
    loaded_by: str
    loaded_at: datetime
    replaced_at: datetime | None


class LayerBounds(BaseModel):
    """Where a layer lies, in WGS 84 degrees."""

    west: float
    south: float
    east: float
    north: float


class ZonesFromLayer(BaseModel):
    """How far the zones of today lie from the nearest feature; null without zones."""

    count: int
    median_m: int | None
    farthest_m: int | None


class LayerChecked(BaseModel):
    """What was understood of a file, and what loading it would replace."""

    file: str
    sha256: str
    status: Literal["checked"]
    kind: LayerKind
    layer: str
    crs: str
    features: int
    length_km: float | None
    bounds: LayerBounds
    findings: list[ToldFinding]
    zones: ZonesFromLayer
    replaces: KeptLayer | None


class LayerLoaded(BaseModel):
    """A layer that was loaded; ``unchanged`` when the very same stood already."""

    status: Literal["loaded", "unchanged"]
    layer: KeptLayer
    findings: list[ToldFinding]
    replaced: KeptLayer | None


class LayerList(BaseModel):
    """The layers in use by kind, null where none is loaded, and those that were replaced."""

    standing: dict[LayerKind, KeptLayer | None] = Field(
        description="null: chưa nạp; những gì tính từ lớp này để trống, không phải 0."
    )
    replaced: list[KeptLayer]


@router.get(
    "",
    summary="Các lớp nền đang dùng và đã thay",
    response_model=LayerList,
    responses=problem_responses(*AT_THE_DOOR),
)
def list_layers(opened: Opened, actor: Acting) -> Response:
    """Cục Viễn thông và kiểm toán thấy; những tổ chức khác không thấy lớp nào."""
    kept = layers.list_layers(opened, actor)
    standing = {each.kind: layer_as_json(each) for each in kept if each.replaced_at is None}
    return JSONResponse(
        {
            "standing": {kind.value: standing.get(kind) for kind in LayerKind},
            "replaced": [layer_as_json(each) for each in kept if each.replaced_at is not None],
        }
    )


@router.post(
    "/check",
    summary="Kiểm tra một lớp nền, không ghi gì",
    response_model=LayerChecked,
    openapi_extra=FILE_BODY,
    responses=problem_responses(*AT_THE_DOOR, InputRefused, NotAllowed, UploadTooLarge),
)
def check_layer(  # noqa: PLR0913, PLR0917 - each is one parameter of the address
    request: Request, opened: Opened, actor: Acting, language: Speaking, file: SentFile,
    kind: Kind, crs: System = None, layer: Named = None, source: Source = "",
) -> Response:  # fmt: skip
    """Trả những gì đọc được, các phát hiện, và các vùng lõm sóng cách lớp này bao xa."""
    asked = LayerRequest(file.name, file.content, kind, crs, layer, source)
    limits = reading_limits(settings_of(request).intake)
    report = layers.check_layer(opened, actor, asked, today(), limits)
    return JSONResponse(report.as_json(language))


@router.post(
    "",
    summary="Nạp một lớp nền",
    status_code=201,
    response_model=LayerLoaded,
    openapi_extra=FILE_BODY,
    responses=problem_responses(*AT_THE_DOOR, InputRefused, NotAllowed, UploadTooLarge)
    | {200: {"description": "Chính lớp này đang được dùng.", "model": LayerLoaded}},
)
def load_layer(  # noqa: PLR0913, PLR0917 - each is one parameter of the address
    request: Request, opened: Opened, actor: Acting, language: Speaking, file: SentFile,
    kind: Kind, crs: System = None, layer: Named = None, source: Source = "",
) -> Response:  # fmt: skip
    """Lớp cùng loại đang dùng được thay, tệp gốc giữ lại. Nạp lại đúng tệp đó: mã 200."""
    asked = LayerRequest(file.name, file.content, kind, crs, layer, source)
    limits = reading_limits(settings_of(request).intake)
    done = layers.load_layer(opened, actor, asked, today(), limits)
    return JSONResponse(done.as_json(language), 201 if done.changed else 200)


@router.delete(
    "/{kind}",
    summary="Thôi dùng lớp nền của một loại",
    response_model=KeptLayer,
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound),
)
def remove_layer(
    opened: Opened, actor: Acting, kind: Annotated[LayerKind, Path(description="Loại lớp nền.")]
) -> Response:
    """Tệp gốc vẫn được giữ; những gì tính từ lớp này sẽ để trống."""
    return JSONResponse(layer_as_json(layers.remove_layer(opened, actor, kind)))


@router.get(
    "/{layer_id}/file",
    summary="Tệp gốc của một lớp nền",
    response_class=Response,
    responses=problem_responses(*AT_THE_DOOR, NotFound)
    | {200: {"content": {"application/octet-stream": {}}}},
)
def get_layer_file(
    opened: Opened, actor: Acting, layer_id: Annotated[uuid.UUID, Path(description="Mã của lớp.")]
) -> Response:
    """Đúng từng byte như đã gửi."""
    return raw_file_answer(*layers.raw_layer(opened, actor, layer_id))
