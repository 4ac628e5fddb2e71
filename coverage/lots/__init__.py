"""Lots (phần/lô): groups of one province's fund zones, each awarded by itself.

    from coverage.lots import LotLimits, is_eligible, propose

    lots = propose(zones, communes, LotLimits(gap_m=15_000, max_zones=25))

Three steps, one module each: ``proximity`` says which zones lie within the permitted gap of one
another, ``division`` cuts what is too large into compact groups that still hang together, and
``proposal`` gives every group its permanent id, its number and its name. The outcome depends on
the zones only, never on the order in which they come.
"""

from coverage.lots.proposal import (
    ELIGIBLE_STATUSES,
    Lot,
    LotCommune,
    LotLimits,
    LotStatus,
    is_eligible,
    lot_id,
    propose,
)

__all__ = [
    "ELIGIBLE_STATUSES",
    "Lot",
    "LotCommune",
    "LotLimits",
    "LotStatus",
    "is_eligible",
    "lot_id",
    "propose",
]
