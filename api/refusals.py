"""What the web door itself refuses, beside the domain's errors; told in api/problems.py too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coverage.errors import PhusongError


@dataclass(frozen=True, slots=True)
class Fault:
    """One part of a request that cannot be read: where (``query.limit``) and of which kind."""

    where: str
    kind: str


class RequestUnreadable(PhusongError):
    """Parameters, a cursor or a body that cannot be read; ``faults`` say which."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(places=", ".join(fault.where for fault in faults))


class FormStale(PhusongError):
    """A form came without the token that its page carried: too old, or not from our page."""


class ForeignPage(PhusongError):
    """A browser says that another site's page made the request."""


class HostUnknown(PhusongError):
    """The request was meant for a host that is not ours; ``address`` is where we are."""

    def __init__(self, address: str) -> None:
        super().__init__(address=address)


class TooManyAttempts(PhusongError):
    """Something was guessed too often; ``seconds`` is how long to wait."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(seconds=seconds, minutes=-(-seconds // 60))


class TooManyPrints(PhusongError):
    """Somebody had too many maps printed; ``seconds`` is how long to wait for the next."""

    def __init__(self, seconds: int, most: int) -> None:
        self.seconds = seconds
        super().__init__(seconds=seconds, minutes=-(-seconds // 60), most=most)


class PrintersBusy(PhusongError):
    """As many maps are printed as this machine prints at once; ``seconds`` is when to ask again."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(seconds=seconds)


class UploadTooLarge(PhusongError):
    """The body of a request is larger than ``megabytes``."""

    def __init__(self, megabytes: int) -> None:
        super().__init__(megabytes=megabytes)


class RangeUnsatisfiable(PhusongError):
    """The asked part lies outside of the file of ``size`` bytes."""

    def __init__(self, size: int) -> None:
        self.size = size
        super().__init__(size=size)


class ConditionFailed(PhusongError):
    """The asker wants the file only if it is another one, or as old as another one."""


class RouteUnknown(PhusongError):
    """No page and no resource at this address."""


class MethodUnknown(PhusongError):
    """The address exists, but not for this method."""


class ProgramFault(PhusongError):
    """A mistake of ours; ``incident`` finds it in the server's log."""

    def __init__(self, incident: str) -> None:
        super().__init__(incident=incident)
