"""The list of zones as a table of plain cells, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from starlette.responses import StreamingResponse

from api.catalogue import mark as _
from api.catalogue import translate
from api.ranges import attachment
from api.words import word
from coverage.days import vietnam_day
from coverage.dossier.tables import Cell, csv_lines, workbook
from coverage.findings import Language
from coverage.storage.zone_filters import Fact
from coverage.storage.zones import ListedZone

FILE_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_HEADER = (
    _("Mã vùng"), _("Thôn, bản"), _("Xã"), _("Mã xã"), _("Tỉnh"), _("Mã tỉnh"), _("Số hộ"),
    _("Số khẩu"), _("Sóng"), _("Điện lưới"), _("Thôn đặc biệt khó khăn"), _("Trạng thái"),
    _("Ai chi trả"), _("Vĩ độ"), _("Kinh độ"), _("Báo cáo lần đầu"), _("Thay đổi gần nhất"),
)  # fmt: skip
_SHEET = _("Vùng lõm sóng")
_NOT_TOLD = _("chưa công bố")


def zones_file(
    parts: Iterable[Sequence[ListedZone]], ending: str, language: Language
) -> StreamingResponse:
    """Return the answer that hands out a list of zones; ``ending``: csv or xlsx."""
    rows = (_row(listed, language) for part in parts for listed in part)
    return table_file(_SHEET, _HEADER, rows, f"vung-lom-song.{ending}", language)


def table_file(
    title: str, header: Sequence[str], rows: Iterator[Sequence[Cell]], name: str, language: Language
) -> StreamingResponse:
    """Return the answer that hands out a table under a file name, row by row."""
    told = [translate(each, language) for each in header]
    ending = name.rpartition(".")[2]
    if ending == "csv":
        content = csv_lines(told, rows)
    else:
        content = workbook(translate(title, language), told, rows)
    headers = {**attachment(name), "Cache-Control": "private, no-store"}
    return StreamingResponse(content, media_type=FILE_TYPES[ending], headers=headers)


def _row(listed: ListedZone, language: Language) -> Sequence[Cell]:
    zone = listed.zone
    return (
        str(zone.id), zone.village, listed.commune or "", zone.commune_code,
        listed.province or "", zone.province_code, zone.households, zone.population,
        word(zone.signal or Fact.UNKNOWN, language), told_fact(zone.grid_power, language),
        told_fact(zone.specially_difficult, language), word(zone.status, language),
        word(zone.queue, language) if listed.payer_told else translate(_NOT_TOLD, language),
        round(zone.latitude, 7), round(zone.longitude, 7), vietnam_day(listed.reported_at),
        vietnam_day(listed.updated_at),
    )  # fmt: skip


_FACTS: Mapping[bool | None, Fact] = {True: Fact.YES, False: Fact.NO, None: Fact.UNKNOWN}


def told_fact(fact: bool | None, language: Language) -> str:
    """Return yes, no or unknown in words."""
    return word(_FACTS[fact], language)
