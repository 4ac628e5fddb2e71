"""Random histories of a package: whatever is published, amended, cancelled, in whatever order."""

import hashlib
import random

import pytest
from sqlalchemy import text

from coverage.actions import audit as audit_actions
from coverage.actions.cancelling import cancel_package
from coverage.actions.lots import propose_lots
from coverage.actions.package_questions import answer_questions, ask_question
from coverage.actions.packages import list_packages
from coverage.errors import Conflict, NotFound, NothingToDo
from coverage.packages import PackageStatus
from tests.builders import a_zone, zone_id
from tests.published import KM, SOON, amended, clarified, let_pass, published
from tests.reported import load_places, report

ZONES = range(1, 9)
STEPS = 25


class History:
    """One package's life; every refusal is an answer too, and changes nothing."""

    def __init__(self, database, authority, operator, seed):
        self.database, self.authority, self.operator = database, authority, operator
        self.random = random.Random(seed)
        self.kept = {}

    def step(self):
        record = self.newest()
        if record is None or record.status is PackageStatus.CANCELLED:
            act = self.publish
        elif record.waits:
            act = self.random.choice([self.wait, self.wait, self.cancel, self.amend, self.publish])
        else:
            act = self.random.choice(
                [self.amend, self.amend, self.amend, self.clarify, self.cancel, self.publish]
            )
        try:
            act()
        except (Conflict, NotFound, NothingToDo) as refused:
            return f"{act.__name__}: {refused.facts.get('reason', 'not found')}"
        return act.__name__

    def newest(self):
        found = list_packages(self.database, self.authority)
        return max(found, key=lambda one: (one.number, one.version)) if found else None

    def publish(self):
        propose_lots(self.database, self.authority, "42")
        published(self.database, self.authority, opens_at=self.maybe_soon())

    def amend(self):
        record = self.newest()
        zones = [zone_id(n) for n in self.random.sample(ZONES, 2)]
        status = self.statuses()
        inside = [key for key in zones if status[key] == "in_package"]
        number = record.manifest["lots"][0]["number"]
        amended(
            self.database, self.authority, record.number, f"lần {len(self.kept)}", drop=inside,
            add={key: number for key in zones if key not in inside}, opens_at=self.maybe_soon(),
        )  # fmt: skip

    def clarify(self):
        record = self.newest()
        asked = ask_question(self.database, self.operator, record.number, "Hỏi?")
        answer_questions(self.database, self.authority, record.number, [asked.id], "Đáp.")
        clarified(self.database, self.authority, record.number, opens_at=self.maybe_soon())

    def cancel(self):
        record = self.newest()
        cancel_package(self.database, self.authority, record.number, "vì thử")

    def wait(self):
        let_pass(self.database, self.authority)

    def maybe_soon(self):
        return SOON if self.random.random() < 0.4 else None

    def statuses(self):
        return self.rows("SELECT id, status FROM phusong.zone")

    def rows(self, statement):
        with self.database.transaction(self.authority) as connection:
            return dict(connection.execute(text(statement)).all())

    def check(self):
        records = list_packages(self.database, self.authority)
        opened = [one for one in records if one.status is PackageStatus.PUBLISHED and not one.waits]
        assert len({one.number for one in opened}) == len(opened)
        held = self.rows(
            "SELECT zone_id, lot_id FROM phusong.lot_zone JOIN phusong.lot ON lot.id = lot_id"
            " WHERE active AND lot.status = 'in_package'"
        )
        inside = {key for key, status in self.statuses().items() if status == "in_package"}
        assert inside == set(held)
        assert set(held.values()) == {key for one in opened for key in one.lot_ids}
        self.check_files(records)
        seen = list_packages(self.database, self.operator)
        assert {one.id for one in opened} <= {one.id for one in seen}
        assert not any(one.waits or one.status is PackageStatus.DRAFT for one in seen)

    def check_files(self, records):
        """What was once published is what it was."""
        contents = self.rows("SELECT id, content FROM phusong.package WHERE status <> 'draft'")
        for one in records:
            if one.id in contents:
                sha256 = hashlib.sha256(contents[one.id]).hexdigest()
                assert sha256 == one.sha256
                assert self.kept.setdefault(one.id, sha256) == sha256


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_zones_lots_and_versions_agree_after_every_step(
    database, authority, province, operator, seed
):
    load_places(database, authority)
    zones = (a_zone(n, latitude=18.3 + n * 9 * KM) for n in ZONES)
    report(database, province("42"), *zones)
    history = History(database, authority, operator("Viettel"), seed)
    history.publish()
    history.check()
    told = []
    for _ in range(STEPS):
        told.append(history.step())
        history.check()
    assert {"amend", "cancel", "wait"} <= set(told)
    assert audit_actions.verify(database, authority)[1] is None
