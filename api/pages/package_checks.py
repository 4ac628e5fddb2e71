"""Checking a package's file or SHA-256, and the keys that packages are signed for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from api import dependencies as asked
from api.addresses import told_address
from api.package_checks import SHA256
from api.pages.rendering import render
from api.signing_keys import KEYS_PATH
from api.uploads import FILE_FIELD, Upload, read_file
from coverage.actions import package_checks, signing_keys
from coverage.actions.package_checks import PackageCheck
from coverage.dossier.verification import verify
from coverage.settings import KEY_PATH
from coverage.storage.packages import PackageRecord
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database
from coverage.storage.signing_keys import SigningKeyRecord

router = APIRouter(prefix="/verify")


@dataclass(frozen=True, slots=True)
class VerifyPage:
    """The form, and the answer to what was sent with it.

    ``sha256`` is what was asked for, ``record`` the package of it; ``fault`` says that neither a
    file nor a SHA-256 was sent.
    """

    max_bytes: int
    name: str = ""
    check: PackageCheck | None = None
    sha256: str = ""
    record: PackageRecord | None = None
    fault: str = ""
    template: ClassVar[str] = "verify.html"


@dataclass(frozen=True, slots=True)
class KeysPage:
    """Every key, the newest first, with its addresses as others reach them."""

    keys: Sequence[SigningKeyRecord]
    address: str
    list_address: str
    template: ClassVar[str] = "signing_keys.html"


@router.get("")
def verify_page(request: Request, holder: asked.Visiting) -> Response:  # noqa: ARG001 - signed in
    """Show the form."""
    return render(request, VerifyPage(_max_bytes(request)))


@router.post("")
async def verify_sent(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:
    """Check what was sent; nothing of it is kept."""
    file = fields.get(FILE_FIELD)
    if isinstance(file, UploadFile) and file.filename:
        upload = await read_file(fields)
        page = await run_in_threadpool(_checked, request, opened, holder, upload)
    else:
        page = await run_in_threadpool(_found, request, opened, holder, fields)
    return render(request, page, status=422 if page.fault else 200)


@router.get("/keys")
def keys_page(request: Request, opened: asked.Opened) -> Response:
    """Show the keys; this page is for everybody."""
    keys = signing_keys.list_keys(opened)
    pem, listed = told_address(request, KEY_PATH), told_address(request, KEYS_PATH)
    return render(request, KeysPage(keys, pem, listed))


def _checked(
    request: Request, opened: Database, holder: SessionHolder, upload: Upload
) -> VerifyPage:
    checked = verify(upload.content, upload.name)
    check = package_checks.check_package(checked, source=(opened, holder.actor))
    return VerifyPage(_max_bytes(request), name=upload.name, check=check)


def _found(
    request: Request, opened: Database, holder: SessionHolder, fields: FormData
) -> VerifyPage:
    sent = fields.get("sha256")
    # As sha256sum prints it, the file's name may stand behind; as people copy it, with spaces.
    words = sent.split() if isinstance(sent, str) else []
    sha256 = words[0].lower() if words else ""
    if not re.fullmatch(SHA256, sha256):
        return VerifyPage(
            _max_bytes(request), sha256=sha256[:80], fault="unreadable" if sha256 else "missing"
        )
    record = package_checks.find_by_sha256(opened, holder.actor, sha256)
    return VerifyPage(_max_bytes(request), sha256=sha256, record=record)


def _max_bytes(request: Request) -> int:
    return asked.settings(request).intake.max_bytes
