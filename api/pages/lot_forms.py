"""What the forms about lots ask for, read field by field."""

from __future__ import annotations

import uuid

from starlette.datastructures import FormData

from api.refusals import Fault, RequestUnreadable
from coverage.actions.lots import LotWish
from coverage.lots import ByHand, HandAct
from coverage.storage.lot_pins import AskedBounds

_THOUSANDS = str.maketrans("", "", " .,\u00a0\u202f")
_MOST = 10**15


def wish_of(fields: FormData) -> LotWish:
    """Return what a form asks: an act by hand, or a proposal within bounds.

    Raises:
        RequestUnreadable: the act is unknown, or a field cannot be read.
    """
    act = str(fields.get("act", ""))
    if act == "propose":
        bounds = AskedBounds(
            _number(fields, "lots"), _number(fields, "max_zones"),
            _number(fields, "max_households"), _number(fields, "max_cost_vnd"),
        )  # fmt: skip
        return LotWish(bounds=bounds, anew=bool(fields.get("anew")))
    if act not in set(HandAct):
        raise RequestUnreadable([Fault("body.act", "unknown")])
    chosen = HandAct(act)
    if chosen is HandAct.MERGE:
        other = id_of(fields, "with") or id_of(fields, "other")
        return LotWish(ByHand(chosen, frozenset(), id_of(fields, "lot"), other))
    other = id_of(fields, "other") if chosen is HandAct.MOVE else None
    return LotWish(ByHand(chosen, zones_of(fields), None, other))


def zones_of(fields: FormData) -> frozenset[uuid.UUID]:
    """Return the zones that are ticked."""
    told = [str(value) for value in fields.getlist("zone")]
    if not all(is_id(each) for each in told):
        raise RequestUnreadable([Fault("body.zone", "uuid")])
    return frozenset(uuid.UUID(each) for each in told)


def province_of(fields: FormData) -> str:
    """Return the province's code."""
    code = str(fields.get("province", ""))
    if len(code) != 2 or not code.isdecimal() or not code.isascii():  # noqa: PLR2004 - digits
        raise RequestUnreadable([Fault("body.province", "missing")])
    return code


def id_of(fields: FormData, name: str) -> uuid.UUID | None:
    """Return the id in a field; None for an empty one."""
    told = str(fields.get(name, ""))
    if not told:
        return None
    if not is_id(told):
        raise RequestUnreadable([Fault(f"body.{name}", "uuid")])
    return uuid.UUID(told)


def is_id(told: str) -> bool:
    """Tell whether a text is an id."""
    try:
        uuid.UUID(told)
    except ValueError:
        return False
    return True


def _number(fields: FormData, name: str) -> int | None:
    """A whole number above zero with any separators of thousands; nothing for an empty field."""
    told = str(fields.get(name, "")).translate(_THOUSANDS)
    if not told:
        return None
    if not (told.isdecimal() and told.isascii() and 0 < int(told[:20]) <= _MOST):
        raise RequestUnreadable([Fault(f"body.{name}", "not_a_count")])
    return int(told)
