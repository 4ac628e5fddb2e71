"""Published packages for tests: a table of zones, versions of a package, the clock moved by rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from coverage.actions import amendments
from coverage.actions.lots import propose_lots
from coverage.actions.package_versions import Amendment
from coverage.actions.packages import build_package
from tests.builders import a_zone
from tests.reported import as_owner, report
from tests.signed import publish_package, signer_of

KM = 1 / 111.32
NO_MORE = {}
SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)


def two_lots(database, authority, officer):
    """Two lots of a province: three villages in the south, one far in the north."""
    report(
        database, officer,
        a_zone(1), a_zone(2, latitude=18.3 + 5 * KM), a_zone(3, latitude=18.3 + 7 * KM),
        a_zone(4, latitude=18.3 + 60 * KM),
    )  # fmt: skip
    return propose_lots(database, authority, "42").lots


def published(database, authority, *, lots=None, **further):
    """The province's proposed lots as a published package."""
    built = build_package(database, authority, "42", NO_MORE, lots)
    return publish_package(database, authority, built.record.number, NO_MORE, **further).record


def amended(database, actor, number, reason="vì thử", **what):
    """The next version of a package."""
    return amendments.amend_package(
        database, actor, number, Amendment(reason, **what), writers=NO_MORE,
        signer=signer_of(database),
    )  # fmt: skip


def clarified(database, actor, number, reason="vì đã trả lời", **what):
    """The next version of a package, with answers only."""
    return amendments.clarify_package(
        database, actor, number, Amendment(reason, **what), writers=NO_MORE,
        signer=signer_of(database),
    )  # fmt: skip


def let_pass(database, actor, days=31):
    """Let ``days`` pass for packages: everything about them lies so much earlier."""
    with as_owner(database, actor) as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table, columns in (
            ("package", ("published_at", "built_at", "opens_at", "closes_at", "cancelled_at")),
            ("package_notice", ("shown_from",)),
            ("package_question", ("asked_at",)),
            ("package_answer", ("asked_at", "answered_at")),
        ):
            moved = ", ".join(f"{one} = {one} - make_interval(days => :days)" for one in columns)
            connection.execute(text(f"UPDATE phusong.{table} SET {moved}"), {"days": days})
