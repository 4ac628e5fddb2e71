"""Survey files for the web door: a plain CSV of one province, some rows good, some not."""

from __future__ import annotations

import csv
import io

from coverage.actions import units

HEADER = ["STT", "Xã", "Thôn/Bản", "Vĩ độ", "Kinh độ", "Số hộ", "Điện lưới", "ĐBKK"]


def a_csv(database, actor, *, villages=4, bad=0, header=HEADER, prefix="Bản Thử") -> bytes:
    """A file of ``villages`` good rows, each in a commune of its own, and ``bad`` ones after."""
    places = [p for p in units.communes(database, actor, actor.province_code) if p.longitude]
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(header)
    for number, place in enumerate(places[:villages], 1):
        table.writerow([number, place.name, f"{prefix} {number}", f"{place.latitude:.6f}",
                        f"{place.longitude:.6f}", 40 + number, "Có", "x"])  # fmt: skip
    for number in range(bad):
        table.writerow([villages + number + 1, places[number].name, f"{prefix} hỏng {number}", "",
                        "", "khoảng 50", "Có", "x"])  # fmt: skip
    return text.getvalue().encode("utf-8-sig")
