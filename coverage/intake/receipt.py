"""The receipt of a submitted survey file, as a PDF to print and keep.

The facts go to the typesetter as JSON, never as markup, and its own fonts are used, so that the
same receipt is the same file on every machine and whenever it is asked for.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

import typst

from coverage.days import VIETNAM_TIME

_COUNTED = ("rows", "accepted", "warned", "rejected", "zones_added", "zones_changed")


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """What a receipt says. ``submitted_at`` is UTC.

    ``totals``: rows, accepted, warned, rejected and, where known, zones_added, zones_changed;
    ``document_number`` and ``document_date`` (ISO) are those of the official letter that the file
    says it belongs to; ``prepared_by`` is who prepared what ``submitted_by`` has approved; ``replaces`` is the number of the submission that this one took the place of; ``status`` is submitted, replaced
    or withdrawn.
    """

    number: int
    province: str
    organisation: str
    file_name: str
    file_bytes: int
    sha256: str
    vintage: str
    submitted_by: str
    submitted_at: dt.datetime
    totals: Mapping[str, int]
    status: str = "submitted"
    document_number: str | None = None
    document_date: str | None = None
    replaces: int | None = None
    authority: str = "Cục Viễn thông"
    prepared_by: str | None = None


def receipt_pdf(facts: ReceiptFacts) -> bytes:
    """Return the receipt: one page of A4, in Vietnamese; the same facts give the same bytes."""
    local = facts.submitted_at.astimezone(VIETNAM_TIME)
    given = {
        "authority": facts.authority.upper(),
        "number": facts.number,
        "province": facts.province,
        "organisation": facts.organisation,
        "file_name": facts.file_name,
        "file_bytes": _grouped(facts.file_bytes),
        "sha256": facts.sha256,
        "vintage": _day(facts.vintage),
        "submitted_by": facts.submitted_by,
        "prepared_by": facts.prepared_by,
        "time": f"{local:%H:%M:%S}",
        "date": f"{local:%d/%m/%Y}",
        "day": [local.year, local.month, local.day],
        "status": facts.status,
        "document": _letter(facts.document_number, facts.document_date),
        "replaces": facts.replaces,
        "totals": {name: facts.totals[name] for name in _COUNTED if name in facts.totals},
    }
    template = resources.files("coverage.intake") / "templates" / "receipt.typ"
    made = typst.compile(
        template.read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"facts": json.dumps(given, ensure_ascii=False)},
    )
    if not isinstance(made, bytes):  # several pages come as a list only for pictures
        raise TypeError("typst")
    return made


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _letter(number: str | None, date: str | None) -> str | None:
    parts = [f"số {number}" if number else "", f"ngày {_day(date)}" if date else ""]
    return " ".join(filter(None, parts)) or None


def _day(iso: str) -> str:
    """A date as people write it; a vintage of another name stays as it is."""
    try:
        return f"{dt.date.fromisoformat(iso):%d/%m/%Y}"
    except ValueError:
        return iso
