"""The API's description for people who write programs: made from the same OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from api import dependencies as asked
from api.addresses import own_address
from api.pages.rendering import render

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that the API does."""

    method: str
    path: str
    name: str
    summary: str
    description: str
    parameters: Sequence[Mapping[str, Any]]
    takes_file: bool
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DocsPage:
    """The operations by their tag; ``address`` is this server's own."""

    tags: Mapping[str, Sequence[Operation]]
    address: str
    template: ClassVar[str] = "docs.html"


@router.get("/docs", dependencies=asked.SIGNED_IN)
def docs_page(request: Request) -> Response:
    """Show what a program may ask, and how."""
    tags: dict[str, list[Operation]] = {}
    for path, methods in request.app.openapi()["paths"].items():
        for method, told in methods.items():
            tags.setdefault(told["tags"][0], []).append(_operation(method, path, told))
    return render(request, DocsPage(tags, own_address(request)))


def _operation(method: str, path: str, told: Mapping[str, Any]) -> Operation:
    return Operation(
        method.upper(), path, told["operationId"], told["summary"], told["description"],
        told.get("parameters", []), "requestBody" in told,
        {status: answer["description"] for status, answer in told["responses"].items()},
    )  # fmt: skip
