"""The API's description (OpenAPI): problems declared with each route, in the form they have."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, Field

from api import problems
from api.refusals import RequestUnreadable
from coverage.errors import NotSignedIn, PhusongError
from coverage.findings import Language

DESCRIPTION = """
Từ danh sách vùng lõm sóng của tỉnh đến gói thầu. Mỗi yêu cầu mang mã truy cập của một tổ chức
(`Authorization: Bearer …`, do `phusong user token` cấp) và chỉ thấy dữ liệu của tổ chức đó.
Lỗi trả theo RFC 9457 (`application/problem+json`). Tọa độ là WGS 84, thời gian là UTC.
"""


class ToldFinding(BaseModel):
    """One finding of a rule."""

    rule: str = Field(examples=["coordinate.swapped"])
    severity: str = Field(examples=["error"])
    column: str | None = Field(default=None, examples=["D"])
    value: str | None = Field(default=None, examples=["105,34808/22,62924"])
    message: str
    fix: str


class ToldFault(BaseModel):
    """One part of the request that cannot be read."""

    where: str = Field(examples=["query.limit"])
    kind: str = Field(examples=["less_than_equal"])


class ChangeBy(BaseModel):
    """Who changed a zone meanwhile; ``actor`` is null where the reader may not know the person."""

    at: datetime
    organisation: str
    actor: str | None


class ToldChange(BaseModel):
    """A zone that changed since it was seen: both versions, of what differs."""

    id: uuid.UUID
    seen_version: int = Field(examples=[3])
    version: int = Field(examples=[4])
    before: dict[str, Any]
    after: dict[str, Any]
    changes: list[ChangeBy]


class ToldProblem(BaseModel):
    """A problem as of RFC 9457."""

    type: str = Field(examples=["/api/v1/problems#not-found"])
    title: str = Field(examples=["Không tìm thấy"])
    status: int = Field(examples=[404])
    detail: str
    findings: list[ToldFinding] | None = None
    faults: list[ToldFault] | None = None
    zones: list[ToldChange] | None = Field(
        default=None, description="Hai bản của các vùng đã thay đổi sau khi được xem."
    )


def problem_responses(*kinds: type[PhusongError]) -> dict[int | str, dict[str, Any]]:
    """Return the ``responses`` of a route that may end in these errors."""
    responses: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        problem = problems.PROBLEMS[kind]
        title = problem.title[Language.VI]
        known = responses.get(problem.status)
        if known is not None:
            title = f"{known['description']}; {title}"
        responses[problem.status] = {
            "description": title,
            "content": {
                "application/problem+json": {
                    "schema": {"$ref": "#/components/schemas/ToldProblem"},
                }
            },
        }
    return responses


# What any route behind the door may answer.
AT_THE_DOOR = (NotSignedIn, RequestUnreadable)


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI description, made once; the problem's schema is added to it."""
    if app.openapi_schema is None:
        made = FastAPI.openapi(app)
        schemas = made.setdefault("components", {}).setdefault("schemas", {})
        schema = ToldProblem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= schema.pop("$defs", {})
        schemas["ToldProblem"] = schema
        app.openapi_schema = made
    return app.openapi_schema
