"""A package's check and a signing key as JSON, the same on the command line and over HTTP."""

from __future__ import annotations

from coverage.actions.package_checks import ComparedWith, PackageCheck
from coverage.findings import Language
from coverage.storage.signing_keys import SigningKeyRecord


def told_check(check: PackageCheck, language: Language = Language.VI) -> dict[str, object]:
    """Return the answer of a check, without the file's own name."""
    checked = check.verification
    manifest = checked.manifest or {}
    compared = check.compared_with
    return {
        "sha256": checked.sha256,
        "number": manifest.get("number"),
        "version": manifest.get("version"),
        "draft": checked.draft,
        "signed": checked.fingerprint is not None,
        "key_fingerprint": checked.fingerprint,
        "key_compared_with": None if compared is ComparedWith.NOTHING else compared.value,
        "whole": check.whole,
        "current": check.current,
        "findings": [found.as_json(language) for found in check.findings],
    }


def told_key(key: SigningKeyRecord) -> dict[str, object]:
    """Return a public key with the time that it signs for; who made it is nobody's business."""
    return {
        "fingerprint": key.fingerprint,
        "algorithm": "Ed25519",
        "pem": key.pem,
        "from": key.made_at.isoformat(),
        "until": key.retired_at.isoformat() if key.retired_at else None,
        "current": key.current,
    }
