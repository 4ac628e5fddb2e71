"""The message catalogue: Vietnamese is what the code says, other languages are .po files, one per room.

A catalogue is read once, as the translator left it; nothing has to be compiled.
"""

from __future__ import annotations

import functools
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from coverage.findings import Language

FOLDER = Path(__file__).resolve().parent / "locale"


def mark(text: str) -> str:
    """Return ``text`` as it is; the extraction of texts knows this name."""
    return text


def translate(text: str, language: Language) -> str:
    """Return ``text`` in ``language``; a text without a translation stays Vietnamese."""
    if language is Language.VI or not text:
        return text
    message = catalogue(language).get(text)
    return str(message.string) if message and message.string else text


def translate_count(one: str, many: str, count: int, language: Language) -> str:
    """Return the text for ``count`` things; Vietnamese has one form for every count."""
    if language is Language.VI:
        return one
    message = catalogue(language).get(one)
    if message is None or not message.string or isinstance(message.string, str):
        return one if count == 1 else many
    return str(message.string[0 if count == 1 else 1])


@functools.cache
def catalogue(language: Language) -> Catalog:
    """Return the catalogue of a language, read once from the parts in ``api/locale``.

    A text stands in one part only; which one is for the translator's eyes.
    """
    whole = Catalog(locale=language.value)
    for path in sorted((FOLDER / language.value / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            part = read_po(file, locale=language.value)
        whole.mime_headers = part.mime_headers
        for message in part:
            if message.id:
                whole[message.id] = message
    return whole
