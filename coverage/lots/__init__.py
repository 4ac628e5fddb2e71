"""Lots (phần/lô): groups of one province's fund zones, each awarded by itself.

    from coverage.lots import LotLimits, is_eligible, propose

    lots = propose(zones, communes, LotLimits(gap_m=15_000, max_zones=25))

``proximity`` says which zones lie within the permitted gap of one another, ``borders`` which
communes share a border, ``estimate`` what a set of zones would cost. ``grouping`` takes what hangs
together and has it divided anew (``division``) or carried on (``standing``), with what a planner
pinned kept whole (``pins``); ``proposal`` gives every group its permanent id, number and name, and
``comparison`` tells what changed. The outcome depends on the zones and on the lots that stand,
never on the order in which they come.
"""

from coverage.lots.borders import Borders, CommuneKey, bordering
from coverage.lots.by_hand import ByHand, HandAct, HandPlan, carried_out, reverse_of
from coverage.lots.comparison import Balance, LotChange, LotShape, balance, compare
from coverage.lots.estimate import Cluster, LotCosts, SiteGround, clusters
from coverage.lots.grouping import Settled, unheard
from coverage.lots.proposal import (
    ELIGIBLE_STATUSES,
    Lot,
    LotCommune,
    LotLimits,
    LotStatus,
    is_eligible,
    links_of,
    lot_id,
    propose,
)
from coverage.lots.proximity import apart_m

__all__ = [
    "ELIGIBLE_STATUSES",
    "Balance",
    "Borders",
    "ByHand",
    "Cluster",
    "CommuneKey",
    "HandAct",
    "HandPlan",
    "Lot",
    "LotChange",
    "LotCommune",
    "LotCosts",
    "LotLimits",
    "LotShape",
    "LotStatus",
    "Settled",
    "SiteGround",
    "apart_m",
    "balance",
    "bordering",
    "carried_out",
    "clusters",
    "compare",
    "is_eligible",
    "links_of",
    "lot_id",
    "propose",
    "reverse_of",
    "unheard",
]
