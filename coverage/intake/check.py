"""A document to a survey report: which sheets list villages, and what is to be said of each row.

    checked = check(document, "bao-cao.xlsx", sha256, Surroundings(gazetteer, "42", limits))
    checked.report.as_json()

No I/O: the gazetteer, the zones known and the question to the other provinces' zones are
handed in.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from coverage.coordinates import Limits
from coverage.errors import InputRefused
from coverage.findings import Finding, finding
from coverage.intake import crowds
from coverage.intake.corrections import Correction, find_rows
from coverage.intake.crowds import FormerVillage, Nearness, Recognised, Report
from coverage.intake.document import Document
from coverage.intake.form import form_of
from coverage.intake.placing import Locality
from coverage.intake.roles import GroupLevel, Role
from coverage.intake.rows import STEPS, TableRows, read_table
from coverage.intake.selection import Remembered, Selected, select_tables
from coverage.intake.tables import Table
from coverage.intake.totals import check_totals
from coverage.places.gazetteer import Gazetteer
from coverage.surveys import SurveyReport
from coverage.zones import Zone

OthersNear = Callable[[Sequence[float], Sequence[float]], Mapping[int, tuple[str, float]]]
"""Asks where other provinces have zones: latitudes, longitudes → by place a province and metres."""

Count = Callable[[int, int], None]
"""Is told how many steps of how many are done."""

UNCOUNTED: Count = lambda _done, _total: None  # noqa: E731
_STEPS_AFTER = 2  # the rows are compared, the report is written
_LISTED = 12


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a file is checked against."""

    gazetteer: Gazetteer
    province_code: str
    limits: Limits = field(default_factory=Limits)
    nearness: Nearness = field(default_factory=Nearness)
    zones: Sequence[Zone] = ()
    former: Sequence[FormerVillage] = ()
    others_near: OthersNear | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """The report, and what submitting needs beside it.

    ``zones``: by a row's place in the report, the zone that it reports again, of which
    ``under_former_name`` are those that it names as they are called no more;
    ``headers``: fingerprints of the headers read; ``mapping``: what was said of their columns.
    """

    report: SurveyReport
    zones: Mapping[int, Zone]
    headers: Sequence[str]
    mapping: Mapping[str, str]
    under_former_name: frozenset[int] = frozenset()


def check(  # noqa: PLR0917 - the file, what it is held against, what was said of it
    document: Document, name: str, sha256: str, around: Surroundings,
    remembered: Remembered | None = None, corrections: Sequence[Correction] = (),
    progress: Count = UNCOUNTED,
) -> Checked:  # fmt: skip
    """Check every row of a file; ``corrections`` stand in place of what the file says.

    ``progress`` is told between the steps how many of how many are done; what it raises ends
    the check.

    Raises:
        InputRefused: survey.no_table, survey.no_rows, column.mapping_unused.
    """
    selected = select_tables(
        document, name, around.gazetteer, around.province_code, remembered or Remembered()
    )
    if not any(table.data for table in selected.tables):
        raise InputRefused([finding("survey.no_rows", name=name), *document.findings])
    corrected, lost = find_rows(corrections, selected.tables)
    locality = Locality(around.gazetteer, around.province_code, around.limits)
    steps = STEPS * len(selected.tables) + _STEPS_AFTER
    count = itertools.count(1)
    progress(0, steps)
    read = [
        read_table(table, locality, typed, lambda: progress(next(count), steps))
        for table, typed in zip(selected.tables, corrected, strict=True)
    ]
    known = _compare(read, around)
    progress(next(count), steps)
    form = form_of(document, read, selected.mapping)
    if corrections:
        form["corrections"] = [correction.as_json() for correction in corrections]
    report = SurveyReport(
        file=name, sha256=sha256, vintage=around.gazetteer.vintage, form=form,
        findings=(*_of_file(document, selected, read, around.gazetteer), *lost),
        rows=tuple(row for part in read for row in part.survey_rows()),
    )  # fmt: skip
    progress(steps, steps)
    headers = [table.columns.header_sha256 for table in selected.tables]
    return Checked(report, known.zones, headers, selected.mapping, known.under_former_name)


def _compare(read: Sequence[TableRows], around: Surroundings) -> Recognised:
    """Tell each row what the others, earlier reports and other provinces' zones say of it."""
    owners = [(part, row) for part in read for row in range(len(part.table.data))]
    reports = [report for part in read for report in part.reports()]
    for place, told in crowds.told_of_each_other(reports, around.nearness).items():
        part, row = owners[place]
        for one in told:
            part.tell(row, one)
    still = [report for part in read for report in part.reports()] if around.zones else reports
    known = crowds.told_of_known(still, around.zones, around.nearness, around.former)
    others = _others(reports, around.others_near)
    for findings in (known.told, crowds.told_of_others(others)):
        for place, one in findings.items():
            part, row = owners[place]
            part.tell(row, one)
    return known


def _others(reports: Sequence[Report], ask: OthersNear | None) -> dict[int, tuple[str, float]]:
    """By report, the nearest zone of another province: its province and the metres to it."""
    if ask is None:
        return {}
    placed = [place for place, report in enumerate(reports) if report.latitude == report.latitude]
    near = ask(
        [reports[place].latitude for place in placed],
        [reports[place].longitude for place in placed],
    )
    return {placed[at]: found for at, found in near.items()}


def _of_file(
    document: Document, selected: Selected, read: Sequence[TableRows], gazetteer: Gazetteer
) -> tuple[Finding, ...]:
    """What is to be said of the file as a whole, each thing once."""
    found = [*document.findings, *selected.findings]
    several = len({part.table.sheet.name for part in read}) > 1
    for part in read:
        where = f"Trang “{part.table.sheet.name}”, " if several else ""
        found.extend(part.positions.of_file)
        found.extend(check_totals(part.table, part.facts.households, where))
        found.extend(_structure(part.table, where))
    if gazetteer.approximate:
        found.append(finding("place.approximate"))
    return tuple({(told.rule, tuple(told.facts.items())): told for told in found}.values())


def _structure(table: Table, where: str) -> list[Finding]:
    """Rows that are no villages and were not recognised by their words alone."""
    found = []
    numbered = [index for index, role in table.others.items() if role is Role.NUMBERED]
    if numbered:
        rows = ", ".join(map(str, table.numbers(numbered[:_LISTED])))
        more = "…" if len(numbered) > _LISTED else ""
        found.append(
            finding("survey.numbered_rows", sheet=where, count=len(numbered), rows=rows + more)
        )
    for index, group in table.groups.items():
        if group.level is GroupLevel.OTHER:
            (number,) = table.numbers([index])
            found.append(finding("survey.unknown_group", sheet=where, row=number, read=group.name))
    return found
