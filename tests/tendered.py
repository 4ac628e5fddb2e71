"""A province with lots, ready for a package: what tests of sealing and publishing begin with."""

from __future__ import annotations

from coverage.actions.lots import propose_lots
from coverage.actions.packages import build_package
from tests.builders import a_zone
from tests.reported import load_places, report
from tests.signed import publish_package

KM = 1 / 111.32


def a_province_with_lots(database, authority, officer):
    """Three villages of one lot, and one far in the north."""
    load_places(database, authority)
    report(
        database, officer, a_zone(1), a_zone(2, latitude=18.3 + 5 * KM),
        a_zone(3, latitude=18.3 + 7 * KM), a_zone(4, latitude=18.3 + 60 * KM, commune_code="18103"),
    )  # fmt: skip
    return propose_lots(database, authority, "42").lots


def a_draft(database, authority, writers=None):
    """The draft of every proposed lot."""
    return build_package(database, authority, "42", writers or {})


def a_publication(database, authority, writers=None):
    """That draft, published with the test's key."""
    number = a_draft(database, authority, writers).record.number
    return publish_package(database, authority, number, writers or {})
