"""What loading a register would do: findings, figures, and what would change; nothing is written."""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from coverage.actions.towers import (
    Progress,
    RegisterRequest,
    Step,
    reading_of,
    shrunk,
    site_limits_in_force,
    totals_of,
    understood,
)
from coverage.findings import Finding, Severity
from coverage.intake.document import Limits
from coverage.people import Act, Actor, OrganisationKind
from coverage.register_changes import RegisterChanges, Station, register_changes
from coverage.storage import towers as stored
from coverage.storage.open_zones import open_points
from coverage.storage.people import organisation_names
from coverage.storage.sessions import Database
from coverage.storage.towers import LoadedRegister
from coverage.towers import Site


@dataclass(frozen=True, slots=True)
class RegisterReport:
    """A register as it was understood, and what it would change for each of its operators.

    ``loadable`` is False while rows have errors and the sender did not say to leave them out;
    ``stations`` are those of the file by operator.
    """

    name: str
    sha256: str
    crs: str
    form: Mapping[str, object]
    findings: tuple[Finding, ...]
    totals: Mapping[str, object]
    changes: tuple[RegisterChanges, ...]
    loadable: bool
    stations: Mapping[str, Sequence[Station]]


def check_register(
    database: Database,
    actor: Actor,
    request: RegisterRequest,
    day: date,
    *,
    limits: Limits | None = None,
    progress: Progress = lambda step: None,  # noqa: ARG005 - nobody has to be told
) -> RegisterReport:
    """Read a register and tell what loading it would do; nothing is written.

    Rows with errors are told among the findings; they refuse the file only where none is good.

    Raises:
        NotAllowed: the role may not load registers.
        NotFound: another operator's.
        InputRefused: with findings of the families file, text and tower.
    """
    actor.must(Act.LOAD_TOWERS)
    with database.transaction(actor) as connection:
        reading = reading_of(connection, actor, request, day)
        site_limits = site_limits_in_force(connection, day)
    all_rows = replace(request, accepted_only=True)
    register, sites = understood(all_rows, reading, site_limits, limits, progress)
    progress(Step.STORE)
    with database.transaction(actor) as connection:
        known = organisation_names(connection, OrganisationKind.OPERATOR)
        stations = _stations(sites)
        changes = _changes(connection, known, stations, site_limits.width_m, add=request.add)
        own = [id_ for id_, name in known.items() if name in stations]
        doubts = [] if request.add else shrunk(sites, stored.standing(connection, own))
    return RegisterReport(
        request.name, hashlib.sha256(request.content).hexdigest(), register.crs, register.form,
        (*register.findings, *doubts), totals_of(register, sites), tuple(changes),
        loadable=request.accepted_only
        or not any(found.severity is Severity.ERROR for found in register.findings),
        stations=stations,
    )  # fmt: skip


def list_registers(database: Database, actor: Actor) -> list[LoadedRegister]:
    """Return the registers in force: an operator its own stations, the authority everybody's."""
    with database.transaction(actor) as connection:
        return stored.loads(connection)


def _stations(sites: Sequence[Site]) -> dict[str, list[Station]]:
    """The file's stations by operator."""
    after: dict[str, list[Station]] = defaultdict(list)
    for site in sites:
        for entry in site.equipment:
            after[entry.operator].append(
                Station(
                    entry.site_code, entry.latitude, entry.longitude, entry.technologies,
                    entry.on_air,
                )
            )  # fmt: skip
    return dict(after)


def _changes(
    connection: Connection,
    names: Mapping[uuid.UUID, str],
    after: Mapping[str, Sequence[Station]],
    width_m: float,
    *,
    add: bool,
) -> list[RegisterChanges]:
    """What would become of each operator in the file."""
    known = {name: id_ for id_, name in names.items()}
    ids = [known[name] for name in sorted(after) if name in known]
    before = stored.stations_in_force(connection, ids)
    villages = open_points(connection)
    return [
        register_changes(
            name,
            standing := before.get(known.get(name, uuid.UUID(int=0)), []),
            [*standing, *after[name]] if add else after[name],
            villages,
            width_m,
        )
        for name in sorted(after)
    ]
