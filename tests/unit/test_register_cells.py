"""What single cells of a tower register say, and the operators' many names."""

from __future__ import annotations

import pytest

from coverage.intake.registers.cells import bands_mhz, number, on_air, technologies, yes_or_no
from coverage.intake.registers.operators import operator_name, operator_names
from coverage.towers import Technology

G2, G3, G4, G5 = Technology


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("VIETTEL", "Viettel"), ("vtl", "Viettel"), ("04", "Viettel"), ("452-04", "Viettel"),
        ("45204", "Viettel"), ("Tập đoàn Công nghiệp - Viễn thông Quân đội", "Viettel"),
        ("VinaPhone", "VNPT"), ("VNP", "VNPT"), ("VNPT-VinaPhone", "VNPT"), ("02", "VNPT"),
        ("Mobifone", "MobiFone"), ("MBF", "MobiFone"), ("01", "MobiFone"),
        ("Vietnamobile", "Vietnamobile"), ("VNM", "Vietnamobile"), ("05", "Vietnamobile"),
        ("G-Mobile", "Gmobile"), ("07", "Gmobile"), ("20801", "20801"), ("  FPT  Telecom ", "FPT Telecom"),
    ],
)  # fmt: skip
def test_operators_have_many_names(written, name):
    assert operator_name(written) == name
    assert operator_names(written) == (name,)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("21.037866", 21.037866), ("21,5", 21.5), (" 6 847 973 ", 6847973.0), (7, 7.0), ("-3", -3.0),
        ("6.847.973", 6847973.0), ("6.847.973,25", 6847973.25), ("6,847,973.25", 6847973.25),
        ("1,234.5", 1234.5), ("1,23,4", None), ("21.0.3", None), ("", None), ("abc", None),
        (True, None), (float("nan"), None), (None, None), ("1_000", None), ("1e5", None),
    ],
)  # fmt: skip
def test_numbers(cell, value):
    assert number(cell) == value


def test_words_in_cells():
    assert technologies("2G/LTE + NR") == ((G2, G4, G5), ())
    assert technologies("4G,6G") == ((G4,), ("6g",))
    assert bands_mhz("900MHz; 1800; 5") == ((900, 1800), ("5",))
    assert [yes_or_no(cell) for cell in ("Có", "x", 1, "✓", "Không", 0, "", "?")] == [
        True, True, True, True, False, False, False, None,
    ]  # fmt: skip
    assert [on_air(cell) for cell in ("Đang phát sóng", "Quy hoạch", "1", "?")] == [
        True, False, True, None,
    ]  # fmt: skip
