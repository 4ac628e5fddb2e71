"""What the domain refuses, as data; sentences and HTTP statuses are in api/problems.py.

PhusongError
├── InputRefused          a whole file cannot be taken: carries the findings that say why
│   └── PromiseRefused    an operator's promises cannot be taken: none of those sent together
│   └── ChangeRefused     a change of the rules cannot be taken: the findings say why
│   └── DisputeRefused    a dispute or its answer, likewise
│   └── DeliveryRefused   awards or on-air reports sent together, likewise
├── NotFound              no such thing, or none that this organisation may see
├── NotAllowed            the role does not permit this act
├── NotSignedIn           no valid session or token
├── LinkEnded             a link that sets a password holds no longer
├── Conflict              the thing changed, or already exists in another state
│   └── ZonesChanged      somebody else changed a zone since it was looked at: both versions
│   └── LotCountRefused   a province cannot be divided into so many lots, or so few
│   └── LotsApart         zones do not hang together, so they cannot share a lot
│   └── LotNotReady       a lot has zones on which nobody can build yet
├── NothingToDo           the act would have no object: no zone, no lot
├── SigningKeyUnusable    the key that publications are signed with is lost, open or another
├── PackageAltered        a stored package is not what was published any more
├── WorkerLost            long work was broken off with its worker, as often as it was begun
├── FileUnwritable        a file that was asked for cannot be written: the disk is full
├── SettingsUnusable      a setting or an environment variable contradicts another
└── DatabaseUnavailable   the private cluster or DATABASE_URL cannot be used
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coverage.findings import Finding


class PhusongError(Exception):
    """Base of every error that a user's act or input can cause.

    ``facts`` fill the sentence that belongs to the class in api/problems.py.
    """

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(", ".join(f"{name}={value}" for name, value in facts.items()))


class InputRefused(PhusongError):
    """A whole file cannot be taken; the findings name file, sheet, row, column and rule."""

    def __init__(self, findings: Sequence[Finding], **facts: object) -> None:
        self.findings = tuple(findings)
        super().__init__(rules=[finding.rule for finding in findings], **facts)


class PromiseRefused(InputRefused):
    """Promises that were sent together and of which at least one cannot be taken; none was."""


class ChangeRefused(InputRefused):
    """A change of the rules cannot be taken as it is; nothing was kept."""


class WeightsRefused(InputRefused):
    """Weights that cannot be tried as they are; a finding for each thing that is wrong."""


class DisputeRefused(InputRefused):
    """A dispute, or its answer, cannot be taken; a finding for each thing that is wrong."""


class DeliveryRefused(InputRefused):
    """Awards, or an on-air report, that cannot be taken as they are; nothing was kept."""


class TextUnreadable(PhusongError):
    """A text has the letter U+0000, which no database keeps; nothing was kept."""


class NotFound(PhusongError):
    """There is no such ``thing`` with this ``name``, or none that the actor may see."""

    def __init__(self, thing: str, name: object) -> None:
        super().__init__(thing=thing, name=name)


class NotAllowed(PhusongError):
    """The actor's ``role`` does not permit the ``act``."""

    def __init__(self, act: str, role: str) -> None:
        super().__init__(act=act, role=role)


class NotSignedIn(PhusongError):
    """No valid session or token came with the request."""


class LinkEnded(PhusongError):
    """A link that sets a password was used, is too old, or a newer one was made."""


class Conflict(PhusongError):
    """The ``thing`` is in another state than the act needs; ``reason`` says which."""

    def __init__(self, thing: str, reason: str, **facts: object) -> None:
        super().__init__(thing=thing, reason=reason, **facts)


class ZonesChanged(Conflict):
    """Zones changed since the person looked at them.

    ``changes`` has each as it was seen and as it stands: coverage.zone_life.ChangedZone.
    """

    def __init__(self, changes: Sequence[Any]) -> None:
        self.changes = tuple(changes)
        super().__init__("zone", "changed_since", count=len(self.changes))


class LotCountRefused(Conflict):
    """A province can be divided into ``least`` to ``most`` lots within the bounds, not ``asked``."""

    def __init__(self, asked: int, least: int, most: int) -> None:
        super().__init__("lot", "lot_count", asked=asked, least=least, most=most)


class LotsApart(Conflict):
    """``zones`` (villages) neither border on the rest of the lot nor lie within ``gap_km`` of it."""

    def __init__(self, zones: Sequence[str], gap_km: str) -> None:
        super().__init__("lot", "lots_apart", zones=tuple(zones), gap_km=gap_km)


class LotNotReady(Conflict):
    """``zones`` (villages) of ``lot`` are not ready in ``kinds`` (of readiness), which gate a tender."""

    def __init__(self, lot: str, zones: Sequence[str], kinds: Sequence[str]) -> None:
        super().__init__(
            "lot",
            "lot_not_ready",
            lot=lot,
            count=len(zones),
            zones=tuple(zones),
            kinds=tuple(kinds),
        )


class NothingToDo(PhusongError):
    """The act has no object; ``reason`` says what is missing."""

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason=reason, **facts)


class SigningKeyUnusable(PhusongError):
    """The file of the private key cannot be used; ``reason`` says why. The key is never told."""

    def __init__(self, reason: str, *, path: Path, fingerprint: str = "") -> None:
        super().__init__(reason=reason, path=path, fingerprint=fingerprint)


class PackageAltered(PhusongError):
    """The stored file of a package has another SHA-256 than its record: it is not handed out."""

    def __init__(self, number: str, version: int) -> None:
        super().__init__(number=number, version=version)


class WorkerLost(PhusongError):
    """Long work ended with its worker each of the ``tries`` times it was begun."""

    def __init__(self, tries: int) -> None:
        super().__init__(tries=tries)


class FileUnwritable(PhusongError):
    """A file cannot be written to the disk; ``reason`` is the system's word. Nothing is left."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path=path, reason=reason)


class SettingsUnusable(PhusongError):
    """A setting cannot be used; ``setting`` and ``reason`` say which and why."""

    def __init__(self, setting: str, reason: str) -> None:
        super().__init__(setting=setting, reason=reason)


class DatabaseUnavailable(PhusongError):
    """The database cannot be reached or started; ``reason`` is the server's own word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)
