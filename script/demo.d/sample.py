"""The project's own sample: three survey files and a tower register, for machines without data.

Villages, counts, positions and codes are invented; communes and their centroids come from the
locked package vietnamadminunits. The same call makes the same bytes.
"""

from __future__ import annotations

import csv
import json
import random
import sqlite3
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import xlsxwriter

SEED = 2026
CREATED = datetime(2026, 1, 12, tzinfo=UTC).replace(tzinfo=None)  # else each run makes other bytes
VILLAGES_PER_PROVINCE = 24
TOWERS = 1500
# Three provinces, three habits of office: a plain CSV, a letterhead workbook, a GIS export.
CSV_PROVINCE, WORKBOOK_PROVINCE, GEOJSON_PROVINCE = "12", "11", "52"
FIRST = ["Nậm", "Huổi", "Khe", "Suối", "Pá", "Phiêng", "Tà", "Kon", "Đắk", "Pờ"]
SECOND = ["Sáng", "Lếch", "Vàng", "Mí", "Củng", "Rẻo", "Lả", "Xăm", "Thượng", "Nhe"]
HOUSEHOLDS = [21, 34, 47, 52, 63, 84, 96, 120, 180]
OPERATORS = ["Viettel", "VNPT", "MobiFone", "Vietnamobile"]


@dataclass(frozen=True)
class Commune:
    """A commune's name and centroid."""

    province_code: str
    province: str
    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Village:
    """An invented village."""

    commune: str
    name: str
    latitude: float
    longitude: float
    households: int
    grid_power: bool
    specially_difficult: bool


def communes() -> list[Commune]:
    """Return the communes that have a centroid, in a fixed order."""
    dataset = resources.files("vietnamadminunits") / "data" / "dataset.db"
    with resources.as_file(dataset) as path, sqlite3.connect(path) as connection:
        rows = connection.execute(
            "SELECT provinceCode, province, ward, wardLat, wardLon FROM admin_units"
            " WHERE wardLat IS NOT NULL ORDER BY wardCode"
        )
        return [Commune(*row) for row in rows]


def villages(every: list[Commune], code: str, chance: random.Random) -> list[Village]:
    """Return invented villages near the centroids of a province's communes."""
    inside = [commune for commune in every if commune.province_code == code]
    made = []
    for number in range(VILLAGES_PER_PROVINCE):
        commune = inside[chance.randrange(len(inside))]
        made.append(
            Village(
                commune.name,
                f"Bản {chance.choice(FIRST)} {chance.choice(SECOND)} {number + 1}",
                round(commune.latitude + chance.uniform(-0.006, 0.006), 6),
                round(commune.longitude + chance.uniform(-0.006, 0.006), 6),
                chance.choice(HOUSEHOLDS),
                chance.random() < 0.8,
                chance.random() < 0.85,
            )
        )
    return made


def write_csv(path: Path, rows: list[Village]) -> None:
    """A sane file, with one row that has no households and one without coordinates."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(["STT", "Xã", "Thôn/Bản", "Vĩ độ", "Kinh độ", "Số hộ", "Điện lưới", "ĐBKK"])
        for number, row in enumerate(rows, 1):
            table.writerow([
                number, row.commune, row.name,
                "" if number == 8 else row.latitude, "" if number == 8 else row.longitude,
                "" if number == 5 else row.households,
                "Có" if row.grid_power else "Không", "x" if row.specially_difficult else "",
            ])  # fmt: skip


def write_workbook(path: Path, province: str, rows: list[Village]) -> None:
    """An office's workbook: letterhead, merged header, decimal commas, a total row."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        book.set_properties({"created": CREATED})
        bold = book.add_format({"bold": True, "align": "center", "border": 1, "text_wrap": True})
        sheet = book.add_worksheet("Vùng lõm sóng")
        sheet.write("A1", f"UBND {province.upper()}")
        sheet.write("A2", "SỞ KHOA HỌC VÀ CÔNG NGHỆ")
        sheet.merge_range("A4:H4", "DANH SÁCH THÔN, BẢN LÕM SÓNG", bold)
        sheet.merge_range("A5:H5", "(Kèm theo Công văn số 01/SKHCN-BCVT ngày 12/01/2026)")
        for column, title in enumerate(["STT", "Xã", "Thôn, bản"]):
            sheet.merge_range(6, column, 7, column, title, bold)
        sheet.merge_range("D7:E7", "Tọa độ (WGS84)", bold)
        sheet.write("D8", "Vĩ độ", bold)
        sheet.write("E8", "Kinh độ", bold)
        for column, title in enumerate(["Số hộ", "Điện lưới (x)", "Thôn ĐBKK (x)"], 5):
            sheet.merge_range(6, column, 7, column, title, bold)
        for number, row in enumerate(rows, 1):
            sheet.write_row(7 + number, 0, [
                number, row.commune, row.name,
                f"{row.latitude:.6f}".replace(".", ","), f"{row.longitude:.6f}".replace(".", ","),
                row.households, "x" if row.grid_power else "", "x" if row.specially_difficult else "",
            ])  # fmt: skip
        last = 8 + len(rows)
        sheet.write(last, 1, "Tổng cộng")
        sheet.write(last, 5, sum(row.households for row in rows))


def write_geojson(path: Path, rows: list[Village]) -> None:
    """A GIS export with short property names."""
    features = [
        {
            "type": "Feature",
            "properties": {
                "ten_thon": row.name, "xa": row.commune, "so_ho": row.households,
                "dien_luoi": "Có" if row.grid_power else "Không",
                "dbkk": "Có" if row.specially_difficult else "Không",
            },
            "geometry": {"type": "Point", "coordinates": [row.longitude, row.latitude]},
        }
        for row in rows
    ]  # fmt: skip
    content = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def write_towers(path: Path, every: list[Commune], chance: random.Random) -> None:
    """A register of invented sites, one row per operator, many of them shared."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["Mã trạm", "Nhà mạng", "Công nghệ", "Vĩ độ", "Kinh độ", "Độ cao anten (m)",
                        "Dùng chung", "Mã vị trí dùng chung"])  # fmt: skip
        for number in range(1, TOWERS + 1):
            commune = every[chance.randrange(len(every))]
            latitude = round(commune.latitude + chance.uniform(-0.02, 0.02), 6)
            longitude = round(commune.longitude + chance.uniform(-0.02, 0.02), 6)
            present = chance.sample(OPERATORS, chance.choice([1, 1, 1, 2, 3]))
            shared = f"VT{number:05}" if len(present) > 1 else ""
            for operator in present:
                table.writerow([
                    f"{operator[:3].upper()}{number:05}", operator,
                    chance.choice(["4G", "2G;4G", "4G;5G"]), latitude, longitude,
                    chance.choice([24, 32, 42]), "Có" if shared else "Không", shared,
                ])  # fmt: skip


def make(folder: Path) -> None:
    """Write the sample's four files into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(SEED)
    every = communes()
    names = {commune.province_code: commune.province for commune in every}
    write_csv(folder / f"sach_{CSV_PROVINCE}.csv", villages(every, CSV_PROVINCE, chance))
    write_workbook(
        folder / f"congvan_{WORKBOOK_PROVINCE}.xlsx",
        names[WORKBOOK_PROVINCE],
        villages(every, WORKBOOK_PROVINCE, chance),
    )
    write_geojson(
        folder / f"gis_{GEOJSON_PROVINCE}.geojson", villages(every, GEOJSON_PROVINCE, chance)
    )
    write_towers(folder / "towers.csv", every, chance)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
