"""Lots as programs read them: one shape for the command line and the API."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from coverage.actions.lot_views import LotView, ProvinceLots, balances_of
from coverage.actions.lots import LotPreview
from coverage.costs import CostEstimate
from coverage.lots import Balance, LotChange, LotShape, balance
from coverage.storage.zones import ListedZone


def lot_json(view: LotView) -> dict[str, Any]:
    """Return a lot with its zones, its cost by parts, its readiness and what is pinned in it."""
    lot = view.lot
    return {
        "id": str(lot.id),
        "number": lot.number,
        "name": lot.name,
        "status": lot.status.value,
        "totals": dict(lot.totals),
        "cost": cost_json(view.cost, sited=view.sited),
        "readiness": {kind.value: state.value for kind, state in view.readiness.items()},
        "over": list(view.over),
        "pinned": sorted(str(zone_id) for zone_id in view.pinned),
        "zones": [zone_json(key, _found(view, key)) for key in lot.zone_ids],
    }


def cost_json(cost: CostEstimate | None, *, sited: bool) -> dict[str, Any] | None:
    """Return an estimate; ``absent`` names the parts that nobody could estimate."""
    if cost is None:
        return None
    return {
        "total_vnd": cost.total_vnd,
        "parts": [part.as_json() for part in cost.parts],
        "absent": [kind.value for kind in cost.absent],
        "basis": "sites" if sited else "clusters",
    }


def zone_json(zone_id: uuid.UUID, listed: ListedZone | None) -> dict[str, Any]:
    """Return a zone of a lot; one that the reader does not see has its id only."""
    if listed is None:
        return {"id": str(zone_id)}
    zone = listed.zone
    return {
        "id": str(zone.id),
        "village": zone.village,
        "commune_code": zone.commune_code,
        "latitude": zone.latitude,
        "longitude": zone.longitude,
        "households": zone.households,
    }


def plan_json(seen: ProvinceLots) -> dict[str, Any]:
    """Return a province's lots with the bounds, the totals and how even the lots are."""
    return {
        "province": {"code": seen.province_code, "name": seen.province},
        "vintage": seen.vintage,
        "limits": seen.limits.as_json(),
        "contiguity": "borders_and_gap" if seen.bordered else "gap",
        "lots": [lot_json(view) for view in seen.lots],
        "totals": totals_json(seen.lots, seen.proposed),
    }


def totals_json(lots: Iterable[LotView], proposed: Iterable[LotView]) -> dict[str, Any]:
    """Return the sums over all lots, and the balance of the proposed ones."""
    listed = list(lots)
    known = [view.cost_vnd for view in listed if view.cost_vnd is not None]
    return {
        "lots": len(listed),
        "zones": sum(len(view.lot.zone_ids) for view in listed),
        "households": sum(
            each.zone.households for view in listed for each in view.zones
        ),
        "cost_vnd": sum(known) if known else None,
        "balance": {
            name: balance_json(each)
            for name, each in balances_of(list(proposed) or listed).items()
        },
    }  # fmt: skip


def balance_json(found: Balance) -> dict[str, float | None]:
    """Return how even lots are; null where the smallest, or the mean, is nothing."""
    return {
        "largest_to_smallest": found.largest_to_smallest,
        "largest_to_mean": found.largest_to_mean,
    }


def preview_json(preview: LotPreview) -> dict[str, Any]:
    """Return what would change, or has: every lot before and after."""
    before = [change.before for change in preview.changes if change.before]
    after = [change.after for change in preview.changes if change.after]
    return {
        "province": {"code": preview.province_code, "name": preview.province},
        "kept": preview.kept,
        "seen": preview.seen,
        "changed": preview.changed,
        "lots": [_change(change, preview.zones) for change in preview.changes],
        "over": {str(key): list(names) for key, names in preview.over.items()},
        "balance": {"before": _balances(before), "after": _balances(after)},
    }


def _change(change: LotChange, zones: Mapping[uuid.UUID, ListedZone]) -> dict[str, Any]:
    return {
        "before": _shape(change.before),
        "after": _shape(change.after),
        "came": [zone_json(key, zones.get(key)) for key in sorted(change.came)],
        "went": [zone_json(key, zones.get(key)) for key in sorted(change.went)],
    }


def _shape(shape: LotShape | None) -> dict[str, Any] | None:
    if shape is None:
        return None
    return {
        "id": str(shape.id),
        "number": shape.number,
        "name": shape.name,
        "zones": len(shape.zone_ids),
        "households": shape.households,
        "cost_vnd": shape.cost_vnd,
    }


def _balances(shapes: Iterable[LotShape]) -> dict[str, dict[str, float | None]]:
    listed = list(shapes)
    return {
        "households": balance_json(balance(shape.households for shape in listed)),
        "cost": balance_json(
            balance(shape.cost_vnd for shape in listed if shape.cost_vnd is not None)
        ),
    }


def _found(view: LotView, zone_id: uuid.UUID) -> ListedZone | None:
    return next((listed for listed in view.zones if listed.zone.id == zone_id), None)
