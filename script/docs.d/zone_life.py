"""Writes docs/zone_life.md from the table of moves: run it after every change of the table."""

from __future__ import annotations

from pathlib import Path

from api.words import word
from coverage.findings import Language
from coverage.people import Role
from coverage.zone_life import TRANSITIONS, Need, Transition
from coverage.zones import ZoneStatus

PAGE = Path(__file__).resolve().parents[2] / "docs" / "zone_life.md"

HEAD = """# Vòng đời của một vùng lõm sóng · The life of a zone

Trang này được sinh ra từ `coverage/zone_life.py` bằng `script/docs.d/zone_life.py`; đừng sửa tay.
This page is generated from the code; do not edit it by hand.

Cơ sở dữ liệu giữ cùng bảng ấy (`zone_move`) và từ chối mọi thay đổi trạng thái khác; mỗi thay đổi
được ghi vào lịch sử của vùng (`zone_event`) và vào nhật ký có chuỗi băm, kèm người làm và lý do.
The database holds the same table and refuses every other change of status; each change is written
to the zone's history and to the hash-chained log, with who made it and why.

"""
NEEDS = {
    Need.REASON: "lý do · a reason",
    Need.OTHER_ZONE: "vùng nhận · the zone that takes it in",
    Need.FUND_QUEUE: "Quỹ chi trả · the fund pays",
}


def page() -> str:
    """Return the page as it must stand."""
    return HEAD + _diagram() + _table() + _statuses()


def _diagram() -> str:
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {ZoneStatus.REPORTED.value}"]
    lines += [f"    {one.value} : {word(one)}" for one in ZoneStatus]
    lines += [
        f"    {source.value} --> {row.target.value} : {word(row.move)}"
        for row in TRANSITIONS
        for source in _in_order(row)
    ]
    return "\n".join([*lines, "```", "", ""])


def _table() -> str:
    lines = [
        "| Việc · Move | Từ · From | Đến · To | Ai · Who | Cần · Needs |", "|---|---|---|---|---|",
    ]  # fmt: skip
    for row in TRANSITIONS:
        sources = ", ".join(f"`{one.value}`" for one in _in_order(row))
        roles = ", ".join(word(role) for role in Role if role in row.roles)
        needs = "; ".join(NEEDS[need] for need in Need if need in row.needs)
        both = f"{word(row.move)} · {word(row.move, Language.EN)}"
        lines.append(
            f"| {both} `{row.move.value}` | {sources} | `{row.target.value}` | {roles} | {needs} |"
        )
    return "\n".join([*lines, "", ""])


def _statuses() -> str:
    lines = ["| Trạng thái · Status | |", "|---|---|"]
    lines += [f"| {word(one)} · {word(one, Language.EN)} | `{one.value}` |" for one in ZoneStatus]
    return "\n".join([*lines, ""])


def _in_order(row: Transition) -> list[ZoneStatus]:
    return [status for status in ZoneStatus if status in row.sources]


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
