"""``phusong progress``: what it prints, writes and exits with."""

import json

from coverage.zones import Queue, ZoneStatus
from tests.builders import a_zone
from tests.reported import load_places, report


def test_it_prints_the_figures_and_writes_them_as_json(
    phusong, database, authority, province, tmp_path
):
    load_places(database, authority)
    report(
        database, province("42"), a_zone(1, households=1464), a_zone(2, queue=Queue.POWER),
        a_zone(3, status=ZoneStatus.CONFIRMED),
    )  # fmt: skip
    answer = tmp_path / "a.json"
    code, told, _ = phusong("progress", "--json", answer)
    assert code == 0
    assert "Còn chờ: 1.504 hộ, 2 vùng" in told
    assert "Đã phát sóng: 40 hộ, 1 vùng" in told
    assert "Hà Tĩnh: 1.504 hộ, 2 vùng, chờ 0 ngày" in told
    assert "Đã duyệt, chờ gói thầu 2; Đã đo kiểm xác nhận 1" in told
    written = json.loads(answer.read_text())
    assert written["headline"]["waiting"] == {"zones": 2, "households": 1504}
    assert written["criteria"]["name"] in told
    code, told, _ = phusong("progress", "--province", "40")
    assert (code, "Còn chờ: 0 hộ" in told) == (0, True)
    code, _, wrong = phusong("progress", "--province", "99")
    assert (code, "99" in wrong) == (1, True)
