"""``phusong award``, ``deliveries`` and ``on-air``: what they print, write, and exit with."""

import json
import re

import pytest

from tests.builders import zone_id
from tests.delivered import a_list, a_row, asks, published, status, today


def test_from_the_award_to_the_acceptance(  # noqa: PLR0917 - one walk
    phusong, database, authority, province, operator, tmp_path
):
    operator("Viettel")
    asks(database, authority)
    number = published(database, authority, province("42"))
    answer = tmp_path / "a.json"
    made = (
        number, "2", "--operator", "Viettel", "--price", "1250000000", "--on", today(),
        "--decision", "QĐ 1", "--json", answer,
    )  # fmt: skip
    code, told, _ = phusong("award", *made)
    assert code == 0
    assert "Viettel, 1.250.000.000 ₫" in told
    award = json.loads(answer.read_text())
    code, _, wrong = phusong("award", *made)
    assert code == 1
    assert "award.awarded_already" in wrong
    assert phusong("award", number, "2", "--operator", "Viettel")[0] == 2

    listed = tmp_path / "bao cao.xlsx"
    listed.write_bytes(a_list(a_row(1), a_row(2, level=-120), a_row(4)))
    code, told, _ = phusong("on-air", "check", listed, "--operator", "Viettel", "--json", answer)
    assert code == 1  # a row is rejected
    assert "on_air.zone_not_yours" in json.dumps(json.loads(answer.read_text()))
    assert status(database, authority, 1) == ["awarded"]
    code, told, _ = phusong("on-air", "submit", listed, "--operator", "Viettel")
    assert (code, "2 báo cáo mới, đã ghi." in told) == (1, True)
    code, told, _ = phusong("award", "show", award["id"])
    assert "Mức thu (dBm): không đạt" in told
    reports = dict(re.findall(r"(L2-\d\d) .*\(báo cáo ([\w-]+)\)", told))
    assert phusong("on-air", "accept", reports["L2-02"])[0] == 0
    assert phusong("on-air", "accept", reports["L2-03"])[0] == 1
    assert phusong("on-air", "refuse", reports["L2-03"], "--reason", "yếu")[0] == 0
    assert status(database, authority, 1, 2) == ["confirmed", "awarded"]

    code, told, _ = phusong(
        "deliveries", "--json", answer, "--csv", tmp_path / "a.csv", "--operator", "Viettel"
    )
    assert "3 vùng, 120 hộ" in told
    assert json.loads(answer.read_text())["total"]["confirmed"] == 1
    assert str(zone_id(1)) in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    assert "0 vùng" in phusong("deliveries", "--late")[1]
    assert "0/3 trạm mang lại ít vùng phủ mới" in phusong("award", "counts")[1]
    form = tmp_path / "mau.xlsx"
    assert phusong("on-air", "form", "--operator", "Viettel", "-o", form)[0] == 0
    assert form.read_bytes()[:2] == b"PK"
    assert phusong("award", "extend", award["id"], "--until", "2099-01-01", "--reason", "bão",
                   "--document", "CV")[0] == 0  # fmt: skip
    assert phusong("award", "cancel", award["id"], "--reason", "từ chối")[0] == 0
    assert "Đã hủy" in phusong("award", "list")[1]


def test_a_list_of_awards(  # noqa: PLR0917 - everybody
    phusong, database, authority, province, operator, tmp_path
):
    operator("Viettel")
    number = published(database, authority, province("42"))
    listed = tmp_path / "kq.csv"
    day = f"{today():%d/%m/%Y}"
    head = "Số gói thầu;Lô;Doanh nghiệp;Giá;Ngày;Quyết định\n"
    listed.write_text(f"{head}{number};1;Viettel;5000000;{day};QĐ\n{number};2;Viettel;;{day};QĐ\n")
    code, told, _ = phusong("award", "check", listed)
    assert (code, "chưa giao được" in told) == (1, True)
    assert phusong("award", "load", listed)[0] == 1
    assert status(database, authority, 1, 4) == ["in_package"] * 2
    listed.write_text(f"{head}{number};1;Viettel;5000000;{day};QĐ\n{number};2;Viettel;7;{day};QĐ\n")
    assert phusong("award", "load", listed)[0] == 0
    assert status(database, authority, 1, 4) == ["awarded"] * 2


@pytest.mark.parametrize(
    "command",
    [("award", "check"), ("award", "load"), ("on-air", "check"), ("on-air", "submit")],
    ids="-".join,
)
def test_a_list_that_cannot_be_read_is_refused_in_json_too(  # noqa: PLR0917 - everybody
    phusong, database, authority, province, operator, tmp_path, command
):
    operator("Viettel")
    published(database, authority, province("42"))
    broken, answer = tmp_path / "hong.xlsx", tmp_path / "a.json"
    broken.write_bytes(b"PK\x03\x04 no workbook")
    asked = ("--operator", "Viettel") if command[0] == "on-air" else ()
    code, _, wrong = phusong(*command, broken, *asked, "--json", answer)
    told = json.loads(answer.read_text())
    assert code == 1
    assert (told["file"], told["status"]) == ("hong.xlsx", "refused")
    assert [found["rule"].split(".")[0] for found in told["findings"]] == ["file"]
    assert told["findings"][0]["rule"] in wrong
