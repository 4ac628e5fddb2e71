"""A survey as a grid of cells: columns chosen for one office, rows with their truth."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.offices.spellings import OneCell, TwoCells
from tests.offices.villages import Village

YES_NO = ("Có", "Không")


@dataclass(frozen=True)
class Office:
    """How one office writes: its coordinates, its words for yes and no, what it leaves out."""

    point: TwoCells | OneCell
    village_header: str = "Thôn/Bản"
    commune_header: str = "Xã"
    households_header: str = "Số hộ"
    power: tuple[str, str, str] | None = ("Điện lưới", *YES_NO)  # header, yes, no
    difficulty: tuple[str, str, str] | None = ("Thôn ĐBKK", *YES_NO)
    province_name: str | None = None  # a column "Tỉnh" when given
    number_column: bool = True
    note_column: bool = False
    bare_commune: bool = False  # writes Mường Nhé, not Xã Mường Nhé
    respell: Callable[[str], str] = str  # how this office spells a commune's name

    def headers(self) -> list[str]:
        """Return the header cells of a one-row header."""
        made = ["STT"] if self.number_column else []
        made += ["Tỉnh"] if self.province_name else []
        made += [self.commune_header, self.village_header]
        made += [self.point.header] if isinstance(self.point, OneCell) else list(self.point.names)
        made += [self.households_header]
        made += [self.power[0]] if self.power else []
        made += [self.difficulty[0]] if self.difficulty else []
        return made + (["Ghi chú"] if self.note_column else [])

    def cells(self, number: int, village: Village) -> list[object]:
        """Return the cells of one data row."""
        made: list[object] = [number] if self.number_column else []
        made += [self.province_name] if self.province_name else []
        commune = village.commune.name
        if self.bare_commune:
            commune = commune.split(" ", 1)[1] if not commune.startswith("Đặc khu") else commune[8:]
        made += [self.respell(commune), village.name]
        made += self.point_cells(village)
        made.append(
            village.households if village.households_text is None else village.households_text
        )
        if self.power:
            made.append(self.power[1] if village.grid_power else self.power[2])
        if self.difficulty:
            made.append(self.difficulty[1] if village.specially_difficult else self.difficulty[2])
        return made + ([""] if self.note_column else [])

    def point_cells(self, village: Village) -> list[object]:
        """Return the one or two cells of the village's point, with its fault if it has one."""
        if isinstance(self.point, OneCell):
            if village.point_text is not None:
                return [village.point_text]
            if village.swapped:
                return [self.point.write(village.longitude, village.latitude)]
            return [self.point.write(village.latitude, village.longitude)]
        if village.point_text is not None:
            return [village.point_text, ""]
        first, second = self.point.write(village.latitude, village.longitude)
        return [second, first] if village.swapped else [first, second]


def habits(chance: random.Random) -> dict[str, object]:
    """Return one office's habits that have nothing to do with coordinates."""
    return {
        "village_header": chance.choice(
            ["Thôn/Bản", "Tên thôn, bản", "Thôn (bản)", "Tên điểm lõm sóng", "Xóm", "Thôn, bản, tổ dân phố"]
        ),
        "commune_header": chance.choice(["Xã", "Xã/Phường", "Xã, phường", "Tên xã", "Đơn vị hành chính"]),
        "households_header": chance.choice(
            ["Số hộ", "Số hộ dân", "Tổng số hộ", "Số hộ dân cần phủ sóng", "Hộ"]
        ),
        "power": chance.choice([
            ("Điện lưới", "Có", "Không"), ("Điện lưới quốc gia (x)", "x", ""),
            ("Tình trạng điện", "Đã có điện", "Chưa có điện"), ("Có điện (x)", "X", ""), None,
        ]),
        "difficulty": chance.choice([
            ("Thôn ĐBKK (x)", "x", ""), ("Thôn ĐBKK", "Có", "Không"), ("ĐBKK (x)", "X", ""), None,
        ]),
        "note_column": chance.random() < 0.5,
        "number_column": chance.random() < 0.85,
        "bare_commune": chance.random() < 0.3,
    }  # fmt: skip
