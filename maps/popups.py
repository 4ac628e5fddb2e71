"""What a popup says: which facts in which order, and their words.

A popup is put together in the browser as text nodes from the tables of ``layers``: a village's
name can hold any character and is never read as markup. What goes into the page is one block
of JSON in which nothing can end the block.
"""

from __future__ import annotations

import json

from coverage.zones import Queue, ZoneStatus
from maps.texts import Words

_MISSING = {"grid_power": "popup.missing_power", "specially_difficult": "popup.missing_difficult"}


def popup_words(words: Words) -> dict[str, object]:
    """Return the words that the codes of the tables stand for, in the order of the codes."""
    return {
        "label": words.family("popup"),
        "queue": [words(f"queue.{queue.value}") for queue in Queue],
        "status": [words(f"status.{status.value}") for status in ZoneStatus],
        "signal": [words(f"signal.{name}") for name in ("none", "patchy", "unknown")],
        "fact": [words(f"fact.{name}") for name in ("yes", "no", "unknown")],
    }


def reason_text(reason: str, words: Words) -> str:
    """Return why a zone is in its queue: the citation, or which facts are missing."""
    parts = reason.split(",")
    if parts and all(part in _MISSING for part in parts):
        return ". ".join(words(_MISSING[part]) for part in parts)
    return reason


def json_block(value: object) -> str:
    """Return compact JSON that may stand inside a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return (
        text.replace("&", "\\u0026")
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
    )
