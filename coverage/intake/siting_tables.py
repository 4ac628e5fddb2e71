"""Reads the tables that sites are chosen from: demand, candidates, and distances between them.

These are made by programs, not by offices: a CSV with a header. Points are ``x,y`` in metres or
``lon,lat`` in degrees; a table of distances names a demand and a candidate per line.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from coverage.errors import InputRefused
from coverage.findings import Finding, finding

Floats = NDArray[np.float64]

_LONGITUDE = frozenset({"lon", "long", "lng", "longitude", "kinh_do", "kinh độ"})
_LATITUDE = frozenset({"lat", "latitude", "vi_do", "vĩ độ"})
_DISTANCE = frozenset(
    {"distance", "distance_m", "dist", "metres", "meters", "khoang_cach", "khoảng cách"}
)
_SHOWN = 3  # lines named in a refusal
_MOST = 1e15  # beyond it sums are no longer exact
_LEAST_COST = 1e-9
_COUNTRY_DEGREES = (102.0, 118.0), (6.0, 24.0)  # x, y of the country with its islands


@dataclass(frozen=True, slots=True, eq=False)
class PointTable:
    """Points with a number each. ``values`` are weights or costs; ``ids`` None without a column.

    ``points`` are x and y in metres, or longitude and latitude in degrees when ``geographic``;
    None when the table has ids only.
    """

    ids: tuple[str, ...] | None
    points: tuple[Floats, Floats] | None
    geographic: bool
    values: Floats

    def names(self) -> tuple[str | int, ...]:
        """Return how each point is named in an answer: its id, else its place from 0."""
        return self.ids if self.ids is not None else tuple(range(len(self.values)))


def read_points(content: bytes, name: str, value: str) -> PointTable:
    """Read a table of points; ``value`` is its number's header (weight or cost; 1 without it).

    Raises:
        InputRefused: siting.no_table, siting.ragged, siting.no_points, siting.no_id,
            siting.same_id, siting.not_numbers, siting.too_large, siting.below_zero,
            siting.not_degrees, siting.not_metres.
    """
    table = _table(content, name)
    x, y = _column(table, {"x"}), _column(table, {"y"})
    longitude, latitude = _column(table, _LONGITUDE), _column(table, _LATITUDE)
    geographic = longitude is not None and latitude is not None and (x is None or y is None)
    if geographic:
        x, y = longitude, latitude
    identity = _column(table, {"id"})
    if (x is None or y is None) and identity is None:
        raise InputRefused(
            [finding("siting.no_points", name=name, columns=", ".join(table.columns))]
        )
    ids = None
    if identity is not None:
        named = table[identity].fillna("").str.strip()
        if (named == "").any():
            line = int(np.argmax(named == "")) + 2
            raise InputRefused([finding("siting.no_id", name=name, line=line)])
        ids = tuple(named)
        twice = named[named.duplicated()].unique()
        if len(twice):
            raise InputRefused(
                [finding("siting.same_id", name=name, ids=", ".join(twice[:_SHOWN]))]
            )
    points = None
    if x is not None and y is not None:
        points = _numbers(table, x, name), _numbers(table, y, name)
    if geographic and points is not None:
        wrong = (np.abs(points[0]) > 180) | (np.abs(points[1]) > 90)  # noqa: PLR2004 - degrees
        if wrong.any():
            raise InputRefused(
                [finding("siting.not_degrees", name=name, line=int(np.argmax(wrong)) + 2)]
            )
    elif points is not None and _like_degrees(*points):
        raise InputRefused([finding("siting.not_metres", name=name)])
    wanted = _column(table, {value})
    values = np.ones(len(table)) if wanted is None else _numbers(table, wanted, name)
    _refuse_below(values, 0.0 if value == "weight" else _LEAST_COST, value, name)
    return PointTable(ids, points, geographic, values)


def read_distances(
    content: bytes, name: str, demand: PointTable, candidates: PointTable | None, within: float
) -> tuple[sparse.csr_array, tuple[str | int, ...], list[Finding]]:
    """Return who covers whom (candidates × demand), how the candidates are named, and findings.

    Which of the two columns names the demand is told by what stands in it. Without a table of
    candidates they are the ones that the distances name, in order of first appearance. Lines
    that name an unknown demand or candidate are left out and found (siting.unknown_ids).

    Raises:
        InputRefused: siting.no_table, siting.ragged, siting.no_distances, siting.not_numbers,
            siting.too_large, siting.below_zero.
    """
    table = _table(content, name)
    metres = _column(table, _DISTANCE)
    if metres is None:
        raise InputRefused(
            [finding("siting.no_distances", name=name, columns=", ".join(table.columns))]
        )
    demand_at = {str(key): place for place, key in enumerate(demand.names())}
    candidate_at = None
    if candidates is not None:
        candidate_at = {str(key): place for place, key in enumerate(candidates.names())}
    of_demand = _naming(table, metres, demand_at, name)
    of_candidates = _naming(table.drop(columns=[of_demand]), metres, candidate_at, name)
    if candidate_at is None:
        candidate_at = {key: place for place, key in enumerate(table[of_candidates].unique())}
    away = _numbers(table, metres, name)
    _refuse_below(away, 0.0, metres, name)
    findings = [
        *_unknown(table[of_demand], demand_at, name, of_demand),
        *_unknown(table[of_candidates], candidate_at, name, of_candidates),
    ]
    near = table[away <= within]
    rows = near[of_candidates].map(candidate_at)
    columns = near[of_demand].map(demand_at)
    known = rows.notna() & columns.notna()
    matrix = sparse.coo_array(
        (np.ones(int(known.sum()), dtype=bool),
         (rows[known].to_numpy(np.intp), columns[known].to_numpy(np.intp))),
        shape=(len(candidate_at), len(demand_at)),
    )  # fmt: skip
    covers = sparse.csr_array(matrix)
    covers.sum_duplicates()
    names = candidates.names() if candidates is not None else tuple(candidate_at)
    return covers, names, findings


def _unknown(
    cells: pd.Series[str], places: Mapping[str, int], name: str, column: str
) -> list[Finding]:
    """Find the lines whose cell names nobody."""
    strange = ~cells.isin(places.keys())
    if not strange.any():
        return []
    shown = ", ".join(dict.fromkeys(cells[strange].astype(str).head(100)))
    first = ", ".join(shown.split(", ")[:_SHOWN])
    return [
        finding(
            "siting.unknown_ids", name=name, header=column, lines=str(int(strange.sum())),
            ids=first, line=str(int(np.argmax(strange)) + 2),
        )
    ]  # fmt: skip


def _naming(table: pd.DataFrame, metres: str, places: Mapping[str, int] | None, name: str) -> str:
    """Return the column whose cells name the most of ``places``; the first one if all may."""
    others: Sequence[str] = [column for column in table.columns if column != metres]
    if not others:
        raise InputRefused(
            [finding("siting.no_distances", name=name, columns=", ".join(table.columns))]
        )
    if places is None:
        return others[0]
    hits = {column: int(table[column].isin(places.keys()).sum()) for column in others}
    best = max(others, key=lambda column: hits[column])
    if not hits[best]:
        raise InputRefused(
            [finding("siting.no_distances", name=name, columns=", ".join(table.columns))]
        )
    return best


def _table(content: bytes, name: str) -> pd.DataFrame:
    try:
        text = content.decode("utf-8-sig")
        header = text.partition("\n")[0]
        delimiter = max(",;\t", key=header.count)
        with warnings.catch_warnings():
            # A line with more cells than the header would lose them, or shift the columns.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            table = pd.read_csv(
                io.StringIO(text), sep=delimiter, dtype=str, keep_default_na=False, index_col=False
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        raise InputRefused([finding("siting.ragged", name=name)]) from error
    except (UnicodeDecodeError, pd.errors.EmptyDataError) as error:
        raise InputRefused([finding("siting.no_table", name=name)]) from error
    if table.empty:
        raise InputRefused([finding("siting.no_table", name=name)])
    table.columns = [str(column).strip().lower() for column in table.columns]
    return table


def _column(table: pd.DataFrame, names: set[str] | frozenset[str]) -> str | None:
    return next((column for column in table.columns if column in names), None)


def _numbers(table: pd.DataFrame, column: str, name: str) -> Floats:
    numbers = pd.to_numeric(table[column], errors="coerce").to_numpy(np.float64)
    bad = ~np.isfinite(numbers)
    if bad.any():
        line = int(np.argmax(bad))
        cell = str(table[column].iloc[line])
        refused = finding("siting.not_numbers", name=name, line=line + 2, cell=cell)
        raise InputRefused([refused.at(column, cell)])
    huge = np.abs(numbers) > _MOST
    if huge.any():
        line = int(np.argmax(huge))
        cell = str(table[column].iloc[line])
        refused = finding("siting.too_large", name=name, line=line + 2, cell=cell)
        raise InputRefused([refused.at(column, cell)])
    return numbers


def _refuse_below(numbers: Floats, least: float, header: str, name: str) -> None:
    bad = numbers < least
    if bad.any():
        line = int(np.argmax(bad)) + 2
        raise InputRefused([finding("siting.below_zero", name=name, header=header, line=line)])


def _like_degrees(x: Floats, y: Floats) -> bool:
    """Tell whether more than one point called x, y lies within the country's degrees."""
    (west, east), (south, north) = _COUNTRY_DEGREES
    inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return len(x) > 1 and bool(inside.all())
