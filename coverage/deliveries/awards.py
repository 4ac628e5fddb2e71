"""What stands in the way of awarding a lot: one list of findings, for one award as for many."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from coverage.consultation import in_words
from coverage.findings import Finding, finding
from coverage.zones import ZoneStatus

_SHOWN = 5  # villages named in a sentence


@dataclass(frozen=True, slots=True)
class AwardWish:
    """One award that somebody wants; None and "" are what was not said.

    ``lot`` is the lot's number inside its package, or its id. ``row`` and ``sheet`` tell where
    it stands in a file.
    """

    package_number: str
    lot: str
    operator: str
    price_vnd: int | None
    awarded_on: date | None
    decision: str
    row: int | None = None
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class AskedLot:
    """A lot of the package's version that is open today, as the question about it stands.

    ``zones`` has village and status of each of its zones; ``estimate_vnd`` is None where nobody
    estimated the lot. ``waiting_version`` is a later version that is published and not open yet.
    """

    id: uuid.UUID
    package_id: uuid.UUID
    number: int
    name: str
    opened_on: date
    zones: Sequence[tuple[str, ZoneStatus]]
    estimate_vnd: int | None = None
    awarded_to: str | None = None
    waiting_version: int | None = None
    closes_on: date | None = None  # the day on which bids close; on it an award may be made
    told_months: int | None = None  # the clock that the package told its bidders


def award_objections(
    wish: AwardWish, asked: AskedLot | None, *, package_open: bool, operator_known: bool,
    today: date,
) -> tuple[Finding, ...]:  # fmt: skip
    """Return what stands in the way of an award; nothing but warnings when it may be made.

    ``asked`` is None when the open version of the package has no such lot.
    """
    return (
        *_of_lot(wish, asked, package_open=package_open),
        *_of_operator(wish, operator_known=operator_known),
        *_of_price(wish.price_vnd, asked),
        *_of_date(wish.awarded_on, asked, today),
        *(() if wish.decision.strip() else (finding("award.decision_missing"),)),
    )


def _of_lot(wish: AwardWish, asked: AskedLot | None, *, package_open: bool) -> list[Finding]:
    if not wish.package_number:
        return [finding("award.package_missing")]
    if not package_open:
        return [finding("award.package_not_open", number=wish.package_number)]
    if not wish.lot:
        return [finding("award.lot_missing")]
    if asked is None:
        return [finding("award.lot_unknown", lot=wish.lot, number=wish.package_number)]
    found: list[Finding] = []
    if asked.waiting_version is not None:
        found.append(
            finding(
                "award.version_waits", number=wish.package_number, version=asked.waiting_version
            )
        )
    if asked.awarded_to is not None:
        found.append(finding("award.awarded_already", lot=asked.name, operator=asked.awarded_to))
        return found
    gone = [village for village, status in asked.zones if status is not ZoneStatus.IN_PACKAGE]
    if gone or not asked.zones:
        named = ", ".join(gone[:_SHOWN]) + ("…" if len(gone) > _SHOWN else "")
        found.append(
            finding("award.zones_gone", lot=asked.name, count=len(gone), villages=named or "–")
        )
    return found


def _of_operator(wish: AwardWish, *, operator_known: bool) -> list[Finding]:
    if not wish.operator.strip():
        return [finding("award.operator_missing")]
    return [] if operator_known else [finding("award.operator_unknown", operator=wish.operator)]


def _of_price(price_vnd: int | None, asked: AskedLot | None) -> list[Finding]:
    if price_vnd is None:
        return [finding("award.price_missing")]
    if price_vnd <= 0:
        return [finding("award.price_not_positive", price=grouped(price_vnd))]
    estimate = asked.estimate_vnd if asked is not None else None
    if estimate is not None and price_vnd > estimate:
        return [
            finding(
                "award.over_estimate", price=grouped(price_vnd), estimate=grouped(estimate),
                over=grouped(price_vnd - estimate),
            )
        ]  # fmt: skip
    return []


def _of_date(awarded_on: date | None, asked: AskedLot | None, today: date) -> list[Finding]:
    if awarded_on is None:
        return [finding("award.date_missing")]
    if awarded_on > today:
        return [finding("award.date_to_come", date=in_words(awarded_on), today=in_words(today))]
    if asked is not None and awarded_on < asked.opened_on:
        opened = in_words(asked.opened_on)
        return [finding("award.before_opening", date=in_words(awarded_on), opened=opened)]
    if asked is not None and asked.closes_on is not None and awarded_on < asked.closes_on:
        closes = in_words(asked.closes_on)
        return [finding("award.before_closing", date=in_words(awarded_on), closes=closes)]
    return []


def grouped(amount: int) -> str:
    """Return an amount as Vietnamese papers write it: 1.234.567."""
    return f"{amount:,}".replace(",", ".")
