"""The public keys of publications at their fixed addresses: for everybody, without signing in."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from api.dependencies import Opened
from api.told_checks import told_key
from coverage.actions import signing_keys
from coverage.errors import NotFound
from coverage.settings import KEY_PATH

KEYS_PATH = "/.well-known/phusong/package-signing-keys.json"
_PEM = "application/x-pem-file"
_SHORTLY = {"Cache-Control": "public, max-age=300"}

router = APIRouter(include_in_schema=False)


@router.api_route(KEY_PATH, methods=["GET", "HEAD"])
def current_key(opened: Opened) -> Response:
    """Return the key that packages are signed for now."""
    for key in signing_keys.list_keys(opened):
        if key.current:
            return Response(key.pem, media_type=_PEM, headers=_SHORTLY)
    raise NotFound("signing_key", "hiện hành")


@router.api_route(KEYS_PATH, methods=["GET", "HEAD"])
def all_keys(opened: Opened) -> Response:
    """Return every key with the time that it signed, the newest first."""
    return JSONResponse(
        {
            "fingerprint_is": "SHA-256 of the key's DER form (SubjectPublicKeyInfo), in hexadecimal",
            "keys": [told_key(key) for key in signing_keys.list_keys(opened)],
        },
        headers=_SHORTLY,
    )
