"""From what was read to what a map is handed: the thin place between the actions and the maps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from coverage.actions.overview import Ground, Overview, Surroundings
from coverage.coordinates import meridian_of_province
from coverage.findings import Language
from coverage.packages import VIETNAM_TIME, Package
from coverage.places.units import Unit, is_vintage_name
from coverage.surveys import RowStatus
from coverage.zones import Zone, ZoneStatus
from maps.content import Area, Commune, Lot, MapContent, Site, Spot, Survey, SurveyPoint
from maps.texts import Words, words_in

_NOTES = 3  # of a row in its popup; the table has all
_MARGIN = 0.12  # of the extent, on each side of a lot or a package
_SMALLEST_DEGREES = 0.12  # about 13 km: a lot of one village still shows where it lies


def content_of(
    overview: Overview, *, restricted: bool, language: Language = Language.VI
) -> MapContent:
    """Return the content of a national, a province's or a lot's map.

    ``restricted`` says that the map shows sites which not everybody may see.
    """
    words = words_in(language)
    ground, zones = overview.ground, [listed.zone for listed in overview.zones]
    subtitle = ""
    if overview.lot is not None:
        title = words("title.lot", number=overview.lot.number, name=overview.lot.name)
        subtitle = _full_name(ground, overview.province_code)
    elif overview.province_code is not None:
        province = _inside_a_sentence(ground, overview.province_code, language)
        title = words("title.province", province=province)
    else:
        title = words("title.national")
    return MapContent(
        title=title,
        subtitle=subtitle,
        day=_day(overview),
        source=_source(ground, words),
        provinces=_areas(ground.provinces, ground),
        approximate=ground.vintage.approximate,
        communes=_areas(ground.communes, ground),
        commune_words={
            listed.zone.commune_code: Commune(
                listed.commune or listed.zone.commune_code,
                listed.province or "",
                ground.former.get(listed.zone.commune_code, ()),
            )
            for listed in overview.zones
        },
        zones=zones,
        lots=tuple(Lot(lot.number, lot.name, lot.zone_ids) for lot in overview.lots),
        sites=tuple(
            Site(site.longitude, site.latitude, site.operator, site.technologies, site.code)
            for site in overview.sites
        ),
        disputed=frozenset(
            listed.zone.id for listed in overview.zones if restricted and listed.disputed
        ),
        focus=overview.province_code,
        frame=frame_of(zones) if overview.lot is not None else None,
        references=overview.province_code is not None,
        payers_told=all(listed.payer_told for listed in overview.zones),
        restricted=restricted and bool(overview.sites),
        language=language,
    )


def content_of_surroundings(
    seen: Surroundings, *, restricted: bool, language: Language = Language.VI
) -> MapContent:
    """Return the content of the small map around one zone: it, its neighbours, the sites seen."""
    words = words_in(language)
    about = seen.about.zone
    drawn = content_of(seen.overview, restricted=restricted, language=language)
    return replace(
        drawn,
        title=about.village,
        subtitle=", ".join(name for name in (seen.about.commune, seen.about.province) if name),
        day=seen.about.updated_at.astimezone(VIETNAM_TIME).date(),
        source=_source(seen.overview.ground, words),
        spot=Spot(about.village, about.longitude, about.latitude),
        frame=frame_of([about]),
    )


def content_of_package(package: Package, ground: Ground) -> MapContent:
    """Return the content of a package's own map: its lots and zones, and no site of anybody."""
    words = words_in(Language.VI)
    zones = [
        Zone(
            id=zone.id,
            province_code=package.province_code,
            commune_code=zone.commune_code,
            declared_commune_code=zone.declared_commune_code,
            vintage=package.vintage.name,
            village=zone.village,
            latitude=zone.latitude,
            longitude=zone.longitude,
            households=zone.households,
            population=zone.population,
            signal=zone.signal,
            grid_power=zone.grid_power,
            specially_difficult=zone.specially_difficult,
            status=ZoneStatus.IN_PACKAGE,
            queue=zone.queue,
        )
        for _, zone in package.zones
    ]
    return MapContent(
        title=words("title.package", number=package.number),
        subtitle=words("title.version", province=package.province, version=package.version),
        day=package.dated.astimezone(VIETNAM_TIME).date(),
        source=_source(ground, words),
        provinces=_areas(ground.provinces, ground),
        approximate=package.vintage.approximate,
        communes=_areas(ground.communes, ground),
        commune_words={
            zone.commune_code: Commune(
                zone.commune, package.province, ground.former.get(zone.commune_code, ())
            )
            for _, zone in package.zones
        },
        zones=zones,
        lots=tuple(
            Lot(lot.number, lot.name, tuple(zone.id for zone in lot.zones)) for lot in package.lots
        ),
        focus=package.province_code,
        frame=frame_of(zones),
        labels={zone.id: zone.label for _, zone in package.zones},
        draft=package.draft,
    )


def content_of_survey(
    report: Mapping[str, Any], ground: Ground, province_code: str, moment: datetime,
    language: Language, *, address: str, per_page: int,
) -> MapContent:  # fmt: skip
    """Return the content of a survey file's map; ``report`` is the object of design.md §5.

    ``address`` is that of a row in the table, as maps.content.Survey has it.
    """
    words = words_in(language)
    rows: list[Mapping[str, Any]] = report["rows"]
    several = len({row["sheet"] for row in rows}) > 1
    points = [
        SurveyPoint(
            place, f"{row['row']} ({row['sheet']})" if several else str(row["row"]),
            row["village"] or "", row["households"], RowStatus(row["status"]),
            row["longitude"], row["latitude"],
            tuple(found["message"] for found in row["findings"][:_NOTES]),
        )
        for place, row in enumerate(rows)
        if row["latitude"] is not None and row["longitude"] is not None
    ]  # fmt: skip
    taken = [point for point in points if point.status is not RowStatus.REJECTED]
    return MapContent(
        title=words("title.survey", name=report["file"]),
        subtitle=_full_name(ground, province_code),
        day=moment.astimezone(VIETNAM_TIME).date(),
        source=_source(ground, words),
        provinces=_areas(ground.provinces, ground),
        approximate=ground.vintage.approximate,
        communes=_areas(ground.communes, ground),
        survey=Survey(points, len(rows) - len(points), address, per_page),
        focus=province_code,
        frame=frame_of(taken),
        language=language,
    )


def _areas(units: Iterable[Unit], ground: Ground) -> tuple[Area, ...]:
    return tuple(
        Area(
            unit.code,
            unit.name,
            unit.full_name,
            unit.area,
            ground.former.get(unit.code, ()),
            meridian_of_province(unit.code),
        )
        for unit in units
        if unit.area is not None
    )


def _full_name(ground: Ground, province_code: str | None) -> str:
    return next((unit.full_name for unit in ground.provinces if unit.code == province_code), "")


def _inside_a_sentence(ground: Ground, province_code: str, language: Language) -> str:
    """Tỉnh Hà Tĩnh → tỉnh Hà Tĩnh; in English its name alone, which no Vietnamese word precedes."""
    if language is not Language.VI:
        return next((unit.name for unit in ground.provinces if unit.code == province_code), "")
    full_name = _full_name(ground, province_code)
    return full_name[:1].lower() + full_name[1:]


def _day(overview: Overview) -> date:
    """The day of the newest change on the map, in Việt Nam; of the list without zones."""
    changes = [listed.updated_at for listed in overview.zones]
    newest = max(changes, default=overview.ground.vintage.loaded_at)
    return newest.astimezone(VIETNAM_TIME).date()


def _source(ground: Ground, words: Words) -> str:
    name = ground.vintage.name
    day = words.day(date.fromisoformat(name)) if is_vintage_name(name) else name
    return words("page.sources", vintage=day)


def frame_of(zones: Sequence[Zone | SurveyPoint]) -> tuple[float, float, float, float] | None:
    """The extent of zones or points with a margin, in degrees; None when there are none."""
    if not zones:
        return None
    west, east = min(z.longitude for z in zones), max(z.longitude for z in zones)
    south, north = min(z.latitude for z in zones), max(z.latitude for z in zones)
    wide = max((east - west) * _MARGIN, (_SMALLEST_DEGREES - (east - west)) / 2)
    high = max((north - south) * _MARGIN, (_SMALLEST_DEGREES - (north - south)) / 2)
    return west - wide, south - high, east + wide, north + high
