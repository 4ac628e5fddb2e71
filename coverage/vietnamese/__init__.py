"""Written Vietnamese: one composed form, keys that compare names, and the old font encodings.

Pure text in, pure text out. ``names`` holds the comparison keys, ``units`` the words before a
name (xã, huyện), ``tcvn3`` and ``vni`` the tables of the font encodings, ``legacy`` the evidence
that a text was typed in one of them, ``letters`` the spelling of a syllable.
"""

from coverage.vietnamese.legacy import (
    DECODERS,
    Evidence,
    FontEncoding,
    encoding_of_font,
    evidence,
    is_typed_in_unicode,
    spelling,
)
from coverage.vietnamese.letters import is_syllable, nfc, without_accents, without_invisible
from coverage.vietnamese.names import header_key, name_key
from coverage.vietnamese.tcvn3 import capitals_of_vn1, from_tcvn3
from coverage.vietnamese.units import strip_unit_prefix
from coverage.vietnamese.vni import from_vni

__all__ = [
    "DECODERS",
    "Evidence",
    "FontEncoding",
    "capitals_of_vn1",
    "encoding_of_font",
    "evidence",
    "from_tcvn3",
    "from_vni",
    "header_key",
    "is_syllable",
    "is_typed_in_unicode",
    "name_key",
    "nfc",
    "spelling",
    "strip_unit_prefix",
    "without_accents",
    "without_invisible",
]
