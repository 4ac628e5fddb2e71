"""What can be changed in a published package: its lots and zones, and what may come in."""

from __future__ import annotations

from dataclasses import dataclass

from coverage.actions.package_records import latest
from coverage.actions.package_versions import must_be_open
from coverage.lots import LotStatus, is_eligible
from coverage.people import Act, Actor
from coverage.storage import lots as stored_lots
from coverage.storage import openings
from coverage.storage import zones as stored_zones
from coverage.storage.lots import StoredLot
from coverage.storage.packages import PackageRecord
from coverage.storage.sessions import Database
from coverage.storage.zones import ListedZone


@dataclass(frozen=True, slots=True)
class AmendableLot:
    """A lot with the zones that are in it now; an awarded one stays as it is."""

    lot: StoredLot
    zones: tuple[ListedZone, ...]
    awarded: bool = False


@dataclass(frozen=True, slots=True)
class Amendable:
    """The package's lots, the province's proposed ones, and the zones that may come in."""

    record: PackageRecord
    lots: tuple[AmendableLot, ...]
    proposed: tuple[AmendableLot, ...]
    free: tuple[ListedZone, ...]


def see_amendable(database: Database, actor: Actor, number: str) -> Amendable:
    """Return what an amendment of the package may choose from.

    Raises:
        NotAllowed, NotFound: no such right or package.
        Conflict: the package may not be amended now.
    """
    actor.must(Act.PUBLISH_PACKAGE)
    with database.transaction(actor) as connection:
        record = latest(connection, number)
        must_be_open(record, None)
        known = stored_lots.lots_of(connection, record.province_code)
        own = [lot for lot in known if lot.id in record.lot_ids]
        proposed = [lot for lot in known if lot.status is LotStatus.PROPOSED]
        active = openings.active_zones(connection, [lot.id for lot in (*own, *proposed)])
        awarded = openings.awarded_lots(connection, record.lot_ids)
        fund = stored_lots.fund_zones(connection, record.province_code)
        found = stored_zones.of_ids(connection, {key for ids in active.values() for key in ids})

    def with_zones(lot: StoredLot) -> AmendableLot:
        zones = [found[key] for key in active[lot.id] if key in found]
        zones.sort(key=lambda listed: (listed.zone.commune_code, listed.zone.village))
        return AmendableLot(lot, tuple(zones), lot.id in awarded)

    free = [listed for listed in fund.values() if is_eligible(listed.zone)]
    free.sort(key=lambda listed: (listed.zone.commune_code, listed.zone.village, listed.zone.id))
    return Amendable(
        record,
        tuple(map(with_zones, own)),
        tuple(map(with_zones, proposed)),
        tuple(free),
    )
