"""Service areas: checked with what they would change, loaded whole or not at all, kept for ever."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from coverage.coordinates import Extent
from coverage.criteria import CriteriaSet
from coverage.errors import InputRefused, NotFound
from coverage.findings import Language, finding
from coverage.intake.document import Limits
from coverage.intake.registers.operators import is_known, operator_name
from coverage.intake.service_areas import ServiceAreaReading, ServiceAreas, read_service_areas
from coverage.intake.service_areas.placing import Sites
from coverage.people import Act, Actor, OrganisationKind
from coverage.places.units import Level
from coverage.service_areas import AreaPreview, ServiceArea, preview
from coverage.storage import audit, places
from coverage.storage import service_areas as stored
from coverage.storage.criteria import criteria_in_force, setting_in_force
from coverage.storage.people import ensure_organisation, organisation_names
from coverage.storage.service_areas import KeptServiceArea, ServiceAreaContent
from coverage.storage.sessions import Database
from coverage.towers import Technology

MOST_VERTICES = 5_000_000


class Step(StrEnum):
    """What a check or a load is doing; told as it goes."""

    READ = "read"
    COMPARE = "compare"
    STORE = "store"


Progress = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class ServiceAreaRequest:
    """A file to check or load, and what its sender says of it.

    ``operator`` is whose areas they are (an operator's own need not say), ``published_on`` the
    day on which the operator published them.
    """

    name: str
    content: bytes
    operator: str | None = None
    technology: Technology | None = None
    crs: str | None = None
    published_on: date | None = None


@dataclass(frozen=True, slots=True)
class ServiceAreaReport:
    """What was understood of a file and what it would change.

    ``replaces`` are the standing files that loading would put out of force. ``previews`` count
    the zones of today that the actor sees; none where no criteria set is in force.
    """

    name: str
    sha256: str
    operator: str
    published_on: date | None
    read: ServiceAreas
    replaces: tuple[KeptServiceArea, ...]
    previews: tuple[AreaPreview, ...]

    def as_json(self, language: Language = Language.VI) -> dict[str, object]:
        """Return the exact answer of the command line and the API."""
        return {
            "file": self.name,
            "sha256": self.sha256,
            "status": "checked",
            "operator": self.operator,
            "published_on": self.published_on and self.published_on.isoformat(),
            "crs": self.read.crs,
            "form": dict(self.read.form),
            "findings": [found.as_json(language) for found in self.read.findings],
            "areas": areas_as_json(self.read.areas),
            "replaces": [file_as_json(kept) for kept in self.replaces],
            "preview": [_preview_as_json(each) for each in self.previews],
        }


@dataclass(frozen=True, slots=True)
class ServiceAreaLoad:
    """What came of a load; ``changed`` is False when the very same files stood already."""

    name: str
    sha256: str
    operator: str
    operator_id: uuid.UUID
    read: ServiceAreas
    replaced: tuple[KeptServiceArea, ...]
    files: Mapping[Technology, uuid.UUID]
    changed: bool

    def as_json(self, language: Language = Language.VI) -> dict[str, object]:
        """Return the exact answer of the command line and the API."""
        return {
            "file": self.name,
            "sha256": self.sha256,
            "status": "loaded" if self.changed else "unchanged",
            "operator": self.operator,
            "crs": self.read.crs,
            "form": dict(self.read.form),
            "findings": [found.as_json(language) for found in self.read.findings],
            "areas": areas_as_json(self.read.areas),
            "files": {technology.value: str(kept) for technology, kept in self.files.items()},
            "replaced": [file_as_json(kept) for kept in self.replaced],
        }


def check(
    database: Database,
    actor: Actor,
    request: ServiceAreaRequest,
    day: date,
    *,
    limits: Limits | None = None,
    progress: Progress = lambda step: None,  # noqa: ARG005 - nobody has to be told
) -> ServiceAreaReport:
    """Read a file and tell what loading it would do; nothing is written.

    Raises:
        NotAllowed: the role may not load service areas.
        NotFound: another operator's, or an operator that nobody knows.
        InputRefused: with findings of the families file, text and service_area.
    """
    actor.must(Act.LOAD_SERVICE_AREAS)
    read, operator, operator_id = _read(database, actor, request, day, limits, progress)
    progress(Step.COMPARE)
    with database.transaction(actor) as connection:
        criteria = criteria_in_force(connection, day)
        previews = _previews(connection, operator_id, read, criteria)
        standing = [] if operator_id is None else _standing(connection, operator_id, read)
    return ServiceAreaReport(
        request.name, _sha256(request), operator, request.published_on, read, tuple(standing),
        tuple(previews),
    )  # fmt: skip


def load(
    database: Database,
    actor: Actor,
    request: ServiceAreaRequest,
    day: date,
    *,
    limits: Limits | None = None,
    progress: Progress = lambda step: None,  # noqa: ARG005 - nobody has to be told
) -> ServiceAreaLoad:
    """Make a file the word on its operator's service area: all its technologies, or nothing.

    The same file, loaded again in the same way while it stands, changes nothing.

    Raises:
        NotAllowed, NotFound, InputRefused: as :func:`check`.
    """
    actor.must(Act.LOAD_SERVICE_AREAS)
    read, operator, _ = _read(database, actor, request, day, limits, progress)
    content = ServiceAreaContent(
        request.name, _sha256(request), request.content, request.published_on,
        {"technology": request.technology, "crs": request.crs},
    )  # fmt: skip
    progress(Step.STORE)
    with database.transaction(actor) as connection:
        stored.lock(connection)
        operator_id = _operator_id(connection, actor, operator)
        standing = _standing(connection, operator_id, read)
        files = {kept.technology: kept.id for kept in standing}
        changed = [
            technology for technology in read.technologies
            if not any(
                kept.technology is technology and stored.same_reading(kept, content)
                for kept in standing
            )
        ]  # fmt: skip
        replaced = tuple(kept for kept in standing if kept.technology in changed)
        for technology in changed:
            areas = [area for area in read.areas if area.technology is technology]
            files[technology] = stored.keep(
                connection, content, areas, loader=actor.organisation_id, operator_id=operator_id,
                crs=read.crs, findings=[found.as_json() for found in read.findings],
                totals={"areas": areas_as_json(areas)}, loaded_by=actor.name,
            )  # fmt: skip
        if changed:
            audit.append(
                connection, "service_areas.loaded", operator,
                _told(content, read, changed, replaced),
            )  # fmt: skip
    return ServiceAreaLoad(
        request.name, content.sha256, operator, operator_id, read, replaced, files, bool(changed)
    )


def list_files(
    database: Database, actor: Actor, *, standing_only: bool = False
) -> list[KeptServiceArea]:
    """Return the files that the actor sees: an operator its own, the authority all."""
    with database.transaction(actor) as connection:
        return stored.files(connection, standing_only=standing_only)


def raw_file(database: Database, actor: Actor, file_id: uuid.UUID) -> tuple[str, bytes]:
    """Return a loaded file's name and its bytes as they were sent.

    Raises:
        NotFound: there is none, or another operator's.
    """
    with database.transaction(actor) as connection:
        found = stored.raw_file(connection, file_id)
    if found is None:
        raise NotFound("service_area_file", file_id)
    return found


def areas_as_json(areas: Sequence[ServiceArea]) -> list[dict[str, object]]:
    """Return the sizes of areas, by technology and level."""
    return [
        {
            "technology": area.technology.value, "level": "weak" if area.weak else "strong",
            "area_km2": round(area.area_km2, 3), "features": area.features,
        }
        for area in areas
    ]  # fmt: skip


def file_as_json(kept: KeptServiceArea) -> dict[str, object]:
    """Return a loaded file without its bytes."""
    return {
        "id": str(kept.id),
        "operator": kept.operator,
        "technology": kept.technology.value,
        "file": kept.file_name,
        "sha256": kept.sha256,
        "bytes": kept.size_bytes,
        "crs": kept.crs,
        "published_on": kept.published_on and kept.published_on.isoformat(),
        "areas": kept.totals["areas"],
        "loaded_by": kept.loaded_by,
        "loaded_at": kept.loaded_at.isoformat(),
        "replaced_at": kept.replaced_at and kept.replaced_at.isoformat(),
    }


def _read(  # noqa: PLR0917 - what a check and a load share
    database: Database, actor: Actor, request: ServiceAreaRequest, day: date,
    limits: Limits | None, progress: Progress,
) -> tuple[ServiceAreas, str, uuid.UUID | None]:  # fmt: skip
    """Read the file by what is known of the ground; no transaction is open meanwhile."""
    with database.transaction(actor) as connection:
        operator = _operator(connection, actor, request.operator)
        known = organisation_names(connection, OrganisationKind.OPERATOR)
        operator_id = next((id_ for id_, name in known.items() if name == operator), None)
        reading = ServiceAreaReading(
            extent=Extent(**setting_in_force(connection, "country_extent", day)),
            technology=request.technology,
            crs=request.crs,
            weak_dbm=float(setting_in_force(connection, "service_area_weak_dbm", day)),
            provinces=_provinces(connection),
            sites={} if operator_id is None else _sites(connection, operator_id),
            most_vertices=MOST_VERTICES,
        )
    progress(Step.READ)
    read = read_service_areas(request.content, request.name, reading, limits or Limits())
    return read, operator, operator_id


def _operator(connection: Connection, actor: Actor, said: str | None) -> str:
    """Whose areas they are: an operator's own only, or whoever the authority names.

    Raises:
        NotFound: another operator's, or one that nobody knows.
        InputRefused: service_area.operator_missing.
    """
    known = organisation_names(connection, OrganisationKind.OPERATOR)
    name = operator_name(said) if said else None
    if actor.kind is OrganisationKind.OPERATOR:
        own = known[actor.organisation_id]
        if name not in {None, own}:
            raise NotFound("operator", said)
        return own
    if name is None:
        raise InputRefused([finding("service_area.operator_missing")])
    if not is_known(name) and name not in known.values():
        raise NotFound("operator", said)
    return name


def _operator_id(connection: Connection, actor: Actor, operator: str) -> uuid.UUID:
    if actor.kind is OrganisationKind.OPERATOR:
        return actor.organisation_id
    return ensure_organisation(connection, OrganisationKind.OPERATOR, operator)


def _provinces(connection: Connection) -> dict[str, BaseGeometry]:
    """The country's outlines by name; none where only approximate ones are in force."""
    try:
        name = places.active_vintage(connection)
    except NotFound:
        return {}
    if places.find_vintage(connection, name).approximate:
        return {}
    units = places.units(connection, name, Level.PROVINCE)
    return {unit.full_name: unit.area for unit in units if unit.area is not None}


def _sites(connection: Connection, operator_id: uuid.UUID) -> dict[Technology, Sites]:
    return {
        technology: Sites(longitudes, latitudes)
        for technology, (longitudes, latitudes) in stored.operator_sites(
            connection, operator_id
        ).items()
    }


def _previews(
    connection: Connection,
    operator_id: uuid.UUID | None,
    read: ServiceAreas,
    criteria: CriteriaSet | None,
) -> list[AreaPreview]:
    if criteria is None:
        return []
    return [
        preview(
            technology,
            [area for area in read.areas if area.technology is technology],
            stored.judged_zones(connection, operator_id, technology),
            criteria,
        )
        for technology in read.technologies
    ]


def _standing(
    connection: Connection, operator_id: uuid.UUID, read: ServiceAreas
) -> list[KeptServiceArea]:
    """The standing files of the technologies that were read."""
    kept = stored.files(connection, operator_id, standing_only=True)
    return [each for each in kept if each.technology in read.technologies]


def _preview_as_json(each: AreaPreview) -> dict[str, object]:
    return {
        "technology": each.technology.value,
        "zones": {service.value: count for service, count in each.zones.items()},
        "changed": each.changed,
        "changes": [
            {"before": before and before.value, "after": after.value, "zones": count}
            for (before, after), count in sorted(
                each.changes.items(), key=lambda one: (-one[1], str(one[0]))
            )
        ],
    }


def _told(
    content: ServiceAreaContent,
    read: ServiceAreas,
    changed: Sequence[Technology],
    replaced: Sequence[KeptServiceArea],
) -> dict[str, object]:
    """What the audit log keeps of a load."""
    return {
        "file": content.name,
        "sha256": content.sha256,
        "published_on": content.published_on and content.published_on.isoformat(),
        "crs": read.crs,
        "technologies": [technology.value for technology in changed],
        "areas": areas_as_json([area for area in read.areas if area.technology in changed]),
        "findings": sorted({found.rule for found in read.findings}),
        "replaced": [str(kept.id) for kept in replaced],
    }


def _sha256(request: ServiceAreaRequest) -> str:
    return hashlib.sha256(request.content).hexdigest()
