"""Pairs of halves, put on the ground: which half is north, which grid, what was repaired."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from coverage.coordinates.angles import Kind, Repair
from coverage.coordinates.cells import Pair
from coverage.coordinates.grids import grids_to_try, points
from coverage.coordinates.reading import Order, Premises, Reading, Standing
from coverage.coordinates.stated import StatedCRS
from coverage.coordinates.vn2000 import GRIDS, VN2000_GEOGRAPHIC, geographic_to_wgs84
from coverage.findings import Finding, Severity, finding

DOUBTFUL_M = 50.0
USELESS_M = 5_000.0

UNLIKE = frozenset({Repair.MANGLED, Repair.PACKED})
"""Nobody packs the minutes of one half while a program drops the point of the other."""

NORTH_POLE = 90.0
DATE_LINE = 180.0


@dataclass(frozen=True, slots=True)
class Typed:
    """The pairs that the cells may hold, the cells as read, and how they came.

    ``rule`` is the finding that tells of a map link. ``numeric`` cells are workbook numbers,
    which lose their closing zeros: the finer half then tells the precision.
    """

    pairs: tuple[Pair, ...]
    read: str
    rule: str | None = None
    numeric: bool = False


def lay_out(typed: Typed, premises: Premises, *, widely: bool) -> tuple[Reading, ...] | Finding:
    """Return the readings that lie in the extent, each point once, or why there are none."""
    found: dict[tuple[float, float], Reading] = {}
    outside: tuple[float, float] | None = None
    for pair in typed.pairs:
        for reading in _on_ground(pair, premises, widely=widely):
            if premises.extent.holds(reading.latitude, reading.longitude):
                key = (round(reading.latitude, 6), round(reading.longitude, 6))
                if key not in found or reading.standing < found[key].standing:
                    found[key] = _explained(typed, pair, reading, premises)
            elif outside is None and not reading.needs_place:
                outside = (reading.latitude, reading.longitude)
    if found:
        return tuple(sorted(found.values(), key=lambda reading: reading.standing))
    if outside is not None:
        return finding("coordinate.outside_country", **point_facts(*outside))
    return finding("coordinate.unreadable", read=typed.read)


def point_facts(latitude: float, longitude: float) -> dict[str, Any]:
    """Return the facts that name a point in a message, a decimetre fine."""
    return {"latitude": f"{latitude:.6f}", "longitude": f"{longitude:.6f}"}


def _on_ground(pair: Pair, premises: Premises, *, widely: bool) -> Iterator[Reading]:
    first, second = pair
    if first.kind is not second.kind or {*first.repairs, *second.repairs} >= UNLIKE:
        return
    uncertain = first.uncertain or second.uncertain
    least = Standing.RECOVERED if uncertain else Standing.TYPED
    if first.kind is Kind.METRES:
        for epsg, standing in grids_to_try(premises, widely=widely).items():
            for latitude, longitude, order in points(first.amount, second.amount, epsg):
                yield Reading(
                    latitude,
                    longitude,
                    GRIDS[epsg].crs,
                    order,
                    max(standing, least),
                    needs_place=uncertain,
                )
        return
    for latitude, longitude, order in _degrees(first.amount, second.amount, premises):
        yield _in_stated_datum(latitude, longitude, order, least, premises.stated)


def _degrees(
    first: float, second: float, premises: Premises
) -> Iterator[tuple[float, float, Order]]:
    """The two halves as latitude and longitude, by the range that each one is in."""
    extent = premises.extent
    if extent.holds(first, second):
        yield first, second, Order.NORTH_FIRST
    elif extent.holds(second, first):
        yield second, first, Order.EAST_FIRST
    elif premises.expected_order is not Order.EAST_FIRST and _on_earth(first, second):
        yield first, second, Order.NORTH_FIRST
    elif _on_earth(second, first):
        yield second, first, Order.EAST_FIRST


def _on_earth(latitude: float, longitude: float) -> bool:
    return abs(latitude) <= NORTH_POLE and abs(longitude) <= DATE_LINE


def _in_stated_datum(
    latitude: float, longitude: float, order: Order, least: Standing, stated: StatedCRS | None
) -> Reading:
    """Degrees as WGS 84, or shifted from VN-2000 where the heading says that they are that.

    Degrees below a heading that states a metre grid were not measured with it: they are taken as
    WGS 84, with the doubt of 220 m told.
    """
    uncertain = least is not Standing.TYPED
    if stated is None or stated.datum != "VN-2000":
        return Reading(latitude, longitude, order=order, standing=least, needs_place=uncertain)
    if stated.epsg in GRIDS or stated.utm:
        doubt = finding("coordinate.datum_assumed", datum="WGS 84")
        return Reading(
            latitude,
            longitude,
            order=order,
            standing=least,
            findings=(doubt,),
            needs_place=uncertain,
        )
    doubts = (finding("coordinate.datum_assumed", datum="VN-2000"),)
    shifted_longitude, shifted_latitude = geographic_to_wgs84(longitude, latitude)
    return Reading(
        float(shifted_latitude),
        float(shifted_longitude),
        f"EPSG:{VN2000_GEOGRAPHIC}",
        order,
        least,
        () if stated.epsg == VN2000_GEOGRAPHIC else doubts,
        needs_place=uncertain,
    )


def _explained(typed: Typed, pair: Pair, reading: Reading, premises: Premises) -> Reading:
    """The reading with its precision and everything that has to be said about it."""
    first, second = pair
    decimals = (
        None
        if first.decimals is None or second.decimals is None or first.kind is Kind.METRES
        else max(first.decimals, second.decimals)
        if typed.numeric
        else min(first.decimals, second.decimals)
    )
    finer, coarser = sorted((first.precision_m, second.precision_m))
    precision_m = finer if typed.numeric else coarser
    told = _told(typed, pair, reading, premises, precision_m)
    return replace(
        reading,
        findings=(*reading.findings, *told),
        decimals=decimals,
        precision_m=precision_m,
    )


def _told(
    typed: Typed, pair: Pair, reading: Reading, premises: Premises, precision_m: float
) -> Iterator[Finding]:
    facts = point_facts(reading.latitude, reading.longitude)
    if typed.rule is not None:
        yield finding(typed.rule, **facts)
    elif premises.expected_order not in {None, reading.order}:
        yield finding("coordinate.swapped", **facts)
    for repair in dict.fromkeys(pair[0].repairs + pair[1].repairs):
        if repair is Repair.DECIMAL_COMMA:
            yield finding("coordinate.decimal_comma")
            continue
        yield finding(f"coordinate.{repair.value}", read=typed.read, **facts)
    if precision_m > DOUBTFUL_M:
        severity = Severity.ERROR if precision_m > USELESS_M else Severity.WARNING
        size = round(precision_m)
        yield finding("coordinate.few_decimals", severity=severity, precision_m=size, **facts)
