"""``/progress``: tiến độ: còn chờ, theo tháng, quá hạn, các tỉnh cạnh nhau."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from api.dependencies import Acting, Opened, Speaking
from api.documentation import AT_THE_DOOR, problem_responses
from api.progress_tables import FILE_NAMES, Chart, table_of
from api.progress_told import ProgressAnswer, told_progress
from api.ranges import attachment
from api.zones import PROVINCE
from coverage.actions import progress
from coverage.actions.progress import Progress, ProgressWish
from coverage.errors import NotFound
from coverage.findings import Language
from coverage.progress import BesideOrder, WaitingOrder

router = APIRouter(tags=["Tiến độ"])
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Form(StrEnum):
    """The forms that a table is handed out in."""

    CSV = "csv"
    XLSX = "xlsx"


Province = Annotated[str | None, Query(pattern=PROVINCE, description="Chỉ một tỉnh.")]
WaitingBy = Annotated[WaitingOrder, Query(description="Thứ tự của các tỉnh còn chờ.")]
BesideBy = Annotated[BesideOrder, Query(description="Thứ tự của các tỉnh cạnh nhau.")]


@router.get(
    "/progress",
    summary="Tiến độ đến hôm nay, như tổ chức được xem",
    responses=problem_responses(*AT_THE_DOOR, NotFound),
)
def get_progress(
    opened: Opened, actor: Acting, province: Province = None,
    waiting_by: WaitingBy = WaitingOrder.HOUSEHOLDS, beside_by: BesideBy = BesideOrder.ON_AIR,
) -> ProgressAnswer:  # fmt: skip
    """Mỗi số kèm ngày và bộ tiêu chí; cuối tháng đã qua không đổi khi hôm nay đổi."""
    wish = ProgressWish(province, waiting_by, beside_by)
    return told_progress(progress.see_progress(opened, actor, wish))


@router.get(
    "/progress/{chart}.{form}",
    summary="Một bảng của tiến độ dạng CSV hoặc XLSX",
    response_class=Response,
    responses=problem_responses(*AT_THE_DOOR, NotFound) | {200: {"content": {CSV: {}, XLSX: {}}}},
)
def get_progress_table(  # noqa: PLR0913, PLR0917 - a parameter per option
    opened: Opened, actor: Acting, language: Speaking,
    chart: Annotated[Chart, Path(description="Bảng nào.")],
    form: Annotated[Form, Path(description="Dạng tệp.")],
    province: Province = None, waiting_by: WaitingBy = WaitingOrder.HOUSEHOLDS,
    beside_by: BesideBy = BesideOrder.ON_AIR,
) -> Response:  # fmt: skip
    """UTF-8 có dấu thứ tự byte, mở được bằng Excel; ngày và bộ tiêu chí ở từng dòng."""
    wish = ProgressWish(province, waiting_by, beside_by)
    return table_answer(progress.see_progress(opened, actor, wish), chart, form, language)


def table_answer(found: Progress, chart: Chart, form: Form, language: Language) -> Response:
    """Return one table as a file to be saved."""
    table = table_of(chart, found, language)
    name = f"tien-do-{FILE_NAMES[chart]}-{found.day}.{form.value}"
    if form is Form.CSV:
        return Response(progress.table_csv(table), media_type=CSV, headers=attachment(name))
    return Response(progress.table_xlsx(table), media_type=XLSX, headers=attachment(name))
