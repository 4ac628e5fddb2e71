"""What the domain refuses, as data; sentences and HTTP statuses are in api/problems.py.

PhusongError
├── InputRefused          a whole file cannot be taken: carries the findings that say why
│   └── PromiseRefused    an operator's promises cannot be taken: none of those sent together
│   └── ChangeRefused     a change of the rules cannot be taken: the findings say why
│   └── DisputeRefused    a dispute or its answer, likewise
├── NotFound              no such thing, or none that this organisation may see
├── NotAllowed            the role does not permit this act
├── NotSignedIn           no valid session or token
├── Conflict              the thing changed, or already exists in another state
│   └── ZonesChanged      somebody else changed a zone since it was looked at: both versions
├── NothingToDo           the act would have no object: no zone, no lot
├── SettingsUnusable      a setting or an environment variable contradicts another
└── DatabaseUnavailable   the private cluster or DATABASE_URL cannot be used
"""

from __future__ import annotations

from collections.abc import Sequence
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


class DisputeRefused(InputRefused):
    """A dispute, or its answer, cannot be taken; a finding for each thing that is wrong."""


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


class NothingToDo(PhusongError):
    """The act has no object; ``reason`` says what is missing."""

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason=reason, **facts)


class SettingsUnusable(PhusongError):
    """A setting cannot be used; ``setting`` and ``reason`` say which and why."""

    def __init__(self, setting: str, reason: str) -> None:
        super().__init__(setting=setting, reason=reason)


class DatabaseUnavailable(PhusongError):
    """The database cannot be reached or started; ``reason`` is the server's own word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)
