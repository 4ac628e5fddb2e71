"""What stands above and below a table: agency, title, document number and date, period.

UBND TỈNH ĐẮK LẮK                     CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
SỞ KHOA HỌC VÀ CÔNG NGHỆ                  Độc lập - Tự do - Hạnh phúc
        DANH SÁCH THÔN, BẢN LÕM SÓNG … QUÝ IV NĂM 2025
        (Kèm theo Công văn số 112/SKHCN-BCVT ngày 15/01/2026)
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

_NUMBER = re.compile(
    r"\b(?:công văn|cv|báo cáo|bc|tờ trình|quyết định|kế hoạch|văn bản|số)\b[^0-9/]{0,12}"
    r"(?:số\s*[:.]?\s*)?(?P<number>\d{1,6}\s*/\s*(?:\d{4}\s*/\s*)?[A-ZĐ][A-ZĐa-z0-9.-]*(?:-[A-ZĐ0-9.]+)*)",
    re.IGNORECASE,
)
_DATES = (
    re.compile(
        r"ngày\s*(?P<day>\d{1,2})\s*[/.-]\s*(?P<month>\d{1,2})\s*[/.-]\s*(?P<year>\d{4})",
        re.IGNORECASE,
    ),
    re.compile(
        r"ngày\s*(?P<day>\d{1,2})\s*tháng\s*(?P<month>\d{1,2})\s*năm\s*(?P<year>\d{4})",
        re.IGNORECASE,
    ),
)
_ROMAN_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_QUARTER = re.compile(
    r"\bqu[ýí]\s*(?P<quarter>iv|i{1,3}|[1-4])\s*(?:[/,-]|năm)?\s*(?:năm\s*)?(?P<year>20\d\d)",
    re.IGNORECASE,
)
_HALF = re.compile(r"\b(?P<half>6 tháng (?:đầu|cuối)) năm\s*(?P<year>20\d\d)", re.IGNORECASE)
_MONTH = re.compile(
    r"(?<!ngày )\btháng\s*(?P<month>1[0-2]|0?[1-9])\s*(?:/|năm)\s*(?P<year>20\d\d)", re.IGNORECASE
)
_UNTIL = re.compile(
    r"(?:đến|tính đến|đến hết)\s*(?:ngày\s*)?(?P<day>\d{1,2})\s*[/.-]\s*(?P<month>\d{1,2})\s*[/.-]\s*(?P<year>\d{4})",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\bnăm\s*(?P<year>20\d\d)\b", re.IGNORECASE)
_AGENCY = re.compile(
    r"^(?:ubnd|ủy ban nhân dân|uỷ ban nhân dân|sở|phòng|bộ|cục|trung tâm|ban)\b", re.IGNORECASE
)
_PARENT_AGENCY = re.compile(r"^(?:ubnd|ủy ban nhân dân|uỷ ban nhân dân|bộ)\b", re.IGNORECASE)
_TITLE = re.compile(
    r"^(?:phụ lục|biểu|mẫu|bảng|danh sách|danh mục|tổng hợp|báo cáo|thống kê|kết quả|rà soát)\b",
    re.IGNORECASE,
)
_COUNTRY = re.compile(r"cộng h[oò][aà] xã hội|độc lập\s*-", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What the paper says of itself; None where it does not. Dates are ISO 8601.

    ``period`` is ``2025-Q4``, ``2025-10``, ``2025-H2``, ``2025`` or ``..2026-01-10`` (up to a day).
    """

    agency: str | None = None
    title: str | None = None
    document_number: str | None = None
    document_date: str | None = None
    period: str | None = None

    def as_json(self) -> dict[str, str | None]:
        """Return the fields as a JSON object."""
        return asdict(self)


def read_letterhead(above: Sequence[str], below: Iterable[str] = ()) -> Letterhead:
    """Read the texts above a table, top down, and the notes below it."""
    agencies = [text for text in above if _AGENCY.match(text) and not _COUNTRY.search(text)]
    own = [text for text in agencies if not _PARENT_AGENCY.match(text)]
    titles = [
        text for text in above
        if not _COUNTRY.search(text) and text not in agencies and not text.startswith("(")
        and (_TITLE.match(text) or (text.isupper() and len(text) > 15))  # noqa: PLR2004 - words, not a mark
    ]  # fmt: skip
    lists = [text for text in titles if not re.match(r"phụ lục|biểu|mẫu", text, re.IGNORECASE)]
    number, date = _document(above)
    return Letterhead(
        agency=_tidy((own or agencies)[0]) if agencies else None,
        title=_tidy((lists or titles)[0]) if titles else None,
        document_number=number,
        document_date=date,
        period=_period(titles) or _period(above) or _until([*above, *below]),
    )


def _document(texts: Sequence[str]) -> tuple[str | None, str | None]:
    """The number of the covering document and its date, from one line where both stand there."""
    number = date = None
    for text in texts:
        found = _NUMBER.search(text)
        if found is not None and number is None:
            number = re.sub(r"\s+", "", found["number"]).rstrip(".-,")
            date = _date(text) or date
        elif date is None and not _UNTIL.search(text):
            date = _date(text)
    return number, date


def _date(text: str) -> str | None:
    for pattern in _DATES:
        found = pattern.search(text)
        if found is not None:
            return _iso(found)
    return None


def _iso(found: re.Match[str]) -> str | None:
    try:
        return dt.date(int(found["year"]), int(found["month"]), int(found["day"])).isoformat()
    except ValueError:
        return None


def _period(texts: Sequence[str]) -> str | None:
    joined = [text for text in texts if not _NUMBER.search(text)]
    for text in joined:
        if found := _QUARTER.search(text):
            return f"{found['year']}-Q{_ROMAN_QUARTERS[found['quarter'].lower()]}"
        if found := _HALF.search(text):
            return f"{found['year']}-H{1 if 'đầu' in found['half'].lower() else 2}"
        if (found := _MONTH.search(text)) and not _date(text):
            return f"{found['year']}-{int(found['month']):02d}"
    for text in joined:
        if (found := _YEAR.search(text)) and not _date(text):
            return found["year"]
    return None


def _until(texts: Iterable[str]) -> str | None:
    for text in texts:
        if (found := _UNTIL.search(text)) and (day := _iso(found)):
            return f"..{day}"
    return None


def _tidy(text: str) -> str:
    return " ".join(text.split())
