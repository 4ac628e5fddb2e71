"""What a file that speaks for a dispute is, by its bytes: its name proves nothing.

Operators send drive tests (CSV, text logs, GPX, KML), reports (PDF, workbooks), photographs, and
ZIP files of these. Nothing that a computer would run or a browser would show as a page is taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from coverage.errors import InputRefused
from coverage.findings import finding
from coverage.intake.archive import Archive
from coverage.intake.document import Limits

_BEGINS: Mapping[bytes, str] = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
    b"PK\x03\x04": "application/zip",  # workbooks and KMZ too
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "application/vnd.ms-excel",  # Excel 97 to 2003
}
_LOOKED_AT = 65_536  # bytes: a page tells itself at its beginning
_TABLES = re.compile(rb"<(kml|gpx)[\s>]")
_PAGES = re.compile(rb"<(!doctype|html|head|body|script|svg|iframe|object|embed|img)\b")
_PROGRAMS = (b"#!", b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"@echo")
_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13, 0x1A}  # a DOS text may end in 0x1A
_PACKED_PROGRAMS = re.compile(
    r"(\.(exe|dll|com|scr|msi|bat|cmd|ps1|vbs|js|jse|wsf|hta|jar|apk|lnk|html?|svg)|vbaproject\.bin)$",
    re.IGNORECASE,
)
_ZIP = "application/zip"


def media_type_of(content: bytes, name: str) -> str:
    """Return the media type of a file that may speak for a dispute.

    Raises:
        InputRefused: it is empty, a program, a page, a damaged or locked ZIP file, or of no kind
            that is taken.
    """
    if not content:
        raise InputRefused([finding("dispute.file_empty", name=name)])
    if content.startswith(_PROGRAMS):
        raise InputRefused([finding("dispute.file_program", name=name)])
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    for beginning, media_type in _BEGINS.items():
        if content.startswith(beginning):
            if media_type == _ZIP:
                _refuse_packed_programs(content, name)
            return media_type
    return _text_type(content, name)


def _refuse_packed_programs(content: bytes, name: str) -> None:
    packed = Archive(content, name, None, Limits())
    if any(_PACKED_PROGRAMS.search(part) for part in packed.parts):
        raise InputRefused([finding("dispute.file_program", name=name)])


def _text_type(content: bytes, name: str) -> str:
    """Text is told by what it does not hold; a page by what it begins with."""
    head = content[:_LOOKED_AT]
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    plain = head.replace(b"\x00", b"").lower() if utf16 else head.lower()
    table, page = _TABLES.search(plain), _PAGES.search(plain)
    if table and not (page and page.start() < table.start()):
        return "application/xml"  # what a table tells of its points may be written as a page
    if page:
        raise InputRefused([finding("dispute.file_program", name=name)])
    if not utf16 and _CONTROLS.intersection(head):
        raise InputRefused([finding("dispute.file_kind", name=name)])
    return "text/csv"
