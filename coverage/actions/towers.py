"""Loading a tower register: a file becomes the word on its operators' sites."""

from __future__ import annotations

import gc
import hashlib
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Connection

from coverage.coordinates import Extent
from coverage.errors import InputRefused, NotFound
from coverage.findings import Finding, Severity, finding
from coverage.intake import files
from coverage.intake.document import Limits
from coverage.intake.registers import Register, RegisterReading, read_register
from coverage.intake.registers.operators import operator_name
from coverage.people import Act, Actor, OrganisationKind
from coverage.storage import audit
from coverage.storage import towers as stored
from coverage.storage.criteria import setting_in_force
from coverage.storage.people import ensure_organisation, organisation_names
from coverage.storage.sessions import Database
from coverage.storage.towers import RegisterFile, StandingRegister
from coverage.towers import Site, SiteLimits, Technology, collapse

_SHRUNK = 0.5  # of the sites an operator had: the new file may be a part only
_TOLD_STATIONS = 20


class Step(StrEnum):
    """What a load is doing; told as it goes."""

    READ = "read"
    ROWS = "rows"
    SITES = "sites"
    STORE = "store"


Progress = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class RegisterRequest:
    """A register to load: its file and how it is to be read.

    ``extent`` replaces the country's for this file; ``accepted_only`` loads the good rows of a
    file that has bad ones; ``add`` keeps what stands of its operators beside the file's stations.
    """

    name: str
    content: bytes
    crs: str | None = None
    operator: str | None = None
    extent: Extent | None = None
    accepted_only: bool = False
    add: bool = False


@dataclass(frozen=True, slots=True)
class RegisterLoad:
    """What came of a load. ``changed`` is False when the same file stood already.

    ``totals``: rows, loaded, rejected, without_position, sites, planned; and, by name, each
    operator's rows and sites and each technology's entries. ``replaced`` is what the new
    register took out of force; ``operator_ids`` are those whose verdicts it may change.
    """

    name: str
    sha256: str
    crs: str
    form: Mapping[str, object]
    findings: tuple[Finding, ...]
    totals: Mapping[str, object]
    replaced: tuple[StandingRegister, ...]
    changed: bool
    operator_ids: tuple[uuid.UUID, ...] = ()


def load_register(
    database: Database,
    actor: Actor,
    request: RegisterRequest,
    day: date,
    *,
    limits: Limits | None = None,
    progress: Progress = lambda step: None,  # noqa: ARG005 - nobody has to be told
) -> RegisterLoad:
    """Load a register: all of it, or nothing.

    The register becomes the word on every operator that it lists: what earlier ones list of
    these operators goes out of force, unless ``request.add``. The same file, loaded again in
    the same way while it stands, changes nothing. An operator loads its own stations only.

    Raises:
        NotAllowed: the role may not load registers.
        InputRefused: with findings of the families file, text and tower.
    """
    actor.must(Act.LOAD_TOWERS)
    with database.transaction(actor) as connection:
        stored.lock(connection)
        reading = reading_of(connection, actor, request, day)
        file = RegisterFile(
            request.name,
            hashlib.sha256(request.content).hexdigest(),
            request.content,
            {**asdict(reading), "accepted_only": request.accepted_only, "add": request.add},
        )
        if (same := stored.same_register(connection, file)) is not None:
            return RegisterLoad(
                file.name, file.sha256, same.crs, {}, (), same.totals, (), changed=False
            )
        site_limits = site_limits_in_force(connection, day)
        with _collector_paused():
            register, sites = understood(request, reading, site_limits, limits, progress)
        progress(Step.STORE)
        operators = _operator_ids(connection, actor, sites)
        stored.stage(connection, sites, operators)
        if request.add:
            _refuse_listed_before(connection, operators, site_limits.width_m, request.name)
            replaced = []
        else:
            replaced = stored.standing(connection, list(operators.values()))
            stored.replace(connection, list(operators.values()))
        totals = totals_of(register, sites)
        findings = (*register.findings, *shrunk(sites, replaced))
        stored.keep(connection, actor.organisation_id, file, register.crs, totals)
        audit.append(
            connection, "towers.loaded", request.name,
            {"sha256": file.sha256, "totals": totals, "replaced": _told(replaced)},
        )  # fmt: skip
    return RegisterLoad(
        file.name, file.sha256, register.crs, register.form, findings, totals,
        tuple(replaced), changed=True, operator_ids=tuple(operators.values()),
    )  # fmt: skip


def understood(
    request: RegisterRequest,
    reading: RegisterReading,
    site_limits: SiteLimits,
    limits: Limits | None,
    progress: Progress,
) -> tuple[Register, tuple[Site, ...]]:
    """Read a file into sites; refuse it when a row has an error that was not to be passed over."""
    progress(Step.READ)
    document = files.read(request.content, request.name, limits)
    progress(Step.ROWS)
    register = read_register(document, reading)
    if register.errors and not request.accepted_only:
        raise InputRefused(register.findings, file=request.name)
    progress(Step.SITES)
    sites, doubts = collapse(register.listings, site_limits)
    register.findings.extend(doubts)
    if not sites:
        raise InputRefused(register.findings, file=request.name)
    return register, sites


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Spare the collector a register's rows.

    All of them live on; to go through them again and again, for cycles that are not there, costs
    as much time as making sites of them.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def reading_of(
    connection: Connection, actor: Actor, request: RegisterRequest, day: date
) -> RegisterReading:
    """How the file is to be read: as asked, by the settings in force, for whom the actor may."""
    extent = request.extent
    if extent is None:
        extent = Extent(**setting_in_force(connection, "country_extent", day))
    operator = None if request.operator is None else operator_name(request.operator)
    if actor.kind is OrganisationKind.OPERATOR:
        own = organisation_names(connection, OrganisationKind.OPERATOR)[actor.organisation_id]
        if operator not in (None, own):
            raise NotFound("operator", operator)
        operator = own
    return RegisterReading(extent, request.crs, operator)


def site_limits_in_force(connection: Connection, day: date) -> SiteLimits:
    """Return how wide a site may be on ``day``."""
    return SiteLimits(
        width_m=float(setting_in_force(connection, "site_width_m", day)),
        code_span_m=float(setting_in_force(connection, "shared_code_span_m", day)),
    )


def _operator_ids(
    connection: Connection, actor: Actor, sites: Sequence[Site]
) -> dict[str, uuid.UUID]:
    """The organisations of the operators on the sites; the authority's load makes new ones."""
    names = sorted({entry.operator for site in sites for entry in site.equipment})
    if actor.kind is OrganisationKind.OPERATOR:
        return dict.fromkeys(names, actor.organisation_id)
    return {
        name: ensure_organisation(connection, OrganisationKind.OPERATOR, name) for name in names
    }


def _refuse_listed_before(
    connection: Connection, operators: Mapping[str, uuid.UUID], width_m: float, name: str
) -> None:
    """Refuse to add stations that stand already: an operator's site is listed once."""
    known = stored.listed_before(connection, width_m)
    if not known:
        return
    names = {operator_id: operator for operator, operator_id in operators.items()}
    told = [
        finding(
            "tower.listed_before", value=each.site_code, operator=names[each.operator_id],
            code=each.site_code, latitude=f"{each.latitude:.6f}",
            longitude=f"{each.longitude:.6f}", width_m=f"{width_m:g}",
        )
        for each in known[:_TOLD_STATIONS]
    ]  # fmt: skip
    if more := len(known) - len(told):
        told.append(
            finding(
                "tower.and_more", severity=Severity.ERROR, count=more,
                rule_name="tower.listed_before",
            )
        )  # fmt: skip
    raise InputRefused(told, file=name)


def _sites_of(sites: Sequence[Site]) -> Counter[str]:
    """How many sites each operator stands on."""
    return Counter(name for site in sites for name in {entry.operator for entry in site.equipment})


def totals_of(register: Register, sites: Sequence[Site]) -> dict[str, object]:
    """The figures of a load."""
    rows = Counter(listing.operator for listing in register.listings)
    standing = _sites_of(sites)
    entries = [entry for site in sites for entry in site.equipment]
    technologies = Counter(each for entry in entries for each in entry.technologies)
    return {
        "rows": register.rows,
        "loaded": register.loaded,
        "rejected": register.rejected,
        "without_position": register.without_position,
        "sites": len(sites),
        "shared_sites": sum(
            len({entry.operator for entry in site.equipment}) > 1 for site in sites
        ),
        "planned": sum(entry.on_air is False for entry in entries),
        "operators": {name: {"rows": rows[name], "sites": standing[name]} for name in sorted(rows)},
        "technologies": {each.value: technologies[each] for each in Technology},
    }


def shrunk(sites: Sequence[Site], replaced: Sequence[StandingRegister]) -> list[Finding]:
    """Warn where an operator has lost most of its sites: perhaps the file is only a part."""
    now, before = _sites_of(sites), Counter[str]()
    for register in replaced:
        before[register.operator] += register.sites
    return [
        finding("tower.register_shrinks", operator=name, count=now[name], before=count)
        for name, count in sorted(before.items())
        if now[name] < _SHRUNK * count
    ]


def _told(replaced: Sequence[StandingRegister]) -> list[dict[str, object]]:
    """What the audit log keeps of what a register took out of force."""
    return [
        {"operator": each.operator, "register": str(each.register_id), "sites": each.sites}
        for each in replaced
    ]
