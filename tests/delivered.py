"""Lots that are published and awarded, for the tests of delivery."""

from __future__ import annotations

import datetime as dt
import io
import json

import openpyxl
from sqlalchemy import text

from coverage.actions import awards, on_air
from coverage.actions.lots import propose_lots
from coverage.actions.packages import build_package
from coverage.days import VIETNAM_TIME
from coverage.deliveries import AwardWish
from tests.builders import a_zone, zone_id
from tests.reported import as_owner, judge, load_places, report
from tests.signed import publish_package

KM = 1 / 111.32
NORTH_KM = {1: 0, 2: 5, 3: 7, 4: 60}  # where the zones lie
NO_FILES = {}
PRICE = 1_250_000_000
DECISION = "Quyết định 123/QĐ-CVT"
SERVICE = {
    "4G": {"level_dbm": -110, "down_mbps": 5, "up_mbps": 2.5, "availability_percent": 95,
           "measured": "đo tại trung tâm thôn"}
}  # fmt: skip


def today():
    """Today in Viet Nam."""
    return dt.datetime.now(VIETNAM_TIME).date()


def published(database, authority, officer):
    """Two lots of one open package: zones 1 to 3 in the south (lot 2), zone 4 in the north (lot 1)."""
    load_places(database, authority)
    report(
        database, officer,
        a_zone(1, village="Bản Na Hai"), a_zone(2, latitude=18.3 + 5 * KM, commune_code="18100"),
        a_zone(3, latitude=18.3 + 7 * KM), a_zone(4, latitude=18.3 + 60 * KM, commune_code="18103"),
    )  # fmt: skip
    judge(database, authority, zone_id(1), Viettel=9000.0)
    propose_lots(database, authority, "42")
    return publish(database, authority)


def publish(database, authority, province_code="42"):
    """Build and publish the province's proposed lots; return the package's number."""
    number = build_package(database, authority, province_code, NO_FILES).record.number
    publish_package(database, authority, number, NO_FILES)
    return number


def asks(database, authority, service=None):
    """Let the criteria set ask something of the service."""
    with as_owner(database, authority) as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(
            text("UPDATE phusong.criteria_set SET thresholds = thresholds"
                 " || jsonb_build_object('service', CAST(:service AS jsonb))"),
            {"service": json.dumps(SERVICE if service is None else service)},
        )  # fmt: skip


def a_wish(number, **facts):
    """An award of the package's lot 2 to Viettel, today."""
    given = {
        "package_number": number, "lot": "2", "operator": "Viettel", "price_vnd": PRICE,
        "awarded_on": today(), "decision": DECISION,
    }  # fmt: skip
    return AwardWish(**(given | facts))


def award(database, authority, number, **facts):
    """Award a lot; return the award."""
    return awards.award_lots(database, authority, [a_wish(number, **facts)])[0]


def a_list(*rows, headings=None):
    """A workbook of on-air reports with a letterhead above its headings."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Báo cáo"
    sheet.append(["TẬP ĐOÀN VIỄN THÔNG"])
    sheet.append(["BÁO CÁO PHÁT SÓNG THÁNG 11/2026"])
    sheet.append([])
    sheet.append(headings or [
        "STT", "Mã vùng", "Thôn, bản", "Ngày phát sóng", "Công nghệ", "RSRP (dBm)",
        "Tốc độ tải xuống (Mbps)", "Tốc độ tải lên (Mbps)", "Độ khả dụng (%)", "Ngày đo",
        "Vĩ độ trạm", "Kinh độ trạm", "Ghi chú",
    ])  # fmt: skip
    for row in rows:
        sheet.append(list(row))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def a_row(number, **facts):
    """A row of that workbook that says everything and is good."""
    day = today().strftime("%d/%m/%Y")
    given = {
        "place": number, "zone": str(zone_id(number)), "village": f"Bản {number}", "day": day,
        "technology": "4G", "level": -98.5, "down": 12, "up": 4, "availability": 97, "measured": day,
        "latitude": 18.302 + NORTH_KM[number] * KM, "longitude": 105.601, "note": "",
    }  # fmt: skip
    return tuple((given | facts).values())


def send(database, operator, *numbers, **facts):
    """Send a list of good reports on these zones."""
    content = a_list(*(a_row(number, **facts) for number in numbers))
    return on_air.submit_reports(database, operator, content, name="bao-cao.xlsx")


def rows(database, actor, query, **parameters):
    """What a query of the actor's sees."""
    with database.transaction(actor) as connection:
        return connection.execute(text(query), parameters).all()


def status(database, authority, *numbers):
    """Where zones stand, by their numbers."""
    found = dict(rows(database, authority, "SELECT id, status FROM phusong.zone"))
    return [found[zone_id(number)] for number in numbers]
