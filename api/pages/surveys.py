"""The submissions, and one of them: its receipt, its rows and what became of each."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.catalogue import mark as _
from api.pages.findings import (
    ROWS_PER_PAGE,
    FindingsTable,
    commune_names,
    gravest_first,
    tabs_of,
)
from api.pages.rendering import render
from api.pages.survey_uploads import PageNumber, Shown
from api.surveys import Number, raw_file_answer
from api.words import word
from api.zone_table import table_file
from coverage.actions import approvals, submissions, surveys, units
from coverage.actions.approvals import Approval
from coverage.actions.submissions import FatedRow, RowsWanted, SeenSubmission
from coverage.actions.surveys import Receipt
from coverage.actions.zone_deliveries import ZoneDelivery, zone_deliveries
from coverage.dossier.tables import Cell
from coverage.findings import Language
from coverage.people import MAY, Act, OrganisationKind
from coverage.storage.surveys import Submission
from coverage.surveys import RowFate, RowStatus
from coverage.zones import ZoneStatus

router = APIRouter(prefix="/surveys")
News = Annotated[Literal["submitted", "again", "withdrawn", "approved"] | None, Query()]
SUBMISSIONS_PER_PAGE = 50
_WHOLE = 1000  # the width of the bar of fates
_HEADER = (
    _("Trang tính"), _("Dòng"), _("Thôn, bản"), _("Mã xã"), _("Số hộ"), _("Vĩ độ"), _("Kinh độ"),
    _("Kết quả khi nộp"), _("Kết quả đến hôm nay"), _("Lý do"), _("Ai chi trả"), _("Mã vùng"),
    _("Nhận xét"),
)  # fmt: skip
_SHEET = _("Kết quả từng dòng")


@dataclass(frozen=True, slots=True)
class SubmissionsPage:
    """The newest submissions first; ``provinces`` has the names by code, ``older`` an address.

    ``handed_in`` are the lists of the visitor's own province that are not submitted yet.
    """

    submissions: Sequence[Submission]
    provinces: Mapping[str, str]
    begins: bool
    older: str | None
    handed_in: Sequence[Approval] = ()
    template: ClassVar[str] = "submissions.html"


@dataclass(frozen=True, slots=True)
class FateBar:
    """A part of the bar of fates, in thousandths of its width; and its line in the table."""

    fate: RowFate
    rows: int
    households: int
    percent: float
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class SubmissionPage:
    """One submission; ``came_back`` counts the rows that were returned for more.

    ``withdraws``: its province lets the visitor take it back.
    """

    seen: SeenSubmission
    receipt: Receipt
    findings: Sequence[Mapping[str, Any]]
    table: FindingsTable
    fates: Mapping[tuple[str, int], Any]
    bars: Sequence[FateBar]
    came_back: int
    news: str | None
    own: bool
    withdraws: bool
    deliveries: Mapping[uuid.UUID, ZoneDelivery] = field(default_factory=dict)
    template: ClassVar[str] = "submission.html"


@router.get("")
def submissions_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting,
    before: Annotated[int | None, Query(ge=1, le=2**31)] = None,
) -> Response:  # fmt: skip
    """Show the submissions that the visitor may see."""
    found = surveys.list_submissions(
        opened, holder.actor, limit=SUBMISSIONS_PER_PAGE + 1, before=before
    )
    names = {place.code: place.name for place in units.provinces(opened, holder.actor)}
    shown = found[:SUBMISSIONS_PER_PAGE]
    older = f"/surveys?before={shown[-1].number}" if len(found) > len(shown) else None
    handed_in: Sequence[Approval] = ()
    if holder.actor.role in MAY[Act.SUBMIT_SURVEY] and before is None:
        handed_in = approvals.list_approvals(opened, holder.actor)
    return render(request, SubmissionsPage(shown, names, before is None, older, handed_in))


@router.get("/{number}")
def submission_page(  # noqa: PLR0913, PLR0917 - path, query and who asks
    request: Request, opened: asked.Opened, holder: asked.Visiting, number: Number,
    show: Shown = None, fate: Annotated[RowFate | None, Query()] = None, page: PageNumber = 1,
    news: News = None,
) -> Response:  # fmt: skip
    """Show one submission with its rows."""
    actor, language = holder.actor, asked.language(request)
    wanted = None
    if show is not None or fate is not None:
        wanted = RowsWanted(show if isinstance(show, RowStatus) else None, fate)
    seen = submissions.see_submission(opened, actor, number, wanted, page=page, limit=ROWS_PER_PAGE)
    receipt = seen.receipt
    own = actor.kind is OrganisationKind.PROVINCE and actor.province_code == receipt.province_code
    returned = {one.fate: one.rows for one in seen.counts}.get(RowFate.RETURNED, 0)
    return render(
        request,
        SubmissionPage(
            seen, receipt, [found.as_json(language) for found in receipt.report.findings],
            _table(seen, commune_names(opened, actor, receipt.province_code), language),
            {(one.row.sheet, one.row.row): one.zone for one in seen.rows if one.zone},
            _bars(seen), returned, news, own, own and not approvals.needs_word(opened, actor),
            zone_deliveries(opened, actor, _delivered(seen.rows)),
        ),
    )  # fmt: skip


@router.get("/{number}/fates/{ending}")
def fates_file(
    request: Request, opened: asked.Opened, holder: asked.Visiting, number: Number,
    ending: Literal["csv", "xlsx"],
) -> Response:  # fmt: skip
    """Hand out every row with what became of it."""
    language = asked.language(request)
    rows = submissions.rows_for_file(opened, holder.actor, number)
    name = f"ket-qua-lan-nop-{number}.{ending}"
    return table_file(_SHEET, _HEADER, _cells(rows, language), name, language)


@router.get("/{number}/file")
def raw_file(opened: asked.Opened, holder: asked.Visiting, number: Number) -> Response:
    """Hand out the file as it was sent."""
    return raw_file_answer(*surveys.raw_file(opened, holder.actor, number))


@router.post("/{number}/withdraw", dependencies=asked.FORM_CHECKED)
def withdraw(opened: asked.Opened, holder: asked.Visiting, number: Number) -> Response:
    """Take a submission back."""
    holder.actor.must(Act.SUBMIT_SURVEY)
    surveys.withdraw(opened, holder.actor, number)
    return RedirectResponse(f"/surveys/{number}?news=withdrawn", 303)


def _table(seen: SeenSubmission, communes: Mapping[str, str], language: Language) -> FindingsTable:
    status, fate = seen.wanted.status, seen.wanted.fate
    shown = status.value if status else ""
    rows = [{**gravest_first(one.row.as_json(language)), "place": one.place} for one in seen.rows]
    query = f"show={shown or 'all'}" + (f"&fate={fate.value}" if fate else "")
    return FindingsTable(
        tabs_of(seen.receipt.totals, None if fate else shown), rows, shown, seen.page, seen.pages,
        communes, seen.several_sheets, query,
    )  # fmt: skip


def _bars(seen: SeenSubmission) -> list[FateBar]:
    whole = sum(one.rows for one in seen.counts) or 1
    bars, start = [], 0.0
    for one in seen.counts:
        width = one.rows * _WHOLE / whole
        percent = round(one.rows * 100 / whole, 1)
        bars.append(
            FateBar(one.fate, one.rows, one.households, percent, round(start, 2), round(width, 2))
        )
        start += width
    return bars


def _cells(rows: Iterable[FatedRow], language: Language) -> Iterator[Sequence[Cell]]:
    for one in rows:
        row, zone = one.row, one.zone
        yield (
            row.sheet, row.row, row.village or "", row.commune_code or "", row.households,
            row.latitude, row.longitude, word(row.status, language), word(one.fate, language),
            zone.status_reason if zone else "", word(one.queue, language) if one.queue else "",
            str(zone.zone_id) if zone else "",
            " ".join(found.message(language) for found in row.findings),
        )  # fmt: skip


def _delivered(rows: Iterable[FatedRow]) -> list[uuid.UUID]:
    """The zones that may have an award."""
    after = {ZoneStatus.AWARDED, ZoneStatus.ON_AIR, ZoneStatus.CONFIRMED}
    return [one.zone.zone_id for one in rows if one.zone and one.zone.status in after]
