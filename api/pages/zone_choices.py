"""What somebody looks for among the zones: the fields of the filter's form, as its address has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from api.catalogue import mark as _
from api.catalogue import translate
from api.refusals import Fault, RequestUnreadable
from api.words import word
from api.zones import sees_people
from coverage.findings import Language
from coverage.people import Actor
from coverage.storage.zone_filters import Fact, Grouped, StatusGroup, ZoneFilter, ZoneOrder
from coverage.zones import Queue, Signal, ZoneStatus

MOST_DAYS = 3650
_NAMES = {
    "words": _("Tìm"), "province": _("Tỉnh"), "commune": _("Xã"), "queue": _("Ai chi trả"),
    "status": _("Trạng thái"), "signal": _("Sóng"), "power": _("Điện lưới"),
    "difficult": _("Thôn đặc biệt khó khăn"), "grouped": _("Lô, gói thầu"),
    "waiting": _("Đã chờ"), "disputed": _("Phản hồi"), "mine": _("Người thẩm định"),
}  # fmt: skip
_FIELDS = {
    "words": "words", "province": "province_code", "commune": "commune_code", "queue": "queue",
    "status": "status", "signal": "signal", "power": "grid_power",
    "difficult": "specially_difficult", "grouped": "grouped", "waiting": "waiting_days",
    "disputed": "disputed", "mine": "reviewer",
}  # fmt: skip
_DAYS = _("hơn %(days)s ngày")
_SAID = {"disputed": _("đang có"), "mine": _("tôi")}


def _known(*families: type[StrEnum]) -> BeforeValidator:
    """A choice that the form does not know asks nothing: addresses outlive choices."""
    values = {each.value for family in families for each in family}
    return BeforeValidator(lambda said: said if said in values else "")


class ZoneChoice(BaseModel):
    """The filter's form; an empty field asks nothing."""

    words: Annotated[str, Field(max_length=100)] = ""
    province: Annotated[str, Field(pattern=r"^(\d{2})?$")] = ""
    commune: Annotated[str, Field(pattern=r"^(\d{5})?$")] = ""
    queue: Annotated[str, _known(Queue)] = ""
    status: Annotated[str, _known(ZoneStatus, StatusGroup)] = ""
    signal: Annotated[str, _known(Signal, Fact)] = ""
    power: Annotated[str, _known(Fact)] = ""
    difficult: Annotated[str, _known(Fact)] = ""
    grouped: Annotated[str, _known(Grouped)] = ""
    waiting: Annotated[str, Field(pattern=r"^[0-9]{0,4}$")] = ""
    disputed: Annotated[str, Field(pattern="^1?$")] = ""
    mine: Annotated[str, Field(pattern="^1?$")] = ""
    order: Annotated[str, _known(ZoneOrder)] = ""

    def wanted(self, actor: Actor) -> ZoneFilter:
        """Return the filter, without what the actor may not ask."""
        people = sees_people(actor)
        grouped = Grouped(self.grouped) if self.grouped else None
        if grouped is not None and grouped is not Grouped.PACKAGE and not people:
            grouped = None  # which lots are proposed is the authority's
        days = min(int(self.waiting), MOST_DAYS) if self.waiting else 0
        signal: Signal | Fact | None = None
        if self.signal:
            signal = Signal(self.signal) if self.signal in set(Signal) else Fact.UNKNOWN
        status: ZoneStatus | StatusGroup | None = None
        if self.status:
            single = self.status in set(ZoneStatus)
            status = ZoneStatus(self.status) if single else StatusGroup(self.status)
        return ZoneFilter(
            self.province or None,
            Queue(self.queue) if self.queue else None,
            status,
            words=self.words.replace("\x00", "").strip() or None,
            reviewer=actor.name if self.mine and people else None,
            disputed=bool(self.disputed),
            commune_code=self.commune or None,
            signal=signal,
            grid_power=Fact(self.power) if self.power else None,
            specially_difficult=Fact(self.difficult) if self.difficult else None,
            grouped=grouped,
            waiting_days=days or None,
        )

    def sorted_by(self) -> ZoneOrder:
        """Return the order of the list."""
        return ZoneOrder(self.order) if self.order else ZoneOrder.PLACE

    def query(self, **changes: str) -> str:
        """Return the fields as an address has them, some of them changed."""
        fields = {**self.model_dump(), **changes}
        return urlencode({name: text for name, text in fields.items() if text})

    def address(self, **changes: str) -> str:
        """Return the address of the list with some fields changed."""
        query = self.query(**changes)
        return f"/zones?{query}" if query else "/zones"


@dataclass(frozen=True, slots=True)
class ChoiceChip:
    """A part of the filter in words; ``address`` is the list without it, with ``without`` zones."""

    name: str
    value: str
    address: str
    without: int | None


def chips(
    choice: ZoneChoice, wanted: ZoneFilter, places: Mapping[str, str],
    without: Mapping[str, int], language: Language,
) -> list[ChoiceChip]:  # fmt: skip
    """Return the parts of the filter in force; ``places`` has names of provinces and communes."""
    return [
        ChoiceChip(
            translate(_NAMES[name], language), _value(name, said, places, language),
            # A commune lies in its province.
            choice.address(**{name: ""}, **({"commune": ""} if name == "province" else {})),
            without.get(_FIELDS[name]),
        )
        for name, said in _in_force(wanted)
    ]  # fmt: skip


def _in_force(wanted: ZoneFilter) -> Iterator[tuple[str, Any]]:
    for name, field in _FIELDS.items():
        if getattr(wanted, field):
            yield name, getattr(wanted, field)


def _value(name: str, said: Any, places: Mapping[str, str], language: Language) -> str:
    match name:
        case "words":
            return f"“{said}”"
        case "province" | "commune":
            return places.get(str(said), str(said))
        case "waiting":
            return translate(_DAYS, language) % {"days": said}
        case "disputed" | "mine":
            return translate(_SAID[name], language)
        case _:
            return word(said, language)


def read_choice(query: str) -> ZoneChoice:
    """Read a filter from what an address or a form says after the question mark.

    Raises:
        RequestUnreadable: it is none.
    """
    try:
        return ZoneChoice.model_validate(dict(parse_qsl(query[:4000])))
    except ValidationError:
        raise RequestUnreadable([Fault("body.query", "unreadable")]) from None


def choices(actor: Actor) -> Mapping[str, Sequence[StrEnum]]:
    """Return what the selects of the form offer to the actor."""
    grouped = tuple(Grouped) if sees_people(actor) else (Grouped.PACKAGE,)
    return {
        "queue": tuple(Queue), "status": (*StatusGroup, *ZoneStatus), "signal": (*Signal, Fact.UNKNOWN),
        "power": tuple(Fact), "difficult": tuple(Fact), "grouped": grouped,
    }  # fmt: skip
