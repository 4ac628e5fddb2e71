"""The submissions, and one of them: its receipt, its rows and what became of each."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.pages.findings import FindingsTable, commune_names, findings_table
from api.pages.rendering import render
from api.pages.survey_uploads import PageNumber, Shown
from api.surveys import Number, raw_file_answer
from coverage.actions import surveys, units, zones
from coverage.actions.surveys import Receipt
from coverage.actions.zone_deliveries import ZoneDelivery, zone_deliveries
from coverage.people import Act, OrganisationKind
from coverage.storage.surveys import Submission
from coverage.storage.zones import Fate
from coverage.zones import ZoneStatus

router = APIRouter(prefix="/surveys")
News = Annotated[Literal["submitted", "again", "withdrawn"] | None, Query()]


@dataclass(frozen=True, slots=True)
class SubmissionsPage:
    """The newest submissions first; ``provinces`` has the names by code."""

    submissions: Sequence[Submission]
    provinces: Mapping[str, str]
    template: ClassVar[str] = "submissions.html"


@dataclass(frozen=True, slots=True)
class SubmissionPage:
    """One submission; ``fates`` tells by sheet and row which zone a row became.

    ``outcomes`` counts the zones by where they stand now; ``returned`` are the rows that came
    back for more, each with its place in the file and its fate.
    """

    receipt: Receipt
    report: Mapping[str, Any]
    table: FindingsTable
    fates: Mapping[tuple[str, int], Fate]
    outcomes: Sequence[tuple[ZoneStatus, int]]
    returned: Sequence[tuple[Mapping[str, Any], Fate]]
    news: str | None
    own: bool
    deliveries: Mapping[uuid.UUID, ZoneDelivery] = field(default_factory=dict)
    template: ClassVar[str] = "submission.html"


@router.get("")
def submissions_page(request: Request, opened: asked.Opened, holder: asked.Visiting) -> Response:
    """Show the submissions that the visitor may see."""
    found = surveys.list_submissions(opened, holder.actor)
    names = {place.code: place.name for place in units.provinces(opened, holder.actor)}
    return render(request, SubmissionsPage(found, names))


@router.get("/{number}")
def submission_page(  # noqa: PLR0917 - path, query and who asks
    request: Request, opened: asked.Opened, holder: asked.Visiting, number: Number,
    show: Shown = None, page: PageNumber = 1, news: News = None,
) -> Response:  # fmt: skip
    """Show one submission with its rows."""
    receipt = surveys.get_submission(opened, holder.actor, number)
    report: Mapping[str, Any] = receipt.report.as_json(asked.language(request))
    communes = commune_names(opened, holder.actor, receipt.province_code)
    own = (
        holder.actor.kind is OrganisationKind.PROVINCE
        and holder.actor.province_code == receipt.province_code
    )
    fates = zones.fates_of_rows(opened, holder.actor, number)
    counted = Counter(fate.status for fate in fates.values())
    returned = [
        ({**row, "place": place}, fate)
        for place, row in enumerate(report["rows"])
        if (fate := fates.get((row["sheet"], row["row"]))) and fate.status is ZoneStatus.RETURNED
    ]
    return render(
        request,
        SubmissionPage(
            receipt, report, findings_table(report, communes, show, page), fates,
            [(status, counted[status]) for status in ZoneStatus if counted[status]], returned,
            news, own,
            zone_deliveries(opened, holder.actor, _delivered(fates.values())),
        ),
    )  # fmt: skip


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


def _delivered(fates: Iterable[Fate]) -> list[uuid.UUID]:
    """The zones that may have an award."""
    after = {ZoneStatus.AWARDED, ZoneStatus.ON_AIR, ZoneStatus.CONFIRMED}
    return [fate.zone_id for fate in fates if fate.status in after]
