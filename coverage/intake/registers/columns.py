"""Which column of a tower register holds what, by its heading."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coverage.intake.document import Cell, Sheet, column_letter, shown
from coverage.intake.registers.operators import is_known, operator_name
from coverage.towers import Technology
from coverage.vietnamese import header_key, without_accents

SEARCHED_ROWS = 40
_LEAST_ROLES = 2
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


class Role(StrEnum):
    """What a column of a register holds."""

    OPERATOR = "operator"
    SITE_CODE = "site_code"
    SHARED_CODE = "shared_code"
    TECHNOLOGIES = "technologies"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    X = "x"
    Y = "y"
    ANTENNA_HEIGHT = "antenna_height"
    BANDS = "bands"
    STATUS = "status"
    SHAREABLE = "shareable"


_SYNONYMS: Mapping[Role, str] = {
    Role.OPERATOR: "nhà mạng; tên nhà mạng; mạng; doanh nghiệp; tên doanh nghiệp;"
    " doanh nghiệp viễn thông; nhà cung cấp; nhà cung cấp dịch vụ; đơn vị quản lý; chủ quản; mnc;"
    " operateur; opérateur; exploitant; nom op; code op; adm lb nom; operator; carrier; mno;"
    " network; network operator; provider",
    Role.SITE_CODE: "mã trạm; mã trạm bts; mã bts; tên trạm; tên trạm bts; mã nhà trạm; số hiệu trạm;"
    " trạm; trạm bts; site; site id; siteid; site code; site name; station; station id; station code;"
    " code site; num site; numero site; id station; id station anfr; sta nm anfr; enodeb id",
    Role.SHARED_CODE: "mã vị trí dùng chung; mã dùng chung; mã trạm dùng chung; mã cột dùng chung;"
    " mã vị trí; mã cột; mã cột anten; shared id; shared code; shared site; shared site id; site partage;"
    " id site partage; num site partage; code site partage; tower id; mast id; sup id",
    Role.TECHNOLOGIES: "công nghệ; loại công nghệ; công nghệ phát sóng; thế hệ mạng; loại mạng;"
    " technology; technologies; technologie; techno; technos; rat; radio; generation; systeme",
    Role.LATITUDE: "vĩ độ; lat; latitude; vĩ độ wgs84; tọa độ vĩ độ; vĩ tuyến; vd; latitude wgs84",
    Role.LONGITUDE: "kinh độ; lon; lng; long; longitude; kinh độ wgs84; tọa độ kinh độ; kinh tuyến;"
    " kd; longitude wgs84",
    Role.X: "x; tọa độ x; toạ độ x; coord x; coordonnée x; coordonnees x; x lambert 93; x lambert93;"
    " x l93; easting; east; e; x m; point x; x coordinate; x vn2000; x vn 2000",
    Role.Y: "y; tọa độ y; toạ độ y; coord y; coordonnée y; coordonnees y; y lambert 93; y lambert93;"
    " y l93; northing; north; n; y m; point y; y coordinate; y vn2000; y vn 2000",
    Role.ANTENNA_HEIGHT: "độ cao anten; chiều cao anten; độ cao treo anten; chiều cao treo anten;"
    " độ cao cột; chiều cao cột; cao độ anten; độ cao; antenna height; height; hauteur;"
    " hauteur antenne; tower height; aer nb alt bas; sup nm haut",
    Role.BANDS: "băng tần; tần số; dải tần; băng tần sử dụng; band; bands; frequency; frequencies;"
    " bande; bandes; frequence",
    Role.STATUS: "trạng thái; tình trạng; trạng thái hoạt động; hiện trạng; tình trạng hoạt động;"
    " status; statut; etat; state; on air",
    Role.SHAREABLE: "dùng chung; có dùng chung; khả năng dùng chung; chia sẻ; cho dùng chung; shared;"
    " shareable; sharing; partage; mutualise",
}
_TECHNOLOGY_FLAGS = {
    Technology.G2: "2g; gsm", Technology.G3: "3g; umts; wcdma",
    Technology.G4: "4g; lte", Technology.G5: "5g; nr; 5g nr",
}  # fmt: skip
_FLAG_WORDS = ("", "có ", "trạm ", "site ", "mạng ", "phát sóng ", "has ", "is ")


def heading_key(text: str) -> str:
    """Return a heading without accents, brackets and punctuation."""
    return without_accents(header_key(_BRACKETS.sub(" ", text)))


_ROLES = {heading_key(name): role for role, names in _SYNONYMS.items() for name in names.split(";")}
_FLAGS = {
    heading_key(word + name.strip()): technology
    for technology, names in _TECHNOLOGY_FLAGS.items()
    for name in names.split(";")
    for word in _FLAG_WORDS
}


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a sheet's data begins and which column, by index, holds what.

    ``header`` is the header's number as the user sees it, None for features. ``operators`` are
    the columns of a one-row-per-site form: each headed by an operator. ``labels`` name every
    column as the user knows it, ``headings`` are the texts above them.
    """

    first: int
    header: int | None
    roles: Mapping[Role, int]
    flags: Mapping[int, Technology]
    operators: Mapping[int, str]
    labels: tuple[str, ...]
    headings: tuple[str, ...]

    def unread(self) -> list[str]:
        """Return the headings of columns that nothing was read from."""
        used = {*self.roles.values(), *self.flags, *self.operators}
        return [text for index, text in enumerate(self.headings) if text and index not in used]

    def understood(self) -> dict[str, object]:
        """Return what each column was taken to hold, by what it is called."""
        return {
            **{role.value: self.labels[index] for role, index in self.roles.items()},
            **{flag.value: self.labels[index] for index, flag in self.flags.items()},
            **{name: self.labels[index] for index, name in self.operators.items()},
        }


def find_layout(sheet: Sheet, *, lettered: bool) -> Layout | None:
    """Return how a sheet is laid out, or None where no row names a register's columns.

    ``lettered`` tells that the user knows the columns by letters, as in a workbook.
    """
    if sheet.points is not None:
        layout = _layout(sheet.columns, first=0, header=None, labels=sheet.columns)
        return layout if layout.roles or layout.flags or layout.operators else None
    best: Layout | None = None
    for index in range(min(len(sheet.rows), SEARCHED_ROWS)):
        texts = _texts(sheet.rows, index)
        labels = tuple(
            column_letter(place) if lettered else text or column_letter(place)
            for place, text in enumerate(texts)
        )
        layout = _layout(texts, index + 1, sheet.row_numbers[index], labels)
        if _weight(layout) >= _LEAST_ROLES and (best is None or _weight(layout) > _weight(best)):
            best = layout
    return best


def _texts(rows: Sequence[Sequence[Cell]], index: int) -> tuple[str, ...]:
    """A header row's texts; an empty cell takes the heading merged over it from the row above."""
    texts = [shown(cell).strip() for cell in rows[index]]
    above = [shown(cell).strip() for cell in rows[index - 1]] if index else []
    texts += [""] * (len(above) - len(texts))
    return tuple(
        text or (above[place] if place < len(above) else "") for place, text in enumerate(texts)
    )


def _weight(layout: Layout) -> int:
    return len(layout.roles) + len(layout.flags) + len(layout.operators)


def _layout(texts: Sequence[str], first: int, header: int | None, labels: Sequence[str]) -> Layout:
    roles: dict[Role, int] = {}
    flags: dict[int, Technology] = {}
    operators: dict[int, str] = {}
    for index, text in enumerate(texts):
        key = heading_key(text)
        if not key:
            continue
        if (role := _ROLES.get(key)) is not None:
            roles.setdefault(role, index)
        elif (flag := _FLAGS.get(key)) is not None:
            flags[index] = flag
        elif is_known(name := operator_name(text)):
            operators[index] = name
    return Layout(first, header, roles, flags, operators, tuple(labels), tuple(texts))
