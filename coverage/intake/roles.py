"""What a body row without a position is: a group, a total, a note, or a village lacking one.

Only rows whose position columns are empty or unreadable come here. In doubt a row is data: it
is then rejected with its reasons, never dropped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from coverage.intake.columns import Columns
from coverage.intake.document import Cell, shown
from coverage.intake.fields import POSITIONS, Field
from coverage.intake.headings import is_column_numbers
from coverage.intake.profiles import PlaceNames
from coverage.intake.words import signal_of
from coverage.vietnamese import header_key, strip_unit_prefix
from coverage.zones import Signal


class Role(StrEnum):
    """What a body row is."""

    DATA = "data"
    GROUP = "group"
    TOTAL = "total"
    NOTE = "note"
    HEADER = "header"  # repeated at the top of a printed page
    NUMBERED = "numbered"  # an ordinal or a province typed in advance, and nothing else


class GroupLevel(StrEnum):
    """What a group row names."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    SIGNAL = "signal"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Group:
    """A group row's meaning: the level, the name as written, a signal where it states one."""

    level: GroupLevel
    name: str
    signal: Signal | None = None


ORDINAL = re.compile(r"(?:[IVXLC]{1,7}|\d{1,5}(?:\.\d{1,3}){0,3}|[A-ZĐ]|[a-hđ])\s*[.)\]:/-]?")
WHOLE_ORDINAL = re.compile(r"\d{1,6}(?:\.0+)?")
_LED = re.compile(r"(?:[IVXLC]{1,7}|\d{1,4}(?:\.\d{1,3}){0,2}|[A-ZĐ])\s*[.):/-]\s*(?=\D)")
_COUNTED = re.compile(
    r"\s*(?:[(:–-]\s*)?\d+(?:\.\d{3})*\s*"
    r"(?:(?:thôn|bản|ấp|xóm|điểm|hộ|vùng|khu|buôn|làng|tổ)\b.*|xã\s*)",
    re.IGNORECASE,
)
_COUNT_AFTER = re.compile(
    r"[\s:;,–-]*\(?\s*\d[\d.]*\s*(?:thôn|bản|ấp|xóm|điểm|hộ|vùng|buôn|làng)\b[^)]*\)?\s*$",
    re.IGNORECASE,
)
_AGE = re.compile(r"\s*(?:\((?:cũ|mới|nay|trước|sau)\b[^()]*\)|\bcũ)\s*$", re.IGNORECASE)
_TOTALS = frozenset(
    header_key(text)
    for text in [
        "tổng",
        " cộng",
        " toàn tỉnh",
        " toàn huyện",
        " toàn xã",
        " total",
        " sum",
        " grand total",
        " subtotal",
        " tổng hợp",
        " toàn thành phố",
        " tổng toàn tỉnh",
        " tổng chung",
        " sub total",
        " toàn phường",
        " toàn bộ",
        " lũy kế",
        " luỹ kế",
        " trung bình",
        " bình quân",
    ]
)
_SUM_SIGNS = frozenset({"Σ", "∑"})
_TOTAL_STARTS = tuple(
    header_key(text)
    for text in [
        "tổng cộng",
        " tổng số",
        " total",
        " cộng toàn",
        " tổng toàn",
        " cộng theo",
        " tổng hộ",
    ]
)
_TOTAL_OF = re.compile(
    r"(?:tổng|cộng)\s+(?:cộng\s+|số\s+)?(?:của\s+|cho\s+)?(?:nhóm|mục|phần|[ivx]+\b|xã|phường|đặc khu|thị trấn|huyện|quận"
    r"|thị xã|thành phố|tỉnh|tt\.|tp\.?|trang)(?:\s|$)",
    re.IGNORECASE,
)
_NOTES = re.compile(
    r"ghi chú\b|nơi nhận|người lập|lập biểu|kt\.|tm\.|tl\.|tuq\.|q\.\s|giám đốc|phó giám đốc"
    r"|chủ tịch|phó chủ tịch|thủ trưởng|trưởng phòng|\(?ký\b|đã ký|nguồn\s*:|lưu\s*:|lưu ý|chú thích"
    r"|\*|\(\*|xác nhận của|đơn vị tính|người tổng hợp|cán bộ|chánh văn phòng|số liệu|- như trên"
    r"|.{0,60}ngày\s.{0,12}tháng\s.{0,12}năm|(?:note|source|remark)s?\s*:|người điều tra"
    r"|trang \d+|ký, |\(đóng dấu|đại diện",
    re.IGNORECASE,
)
_MOST_NOTE_CELLS = 3
_WORDS_OF_A_REMARK = 5
_NUMBER = re.compile(r"\d[\d.,\s]*")
_CONTROL = "".join(map(chr, range(32))) + "\x7f"
_NONE_HERE = frozenset(
    header_key(text)
    for text in (
        "không có",
        "không",
        "không có thôn nào",
        "chưa có",
        "không có thôn",
        "không phát sinh",
    )
)


@dataclass(frozen=True, slots=True)
class Judged:
    """The role of one row, with the group that it opens."""

    role: Role
    group: Group | None = None


class RowJudge:
    """Judges the body rows of one table, top to bottom."""

    def __init__(
        self, columns: Columns, header_rows: Sequence[Sequence[Cell]], names: PlaceNames
    ) -> None:
        self._names = names
        self._fields = {column.index: column.field for column in columns.every}
        self._header_texts = [
            {column: header_key(shown(cell)) for column, cell in enumerate(row) if cell != ""}
            for row in header_rows
        ]
        self._has_commune = columns.has(Field.COMMUNE, Field.FORMER_COMMUNE, Field.COMMUNE_CODE)

    def judge(self, row: Sequence[Cell], *, continues: bool, ended: bool) -> Judged:
        """Return the role of ``row``, which has no position.

        ``continues``: its ordinal goes on counting the data rows; ``ended``: it stands below
        the last row that has a position.
        """
        filled = {
            column: text
            for column, cell in enumerate(row)
            if cell != "" and (text := shown(cell).strip().strip(_CONTROL))
        }
        if not filled:
            return Judged(Role.NOTE)
        if self._is_typed_ahead(filled):
            return Judged(Role.NUMBERED)
        if is_column_numbers(row) or self._repeats_header(filled):
            return Judged(Role.HEADER)
        words = {column: text for column, text in filled.items() if self._is_words(column, text)}
        if self._is_total(filled, words, continues=continues) or self._is_bare_sum(filled):
            return Judged(Role.TOTAL)
        if self._is_note(filled, words, continues=continues):
            return Judged(Role.NOTE)
        group = self._group(filled, words)
        if group is not None and (not continues or self._is_heading_though_counted(group)):
            return Judged(Role.GROUP, group)
        if ended and self._is_signature(filled, words):
            return Judged(Role.NOTE)
        return Judged(Role.DATA)

    def _is_heading_though_counted(self, group: Group) -> bool:
        """Whether a counted row can only be a heading: its commune has no column of its own."""
        return (
            not self._has_commune
            and group.level is GroupLevel.COMMUNE
            and strip_unit_prefix(group.name)[0] is not None
        )

    def _is_note(self, filled: dict[int, str], words: dict[int, str], *, continues: bool) -> bool:
        """A remark: by how it begins, by its length in a cell of its own, or "không có"."""
        if any(
            self._fields.get(column) is Field.VILLAGE and header_key(text) in _NONE_HERE
            for column, text in words.items()
        ):
            return len(words) == len(filled) - self._ordinals(filled)
        if continues or len(filled) > _MOST_NOTE_CELLS:
            return False
        first = next(iter(words.values()), "")
        if _NOTES.match(first):
            return True
        ((column, text),) = words.items() if len(words) == len(filled) == 1 else ((0, ""),)
        return (
            self._fields.get(column) in {None, Field.ORDINAL, Field.NOTE}
            and len(text.split()) >= _WORDS_OF_A_REMARK
            and self._named(text).level is GroupLevel.OTHER
        )

    def _ordinals(self, filled: dict[int, str]) -> int:
        return sum(self._fields.get(column) is Field.ORDINAL for column in filled)

    def _is_bare_sum(self, filled: dict[int, str]) -> bool:
        """Households or people and nothing else: no village has no name, place and number."""
        return all(
            self._fields.get(column) in {Field.HOUSEHOLDS, Field.POPULATION}
            and _NUMBER.fullmatch(text)
            for column, text in filled.items()
        )

    def _is_words(self, column: int, text: str) -> bool:
        """Whether a cell says something: not an ordinal, not a number, not "5 thôn"."""
        if not any(map(str.isalpha, text)) or _COUNTED.fullmatch(text):
            return False
        may_count = self._fields.get(column) in {None, Field.ORDINAL, Field.PROVINCE, Field.COMMUNE}
        return not (may_count and ORDINAL.fullmatch(text))

    def _is_typed_ahead(self, filled: dict[int, str]) -> bool:
        return all(
            (field is Field.ORDINAL and WHOLE_ORDINAL.fullmatch(text)) or field is Field.PROVINCE
            for column, text in filled.items()
            for field in (self._fields.get(column),)
        ) and any(self._fields.get(column) is Field.ORDINAL for column in filled)

    def _repeats_header(self, filled: dict[int, str]) -> bool:
        for texts in self._header_texts:
            same = sum(texts.get(column) == header_key(text) for column, text in filled.items())
            if same >= 2 and same * 10 >= len(filled) * 6:  # noqa: PLR2004 - two cells, six in ten
                return True
        return False

    def _is_total(self, filled: dict[int, str], words: dict[int, str], *, continues: bool) -> bool:
        """A row of sums: no village has such a name, unless its commune stands beside it."""
        if any(text in _SUM_SIGNS for text in filled.values()):
            return True
        for column, text in list(words.items())[:2]:
            key = header_key(_LED.sub("", text))
            exact = key in _TOTALS or _COUNTED.sub("", key) in _TOTALS
            worded = key.startswith(_TOTAL_STARTS) or _TOTAL_OF.match(_LED.sub("", text))
            own = self._is_own_place(column, words)
            if (exact and not (own and continues)) or (worded and not own):
                return True
        return False

    def _is_own_place(self, column: int, words: dict[int, str]) -> bool:
        """Whether the text is a village's name with its commune beside it."""
        return self._fields.get(column) is Field.VILLAGE and any(
            self._fields.get(other) in {Field.COMMUNE, Field.FORMER_COMMUNE} for other in words
        )

    def _group(self, filled: dict[int, str], words: dict[int, str]) -> Group | None:
        """The group that a row opens: one name, perhaps numbered, perhaps with sums beside it."""
        distinct = list(dict.fromkeys(words.values()))
        if not distinct or len(distinct) > 3:  # noqa: PLR2004 - province, district, commune
            return None
        if any(self._fields.get(column) in POSITIONS for column in words):
            return None
        marked = [
            column for column in words
            if self._fields.get(column) not in
            {None, Field.ORDINAL, Field.PROVINCE, Field.FORMER_PROVINCE, Field.DISTRICT, Field.COMMUNE,
             Field.FORMER_COMMUNE, Field.VILLAGE, Field.NOTE}
        ]  # fmt: skip
        if marked:
            return None
        ordinals = [
            text
            for column, text in filled.items()
            if column not in words and ORDINAL.fullmatch(text)
        ]
        numbered = bool(ordinals) and not WHOLE_ORDINAL.fullmatch(ordinals[0])
        if len(distinct) > 1:
            in_village = any(self._fields.get(column) is Field.VILLAGE for column in words)
            return None if in_village or (ordinals and not numbered) else self._named(distinct[-1])
        (text,) = distinct
        group = self._named(text)
        only_village = all(self._fields.get(column) is Field.VILLAGE for column in words)
        if only_village and group.level is GroupLevel.OTHER:
            # A village whose other cells are empty is a row to reject, not a heading.
            return (
                group
                if numbered and len(words) == 1 and ordinals[0].rstrip(".) ").isalpha()
                else None
            )
        if only_village and not numbered and group.level is GroupLevel.COMMUNE:
            return (
                group if strip_unit_prefix(_bare(text))[0] is not None or len(words) > 1 else None
            )
        if group.level is GroupLevel.OTHER and not (numbered or _LED.match(text)):
            return None
        return group

    def _named(self, text: str) -> Group:
        """What a group's text names."""
        name = _bare(text)
        kind, bare = strip_unit_prefix(name)
        if kind in {"xã", "phường", "thị trấn", "đặc khu"}:
            return Group(GroupLevel.COMMUNE, name)
        if kind == "tỉnh" or (kind in {None, "thành phố"} and self._names.is_province(bare)):
            return Group(GroupLevel.PROVINCE, name)
        if kind in {"huyện", "quận", "thị xã", "thành phố"}:
            return Group(GroupLevel.DISTRICT, name)
        if kind is None and self._names.is_commune(bare):
            return Group(GroupLevel.COMMUNE, name)
        signal = signal_of(name)
        if signal is not None:
            return Group(GroupLevel.SIGNAL, name, signal)
        return Group(GroupLevel.OTHER, name)

    def _is_signature(self, filled: dict[int, str], words: dict[int, str]) -> bool:
        """A few words under the table that stand in no column of a place."""
        if len(filled) > 2 or len(words) != len(filled):  # noqa: PLR2004 - two signatures side by side
            return False
        return not any(
            self._fields.get(column) in {Field.VILLAGE, Field.COMMUNE, Field.FORMER_COMMUNE}
            for column in words
        )


def _bare(text: str) -> str:
    """A group's name without its number and without "(5 thôn)"."""
    name = _LED.sub("", text.strip(), count=1)
    return without_age(_COUNT_AFTER.sub("", name).strip(" :;.,-"))


def without_age(name: str) -> str:
    """Return a place's name without "cũ", "(cũ)", "(mới)", "(nay là …)" behind it.

    No place of the present or the former list ends in "cũ"; some do in "mới".
    """
    return _AGE.sub("", name)
