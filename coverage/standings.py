"""Zones that already stand somewhere: covered, awarded in another programme, or promised.

What a list says of a zone becomes a move of the zone's life, or a promise; a zone that stands
there already is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from coverage.vietnamese import header_key, without_accents
from coverage.zone_life import Move
from coverage.zones import ZoneStatus as S


class Standing(StrEnum):
    """How a list says that a zone stands."""

    COVERED = "covered"  # đã có sóng
    AWARDED = "awarded"  # đã giao, đã trúng thầu, đang triển khai
    PROMISED = "promised"  # doanh nghiệp cam kết tự đầu tư


_WORDS: dict[Standing, str] = {
    Standing.COVERED: "đã có sóng; đã phủ sóng; đã phát sóng; có sóng; đã được phủ sóng; phủ sóng;"
    " đã có sóng di động; đã có sóng 4g; đã phủ sóng 4g; đã phát sóng 4g; đã hoàn thành phát sóng; đã hoàn thành phủ sóng; covered; on air",
    Standing.AWARDED: "đã giao; đã trúng thầu; trúng thầu; đang triển khai; đã đặt hàng; đặt hàng;"
    " đã giao nhiệm vụ; giao nhiệm vụ; đã giao doanh nghiệp; đã ký hợp đồng; đang xây dựng;"
    " đang thi công; đang triển khai xây dựng; awarded",
    Standing.PROMISED: "doanh nghiệp cam kết; cam kết; dn cam kết; dn cam kết tự đầu tư; đã cam kết; doanh nghiệp tự đầu tư;"
    " doanh nghiệp cam kết tự đầu tư; cam kết tự đầu tư; nhà mạng cam kết; doanh nghiệp đã cam kết;"
    " promised",
}
WORDS_SHOWN = "“đã có sóng”, “đã giao”, “đã trúng thầu”, “đang triển khai”, “doanh nghiệp cam kết”"
IN_WORDS = {
    Standing.COVERED: "đã có sóng",
    Standing.AWARDED: "đã giao",
    Standing.PROMISED: "doanh nghiệp cam kết",
}

STATUS = {
    S.REPORTED: "đã báo cáo",
    S.UNDER_REVIEW: "đang thẩm định",
    S.APPROVED: "đã duyệt",
    S.RETURNED: "trả lại để bổ sung",
    S.REJECTED: "không chấp nhận",
    S.MERGED: "đã nhập vào vùng khác",
    S.IN_PACKAGE: "trong gói thầu",
    S.AWARDED: "đã giao doanh nghiệp",
    S.ON_AIR: "đã phát sóng",
    S.CONFIRMED: "đã đo kiểm xác nhận",
    S.WITHDRAWN: "đã rút",
}
"""How a zone's status is called in a finding."""

_MOVES: dict[Standing, dict[S, Move]] = {
    Standing.COVERED: {
        S.REPORTED: Move.RECORD_COVERED,
        S.UNDER_REVIEW: Move.RECORD_COVERED,
        S.APPROVED: Move.GO_ON_AIR,
        S.AWARDED: Move.GO_ON_AIR,
    },
    Standing.AWARDED: {
        S.REPORTED: Move.RECORD_AWARDED,
        S.UNDER_REVIEW: Move.RECORD_AWARDED,
        S.APPROVED: Move.RECORD_AWARDED,
    },
}
_STANDS = {
    Standing.COVERED: frozenset({S.ON_AIR, S.CONFIRMED}),
    Standing.AWARDED: frozenset({S.AWARDED}),
    Standing.PROMISED: frozenset[S](),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What one row says: how the zone stands, whose doing, by which document, by which day."""

    standing: Standing
    operators: tuple[str, ...]
    document: str
    day: date | None

    def reason(self) -> str:
        """Return the reason that the zone's move is given."""
        told = [IN_WORDS[self.standing], *self.operators, self.document]
        if self.day is not None:
            told.append(f"ngày {self.day:%d/%m/%Y}")
        return "; ".join(told)


def standing_of(text: str) -> Standing | None:
    """Return what the words of a cell mean, None where they mean none of the three."""
    return _KNOWN.get(_key(text))


def move_of(standing: Standing, status: S) -> Move | None:
    """Return the move that makes a zone in ``status`` stand so, None where there is none."""
    return _MOVES.get(standing, {}).get(status)


def stands_already(standing: Standing, status: S) -> bool:
    """Tell whether a zone in ``status`` needs no move to stand so."""
    return status in _STANDS[standing]


def _key(text: str) -> str:
    return without_accents(header_key(text)).strip(" .;,-–")


_KNOWN = {_key(word): standing for standing, words in _WORDS.items() for word in words.split(";")}
