"""What a decision's form says: which zones in which version, what to do with them, and why."""

from __future__ import annotations

import base64
import binascii
import re
import struct
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import FormData

from api.problems import detail
from api.refusals import Fault, RequestUnreadable
from api.words import word_of_fact
from coverage.actions.review import Seen
from coverage.errors import Conflict, PhusongError
from coverage.findings import Language
from coverage.zone_life import Move

LONGEST_REASON = 2000  # letters
MOST_ZONES = 500  # of one form, ticked one by one; the page of a list has fifty
MOST_MATCHING = 2000  # that are decided at once because a filter finds them
_FEW = 100  # zones that a form carries one by one
_PACKED = struct.Struct(">16sI")  # a zone's id and version
_SEEN = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(\d{1,9})", re.ASCII)
_OTHER = "other"  # the choice of a zone by its id, beside the ones that lie near


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed, kept as it was for the form that comes back.

    ``merged_into`` is the id chosen among the near ones or typed; ``other`` tells that it was
    typed.
    """

    move: Move | None = None
    reason: str = ""
    merged_into: str = ""
    other: bool = False
    take_over: bool = False

    def other_zone(self) -> uuid.UUID | None:
        """Return the zone to merge into, None when none was named.

        Raises:
            RequestUnreadable: what was typed is no zone's id.
        """
        if self.move is not Move.MERGE or not self.merged_into:
            return None
        try:
            return uuid.UUID(self.merged_into)
        except ValueError:
            raise RequestUnreadable([Fault("body.merged_into", "not_a_zone")]) from None


@dataclass(frozen=True, slots=True)
class Carried:
    """Zones in the hidden fields of a form: one by one, or many packed into one field."""

    zones: Sequence[str]
    packed: str


def read_typed(fields: FormData) -> Typed:
    """Read what a form says of the decision itself.

    Raises:
        RequestUnreadable: there is no such move, or the reason is too long.
    """
    move = str(fields.get("move", ""))
    reason = str(fields.get("reason", "")).replace("\x00", "").replace("\r\n", "\n").strip()
    faults = []
    if move and move not in set(Move):
        faults.append(Fault("body.move", "unknown"))
    if len(reason) > LONGEST_REASON:
        faults.append(Fault("body.reason", "too_long"))
    if faults:
        raise RequestUnreadable(faults)
    chosen = str(fields.get("merged_into", "")).strip()
    other = chosen == _OTHER
    if other:
        chosen = str(fields.get("other_zone", "")).strip()[:100]
        chosen = chosen.rstrip("/").rsplit("/", 1)[-1]  # the address of its page will do
    return Typed(Move(move) if move else None, reason, chosen, other, "take_over" in fields)


def read_seen(fields: FormData) -> list[Seen]:
    """Read the zones that were chosen: each as ``id:version``, or all of them packed into one field.

    Raises:
        RequestUnreadable: one is not that, or there are too many.
    """
    said = [str(each) for each in fields.getlist("zone")]
    if len(said) > MOST_ZONES:
        raise RequestUnreadable([Fault("body.zone", "too_many")])
    seen = [*map(_seen, said), *_unpacked(str(fields.get("packed", "")))]
    return list({one.zone_id: one for one in seen}.values())


def fault_of(error: PhusongError, language: Language) -> str:
    """Return what was wrong with a form: of a conflict its reason alone, as a sentence."""
    if not isinstance(error, Conflict):
        return detail(error, language)
    reason = word_of_fact("reason", error.facts["reason"], language)
    return f"{reason[:1].upper()}{reason[1:]}."


def written(seen: Sequence[Seen]) -> list[str]:
    """Return zones as a form carries them."""
    return [f"{one.zone_id}:{one.version}" for one in seen]


def carried(seen: Sequence[Seen]) -> Carried:
    """Return zones as a form carries them on, however many they are."""
    if len(seen) <= _FEW:
        return Carried(tuple(written(seen)), "")
    told = b"".join(_PACKED.pack(one.zone_id.bytes, one.version) for one in seen)
    return Carried((), base64.urlsafe_b64encode(told).decode())


def _unpacked(text: str) -> list[Seen]:
    try:
        told = base64.b64decode(text, altchars=b"-_", validate=True)
        seen = [Seen(uuid.UUID(bytes=key), version) for key, version in _PACKED.iter_unpack(told)]
    except (binascii.Error, struct.error, ValueError):
        raise RequestUnreadable([Fault("body.packed", "unreadable")]) from None
    if len(seen) > MOST_MATCHING:
        raise RequestUnreadable([Fault("body.packed", "too_many")])
    return seen


def _seen(text: str) -> Seen:
    found = _SEEN.fullmatch(text)
    if found is None:
        raise RequestUnreadable([Fault("body.zone", "unreadable")])
    return Seen(uuid.UUID(found[1]), int(found[2]))
