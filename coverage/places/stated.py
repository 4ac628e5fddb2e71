"""What a survey row says of its commune, taken apart: name, code, district, province, before or now."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from coverage.findings import Finding, finding
from coverage.places.names import Names, kind_of
from coverage.places.units import Level

_SEPARATORS = re.compile(r"[,;()]|(?<=\s)(?=cũ$)", re.IGNORECASE)
_DISTRICTS = {"huyện", "quận", "thị xã", "thành phố"}
_FEWEST_CODE_DIGITS = 4  # "Phường 12" may be written 12; no code has fewer than four digits left
_CODE_DIGITS = Level.COMMUNE.code_digits


@dataclass(frozen=True, slots=True)
class Stated:
    """What one row states of its commune; ``province_code`` is the submitting province's."""

    province_code: str
    name: str | None = None
    code: str | None = None
    district: str | None = None
    province: str | None = None
    former: bool = False  # the column or the cell says "cũ"


@dataclass(slots=True)
class Context:
    """What the province and district columns say: which former provinces and districts."""

    former_provinces: frozenset[str] = frozenset()
    districts: frozenset[str] = frozenset()
    speaks_of_before: bool = False  # a district, or a province that is no more
    findings: list[Finding] = field(default_factory=list)


def taken_apart(names: Names, stated: Stated) -> Stated:
    """A cell such as ``Xã Tân An, huyện Văn Bàn`` or ``Xã Tân An (cũ)``, or a code as a name."""
    name = stated.name or ""
    if not stated.code and whole_code(name)[0] and len(name) >= _FEWEST_CODE_DIGITS:
        return replace(stated, name=None, code=name)
    parts = [part.strip() for part in _SEPARATORS.split(name) if part.strip()]
    if len(parts) <= 1 or names.by_name(stated.province_code, name):
        return stated
    former = any(part.casefold() == "cũ" for part in parts)
    taken = replace(stated, name=parts[0], former=stated.former or former)
    for part in parts[1:]:
        kind = kind_of(part)
        if kind in _DISTRICTS and not taken.district:
            taken = replace(taken, district=part)
        elif kind == "tỉnh" and not taken.province:
            taken = replace(taken, province=part)
    return taken


def context_of(names: Names, stated: Stated) -> Context:
    """Return what the province and district columns narrow down, and what is wrong with them."""
    context = Context(speaks_of_before=stated.former)
    province = names.provinces[stated.province_code]
    if stated.province:
        present = names.present_provinces(stated.province)
        once = [
            unit for unit, now in names.provinces_once(stated.province)
            if stated.province_code in now
        ]  # fmt: skip
        facts: dict[str, Any] = {"read": stated.province, "province": province.full_name}
        if once:
            context.former_provinces = frozenset(unit.code for unit in once)
        if stated.province_code not in present and once:
            context.speaks_of_before = True
            context.findings.append(
                finding("place.province_former", read=stated.province, now=province.full_name)
            )
        elif stated.province_code not in present and (
            present or names.provinces_once(stated.province)
        ):
            others = present or set(names.provinces_once(stated.province)[0][1])
            other = ", ".join(names.provinces[code].full_name for code in sorted(others))
            context.findings.append(finding("place.province_differs", other=other, **facts))
        elif stated.province_code not in present:
            context.findings.append(finding("place.province_unknown_name", **facts))
    if stated.district:
        districts = names.district(stated.province_code, stated.district)
        context.districts = frozenset(unit.code for unit in districts)
        context.speaks_of_before |= bool(districts)
        if not districts:
            context.findings.append(
                finding("place.district_unknown", read=stated.district, province=province.full_name)
            )
    return context


def whole_code(text: str | None) -> tuple[str | None, bool]:
    """The five digits of a code, and whether leading zeros had to be given back."""
    digits = (text or "").strip().removesuffix(".0")
    if not (digits.isascii() and digits.isdigit() and 0 < len(digits) <= _CODE_DIGITS):
        return None, False
    return digits.zfill(_CODE_DIGITS), len(digits) < _CODE_DIGITS
