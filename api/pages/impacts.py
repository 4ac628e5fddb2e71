"""What submitting a waiting file would do, as its page tells it: counts first, lists to unfold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from babel.numbers import format_decimal

from api.catalogue import mark as _
from api.catalogue import translate
from api.words import word
from coverage.findings import Language

SHOWN = 200  # of each list; the API gives all
_UNKNOWN = _("chưa rõ")
_YES_NO = {True: _("Có"), False: _("Không")}
_FAMILIES = {"signal": "Signal", "status": "ZoneStatus", "queue": "Queue"}
_COMMUNES = {"commune_code", "declared_commune_code"}


@dataclass(frozen=True, slots=True)
class ToldChange:
    """One fact of a zone in words, before and after; ``note`` says how far a point moves."""

    fact: str
    old: str
    new: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ToldRow:
    """A row, its zone, and what changes."""

    sheet: str
    row: int
    village: str
    zone: str
    changes: Sequence[ToldChange]


@dataclass(frozen=True, slots=True)
class ImpactView:
    """The counts, and at most SHOWN of each list.

    ``already`` is the submission of the same file, ``replaces`` the one the file corrects.
    """

    totals: Mapping[str, int]
    already: int | None
    replaces: int | None
    changed: Sequence[ToldRow]
    kept: Sequence[ToldRow]
    missing: Sequence[Mapping[str, Any]]
    repeated: Sequence[Mapping[str, Any]]
    communes: Mapping[str, str]


def impact_view(
    impact: Mapping[str, Any], communes: Mapping[str, str], language: Language
) -> ImpactView:
    """Put an impact's JSON into words; ``communes`` has the names of communes by code."""

    def told(rows: Sequence[Mapping[str, Any]]) -> list[ToldRow]:
        return [
            ToldRow(
                row["sheet"], row["row"], row["village"] or "", row["zone"],
                [_change(change, communes, language) for change in row["changes"]],
            )
            for row in rows[:SHOWN]
        ]  # fmt: skip

    return ImpactView(
        impact["totals"], impact["already"], impact["replaces"], told(impact["changed"]),
        told(impact["kept"]), impact["missing"][:SHOWN], impact["repeated"][:SHOWN], communes,
    )  # fmt: skip


def _change(
    change: Mapping[str, Any], communes: Mapping[str, str], language: Language
) -> ToldChange:
    fact = change["fact"]
    note = ""
    if "moved_m" in change:
        locale = "vi_VN" if language is Language.VI else "en_GB"
        moved = format_decimal(max(1, round(change["moved_m"])), locale=locale)
        note = translate(_("dời %(distance)s m"), language) % {"distance": moved}
    return ToldChange(
        word(fact, language, "fact"), told_value(fact, change["old"], communes, language),
        told_value(fact, change["new"], communes, language), note,
    )  # fmt: skip


def told_value(fact: str, value: Any, communes: Mapping[str, str], language: Language) -> str:
    """Return a zone's fact in words; ``communes`` has the names of communes by code."""
    if value is None:
        return translate(_UNKNOWN, language)
    if isinstance(value, bool):
        return translate(_YES_NO[value], language)
    if fact == "point":
        return ", ".join(f"{degrees:.5f}" for degrees in value)
    if fact in _FAMILIES:
        return word(str(value), language, _FAMILIES[fact])
    return communes.get(str(value), str(value)) if fact in _COMMUNES else str(value)
