"""Reports with findings on chosen cells, without a check behind them."""

from __future__ import annotations

import hashlib
from collections import defaultdict

from coverage.findings import Severity, finding
from coverage.surveys import SurveyReport, SurveyRow

RULES = {
    Severity.ERROR: "households.missing",
    Severity.WARNING: "file.hidden_sheet",
    Severity.INFO: "coordinate.decimal_comma",
}


def told(severity=Severity.ERROR, column=None, value=None, **facts):
    """A finding of a rule that has this severity."""
    given = {"sheet": "x", "name": "x"} | facts
    return finding(RULES[severity], severity=severity, column=column, value=value, **given)


def report_on(marks, *, kind="xlsx", file="bao-cao.xlsx", cells=None, of_file=(), sheets=()):
    """A report with ``marks``: (sheet, row, column label or None, severity) each."""
    by_row = defaultdict(list)
    for sheet, row, column, severity in marks:
        by_row[sheet, row].append(told(severity, column, None if column is None else "giá trị"))
    rows = tuple(
        SurveyRow(
            sheet, row, "Thôn 1", None, None, None, None, None, None, None, None, None,
            tuple(found), dict(cells or {"B": "Thôn 1"}),
        )
        for (sheet, row), found in by_row.items()
    )  # fmt: skip
    form = {"kind": kind, "sheets": list(sheets)}
    return SurveyReport(
        file, hashlib.sha256(b"").hexdigest(), "2026-04-30", form, tuple(of_file), rows
    )
