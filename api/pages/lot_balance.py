"""How lots weigh against one another, before a change and after it, as pages show it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coverage.lots import Balance, LotChange, LotShape, balance
from maps.symbols import lot_colour


@dataclass(frozen=True, slots=True)
class Weight:
    """What a lot holds of something; ``off_percent`` is its distance from the mean of all lots."""

    amount: int
    off_percent: int | None


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """A lot in the table of the balance: before, and after where a change is looked at.

    ``over`` are the bounds that the lot exceeds afterwards; ``colour`` is its colour on the map.
    """

    before: LotShape | None
    after: LotShape | None
    changed: bool
    colour: str
    over: Sequence[str]
    households_before: Weight | None
    households: Weight | None
    cost_before: Weight | None
    cost: Weight | None


@dataclass(frozen=True, slots=True)
class BalanceTable:
    """Every lot with its weights, and how even the whole is before and after, by what is weighed.

    ``moved`` has the colour of the lot that each zone which changes its lot goes to.
    """

    rows: Sequence[BalanceRow]
    balances: Mapping[str, tuple[Balance, Balance]]
    moved: Mapping[uuid.UUID, str]


def balance_table(
    changes: Sequence[LotChange], over: Mapping[uuid.UUID, Sequence[str]]
) -> BalanceTable:
    """Return the table of lots before and after."""
    before = [change.before for change in changes if change.before]
    after = [change.after for change in changes if change.after]
    highest = max((shape.number for shape in before), default=0)
    means = _means(before), _means(after)
    rows = []
    moved: dict[uuid.UUID, str] = {}
    for change in changes:
        number = change.before.number if change.before else 0
        if change.before is None and change.after is not None:
            highest += 1  # a new lot has a colour that none beside it has had
            number = highest
        colour = lot_colour(number)
        moved |= dict.fromkeys(change.came, colour)
        rows.append(
            BalanceRow(
                change.before, change.after, change.changed, colour,
                over.get(change.after.id, ()) if change.after else (),
                _households(change.before, means[0]), _households(change.after, means[1]),
                _cost(change.before, means[0]), _cost(change.after, means[1]),
            )
        )  # fmt: skip
    return BalanceTable(
        rows,
        {
            "households": (
                balance(shape.households for shape in before),
                balance(shape.households for shape in after),
            ),
            "cost": (
                balance(shape.cost_vnd for shape in before if shape.cost_vnd is not None),
                balance(shape.cost_vnd for shape in after if shape.cost_vnd is not None),
            ),
        },
        moved,
    )


def _means(shapes: Sequence[LotShape]) -> tuple[float, float]:
    costs = [shape.cost_vnd for shape in shapes if shape.cost_vnd is not None]
    return (
        sum(shape.households for shape in shapes) / len(shapes) if shapes else 0.0,
        sum(costs) / len(costs) if costs else 0.0,
    )


def _households(shape: LotShape | None, means: tuple[float, float]) -> Weight | None:
    return None if shape is None else _weight(shape.households, means[0])


def _cost(shape: LotShape | None, means: tuple[float, float]) -> Weight | None:
    return None if shape is None or shape.cost_vnd is None else _weight(shape.cost_vnd, means[1])


def _weight(amount: int, mean: float) -> Weight:
    return Weight(amount, round(100 * (amount / mean - 1)) if mean else None)
