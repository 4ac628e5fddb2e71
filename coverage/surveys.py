"""A survey report: what was understood of one file, row by row (the JSON of design.md §5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from coverage.findings import Finding, Language, Severity, worst
from coverage.zones import Signal, ZoneStatus


class RowStatus(StrEnum):
    """What becomes of a row: rejected by an error, warned by a warning, else accepted."""

    ACCEPTED = "accepted"
    WARNED = "warned"
    REJECTED = "rejected"


class RowFate(StrEnum):
    """What became of a submitted row: nothing, or where the zone that it became stands today."""

    REJECTED = "rejected"  # when it was submitted: no zone
    WAITING = "waiting"  # to be judged
    RETURNED = "returned"
    APPROVED = "approved"
    IN_PACKAGE = "in_package"
    AWARDED = "awarded"
    ON_AIR = "on_air"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


FATES: Mapping[ZoneStatus, RowFate] = {
    ZoneStatus.REPORTED: RowFate.WAITING,
    ZoneStatus.UNDER_REVIEW: RowFate.WAITING,
    ZoneStatus.REJECTED: RowFate.REFUSED,
} | {
    status: RowFate(status.value)
    for status in ZoneStatus
    if status not in {ZoneStatus.REPORTED, ZoneStatus.UNDER_REVIEW, ZoneStatus.REJECTED}
}
"""The fate of a row whose zone stands there."""


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """One data row. Facts are None when the file does not state them or they cannot be read.

    ``row`` is the number the user sees; ``cells`` holds every raw cell by its column's label;
    ``commune_code`` is where the point lies, in the report's vintage; coordinates are WGS 84.
    """

    sheet: str
    row: int
    village: str | None
    declared_commune_code: str | None
    commune_code: str | None
    latitude: float | None
    longitude: float | None
    households: int | None
    population: int | None
    signal: Signal | None
    grid_power: bool | None
    specially_difficult: bool | None
    findings: tuple[Finding, ...] = ()
    cells: Mapping[str, object] = field(default_factory=dict)

    @property
    def status(self) -> RowStatus:
        """The row's status, by its gravest finding."""
        if not self.findings:
            return RowStatus.ACCEPTED
        match worst(self.findings):
            case Severity.ERROR:
                return RowStatus.REJECTED
            case Severity.WARNING:
                return RowStatus.WARNED
            case _:
                return RowStatus.ACCEPTED

    def reading(self) -> dict[str, object]:
        """Return the row's own values, in the order and under the keys of design.md §5."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "status": self.status.value,
            "village": self.village,
            "declared_commune_code": self.declared_commune_code,
            "commune_code": self.commune_code,
            "latitude": self.latitude,
            "longitude": self.longitude,
            "households": self.households,
            "population": self.population,
            "signal": self.signal.value if self.signal else None,
            "grid_power": self.grid_power,
            "specially_difficult": self.specially_difficult,
        }

    def as_json(self, language: Language = Language.VI) -> dict[str, object]:
        """Return the row's object of design.md §5."""
        found = [finding.as_json(language) for finding in self.findings]
        return {**self.reading(), "findings": found}


@dataclass(frozen=True, slots=True)
class SurveyReport:
    """What was understood of one file. Every data row of the file is in ``rows`` exactly once.

    ``form`` says what was understood of the whole: sheets, header rows, columns, CRS, encoding,
    the letterhead's agency, document number, date and period; plain JSON values only.
    """

    file: str
    sha256: str
    vintage: str
    form: Mapping[str, object]
    findings: tuple[Finding, ...]
    rows: tuple[SurveyRow, ...]

    def totals(self) -> dict[str, int]:
        """Return how many rows there are, and how many of each status."""
        counts = Counter(row.status for row in self.rows)
        return {
            "rows": len(self.rows),
            **{status.value: counts[status] for status in RowStatus},
        }

    def as_json(self, language: Language = Language.VI) -> dict[str, object]:
        """Return the whole object of design.md §5."""
        return {
            "file": self.file,
            "sha256": self.sha256,
            "vintage": self.vintage,
            "form": dict(self.form),
            "findings": [finding.as_json(language) for finding in self.findings],
            "rows": [row.as_json(language) for row in self.rows],
            "totals": self.totals(),
        }
