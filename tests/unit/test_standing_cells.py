"""What offices write in the cells of a list of standings: periods, branches, states."""

import pytest

from coverage.intake.standings import branch_of, last_day_of
from coverage.standings import standing_of


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("quý II/2027", "2027-06-30"), ("Quý 3 năm 2027", "2027-09-30"),
        ("hết năm 2027", "2027-12-31"), ("tháng 02/2028", "2028-02-29"),
        ("trước hết quý IV-2026", "2026-12-31"), ("cuối năm 2027", "2027-12-31"),
    ],
)  # fmt: skip
def test_a_period_ends_on_its_last_day(said, day):
    assert last_day_of(said).isoformat() == day


@pytest.mark.parametrize(
    "said", ["2027", "quý V/2027", "tháng 13/2027", "giai đoạn 2027", "trước năm 2027", "sớm", ""]
)
def test_what_names_no_last_day_is_not_guessed(said):
    assert last_day_of(said) is None


@pytest.mark.parametrize(
    ("said", "operator"),
    [
        ("Viettel Lâm Đồng", "Viettel"), ("VNPT Hà Giang", "VNPT"),
        ("MobiFone tỉnh Đắk Lắk", "MobiFone"), ("Vinaphone TP Hồ Chí Minh", "VNPT"),
        ("Viettel Construction", "Viettel Construction"), ("Lâm Đồng", "Lâm Đồng"), ("x", "x"),
    ],
)  # fmt: skip
def test_a_branch_is_its_operator_and_a_subsidiary_is_not(said, operator):
    assert branch_of(said) == operator


@pytest.mark.parametrize("said", ["chưa có sóng", "đã có sóng (một phần)", "đã có sóng 2G", "x"])
def test_a_state_that_is_not_plainly_one_of_the_three_is_none(said):
    assert standing_of(said) is None
