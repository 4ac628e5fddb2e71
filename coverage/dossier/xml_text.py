"""Text inside XML: nothing that anybody typed can end an element, and every file can be read."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

# XML 1.0 has no place for control characters, single surrogates and the two non-characters.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_QUOTES = {'"': "&quot;", "'": "&apos;"}


def xml_text(text: object) -> str:
    """Return ``text`` for the inside of an element or an attribute."""
    return escape(_NOT_XML.sub("\N{REPLACEMENT CHARACTER}", str(text)), _QUOTES)
