"""Facts that a phone's user wrote into a point's name or description.

    Phiêng Mụ 7 - Xã Trà Bồng - 120 hộ
    Xã: Xã Đồng Kỳ<br>Số hộ: 47<br/>Điện lưới: Có
    Phường Bình Phước, 47 hộ, 191 khẩu

A text is taken apart only where most of a column's texts can be; each part then reads like a
cell of its own, and is told at the property that it stood in.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from coverage.intake.claims import Column
from coverage.intake.columns import Columns
from coverage.intake.document import Cell
from coverage.intake.fields import Field
from coverage.intake.recognition import CERTAIN, recognise
from coverage.intake.words import power_of, signal_of
from coverage.vietnamese import strip_unit_prefix

_OPEN = frozenset({None, Field.VILLAGE, Field.NOTE, Field.ADDRESS, Field.IGNORED, Field.HOUSEHOLDS})
_TAKEN_OUT = frozenset(
    {
        Field.VILLAGE, Field.COMMUNE, Field.FORMER_COMMUNE, Field.COMMUNE_CODE, Field.DISTRICT,
        Field.PROVINCE, Field.HOUSEHOLDS, Field.POPULATION, Field.SIGNAL, Field.GRID_POWER,
        Field.SPECIALLY_DIFFICULT, Field.AREA_CLASS,
    },
)  # fmt: skip
_BREAK = re.compile(r"<\s*(?:br|/tr|/p|/li|/div)\b[^>]*>", re.IGNORECASE)
_CELL_END = re.compile(r"</\s*t[dh]\s*>\s*<\s*t[dh]\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_LABELLED = re.compile(r"\s*([^:=\d][^:=]{0,40}?)\s*[:=]\s*(.*?)\s*", re.DOTALL)
_LINES = re.compile(r"[\n\r;|]+")
_PARTS = re.compile(r"\s*[,;\n\r|]\s*|\s+[-–]\s+")
_COUNTED = re.compile(
    r"(?P<number>.*\d.*?|.*\S)\s*(?P<of>hộ(?: dân| gia đình)?|nhân khẩu|khẩu|người)\s*\.?",
    re.IGNORECASE,
)
_KINDS = {
    "xã": Field.COMMUNE, "phường": Field.COMMUNE, "thị trấn": Field.COMMUNE,
    "đặc khu": Field.COMMUNE, "huyện": Field.DISTRICT, "quận": Field.DISTRICT,
    "thị xã": Field.DISTRICT, "tỉnh": Field.PROVINCE,
}  # fmt: skip
FROM_TEXT = "text"  # how such a column's field is known
_MOST = 0.5
_SAMPLE = 300


def take_out(
    columns: Columns, rows: Sequence[Sequence[Cell]]
) -> tuple[Columns, list[Sequence[Cell]]]:
    """Return the columns and rows of features with what their texts describe as columns more.

    The rows keep their own cells in front; columns taken out of a text are held ``how`` :data:`FROM_TEXT`.
    """
    held = {column.field for column in columns.every}
    every = list(columns.every)
    added: list[list[Cell]] = []
    for column in columns.every:
        if column.field not in _OPEN or column.how == "mapping":
            continue
        texts = [row[column.index] for row in rows]
        read = [facts_of(cell) if isinstance(cell, str) else {} for cell in texts]
        fields = _found(read, texts)
        if column.field is Field.VILLAGE and Field.VILLAGE not in fields:
            continue  # names of communes are no descriptions of villages
        for field in fields:
            is_own = field is column.field or (field is Field.VILLAGE and column.field is None)
            if field in held and not is_own:
                continue
            if field is Field.VILLAGE and column.field is not Field.VILLAGE:
                continue
            if is_own:
                every[column.index] = replace(every[column.index], field=None, how="")
            held.add(field)
            every.append(
                Column(len(every), column.label, f"{column.header}: {field.value}", field,
                       FROM_TEXT, 10.0)
            )  # fmt: skip
            added.append([facts.get(field, "") for facts in read])
    if not added:
        return columns, list(rows)
    longer = [[*row, *more] for row, more in zip(rows, zip(*added, strict=True), strict=True)]
    return Columns(tuple(every)), list(longer)


def _found(read: Sequence[Mapping[Field, str]], texts: Sequence[Cell]) -> list[Field]:
    """The fields that most of the filled texts hold; none if that is only the text itself."""
    filled = sum(text != "" for text in texts[:_SAMPLE])
    counts = Counter(field for facts in read[:_SAMPLE] for field in facts)
    fields = [field for field in _TAKEN_OUT if counts[field] > filled * _MOST]
    return [] if fields == [Field.VILLAGE] else sorted(fields, key=list(Field).index)


def facts_of(text: str) -> dict[Field, str]:
    """Return what one text says, by field: labelled lines, or parts that speak for themselves."""
    plain = _BREAK.sub("\n", _CELL_END.sub(": ", text))
    plain = html.unescape(_TAG.sub(" ", plain)) if "<" in plain or "&" in plain else plain
    facts: dict[Field, str] = {}
    rest: list[str] = []
    for line in _LINES.split(plain):
        labelled = _LABELLED.fullmatch(line)
        known = recognise((labelled[1],)) if labelled else None
        if labelled and known and known.score >= CERTAIN and known.field in _TAKEN_OUT:
            facts.setdefault(known.field, labelled[2])
        elif line.strip():
            rest.append(line)
    for part in _PARTS.split("\n".join(rest)):
        field, value = _by_itself(part.strip())
        if field is not None and value:
            facts.setdefault(field, value)
    return facts


def _by_itself(part: str) -> tuple[Field | None, str]:
    """What a part says without a label: a place by its kind, a number by what it counts."""
    counted = _COUNTED.fullmatch(part)
    if counted is not None:
        of = counted["of"].lower()
        return (Field.HOUSEHOLDS if of.startswith("hộ") else Field.POPULATION), counted["number"]
    kind = strip_unit_prefix(part)[0]
    if kind in _KINDS:
        return _KINDS[kind], part
    if power_of(part) is not None and len(part) > 3:  # noqa: PLR2004 - "có" says nothing here
        return Field.GRID_POWER, part
    if signal_of(part) is not None and " " in part:
        return Field.SIGNAL, part
    return (Field.VILLAGE, part) if part else (None, "")
