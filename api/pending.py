"""Files that were checked and wait for their sender's word: to submit them, or to forget them.

A checked file is kept on the disk of the machine, outside the database, for one hour at most;
cancelling, submitting, or checking another one removes it. Nobody but its sender finds it.
"""

from __future__ import annotations

import json
import secrets
import shutil
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from api.uploads import Upload
from coverage.errors import FileUnwritable, NotFound
from coverage.findings import Language
from coverage.intake.corrections import Correction, correction_of

KEPT_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Pending:
    """A checked file: its report in the language it was asked in, as of design.md §5.

    ``mapping`` is what the sender says of columns, ``replaces`` which submission the file
    corrects; ``impact`` is what submitting would do then. ``corrections`` are the rows that
    the sender has corrected on the page; ``approval`` is the number of the list that came back
    from the approver and is mended by this file.
    """

    key: str
    upload: Upload
    province_code: str
    mapping: Mapping[str, str]
    language: Language
    report: Mapping[str, Any]
    replaces: int | None = None
    impact: Mapping[str, Any] = field(default_factory=dict)
    corrections: Sequence[Correction] = ()
    approval: int | None = None


class PendingUploads:
    """The waiting files in ``folder``, for ``kept_seconds``; ``now`` is a clock in seconds."""

    def __init__(
        self, folder: Path, now: Callable[[], float] = time.time, *,
        kept_seconds: float = KEPT_SECONDS,
    ) -> None:  # fmt: skip
        self._folder = folder
        self._now = now
        self._kept_seconds = kept_seconds

    def keep(self, sender: uuid.UUID, waiting: Pending) -> str:
        """Keep a checked file, in place of the one the sender had; return its key.

        Raises:
            FileUnwritable: the disk is full; nothing of the file is left, and nothing is replaced.
        """
        self._sweep()
        key = secrets.token_urlsafe(18)
        place = self._folder / str(sender) / key
        try:
            place.mkdir(parents=True, mode=0o700)
            self._write(place, waiting)
        except OSError as error:
            shutil.rmtree(place, ignore_errors=True)
            raise FileUnwritable(place, error.strerror or str(error)) from None
        for other in place.parent.iterdir():
            if other.name != key:
                shutil.rmtree(other, ignore_errors=True)
        return key

    def _write(self, place: Path, waiting: Pending) -> None:
        (place / "file").write_bytes(waiting.upload.content)
        about = {
            "name": waiting.upload.name,
            "province_code": waiting.province_code,
            "mapping": dict(waiting.mapping),
            "language": waiting.language.value,
            "report": waiting.report,
            "replaces": waiting.replaces,
            "impact": waiting.impact,
            "corrections": [one.as_json() for one in waiting.corrections],
            "approval": waiting.approval,
        }
        # Written last and put in place whole: what has it can be read.
        (place / "about.new").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
        (place / "about.new").rename(place / "about.json")

    def find(self, sender: uuid.UUID, key: str) -> Pending:
        """Return the sender's waiting file of this key.

        Raises:
            NotFound: there is none, it is another's, or its hour has passed.
        """
        self._sweep()
        folder = self._folder / str(sender)
        known = {place.name: place for place in _whole(folder)}
        if key not in known:
            raise NotFound("upload", key)
        place = known[key]
        about = json.loads((place / "about.json").read_text(encoding="utf-8"))
        return Pending(
            key, Upload(about["name"], (place / "file").read_bytes()), about["province_code"],
            about["mapping"], Language(about["language"]), about["report"],
            about["replaces"], about["impact"], [correction_of(one) for one in about["corrections"]],
            about.get("approval"),
        )  # fmt: skip

    def key_of(self, sender: uuid.UUID) -> str | None:
        """Return the key of what the sender has waiting, if there is anything."""
        self._sweep()
        folder = self._folder / str(sender)
        return next((place.name for place in _whole(folder)), None)

    def forget(self, sender: uuid.UUID) -> None:
        """Remove what the sender has waiting."""
        shutil.rmtree(self._folder / str(sender), ignore_errors=True)

    def _sweep(self) -> None:
        """Remove whatever has waited too long, whoever sent it."""
        if not self._folder.is_dir():
            return
        for sender in self._folder.iterdir():
            if sender.stat().st_mtime < self._now() - self._kept_seconds:
                shutil.rmtree(sender, ignore_errors=True)


def _whole(folder: Path) -> list[Path]:
    """What waits in a sender's folder, completely written, the latest first."""
    if not folder.is_dir():
        return []
    whole = [place for place in folder.iterdir() if (place / "about.json").is_file()]
    return sorted(whole, key=lambda place: (place / "about.json").stat().st_mtime, reverse=True)
