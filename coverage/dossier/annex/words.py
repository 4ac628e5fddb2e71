"""Numbers and turns of phrase of the annex, as Vietnamese official papers have them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from coverage.packages import (
    VIETNAM_TIME,
    Package,
    PackageCriteria,
    PackageKind,
    ProcurementMode,
)

NOT_STATED = "Chưa rõ"
NOT_ASKED = "Chưa quy định"
NO_FIGURE = "Chưa có số liệu"
NONE = "–"
_VIETNAMESE_SIGNS = str.maketrans(",.", ".,")


@dataclass(frozen=True, slots=True)
class Manner:
    """The words of one way to find the operator."""

    title: str
    way: str  # how the operator is found
    offer: str  # what it hands in
    awarded: str  # from when its clock runs


MANNERS = {
    ProcurementMode.TENDER: Manner(
        "CHƯƠNG V. YÊU CẦU VỀ KỸ THUẬT VÀ PHẠM VI CUNG CẤP",
        "đấu thầu", "hồ sơ dự thầu", "ngày trao thầu",
    ),
    ProcurementMode.ORDER: Manner(
        "PHỤ LỤC KỸ THUẬT: YÊU CẦU VÀ PHẠM VI CUNG CẤP",
        "đặt hàng", "phương án thực hiện", "ngày đặt hàng",
    ),
    ProcurementMode.ASSIGNMENT: Manner(
        "PHỤ LỤC KỸ THUẬT: YÊU CẦU VÀ PHẠM VI CUNG CẤP",
        "giao nhiệm vụ", "phương án thực hiện", "ngày giao nhiệm vụ",
    ),
}  # fmt: skip
_KINDS = {
    PackageKind.FIRST: "",
    PackageKind.AMENDMENT: " (bản sửa đổi)",
    PackageKind.CLARIFICATION: " (bản làm rõ)",
}


def manner(package: Package) -> Manner:
    """Return the words for how this package's operator is found."""
    return MANNERS[package.mode]


def version_words(package: Package) -> str:
    """Return the version as it is told: ``phiên bản 2 (bản sửa đổi)``."""
    return f"phiên bản {package.version}{_KINDS[package.kind]}"


def standing(used: PackageCriteria) -> str:
    """Return what a criteria set rests on; that it is not official is said once."""
    if used.official or "chưa chính thức" in used.document.lower():
        return used.document
    return f"{used.document} (chưa chính thức)"


def vintage_words(name: str) -> str:
    """Return the name of a list of places as it is told: ``ngày 30/04/2026``."""
    try:
        return f"ngày {date.fromisoformat(name):%d/%m/%Y}"
    except ValueError:
        return name


def whole(number: int | None, unknown: str = NO_FIGURE) -> str:
    """Return a whole number as papers group it: ``6.900``; what is not known stays unknown."""
    return unknown if number is None else f"{number:,}".replace(",", ".")


def decimal(number: float | None, unknown: str = NOT_ASKED) -> str:
    """Return a figure with a decimal comma, as short as it is: ``2,5``."""
    if number is None:
        return unknown
    return f"{number:.10g}".replace(".", ",").replace("-", "\u2212")


def degrees(value: float | None) -> str:
    """Return degrees as a receiver takes them: seven decimals behind a point."""
    return NONE if value is None else f"{value:.7f}"


def metres(value: float | None) -> str:
    """Return metres on the grid: two decimals behind a point."""
    return NONE if value is None else f"{value:.2f}"


def quantity(value: float | None) -> str:
    """Return how many masts, kilometres, hops or households a cost is for."""
    if value is None:
        return NO_FIGURE
    return f"{round(value, 2):,.10g}".translate(_VIETNAMESE_SIGNS)


def yes_no(value: bool | None) -> str:
    """Return Có, Không or Chưa rõ."""
    return NOT_STATED if value is None else "Có" if value else "Không"


def day(moment: datetime) -> str:
    """Return the day in Việt Nam: ``23/11/2026``."""
    return moment.astimezone(VIETNAM_TIME).strftime("%d/%m/%Y")


def long_day(moment: datetime) -> str:
    """Return the day as the head of a paper has it: ``ngày 23 tháng 11 năm 2026``."""
    local = moment.astimezone(VIETNAM_TIME)
    # Papers write days and the first two months with two digits, so that nobody adds one.
    early = 2
    month = f"{local.month:02d}" if local.month <= early else str(local.month)
    return f"ngày {local.day:02d} tháng {month} năm {local.year}"


def inside_a_sentence(full_name: str) -> str:
    """Return a place's name as it stands inside a sentence: tỉnh Hà Tĩnh."""
    return full_name[:1].lower() + full_name[1:]


def first_letter(text: str) -> str:
    """Return a text with its first letter large."""
    return text[:1].upper() + text[1:]


def numbers_in_words(numbers: Sequence[int]) -> str:
    """Return numbers in their order with runs drawn together: ``1, 3–7``."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    pair = 2
    return ", ".join(
        f"{run[0]}–{run[-1]}" if len(run) > pair else ", ".join(map(str, run)) for run in runs
    )
