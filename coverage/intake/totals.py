"""Rows of sums: never counted as villages, but asked whether they add up."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coverage.findings import Finding, finding
from coverage.intake.document import shown
from coverage.intake.fields import Field
from coverage.intake.roles import Role
from coverage.intake.tables import Table
from coverage.intake.values import household_counts

_VILLAGES = re.compile(r"(\d[\d.]*)\s*(?:thôn|bản|ấp|xóm|điểm|buôn|làng|vùng)\b", re.IGNORECASE)


def check_totals(table: Table, households: Sequence[int | None], where: str) -> list[Finding]:
    """Return what does not add up; ``where`` names the sheet at the beginning of a sentence.

    A sum may be of the whole table, of the rows since the last sum, or of those since the last
    group row: it is wrong only if it is none of these.
    """
    found: list[Finding] = []
    totals = [index for index, role in table.others.items() if role is Role.TOTAL]
    column = table.columns.index(Field.HOUSEHOLDS)
    for index in sorted(totals):
        row = table.rows[index]
        number = table.sheet.row_numbers[index]
        scopes = _scopes(table, index)
        if column is not None:
            (stated,) = household_counts([row[column]])
            if isinstance(stated, int):
                found.extend(_sum_differs(stated, scopes, households, where, number))
        counted = next((match for cell in row if (match := _VILLAGES.search(shown(cell)))), None)
        if counted is not None:
            villages = int(counted[1].replace(".", ""))
            if villages not in {len(scope) for scope in scopes}:
                found.append(
                    finding("survey.count_differs", sheet=where, row=number, stated=villages,
                            counted=len(scopes[0]))
                )  # fmt: skip
    return found


def _scopes(table: Table, index: int) -> list[range]:
    """The places in ``data`` that a sum at ``index`` may cover: all above, since a sum, a group."""
    above = sum(1 for data in table.data if data < index)
    every = range(len(table.data)) if above == 0 else range(above)
    starts = {
        max(
            (other for other, role in table.others.items() if role is Role.TOTAL and other < index),
            default=-1,
        ),
        max((group for group in table.groups if group < index), default=-1),
    }
    scopes = [every]
    for start in starts:
        first = sum(1 for data in table.data if data < start)
        scopes.append(range(first, above))
    return scopes


def _sum_differs(
    stated: int, scopes: Sequence[range], households: Sequence[int | None], where: str, number: int
) -> list[Finding]:
    sums = [sum(households[place] or 0 for place in scope) for scope in scopes]
    if stated in sums:
        return []
    unread = sum(households[place] is None for place in scopes[0])
    nearest = min(sums, key=lambda counted: abs(counted - stated))
    return [
        finding(
            "survey.total_differs", sheet=where, row=number, stated=stated, counted=nearest,
            unreadable=f" (có {unread} dòng không đọc được số hộ)" if unread else "",
            unreadable_en=f" ({unread} rows could not be read)" if unread else "",
        )
    ]  # fmt: skip
