"""Lists of administrative units: loading them, checking them, putting one in force.

A list is loaded while inactive, checked, then activated; exactly one is in force. What stands
in force keeps its codes: reports and packages refer to them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import shapely
from sqlalchemy import Connection

from coverage.actions.zone_places import ZoneMoves, move_zones, told
from coverage.errors import InputRefused, NotFound
from coverage.findings import Finding, Severity, finding
from coverage.intake.boundaries import read_boundaries, with_points
from coverage.intake.changes_table import read_changes_table
from coverage.intake.national_list import (
    NationalList,
    read_national_list,
    source_of_national_list,
)
from coverage.people import Act, Actor, OrganisationKind
from coverage.places.checking import Check, check_list, first_of_each, mend_shapes
from coverage.places.outlines import province_outlines
from coverage.places.succession import link, links_by_code, province_changes
from coverage.places.units import (
    FORMER_VINTAGE,
    REFORM_VINTAGE,
    Change,
    Level,
    Unit,
    UnitList,
    is_vintage_name,
)
from coverage.storage import audit
from coverage.storage import people as organisations
from coverage.storage import places as stored
from coverage.storage.sessions import Database

Progress = Callable[[str], None]
Findings = Sequence[Finding]
# What no other file of the same vintage can put right; the rest is only kept from activation.
_NEVER_LOADED = {"place.wrong_province", "place.outside_country"}
_TOLD_APART = 7  # decimals of a degree, 1 cm: what a GeoJSON keeps of a GeoPackage
NO_PROGRESS: Progress = lambda _: None  # noqa: E731


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act on lists did. ``changed`` is False when everything was so already."""

    vintage: str
    changed: bool
    active: str | None  # the vintage in force afterwards
    counts: Mapping[Level, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    retired: str | None = None
    zones: ZoneMoves | None = None  # what it did to the zones, where it did


def list_vintages(database: Database, actor: Actor) -> list[stored.Vintage]:
    """Return every list, the oldest first."""
    with database.transaction(actor) as connection:
        return stored.vintages(connection)


def load_national_list(
    database: Database, actor: Actor, *, activate: bool, progress: Progress = NO_PROGRESS
) -> Outcome:
    """Load the lists of 30 June and 1 July 2025 from the package, with approximate areas.

    With ``activate`` the newer one is put in force unless a list of a later date is.
    """
    actor.must(Act.LOAD_PLACES)
    name, source = REFORM_VINTAGE, source_of_national_list()
    findings: tuple[Finding, ...] = ()
    with database.transaction(actor) as connection:
        stored.lock(connection)
        known = {vintage.name for vintage in stored.vintages(connection)}
        changed = name not in known
        if changed:
            progress(f"Đọc {source}, tạo vùng gần đúng")
            read = read_national_list()
            findings = tuple(_moved(read))
            progress(f"Ghi {len(read.current.units)} đơn vị hiện nay, {len(read.former.units)} cũ")
            _store_national_list(connection, read)
        active = _active(connection)
        retired = zones = None
        if activate and (active is None or active < name):
            progress(f"Kích hoạt {name}")
            _refuse_errors(_check(connection, name).findings)
            (retired, zones), changed, active = _activate(connection, name), True, name
        counts = stored.find_vintage(connection, name).counts
        if changed:
            audit.append(
                connection, "places.loaded", name,
                {"source": source, "active": active == name, **told(zones)},
            )  # fmt: skip
    return Outcome(name, changed, active, counts, findings, retired, zones)


def load_boundaries(
    database: Database, actor: Actor, path: Path, vintage: str, level: Level, *,
    activate: bool, progress: Progress = NO_PROGRESS,
) -> Outcome:  # fmt: skip
    """Load one level of a vintage from a file or folder of polygons, check it, maybe activate.

    Provinces without polygons of their own get the union of their communes. A vintage that is
    or was in force takes new areas and spellings, but no other codes.

    Raises:
        InputRefused: the file cannot be taken or cannot be true, the vintage was in force
            already with other codes, or ``activate`` meets an error of the check.
    """
    actor.must(Act.LOAD_PLACES)
    if not is_vintage_name(vintage):
        raise InputRefused([finding("place.vintage_name", read=vintage)])
    progress(f"Đọc {path.name}")
    read, repairs = mend_shapes(read_boundaries(path, level, progress))
    _refuse_errors(repairs)
    units = with_points(read)
    digest = _digest(units)
    progress(f"Đã đọc {len(units)} đơn vị cấp {level.value}")
    with database.transaction(actor) as connection:
        stored.lock(connection)
        listed = UnitList(vintage, path.name, approximate=False, units=tuple(units))
        changed = _store_level(connection, listed, level, digest)
        active = _active(connection)
        activates = activate and active != vintage
        check = Check(())
        if changed or activates:
            progress("Kiểm tra: số lượng, hình học, khoảng hở, tên và mã")
            check = _checked(connection, vintage, repairs)
            _refuse_errors([found for found in check.findings if found.rule in _NEVER_LOADED])
        retired = zones = None
        if activates:
            progress(f"Kích hoạt {vintage}")
            _refuse_errors(check.findings)
            (retired, zones), changed = _activate(connection, vintage), True
        elif changed and active == vintage and level is Level.COMMUNE:
            zones = move_zones(connection, vintage)  # its areas are others now
        counts = stored.find_vintage(connection, vintage).counts
        active = _active(connection)
        if changed:
            audit.append(
                connection, "places.loaded", vintage,
                {"level": level.value, "file": path.name, "sha256": digest, "units": len(units),
                 "active": active == vintage, **told(zones)},
            )  # fmt: skip
    return Outcome(vintage, changed, active, counts, check.findings, retired, zones)


def check(database: Database, actor: Actor, vintage: str) -> tuple[stored.Vintage, Check]:
    """Check a loaded list again and return what was found; nothing is changed.

    Raises:
        NotFound: no such vintage.
    """
    with database.transaction(actor) as connection:
        return stored.find_vintage(connection, vintage), _check(connection, vintage)


def activate(database: Database, actor: Actor, vintage: str) -> Outcome:
    """Put a loaded list in force; the one before is retired, zones and their owners follow.

    Raises:
        NotFound: no such vintage.
        InputRefused: the check finds errors.
    """
    actor.must(Act.LOAD_PLACES)
    with database.transaction(actor) as connection:
        stored.lock(connection)
        found = stored.find_vintage(connection, vintage)
        if found.status == "active":
            return Outcome(vintage, False, vintage, found.counts)
        _refuse_errors(_check(connection, vintage).findings)
        retired, zones = _activate(connection, vintage)
        audit.append(connection, "places.activated", vintage, {"retired": retired, **told(zones)})
    return Outcome(vintage, True, vintage, found.counts, (), retired, zones)


def load_changes(
    database: Database, actor: Actor, path: Path, *, progress: Progress = NO_PROGRESS
) -> Outcome:
    """Load the official table of the changes of 1 July 2025 over what the package knows.

    Raises:
        NotFound: the two lists that it connects are not loaded.
        InputRefused: it is not such a table.
    """
    actor.must(Act.LOAD_PLACES)
    with database.transaction(actor) as connection:
        stored.lock(connection)
        former = stored.unit_list(connection, FORMER_VINTAGE)
        current = stored.unit_list(connection, REFORM_VINTAGE)
        progress(f"Đọc {path.name}")
        table = read_changes_table(path, former, current)
        every = (*table.changes, *province_changes(former, current, table.changes))
        known = stored.changes(connection, FORMER_VINTAGE, REFORM_VINTAGE)
        active = _active(connection)
        if set(every) == set(known):
            return Outcome(REFORM_VINTAGE, changed=False, active=active, findings=table.findings)
        progress(f"Ghi {len(every)} cặp cũ, mới")
        stored.replace_changes(connection, FORMER_VINTAGE, REFORM_VINTAGE, every)
        found = stored.find_vintage(connection, REFORM_VINTAGE)
        report = {**found.report, "changes": {"file": path.name, "rows": len(table.changes)}}
        stored.set_report(connection, REFORM_VINTAGE, report)
        audit.append(connection, "places.changes_loaded", REFORM_VINTAGE,
                     {"file": path.name, "pairs": len(every)})  # fmt: skip
    return Outcome(
        REFORM_VINTAGE, changed=True, active=active,
        findings=(*table.findings, _difference(known, every)),
    )  # fmt: skip


def _difference(known: Sequence[Change], now: Sequence[Change]) -> Finding:
    before = {(change.old_code, change.new_code): change.part for change in known}
    after = {(change.old_code, change.new_code): change.part for change in now}
    changed = sum(before[pair] != after[pair] for pair in before.keys() & after.keys())
    return finding(
        "place.changes_differ", added=len(after.keys() - before.keys()),
        removed=len(before.keys() - after.keys()), changed=changed,
    )  # fmt: skip


def _store_national_list(connection: Connection, read: NationalList) -> None:
    for listed, status in ((read.former, "retired"), (read.current, "loaded")):
        stored.add_vintage(connection, listed, status=status)
        for level in Level:
            stored.replace_units(connection, listed.vintage, level, listed.of(level))
    stored.replace_changes(connection, read.former.vintage, read.current.vintage, read.changes)
    loaded = {"national_list": {"file": read.current.source}}
    stored.set_report(connection, read.former.vintage, {"loaded": loaded})
    moved = [found.message() for found in _moved(read)]
    stored.set_report(connection, read.current.vintage, {"loaded": loaded, "moved": moved})


def _store_level(connection: Connection, listed: UnitList, level: Level, digest: str) -> bool:
    """Make the listed units the vintage's level; tell whether that changed anything."""
    vintage, file, units = listed.vintage, listed.source, listed.units
    known = {known.name: known for known in stored.vintages(connection)}.get(vintage)
    if known is None:
        stored.add_vintage(connection, listed)
        report: dict[str, object] = {}
    else:
        report = dict(known.report)
        if _loaded(report).get(level.value, {}).get("sha256") == digest:
            return False
        if known.status in {"active", "retired"}:
            _must_keep_codes(connection, vintage, level, units)
        if level is Level.COMMUNE:
            stored.set_exact(connection, vintage)
    loaded = {**_loaded(report), level.value: {"file": file, "sha256": digest}}
    stored.replace_units(connection, vintage, level, units)
    if level is Level.COMMUNE and Level.PROVINCE.value not in loaded:
        _derive_provinces(connection, vintage, units)
    stored.set_source(connection, vintage, ", ".join(entry["file"] for entry in loaded.values()))
    stored.set_report(connection, vintage, {**report, "loaded": loaded})
    return True


def _derive_provinces(connection: Connection, vintage: str, communes: Sequence[Unit]) -> None:
    """Give the vintage the provinces of the list before, with the communes' union as area."""
    own = stored.units(connection, vintage, Level.PROVINCE)
    before = _list_before(connection, vintage)
    names = own or (stored.units(connection, before, Level.PROVINCE) if before else [])
    codes = {unit.province_code for unit in communes}
    blank = [unit.placed(None, None) for unit in names if unit.code in codes]
    stored.replace_units(connection, vintage, Level.PROVINCE, province_outlines(blank, communes))


def _must_keep_codes(
    connection: Connection, vintage: str, level: Level, units: Sequence[Unit]
) -> None:
    """Refuse other codes, or other provinces, for a list that is or was in force."""
    standing = {
        (unit.code, unit.province_code) for unit in stored.units(connection, vintage, level)
    }
    if standing and standing != {(unit.code, unit.province_code) for unit in units}:
        raise InputRefused([finding("place.codes_stand", vintage=vintage)])


def _checked(connection: Connection, vintage: str, repairs: Sequence[Finding]) -> Check:
    """Check the vintage, keep the report with it, link it to the list before."""
    found = _check(connection, vintage)
    check = Check((*repairs, *found.findings), found.gaps_km2, found.overlaps_km2, found.comparison)
    report = dict(stored.find_vintage(connection, vintage).report)
    report["check"] = check.as_json()
    stored.set_report(connection, vintage, report)
    stored.set_status(connection, vintage, "loaded" if check.errors else "checked")
    _link(connection, vintage)
    return check


def _check(connection: Connection, vintage: str) -> Check:
    known = stored.find_vintage(connection, vintage)
    before = _list_before(connection, vintage)
    previous: dict[Level, list[Unit]] = {}
    if before is not None and _is_linked_by_code(connection, before, vintage):
        previous = {
            level: stored.units(connection, before, level)
            for level in (Level.PROVINCE, Level.COMMUNE)
        }
    return check_list(
        stored.units(connection, vintage, Level.PROVINCE),
        stored.units(connection, vintage, Level.COMMUNE),
        previous=previous,
        outlines_derived=Level.PROVINCE.value not in _loaded(known.report),
    )


def _link(connection: Connection, vintage: str) -> None:
    """Say that equal codes of the list before are the same units, unless a table says more."""
    before = _list_before(connection, vintage)
    if before is None or not _is_linked_by_code(connection, before, vintage):
        return
    changes = [
        change
        for level in (Level.PROVINCE, Level.COMMUNE)
        for change in link(
            before, stored.units(connection, before, level),
            vintage, stored.units(connection, vintage, level),
        )
    ]  # fmt: skip
    stored.replace_changes(connection, before, vintage, changes)


def _is_linked_by_code(connection: Connection, before: str, vintage: str) -> bool:
    """Whether no table of changes was loaded between the two lists."""
    return links_by_code(stored.changes(connection, before, vintage))


def _activate(connection: Connection, vintage: str) -> tuple[str | None, ZoneMoves]:
    """Put a checked vintage in force: every province has its organisation, every zone its codes.

    Return the retired one, and what became of the zones.
    """
    for unit in stored.units(connection, vintage, Level.PROVINCE):
        name = f"Sở Khoa học và Công nghệ {unit.full_name[:1].lower()}{unit.full_name[1:]}"
        organisation = organisations.ensure_organisation(
            connection, OrganisationKind.PROVINCE, name, unit.code
        )
        organisations.rename_organisation(connection, organisation, name)
    retired = stored.set_active(connection, vintage)
    return retired, move_zones(connection, vintage)


def _refuse_errors(findings: Sequence[Finding]) -> None:
    errors = [found for found in findings if found.severity is Severity.ERROR]
    if errors:
        raise InputRefused(first_of_each(errors))


def _list_before(connection: Connection, vintage: str) -> str | None:
    earlier = [known.name for known in stored.vintages(connection) if known.name < vintage]
    return max(earlier, default=None)


def _active(connection: Connection) -> str | None:
    try:
        return stored.active_vintage(connection)
    except NotFound:
        return None


def _loaded(report: Mapping[str, object]) -> dict[str, dict[str, str]]:
    loaded = report.get("loaded")
    return dict(loaded) if isinstance(loaded, Mapping) else {}


def _moved(read: NationalList) -> list[Finding]:
    names = {unit.code: unit.full_name for unit in read.current.of(Level.COMMUNE)}
    return [
        finding(
            "place.centroid_moved", code=moved.code, name=names[moved.code],
            distance_km=f"{moved.distance_km:.0f}",
        )
        for moved in read.moved
    ]  # fmt: skip


def _digest(units: Sequence[Unit]) -> str:
    """A fingerprint of what was read: the same units in another kind of file are the same."""
    digest = hashlib.sha256()
    for unit in sorted(units, key=lambda unit: (unit.level, unit.code)):
        facts = [unit.level, unit.code, unit.full_name, unit.name_en, unit.province_code,
                 unit.district_code, unit.area_km2]  # fmt: skip
        digest.update(json.dumps(facts, ensure_ascii=False).encode())
        if unit.area is not None:
            rounded = shapely.transform(unit.area, lambda pairs: pairs.round(_TOLD_APART))
            digest.update(shapely.to_wkb(shapely.normalize(rounded)))
    return digest.hexdigest()
