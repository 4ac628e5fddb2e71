"""Which tables of a file are lists of villages, with what an officer said of their columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from coverage.errors import InputRefused
from coverage.findings import Finding, finding
from coverage.intake.columns import Mapped, unused_mapping
from coverage.intake.communes import written_commune
from coverage.intake.document import Document, Sheet, shown
from coverage.intake.fields import Field, called
from coverage.intake.headings import Parts
from coverage.intake.profiles import PlaceNames
from coverage.intake.tables import Table, read_tables
from coverage.places.gazetteer import Gazetteer
from coverage.vietnamese import name_key

_LISTED = 12
_REPEAT_WORDS = frozenset({"_parent_index", "_parent_table_name", "parent_key"})
OWN_SHEET_MARK = "Phủ Sóng –"
EXAMPLE_VILLAGE = "Thôn mẫu (ví dụ, xóa dòng này)"


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the officer says of the columns now, and said before, by the header's fingerprint."""

    said: Mapped = field(default_factory=dict)
    before: Mapping[str, Mapped] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Selected:
    """The tables to read, what is to be said of the rest, and the mapping that was used."""

    tables: tuple[Table, ...]
    findings: tuple[Finding, ...]
    mapping: Mapped


def select_tables(
    document: Document, name: str, gazetteer: Gazetteer, province_code: str, remembered: Remembered
) -> Selected:
    """Return the tables that list villages; every visible sheet that is not read is told.

    Raises:
        InputRefused: survey.no_table; column.mapping_unused: the file has no such column.
    """
    knows = gazetteer.commune_knower(province_code)
    names = PlaceNames(lambda text: knows(written_commune(text).name), gazetteer.knows_province)
    sheets = [
        sheet for sheet in document.sheets if not sheet.hidden and sheet.rows and not _is_own(sheet)
    ]
    every: list[Table] = []
    findings: list[Finding] = []
    mapping = dict(remembered.said)
    for sheet in sheets:
        tables = read_tables(sheet, document.kind, names, remembered.said)
        before = _said_before(tables, remembered)
        if before is not None:
            mapping.update(before)
            tables = read_tables(sheet, document.kind, names, before)
            words = ", ".join(f"{column}={fact}" for column, fact in before.items())
            findings.append(finding("column.mapping_remembered", mapping=words))
        every.extend(tables)
    _refuse_unused(remembered.said, every)
    chosen = [
        table for table in every if table.is_survey and not _is_repeat(table.sheet)
    ] or _next_best(every, name)
    findings.extend(_not_read(sheets, chosen))
    kept: list[Table] = []
    for table in chosen:
        without, told = _without_example(table, alone=sum(len(one.data) for one in chosen) == 1)
        findings.extend((*table.findings, *told, *_missing_columns(table)))
        kept.append(without)
    return Selected(tuple(kept), tuple(findings), mapping)


def _said_before(tables: Sequence[Table], remembered: Remembered) -> Mapped | None:
    if remembered.said:
        return None
    return next(
        (
            remembered.before[table.columns.header_sha256]
            for table in tables
            if table.columns.header_sha256 in remembered.before
        ),
        None,
    )


def _is_own(sheet: Sheet) -> bool:
    """Whether a sheet is one of our template's own, for reading by people only."""
    return any(shown(cell).startswith(OWN_SHEET_MARK) for cell in sheet.rows[0])


def _is_repeat(sheet: Sheet) -> bool:
    """Whether a sheet is a repeat of an ODK or Kobo form: rows that belong to another sheet's."""
    words = {shown(cell).strip().lower() for cell in sheet.rows[0]} | set(
        map(str.lower, sheet.columns)
    )
    return not words.isdisjoint(_REPEAT_WORDS)


def is_example(village: object) -> bool:
    """Whether a village's cell is that of the template's example row."""
    return (
        isinstance(village, str)
        and len(village) < 2 * len(EXAMPLE_VILLAGE)
        and "(" in village
        and name_key(village) == name_key(EXAMPLE_VILLAGE)
    )


def _without_example(table: Table, *, alone: bool) -> tuple[Table, list[Finding]]:
    """Leave the template's example row out, unless it is all there is to check."""
    column = table.columns.index(Field.VILLAGE)
    if column is None or alone:
        return table, []
    examples = {index for index in table.data[:20] if is_example(table.rows[index][column])}
    if not examples:
        return table, []
    kept = tuple(index for index in table.data if index not in examples)
    told = [
        finding("survey.example_ignored", row=number) for number in table.numbers(sorted(examples))
    ]
    return replace(table, data=kept), told


def _refuse_unused(said: Mapped, tables: Sequence[Table]) -> None:
    labelled: list[tuple[Sequence[str], Sequence[Parts]]] = [
        (
            [column.label for column in table.columns.every],
            table.heading.parts if table.heading else [(column.header,) for column in table.columns.every],
        )
        for table in tables
    ]  # fmt: skip
    unused = unused_mapping(said, labelled)
    if unused:
        seen = "; ".join(map(_seen, tables))
        raise InputRefused(
            [finding("column.mapping_unused", said=column, seen=seen) for column in unused]
        )


def _next_best(tables: Sequence[Table], name: str) -> list[Table]:
    """Where no table is a list of villages: the one that has most of the columns of one."""
    wanted = {Field.VILLAGE, Field.COMMUNE, Field.FORMER_COMMUNE, Field.HOUSEHOLDS}
    best: tuple[int, Table] | None = None
    for table in tables:
        held = (
            len(wanted & {column.field for column in table.columns.every}) + table.columns.position
        )
        if table.data and not _is_repeat(table.sheet) and (best is None or held > best[0]):
            best = (held, table)
    if best is None or best[0] < 2:  # noqa: PLR2004 - two columns of a survey
        seen = "; ".join(filter(None, map(_seen, tables))) or "—"
        raise InputRefused([finding("survey.no_table", name=name, seen=seen)])
    return [best[1]]


def _not_read(sheets: Sequence[Sheet], chosen: Sequence[Table]) -> list[Finding]:
    read = {table.sheet.name for table in chosen}
    return [
        finding(
            "survey.repeat_ignored" if _is_repeat(sheet) else "survey.sheet_not_survey",
            sheet=sheet.name, count=len(sheet.rows),
        )
        for sheet in sheets
        if sheet.name not in read
    ]  # fmt: skip


def _missing_columns(table: Table) -> list[Finding]:
    """The columns without which every row is rejected."""
    held = table.columns
    missing = [fact for fact in (Field.VILLAGE,) if not held.has(fact, Field.ADDRESS)]
    if not held.position and table.sheet.points is None:
        missing.append(Field.COORDINATES)
    if not held.has(Field.HOUSEHOLDS):
        missing.append(Field.HOUSEHOLDS)
    return [
        finding(
            "column.missing",
            sheet=table.sheet.name,
            seen=_seen(table),
            field=fact.value,
            **called(fact),
        )
        for fact in missing
    ]


def _seen(table: Table) -> str:
    labels = [
        column.label if column.header in {"", column.label} else f"{column.label} “{column.header}”"
        for column in table.columns.every
    ]
    return ", ".join(labels[:_LISTED]) + ("…" if len(labels) > _LISTED else "")
