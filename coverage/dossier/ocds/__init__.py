"""The package in the Open Contracting Data Standard (OCDS 1.1): a release, and the record.

``release`` says this version; ``record`` holds the releases of all versions and what they say
together, merged by the standard's rules (``merging``). Both use the extensions for lots and
locations, and the one for enquiries where questions were answered. See docs/ocds.md.
"""

from coverage.dossier.ocds.packaging import RECORD, RELEASE, write_record, write_release

__all__ = ["RECORD", "RELEASE", "write_record", "write_release"]
