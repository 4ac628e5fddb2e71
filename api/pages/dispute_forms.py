"""Disputing verdicts on a page: the chosen ones, what is claimed instead, why, and the file."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.disputes import VERDICT_FIELD, SentDispute, read_dispute, read_key
from api.door import today
from api.pages.rendering import render
from api.refusals import Fault, RequestUnreadable
from coverage.actions import disputes, own_verdicts
from coverage.actions.own_verdicts import TimedVerdict
from coverage.disputes import LONGEST_REASON
from coverage.errors import DisputeRefused
from coverage.evidence import Verdict
from coverage.findings import Finding, finding
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database
from coverage.towers import Technology

router = APIRouter(prefix="/verdicts")
MOST_CHOSEN = 200  # of one page; a program may send more


@dataclass(frozen=True, slots=True)
class DisputePage:
    """The form, empty or as it came back with what is wrong."""

    verdicts: Sequence[TimedVerdict]
    claims: Sequence[Verdict]
    limit_bytes: int
    longest: int = LONGEST_REASON
    claimed: Verdict | None = None
    reason: str = ""
    findings: Sequence[Finding] = ()
    template: ClassVar[str] = "dispute_form.html"


@router.get("/dispute")
def dispute_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting,
    verdict: Annotated[list[str] | None, Query(max_length=MOST_CHOSEN)] = None,
) -> Response:  # fmt: skip
    """Show the form for the verdicts that were ticked in the list."""
    keys = [read_key(text) for text in dict.fromkeys(verdict or [])]
    page = _page(request, opened, holder, keys)
    return render(request, page, status=200 if keys else 422)


@router.post("/dispute")
async def raise_disputes(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:
    """Send the dispute; what is wrong with it comes back with what was typed."""
    try:
        sent = await read_dispute(fields)
    except RequestUnreadable as unreadable:
        missing = _missing(unreadable.faults)
        if not missing:
            raise
        keys = [read_key(str(text)) for text in fields.getlist(VERDICT_FIELD)]
        claimed = str(fields.get("claimed", ""))
        page = await run_in_threadpool(
            _page, request, opened, holder, keys,
            said=(
                Verdict(claimed) if claimed in set(Verdict) else None,
                str(fields.get("reason", "")), missing,
            ),
        )  # fmt: skip
        return render(request, page, status=422)
    return await run_in_threadpool(_raise, request, opened, holder, sent)


def _raise(
    request: Request, opened: Database, holder: SessionHolder, sent: SentDispute
) -> Response:
    limit = asked.settings(request).intake.max_bytes
    try:
        numbers = disputes.raise_many(
            opened, holder.actor, today(), sent.claims, sent.proof, limit_bytes=limit
        )
    except DisputeRefused as refused:
        keys = [(claim.zone_id, claim.technology) for claim in sent.claims]
        claimed = sent.claims[0].claimed if sent.claims else None
        page = _page(
            request, opened, holder, keys, said=(claimed, sent.proof.reason, refused.findings)
        )
        return render(request, page, status=422)
    if len(numbers) > 1:
        return RedirectResponse(f"/disputes?news={len(numbers)}", 303)
    return RedirectResponse(f"/disputes/{numbers[0]}?news=raised", 303)


def _missing(faults: Sequence[Fault]) -> list[Finding]:
    """What a person left out of the form, as findings that say what to do; else nothing."""
    rules = {
        ("body.file", "missing"): "dispute.file_missing",
        ("body.claimed", "unknown"): "dispute.claim_missing",
    }
    told = [rules.get((fault.where, fault.kind)) for fault in faults]
    return [finding(rule) for rule in told if rule] if all(told) else []


def _page(
    request: Request, opened: Database, holder: SessionHolder,
    keys: Sequence[tuple[uuid.UUID, Technology]],
    said: tuple[Verdict | None, str, Sequence[Finding]] = (None, "", ()),
) -> DisputePage:  # fmt: skip
    chosen = own_verdicts.chosen_verdicts(opened, holder.actor, today(), keys)
    claimed, reason, findings = said
    if not chosen:
        findings = [finding("dispute.nothing_chosen")]
    everywhere = [
        claim
        for claim in (Verdict.SERVED, Verdict.WEAK, Verdict.NONE)
        if any(claim in each.claims for each in chosen)
    ]
    return DisputePage(
        chosen, everywhere, asked.settings(request).intake.max_bytes,
        claimed=claimed, reason=reason, findings=findings,
    )  # fmt: skip
