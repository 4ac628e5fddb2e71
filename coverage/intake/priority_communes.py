"""Reads the list of communes on the land border and on islands: a CSV with their codes.

One line a commune: ``code``, and in ``border`` and ``island`` a yes or a no. Without the two
columns every commune listed is on the border.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from coverage.errors import InputRefused
from coverage.findings import Finding, finding
from coverage.vietnamese import header_key, without_accents

_CODE = frozenset({"code", "commune code", "ma xa", "ma"})
_BORDER = frozenset({"border", "bien gioi"})
_ISLAND = frozenset({"island", "hai dao", "dao"})
_YES = frozenset({"1", "x", "co", "yes", "true", "dung"})
_NO = frozenset({"", "0", "khong", "no", "false", "sai"})
_DIGITS = 5  # of a commune's code


@dataclass(frozen=True, slots=True)
class ListedCommune:
    """One line of the list; ``line`` is the file's own number."""

    line: int
    code: str
    border: bool
    island: bool


def read_priority_communes(content: bytes, name: str) -> list[ListedCommune]:
    """Return the communes of a list, each once, in the order of the file.

    Raises:
        InputRefused: priority.no_table, priority.no_code, and for each wrong line
            priority.bad_code, priority.no_answer or priority.same_code.
    """
    table = _table(content, name)
    keys = {header_key(without_accents(str(column))): column for column in table.columns}
    code = _column(keys, _CODE)
    if code is None:
        raise InputRefused(
            [finding("priority.no_code", name=name, columns=", ".join(map(str, table.columns)))]
        )
    border, island = _column(keys, _BORDER), _column(keys, _ISLAND)
    found: list[Finding] = []
    read: dict[str, ListedCommune] = {}
    for line, row in enumerate(table.to_dict("records"), start=2):
        text = str(row[code]).strip()
        if not text and not any(str(cell).strip() for cell in row.values()):
            continue
        if not text.isdigit() or len(text) > _DIGITS:
            found.append(finding("priority.bad_code", line=line, said=text))
            continue
        full = text.zfill(_DIGITS)
        answers = [
            _answer(found, line, str(row[column])) if column is not None else nothing
            for column, nothing in ((border, island is None), (island, False))
        ]
        if full in read:
            found.append(finding("priority.same_code", line=line, code=full, first=read[full].line))
            continue
        read[full] = ListedCommune(line, full, *answers)
    if found:
        raise InputRefused(found)
    if not read:
        raise InputRefused([finding("priority.no_table", name=name)])
    return list(read.values())


def _table(content: bytes, name: str) -> pd.DataFrame:
    try:
        text = content.decode("utf-8-sig")
        between = max(",;\t", key=text.partition("\n")[0].count)
        return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, sep=between)
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError, ValueError):
        raise InputRefused([finding("priority.no_table", name=name)]) from None


def _column(keys: Mapping[str, object], names: frozenset[str]) -> str | None:
    return next((str(keys[key]) for key in keys if key in names), None)


def _answer(found: list[Finding], line: int, text: str) -> bool:
    plain = without_accents(text.strip().lower())
    if plain not in _YES | _NO:
        found.append(finding("priority.no_answer", line=line, said=text.strip()))
    return plain in _YES
