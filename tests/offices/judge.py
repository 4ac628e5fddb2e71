"""Holds a survey report against the truth: what must be accepted, flagged, rejected."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.offices.villages import Village

TOLERANCE_M = 15.0


@dataclass(frozen=True)
class Written:
    """A village and where it stands in the file; facts that the form does not carry are named."""

    village: Village
    sheet: str
    row: int
    has_power: bool = True
    has_difficulty: bool = True
    facts: Mapping[str, object] = field(default_factory=dict)  # other keys; a set means any of them


def distance_m(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Return the distance of two points some metres apart."""
    dy = (lat_a - lat_b) * 111_000
    dx = (lon_a - lon_b) * 111_000 * math.cos(math.radians(lat_a))
    return math.hypot(dx, dy)


def faults_of(report: Mapping[str, object], written: Sequence[Written]) -> list[str]:
    """Return every way in which the report is wrong; an empty list is a pass."""
    rows = {(row["sheet"], row["row"]): row for row in report["rows"]}
    expected = {(item.sheet, item.row) for item in written}
    wrong = [
        f"{extra}: reported, but no data row: {rows[extra]['findings']}"
        for extra in sorted(set(rows) - expected)
    ]
    for item in written:
        row = rows.get((item.sheet, item.row))
        where = f"({item.sheet}, {item.row}) {item.village.fault or 'good'} {item.village.name}"
        if row is None:
            wrong.append(f"{where}: not in the report")
            continue
        wrong += [f"{where}: {what}" for what in _row_faults(row, item)]
    return wrong


def _row_faults(row: Mapping[str, object], item: Written) -> list[str]:
    village = item.village
    rules = [finding["rule"] for finding in row["findings"]]
    if village.expect == "reject":
        rejected = row["status"] == "rejected" and any(
            finding["severity"] == "error" for finding in row["findings"]
        )
        return [] if rejected else [f"should be rejected, is {row['status']} {rules}"]
    if row["status"] == "rejected":
        if village.expect in {"reject_or_flag", "reject_or_warn", "careful", "told"}:
            return []
        return [f"should be accepted, is rejected: {[f['message'] for f in row['findings']]}"]
    return _wrong_values(row, item, rules)


def _wrong_values(row: Mapping[str, object], item: Written, rules: list[str]) -> list[str]:
    village = item.village
    if village.expect == "told" and row["status"] == "warned":
        return []  # perhaps wrong, but the officer is asked to look
    wrong = []
    if village.expect == "reject_or_warn" and row["status"] != "warned":
        wrong.append(f"accepted without a warning: {rules}")
    if village.expect == "reject_or_flag" and not any(r.startswith("duplicate.") for r in rules):
        wrong.append(f"no duplicate finding: {rules}")
    if village.expect == "accept_flagged" and not rules:
        wrong.append("accepted without a word")
    expected = {
        "households": village.households, "commune_code": village.lies_in.code,
        "declared_commune_code": village.commune.code, "village": village.name,
        "grid_power": village.grid_power if item.has_power else None,
        "specially_difficult": village.specially_difficult if item.has_difficulty else None,
        **item.facts,
    }  # fmt: skip
    away = distance_m(row["latitude"], row["longitude"], village.latitude, village.longitude)
    if away > TOLERANCE_M:
        wrong.append(f"{away:.1f} m away: {row['latitude']}, {row['longitude']}")
    for key, truth in expected.items():
        allowed = truth if isinstance(truth, set) else {truth}
        if row[key] not in allowed:
            wrong.append(f"{key} {row[key]!r}, truth {truth!r}")
    return wrong
