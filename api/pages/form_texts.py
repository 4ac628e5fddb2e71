"""What a person typed into a form's field."""

from __future__ import annotations

from starlette.datastructures import FormData

LONGEST_TEXT = 1000  # characters; beyond them nothing is read


def text_of(fields: FormData, name: str) -> str:
    """Return a field's text without NUL, which no database takes; a file or nothing is no text."""
    value = fields.get(name)
    return value[:LONGEST_TEXT].replace("\x00", "") if isinstance(value, str) else ""
