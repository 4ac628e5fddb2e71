"""A file that is checked, waits for its sender's word, and is then loaded or forgotten: one flow.

Both steps are jobs: short ones are answered at once, long ones have a page of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.job_desk import ask, open_check
from api.job_runs import checked_files
from api.pages.survey_checks import sender_of
from api.pending import Pending, PendingUploads
from coverage.errors import InputRefused
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database

Refused = Callable[[Pending, InputRefused], Response]


@dataclass(frozen=True, slots=True)
class CheckedFiles:
    """The checked files of one page: the folder where they wait, the kinds of both jobs, the page."""

    folder: str
    check_kind: str
    load_kind: str
    page: str

    def pending(self, request: Request) -> PendingUploads:
        """Return the files that wait."""
        return checked_files(asked.settings(request), self.folder)

    def waiting(self, request: Request, holder: SessionHolder) -> str | None:
        """Return the key of what the visitor has waiting."""
        return self.pending(request).key_of(sender_of(holder))

    def running(self, request: Request, holder: SessionHolder) -> str | None:
        """Return the id of the visitor's check, or load, that goes on."""
        for kind in (self.load_kind, self.check_kind):
            found = open_check(request, holder.actor, kind)
            if found is not None:
                return str(found)
        return None

    def find(self, request: Request, holder: SessionHolder, key: str) -> Pending:
        """Return the visitor's waiting file.

        Raises:
            NotFound: there is none of this key.
        """
        return self.pending(request).find(sender_of(holder), key)

    def check(
        self, request: Request, opened: Database, holder: SessionHolder, waiting: Pending, *,
        refused: Refused,
    ) -> Response:  # fmt: skip
        """Check a file and lead to what was found; ``refused`` shows why it cannot be read."""
        sender_of(holder)
        name = waiting.upload.name
        try:
            return ask(request, opened, holder, self.check_kind, {}, about=name, sent=waiting)
        except InputRefused as error:
            return refused(waiting, error)

    def load(
        self, request: Request, opened: Database, holder: SessionHolder, key: str, *,
        refused: Refused,
    ) -> Response:  # fmt: skip
        """Load the waiting file; ``refused`` shows what has changed since it was checked.

        Raises:
            NotFound: there is none of this key.
        """
        waiting = self.find(request, holder, key)
        argument = {"key": key, "province": waiting.province_code, **_kind_of(waiting)}
        name = waiting.upload.name
        try:
            return ask(request, opened, holder, self.load_kind, argument, about=name)
        except InputRefused as error:
            return refused(waiting, error)

    def forget(self, request: Request, holder: SessionHolder, key: str) -> Response:
        """Forget the waiting file; nothing of it stays.

        Raises:
            NotFound: there is none of this key.
        """
        self.find(request, holder, key)
        self.pending(request).forget(sender_of(holder))
        return RedirectResponse(self.page, 303)


def _kind_of(waiting: Pending) -> dict[str, str]:
    kind = waiting.mapping.get("kind")
    return {} if kind is None else {"kind": kind}
