"""The columns of a zone, once for every file: key, heading, kind, value.

The list of zones exists in five forms, and all take their columns from here; the keys are what
programs read (CSV, GeoPackage, GeoJSON), the headings what people read (workbook, notes).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from coverage.packages import Package, PackageLot, PackageZone
from coverage.zones import Queue, Signal

Value = str | int | float | bool | None
Row = tuple[Package, PackageLot, PackageZone]


class Kind(Enum):
    """What a column holds; each writer knows how to put it down."""

    TEXT = "text"
    CODE = "code"  # text that looks like a number
    COUNT = "count"
    DEGREES = "degrees"  # WGS 84, seven decimals
    METRES = "metres"  # VN-2000, two decimals
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``words`` turns the value into Vietnamese where people read it."""

    key: str
    heading: str
    kind: Kind
    value: Callable[[Row], Value]
    words: Callable[[Value], str] | None = None
    note: str = ""


SIGNAL_WORDS = {Signal.NONE.value: "Trắng sóng", Signal.PATCHY.value: "Lõm sóng", None: "Chưa rõ"}
QUEUE_WORDS = {
    Queue.FUND.value: "Quỹ dịch vụ viễn thông công ích",
    Queue.OPERATOR.value: "Doanh nghiệp tự đầu tư",
    Queue.POWER.value: "Chờ điện lưới hoặc vệ tinh",
    Queue.COVERED.value: "Đã có sóng",
    Queue.UNDECIDED.value: "Chưa đủ dữ kiện",
}
_YES_NO = {True: "Có", False: "Không", None: "Chưa rõ"}


def yes_no(value: Value) -> str:
    """Return Có, Không or Chưa rõ."""
    return _YES_NO[value]  # type: ignore[index]


def evidence_words(zone: PackageZone) -> str:
    """Return how many of the assessed operators have a site within reach: ``1/4``.

    No operator and no site is named.
    """
    if not zone.operators_assessed:
        return "Chưa đánh giá"
    return f"{zone.operators_within_reach}/{zone.operators_assessed}"


COLUMNS: tuple[Column, ...] = (
    Column("label", "Ký hiệu", Kind.CODE, lambda row: row[2].label,
           note="Số lô và số thứ tự của vùng trong lô."),
    Column("lot", "Lô", Kind.COUNT, lambda row: row[1].number),
    Column("village", "Thôn, bản", Kind.TEXT, lambda row: row[2].village),
    Column("commune", "Xã, phường", Kind.TEXT, lambda row: row[2].commune,
           note="Xã mà điểm tọa độ nằm trong, theo danh mục ghi ở trang Tổng hợp."),
    Column("commune_code", "Mã xã", Kind.CODE, lambda row: row[2].commune_code),
    Column("former_communes", "Xã, phường cũ", Kind.TEXT,
           lambda row: "; ".join(row[2].former_communes) or None,
           note="Các xã, phường trước ngày 01/7/2025 hợp thành xã hiện nay."),
    Column("declared_commune", "Xã do tỉnh kê khai", Kind.TEXT,
           lambda row: row[2].declared_commune,
           note="Chỉ ghi khi khác với xã mà điểm tọa độ nằm trong."),
    Column("declared_commune_code", "Mã xã kê khai", Kind.CODE,
           lambda row: row[2].declared_commune_code),
    Column("province", "Tỉnh", Kind.TEXT, lambda row: row[0].province),
    Column("province_code", "Mã tỉnh", Kind.CODE, lambda row: row[0].province_code),
    Column("latitude", "Vĩ độ (WGS 84)", Kind.DEGREES, lambda row: row[2].latitude),
    Column("longitude", "Kinh độ (WGS 84)", Kind.DEGREES, lambda row: row[2].longitude),
    Column("northing_m", "X Bắc (VN-2000, m)", Kind.METRES, lambda row: row[2].northing_m,
           note="Tọa độ VN-2000 múi 3°; X hướng Bắc, Y hướng Đông theo quy ước trắc địa."),
    Column("easting_m", "Y Đông (VN-2000, m)", Kind.METRES, lambda row: row[2].easting_m),
    Column("vn2000_epsg", "Mã EPSG", Kind.COUNT,
           lambda row: row[0].grid.epsg if row[0].grid else None),
    Column("vn2000_meridian", "Kinh tuyến trục", Kind.CODE,
           lambda row: row[0].grid.meridian if row[0].grid else None),
    Column("households", "Số hộ", Kind.COUNT, lambda row: row[2].households),
    Column("population", "Số khẩu", Kind.COUNT, lambda row: row[2].population,
           note="Để trống khi tỉnh chưa báo số khẩu; để trống không có nghĩa là 0."),
    Column("signal", "Hiện trạng sóng", Kind.CODE,
           lambda row: row[2].signal.value if row[2].signal else None,
           words=lambda value: SIGNAL_WORDS[value],  # type: ignore[index]
           note="none = trắng sóng: không có sóng tại trung tâm thôn; "
                "patchy = lõm sóng: có nơi có, có nơi không."),
    Column("grid_power", "Điện lưới", Kind.YES_NO, lambda row: row[2].grid_power, words=yes_no),
    Column("specially_difficult", "Thôn ĐBKK", Kind.YES_NO,
           lambda row: row[2].specially_difficult, words=yes_no,
           note="Thôn đặc biệt khó khăn."),
    Column("queue", "Nguồn kinh phí", Kind.CODE, lambda row: row[2].queue.value,
           words=lambda value: QUEUE_WORDS[str(value)]),
    Column("operators_assessed", "Số nhà mạng đã đánh giá", Kind.COUNT,
           lambda row: row[2].operators_assessed),
    Column("operators_within_reach", "Số nhà mạng có trạm trong tầm", Kind.COUNT,
           lambda row: row[2].operators_within_reach,
           note="Tầm theo bộ tiêu chí ghi ở trang Tổng hợp; không nêu tên nhà mạng và vị trí trạm."),
    Column("sites", "Trạm đề xuất", Kind.TEXT, lambda row: ", ".join(sites_of(row)) or None,
           note="Trạm phục vụ vùng theo phương án đề xuất; doanh nghiệp được chọn phương án khác."),
    Column("zone_id", "Mã vùng", Kind.CODE, lambda row: str(row[2].id),
           note="Mã vĩnh viễn của vùng, không đổi khi địa giới hoặc mã xã thay đổi."),
    Column("note", "Lưu ý", Kind.TEXT, lambda row: "; ".join(row[0].marks) or None),
)  # fmt: skip


def sites_of(row: Row) -> list[str]:
    """Return the labels of the proposed sites that serve a zone."""
    return [site.label for site in row[1].sites if row[2].label in site.serves]


def column(key: str) -> Column:
    """Return the column of this key."""
    return _BY_KEY[key]


def rows(package: Package) -> Iterator[Row]:
    """Yield every zone of the package with its lot, in the package's order."""
    return ((package, lot, zone) for lot, zone in package.zones)


_BY_KEY = {one.key: one for one in COLUMNS}
