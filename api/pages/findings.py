"""The table of a file's rows, as the check page and a submission's page show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coverage.actions import units
from coverage.errors import NotFound
from coverage.findings import Severity
from coverage.people import Actor
from coverage.storage.sessions import Database
from coverage.surveys import RowStatus

ROWS_PER_PAGE = 100
_GRAVEST_FIRST = (RowStatus.REJECTED, RowStatus.WARNED)
_ORDER = {severity.value: place for place, severity in enumerate(Severity)}  # error first


@dataclass(frozen=True, slots=True)
class Tab:
    """One choice of rows: those of a status, or all (None), and how many they are."""

    status: RowStatus | None
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class FindingsTable:
    """A page of a report's rows, each as the object of design.md §5; ``pages`` counts from 1.

    ``query`` is what the address of another page of the same rows says.
    """

    tabs: Sequence[Tab]
    rows: Sequence[Mapping[str, Any]]
    shown: str
    page: int
    pages: int
    communes: Mapping[str, str]
    several_sheets: bool
    query: str = "show=all"


def findings_table(
    report: Mapping[str, Any], communes: Mapping[str, str], shown: str | None, page: int
) -> FindingsTable:
    """Choose the rows to show: of the status asked for, else the gravest that there are.

    ``shown`` is a status, ``all``, or None; ``communes`` has the names of communes by code.
    """
    totals: Mapping[str, int] = report["totals"]
    if shown is None:
        shown = next((status.value for status in _GRAVEST_FIRST if totals[status.value]), "")
    shown = "" if shown == "all" else shown
    rows = [
        {**row, "place": place}
        for place, row in enumerate(report["rows"])
        if not shown or row["status"] == shown
    ]
    pages = max(1, -(-len(rows) // ROWS_PER_PAGE))
    page = min(max(page, 1), pages)
    chosen = [gravest_first(row) for row in rows[(page - 1) * ROWS_PER_PAGE : page * ROWS_PER_PAGE]]
    return FindingsTable(
        tabs_of(totals, shown), chosen, shown, page, pages, communes,
        several_sheets=len({row["sheet"] for row in report["rows"]}) > 1,
        query=f"show={shown or 'all'}",
    )  # fmt: skip


def tabs_of(totals: Mapping[str, int], shown: str | None) -> list[Tab]:
    """Return the choices of rows by status; ``shown`` is the one chosen, empty for all."""
    tabs = [
        Tab(status, totals[status.value], shown == status.value)
        for status in (RowStatus.REJECTED, RowStatus.WARNED, RowStatus.ACCEPTED)
    ]
    return [*tabs, Tab(None, totals["rows"], shown == "")]


def gravest_first(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a row with its gravest findings first."""
    found = sorted(row["findings"], key=lambda finding: _ORDER[finding["severity"]])
    return {**row, "findings": found}


def row_at(report: Mapping[str, Any], place: int | None) -> Mapping[str, Any] | None:
    """Return the row at a place in the report, its gravest findings first; None: there is none."""
    if place is None or place >= len(report["rows"]):
        return None
    return {**gravest_first(report["rows"][place]), "place": place}


def commune_names(opened: Database, actor: Actor, province_code: str) -> dict[str, str]:
    """Return the names of a province's communes by code; none when its code is not in force."""
    try:
        return {unit.code: unit.full_name for unit in units.communes(opened, actor, province_code)}
    except NotFound:
        return {}
