"""One row corrected on the page: a small form, a point picked on a map, the whole file checked again."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

import shapely
from fastapi import APIRouter, Path, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.pages.findings import row_at
from api.pages.rendering import render
from api.pages.survey_checks import check_waiting, pending_of, sender_of
from api.pending import Pending
from api.refusals import Fault, RequestUnreadable
from api.surveys import Number
from api.uploads import Upload
from coverage.actions import surveys, units
from coverage.actions.overview import see_ground
from coverage.errors import NotFound
from coverage.intake.corrections import ANSWERS, CORRECTABLE, Correction, correction_of
from coverage.intake.fields import Field
from coverage.people import Act
from coverage.storage.units import NamedUnit

router = APIRouter(prefix="/surveys")
Place = Annotated[int, Path(ge=0, le=1_000_000)]
LONGEST = 200  # letters of one field
_POSITION = (Field.LATITUDE, Field.LONGITUDE)
_ANSWERED = (Field.GRID_POWER, Field.SPECIALLY_DIFFICULT)
_TOLERANCE_DEGREES = 0.0005  # about fifty metres: enough to find one's way on a small map
_DECIMALS = 5


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    """One row's form; ``values`` are shown in it, ``findings`` are what is said of the row now.

    ``back`` is the address of the file's page, ``outlines`` the one of the communes' shapes.
    """

    key: str
    row: Mapping[str, Any]
    several_sheets: bool
    values: Mapping[str, str]
    corrected: bool
    communes: Sequence[NamedUnit]
    back: str
    outlines: str
    longest: int = LONGEST
    template: ClassVar[str] = "survey_correction.html"


@router.get("/pending/{key}/rows/{place}")
def correction_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting, key: str, place: Place
) -> Response:
    """Show the form of one row."""
    waiting = pending_of(request).find(sender_of(holder), key)
    row = _row(waiting, place)
    before = _correction(waiting, row)
    communes = units.communes(opened, holder.actor, waiting.province_code)
    page = CorrectionPage(
        key, row, len({one["sheet"] for one in waiting.report["rows"]}) > 1,
        _values(row, before), before is not None,
        sorted(communes, key=lambda unit: unit.name),
        f"/surveys/pending/{key}", f"/surveys/outlines?vintage={waiting.report['vintage']}",
    )  # fmt: skip
    return render(request, page)


@router.post("/pending/{key}/rows/{place}")
def correct(  # noqa: PLR0917 - path, form and who asks
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent, key: str,
    place: Place,
) -> Response:  # fmt: skip
    """Take what was typed for a row, and check the whole file again with it."""
    waiting = pending_of(request).find(sender_of(holder), key)
    row = _row(waiting, place)
    before = _correction(waiting, row)
    typed = _typed(fields, _values(row, before))
    if not typed:
        return RedirectResponse(f"/surveys/pending/{key}?corrected={place}#corrected", 303)
    kept = {} if before is None else before.typed
    correction = Correction(
        place, row["sheet"], row["row"], {**kept, **typed}, holder.full_name,
        dt.datetime.now(dt.UTC).replace(microsecond=0),
    )  # fmt: skip
    others = [one for one in waiting.corrections if one != before]
    again = replace(waiting, corrections=[*others, correction])
    return check_waiting(request, opened, holder, again, f"?corrected={place}#corrected")


@router.post("/pending/{key}/rows/{place}/original", dependencies=asked.FORM_CHECKED)
def take_back(
    request: Request, opened: asked.Opened, holder: asked.Visiting, key: str, place: Place
) -> Response:
    """Read the row from the file again, as if nothing had been typed."""
    waiting = pending_of(request).find(sender_of(holder), key)
    before = _correction(waiting, _row(waiting, place))
    others = [one for one in waiting.corrections if one != before]
    again = replace(waiting, corrections=others)
    return check_waiting(request, opened, holder, again, f"?corrected={place}#corrected")


@router.post("/{number}/rows/{place}/correct", dependencies=asked.FORM_CHECKED)
def correct_returned(
    request: Request, opened: asked.Opened, holder: asked.Visiting, number: Number, place: Place
) -> Response:
    """Take a submitted file up again to correct one row of it, and lead to that row's form.

    A file that waits already because another of its rows is corrected goes on waiting.
    """
    holder.actor.must(Act.SUBMIT_SURVEY)
    name, content = surveys.raw_file(opened, holder.actor, number)
    pending, sender = pending_of(request), sender_of(holder)
    key = pending.key_of(sender)
    if key is not None and pending.find(sender, key).upload.content == content:
        return RedirectResponse(f"/surveys/pending/{key}/rows/{place}", 303)
    receipt = surveys.get_submission(opened, holder.actor, number)
    form = receipt.report.form
    kept = form.get("corrections")
    mapping = form.get("mapping")
    waiting = Pending(
        "", Upload(name, content), receipt.province_code,
        dict(mapping) if isinstance(mapping, Mapping) else {}, asked.language(request), {},
        corrections=[correction_of(one) for one in kept] if isinstance(kept, list) else (),
    )  # fmt: skip
    return check_waiting(request, opened, holder, waiting, f"/rows/{place}")


@router.get("/outlines")
def outlines(
    opened: asked.Opened, holder: asked.Visiting,
    vintage: Annotated[str, Query(max_length=40)],
) -> Response:  # fmt: skip
    """Hand out the communes of the visitor's province as GeoJSON, WGS 84, for a small map."""
    holder.actor.must(Act.SUBMIT_SURVEY)
    ground = see_ground(opened, holder.actor, holder.actor.province_code or "", vintage)
    features = [
        {
            "type": "Feature",
            "properties": {"code": unit.code, "name": unit.full_name},
            "geometry": json.loads(shapely.to_geojson(_simple(unit.area))),
        }
        for unit in ground.communes
        if unit.area is not None
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    return Response(
        content, media_type="application/geo+json",
        # Of one person's province, and only while that person is signed in.
        headers={"Cache-Control": "private, max-age=3600", "Vary": "Cookie"},
    )  # fmt: skip


def _simple(area: shapely.Geometry) -> shapely.Geometry:
    simple = shapely.simplify(area, _TOLERANCE_DEGREES)
    return shapely.transform(simple, lambda points: points.round(_DECIMALS))


def _row(waiting: Pending, place: int) -> Mapping[str, Any]:
    row = row_at(waiting.report, place)
    if row is None:
        raise NotFound("upload", place)
    return row


def _correction(waiting: Pending, row: Mapping[str, Any]) -> Correction | None:
    """What was typed for a row before, if anything."""
    own = [one for one in waiting.corrections if (one.sheet, one.row) == (row["sheet"], row["row"])]
    exact = [one for one in own if one.place == row["place"]]
    return next(iter(exact or (own if len(own) == 1 else [])), None)


def _values(row: Mapping[str, Any], before: Correction | None) -> dict[str, str]:
    """What the form shows: what was typed, else what was read from the file."""
    answers = {fact: name for name, fact in ANSWERS.items()}
    read = {
        Field.VILLAGE: row["village"], Field.COMMUNE_CODE: row["declared_commune_code"],
        Field.LATITUDE: row["latitude"], Field.LONGITUDE: row["longitude"],
        Field.HOUSEHOLDS: row["households"], Field.GRID_POWER: answers[row["grid_power"]],
        Field.SPECIALLY_DIFFICULT: answers[row["specially_difficult"]],
    }  # fmt: skip
    typed = {} if before is None else before.typed
    return {
        field.value: typed.get(field, "" if read[field] is None else str(read[field]))
        for field in CORRECTABLE
    }


def _typed(fields: FormData, shown: Mapping[str, str]) -> dict[Field, str]:
    """What differs from what the form showed; the halves of a position come together.

    Raises:
        RequestUnreadable: a text is too long, or an answer is none of those offered.
    """
    said = {
        field: str(fields.get(field.value, shown[field.value])).strip() for field in CORRECTABLE
    }
    faults = [
        Fault(f"body.{field.value}", "too_long") for field in said if len(said[field]) > LONGEST
    ]
    faults += [Fault(f"body.{field.value}", "unknown") for field in _ANSWERED
               if said[field] not in ANSWERS]  # fmt: skip
    if faults:
        raise RequestUnreadable(faults)
    changed = {field for field in CORRECTABLE if said[field] != shown[field.value]}
    if not changed.isdisjoint(_POSITION):
        changed.update(_POSITION)
    return {field: said[field] for field in CORRECTABLE if field in changed}
