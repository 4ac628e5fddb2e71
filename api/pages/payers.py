"""Who pays for a zone and why, in words: facts, rules in the order they were tried, the lot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from api.catalogue import mark as _
from api.catalogue import translate
from api.words import word
from coverage.actions.queues import Explanation
from coverage.criteria import FACTS, Holds
from coverage.findings import Language
from coverage.storage.review_cases import SeenVerdict, StandingPromise
from coverage.zones import Queue

_YES_NO = {True: _("có"), False: _("không"), None: _("chưa rõ")}
_ALWAYS = _("mọi trường hợp còn lại")
_OF_RULE = {Holds.YES: "good", Holds.NO: "still", Holds.OPEN: "care"}


@dataclass(frozen=True, slots=True)
class ToldFact:
    """One fact that the rules ask for, in words."""

    name: str
    value: str
    missing: bool


@dataclass(frozen=True, slots=True)
class ToldRule:
    """One rule as it was tried."""

    conditions: str
    queue: Queue
    citation: str
    holds: Holds
    mark: str
    decided: bool


@dataclass(frozen=True, slots=True)
class Why:
    """Why a zone is, or is not, in the fund's queue.

    ``by`` is empty where the reader may not know the person; ``says`` is what the rules say today,
    which differs from the zone's queue when a person decided, or nobody has assessed it since.
    """

    queue: Queue
    reason: str
    by_hand: bool
    by: str
    day: dt.date
    facts: Sequence[ToldFact]
    rules: Sequence[ToldRule]
    missing: Sequence[str]
    says: Queue
    stale: bool
    deciding: Sequence[SeenVerdict]
    promises: Sequence[StandingPromise]
    may_enter_lot: bool
    bars: Sequence[str]


def why_of(told: Explanation, language: Language, *, people: bool) -> Why:
    """Put an explanation into words; ``people``: the reader may know who decided by hand."""
    zone = told.listed.zone
    return Why(
        zone.queue,
        zone.queue_reason if told.by_hand else told.payer.citation,
        told.by_hand,
        (zone.queue_by or "") if people else "",
        told.day,
        [_fact(name, getattr(told.facts, name), language) for name in FACTS],
        [
            ToldRule(
                _conditions(one.rule.conditions(), language), one.rule.queue, one.rule.citation,
                one.holds, _OF_RULE[one.holds], one.decided,
            )
            for one in told.tried
        ],
        [word(name, language, "fact") for name in told.payer.missing],
        told.payer.queue,
        told.stale,
        told.deciding,
        told.promises,
        told.in_lot_why.may,
        [word(bar, language) for bar in told.in_lot_why.bars],
    )  # fmt: skip


def _fact(name: str, value: bool | None, language: Language) -> ToldFact:
    said = translate(_YES_NO[value], language)
    return ToldFact(word(name, language, "fact"), said, missing=value is None)


def _conditions(conditions: dict[str, bool], language: Language) -> str:
    if not conditions:
        return translate(_ALWAYS, language)
    return "; ".join(
        f"{word(name, language, 'fact')}: {translate(_YES_NO[wanted], language)}"
        for name, wanted in conditions.items()
    )
