"""The rooms of the house as the bar shows them: few, in the order of the chain, each with its pages.

A room is shown to those for whom it has a page; it opens on the first of them. What somebody may
not do is refused by the action itself: here only what is of use to them is offered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.catalogue import mark as _
from coverage.people import MAY, Act, Actor, OrganisationKind

_AUTHORITY, _AUDITOR = OrganisationKind.AUTHORITY, OrganisationKind.AUDITOR
_PROVINCE, _OPERATOR = OrganisationKind.PROVINCE, OrganisationKind.OPERATOR
_EVERYONE = frozenset(OrganisationKind)


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the bar: its address and name, whom it is for, and what else belongs to it.

    ``also`` are the addresses of pages that have no place of their own in the bar.
    """

    address: str
    name: str
    kinds: frozenset[OrganisationKind] = _EVERYONE
    act: Act | None = None
    also: tuple[str, ...] = ()

    def is_for(self, actor: Actor) -> bool:
        """Tell whether the page is of use to the actor."""
        return actor.kind in self.kinds and (self.act is None or actor.role in MAY[self.act])

    def holds(self, path: str) -> int:
        """Return how many letters of the path the page's addresses explain; 0 when it is another's."""
        addresses = (self.address, *self.also)
        return max(
            len(each)
            if path == each or (each != "/" and path.startswith(f"{each.rstrip('/')}/"))
            else 0
            for each in addresses
        )


@dataclass(frozen=True, slots=True)
class Room:
    """A group of pages under one name."""

    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class ShownRoom:
    """A room in somebody's bar; ``inside`` when the page they read is in it, ``here`` which."""

    name: str
    entries: Sequence[Entry]
    inside: bool
    here: Entry | None

    @property
    def address(self) -> str:
        """Where the room opens."""
        return self.entries[0].address


ROOMS = (
    Room(_("Việc của tôi"), (Entry("/", _("Việc của tôi")), Entry("/jobs", _("Việc chạy nền")))),
    Room(
        _("Khảo sát"),
        (
            Entry("/surveys/new", _("Nộp khảo sát"), act=Act.SUBMIT_SURVEY,
                  also=("/surveys/check", "/surveys/checking", "/surveys/pending")),
            Entry("/surveys", _("Các lần nộp"), kinds=frozenset({_PROVINCE}), also=("/approvals",)),
        ),
    ),
    Room(
        _("Thẩm định"),
        (
            Entry("/review", _("Thẩm định"), act=Act.REVIEW_ZONES),
            Entry("/surveys", _("Các lần nộp"), kinds=frozenset({_AUTHORITY, _AUDITOR})),
            Entry("/disputes", _("Phản hồi kết luận"), kinds=frozenset({_AUTHORITY, _AUDITOR})),
        ),
    ),
    Room(
        _("Vùng lõm sóng"),
        (
            Entry("/zones", _("Danh sách")),
            Entry("/priorities", _("Điểm ưu tiên"), act=Act.RANK_ZONES),
            Entry("/standings", _("Đã có, đã giao"), act=Act.LOAD_STANDINGS),
        ),
    ),
    Room(
        _("Kết luận"),
        (
            Entry("/verdicts", _("Kết luận về doanh nghiệp"), act=Act.DISPUTE_VERDICT),
            Entry("/disputes", _("Phản hồi kết luận"), kinds=frozenset({_OPERATOR})),
        ),
    ),
    Room(
        _("Gói thầu"),
        (
            Entry("/packages", _("Gói thầu")),
            Entry("/lots", _("Lô"), kinds=_EVERYONE - {_OPERATOR}),
            Entry("/consultations", _("Tham vấn"), also=("/promises",)),
        ),
    ),
    Room(
        _("Phát sóng"),
        (
            Entry("/deliveries", _("Vùng đã giao"), also=("/awards",)),
            Entry("/on-air", _("Báo cáo phát sóng"), act=Act.REPORT_ON_AIR),
        ),
    ),
    Room(_("Bản đồ"), (Entry("/map", _("Bản đồ")),)),
    Room(_("Tiến độ"), (Entry("/progress", _("Tiến độ")),)),
    Room(
        _("Dữ liệu"),
        (
            Entry("/operator-data", _("Số liệu doanh nghiệp"), act=Act.LOAD_SERVICE_AREAS),
            Entry("/layers", _("Lớp nền"), act=Act.LOAD_LAYERS),
        ),
    ),
    Room(
        _("Quản trị"),
        (
            Entry("/rules/settings", _("Quy định"), kinds=frozenset({_AUTHORITY, _AUDITOR}),
                  also=("/rules",)),
            Entry("/people", _("Người dùng"), act=Act.MANAGE_PEOPLE),
            Entry("/organisations", _("Tổ chức"), act=Act.MANAGE_PEOPLE),
            Entry("/tokens", _("Mã truy cập"), act=Act.MANAGE_PEOPLE),
        ),
    ),
)  # fmt: skip


def rooms_of(actor: Actor, path: str) -> list[ShownRoom]:
    """Return the actor's rooms; the one that explains most of ``path`` is the one they are in."""
    shown = [(room, [entry for entry in room.entries if entry.is_for(actor)]) for room in ROOMS]
    best = max((entry.holds(path) for _room, entries in shown for entry in entries), default=0)
    rooms = []
    for room, entries in shown:
        here = next((entry for entry in entries if best and entry.holds(path) == best), None)
        if entries:
            rooms.append(ShownRoom(room.name, entries, here is not None, here))
    return rooms
