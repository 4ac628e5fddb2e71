"""Builds the packages of the provinces that are named, with a stop watch on every stage.

``python -m tests.bench.packages_build 01 02 …`` on the database of ``DATABASE_URL`` prints JSON. A
stage is the time inside the function that does it, less what inner stages took.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from api.package_map import map_writers
from coverage.actions import lots as lot_actions
from coverage.actions import packages as package_actions
from coverage.actions.lot_sites import choose_lot_sites
from coverage.actions.people import act_for
from coverage.dossier import index, ocds, readme, seal
from coverage.lot_sites import SitesAsked
from coverage.people import OrganisationKind, Role
from coverage.storage import packages as stored
from coverage.storage.sessions import Database


class StopWatch:
    """Seconds by stage, and of them those of our own processor time.

    Stages nest, and each counts its own time only.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.busy: dict[str, float] = defaultdict(float)
        self._inner = [(0.0, 0.0)]

    def timed(self, stage: str, does: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``does`` with the watch on it."""

        def watched(*args: Any, **kwargs: Any) -> Any:
            started, begun = time.perf_counter(), time.process_time()
            self._inner.append((0.0, 0.0))
            try:
                return does(*args, **kwargs)
            finally:
                spent, busy = time.perf_counter() - started, time.process_time() - begun
                inner_spent, inner_busy = self._inner.pop()
                self.seconds[stage] += spent - inner_spent
                self.busy[stage] += busy - inner_busy
                outer_spent, outer_busy = self._inner[-1]
                self._inner[-1] = (outer_spent + spent, outer_busy + busy)

        return watched


def main(provinces: list[str]) -> None:
    """Build them one after the other, as ``phusong package build`` does for each."""
    watch = StopWatch()
    _watch(watch)
    database = Database(os.environ["DATABASE_URL"], os.environ["DATABASE_OWNER_URL"], 3)
    authority = act_for(database, OrganisationKind.AUTHORITY, Role.ADMINISTRATOR, "script/bench")
    propose = watch.timed("lots proposed", lot_actions.propose_lots)
    site = watch.timed("sites chosen", choose_lot_sites)
    build = watch.timed("reading, assembling, the rest", package_actions.build_package)
    started, at_work, built, slowest = time.perf_counter(), time.process_time(), [], 0.0
    for code in provinces:
        begun = time.perf_counter()
        propose(database, authority, code)
        site(database, authority, code, SitesAsked(None, None), datetime.now(UTC).date())
        writers = {
            name: watch.timed(name, write)
            for name, write in map_writers(database, authority).items()
        }
        built.append(build(database, authority, code, writers).record)
        slowest = max(slowest, time.perf_counter() - begun)
    total = time.perf_counter() - started
    database.close()
    by_share = sorted(watch.seconds.items(), key=lambda told: -told[1])
    print(  # noqa: T201 - the answer
        json.dumps(
            {
                "seconds": {"total": total} | dict(by_share),
                "busy": {"total": time.process_time() - at_work} | dict(watch.busy),
                "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "packages": len(built),
                "lots": sum(one.totals["lots"] or 0 for one in built),
                "zones": sum(one.totals["zones"] or 0 for one in built),
                "bytes": sum(one.size for one in built),
                "slowest_s": slowest,
            }
        )
    )


def _watch(watch: StopWatch) -> None:
    seal.WRITERS = {name: watch.timed(name, write) for name, write in seal.WRITERS.items()}
    readme.write = watch.timed("DOC-TRUOC.txt", readme.write)
    index.write = watch.timed("index.html", index.write)
    ocds.write_release = watch.timed("ocds-release.json", ocds.write_release)
    ocds.write_record = watch.timed("ocds-record.json", ocds.write_record)
    seal.seal = watch.timed("manifest, sums, container", seal.seal)
    stored.add_draft = watch.timed("stored", stored.add_draft)


if __name__ == "__main__":
    main(sys.argv[1:])
