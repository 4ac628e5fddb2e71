"""Findings about rows, gathered: the first few of a rule are told one by one, the rest counted."""

from __future__ import annotations

from collections import Counter
from typing import Any

from coverage.findings import Finding, Severity, finding
from coverage.intake.document import Cell, Sheet, shown
from coverage.intake.registers.positions import sheet_prefix

TOLD_ROWS = 20


class Notes:
    """What is to be said about the rows of a file; a register has tens of thousands of them."""

    def __init__(self) -> None:
        self._told: dict[str, list[Finding]] = {}
        self._counts: Counter[str] = Counter()

    def row(
        self, rule: str, sheet: Sheet, row: int, column: str | None, cell: Cell, **facts: Any
    ) -> None:
        """Note ``rule`` about the row with the number ``row``, at a column and its raw cell."""
        self._counts[rule] += 1
        told = self._told.setdefault(rule, [])
        if len(told) < TOLD_ROWS:
            text = shown(cell)
            told.append(
                finding(
                    rule, column=column, value=text, sheet=sheet_prefix(sheet), row=row, read=text,
                    **facts,
                )
            )  # fmt: skip

    def whole(self, found: Finding) -> None:
        """Note a finding about the file."""
        self._counts[found.rule] += 1
        self._told.setdefault(found.rule, []).append(found)

    def findings(self) -> list[Finding]:
        """Return what is told, each rule's rows together, with how many more there are."""
        every: list[Finding] = []
        for rule, told in self._told.items():
            every.extend(told)
            if (more := self._counts[rule] - len(told)) > 0:
                severity: Severity = told[0].severity
                every.append(
                    finding("tower.and_more", severity=severity, count=more, rule_name=rule)
                )
        return every
