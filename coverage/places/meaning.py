"""What a survey row's declared commune means: by name, by code, by former name, by spelling.

The order of belief: the present name of the province; a former name, within the district or
the former province where the row states one; then the code. A code and a name that contradict
each other, a former name that several communes had, and a misspelling are errors that only the
row's own point may lift (:attr:`PlaceMatch.lifted_inside`): nothing is guessed in silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from coverage.findings import Finding, Severity, finding
from coverage.places.misspelling import suggestions
from coverage.places.names import Former, Names, key_of, kind_of
from coverage.places.stated import Context, Stated, context_of, taken_apart, whole_code
from coverage.places.units import Unit

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """The commune that a row declares. Codes are of the gazetteer's vintage.

    ``commune_code`` is set when one commune is meant. Otherwise ``candidates`` are those that
    may be meant: of a split commune the point decides; where ``findings`` hold an error, only
    a point inside one of the communes of ``lifted_inside`` lifts it, and that finding says so.
    ``namesakes`` are present communes of former communes of the same name elsewhere in the
    province, with what to say when the point lies there.
    """

    commune_code: str | None
    candidates: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    lifted_inside: tuple[tuple[str, Finding], ...] = ()
    namesakes: tuple[tuple[str, Finding], ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether an error stands."""
        return any(found.severity is Severity.ERROR for found in self.findings)


@dataclass(frozen=True, slots=True)
class _Meaning:
    """One way to understand what is stated: communes, and the former unit it goes by."""

    codes: tuple[str, ...]
    former: Former | None = None


def meaning_of(names: Names, stated: Stated) -> PlaceMatch:
    """Return the commune that a row declares, with everything that has to be said about it."""
    stated = taken_apart(names, stated)
    context = context_of(names, stated)
    said = tuple(context.findings)
    if any(found.severity is Severity.ERROR for found in said):
        return PlaceMatch(None, (), said)
    match = _matched(names, stated, context)
    return replace(match, findings=(*said, *match.findings))


def _matched(names: Names, stated: Stated, context: Context) -> PlaceMatch:
    code, zeros = whole_code(stated.code)
    by_name = _by_name(names, stated, context)
    by_code = _by_code(names, stated.province_code, code) if code else []
    if not stated.name and not stated.code:
        return _by_district(names, stated, context)
    if not stated.code:
        return _from_name(names, stated, context, by_name)
    if not by_code:
        return _code_unknown(names, stated, context, by_name)
    match = (
        _from_both(names, stated, by_name, by_code)
        if stated.name
        else _from_code(names, stated, context, by_code)
    )
    if zeros:
        note = finding("place.code_zeros", read=stated.code, code=code)
        match = replace(match, findings=(note, *match.findings))
    return match


def _by_name(names: Names, stated: Stated, context: Context) -> list[_Meaning]:
    """Every meaning of the name, the likeliest first; none twice."""
    if not stated.name:
        return []
    present = [_Meaning((unit.code,)) for unit in names.by_name(stated.province_code, stated.name)]
    once = [
        _Meaning(names.inside(former, stated.province_code), former)
        for former in _narrowed(names.once(stated.province_code, stated.name), stated, context)
    ]
    in_district = [
        meaning for meaning in once
        if meaning.former is not None and meaning.former.district_code in context.districts
    ]  # fmt: skip
    if in_district:
        return in_district
    of_district = {
        code for district in context.districts for code in names.communes_of_district[district]
    }
    if any(meaning.codes[0] in of_district for meaning in present):
        return present
    if context.speaks_of_before and once:
        return _distinct([*once, *present])
    return _distinct([*present, *once])


def _narrowed(formers: Sequence[Former], stated: Stated, context: Context) -> list[Former]:
    """The former communes of a name that the stated province, then the stated kind, allow."""
    found = list(formers)
    of_province = [f for f in found if f.province_code in context.former_provinces]
    if of_province and context.speaks_of_before:  # Lào Cai alone may be the present one
        found = of_province
    kind = kind_of(stated.name or "")
    if kind and len({former.district_code for former in found}) < len(found):
        of_kind = [former for former in found if kind_of(former.full_name) == kind]
        found = of_kind or found
    return found


def _distinct(meanings: Sequence[_Meaning]) -> list[_Meaning]:
    """Leave out a meaning whose communes are the same as an earlier one's."""
    seen: set[tuple[str, ...]] = set()
    kept = []
    for meaning in meanings:
        if meaning.codes not in seen:
            seen.add(meaning.codes)
            kept.append(meaning)
    return kept


def _by_code(names: Names, province_code: str, code: str) -> list[_Meaning]:
    """What a code means today, then what it meant before; within the province only."""
    found = []
    unit = names.communes.get(code)
    if unit is not None and unit.province_code == province_code:
        found.append(_Meaning((code,)))
    for former in names.former_by_code.get(code, ()):
        codes = names.inside(former, province_code)
        if codes:
            found.append(_Meaning(codes, former))
    return found


def _from_name(
    names: Names, stated: Stated, context: Context, meanings: Sequence[_Meaning]
) -> PlaceMatch:
    if not meanings:
        return _unheard_of(names, stated, str(stated.name))
    first = meanings[0]
    if first.former is None:
        namesakes = tuple(
            (code, finding("place.namesake", read=stated.name, was=other.former.label,
                           now=names.communes[code].full_name))
            for other in meanings[1:] if other.former is not None
            for code in other.codes if code not in first.codes
        )  # fmt: skip
        return replace(_settled(names, stated, first), namesakes=namesakes)
    formers = [meaning for meaning in meanings if meaning.former is not None]
    match = (
        _settled(names, stated, first) if len(formers) == 1 else _ambiguous(names, stated, formers)
    )
    strayed = bool(context.districts) and first.former.district_code not in context.districts
    if strayed and not match.is_refused:
        note = finding("place.district_differs", read=stated.name, district=stated.district,
                       used=first.former.label)  # fmt: skip
        match = replace(match, findings=(*match.findings, note))
    return match


def _from_code(
    names: Names, stated: Stated, context: Context, meanings: Sequence[_Meaning]
) -> PlaceMatch:
    """A code alone: today's, unless the row speaks of before; the other if the point lies there."""
    ordered = sorted(meanings, key=lambda meaning: (meaning.former is not None)
                     is not context.speaks_of_before)  # fmt: skip
    first, others = ordered[0], ordered[1:]
    namesakes = tuple(
        (code, finding("place.namesake", read=stated.code, was=_label(names, other),
                       now=names.communes[code].full_name))
        for other in others for code in other.codes if code not in first.codes
    )  # fmt: skip
    return replace(_settled(names, stated, first), namesakes=namesakes)


def _from_both(
    names: Names, stated: Stated, by_name: Sequence[_Meaning], by_code: Sequence[_Meaning]
) -> PlaceMatch:
    """Name and code: together they must mean one unit, present or former."""
    code, _ = whole_code(stated.code)
    key = key_of(str(stated.name))
    for meaning in by_code:
        if key == key_of(_name(names, meaning)):
            match = _settled(names, stated, meaning)
            reused = names.communes.get(str(code))
            if meaning.former is None or reused is None or (reused.code,) == meaning.codes:
                return match
            note = finding("place.code_reused", code=code, read=stated.name,
                           was=meaning.former.label, now=reused.full_name)  # fmt: skip
            return replace(match, findings=(*match.findings, note))
    for meaning in by_name:  # the name is today's, the code that of a commune merged into it
        if any(set(meaning.codes) & set(other.codes) for other in by_code):
            return _settled(names, stated, meaning)
    meant = suggestions(key, {key_of(_name(names, meaning)) for meaning in by_code})
    if not by_name and meant:
        meaning = next(m for m in by_code if key_of(_name(names, m)) == meant[0])
        note = finding("place.spelling_by_code", read=stated.name, code=code,
                       used=_label(names, meaning))  # fmt: skip
        match = _settled(names, stated, meaning)
        return replace(match, findings=(*match.findings, note))
    told = finding(
        "place.code_name_differ", code=code, read=stated.name,
        by_code=_label(names, by_code[0]),
        by_name=_label(names, by_name[0]) if by_name else "–",
    )  # fmt: skip
    lifted = tuple(
        (commune, finding("place.code_name_assumed", code=code, read=stated.name,
                          by_code=_label(names, by_code[0]),
                          used=names.communes[commune].full_name))
        for meaning in (*by_name, *by_code[:1]) for commune in meaning.codes
    )  # fmt: skip
    return _open(lifted, told)


def _code_unknown(
    names: Names, stated: Stated, context: Context, by_name: Sequence[_Meaning]
) -> PlaceMatch:
    """A code that means nothing here: the name alone decides, if there is one."""
    province = names.provinces[stated.province_code].full_name
    if not stated.name:
        code, _ = whole_code(stated.code)
        elsewhere = names.communes.get(code or "")
        if elsewhere is not None:
            return PlaceMatch(None, (), (_elsewhere(names, stated, str(stated.code), [elsewhere]),))
        told = finding("place.code_unknown", read=stated.code, province=province)
        return PlaceMatch(None, (), (told,))
    match = _from_name(names, stated, context, by_name)
    if match.is_refused:
        return match
    used = ", ".join(names.communes[code].full_name for code in match.candidates)
    note = finding("place.code_ignored", read=stated.code, province=province, used=used)
    return replace(match, findings=(*match.findings, note))


def _by_district(names: Names, stated: Stated, context: Context) -> PlaceMatch:
    """No commune stated: right only for the island districts, which had none."""
    for district in context.districts:
        for former in names.former_by_code.get(district, ()):
            return _settled(names, stated, _Meaning(former.successors, former))
    return PlaceMatch(None, (), (finding("place.missing"),))


def _unheard_of(names: Names, stated: Stated, read: str) -> PlaceMatch:
    """A name that nobody in the province has or had: a misspelling, another province's, or none."""
    province = names.provinces[stated.province_code].full_name
    spellings = names.spellings(stated.province_code)
    meant = suggestions(key_of(read), spellings)
    meanings = [spelling for key in meant for spelling in spellings[key]]
    codes = sorted({code for meaning in meanings for code in meaning.codes})
    if codes:
        labels = [meaning.label for meaning in meanings]
        shown = "; ".join(labels[:_SHOWN]) + ("…" if len(labels) > _SHOWN else "")
        told = finding("place.spelling", read=read, province=province, candidates=shown)
        lifted = tuple(
            (code, finding("place.spelling_assumed", read=read, province=province,
                           assumed=names.communes[code].full_name))
            for code in codes
        )  # fmt: skip
        return _open(lifted, told)
    key = key_of(read)
    elsewhere = [
        unit for units in names.current.values() for unit in units
        if key_of(unit.full_name) == key
    ]  # fmt: skip
    if elsewhere:
        return PlaceMatch(None, (), (_elsewhere(names, stated, read, elsewhere),))
    return PlaceMatch(None, (), (finding("place.unknown", read=read, province=province),))


def _elsewhere(names: Names, stated: Stated, read: str, units: Sequence[Unit]) -> Finding:
    provinces = sorted({unit.province_code for unit in units})
    listed = ", ".join(names.provinces[code].full_name for code in provinces[:_SHOWN])
    return finding(
        "place.other_province", read=read, other=listed,
        province=names.provinces[stated.province_code].full_name,
    )  # fmt: skip


def _settled(names: Names, stated: Stated, meaning: _Meaning) -> PlaceMatch:
    """A meaning that nothing contradicts: one commune, or the parts of a split one."""
    if meaning.former is None:
        return PlaceMatch(meaning.codes[0], meaning.codes)
    read = stated.name or stated.code or stated.district
    labels = [names.communes[code].full_name for code in meaning.codes]
    if len(meaning.codes) > 1:
        told = finding("place.split", was=meaning.former.label, now=", ".join(labels))
        return PlaceMatch(None, meaning.codes, (told,))
    if stated.name and key_of(meaning.former.full_name) == key_of(labels[0]):
        return PlaceMatch(meaning.codes[0], meaning.codes)  # it kept its name
    told = finding("place.former", read=read, was=meaning.former.label, now=labels[0])
    return PlaceMatch(meaning.codes[0], meaning.codes, (told,))


def _ambiguous(names: Names, stated: Stated, meanings: Sequence[_Meaning]) -> PlaceMatch:
    """A former name that several communes had, with nothing to tell them apart but the point."""
    labels = [_label(names, meaning) for meaning in meanings]
    told = finding(
        "place.ambiguous", read=stated.name, candidates="; ".join(labels),
        province=names.provinces[stated.province_code].full_name,
    )  # fmt: skip
    lifted = tuple(
        (code, finding("place.ambiguous_assumed", read=stated.name, was=label,
                       now=names.communes[code].full_name))
        for meaning, label in zip(meanings, labels, strict=True) for code in meaning.codes
    )  # fmt: skip
    return _open(lifted, told)


def _open(lifted: tuple[tuple[str, Finding], ...], told: Finding) -> PlaceMatch:
    """An error that a point inside one of the communes lifts; the first word on each stands."""
    first = dict(reversed(lifted))
    return PlaceMatch(None, tuple(sorted(first)), (told,), tuple(sorted(first.items())))


def _name(names: Names, meaning: _Meaning) -> str:
    if meaning.former is not None:
        return meaning.former.full_name
    return names.communes[meaning.codes[0]].full_name


def _label(names: Names, meaning: _Meaning) -> str:
    if meaning.former is not None:
        return meaning.former.label
    return names.communes[meaning.codes[0]].full_name
