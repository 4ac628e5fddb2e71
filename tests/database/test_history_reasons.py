"""Every change that a person gives a reason for tells it in the zone's own history."""

from __future__ import annotations

from coverage.actions import queues, review
from coverage.actions.zone_history import history
from coverage.actions.zone_moves import Seen
from coverage.actions.zone_names import rename_village
from coverage.people import Role
from coverage.zone_life import Move
from coverage.zones import Queue
from tests.builders import zone_id
from tests.reported import load_places
from tests.reviewed import person, stored


def test_a_renaming_and_a_return_to_the_rules_say_why(database, authority, province):
    load_places(database, authority)
    [first] = stored(database, province("42"))
    lead = person(authority, "lãnh đạo", Role.LEAD)
    rename_village(database, lead, first, "Bản Mới", "Nghị quyết 12/NQ-HĐND")
    queues.set_queue(database, lead, [Seen(zone_id(1), 2)], Queue.POWER, "Chưa có điện")
    queues.let_rules_decide(database, lead, [Seen(zone_id(1), 3)], "Điện đã về")
    told = history(database, lead, zone_id(1))
    reasons = [(event.version, event.reason) for event in told if event.version]
    assert reasons[:3] == [(2, "Nghị quyết 12/NQ-HĐND"), (3, "Chưa có điện"), (4, "Điện đã về")]
    # What follows by itself says the rule's words, not those of the act before it.
    assert all("Điện đã về" not in reason for _, reason in reasons[3:])


def test_a_reason_does_not_outlive_its_change(database, authority, province):
    load_places(database, authority)
    [first] = stored(database, province("42"))
    lead = person(authority, "lãnh đạo", Role.LEAD)
    rename_village(database, lead, first, "Bản Mới", "Nghị quyết 12/NQ-HĐND")
    review.decide(database, lead, Move.APPROVE, [Seen(zone_id(1), 2)])
    assert [event.reason for event in history(database, lead, zone_id(1))][2:] == ["", ""]
