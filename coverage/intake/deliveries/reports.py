"""A list of on-air reports: messy headings, decimal commas, Excel's days, sites in any system.

Which zone a row means is found by whoever knows what was awarded (its id, its label in the
package, its village); where the site stands is read then, beside the zone: :func:`site_of`.
"""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from coverage.coordinates import Cell as HalfCell
from coverage.coordinates import (
    Declared,
    Limits,
    Order,
    Premises,
    grids_of_province,
    resolve,
    stated_crs,
)
from coverage.deliveries import Measured, OnAirWish
from coverage.distances import metres
from coverage.errors import InputRefused
from coverage.findings import Finding, Severity, finding
from coverage.intake.deliveries.cells import (
    ReadFigure,
    day_in,
    level_in,
    percent_in,
    speed_in,
    technology_in,
)
from coverage.intake.deliveries.columns import Listed, find_lists, names_a_site, synonyms
from coverage.intake.document import Cell, Document, shown
from coverage.intake.registers.cells import is_blank


class Column(StrEnum):
    """What a column of a list of on-air reports holds."""

    ZONE = "zone"
    LABEL = "label"
    PACKAGE = "package"
    VILLAGE = "village"
    COMMUNE = "commune"
    DAY = "day"
    TECHNOLOGY = "technology"
    LEVEL = "level"
    DOWN = "down"
    UP = "up"
    AVAILABILITY = "availability"
    MEASURED_ON = "measured_on"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    X = "x"
    Y = "y"
    POSITION = "position"
    NOTE = "note"


_KNOWN = synonyms({
    Column.ZONE: "mã vùng; mã vùng lõm; mã vùng lõm sóng; zone id; zone_id; id vùng; zone",
    Column.LABEL: "ký hiệu; ký hiệu vùng; ký hiệu điểm; label",
    Column.PACKAGE: "số gói thầu; gói thầu; mã gói thầu; package; package number; package_number",
    Column.VILLAGE: "thôn; thôn bản; thôn/bản; thôn, bản; tên thôn; tên thôn bản; bản; ấp; xóm;"
    " tên điểm; điểm lõm sóng; vùng lõm sóng; village",
    Column.COMMUNE: "xã; xã phường; xã, phường; xã/phường; xã phường đặc khu; tên xã; commune",
    Column.DAY: "ngày phát sóng; ngày đã phát sóng; phát sóng ngày; ngày on air; on air;"
    " thời điểm phát sóng; ngày hoàn thành; ngày đưa vào khai thác; ngày khai thác; on air on;"
    " on_air_on; ngày bật trạm; ngày bắt đầu phát sóng",
    Column.TECHNOLOGY: "công nghệ; công nghệ phát sóng; loại công nghệ; thế hệ mạng; technology",
    Column.LEVEL: "mức thu; mức thu dbm; rsrp; rsrp dbm; mức tín hiệu; cường độ tín hiệu;"
    " cường độ sóng; mức thu rsrp; mức thu rsrp dbm; mức sóng; level dbm; level_dbm; level",
    Column.DOWN: "tốc độ tải xuống; tải xuống; tốc độ tải về; tải về; download; dl; tốc độ dl;"
    " tốc độ download; tốc độ xuống; tốc độ tải xuống mbps; down mbps; down_mbps; dl mbps",
    Column.UP: "tốc độ tải lên; tải lên; upload; ul; tốc độ ul; tốc độ upload; tốc độ lên;"
    " tốc độ tải lên mbps; up mbps; up_mbps; ul mbps",
    Column.AVAILABILITY: "độ khả dụng; khả dụng; tỷ lệ khả dụng; độ khả dụng mạng; sẵn sàng;"
    " độ sẵn sàng; availability; availability percent; availability_percent",
    Column.MEASURED_ON: "ngày đo; ngày đo kiểm; thời gian đo; thời điểm đo; đo ngày; measured on;"
    " measured_on",
    Column.LATITUDE: "vĩ độ; vĩ độ trạm; vĩ độ wgs84; lat; latitude; vĩ độ b; vĩ độ bắc;"
    " tọa độ trạm vĩ độ; site latitude; site_latitude",
    Column.LONGITUDE: "kinh độ; kinh độ trạm; kinh độ wgs84; lon; lng; long; longitude; kinh độ đ;"
    " kinh độ đông; tọa độ trạm kinh độ; site longitude; site_longitude",
    Column.X: "x; tọa độ x; x vn2000; x vn 2000; x m; x trạm; northing",
    Column.Y: "y; tọa độ y; y vn2000; y vn 2000; y m; y trạm; easting",
    Column.POSITION: "tọa độ; tọa độ trạm; vị trí; vị trí trạm; tọa độ vị trí trạm; position",
    Column.NOTE: "ghi chú; note; chú thích",
})  # fmt: skip

# What a row must say something of; a form that nobody filled in has the zones only.
_FACTS = (
    Column.DAY, Column.TECHNOLOGY, Column.LEVEL, Column.DOWN, Column.UP, Column.AVAILABILITY,
    Column.MEASURED_ON,
)  # fmt: skip
_PAIRS = ((Column.LATITUDE, Column.LONGITUDE), (Column.X, Column.Y))
_LONGEST = 500
_SAME_PLACE_M = 30.0  # the village's own position, read back from a package


@dataclass(frozen=True, slots=True)
class SiteCells:
    """The cells that tell where a site stands, and every text that may state their system.

    Unless a heading says ``plainly`` that it is the site's, a position may be the village's own,
    as the package's list has it.
    """

    first: Cell
    second: Cell | None
    order: Order | None
    texts: tuple[str, ...]
    label: str | None
    plainly: bool = True

    @property
    def read(self) -> str:
        """What was read, as the user sees it."""
        parts = [self.first] if self.second is None else [self.first, self.second]
        return "; ".join(shown(part).strip() for part in parts)


@dataclass(frozen=True, slots=True)
class ReadReport:
    """A row of the file, its zone not found yet.

    ``zone_id`` is what the row's own id says; ``said_zone`` what it wrote for it. ``labels`` name
    the columns by what the report's parts are called.
    """

    wish: OnAirWish
    said_zone: str
    label: str
    package_number: str
    village: str
    commune: str
    site: SiteCells | None
    findings: tuple[Finding, ...]
    zone_column: str | None


@dataclass(frozen=True, slots=True)
class ReadReports:
    """A file's reports in its order, and what is to be said about the file."""

    rows: tuple[ReadReport, ...]
    findings: tuple[Finding, ...]


def read_reports(document: Document) -> ReadReports:
    """Return every row that says something of a zone on air.

    Raises:
        InputRefused: on_air.no_columns, on_air.no_rows.
    """
    zones = [Column.ZONE, Column.LABEL, Column.VILLAGE]
    lists, others = find_lists(document, _KNOWN, (zones, [Column.DAY]))
    if not lists:
        raise InputRefused([finding("on_air.no_columns")])
    rows = [_row(each, row) for each in lists for row in each.rows(_FACTS)]
    if not rows:
        raise InputRefused([finding("on_air.no_rows")])
    told = [finding("on_air.sheet_not_read", sheet=name) for name in others]
    return ReadReports(tuple(rows), (*document.findings, *told))


def _row(listed: Listed[Column], row: int) -> ReadReport:
    def text(role: Column) -> str:
        cell = listed.cell(row, role)
        return "" if is_blank(cell) else " ".join(shown(cell).split())

    def label(role: Column) -> str | None:
        return listed.labels.get(role)

    found: list[Finding] = []

    def figure(read: ReadFigure) -> float | None:
        found.extend(read.found)
        return read.figure

    day = day_in(listed.cell(row, Column.DAY), "on_air", label(Column.DAY))
    measured_on = day_in(listed.cell(row, Column.MEASURED_ON), "on_air", label(Column.MEASURED_ON))
    found.extend((*day.found, *measured_on.found))
    technology, told = technology_in(listed.cell(row, Column.TECHNOLOGY), label(Column.TECHNOLOGY))
    found.extend(told)
    measured = Measured(
        figure(level_in(listed.cell(row, Column.LEVEL), label(Column.LEVEL))),
        figure(_speed(listed, row, Column.DOWN)),
        figure(_speed(listed, row, Column.UP)),
        figure(percent_in(listed.cell(row, Column.AVAILABILITY), label(Column.AVAILABILITY))),
    )
    said_zone = text(Column.ZONE)
    wish = OnAirWish(
        zone_id_in(said_zone), day.day, technology, measured=measured,
        measured_on=measured_on.day, note=text(Column.NOTE)[:_LONGEST],
        row=listed.number(row), sheet=listed.sheet.name,
    )  # fmt: skip
    zone_column = next(
        (label(role) for role in (Column.ZONE, Column.LABEL, Column.VILLAGE) if text(role)), None
    )
    return ReadReport(
        wish, said_zone, text(Column.LABEL), text(Column.PACKAGE), text(Column.VILLAGE),
        text(Column.COMMUNE), _site_cells(listed, row), tuple(found), zone_column,
    )  # fmt: skip


def _speed(listed: Listed[Column], row: int, role: Column) -> ReadFigure:
    heading = listed.headings.get(role, "")
    return speed_in(listed.cell(row, role), listed.labels.get(role), heading)


def zone_id_in(text: str) -> uuid.UUID | None:
    """Return the id in a text, None where it is none."""
    try:
        return uuid.UUID(text.strip("'’ "))
    except ValueError:
        return None


def _site_cells(listed: Listed[Column], row: int) -> SiteCells | None:
    """The row's site position: a feature's geometry, degrees, metres, or both in one cell."""
    sheet = listed.sheet
    if sheet.points is not None:
        point = sheet.points[row]
        if point is None:
            return None
        return SiteCells(point.y, point.x, Order.NORTH_FIRST, (sheet.crs or "",), "geometry")
    for first, second in _PAIRS:
        cells = listed.cell(row, first), listed.cell(row, second)
        if not all(is_blank(cell) for cell in cells):
            order = Order.NORTH_FIRST if first is Column.LATITUDE else None
            heading = listed.headings.get(first, "")
            texts = (heading, listed.headings.get(second, ""))
            return SiteCells(
                *cells, order, (*texts, *(listed.above if order is None else ())),
                listed.labels.get(first), plainly=names_a_site(heading),
            )  # fmt: skip
    cell = listed.cell(row, Column.POSITION)
    if is_blank(cell):
        return None
    heading = listed.headings.get(Column.POSITION, "")
    return SiteCells(
        cell, None, None, (heading, *listed.above), listed.labels.get(Column.POSITION),
        plainly=names_a_site(heading),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Around:
    """A village and everything within ``reach_m`` of it, as a place that a site may lie in."""

    village: str
    latitude: float
    longitude: float
    reach_m: float

    @property
    def name(self) -> str:
        """The village's name."""
        return self.village

    def distance_m(self, latitude: float, longitude: float) -> float:
        """Return how far outside of its reach a point lies, 0 inside."""
        return max(0.0, metres_between(self, latitude, longitude) - self.reach_m)


def metres_between(around: Around, latitude: float, longitude: float) -> float:
    """Return how far a point lies from the village, along the spheroid."""
    ends = (np.array([value]) for value in
            (around.latitude, around.longitude, latitude, longitude))  # fmt: skip
    return float(metres(*ends)[0])


def site_of(
    site: SiteCells, around: Around, province_code: str
) -> tuple[tuple[float, float] | None, tuple[Finding, ...]]:
    """Return where a row's site stands, WGS 84, and what is to be said; None where it is not sure.

    The village decides between what the digits may mean, as a commune does in a survey. A site
    that cannot be read does not keep the report from being taken.
    """
    premises = Premises(
        stated=stated_crs([text for text in site.texts if text]),
        expected_order=site.order,
        grids=grids_of_province(province_code),
    )
    limits = Limits(border_band_m=around.reach_m, tolerance_m=around.reach_m * 5)
    choice = resolve(
        _half(site.first), None if site.second is None else _half(site.second), premises,
        Declared(around, around), limits,
    )  # fmt: skip
    told = [found.at(site.label, site.read) for found in choice.findings]
    reading = choice.reading
    if reading is not None and not site.plainly and (
        metres_between(around, reading.latitude, reading.longitude) < _SAME_PLACE_M
    ):  # fmt: skip
        return None, ()
    if reading is None or not math.isfinite(reading.latitude + reading.longitude):
        doubtful = finding("on_air.position_doubtful", read=site.read)
        return None, (doubtful.at(site.label, site.read),)
    # Infos tell a repair; how far the site lies is told in the report's own words.
    kept = [found for found in told if found.severity is Severity.INFO]
    return (round(reading.latitude, 7), round(reading.longitude, 7)), tuple(kept)


def _half(cell: Cell) -> HalfCell:
    if cell == "":
        return None
    return str(cell) if isinstance(cell, bool) else cell
