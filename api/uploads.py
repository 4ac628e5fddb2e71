"""A file that somebody sends: read only after the sender is known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from api.dependencies import Acting
from api.refusals import Fault, RequestUnreadable

FILE_FIELD = "file"
_LONGEST_NAME = 200
# FastAPI would read the body before it asks who sends it; so the routes read it themselves and
# describe it here.
FILE_BODY = {
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
                            "description": "Tệp khảo sát: XLSX, CSV, GeoJSON…",
                        }
                    },
                }
            }
        },
    }
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file's own name, without folders, and its content."""

    name: str
    content: bytes


async def sent_file(request: Request, actor: Acting) -> Upload:  # noqa: ARG001 - known first
    """Return the file of an API request.

    Raises:
        RequestUnreadable: there is none in the field ``file``.
    """
    async with request.form(max_files=1, max_fields=20) as fields:
        return await read_file(fields)


async def read_file(fields: FormData) -> Upload:
    """Return the file of a form.

    Raises:
        RequestUnreadable: there is none.
    """
    file = fields.get(FILE_FIELD)
    if not isinstance(file, UploadFile) or not file.filename:
        raise RequestUnreadable([Fault(f"body.{FILE_FIELD}", "missing")])
    return Upload(_own_name(file.filename), await file.read())


def _own_name(name: str) -> str:
    """Old browsers send whole paths; a name with control characters is nobody's own."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    shown = "".join(letter for letter in last if letter.isprintable())
    return shown[-_LONGEST_NAME:] or "tep"


SentFile = Annotated[Upload, Depends(sent_file)]
