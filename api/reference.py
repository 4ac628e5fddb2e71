"""``/problems`` and ``/openapi.json``: what the API can answer, described by itself."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from api.dependencies import Acting, Speaking
from api.documentation import AT_THE_DOOR, problem_responses
from api.problems import PROBLEMS, slug

router = APIRouter(tags=["Hệ thống"])


class ProblemType(BaseModel):
    """One type of problem; ``name`` is the part of its ``type`` behind the hash sign."""

    name: str = Field(examples=["not-found"])
    status: int = Field(examples=[404])
    title: str = Field(examples=["Không tìm thấy"])


@router.get(
    "/problems",
    summary="Các loại lỗi mà API có thể trả",
    responses=problem_responses(*AT_THE_DOOR),
)
def problem_types(actor: Acting, language: Speaking) -> list[ProblemType]:  # noqa: ARG001
    """Trường `type` của mỗi lỗi trỏ đến một mục ở đây."""
    return [
        ProblemType(name=slug(kind), status=problem.status, title=problem.title[language])
        for kind, problem in PROBLEMS.items()
    ]


@router.get("/openapi.json", include_in_schema=False)
def openapi(request: Request, actor: Acting) -> dict[str, Any]:  # noqa: ARG001
    """Return the API's description."""
    described: dict[str, Any] = request.app.openapi()
    return described
