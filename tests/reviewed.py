"""People of every role around zones of every status, for the tests of review."""

from __future__ import annotations

from sqlalchemy import text

from coverage.actions.zone_moves import Seen
from coverage.people import ROLES_OF, Actor, OrganisationKind, Role
from coverage.storage import audit
from coverage.storage import zones as stored_zones
from coverage.zones import ZoneStatus
from tests.builders import a_zone, zone_id
from tests.reported import as_owner, report

KM = 1 / 111.32
REPORTED = {"status": ZoneStatus.REPORTED, "status_by": None}
KIND_OF = {role: kind for kind, roles in ROLES_OF.items() for role in roles}


def person(authority, name, role=Role.REVIEWER):
    """Somebody else at the authority."""
    return Actor(authority.organisation_id, authority.kind, role, name)


def everybody(authority, officer, operator, auditor, name="cán bộ thử"):
    """An actor of each role, all of one name."""
    organisations = {
        OrganisationKind.AUTHORITY: authority, OrganisationKind.PROVINCE: officer,
        OrganisationKind.OPERATOR: operator, OrganisationKind.AUDITOR: auditor,
    }  # fmt: skip
    return {
        role: Actor(
            organisations[kind].organisation_id, kind, role, name, organisations[kind].province_code
        )
        for role, kind in KIND_OF.items()
    }


def standing_now(database, authority, *zone_ids):
    """Zones as they stand, by id; of one id, that zone."""
    with database.transaction(authority) as connection:
        found = stored_zones.of_ids(connection, zone_ids)
    return found[zone_ids[0]] if len(zone_ids) == 1 else found


def acts(database, authority):
    """The audit log's entries, from the first."""
    with database.transaction(authority) as connection:
        return list(audit.entries(connection))


def setting(database, authority, name, value, day="2022-01-01"):
    """Put a dated setting in force."""
    with as_owner(database, authority) as connection:
        connection.execute(
            text("INSERT INTO phusong.setting (name, valid_from, value, citation)"
                 " VALUES (:name, :day, CAST(:value AS jsonb), 'thử')"),
            {"name": name, "day": day, "value": value},
        )  # fmt: skip


def stored(database, officer, count=1, **facts):
    """Report zones one kilometre apart; return them as seen."""
    report(database, officer, *(
        a_zone(number, **({"latitude": 18.3 + number * KM} | REPORTED | facts))
        for number in range(1, count + 1)
    ))  # fmt: skip
    return [Seen(zone_id(number), 1) for number in range(1, count + 1)]


def statuses(database, authority, *numbers):
    """Where zones stand, by their numbers."""
    return [standing_now(database, authority, zone_id(n)).zone.status.value for n in numbers]
