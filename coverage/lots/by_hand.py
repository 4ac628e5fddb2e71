"""What a planner does to lots by hand, before the program balances the rest again."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from coverage.errors import Conflict, NothingToDo

_GROUPS = uuid.UUID("7c1b3f0a-52c3-5d0e-8a57-2b9a6f3d1c90")  # the namespace of pinned groups' ids

Lots = Mapping[uuid.UUID, frozenset[uuid.UUID]]
"""The proposed lots by id, each with its zones."""

Pins = Mapping[uuid.UUID, uuid.UUID]
"""The group of each pinned zone. A group stays together, and no two groups share a lot."""


class HandAct(StrEnum):
    """What a planner does."""

    PIN = "pin"  # ghim: these zones stay in one lot
    UNPIN = "unpin"  # bỏ ghim
    MOVE = "move"  # chuyển sang lô khác
    SPLIT = "split"  # tách thành lô riêng
    MERGE = "merge"  # gộp hai lô


@dataclass(frozen=True, slots=True)
class ByHand:
    """One act: on these zones, or on every zone of ``lot`` where none is named.

    ``other`` is the lot that zones move to, or that ``lot`` is merged with.
    """

    act: HandAct
    zones: frozenset[uuid.UUID] = frozenset()
    lot: uuid.UUID | None = None
    other: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class HandPlan:
    """Lots and pins after an act, before anything is balanced; ``whole`` must hang together."""

    lots: tuple[frozenset[uuid.UUID], ...]
    pins: Pins
    whole: frozenset[uuid.UUID] = frozenset()


def carried_out(done: ByHand, lots: Lots, pins: Pins) -> HandPlan:
    """Return what an act makes of the lots.

    Raises:
        Conflict: a zone or lot is not among the proposed ones; the act makes no sense with them.
        NothingToDo: there is nothing to pin, unpin or move, or no lot to join.
    """
    if done.act is HandAct.MERGE:
        return _merged(done, lots, pins)
    zones = done.zones or _zones_of(done.lot, lots)
    if not zones:
        raise NothingToDo("no_zones_chosen")
    homes = {_home(zone, lots) for zone in zones}
    if done.act is HandAct.UNPIN:
        if not zones & set(pins):
            raise NothingToDo("not_pinned")
        kept = {zone: group for zone, group in pins.items() if zone not in zones}
        return HandPlan(tuple(lots.values()), kept)
    if done.act is HandAct.MOVE:
        return _moved(zones, homes, _known(done.other, lots), lots, pins)
    if len(homes) > 1:
        raise Conflict("lot", "several_lots")
    home = homes.pop()
    if done.act is HandAct.PIN:
        group = _group_of(lots[home], pins) or _new_group(zones, pins)
        return HandPlan(tuple(lots.values()), {**pins, **dict.fromkeys(zones, group)})
    return _split(zones, home, lots, pins)


def reverse_of(done: ByHand, before: Lots, after: Lots) -> ByHand | None:
    """Return the act that takes an act back, by the lots that stood before it and stand after it.

    None where no single act does: zones that came from several lots, a lot that is no more. What
    was balanced again beside the act may find another balance.
    """
    zones = done.zones or before.get(done.lot or uuid.UUID(int=0), frozenset())
    homes = {key for key, members in before.items() if members & zones}
    if done.act is HandAct.MERGE:
        taken = before.get(done.other or uuid.UUID(int=0), frozenset())
        return ByHand(HandAct.SPLIT, taken) if taken else None
    if done.act in {HandAct.PIN, HandAct.UNPIN}:
        act = HandAct.UNPIN if done.act is HandAct.PIN else HandAct.PIN
        together = any(zones <= members for members in after.values())
        return ByHand(act, zones) if together else None
    if len(homes) != 1:
        return None
    rest = before[homes.pop()] - zones
    home = max(sorted(after), key=lambda key: len(after[key] & rest), default=None)
    now = max(sorted(after), key=lambda key: len(after[key] & zones), default=None)
    if home is None or not after[home] & rest or home == now:
        return None
    if done.act is HandAct.SPLIT:
        return ByHand(HandAct.MERGE, lot=now, other=home)
    return ByHand(HandAct.MOVE, zones, other=home)


def _moved(
    zones: frozenset[uuid.UUID], homes: Collection[uuid.UUID], there: uuid.UUID, lots: Lots,
    pins: Pins,
) -> HandPlan:  # fmt: skip
    """The zones join the other lot's pinned group; without one the whole lot is pinned with them."""
    if there in homes:
        raise Conflict("lot", "same_lot")
    if any(lots[home] <= zones for home in homes):
        raise Conflict("lot", "whole_lot")
    group = _group_of(lots[there], pins)
    held = zones if group else zones | lots[there]
    group = group or _new_group(held, pins)
    after = {key: members - zones for key, members in lots.items()}
    after[there] = lots[there] | zones
    return HandPlan(tuple(after.values()), {**pins, **dict.fromkeys(held, group)}, after[there])


def _split(zones: frozenset[uuid.UUID], home: uuid.UUID, lots: Lots, pins: Pins) -> HandPlan:
    """The zones are pinned apart from the rest; a rest without pins is pinned as a whole."""
    rest = lots[home] - zones
    if not rest:
        raise Conflict("lot", "whole_lot")
    after = {**pins, **dict.fromkeys(zones, _new_group(zones, pins))}
    if _group_of(rest, pins) is None:
        after |= dict.fromkeys(rest, _new_group(rest, after))
    others = tuple(members for key, members in lots.items() if key != home)
    return HandPlan((*others, zones, rest), after, zones)


def _merged(done: ByHand, lots: Lots, pins: Pins) -> HandPlan:
    one, other = _known(done.lot, lots), _known(done.other, lots)
    if one == other:
        raise Conflict("lot", "same_lot")
    whole = lots[one] | lots[other]
    others = tuple(members for key, members in lots.items() if key not in {one, other})
    return HandPlan(
        (*others, whole), {**pins, **dict.fromkeys(whole, _new_group(whole, pins))}, whole
    )  # fmt: skip


def _known(lot: uuid.UUID | None, lots: Lots) -> uuid.UUID:
    if lot is None:
        raise NothingToDo("no_lot_chosen")
    if lot not in lots:
        raise Conflict("lot", "lot_not_proposed")
    return lot


def _zones_of(lot: uuid.UUID | None, lots: Lots) -> frozenset[uuid.UUID]:
    return frozenset() if lot is None else lots[_known(lot, lots)]


def _home(zone: uuid.UUID, lots: Lots) -> uuid.UUID:
    for key, members in lots.items():
        if zone in members:
            return key
    raise Conflict("zone", "zone_not_in_lot")


def _group_of(zones: Collection[uuid.UUID], pins: Pins) -> uuid.UUID | None:
    """The group that is pinned in a lot; there is never more than one."""
    return next((pins[zone] for zone in sorted(zones) if zone in pins), None)


def _new_group(zones: Collection[uuid.UUID], pins: Pins) -> uuid.UUID:
    """An id that no pinned group has, the same whenever the same is done to the same lots."""
    group = uuid.uuid5(_GROUPS, ",".join(sorted(str(zone) for zone in zones)))
    while group in pins.values():
        group = uuid.uuid5(group, "again")
    return group
