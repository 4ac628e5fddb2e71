"""The verdicts about an operator: a list with clocks, one of them in words, and the list as CSV."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar
from urllib.parse import urlencode

from babel.numbers import format_decimal
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import dependencies as asked
from api.door import today
from api.pages.rendering import render
from api.pages.verdicts import Contradiction, contradictions_of
from api.paging import read_cursor, write_cursor
from api.ranges import attachment
from api.verdict_words import direction_of, rule_sentence
from api.verdicts import ORDER
from api.words import word
from api.zones import PROVINCE
from coverage.actions import own_verdicts, units
from coverage.actions.own_verdicts import TimedVerdict
from coverage.dossier.listing import BYTE_ORDER_MARK, guarded
from coverage.evidence import Reason, Verdict
from coverage.findings import Language
from coverage.storage.own_verdicts import KEY_SHAPE, OwnVerdict, VerdictFilter
from coverage.storage.units import NamedUnit
from coverage.towers import Technology

router = APIRouter(prefix="/verdicts")
VERDICTS_PER_PAGE = 50


class Clock(StrEnum):
    """What the list's filter may ask of the clocks."""

    RUNNING = "running"
    IN_DISPUTE = "in_dispute"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class VerdictsPage:
    """A page of a filtered list; ``more`` is the address of the next page."""

    verdicts: Sequence[TimedVerdict]
    total: int
    wanted: VerdictFilter
    clock: Clock | None
    provinces: Sequence[NamedUnit]
    begins: bool
    more: str | None
    query: str
    technologies: Sequence[Technology] = tuple(Technology)
    kinds: Sequence[Verdict] = tuple(Verdict)
    clocks: Sequence[Clock] = tuple(Clock)
    template: ClassVar[str] = "verdicts.html"


@dataclass(frozen=True, slots=True)
class VerdictPage:
    """One verdict with everything that it rests on; ``limit_bytes`` is for the dispute's file."""

    timed: TimedVerdict
    reasons: Sequence[str]
    contradictions: Sequence[Contradiction]
    direction: str
    limit_bytes: int
    template: ClassVar[str] = "verdict.html"


ProvinceOrAll = Annotated[str, Query(pattern=rf"^$|{PROVINCE}")]


@router.get("")
def verdicts_page(  # noqa: PLR0913, PLR0917 - each is one field of the filter's form
    request: Request, opened: asked.Opened, holder: asked.Visiting,
    province: ProvinceOrAll = "", technology: str = "", verdict: str = "", clock: str = "",
    cursor: str | None = None,
) -> Response:  # fmt: skip
    """Show one page of the verdicts about the visitor's organisation."""
    wanted, kind = _wanted(province, technology, verdict, clock)
    after = read_cursor(cursor, ORDER, KEY_SHAPE)
    found = own_verdicts.verdicts_about_me(
        opened, holder.actor, today(), wanted, after=after, limit=VERDICTS_PER_PAGE
    )
    told = {
        "province": wanted.province_code or "", "technology": wanted.technology or "",
        "verdict": wanted.verdict or "", "clock": kind or "",
    }  # fmt: skip
    query = urlencode({name: text for name, text in told.items() if text})
    more = None
    if found.next_key is not None:
        more = "/verdicts?" + urlencode(
            {**{n: t for n, t in told.items() if t}, "cursor": write_cursor(ORDER, found.next_key)}
        )
    page = VerdictsPage(
        found.verdicts, found.total, wanted, kind, units.provinces(opened, holder.actor),
        begins=after is None, more=more, query=query,
    )  # fmt: skip
    return render(request, page)


@router.get("/export")
def export(  # noqa: PLR0917 - each is one field of the filter's form
    request: Request, opened: asked.Opened, holder: asked.Visiting,
    province: ProvinceOrAll = "", technology: str = "", verdict: str = "", clock: str = "",
) -> Response:  # fmt: skip
    """Hand out the wanted verdicts as CSV that Excel reads with its Vietnamese letters."""
    wanted, _ = _wanted(province, technology, verdict, clock)
    language = asked.language(request)
    every = own_verdicts.every_verdict_about_me(opened, holder.actor, today(), wanted)
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(_HEADER[language])
    for timed in every:
        table.writerow(_line(timed, language))
    content = (BYTE_ORDER_MARK + text.getvalue()).encode()
    return Response(
        content, media_type="text/csv; charset=utf-8", headers=attachment("ket-luan.csv")
    )


@router.get("/{zone_id}/{technology}")
def verdict_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting, zone_id: uuid.UUID,
    technology: Technology,
) -> Response:  # fmt: skip
    """Show one verdict in words, with its clock and the form to dispute it."""
    timed = own_verdicts.verdict_about_me(opened, holder.actor, today(), zone_id, technology)
    language = asked.language(request)
    page = VerdictPage(
        timed, reason_sentences(timed.own, language), _against(timed.own, language),
        direction_of(timed.own.bearing_deg, language),
        asked.settings(request).intake.max_bytes,
    )  # fmt: skip
    return render(request, page)


def _against(own: OwnVerdict, language: Language) -> list[Contradiction]:
    """Tell whether the province's word stands against what the operator publishes."""
    if Reason.REPORTED_OTHERWISE not in own.reasons:
        return []
    return contradictions_of([(_YOU[language], own.technology, own.verdict)], language)


_YOU = {Language.VI: "doanh nghiệp", Language.EN: "the operator"}


def reason_sentences(own: OwnVerdict, language: Language) -> list[str]:
    """Return why a verdict was given, a sentence for each reason."""
    facts = {
        "operator": _YOU[language],
        "technology": own.technology.value,
        "distance_m": _metres(own.distance_m, language),
        "direction": direction_of(own.bearing_deg, language),
        "reach_m": _metres(own.reach_m, language),
        "criteria": own.criteria,
    }
    return [rule_sentence(code, facts, language) for code in own.reasons]


def _metres(value: float | None, language: Language) -> str:
    locale = "vi_VN" if language is Language.VI else "en_GB"
    return "?" if value is None else format_decimal(round(value), locale=locale)


def _wanted(
    province: str, technology: str, verdict: str, clock: str
) -> tuple[VerdictFilter, Clock | None]:
    """Read the filter; what it does not know asks nothing."""
    kind = Clock(clock) if clock in set(Clock) else None
    disputable = {Clock.RUNNING: True, Clock.OVER: False}.get(kind) if kind else None
    return VerdictFilter(
        province or None,
        Technology(technology) if technology in set(Technology) else None,
        Verdict(verdict) if verdict in set(Verdict) else None,
        disputable=disputable,
        in_dispute=kind is Clock.IN_DISPUTE,
    ), kind


_HEADER = {
    Language.VI: [
        "Mã vùng", "Tỉnh", "Xã", "Thôn, bản", "Vĩ độ", "Kinh độ", "Công nghệ", "Kết luận", "Lý do",
        "Trạm gần nhất", "Khoảng cách (m)", "Bộ tiêu chí", "Ngày kết luận", "Phản hồi đến hết",
        "Tình trạng",
    ],
    Language.EN: [
        "Zone id", "Province", "Commune", "Village", "Latitude", "Longitude", "Technology",
        "Verdict", "Reasons", "Nearest site", "Distance (m)", "Criteria set", "Given on",
        "Dispute until", "State",
    ],
}  # fmt: skip


def _line(timed: TimedVerdict, language: Language) -> list[str]:
    own = timed.own
    return [
        str(own.zone_id), guarded(own.province), guarded(own.commune), guarded(own.village),
        f"{own.latitude:.6f}", f"{own.longitude:.6f}", own.technology.value,
        word(own.verdict, language), " ".join(reason_sentences(own, language)),
        guarded(own.site_code or ""),
        "" if own.distance_m is None else f"{own.distance_m:.0f}",
        guarded(own.criteria), timed.given_on.isoformat(), timed.until.isoformat(),
        word(timed.state, language),
    ]  # fmt: skip
