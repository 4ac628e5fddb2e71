"""The verdicts about one operator, beside the zone, the site and the dispute each has to do with."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)

from coverage.disputes import Clocks, DisputeStatus
from coverage.evidence import Service, Verdict
from coverage.storage.tables.disputes import dispute
from coverage.storage.tables.evidence import criteria_set, verdict
from coverage.storage.tables.service_areas import service_area_file
from coverage.storage.tables.towers import site_operator
from coverage.storage.tables.zones import zone
from coverage.storage.unit_names import COMMUNE, PROVINCE, with_unit_names
from coverage.towers import Technology

Key = str | int
KEY_SHAPE: tuple[type[Key], ...] = (str, str, str, str, str)
"""A position in the list: province, commune, village, technology, zone."""


@dataclass(frozen=True, slots=True)
class VerdictFilter:
    """Which verdicts are wanted; None asks nothing.

    ``disputable`` asks for those that may be disputed today (or may not), ``in_dispute`` for
    those whose dispute waits for its answer.
    """

    province_code: str | None = None
    technology: Technology | None = None
    verdict: Verdict | None = None
    disputable: bool | None = None
    in_dispute: bool = False


@dataclass(frozen=True, slots=True)
class OwnVerdict:
    """One verdict on one technology of the operator that asks, and what it rests on.

    ``given_at`` is when it was given; ``site_code`` the operator's own code of the nearest site,
    empty when its register has none; ``dispute_number`` and ``about`` are the dispute that it
    met or rests on, if any.
    """

    zone_id: uuid.UUID
    village: str
    commune_code: str
    commune: str
    province_code: str
    province: str
    latitude: float
    longitude: float
    households: int
    technology: Technology
    verdict: Verdict
    reasons: tuple[str, ...]
    site_code: str | None
    distance_m: float | None
    bearing_deg: float | None
    line_of_sight: bool | None
    service: Service | None
    service_file: str | None
    criteria: str
    criteria_document: str
    reach_m: float
    given_at: datetime
    dispute_number: int | None
    about: DisputeStatus | None

    @property
    def position(self) -> tuple[Key, ...]:
        """Where it stands in the list."""
        return (
            self.province_code, self.commune_code, self.village, self.technology.value,
            str(self.zone_id),
        )  # fmt: skip

    @property
    def key(self) -> str:
        """How a form names this verdict."""
        return f"{self.zone_id}:{self.technology.value}"


@dataclass(frozen=True, slots=True)
class OwnVerdictPage:
    """Some verdicts of a list; ``next_key`` is where the next page begins, None at the end."""

    verdicts: tuple[OwnVerdict, ...]
    next_key: tuple[Key, ...] | None


# The dispute that a verdict met: the open one, the one it rests on, or the one it withstood.
_MET = (
    select(dispute.c.number, dispute.c.status)
    .where(
        dispute.c.zone_id == verdict.c.zone_id,
        dispute.c.operator_id == verdict.c.operator_id,
        dispute.c.technology == verdict.c.technology,
        or_(
            dispute.c.status == "open",
            dispute.c.id == verdict.c.dispute_id,
            and_(dispute.c.status == "dismissed", dispute.c.disputed_at == verdict.c.assessed_at),
        ),
    )
    .order_by((dispute.c.status == "open").desc(), dispute.c.number.desc())
    .limit(1)
    .lateral("met")
)
_SITE_CODE = (
    select(func.min(site_operator.c.site_code))
    .where(
        site_operator.c.site_id == verdict.c.site_id,
        site_operator.c.operator_id == verdict.c.operator_id,
    )
    .scalar_subquery()
)
_JOINED: FromClause = (
    with_unit_names(
        verdict.join(zone, zone.c.id == verdict.c.zone_id).join(
            criteria_set, criteria_set.c.id == verdict.c.criteria_set_id
        )
    )
    .outerjoin(service_area_file, service_area_file.c.id == verdict.c.service_file_id)
    .outerjoin(_MET, true())
)
_ORDER = (
    zone.c.province_code, zone.c.commune_code, zone.c.village, verdict.c.technology, zone.c.id,
)  # fmt: skip


def page(  # noqa: PLR0917 - what is asked, and from where
    connection: Connection,
    operator_id: uuid.UUID,
    wanted: VerdictFilter,
    clocks: Clocks,
    today: date,
    after: Sequence[Key] | None,
    limit: int,
) -> OwnVerdictPage:
    """Return at most ``limit`` verdicts about the operator behind the position ``after``."""
    # The keys of the page first: what a row shows beside them is looked up for these rows only.
    keys = (
        select(verdict.c.zone_id, verdict.c.technology)
        .join(zone, zone.c.id == verdict.c.zone_id)
        .where(*_conditions(operator_id, wanted, clocks, today))
        .order_by(*_ORDER)
        .limit(limit + 1)
    )
    if after is not None:
        values = [*after[:-1], uuid.UUID(str(after[-1]))]
        position = [literal(value, key.type) for value, key in zip(values, _ORDER, strict=True)]
        keys = keys.where(tuple_(*_ORDER) > tuple_(*position))
    pairs = [(row.zone_id, Technology(row.technology)) for row in connection.execute(keys)]
    found = tuple(of_keys(connection, operator_id, pairs[:limit]).values())
    more = len(pairs) > limit
    return OwnVerdictPage(found, found[-1].position if more else None)


def every(
    connection: Connection, operator_id: uuid.UUID, wanted: VerdictFilter, clocks: Clocks,
    today: date,
) -> list[OwnVerdict]:  # fmt: skip
    """Return all the wanted verdicts about the operator, in the list's order."""
    rows = connection.execute(
        _listed().where(*_conditions(operator_id, wanted, clocks, today)).order_by(*_ORDER)
    )
    return [_own_verdict(row) for row in rows]


def total(
    connection: Connection, operator_id: uuid.UUID, wanted: VerdictFilter, clocks: Clocks,
    today: date,
) -> int:  # fmt: skip
    """Return how many verdicts about the operator are wanted."""
    return total_and_first(connection, operator_id, wanted, clocks, today)[0]


def total_and_first(
    connection: Connection, operator_id: uuid.UUID, wanted: VerdictFilter, clocks: Clocks,
    today: date,
) -> tuple[int, datetime | None]:  # fmt: skip
    """Return how many verdicts about the operator are wanted, and when the oldest was given."""
    count = (
        select(func.count(), func.min(verdict.c.assessed_at))
        .select_from(verdict)
        .where(*_conditions(operator_id, wanted, clocks, today))
    )
    if wanted.province_code is not None:
        count = count.join(zone, zone.c.id == verdict.c.zone_id)
    row = connection.execute(count).one()
    return int(row[0]), row[1]


def find(
    connection: Connection, operator_id: uuid.UUID, zone_id: uuid.UUID, technology: Technology
) -> OwnVerdict | None:
    """Return one verdict about the operator, or None when there is none."""
    row = connection.execute(
        _listed().where(
            verdict.c.operator_id == operator_id,
            verdict.c.zone_id == zone_id,
            verdict.c.technology == technology.value,
        )
    ).first()
    return _own_verdict(row) if row else None


def of_keys(
    connection: Connection, operator_id: uuid.UUID, keys: Sequence[tuple[uuid.UUID, Technology]]
) -> dict[tuple[uuid.UUID, Technology], OwnVerdict]:
    """Return those of these verdicts that are there, by zone and technology."""
    if not keys:
        return {}
    pairs = [(zone_id, technology.value) for zone_id, technology in keys]
    rows = connection.execute(
        _listed()
        .where(
            verdict.c.operator_id == operator_id,
            tuple_(verdict.c.zone_id, verdict.c.technology).in_(pairs),
        )
        .order_by(*_ORDER)
    )
    return {(row.zone_id, Technology(row.technology)): _own_verdict(row) for row in rows}


def _listed() -> Select[Any]:
    return select(
        verdict.c.zone_id, verdict.c.technology, verdict.c.verdict, verdict.c.reasons,
        verdict.c.distance_m, verdict.c.bearing_deg, verdict.c.line_of_sight, verdict.c.service,
        verdict.c.assessed_at,
        zone.c.village, zone.c.province_code, zone.c.commune_code, zone.c.households,
        func.ST_Y(zone.c.point).label("latitude"), func.ST_X(zone.c.point).label("longitude"),
        COMMUNE.c.full_name.label("commune"), PROVINCE.c.name.label("province"),
        criteria_set.c.name.label("criteria"), criteria_set.c.document,
        criteria_set.c.thresholds,
        service_area_file.c.file_name.label("service_file"), _SITE_CODE.label("site_code"),
        _MET.c.number.label("dispute_number"), _MET.c.status.label("about"),
    ).select_from(_JOINED)  # fmt: skip


def _conditions(
    operator_id: uuid.UUID, wanted: VerdictFilter, clocks: Clocks, today: date
) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = [verdict.c.operator_id == operator_id]
    if wanted.province_code is not None:
        asked.append(zone.c.province_code == wanted.province_code)
    if wanted.technology is not None:
        asked.append(verdict.c.technology == wanted.technology.value)
    if wanted.verdict is not None:
        asked.append(verdict.c.verdict == wanted.verdict.value)
    if wanted.in_dispute:
        asked.append(_met(dispute.c.status == "open"))
    if wanted.disputable is not None:
        running = or_(
            false(),
            *(
                and_(verdict.c.assessed_at >= first, verdict.c.assessed_at < before)
                for first, before in clocks.disputable_given(today)
            ),
        )
        withstood = and_(
            dispute.c.status == "dismissed", dispute.c.disputed_at == verdict.c.assessed_at
        )
        may = and_(running, ~_met(or_(dispute.c.status == "open", withstood)))
        asked.append(may if wanted.disputable else ~may)
    return asked


def _met(how: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether there is such a dispute of the verdict."""
    return exists().where(
        dispute.c.zone_id == verdict.c.zone_id,
        dispute.c.operator_id == verdict.c.operator_id,
        dispute.c.technology == verdict.c.technology,
        how,
    )


def _own_verdict(row: Any) -> OwnVerdict:
    return OwnVerdict(
        zone_id=row.zone_id,
        village=row.village,
        commune_code=row.commune_code,
        commune=row.commune or row.commune_code,
        province_code=row.province_code,
        province=row.province or row.province_code,
        latitude=row.latitude,
        longitude=row.longitude,
        households=row.households,
        technology=Technology(row.technology),
        verdict=Verdict(row.verdict),
        reasons=tuple(row.reasons),
        site_code=row.site_code,
        distance_m=row.distance_m,
        bearing_deg=row.bearing_deg,
        line_of_sight=row.line_of_sight,
        service=Service(row.service) if row.service else None,
        service_file=row.service_file,
        criteria=row.criteria,
        criteria_document=row.document,
        reach_m=float(row.thresholds["reach_m"]),
        given_at=row.assessed_at,
        dispute_number=row.dispute_number,
        about=DisputeStatus(row.about) if row.about else None,
    )
