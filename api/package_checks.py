"""``/packages/verify``: kiểm tra một gói thầu."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.dependencies import Acting, Opened, Speaking
from api.documentation import AT_THE_DOOR, ToldFinding, problem_responses
from api.packages import ToldPackage, told_package
from api.refusals import UploadTooLarge
from api.told_checks import told_check
from api.uploads import FILE_FIELD, SentFile
from coverage.actions import package_checks
from coverage.dossier.verification import verify
from coverage.errors import NotFound

SHA256 = r"^[0-9A-Fa-f]{64}$"
PACKAGE_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [FILE_FIELD],
                    "properties": {
                        FILE_FIELD: {
                            "type": "string",
                            "format": "binary",
                            "description": "Tệp ZIP của gói thầu.",
                        }
                    },
                }
            }
        },
    }
}
router = APIRouter(prefix="/packages", tags=["Gói thầu"])


class ToldCheck(BaseModel):
    """What a check of a package's file found."""

    sha256: str
    number: str | None = Field(examples=["GT-2026-42-001"])
    version: int | None
    draft: bool
    signed: bool = Field(description="Có chữ ký, và chữ ký khớp với khóa đi kèm gói.")
    key_fingerprint: str | None = Field(description="SHA-256 dạng DER của khóa đi kèm gói.")
    key_compared_with: str | None = Field(
        description="`database`: khóa đã so với các khóa ký của hệ thống; null: chưa so."
    )
    whole: bool = Field(description="Không có điểm sai nào.")
    current: bool | None = Field(
        description="Đúng bản đã công bố và là phiên bản mới nhất; null: hệ thống không có gói này."
    )
    findings: list[ToldFinding]


@router.post(
    "/verify",
    summary="Kiểm tra một tệp gói thầu",
    openapi_extra=PACKAGE_BODY,
    responses=problem_responses(*AT_THE_DOOR, UploadTooLarge),
)
def verify_package(
    opened: Opened, actor: Acting, language: Speaking, upload: SentFile
) -> ToldCheck:
    """Từng tệp, từng byte, chữ ký, khóa, bản đã công bố và phiên bản mới nhất; không lưu tệp lại."""
    checked = verify(upload.content, upload.name)
    check = package_checks.check_package(checked, source=(opened, actor))
    return ToldCheck.model_validate(told_check(check, language))


@router.get(
    "/verify",
    summary="Tìm gói thầu theo mã SHA-256",
    responses=problem_responses(*AT_THE_DOOR, NotFound),
)
def find_package_by_sha256(
    opened: Opened,
    actor: Acting,
    sha256: Annotated[str, Query(pattern=SHA256, description="Mã SHA-256 của tệp ZIP.")],
) -> ToldPackage:
    """Cho biết tệp có mã này là gói nào, phiên bản nào, trong các gói mà tổ chức được xem."""
    found = package_checks.find_by_sha256(opened, actor, sha256)
    if found is None:
        raise NotFound("package", sha256)
    return told_package(found)
